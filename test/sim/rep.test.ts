/** Simulated reps: how they answer, work, and let go. */
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../sim/plan.ts';
import { QUIET } from '../stack-lab.ts';
import { constant, createPeopleLab, EXPECT, HI, LEAVE, MINUTE, script } from './people-lab.ts';

const quiet = (more = {}) => createPeopleLab({ channels: { chat: QUIET }, ...more });

describe('a rep', () => {
  it('answers the push, replies in turn, and repeats the last reply', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT, HI, EXPECT, HI, EXPECT, LEAVE]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('accepted')).toMatchObject([{ at: 2000, sincePushMs: 2000 }]);
    const replies = (await lab.said(1)).filter(({ actor }) => actor === 'Agent');
    expect(replies.map(({ content }) => content)).toMatchObject([
      { text: 'first' },
      { text: 'second' },
      { text: 'second' },
    ]);
    const byRep = lab.of('replied');
    expect(byRep.map(({ at }) => at)).toEqual([12_000, 22_000, 32_000]);
    expect(byRep.map(({ sinceCustomerMs }) => sinceCustomerMs)).toEqual([12_000, 10_000, 10_000]);
    expect(lab.outcomes.get(1)).toBe('completed');
  });

  it('answers several messages sent at once with one reply', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, HI, HI, EXPECT, { do: 'think', for: constant(MINUTE) }, LEAVE]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('replied')).toHaveLength(1);
  });

  it('closes the tab when the customer has left, after the after-work', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT, LEAVE]));
    lab.arrive(2, script([HI, EXPECT, LEAVE]));
    lab.rep('ann', { afterWork: constant(30_000) });
    await lab.run();
    expect(lab.of('sessionEnded').map(({ by }) => by)).toEqual(['EndUser', 'EndUser']);
    expect(lab.of('closed')).toMatchObject([
      { at: 42_000, handleMs: 40_000 },
      { at: 84_000, handleMs: 40_000 },
    ]);
  });

  it('says nothing more to a customer who left while the rep was typing', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, { do: 'think', for: constant(5000) }, LEAVE]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('replied')).toEqual([]);
    expect(lab.of('closed')).toMatchObject([{ at: 12_000 }]);
  });

  it('does not accept what stopped ringing before it was answered', async () => {
    const lab = quiet({ routing: { pushTimeoutMs: 1500 } });
    lab.arrive(1, script([HI, { ...EXPECT, withinMs: 8000 }]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('accepted')).toEqual([]);
    expect(lab.of('pushTimedOut')).toHaveLength(1);
  });
});

describe('a rep with a handle time', () => {
  it('ends the session that long after accepting, whatever was said', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT, HI, { ...EXPECT, matches: 'never said' }]));
    lab.rep('ann', { handleTime: constant(3 * MINUTE), afterWork: constant(MINUTE) });
    await lab.run();
    expect(lab.of('sessionEnded')).toMatchObject([{ at: 182_000, by: 'Agent' }]);
    expect(lab.of('closed')).toMatchObject([{ handleMs: 4 * MINUTE }]);
    expect(lab.of('replied').map(({ at }) => at)).toEqual([12_000, 22_000]);
  });

  it('says nothing that would take longer', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT]));
    lab.rep('ann', { handleTime: constant(9000) });
    await lab.run(MINUTE);
    expect(lab.of('replied')).toEqual([]);
    expect(lab.of('closed')).toMatchObject([{ at: 11_000, handleMs: 9000 }]);
  });

  it('stops sooner when the customer leaves', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT, { do: 'think', for: constant(4000) }, LEAVE]));
    lab.rep('ann', { handleTime: constant(10 * MINUTE) });
    await lab.run();
    expect(lab.of('closed')).toMatchObject([{ handleMs: 14_000 }]);
  });
});

describe('a rep without a handle time', () => {
  it('ends the session when the customer has been silent for long enough', async () => {
    const lab = quiet();
    const think = { do: 'think', for: constant(3 * MINUTE) } as const;
    lab.arrive(1, script([HI, EXPECT, think, HI, EXPECT]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('replied').map(({ at }) => at)).toEqual([12_000, 202_000]);
    expect(lab.of('sessionEnded')).toMatchObject([{ at: 502_000, by: 'Agent' }]);
  });

  it('who says nothing waits no longer than one who does', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI]));
    lab.rep('ann', { replies: [] });
    await lab.run();
    expect(lab.of('sessionEnded')).toMatchObject([{ at: 2000 + 5 * MINUTE, by: 'Agent' }]);
  });
});

describe('reps who', () => {
  it('decline leave the work to others', async () => {
    const lab = quiet();
    lab.arrive(1, script([HI, EXPECT, LEAVE]));
    lab.rep('ann', { declines: 1 });
    lab.rep('bob');
    await lab.run();
    expect(lab.of('declined')).toMatchObject([{ rep: 'ann', sincePushMs: 2000 }]);
    expect(lab.of('accepted')).toMatchObject([{ rep: 'bob', sinceRequestMs: 4000 }]);
  });

  it('overlook a push let it ring to its time-out', async () => {
    const lab = quiet({ routing: { pushTimeoutMs: 20_000 } });
    lab.arrive(1, script([HI, EXPECT, LEAVE]));
    lab.rep('ann', { overlooks: 1 });
    lab.rep('bob');
    await lab.run();
    expect(lab.of('pushTimedOut')).toMatchObject([{ rep: 'ann', at: 20_000 }]);
    expect(lab.of('accepted')).toMatchObject([{ rep: 'bob', sinceRequestMs: 22_000 }]);
  });

  it.each(['declines', 'overlooks'] as const)(
    '%s now and then do it as often as said',
    async (what) => {
      const lab = quiet({ routing: { pushTimeoutMs: 60_000 }, presence: { capacity: 1000 } });
      for (let n = 0; n < 400; n += 1) lab.arrive(n, script([HI, EXPECT, LEAVE]));
      lab.rep('ann', { [what]: 0.3 });
      lab.rep('bob', { [what]: 0.3 });
      await lab.run();
      const pushes = lab.of('pushed').length;
      const fact = what === 'declines' ? 'declined' : 'pushTimedOut';
      expect(pushes).toBeGreaterThan(500);
      expect(lab.of(fact).length / pushes).toBeCloseTo(0.3, 1);
      expect(lab.of('accepted')).toHaveLength(400);
    },
  );

  it('take the same time for the same conversation, whoever gets it', async () => {
    const random: Distribution = { name: 'lognormal', params: { mean: 60_000, sd: 40_000 } };
    const handled = async (id: string) => {
      const lab = quiet();
      for (let n = 0; n < 5; n += 1) lab.arrive(n, script([HI]));
      lab.rep(id, { handleTime: random, answersPush: constant(id.length) });
      await lab.run();
      return lab.of('closed').map(({ handleMs }) => Math.round(handleMs));
    };
    const byAnn = await handled('ann');
    expect(await handled('bob')).toEqual(byAnn);
    expect(new Set(byAnn).size).toBe(5);
  });

  it('have room for several talk to several', async () => {
    const lab = quiet({ presence: { capacity: 3 } });
    for (let n = 0; n < 3; n += 1) lab.arrive(n, script([HI, EXPECT, LEAVE]));
    lab.rep('ann');
    await lab.run();
    expect(lab.of('replied').map(({ at }) => at)).toEqual([12_000, 12_000, 12_000]);
  });
});
