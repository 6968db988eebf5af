/** What waits, and what may be done with it: limits, start, estimates, hands. */
import { describe, expect, it } from 'vitest';
import { config, createLab, type Lab, type LabOptions, rep } from './lab.ts';

const HOUR = 3_600_000;
const choices = (lab: Lab) => lab.of('decided').map(({ choice }) => choice);
const limits = (lab: Lab) =>
  lab.of('limitExceeded').map(({ work, limit, assignee }) => `${work} ${limit} ${assignee}`);

describe('the limits of an org', () => {
  it('let so many items wait, ringing ones included, and more once one is answered or gone', () => {
    const lab = createLab({
      reps: [rep('ann')],
      settings: { maxWaitingItems: 2 },
      configs: { q: config({ userOverflowAssignee: 'ovi' }), other: config() },
    });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2', 'other');
    expect([lab.ask('w3'), lab.ask('w4', 'other')]).toEqual(['maxWaitingItems', 'maxWaitingItems']);
    expect(limits(lab)).toEqual(['w3 maxWaitingItems ovi', 'w4 maxWaitingItems undefined']);
    lab.accept(lab.latest('w1'));
    expect([lab.ask('w5'), lab.ask('w6')]).toEqual([undefined, 'maxWaitingItems']);
    lab.withdraw('w2', 'EndUser');
    expect([lab.ask('w7'), lab.queueSize('q'), lab.queueSize('other')]).toEqual([undefined, 2, 0]);
    expect([lab.withdraw('w3', 'EndUser'), lab.position('w6')]).toEqual([false, undefined]);
  });

  it('let so many be queued in any one hour, not in each hour of the clock', async () => {
    const q = config({ queueOverflowAssignee: 'list view' });
    const lab = createLab({ reps: [], settings: { maxItemsPerHour: 2 }, configs: { q } });
    await lab.pass(0.9 * HOUR);
    lab.ask('w1');
    await lab.pass(0.2 * HOUR);
    expect([lab.ask('w2'), lab.ask('w3')]).toEqual([undefined, 'maxItemsPerHour']);
    await lab.pass(0.8 * HOUR - 1);
    lab.withdraw('w1', 'EndUser');
    expect(lab.ask('w4')).toBe('maxItemsPerHour');
    await lab.pass(2);
    expect([lab.ask('w5'), lab.ask('w6')]).toEqual([undefined, 'maxItemsPerHour']);
    await lab.pass(0.2 * HOUR);
    expect([lab.ask('w7'), lab.ask('w8')]).toEqual([undefined, 'maxItemsPerHour']);
    expect(limits(lab)[0]).toBe('w3 maxItemsPerHour list view');
    expect(lab.queueSize('q')).toBe(3);
  });
});

describe('a scheduled start', () => {
  it('keeps an item from being routed before, not from ageing (C4)', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.ask('w1', 'q', { startAtMs: 60_000 });
    lab.online('ann');
    await lab.pass(59_999);
    expect(lab.routed()).toEqual([]);
    await lab.pass(1);
    expect(lab.of('pushed')).toMatchObject([{ at: 60_000, sinceRequestMs: 60_000 }]);
    lab.ask('w2', 'q', { startAtMs: 90_000 });
    await lab.pass(1000);
    lab.ask('w3');
    await lab.pass(100_000);
    lab.accept(lab.latest('w1'));
    lab.close(lab.latest('w1'));
    expect(lab.routed().at(-1)).toBe('w2>ann');
    expect(choices(lab)).toContain('C4');
  });

  it('comes to nothing once the item is gone, or when it is in the past', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1', 'q', { startAtMs: 5000 });
    expect(lab.withdraw('w1', 'EndUser')).toBe(true);
    await lab.pass(10_000);
    expect(lab.routed()).toEqual([]);
    lab.ask('w2', 'q', { startAtMs: 9000 });
    expect(lab.routed()).toEqual(['w2>ann']);
  });
});

describe('the estimated wait', () => {
  const SKILL = { skills: [{ skill: 'dutch', level: 5 }] };
  const open = (options: Partial<LabOptions> = {}) => {
    const dutch = { ...rep('ann', { capacity: 90 }, ['q', 'other']), skills: { dutch: 9, vip: 9 } };
    const configs = { q: config(), other: config() };
    const lab = createLab({ reps: [dutch], configs, ...options });
    lab.online('ann');
    let n = 0;
    const waited = async (
      seconds: number,
      ...of: Parameters<Lab['serve']> extends [string, ...infer T] ? T : never
    ) => {
      n += 1;
      lab.ask(`done${n}`, ...of);
      await lab.pass(seconds * 1000);
      lab.accept(lab.latest(`done${n}`));
    };
    return { lab, waited };
  };

  it('is the mean of the last ten accepted, the newest weighed 10, the next 9, …', async () => {
    const { lab, waited } = open();
    for (const seconds of [10, 40]) await waited(seconds);
    expect(lab.estimatedWaitMs('q')).toBeCloseTo((1000 * (40 * 10 + 10 * 9)) / 19, 6);
    for (const seconds of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await waited(seconds);
    const lastTen = [9, 8, 7, 6, 5, 4, 3, 2, 1, 40];
    const sum = lastTen.reduce((sum, seconds, i) => sum + seconds * (10 - i), 0);
    expect(lab.estimatedWaitMs('q')).toBeCloseTo((1000 * sum) / 55, 6);
    expect(lab.estimatedWaitMs('other')).toBeUndefined();
  });

  it('knows only the last ten minutes, and nothing without a sample (C22)', async () => {
    const { lab, waited } = open();
    expect(lab.estimatedWaitMs('q')).toBeUndefined();
    await waited(30);
    await lab.pass(9 * 60_000);
    await waited(6);
    expect(lab.estimatedWaitMs('q')).toBeCloseTo((1000 * (6 * 10 + 30 * 9)) / 19, 6);
    await lab.pass(55_000);
    expect(lab.estimatedWaitMs('q')).toBe(6000);
    await lab.pass(9 * 60_000 + 6000);
    expect(lab.estimatedWaitMs('q')).toBeUndefined();
  });

  it('counts whole waits, of what was accepted, and of nothing interruptible', async () => {
    const { lab, waited } = open({ channels: { mail: { isInterruptible: true } } });
    await waited(500, 'q', undefined, 'mail');
    lab.ask('never');
    expect(lab.estimatedWaitMs('q')).toBeUndefined();
    await lab.pass(60_000);
    lab.decline(lab.latest('never'));
    lab.setStatus('ann', 'Offline');
    await lab.pass(20_000);
    lab.online('ann');
    lab.accept(lab.latest('never'));
    expect(lab.estimatedWaitMs('q')).toBe(80_000);
  });

  it('is for a skills-based item that of the same required skills, in any queue', async () => {
    const { lab, waited } = open();
    const vip = { skill: 'vip', level: 1, additionalPriority: 1 };
    await waited(8, 'q', { skills: [vip, ...SKILL.skills] });
    await waited(90, 'q', { skills: [{ skill: 'dutch', level: 6 }] });
    await waited(70, 'q');
    lab.setStatus('ann', 'Busy');
    lab.ask('w1', 'other', SKILL);
    lab.ask('w2', 'other', { skills: [...SKILL.skills, { skill: 'vip', level: 1 }] });
    expect(lab.estimatedWaitOf('w1')).toBe(8000);
    expect(lab.estimatedWaitOf('w2')).toBeUndefined();
    expect(lab.estimatedWaitOf('done1')).toBeUndefined();
  });

  it('goes with a position: 1 and what is ahead in the same queue (C23)', async () => {
    const configs = { q: config({ routingPriority: 1 }), other: config({ routingPriority: 0 }) };
    const { lab } = open({ reps: [rep('ann')], configs });
    lab.setStatus('ann', 'Busy');
    lab.ask('w1');
    await lab.pass(1);
    lab.ask('w2', 'q', SKILL);
    lab.ask('w3', 'q', { priority: 3 });
    lab.ask('w4', 'q', { acceptByMs: 9 });
    lab.ask('w5', 'other');
    const positions = () => ['w1', 'w2', 'w3', 'w4', 'w5'].map(lab.position);
    expect(positions()).toEqual([3, 4, 1, 2, 1]);
    lab.withdraw('w3', 'EndUser');
    expect(positions()).toEqual([2, 3, undefined, 1, 1]);
  });
});

describe('what waits, by hand', () => {
  const two = (options: Partial<LabOptions> = {}) => {
    const reps = [rep('ann'), rep('bob', {}, ['other'])];
    return createLab({ reps, configs: { q: config(), other: config() }, ...options });
  };

  it('a supervisor gives to a rep beyond capacity and membership (C16)', () => {
    const lab = two();
    lab.online('ann', 'bob');
    for (const id of ['w1', 'w2', 'w3']) lab.ask(id);
    expect(lab.assign('w2', 'bob')).toBe(true);
    expect(lab.assign('w3', 'ann')).toBe(true);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>bob', 'w3>ann']);
    expect(lab.of('pushed').map(({ beyond }) => beyond)).toEqual([undefined, ...both]);
    expect([lab.pushes[0]!.rep.usedUnits, choices(lab)]).toEqual([2, ['C16', 'C16']]);
    lab.ask('w4');
    for (const work of lab.pushes) lab.accept(work);
    lab.close(lab.pushes[0]!);
    expect(lab.pushes).toHaveLength(3);
    lab.close(lab.pushes[2]!);
    expect(lab.routed().at(-1)).toBe('w4>ann');
  });
  const both = ['supervisor', 'supervisor'];

  it('a supervisor takes from where it rings, and gives to nobody who is not there', () => {
    const lab = two();
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    for (const [work, who] of [
      ['w1', 'bob'],
      ['w1', 'nobody'],
      ['w9', 'ann'],
    ] as const) {
      expect(lab.assign(work, who)).toBe(false);
    }
    lab.setStatus('bob', 'Busy');
    expect(lab.assign('w1', 'bob')).toBe(true);
    expect(lab.pushes.map(({ status }) => status)).toEqual(['Canceled', 'Assigned', 'Assigned']);
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob', 'w2>ann']);
    lab.accept(lab.pushes[1]!);
    expect(lab.assign('w1', 'ann')).toBe(false);
  });

  it('moves to another queue with its age, but not while it rings', async () => {
    const lab = two();
    lab.ask('w1');
    await lab.pass(10_000);
    lab.ask('w2', 'other');
    expect(lab.move('w1', lab.request('w1', 'other'))).toBe(true);
    expect([lab.queueSize('q'), lab.position('w1'), lab.position('w2')]).toEqual([0, 1, 2]);
    lab.online('bob');
    expect(lab.of('pushed')).toMatchObject([
      { work: 'w1', queue: 'other', sinceRequestMs: 10_000 },
    ]);
    expect(lab.move('w1', lab.request('w1', 'q'))).toBe(false);
    expect(lab.move('w9', lab.request('w9', 'q'))).toBe(false);
  });

  it('is taken over out of every queue, ringing or not', async () => {
    const lab = two();
    lab.online('ann');
    for (const id of ['w1', 'w2', 'w3']) lab.ask(id);
    await lab.pass(3000);
    expect([lab.takeOver('w2', 'zoe'), lab.takeOver('w1', 'zoe')]).toEqual([true, true]);
    expect(lab.of('takenOver')).toMatchObject([{ owner: 'zoe', sinceRequestMs: 3000 }, {}]);
    expect([lab.pushes[0]!.status, lab.over.length]).toEqual(['Canceled', 1]);
    expect(lab.routed()).toEqual(['w1>ann', 'w3>ann']);
    expect([lab.takeOver('w2', 'zoe'), lab.accept(lab.pushes[0]!)]).toEqual([false, false]);
  });
});
