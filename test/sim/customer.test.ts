/** Simulated customers: what they wait for, when they give up, and what they let others know. */
import { describe, expect, it } from 'vitest';
import type { Provider } from '../../mock-providers/provider.ts';
import { QUIET } from '../stack-lab.ts';
import { constant, createPeopleLab, EXPECT, HI, LEAVE, MINUTE, script } from './people-lab.ts';

/** A platform that can't report that a customer left. */
const wireless = (provider: Provider): Provider => ({
  ...provider,
  connect(...call) {
    const { send, disconnect } = provider.connect(...call);
    return { send, disconnect };
  },
});

describe('who gives up and comes back', () => {
  const returns = { share: 1, after: constant(5 * MINUTE) };

  it('writes again from the same address, as often as they may', async () => {
    const lab = createPeopleLab();
    const story = script([HI, EXPECT], {
      patience: constant(MINUTE),
      returns: { ...returns, atMost: 2 },
    });
    lab.arrive(3, story);
    await lab.run();
    expect(lab.of('arrived').map(({ at, endUser, visit }) => [at, endUser, visit])).toEqual([
      [0, 'chat:customer-3', undefined],
      [6 * MINUTE, 'chat:customer-3', 1],
      [12 * MINUTE, 'chat:customer-3', 2],
    ]);
    expect(new Set(lab.of('arrived').map(({ conversation }) => conversation)).size).toBe(3);
    expect(lab.of('left').map(({ outcome }) => outcome)).toEqual(Array(3).fill('abandoned'));
    expect((await lab.store.load('chat:customer-3', 0))?.sessionCount).toBe(3);
  });

  it('has no reason to when a rep has answered', async () => {
    const lab = createPeopleLab();
    lab.arrive(3, script([HI, EXPECT], { patience: constant(MINUTE), returns }));
    await lab.run(2 * MINUTE);
    lab.rep('ann');
    await lab.run();
    expect(lab.of('arrived')).toHaveLength(2);
    expect(lab.outcomes.get(3)).toBe('completed');
  });

  it('does so by share', async () => {
    const lab = createPeopleLab();
    const story = script([HI, EXPECT], {
      patience: constant(MINUTE),
      returns: { share: 0.4, after: constant(MINUTE), atMost: 1 },
    });
    for (let n = 0; n < 300; n += 1) lab.arrive(n, story);
    await lab.run();
    const again = lab.of('arrived').filter(({ visit }) => visit === 1).length;
    // Binomial(300, 0.4): sd 8.5.
    expect(Math.abs(again - 120)).toBeLessThan(34);
  });
});

const PATIENCE = { patience: constant(MINUTE) };

describe('patience', () => {
  it.each([
    ['announced', ['EndUser']],
    ['silent', []],
  ] as const)('that ends before a rep is heard: the customer leaves, %s', async (leaves, ends) => {
    const lab = createPeopleLab();
    lab.arrive(3, script([HI, EXPECT], { ...PATIENCE, leaves }));
    await lab.run();
    expect(lab.outcomes.get(3)).toBe('abandoned');
    expect(lab.of('left')).toEqual([
      {
        type: 'left',
        at: MINUTE,
        conversation: 3,
        channel: 'chat',
        outcome: 'abandoned',
        lastedMs: MINUTE,
      },
    ]);
    expect(lab.of('sessionEnded').map(({ by }) => by)).toEqual(ends);
    expect(lab.of('withdrawn')).toHaveLength(ends.length);
  });

  it('is said by the end keyword where the platform has no other way', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, EXPECT], PATIENCE), wireless);
    lab.arrive(2, script([HI, EXPECT], { ...PATIENCE, leaves: 'silent' }), wireless);
    await lab.run();
    expect(lab.of('sessionEnded')).toMatchObject([{ session: 'S1', by: 'EndUser', at: MINUTE }]);
  });

  it('is not fed by automatic greetings, but stops when a rep has engaged', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, EXPECT, LEAVE], PATIENCE));
    const ann = lab.seat('ann');
    lab.clock.after(MINUTE - 1, () => void ann.accept('A1'));
    lab.clock.after(9 * MINUTE, () => void ann.say('A1', 'sorry for the wait'));
    await lab.run();
    expect(lab.outcomes.get(1)).toBe('completed');
    expect(lab.of('heard').map(({ from, first }) => [from, first])).toEqual([
      ['auto', false],
      ['auto', false],
      ['rep', true],
    ]);
  });

  it('on a channel that says nothing by itself stops with the rep’s first words', async () => {
    const lab = createPeopleLab({ channels: { chat: QUIET } });
    lab.arrive(1, script([HI, EXPECT, EXPECT, LEAVE], PATIENCE));
    lab.arrive(2, script([HI, EXPECT, EXPECT, LEAVE], PATIENCE));
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    lab.clock.after(MINUTE - 2, () => void ann.accept('A1').then(() => ann.say('A1', 'yes?')));
    lab.clock.after(5 * MINUTE, () => void ann.say('A1', 'here it is'));
    lab.clock.after(MINUTE - 2, () => void bob.accept('A2'));
    await lab.run();
    expect(lab.outcomes.get(1)).toBe('completed');
    expect(lab.outcomes.get(2)).toBe('abandoned');
    expect(lab.of('left')[0]).toMatchObject({ conversation: 2, at: MINUTE });
  });

  it('ends a customer’s thinking, too', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, { do: 'think', for: constant(10 * MINUTE) }, EXPECT], PATIENCE));
    await lab.run();
    expect(lab.of('left')).toMatchObject([{ outcome: 'abandoned', lastedMs: MINUTE }]);
  });

  it('leaves no timer behind when the customer is gone', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, LEAVE], { patience: constant(1000 * MINUTE) }));
    await lab.run();
    expect(lab.clock.now()).toBe(0);
  });
});

describe('an expectation', () => {
  const within = (ms: number) => ({ ...EXPECT, withinMs: ms });

  it('missed before a rep was heard is an abandonment; after that it is unanswered', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, within(MINUTE)]));
    lab.arrive(2, script([HI, within(MINUTE), { do: 'say', text: 'and?' }, within(2 * MINUTE)]));
    const [ann, bob] = [lab.seat('ann'), lab.seat('bob')];
    lab.clock.after(1000, () => void ann.decline('A1'));
    lab.clock.after(30_000, () => void bob.accept('A2').then(() => bob.say('A2', 'yes?')));
    await lab.run(10 * MINUTE);
    expect(Object.fromEntries(lab.outcomes)).toEqual({ 1: 'abandoned', 2: 'unanswered' });
    expect(lab.of('expectationMissed')).toMatchObject([
      { conversation: 1, step: 2, waitedMs: MINUTE, at: MINUTE },
      { conversation: 2, step: 4, waitedMs: 2 * MINUTE, at: 150_000 },
    ]);
  });

  it('without a time of its own gives up after half an hour', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, EXPECT]));
    await lab.run();
    expect(lab.of('left')).toMatchObject([{ outcome: 'abandoned', lastedMs: 30 * MINUTE }]);
  });

  it('counts its time over messages that are not the expected ones', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, { ...within(MINUTE), matches: 'order \\d+' }]));
    const ann = lab.seat('ann');
    lab.clock.after(10_000, () => void ann.accept('A1').then(() => ann.say('A1', 'one moment')));
    lab.clock.after(50_000, () => void ann.say('A1', 'still looking'));
    await lab.run(2 * MINUTE);
    expect(lab.of('left')).toMatchObject([{ outcome: 'unanswered', lastedMs: MINUTE }]);
  });

  it('knows its message by a pattern, any case, and by whom it is from', async () => {
    const lab = createPeopleLab();
    const steps = [
      HI,
      { do: 'expect', from: 'auto', matches: 'rep is HERE' },
      { do: 'expect', from: 'rep', matches: '^order \\d+' },
      { do: 'expect', from: 'any' },
      LEAVE,
    ] as const;
    lab.arrive(1, script(steps));
    const ann = lab.seat('ann');
    lab.clock.after(1000, () => void ann.accept('A1'));
    lab.clock.after(2000, () => void ann.say('A1', 'your Order 66'));
    lab.clock.after(3000, () => void ann.say('A1', 'Order 66 has left'));
    lab.clock.after(4000, () => void ann.say('A1', 'bye'));
    await lab.run(MINUTE);
    expect(lab.of('left')).toMatchObject([{ outcome: 'completed', lastedMs: 4000 }]);
  });

  it('is met by what came while the customer was thinking, in order', async () => {
    const lab = createPeopleLab();
    const think = { do: 'think', for: constant(MINUTE) } as const;
    lab.arrive(1, script([HI, think, { ...EXPECT, matches: 'two' }, within(1), LEAVE]));
    const ann = lab.seat('ann');
    lab.clock.after(1000, async () => {
      await ann.accept('A1');
      for (const text of ['one', 'two', 'three']) await ann.say('A1', text);
    });
    await lab.run(5 * MINUTE);
    expect(lab.of('left')).toMatchObject([{ outcome: 'completed', lastedMs: MINUTE }]);
  });
});

describe('a customer', () => {
  it('thinks as long as drawn, whatever arrives meanwhile', async () => {
    const lab = createPeopleLab();
    const think = { do: 'think', for: constant(20_000) } as const;
    lab.arrive(1, script([HI, think, { do: 'say', text: 'I am {{customer}}' }, LEAVE]));
    const ann = lab.seat('ann');
    lab.clock.after(5000, () => void ann.accept('A1').then(() => ann.say('A1', 'yes?')));
    await lab.run(MINUTE);
    expect(lab.of('said').map(({ at, turn }) => [at, turn])).toEqual([
      [0, 1],
      [20_000, 2],
    ]);
    expect(ann.events).toContain('message A1: I am 1');
  });

  it('counts a reply from the first thing said that it answers', async () => {
    const lab = createPeopleLab({ channels: { chat: QUIET } });
    const think = { do: 'think', for: constant(3000) } as const;
    lab.arrive(1, script([HI, think, HI, EXPECT, EXPECT, LEAVE]));
    const ann = lab.seat('ann');
    lab.clock.after(1000, () => void ann.accept('A1'));
    lab.clock.after(9000, () => void ann.say('A1', 'one'));
    lab.clock.after(9500, () => void ann.say('A1', 'two'));
    await lab.run(MINUTE);
    const heard = lab.of('heard').map(({ first, sinceSaidMs }) => [first, sinceSaidMs]);
    expect(heard).toEqual([
      [true, 9000],
      [false, undefined],
    ]);
  });

  it.each([
    ['by title, any case', 'BLUE', { kind: 'choice', id: 'choice-2', title: 'Blue' }],
    ['by number', 1, { kind: 'choice', id: 'choice-1', title: 'Red' }],
    ['that is not offered, in words', 'green', { kind: 'text', text: 'green' }],
    ['by a number too high, in words', 3, { kind: 'text', text: '3' }],
  ] as const)('picks a quick reply %s', async (_, title, content) => {
    const lab = createPeopleLab({ channels: { chat: QUIET } });
    lab.arrive(1, script([HI, EXPECT, { do: 'choose', title }, LEAVE]));
    lab.rep('ann', { replies: [{ text: 'Colour?', choices: ['Red', 'Blue'] }] });
    await lab.run();
    const said = await lab.said(1);
    expect(said.filter(({ actor }) => actor === 'EndUser').at(-1)?.content).toEqual(content);
  });

  it('who reaches "leave" says so even when giving up would be silent', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, LEAVE], { leaves: 'silent' }));
    lab.arrive(2, script([HI]));
    await lab.run();
    expect(Object.fromEntries(lab.outcomes)).toEqual({ 1: 'completed', 2: 'completed' });
    expect(lab.of('sessionEnded')).toMatchObject([{ session: 'S1', by: 'EndUser' }]);
  });

  it('whom the rep dismisses is cut short, and says no goodbye', async () => {
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, EXPECT, EXPECT, LEAVE]), wireless);
    const ann = lab.seat('ann');
    lab.clock.after(1000, () => void ann.accept('A1').then(() => ann.say('A1', 'not here')));
    lab.clock.after(2000, () => void ann.end('A1'));
    await lab.run();
    expect(lab.of('left')).toMatchObject([{ outcome: 'cutShort', lastedMs: 2000 }]);
    expect(lab.of('sessionEnded')).toMatchObject([{ by: 'Agent' }]);
    expect(lab.of('received')).toHaveLength(1);
  });

  it('whose message is not taken gives up', async () => {
    const refusing = (provider: Provider): Provider => ({
      ...provider,
      connect: (...call) => ({
        ...provider.connect(...call),
        send: async () => ({ ok: false, reason: 'the stack answered 500' }),
      }),
    });
    const lab = createPeopleLab();
    lab.arrive(1, script([HI, EXPECT, LEAVE]), refusing);
    await lab.run();
    expect(lab.of('left')).toMatchObject([{ outcome: 'refused', lastedMs: 0 }]);
    expect(lab.of('said')).toHaveLength(1);
  });
});
