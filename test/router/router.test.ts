/** The router's shell: pushes, time-outs, presence, withdrawals, and the facts they leave. */
import { describe, expect, it } from 'vitest';
import { config, createLab, type Lab, rep } from './lab.ts';

const ONLINE = { status: 'Online', online: true };
const TIMED = { q: config({ pushTimeoutMs: 30_000 }) };

/** What became of the pushes, as `type at`. */
const story = (lab: Lab) =>
  lab.facts.filter(({ type }) => type !== 'presence').map(({ type, at }) => `${type} ${at}`);

describe('a push', () => {
  it('leaves facts that carry their own durations', async () => {
    const lab = createLab({ reps: [rep('ann', { capacity: 2 })], configs: TIMED });
    lab.ask('w1');
    await lab.pass(4000);
    lab.online('ann');
    await lab.pass(2500);
    lab.accept(lab.latest('w1'));
    await lab.pass(60_000);
    lab.close(lab.latest('w1'));
    const push = {
      channel: 'chat',
      session: 's-w1',
      work: 'w1',
      queue: 'q',
      agentWork: 'A1',
      rep: 'ann',
      units: 1,
    };
    const { agentWork: _, rep: __, units: ___, ...item } = push;
    expect(lab.facts).toEqual([
      { type: 'queued', at: 0, ...item, priority: 1 },
      { type: 'presence', at: 4000, rep: 'ann', ...ONLINE, capacity: 2, login: 1 },
      { type: 'pushed', at: 4000, ...push, attempt: 1, sinceRequestMs: 4000, tied: 1 },
      { type: 'accepted', at: 6500, ...push, sincePushMs: 2500, sinceRequestMs: 6500 },
      { type: 'closed', at: 66_500, ...push, handleMs: 60_000, by: 'rep' },
    ]);
  });

  it('holds capacity from the push on, and until the close', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    expect(lab.routed()).toEqual(['w1>ann']);
    const first = lab.latest('w1');
    lab.accept(first);
    expect(lab.withdraw('w1', 'EndUser')).toBe(false);
    expect(lab.routed()).toEqual(['w1>ann']);
    expect(lab.close(first)).toBe(true);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
  });

  it('can be answered once', () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    const work = lab.latest('w1');
    expect(lab.close(work)).toBe(false);
    expect(lab.accept(work)).toBe(true);
    expect([lab.accept(work), lab.decline(work)]).toEqual([false, false]);
    expect(lab.close(work)).toBe(true);
    expect([lab.close(work), lab.accept(work)]).toEqual([false, false]);
    expect(work.rep.usedUnits).toBe(0);
  });

  it('rings for ever without a time-out, and stops its timer when it is accepted', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    await lab.pass(10 * 86_400_000);
    expect(lab.accept(lab.latest('w1'))).toBe(true);
    const timed = createLab({ reps: [rep('ann')], configs: TIMED });
    timed.online('ann');
    timed.ask('w1');
    await timed.pass(29_999);
    timed.accept(timed.latest('w1'));
    await timed.pass(60_000);
    expect(timed.of('pushTimedOut')).toEqual([]);
    expect(timed.latest('w1').status).toBe('Opened');
  });
});

describe('a push that nobody answers', () => {
  it('times out, frees the rep and goes to the next, its age and request kept', async () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')], configs: TIMED });
    lab.online('ann', 'bob');
    lab.ask('w1');
    const push = lab.latest('w1');
    await lab.pass(30_000);
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob']);
    expect(push.status).toBe('DeclinedOnPushTimeout');
    expect(lab.over).toEqual([push]);
    expect(lab.of('pushTimedOut')).toMatchObject([
      { at: 30_000, rep: 'ann', agentWork: 'A1', sincePushMs: 30_000 },
    ]);
    expect(lab.of('pushed')[1]).toMatchObject({ attempt: 2, sinceRequestMs: 30_000 });
    await lab.pass(5000);
    lab.accept(lab.latest('w1'));
    expect(lab.of('accepted')).toMatchObject([{ sincePushMs: 5000, sinceRequestMs: 35_000 }]);
    expect(lab.of('queued')).toHaveLength(1);
    expect(lab.accept(push)).toBe(false);
  });

  it('leaves the rep’s status as it is by default, and other work comes', async () => {
    const lab = createLab({ reps: [rep('ann')], configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    await lab.pass(30_000);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    expect(lab.of('presence')).toHaveLength(1);
  });

  it('puts the rep into the status for time-outs, and no more work comes', async () => {
    const reps = [rep('ann', { statusOnPushTimeout: 'Busy' })];
    const lab = createLab({ reps, configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    await lab.pass(30_000);
    expect(lab.routed()).toEqual(['w1>ann']);
    expect(lab.of('presence').at(-1)).toMatchObject({ at: 30_000, status: 'Busy', online: false });
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
  });
});

describe('a decline', () => {
  it('frees the capacity at once and leaves its reason', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    await lab.pass(700);
    const push = lab.latest('w1');
    expect(lab.decline(push, 'lunch')).toBe(true);
    expect(lab.decline(push)).toBe(false);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    expect(lab.of('declined')).toMatchObject([{ at: 700, sincePushMs: 700, reason: 'lunch' }]);
    expect(lab.over).toEqual([]);
  });

  it('puts the rep into the status for declines', () => {
    const lab = createLab({ reps: [rep('ann', { statusOnDecline: 'Busy', capacity: 2 })] });
    lab.online('ann');
    lab.ask('w1');
    lab.decline(lab.latest('w1'));
    lab.ask('w2');
    expect(lab.routed()).toEqual(['w1>ann']);
    expect(lab.of('presence').at(-1)?.status).toBe('Busy');
  });

  it('excludes the last decliner only: two reps can play ping-pong with an item (C7)', () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')] });
    lab.online('ann', 'bob');
    lab.ask('w1');
    for (let i = 0; i < 4; i += 1) lab.decline(lab.latest('w1'));
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob', 'w1>ann', 'w1>bob', 'w1>ann']);
  });

  it('leaves an item with its only rep stuck until that rep logs in anew', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    lab.decline(lab.latest('w1'));
    lab.setStatus('ann', 'Busy');
    lab.setStatus('ann', 'Online');
    await lab.pass(86_400_000);
    expect(lab.routed()).toEqual(['w1>ann']);
    lab.setStatus('ann', 'Offline');
    lab.setStatus('ann', 'Online');
    expect(lab.routed()).toEqual(['w1>ann', 'w1>ann']);
    expect(lab.of('pushed')[1]).toMatchObject({ attempt: 2, sinceRequestMs: 86_400_000 });
  });

  it('does not cost the item its place in the backlog', () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')] });
    lab.online('ann');
    lab.ask('old');
    lab.ask('new');
    lab.decline(lab.latest('old'));
    expect(lab.routed()).toEqual(['old>ann', 'new>ann']);
    lab.ask('newest');
    lab.online('bob');
    expect(lab.routed().at(-1)).toBe('old>bob');
  });
});

describe('reps who answer in the very moment of the push', () => {
  it('do not let a declined item overtake a more urgent one', () => {
    const hasty = new Set<string>();
    const lab = createLab({
      reps: [rep('ann', {}, ['q', 'urgent']), rep('bob')],
      configs: { q: config(), urgent: config({ routingPriority: 0 }) },
      onPush: (work) => hasty.has(work.rep.id) && lab.decline(work),
    });
    lab.online('ann');
    lab.ask('w1');
    const push = lab.latest('w1');
    lab.ask('w2', 'urgent');
    hasty.add('bob');
    lab.online('bob');
    lab.decline(push);
    expect(lab.routed().filter((push) => push.endsWith('ann'))).toEqual(['w1>ann', 'w2>ann']);
  });
});

describe('a withdrawal', () => {
  it('takes a waiting item out for good', async () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.ask('w1');
    await lab.pass(9000);
    expect(lab.withdraw('w1', 'EndUser')).toBe(true);
    expect(lab.withdraw('w1', 'EndUser')).toBe(false);
    lab.online('ann');
    expect(lab.routed()).toEqual([]);
    expect(lab.of('withdrawn')).toMatchObject([
      { work: 'w1', by: 'EndUser', sinceRequestMs: 9000 },
    ]);
    expect(lab.of('pushCancelled')).toEqual([]);
  });

  it('stops the ringing, cancels the push and gives the rep the next item', async () => {
    const lab = createLab({ reps: [rep('ann')], configs: TIMED });
    lab.online('ann');
    lab.ask('w1');
    lab.ask('w2');
    const push = lab.latest('w1');
    await lab.pass(3000);
    expect(lab.withdraw('w1', 'EndUser')).toBe(true);
    expect(push.status).toBe('Canceled');
    expect(lab.over).toEqual([push]);
    expect(lab.routed()).toEqual(['w1>ann', 'w2>ann']);
    expect(lab.of('pushCancelled')).toMatchObject([{ at: 3000, agentWork: 'A1' }]);
    lab.accept(lab.latest('w2'));
    await lab.pass(60_000);
    expect(story(lab)).toEqual([
      ...['queued 0', 'pushed 0', 'queued 0', 'withdrawn 3000', 'pushCancelled 3000'],
      ...['pushed 3000', 'accepted 3000'],
    ]);
  });

  it('works on an item that was declined before', () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob')] });
    lab.online('ann');
    lab.ask('w1');
    lab.decline(lab.latest('w1'));
    expect(lab.withdraw('w1', 'System')).toBe(true);
    lab.online('bob');
    expect(lab.routed()).toEqual(['w1>ann']);
  });

  it('leaves accepted work alone', () => {
    const lab = createLab({ reps: [rep('ann')] });
    lab.online('ann');
    lab.ask('w1');
    lab.accept(lab.latest('w1'));
    expect(lab.withdraw('w1', 'EndUser')).toBe(false);
    expect(lab.latest('w1').status).toBe('Opened');
    expect(lab.withdraw('nobody knows it', 'EndUser')).toBe(false);
  });
});

describe('a queue without a routing configuration', () => {
  it('is never routed, only counted', () => {
    const lab = createLab({ reps: [rep('ann', { capacity: 5 }, ['q', 'silent'])] });
    lab.online('ann');
    lab.ask('w1', 'silent');
    lab.ask('w2');
    lab.setStatus('ann', 'Busy');
    lab.setStatus('ann', 'Online');
    expect(lab.routed()).toEqual(['w2>ann']);
    expect(lab.of('queued').map(({ queue }) => queue)).toEqual(['silent', 'q']);
    expect(lab.withdraw('w1', 'EndUser')).toBe(true);
  });
});
