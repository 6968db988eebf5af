/** Flows, business hours and skills as they are written in an org file. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  businessHoursSchema,
  flowSchema,
  skillRequirement,
} from '../../../sim/scenario/flow-schema.ts';

const flow = (yaml: string) => flowSchema.safeParse(parse(yaml));
const steps = (yaml: string) => flow(yaml).data?.steps;
const wrongs = (result: { error?: { issues: { message: string }[] } | undefined }) =>
  (result.error?.issues ?? []).map(({ message }) => message);

describe('a flow', () => {
  it('is read, step by step', () => {
    const yaml = `
      - if: { keyword: refund, not: { channel: [sms, line] } }
        then:
          - skills: [refunds, { skill: dutch, level: 5, additional: 3 }]
          - set: { priority: 1, acceptWithin: 2m, startAfter: 30s }
        else: [send: "Hello, {{position}}"]
      - route: { bot: ada, queue: Support }
    `;
    expect(steps(yaml)).toEqual([
      {
        do: 'if',
        when: {
          is: 'all',
          of: [
            { is: 'keyword', words: ['refund'] },
            { is: 'not', of: { is: 'channel', channels: ['sms', 'line'] } },
          ],
        },
        consequent: [
          {
            do: 'skills',
            skills: [
              { skill: 'refunds', level: 0 },
              { skill: 'dutch', level: 5, additionalPriority: 3 },
            ],
          },
          { do: 'set', priority: 1, acceptWithinMs: 120_000, startAfterMs: 30_000 },
        ],
        otherwise: [{ do: 'send', text: 'Hello, {{position}}' }],
      },
      { do: 'route', bot: 'ada', queue: 'Support' },
    ]);
  });

  it.each([
    ['{ attribute: { tier: [gold, silver] } }', { is: 'attribute', values: ['gold', 'silver'] }],
    ['{ open: office }', { is: 'open', hours: 'office' }],
    ['{ outside: office }', { is: 'not', of: { is: 'open', hours: 'office' } }],
    ['{ queueSize: { queue: q, moreThan: 5 } }', { is: 'queueSize', operator: '>', value: 5 }],
    ['{ queueSize: { queue: q, atLeast: 5 } }', { operator: '>=', value: 5 }],
    ['{ repsOnline: { queue: q, exactly: 0 } }', { is: 'repsOnline', operator: '=', value: 0 }],
    ['{ repsOnline: { queue: q, lessThan: 2 } }', { operator: '<', value: 2 }],
    [
      '{ estimatedWait: { queue: q, atMost: 5m } }',
      { is: 'estimatedWaitMs', operator: '<=', value: 300_000 },
    ],
    ['{ any: [open: a, open: b] }', { is: 'any', of: [{ hours: 'a' }, { hours: 'b' }] }],
  ])('has conditions: %s', (when, expected) => {
    expect(steps(`[{ if: ${when}, then: [end: true] }]`)).toMatchObject([{ when: expected }]);
  });

  it.each([
    ['[{ send: hi, end: true }]', 'a step needs exactly one of if, send, skills, set, route, end'],
    ['[{}]', 'a step needs exactly one of if, send, skills, set, route, end'],
    ['[{ if: { open: a } }]', 'an `if` needs a `then`'],
    ['[{ then: [end: true] , send: hi }]', '`then` and `else` go with an `if`'],
    ['[{ if: {}, then: [end: true] }]', 'expected a condition such as { keyword: refund }'],
    [
      '[{ if: { queueSize: { queue: q } }, then: [] }]',
      'needs exactly one of moreThan, atLeast, lessThan, atMost, exactly',
    ],
    [
      '[{ if: { queueSize: { queue: q, moreThan: 1, atMost: 3 } }, then: [] }]',
      'needs exactly one of moreThan, atLeast, lessThan, atMost, exactly',
    ],
  ])('says what is wrong: %s', (yaml, wrong) => {
    expect(wrongs(flow(yaml))).toContain(wrong);
  });

  it('that is empty is none', () => {
    expect(flow('[]').success).toBe(false);
  });
});

describe('a skill requirement', () => {
  it.each([
    ['dutch', { skill: 'dutch', level: 0 }],
    ['{ skill: dutch, level: 4.5 }', { skill: 'dutch', level: 4.5 }],
    ['{ skill: dutch, additional: 0 }', { skill: 'dutch', level: 0, additionalPriority: 0 }],
  ])('%s', (yaml, expected) => {
    expect(skillRequirement.parse(parse(yaml))).toEqual(expected);
  });

  it.each(['{ skill: dutch, level: 11 }', '{ skill: dutch, additional: 1.5 }', '{ level: 3 }'])(
    'not %s',
    (yaml) => {
      expect(skillRequirement.safeParse(parse(yaml)).success).toBe(false);
    },
  );
});

describe('business hours', () => {
  const hours = (yaml: string) => businessHoursSchema.safeParse(parse(yaml));

  it('are days with one stretch or several', () => {
    const yaml = `{ timeZone: Europe/Berlin, monday: 09:00-17:30,
      friday: [00:00-06:00, 22:00-24:00], holidays: ['2026-12-25'] }`;
    expect(hours(yaml).data).toEqual({
      timeZone: 'Europe/Berlin',
      holidays: ['2026-12-25'],
      days: {
        monday: [{ fromMs: 32_400_000, toMs: 63_000_000 }],
        friday: [
          { fromMs: 0, toMs: 21_600_000 },
          { fromMs: 79_200_000, toMs: 86_400_000 },
        ],
      },
    });
  });

  it.each([
    ['{ timeZone: Europe/Berln }', /a time zone such as Europe\/Berlin, found 'Europe\/Berln'/],
    ['{ timeZone: UTC, monday: 17:00-09:00 }', /times/],
    ['{ timeZone: UTC, monday: 09:00-25:00 }', /times/],
    ['{ timeZone: UTC, monday: 09:00-24:30 }', /times/],
    ["{ timeZone: UTC, holidays: ['2026-02-30'] }", /a date such as '2026-12-25'/],
  ])('not %s', (yaml, wrong) => {
    expect(wrongs(hours(yaml)).join('; ')).toMatch(wrong);
  });
});
