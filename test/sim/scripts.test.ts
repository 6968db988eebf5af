/** Scripts that choose, go round and remember. */
import { describe, expect, it } from 'vitest';
import type { Step, Typing } from '../../sim/script.ts';
import { textOf } from '../../src/message.ts';
import { ORIGIN, QUIET } from '../stack-lab.ts';
import { constant, createPeopleLab, EXPECT, HI, LEAVE, MINUTE, script } from './people-lab.ts';

const say = (text: string): Step => ({ do: 'say', text });

/** What a customer of this script says to a rep who answers `replies` in turn. */
async function saidBy(steps: readonly Step[], replies = ['first', 'second'], n = 3) {
  const lab = createPeopleLab();
  lab.rep('ann', { replies: replies.map((text) => ({ text })) });
  lab.arrive(n, script(steps));
  await lab.run();
  const all = await lab.said(n);
  const own = all.filter(({ actor }) => actor === 'EndUser').map(({ content }) => textOf(content));
  return { own, outcome: lab.outcomes.get(n), of: lab.of };
}

describe('a branch', () => {
  const ask = (heard: string): Step => ({
    do: 'branch',
    when: { is: 'heard', matches: heard },
    consequent: [say('good')],
    otherwise: [say('bad')],
  });

  it('is taken by what was heard last', async () => {
    expect((await saidBy([HI, EXPECT, ask('FIRST')])).own).toEqual(['hi', 'good']);
    expect((await saidBy([HI, EXPECT, ask('second')])).own).toEqual(['hi', 'bad']);
  });

  it('may leave, and nothing after it is done', async () => {
    const step: Step = {
      do: 'branch',
      when: { is: 'heard', matches: 'first' },
      consequent: [say('thanks'), LEAVE],
      otherwise: [],
    };
    const { own, outcome } = await saidBy([HI, EXPECT, step, say('never')]);
    expect(own).toEqual(['hi', 'thanks']);
    expect(outcome).toBe('completed');
  });

  it('by lot goes each way by its share, the same for the same customer', async () => {
    const step: Step = {
      do: 'branch',
      when: { is: 'chance', share: 0.3 },
      consequent: [say('heads')],
      otherwise: [say('tails')],
    };
    const lab = createPeopleLab();
    for (let n = 0; n < 400; n += 1) lab.arrive(n, script([HI, step]));
    await lab.run();
    const texts = await Promise.all(
      Array.from({ length: 400 }, async (_, n) =>
        (await lab.store.history(`chat:customer-${n}`)).map(({ content }) => textOf(content)),
      ),
    );
    const heads = texts.filter((all) => all.includes('heads')).length;
    // Binomial(400, 0.3): sd 9.2.
    expect(Math.abs(heads - 120)).toBeLessThan(37);
    expect((await saidBy([HI, step], [], 7)).own.at(-1)).toBe(
      texts[7]!.includes('heads') ? 'heads' : 'tails',
    );
  });

  it('knows who has come back', async () => {
    const lab = createPeopleLab();
    const when = { is: 'returned' } as const;
    const greet: Step = { do: 'branch', when, consequent: [say('me again')], otherwise: [HI] };
    const returns = { share: 1, after: constant(MINUTE), atMost: 1 };
    lab.arrive(3, script([greet, EXPECT], { patience: constant(MINUTE), returns }));
    await lab.run();
    const entries = await lab.store.history('chat:customer-3');
    const own = entries.filter(({ actor }) => actor === 'EndUser');
    expect(own.map(({ content }) => textOf(content))).toEqual(['hi', 'me again']);
  });
});

describe('a way by lot', () => {
  it('follows the weights', async () => {
    const ways = [
      { weight: 3, steps: [say('often')] },
      { weight: 1, steps: [say('seldom')] },
    ];
    const lab = createPeopleLab();
    for (let n = 0; n < 400; n += 1) lab.arrive(n, script([{ do: 'either', ways }]));
    await lab.run();
    let often = 0;
    for (let n = 0; n < 400; n += 1) {
      const [entry] = await lab.store.history(`chat:customer-${n}`);
      if (textOf(entry!.content) === 'often') often += 1;
    }
    // Binomial(400, 0.75): sd 8.7.
    expect(Math.abs(often - 300)).toBeLessThan(35);
  });
});

describe('a repeat', () => {
  it('does its steps so often', async () => {
    const { own } = await saidBy([{ do: 'repeat', times: 3, steps: [HI, EXPECT] }, say('done')]);
    expect(own).toEqual(['hi', 'hi', 'hi', 'done']);
  });

  it('thinks anew each time', async () => {
    const lab = createPeopleLab();
    const think: Step = { do: 'think', for: { name: 'exponential', params: { mean: 1000 } } };
    lab.arrive(3, script([{ do: 'repeat', times: 3, steps: [HI, think] }]));
    await lab.run();
    const times = lab.of('said').map(({ at }) => at);
    expect(new Set(times.slice(1).map((at, i) => at - times[i]!)).size).toBe(2);
  });
});

describe('variables', () => {
  it('are set once and said again, and taken from what is heard', async () => {
    const { own } = await saidBy(
      [
        HI,
        { do: 'expect', from: 'rep', matches: 'order (?<order>\\w+) of (?<name>\\w+)' },
        { do: 'set', values: { answer: 'It is {{order}}' } },
        say('{{answer}}, for {{name}}'),
        {
          do: 'branch',
          when: { is: 'variable', name: 'order', matches: '^x' },
          consequent: [say('right')],
          otherwise: [say('wrong')],
        },
      ],
      ['Is it order X17 of Ada?'],
    );
    expect(own).toEqual(['hi', 'It is X17, for Ada', 'right']);
  });
});

describe('what does not come', () => {
  const wait = (otherwise: Step[]): Step => ({
    ...{ do: 'expect', from: 'rep', matches: 'never', withinMs: MINUTE },
    otherwise,
  });

  it('has another way', async () => {
    const { own, outcome, of } = await saidBy([HI, wait([say('hello?'), EXPECT]), say('thanks')]);
    expect(own).toEqual(['hi', 'hello?', 'thanks']);
    expect(outcome).toBe('completed');
    expect(of('expectationMissed')).toEqual([]);
  });

  it('is no way out for who has lost patience', async () => {
    const lab = createPeopleLab();
    const patience = constant(MINUTE / 2);
    lab.arrive(3, script([HI, wait([say('hello?')])], { patience }));
    await lab.run();
    expect(lab.outcomes.get(3)).toBe('abandoned');
  });
});

describe('writing takes time', () => {
  const said = async (typing: Typing) => {
    const lab = createPeopleLab();
    lab.arrive(1, script([say('four'), say('sixsix')], { typing }));
    await lab.run();
    const own = (await lab.said(1)).filter(({ actor }) => actor === 'EndUser');
    return own.map(({ atMs }, i) => atMs - (own[i - 1]?.atMs ?? ORIGIN));
  };

  it('for each message, or for each character', async () => {
    expect(await said({ time: constant(5000), per: 'message' })).toEqual([5000, 5000]);
    expect(await said({ time: constant(250), per: 'character' })).toEqual([1000, 1500]);
  });

  it('and who runs out of patience meanwhile does not send it', async () => {
    const lab = createPeopleLab();
    const typing: Typing = { time: constant(60_000), per: 'message' };
    lab.arrive(1, script([HI], { typing, patience: constant(10_000) }));
    await lab.run();
    expect(lab.outcomes.get(1)).toBe('abandoned');
    expect(lab.of('queued')).toEqual([]);
  });
});

describe('an expectation of an element', () => {
  const story = (has: 'choices' | 'media') =>
    script([HI, { ...EXPECT, has, withinMs: MINUTE }, say('seen'), LEAVE]);

  it.each([
    ['choices', { text: 'Which?', choices: ['Red', 'Blue'] }],
    ['media', { text: 'See', media: { url: 'https://x.test/a.png', mimeType: 'image/png' } }],
  ] as const)('waits for %s', async (has, reply) => {
    for (const [replies, outcome] of [
      [[{ text: 'plain' }, reply], 'completed'],
      [[{ text: 'plain' }], 'unanswered'],
    ] as const) {
      const lab = createPeopleLab();
      lab.rep('ann', { replies });
      lab.arrive(1, {
        ...story(has),
        steps: [HI, EXPECT, say('and?'), ...story(has).steps.slice(1)],
      });
      await lab.run();
      expect(lab.outcomes.get(1)).toBe(outcome);
    }
  });
});

describe('a customer who goes to another channel', () => {
  const channels = { chat: QUIET, other: { ...QUIET, address: 'other' } };

  it('begins a conversation there, and goes on with the script', async () => {
    const lab = createPeopleLab({ channels });
    lab.rep('ann', { closesWhenSilentForMs: MINUTE });
    const inner: Step = {
      do: 'repeat',
      times: 1,
      steps: [HI, EXPECT, { do: 'switch', to: 'other' }],
    };
    const set: Step = { do: 'set', values: { order: 'A7' } };
    lab.arrive(1, script([set, inner, say('again, {{order}}'), EXPECT, LEAVE]));
    await lab.run();
    expect(lab.of('left').map(({ channel, outcome }) => [channel, outcome])).toEqual([
      ['chat', 'switched'],
      ['other', 'completed'],
    ]);
    const ids = lab.of('arrived').map(({ conversation }) => conversation);
    expect(new Set(ids).size).toBe(2);
    const there = await lab.store.history('other:customer-1');
    expect(there.map(({ content }) => textOf(content))).toContain('again, A7');
    expect(lab.of('accepted')).toHaveLength(2);
  });

  it('is patient anew', async () => {
    const lab = createPeopleLab({ channels });
    const patience = constant(MINUTE);
    const think: Step = { do: 'think', for: constant(40_000) };
    lab.arrive(1, script([HI, think, { do: 'switch', to: 'other' }, HI, think], { patience }));
    await lab.run();
    expect(lab.outcomes.get(1)).toBe('completed');
  });
});
