/**
 * Section 6 of the fact sheet omni-channel, "where a naive router is wrong": one test a line, each
 * of which fails with the naive rule. Line 14, about inactivity timers, is not the router's.
 */
import { describe, expect, it } from 'vitest';
import { type FlowContext, runFlow } from '../../src/router/flow.ts';
import { config, createLab, type Lab, rep } from './lab.ts';

const BOTH = ['low', 'high'];
const PRIORITIES = { low: config({ routingPriority: 5 }), high: config({ routingPriority: 0 }) };

/** One rep takes one thing after the other; in which order. */
function workOff(lab: Lab): string[] {
  for (let i = 0; i < lab.pushes.length; i += 1) {
    lab.accept(lab.pushes[i]!);
    lab.close(lab.pushes[i]!);
  }
  return lab.pushes.map(({ item }) => item.workId);
}

describe('a naive router would', () => {
  it('1: give work to the overflow assignee when the queue is long or nobody works', async () => {
    const overflow = { userOverflowAssignee: 'ovi', queueOverflowAssignee: 'elsewhere' };
    const lab = createLab({
      reps: [rep('ann'), rep('ovi', { capacity: 50 }, ['elsewhere'])],
      configs: { q: config({ pushTimeoutMs: 1000, ...overflow }) },
      settings: { maxWaitingItems: 30 },
    });
    lab.online('ovi');
    for (let i = 1; i <= 20; i += 1) lab.ask(`w${i}`);
    await lab.pass(3_600_000);
    lab.online('ann');
    await lab.pass(3_600_000);
    expect(lab.pushes.filter(({ rep: { id } }) => id !== 'ann')).toEqual([]);
    expect(lab.of('limitExceeded')).toEqual([]);
    expect(lab.queueSize('q') + lab.queueSize('elsewhere')).toBe(20);
    for (let i = 21; i <= 31; i += 1) lab.ask(`w${i}`);
    expect(lab.of('limitExceeded')).toMatchObject([{ work: 'w31', assignee: 'ovi' }]);
  });

  it('2: go queue by queue, or let queues take turns', async () => {
    const turns = createLab({ reps: [rep('ann', {}, BOTH)], configs: PRIORITIES });
    for (const [id, queue] of ['l1 low', 'l2 low', 'h1 high', 'h2 high'].map((s) => s.split(' '))) {
      turns.ask(id!, queue);
      await turns.pass(1000);
    }
    turns.online('ann');
    expect(workOff(turns)).toEqual(['h1', 'h2', 'l1', 'l2']);
    const equal = createLab({ reps: [rep('ann', {}, BOTH)], configs: alike('low', 'high') });
    for (const [id, queue, priority] of [
      ['h1', 'high', undefined],
      ['h2', 'high', undefined],
      ['l1', 'low', undefined],
      ['h3', 'high', undefined],
      ['l2', 'low', 2],
    ] as const) {
      equal.ask(id, queue, priority === undefined ? {} : { priority });
      await equal.pass(1000);
    }
    equal.online('ann');
    expect(workOff(equal)).toEqual(['l2', 'h1', 'h2', 'l1', 'h3']);
  });

  it('3: exclude decliners for ever, or ask the last one again', () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')] });
    lab.online('ann');
    lab.ask('w1');
    lab.decline(lab.latest('w1'));
    lab.setStatus('ann', 'Busy');
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann']);
    lab.online('bob');
    lab.decline(lab.latest('w1'));
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob', 'w1>ann']);
    lab.decline(lab.latest('w1'));
    lab.setStatus('bob', 'Offline');
    expect(lab.routed().slice(3)).toEqual(['w1>bob']);
    lab.setStatus('ann', 'Offline');
    lab.online('ann');
    expect(lab.routed().slice(3)).toEqual(['w1>bob', 'w1>ann']);
  });

  it('4: free capacity when the conversation ends, whatever the capacity model', () => {
    const channels = { ofStatus: { capacityModel: 'STATUS_BASED' as const } };
    const lab = createLab({ reps: [rep('ann', { capacity: 2 })], channels });
    lab.online('ann');
    const [first, second] = [lab.serve('w1'), lab.serve('w2')];
    for (const id of ['w3', 'w4', 'w5']) lab.ask(id);
    lab.finish(first);
    expect(lab.pushes).toHaveLength(2);
    lab.close(first);
    expect(lab.routed().slice(2)).toEqual(['w3>ann']);
    lab.accept(lab.latest('w3'));
    lab.setStatus('ann', 'Offline');
    expect([second.status, second.rep.usedUnits]).toEqual(['Closed', 0]);
    lab.online('ann');
    expect(lab.routed().slice(3)).toEqual(['w4>ann', 'w5>ann']);
    const status = createLab({ reps: [rep('ann')], channels });
    status.online('ann');
    const work = status.serve('s1', 'q', undefined, 'ofStatus');
    status.ask('s2', 'q', undefined, 'ofStatus');
    expect(status.close(work)).toBe(false);
    expect(status.pushes).toHaveLength(1);
    status.finish(work);
    expect(status.routed()).toEqual(['s1>ann', 's2>ann']);
  });

  it('5: count capacity from the accept on', async () => {
    const lab = createLab({ reps: [rep('ann', { capacity: 2 })] });
    lab.online('ann');
    for (const id of ['w1', 'w2', 'w3']) lab.ask(id);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    await lab.pass(500);
    lab.decline(lab.pushes[0]!);
    expect(lab.of('pushed').at(-1)).toMatchObject({ at: 500, work: 'w3', rep: 'ann' });
    expect(lab.pushes[0]!.rep.usedUnits).toBe(2);
  });

  it('6: forget the waiting item at the push', () => {
    const lab = createLab({
      reps: [rep('ann'), rep('bob'), rep('cyd')],
      settings: { maxWaitingItems: 1 },
    });
    lab.online('ann', 'bob', 'cyd');
    lab.ask('w1');
    expect(lab.ask('kept out')).toBe('maxWaitingItems');
    lab.decline(lab.latest('w1'));
    lab.decline(lab.latest('w1'));
    expect(lab.ask('kept out too')).toBe('maxWaitingItems');
    lab.accept(lab.latest('w1'));
    expect(lab.ask('w2')).toBeUndefined();
    const rows = lab.pushes.filter(({ item }) => item.workId === 'w1');
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
    expect(rows.map(({ status }) => status)).toEqual(['Declined', 'Declined', 'Opened']);
    expect(lab.of('queued').filter(({ work }) => work === 'w1')).toHaveLength(1);
    expect([lab.withdraw('w1', 'EndUser'), lab.withdraw('w2', 'EndUser')]).toEqual([false, true]);
  });

  it('7: prefer the highest level of a skill', () => {
    const master = { ...rep('ann', { capacity: 5 }), skills: { dutch: 10 } };
    const able = { ...rep('bob', { capacity: 5 }), skills: { dutch: 5 } };
    const lab = createLab({ reps: [master, able] });
    lab.online('ann');
    lab.serve('load');
    lab.online('bob');
    lab.ask('w1', 'q', { skills: [{ skill: 'dutch', level: 5 }] });
    lab.ask('w2', 'q', { skills: [{ skill: 'dutch', level: 6 }] });
    expect(lab.routed()).toEqual(['load>ann', 'w1>bob', 'w2>ann']);
  });

  it('8: drop all additional skills at one time-out', async () => {
    const reps = [rep('bare', { capacity: 5 }), { ...rep('half'), skills: { vip: 1 } }];
    const configs = { q: config({ dropAdditionalSkillsTimeoutMs: 10_000 }) };
    const skills = [
      { skill: 'vip', level: 0, additionalPriority: 3 },
      { skill: 'frisian', level: 0, additionalPriority: 7 },
    ];
    const lab = createLab({ reps, configs });
    lab.online('bare');
    lab.ask('w1', 'q', { skills });
    await lab.pass(19_999);
    expect(lab.routed()).toEqual([]);
    await lab.pass(1);
    expect(lab.routed()).toEqual(['w1>bare']);
    lab.online('half');
    lab.ask('w2', 'q', { skills });
    await lab.pass(9999);
    expect(lab.pushes).toHaveLength(1);
    await lab.pass(1);
    expect(lab.routed().at(-1)).toBe('w2>half');
  });

  it('9: take bigger numbers for better ones', async () => {
    const lab = createLab({ reps: [rep('ann', {}, BOTH)], configs: PRIORITIES });
    lab.ask('l0', 'low', { priority: 0 });
    lab.ask('h9', 'high', { priority: 9 });
    lab.ask('h0', 'high', { priority: 0 });
    lab.online('ann');
    expect(workOff(lab)).toEqual(['h0', 'h9', 'l0']);
    const reps = [
      { ...rep('nine'), skills: { nine: 5 } },
      { ...rep('one'), skills: { one: 5 } },
    ];
    const drops = createLab({
      reps,
      configs: { q: config({ dropAdditionalSkillsTimeoutMs: 1000 }) },
    });
    drops.online('nine', 'one');
    drops.ask('w1', 'q', {
      skills: [
        { skill: 'one', level: 1, additionalPriority: 1 },
        { skill: 'nine', level: 1, additionalPriority: 9 },
      ],
    });
    await drops.pass(1500);
    expect(drops.routed()).toEqual(['w1>one']);
  });

  it('10: have a busy flag, and stop the ringing by it', async () => {
    const statuses = {
      None: { online: true, channels: [] },
      Mail: { online: true, channels: ['mail'] },
    };
    const lab = createLab({ reps: [rep('ann'), rep('bob')], statuses });
    lab.setStatus('ann', 'None');
    lab.setStatus('bob', 'Mail');
    lab.ask('w1');
    expect(lab.routed()).toEqual([]);
    lab.ask('m1', 'q', undefined, 'mail');
    expect(lab.routed()).toEqual(['m1>bob']);
    lab.online('ann');
    for (const status of ['None', 'Busy', 'Mail']) {
      lab.setStatus('ann', status);
      await lab.pass(60_000);
    }
    expect(lab.over).toEqual([]);
    expect(lab.accept(lab.latest('w1'))).toBe(true);
  });

  it('11: choose the presence configuration by the status', () => {
    const statuses = { Second: { online: true } };
    const lab = createLab({ reps: [rep('ann', { capacity: 2 }), rep('bob')], statuses });
    lab.online('ann', 'bob');
    lab.setStatus('ann', 'Second');
    lab.setStatus('bob', 'Second');
    const capacities = lab.of('presence').map(({ rep, capacity }) => `${rep} ${capacity}`);
    expect(capacities).toEqual(['ann 2', 'bob 1', 'ann 2', 'bob 1']);
    for (const id of ['w1', 'w2', 'w3', 'w4']) lab.ask(id);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>bob', 'w3>ann']);
  });

  it('12: leave facts from which only accepted pushes can be averaged', async () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob'), rep('cyd', {}, ['none'])] });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('never', 'none');
    await lab.pass(10_000);
    lab.decline(lab.latest('w1'));
    await lab.pass(20_000);
    lab.online('bob');
    lab.accept(lab.latest('w1'));
    await lab.pass(5000);
    const from = lab.latest('w1');
    lab.transfer(from, lab.request('w1', 'q', { transferredBy: 'bob' }));
    await lab.pass(4000);
    lab.accept(lab.latest('w1'));
    const items = lab.of('queued').filter(({ transferredBy }) => transferredBy === undefined);
    expect(items.map(({ work }) => work)).toEqual(['w1', 'never']);
    expect(lab.of('queued')).toMatchObject([{}, {}, { work: 'w1', transferredBy: 'bob' }]);
    expect(lab.of('accepted').map(({ sinceRequestMs }) => sinceRequestMs)).toEqual([30_000, 4000]);
    expect(lab.of('pushed').map(({ work }) => work)).toEqual(['w1', 'w1', 'w1']);
  });

  it('13: know one number for capacity', () => {
    const lab = createLab({
      reps: [rep('ann', { capacity: 2, interruptibleCapacity: 3 }, ['mail', 'half', 'tenth'])],
      channels: { mail: { isInterruptible: true, capacityModel: 'STATUS_BASED' } },
      configs: {
        mail: config({ capacityPercentage: 1, pausedCapacityWeight: 0.5 }),
        half: config({ capacityPercentage: 0.5 }),
        tenth: config({ capacityWeight: 0.1 }),
      },
    });
    lab.online('ann');
    const mail = lab.serve('m1', 'mail', undefined, 'mail');
    lab.serve('h1', 'half');
    for (let i = 1; i <= 11; i += 1) lab.ask(`t${i}`, 'tenth');
    expect(lab.pushes).toHaveLength(12);
    expect([mail.units, mail.rep.usedInterruptible]).toEqual([3, 3]);
    expect(mail.rep.usedUnits).toBeCloseTo(2, 9);
    lab.pause(mail);
    expect(mail.rep.usedInterruptible).toBe(0.5);
  });

  it('15: take the queue id of a flow for a name', () => {
    const context: FlowContext = {
      ...{ channel: 'chat', channelType: 'web', text: '', attributes: {}, nowUnixMs: 0 },
      queueSize: (queue) => (queue === 'Support' ? 0 : undefined),
      repsOnline: () => 0,
      estimatedWaitMs: () => undefined,
      isOpen: () => undefined,
    };
    const to = (queue: string) => runFlow({ steps: [{ do: 'route', queue }] }, context);
    expect(to('Support')).toMatchObject({ does: 'route', target: { queue: 'Support' } });
    expect(to('00G5g000004vXyZEAU')).toMatchObject({
      does: 'fault',
      reason: expect.stringContaining('00G5g000004vXyZEAU'),
    });
  });
});

function alike(...names: string[]) {
  return Object.fromEntries(names.map((name) => [name, config()]));
}
