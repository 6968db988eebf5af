/** Flow routing (fact sheet omni-channel 1.14): what a flow decides, and what makes it fail. */
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type FlowContext,
  type FlowStep,
  type Operator,
  runFlow,
} from '../../src/router/flow.ts';

const CONTEXT: FlowContext = {
  channel: 'whatsapp-de',
  channelType: 'whatsapp',
  text: 'I want a REFUND, please',
  attributes: { tier: 'gold' },
  nowUnixMs: 0,
  queueSize: (queue) => ({ sales: 3, billing: 0 })[queue],
  repsOnline: (queue) => ({ sales: 2, billing: 0 })[queue],
  estimatedWaitMs: (queue) => ({ sales: 90_000 })[queue],
  isOpen: (hours) => ({ office: true, weekend: false })[hours],
};

const to = (queue: string): FlowStep => ({ do: 'route', queue });

/** `sales` if it holds, `billing` if not. */
function branch(when: Condition, context: Partial<FlowContext> = {}): string | undefined {
  const steps: FlowStep[] = [
    { do: 'if', when, consequent: [to('sales')], otherwise: [to('billing')] },
  ];
  const outcome = runFlow({ steps }, { ...CONTEXT, ...context });
  return outcome.does === 'route' ? outcome.target.queue : outcome.does;
}

const holds = (when: Condition, context?: Partial<FlowContext>) =>
  branch(when, context) === 'sales';

describe('a condition', () => {
  it('knows a channel by its id and by its type', () => {
    const channel = (...channels: string[]) => holds({ is: 'channel', channels });
    expect([channel('whatsapp-de'), channel('sms', 'whatsapp')]).toEqual([true, true]);
    expect([channel('sms'), channel('whatsapp-fr')]).toEqual([false, false]);
  });

  it.each([
    ['I want a REFUND, please', 'refund', true],
    ['refunds', 'refund', false],
    ['prerefund', 'refund', false],
    ['refund2', 'refund', false],
    ['refund', 'refund', true],
    ['(refund)', 'refund', true],
    ['Ich möchte kündigen!', 'Kündigen', true],
    ['unkündigenbar', 'kündigen', false],
    ['I like C++ most', 'c++', true],
    ['ccc', 'c++', false],
    ['my bill is wrong', 'my bill', true],
    ['', 'refund', false],
  ])('finds a keyword as a whole word in any case: %s, %s', (text, word, found) => {
    expect(holds({ is: 'keyword', words: ['nonsense', word] }, { text })).toBe(found);
  });

  it('compares attributes; who has none of that name is none of them', () => {
    const attribute = (name: string, ...values: string[]) =>
      holds({ is: 'attribute', name, values });
    expect([attribute('tier', 'silver', 'gold'), attribute('tier', 'silver')]).toEqual([
      true,
      false,
    ]);
    expect([attribute('land', ''), attribute('toString', 'x')]).toEqual([false, false]);
  });

  it.each<[Operator, number, boolean[]]>([
    ['<', 3, [true, false, false]],
    ['<=', 3, [true, true, false]],
    ['=', 3, [false, true, false]],
    ['>=', 3, [false, true, true]],
    ['>', 3, [false, false, true]],
  ])('compares queue sizes by %s', (operator, value, expected) => {
    const when = { is: 'queueSize', queue: 'sales', operator, value } as const;
    const sizes = [2, 3, 4].map((size) => holds(when, { queueSize: () => size }));
    expect(sizes).toEqual(expected);
  });

  it('knows reps online, the estimated wait and business hours', () => {
    const number = (is: 'repsOnline' | 'estimatedWaitMs', queue: string, value: number) =>
      holds({ is, queue, operator: '>=', value });
    expect([number('repsOnline', 'sales', 2), number('repsOnline', 'billing', 1)]).toEqual([
      true,
      false,
    ]);
    expect(number('estimatedWaitMs', 'sales', 90_000)).toBe(true);
    expect(holds({ is: 'open', hours: 'office' })).toBe(true);
    expect(holds({ is: 'open', hours: 'weekend' })).toBe(false);
  });

  it('about a wait that nobody can tell does not hold, whichever way it is asked (C22)', () => {
    for (const operator of ['<', '<=', '=', '>=', '>'] as const) {
      const when = { is: 'estimatedWaitMs', queue: 'billing', operator, value: 0 } as const;
      expect(holds(when)).toBe(false);
    }
  });

  it('is made of others', () => {
    const yes: Condition = { is: 'open', hours: 'office' };
    const no: Condition = { is: 'open', hours: 'weekend' };
    expect(holds({ is: 'all', of: [yes, yes] })).toBe(true);
    expect(holds({ is: 'all', of: [yes, no] })).toBe(false);
    expect(holds({ is: 'any', of: [no, yes] })).toBe(true);
    expect(holds({ is: 'any', of: [no, no] })).toBe(false);
    expect(holds({ is: 'not', of: { is: 'all', of: [yes, no] } })).toBe(true);
  });
});

describe('a flow', () => {
  const skill = (name: string) => ({ skill: name, level: 1 });

  it('gathers messages, skills and settings on its way, the last setting winning', () => {
    const inner: FlowStep[] = [
      { do: 'send', text: 'two' },
      { do: 'skills', skills: [skill('b')] },
    ];
    const outcome = runFlow(
      {
        steps: [
          { do: 'send', text: 'one' },
          { do: 'skills', skills: [skill('a')] },
          { do: 'set', priority: 3, acceptWithinMs: 1000 },
          {
            do: 'if',
            when: { is: 'open', hours: 'office' },
            consequent: inner,
            otherwise: [{ do: 'end' }],
          },
          { do: 'set', priority: 1 },
          to('sales'),
          { do: 'send', text: 'never' },
        ],
      },
      CONTEXT,
    );
    expect(outcome).toEqual({
      does: 'route',
      sends: ['one', 'two'],
      skills: [skill('a'), skill('b')],
      priority: 1,
      acceptWithinMs: 1000,
      target: { queue: 'sales' },
    });
  });

  it('may end the session, having said why', () => {
    const steps: FlowStep[] = [{ do: 'send', text: 'closed' }, { do: 'end' }, to('sales')];
    expect(runFlow({ steps }, CONTEXT)).toEqual({ does: 'end', sends: ['closed'] });
  });

  const many = Array.from({ length: 26 }, (_, i) => skill(`s${i}`));
  it.each<[string, FlowStep[], RegExp]>([
    ['has no end', [{ do: 'send', text: 'hello' }], /without routing/],
    [
      'ends in a branch that does nothing',
      [
        {
          do: 'if',
          when: { is: 'open', hours: 'weekend' },
          consequent: [to('sales')],
          otherwise: [],
        },
      ],
      /without routing/,
    ],
    ['names a queue there is not', [to('salse')], /'salse', which this org does not have/],
    [
      'asks about a queue there is not',
      [
        {
          do: 'if',
          when: { is: 'repsOnline', queue: 'salse', operator: '>', value: 0 },
          consequent: [to('sales')],
          otherwise: [to('billing')],
        },
      ],
      /'salse', which this org does not have/,
    ],
    [
      'asks for hours there are not',
      [{ do: 'if', when: { is: 'open', hours: 'offfice' }, consequent: [], otherwise: [] }],
      /no hours 'offfice'/,
    ],
    ['routes to nobody', [{ do: 'route' }], /to nobody/],
    ['routes to a bot with no queue behind it', [{ do: 'route', bot: 'b' }], /needs a queue/],
    ['asks for 26 skills', [{ do: 'skills', skills: many }, to('sales')], /26 skills: at most 25/],
  ])('that %s is a fault, with what it has sent until then', (_, steps, reason) => {
    const outcome = runFlow({ steps: [{ do: 'send', text: 'first' }, ...steps] }, CONTEXT);
    expect(outcome).toMatchObject({ does: 'fault', reason: expect.stringMatching(reason) });
    expect(outcome.sends[0]).toBe('first');
  });

  it('may route by skills alone, or to a rep alone', () => {
    const bySkills = runFlow(
      { steps: [{ do: 'skills', skills: [skill('a')] }, { do: 'route' }] },
      CONTEXT,
    );
    expect(bySkills).toMatchObject({ does: 'route', target: {}, skills: [skill('a')] });
    const direct: FlowStep = { do: 'route', rep: 'ann', required: true };
    expect(runFlow({ steps: [direct] }, CONTEXT)).toMatchObject({
      target: { rep: 'ann', required: true },
    });
  });
});
