/** Capacity, after-conversation work and logout (1.8, 1.9, 1.15, C11 to C14). */
import { describe, expect, it } from 'vitest';
import type { AfterConversationWork, PresenceConfig, ServiceChannel } from '../../src/org.ts';
import type { AgentWork } from '../../src/router/work.ts';
import { config, createLab, type Lab, rep } from './lab.ts';

const STATUS: Partial<ServiceChannel> = { capacityModel: 'STATUS_BASED' };
const CHECKED = { ...STATUS, doesCheckCapOnStatusChange: true };
const choices = (lab: Lab) => lab.of('decided').map(({ choice }) => choice);
const ends = (lab: Lab) => lab.of('closed').map(({ at, work, by }) => `${work} ${by} ${at}`);

/** A queue `mail` for interruptible work beside the usual one. */
function pools(presence: Partial<PresenceConfig>): Lab {
  const lab = createLab({
    reps: [rep('ann', presence, ['q', 'mail', 'full'])],
    configs: { q: config(), mail: config(), full: config({ capacityPercentage: 1 }) },
    channels: { mail: { isInterruptible: true } },
  });
  lab.online('ann');
  return lab;
}

describe('the pools of capacity', () => {
  it('give a percentage as a share of the rep’s own: a third of three units is one (C12)', () => {
    const third = config({ capacityPercentage: 1 / 3, capacityWeight: 99 });
    const reps = [rep('ann', { capacity: 3 }), rep('bob', { capacity: 0.3 })];
    const lab = createLab({ reps, configs: { q: third } });
    lab.online('ann', 'bob');
    for (let i = 1; i <= 8; i += 1) lab.ask(`w${i}`);
    const of = (id: string) => lab.pushes.filter(({ rep }) => rep.id === id);
    expect([of('ann').length, of('bob').length, lab.queueSize('q')]).toEqual([3, 3, 2]);
    expect(of('ann').map(({ units }) => units)).toEqual([1, 1, 1]);
    for (const { units } of of('bob')) expect(units).toBeCloseTo(0.1, 12);
  });

  it('are filled apart, the second as large as the first unless it says otherwise', () => {
    const same = pools({ capacity: 2 });
    for (let i = 1; i <= 3; i += 1) same.ask(`m${i}`, 'mail', undefined, 'mail');
    for (let i = 1; i <= 3; i += 1) same.ask(`w${i}`);
    expect(same.routed()).toEqual(['m1>ann', 'm2>ann', 'w1>ann', 'w2>ann']);
    const own = pools({ capacity: 1, interruptibleCapacity: 3 });
    for (let i = 1; i <= 4; i += 1) own.ask(`m${i}`, 'mail', undefined, 'mail');
    expect(own.pushes).toHaveLength(3);
    own.ask('w1');
    expect(own.routed().at(-1)).toBe('w1>ann');
  });

  it('let nothing interruptible in while the primary one is full (C11)', () => {
    const lab = pools({ capacity: 4, interruptibleCapacity: 9 });
    const mail = lab.serve('m1', 'mail', undefined, 'mail');
    const call = lab.serve('call', 'full');
    lab.ask('m2', 'mail', undefined, 'mail');
    expect(lab.routed()).toEqual(['m1>ann', 'call>ann']);
    expect(mail.status, 'what was interrupted is not taken away').toBe('Opened');
    lab.ask('w1');
    lab.close(call);
    expect(lab.routed().slice(2)).toEqual(['m2>ann', 'w1>ann']);
  });

  it('go by the queue’s capacity type where it has one, else by the service channel', () => {
    const lab = createLab({
      reps: [rep('ann', { capacity: 9 }, ['in', 'not', 'yes'])],
      configs: {
        in: config({ capacityType: 'INHERITED' }),
        not: config({ capacityType: 'NOT_INTERRUPTIBLE' }),
        yes: config({ capacityType: 'INTERRUPTIBLE' }),
      },
      channels: { mail: { isInterruptible: true } },
    });
    lab.online('ann');
    for (const queue of ['in', 'not', 'yes']) {
      lab.ask(`chat ${queue}`, queue);
      lab.ask(`mail ${queue}`, queue, undefined, 'mail');
    }
    const second = lab.of('pushed').flatMap(({ work, pool }) => (pool ? [work] : []));
    expect(second).toEqual(['mail in', 'chat yes', 'mail yes']);
  });

  it('both count for LEAST_ACTIVE, their own for MOST_AVAILABLE (C2)', () => {
    const most = config({ routingModel: 'MOST_AVAILABLE' });
    const configs = { q: config(), mail: config(), most };
    const queues = Object.keys(configs);
    const reps = ['ann', 'bob'].map((id) => rep(id, { capacity: 5 }, queues));
    const lab = createLab({ reps, configs, channels: { mail: { isInterruptible: true } } });
    lab.online('ann');
    for (const id of ['m1', 'm2']) lab.ask(id, 'mail', undefined, 'mail');
    lab.online('bob');
    lab.ask('b1', 'q');
    expect(lab.routed().slice(2)).toEqual(['b1>bob']);
    lab.ask('w1', 'most');
    lab.ask('w2', 'q');
    expect(lab.routed().slice(3)).toEqual(['w1>ann', 'w2>bob']);
  });
});

describe('the capacity models', () => {
  const configs = {
    q: config(),
    big: config({ capacityWeight: 2, pausedCapacityWeight: 0.5 }),
    share: config({ capacityPercentage: 0.5, pausedCapacityPercentage: 0.125 }),
    free: config({ pausedCapacityWeight: 0 }),
  };
  const one = (messaging: Partial<ServiceChannel>, capacity = 2) => {
    const reps = [rep('ann', { capacity }, Object.keys(configs)), rep('bob')];
    const lab = createLab({ reps, channels: { messaging }, configs });
    lab.online('ann');
    return lab;
  };

  it('at a logout close tab-based work at once, and keep status-based work', () => {
    const tab = one({});
    const [work] = [tab.serve('w1'), tab.serve('w2')];
    tab.setStatus('ann', 'Offline');
    expect(tab.closed).toEqual(['w1 by logout', 'w2 by logout']);
    tab.online('ann');
    for (const id of ['w3', 'w4']) tab.ask(id);
    expect(tab.routed().slice(2)).toEqual(['w3>ann', 'w4>ann']);
    expect(tab.close(work)).toBe(false);
    const status = one(STATUS);
    const kept = [status.serve('w1'), status.serve('w2')];
    status.setStatus('ann', 'Offline');
    status.online('ann');
    status.ask('w3');
    expect(status.closed).toEqual([]);
    expect(kept.map((work) => work.status)).toEqual(['Opened', 'Opened']);
    expect(status.routed()).toEqual(['w1>ann', 'w2>ann']);
    status.finish(kept[0]!);
    expect(status.routed().at(-1)).toBe('w3>ann');
  });

  it('hold paused units while status-based work is paused, and tab-based never', () => {
    const lab = one(STATUS);
    const big = lab.serve('w1', 'big');
    lab.pause(big);
    expect(lab.of('paused')).toMatchObject([{ work: 'w1', units: 0.5, heldBefore: 2 }]);
    lab.ask('w2');
    lab.ask('w3');
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    lab.finish(big);
    expect(lab.routed().at(-1)).toBe('w3>ann');
    expect(big.rep.usedUnits).toBe(2);
    const share = one(STATUS, 8);
    const part = share.serve('w1', 'share');
    share.pause(part);
    expect([part.units, part.rep.usedUnits]).toEqual([1, 1]);
    const tab = one({});
    const still = tab.serve('w1', 'big');
    tab.pause(still);
    expect([still.units, still.paused]).toEqual([2, false]);
  });

  it('let work resumed exceed the capacity, unless that is checked', () => {
    const [off, on] = [STATUS, CHECKED].map((channel) => {
      const lab = one(channel);
      const big = lab.serve('w1', 'big');
      lab.pause(big);
      lab.serve('w2');
      return { lab, big, went: lab.resume(big) };
    });
    expect([off!.went, off!.big.status, off!.big.rep.usedUnits]).toEqual([true, 'Opened', 3]);
    off!.lab.ask('w3');
    expect(off!.lab.pushes).toHaveLength(2);
    expect(off!.lab.of('resumed')).toMatchObject([{ units: 2, heldBefore: 0.5 }]);
    expect([on!.went, on!.big.status, on!.big.rep.usedUnits]).toEqual([false, 'Closed', 1]);
    const room = one(CHECKED, 3);
    const big = room.serve('w1', 'big');
    room.pause(big);
    room.serve('w2');
    expect([room.resume(big), big.rep.usedUnits]).toEqual([true, 3]);
  });

  it('stop at 100 items, those paused at no cost among them', () => {
    const lab = one(STATUS, 1);
    const works: AgentWork[] = [];
    for (let i = 1; i <= 100; i += 1) {
      works.push(lab.serve(`w${i}`, 'free'));
      lab.pause(works.at(-1)!);
    }
    lab.ask('w101');
    expect([works[0]!.rep.usedUnits, lab.pushes.length]).toEqual([0, 100]);
    lab.finish(works[50]!);
    expect(lab.routed().at(-1)).toBe('w101>ann');
  });
});

describe('after-conversation work', () => {
  const ACW: AfterConversationWork = { maxMs: 60_000, extensionMs: 20_000, maxExtensions: 2 };
  const acw = (messaging: Partial<ServiceChannel> = {}, own?: AfterConversationWork) => {
    const presence = { capacity: 2, ...(own && { afterConversationWork: own }) };
    const channel = { afterConversationWork: ACW, ...messaging };
    const reps = [rep('ann', presence), rep('bob')];
    const lab = createLab({ reps, channels: { messaging: channel } });
    lab.online('ann');
    return lab;
  };

  it.each([{}, STATUS])('holds its own units only, until its time is up (C14)', async (channel) => {
    const lab = acw(channel);
    const work = lab.serve('w1');
    await lab.pass(5000);
    lab.finish(work);
    for (const id of ['w2', 'w3']) lab.ask(id);
    await lab.pass(59_999);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    await lab.pass(1);
    expect(lab.routed().at(-1)).toBe('w3>ann');
    expect(lab.of('closed')).toMatchObject([{ at: 65_000, handleMs: 65_000, by: 'afterWork' }]);
    expect(choices(lab)).toContain('C14');
  });

  it.each([{}, STATUS])('is over with the tab, or with another status', async (channel) => {
    const lab = acw(channel);
    const [first, second] = [lab.serve('w1'), lab.serve('w2')];
    for (const work of [first, second]) lab.finish(work);
    await lab.pass(1000);
    lab.ask('w3');
    expect(lab.close(first)).toBe(true);
    expect(lab.routed().at(-1)).toBe('w3>ann');
    lab.setStatus('ann', 'Busy');
    expect(second.rep.usedUnits).toBe(1);
    await lab.pass(300_000);
    expect(ends(lab)).toEqual(['w1 rep 1000', 'w2 afterWork 1000']);
  });

  it('can be extended so many times, each time by so much', async () => {
    const lab = acw();
    const work = lab.serve('w1');
    expect(lab.extend(work)).toBe(false);
    lab.finish(work);
    await lab.pass(30_000);
    expect([lab.extend(work), lab.extend(work), lab.extend(work)]).toEqual([true, true, false]);
    await lab.pass(300_000);
    expect(ends(lab)).toEqual(['w1 afterWork 100000']);
  });

  it('is as the presence configuration has it before the service channel (C13)', async () => {
    const lab = acw({}, { maxMs: 10_000, extensionMs: 0, maxExtensions: 0 });
    const work = lab.serve('w1');
    lab.finish(work);
    expect(lab.extend(work)).toBe(false);
    await lab.pass(300_000);
    expect(ends(lab)).toEqual(['w1 afterWork 10000']);
    expect(choices(lab)).toContain('C13');
  });

  it('begins for each rep when that rep leaves: on a transfer at once', async () => {
    const lab = acw();
    const work = lab.serve('w1');
    lab.online('bob');
    lab.transfer(work, lab.request('w1', 'q', { rep: 'bob', transferredBy: 'ann' }));
    expect([lab.routed().at(-1), work.rep.usedUnits]).toEqual(['w1>bob', 1]);
    const next = lab.latest('w1');
    lab.accept(next);
    await lab.pass(90_000);
    expect([work.status, next.status, work.rep.usedUnits]).toEqual(['Transferred', 'Opened', 0]);
    lab.finish(next);
    await lab.pass(90_000);
    expect(ends(lab)).toEqual(['w1 transfer 60000', 'w1 afterWork 150000']);
  });
});
