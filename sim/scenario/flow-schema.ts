/**
 * The shape of flows, skill requirements and business hours in an org file. What a flow does is
 * `src/router/flow.ts`.
 */
import * as z from 'zod';
import { type BusinessHours, DAYS, type Day } from '../../src/router/business-hours.ts';
import type {
  Condition,
  Flow,
  FlowStep,
  Operator,
  SkillRequirement,
} from '../../src/router/flow.ts';
import { duration, either, expected, name, section, text, written } from './fields.ts';
import type { Parsed } from './units.ts';

const level = z.number().min(0).max(10);

const longSkill = section({
  skill: name.describe('The skill.'),
  level: level.prefault(0).describe('At least this level, 0 to 10; 0 is any.'),
  additional: z
    .int()
    .min(0)
    .max(10)
    .exactOptional()
    .describe('An additional skill, with its priority: the higher is dropped sooner.'),
}).transform(
  ({ skill, level, additional }): SkillRequirement => ({
    skill,
    level,
    ...(additional !== undefined && { additionalPriority: additional }),
  }),
);

export const skillRequirement = either(
  [name.transform((skill): SkillRequirement => ({ skill, level: 0 })), longSkill],
  'a skill, or { skill, level, additional }',
).describe('A skill that work asks for.');

const listOf = <T extends z.ZodType<string>>(one: T, wants: string) =>
  either([one.transform((only) => [only]), z.array(one).min(1)], wants);

const OPERATORS = {
  moreThan: '>',
  atLeast: '>=',
  lessThan: '<',
  atMost: '<=',
  exactly: '=',
} as const satisfies Record<string, Operator>;

type Bound = keyof typeof OPERATORS;

function comparison<T extends z.ZodType<number>>(value: T, what: string) {
  const bound = (words: string) => value.exactOptional().describe(words);
  return section({
    queue: text.describe('The queue.'),
    moreThan: bound('More than this.'),
    atLeast: bound('This or more.'),
    lessThan: bound('Less than this.'),
    atMost: bound('This or less.'),
    exactly: bound('This and nothing else.'),
  })
    .transform(({ queue, ...bounds }, context) => {
      const [given, ...more] = Object.entries(bounds) as [Bound, number][];
      if (given !== undefined && more.length === 0) {
        return { queue, operator: OPERATORS[given[0]], value: given[1] };
      }
      const message = `needs exactly one of ${Object.keys(OPERATORS).join(', ')}`;
      context.issues.push({ code: 'custom', message, input: bounds });
      return z.NEVER;
    })
    .describe(what);
}

const condition: z.ZodType<Condition> = z.lazy(() =>
  section({
    channel: listOf(text, 'a channel or a list of them')
      .exactOptional()
      .describe('The channel is one of these, by id or type.'),
    keyword: listOf(text, 'a word or a list of them')
      .exactOptional()
      .describe('The customer said one of these, as a whole word, in any case.'),
    attribute: z
      .record(text, listOf(text, 'a value or a list of them'))
      .exactOptional()
      .describe('Attributes of the customer with the values they may have.'),
    open: name.exactOptional().describe('These business hours are open.'),
    outside: name.exactOptional().describe('These business hours are closed.'),
    queueSize: comparison(z.number().min(0), 'How many wait in a queue.').exactOptional(),
    repsOnline: comparison(z.number().min(0), 'Reps of a queue online.').exactOptional(),
    estimatedWait: comparison(duration, 'Estimated wait of a queue.').exactOptional(),
    all: z.array(condition).min(1).exactOptional().describe('All of these hold.'),
    any: z.array(condition).min(1).exactOptional().describe('One of these holds.'),
    not: condition.exactOptional().describe('This does not hold.'),
  }).transform((given, context): Condition => {
    const of = conditionsOf(given);
    const [only] = of;
    if (only === undefined) {
      const message = 'expected a condition such as { keyword: refund }';
      context.issues.push({ code: 'custom', message, input: given });
      return z.NEVER;
    }
    return of.length === 1 ? only : { is: 'all', of };
  }),
);

type Compared = { readonly queue: string; readonly operator: Operator; readonly value: number };

function conditionsOf(given: {
  channel?: string[];
  keyword?: string[];
  attribute?: Record<string, string[]>;
  open?: string;
  outside?: string;
  queueSize?: Compared;
  repsOnline?: Compared;
  estimatedWait?: Compared;
  all?: Condition[];
  any?: Condition[];
  not?: Condition;
}): readonly Condition[] {
  const found: Condition[] = [];
  if (given.channel) found.push({ is: 'channel', channels: given.channel });
  if (given.keyword) found.push({ is: 'keyword', words: given.keyword });
  for (const [attribute, values] of Object.entries(given.attribute ?? {})) {
    found.push({ is: 'attribute', name: attribute, values });
  }
  if (given.open) found.push({ is: 'open', hours: given.open });
  if (given.outside) found.push({ is: 'not', of: { is: 'open', hours: given.outside } });
  if (given.queueSize) found.push({ is: 'queueSize', ...given.queueSize });
  if (given.repsOnline) found.push({ is: 'repsOnline', ...given.repsOnline });
  if (given.estimatedWait) found.push({ is: 'estimatedWaitMs', ...given.estimatedWait });
  if (given.all) found.push({ is: 'all', of: given.all });
  if (given.any) found.push({ is: 'any', of: given.any });
  if (given.not) found.push({ is: 'not', of: given.not });
  return found;
}

const route = section({
  queue: text.exactOptional().describe('A queue; beside a rep or a bot it is the fallback.'),
  rep: name.exactOptional().describe('This rep, while they are there.'),
  required: z.boolean().exactOptional().describe('Nobody but that rep, ever.'),
  bot: name.exactOptional().describe('This bot first.'),
});

const step: z.ZodType<FlowStep> = z.lazy(() =>
  section({
    if: condition.exactOptional().describe('A condition, with `then` and `else`.'),
    // biome-ignore lint/suspicious/noThenProperty: the word of the file format; never awaited.
    then: z.array(step).exactOptional().describe('What is done if it holds.'),
    else: z.array(step).exactOptional().describe('What is done if it does not.'),
    send: text.exactOptional().describe('Sends this; {{position}} and {{estimatedWait}} work.'),
    skills: z.array(skillRequirement).min(1).exactOptional().describe('Adds skill requirements.'),
    set: section({
      priority: z.int().min(0).exactOptional().describe('Secondary routing priority.'),
      acceptWithin: duration.exactOptional().describe('Acceptance due date, from now.'),
      startAfter: duration.exactOptional().describe('Not routed before, from now.'),
    })
      .exactOptional()
      .describe('Sets what orders and times the routing.'),
    route: route.exactOptional().describe('Routes the session; nothing after it is done.'),
    end: z.literal(true).exactOptional().describe('Ends the session.'),
  }).transform((given, context): FlowStep => {
    const made = stepOf(given);
    if (typeof made !== 'string') return made;
    context.issues.push({ code: 'custom', message: made, input: given });
    return z.NEVER;
  }),
);

const ACTIONS = ['if', 'send', 'skills', 'set', 'route', 'end'] as const;

function stepOf(given: {
  if?: Condition;
  then?: FlowStep[];
  else?: FlowStep[];
  send?: string;
  skills?: SkillRequirement[];
  set?: { priority?: number; acceptWithin?: number; startAfter?: number };
  route?: z.output<typeof route>;
  end?: true;
}): FlowStep | string {
  const named = ACTIONS.filter((action) => given[action] !== undefined);
  if (named.length !== 1) return `a step needs exactly one of ${ACTIONS.join(', ')}`;
  if (given.if !== undefined) {
    if (given.then === undefined) return 'an `if` needs a `then`';
    return { do: 'if', when: given.if, consequent: given.then, otherwise: given.else ?? [] };
  }
  if ((given.then ?? given.else) !== undefined) return '`then` and `else` go with an `if`';
  if (given.send !== undefined) return { do: 'send', text: given.send };
  if (given.skills !== undefined) return { do: 'skills', skills: given.skills };
  if (given.route !== undefined) return { do: 'route', ...given.route };
  if (given.end !== undefined) return { do: 'end' };
  const { priority, acceptWithin, startAfter } = given.set ?? {};
  return {
    do: 'set',
    ...(priority !== undefined && { priority }),
    ...(acceptWithin !== undefined && { acceptWithinMs: acceptWithin }),
    ...(startAfter !== undefined && { startAfterMs: startAfter }),
  };
}

export const flowSchema = z
  .array(step)
  .min(1)
  .transform((steps): Flow => ({ steps }))
  .describe('An Omni-Channel flow: steps, the first to route or end is the last.');

const TIME = '([01]\\d|2[0-4]):([0-5]\\d)';
const STRETCH = new RegExp(`^${TIME}-${TIME}$`);
const DAY_MS = 86_400_000;

const stretch = written(parseStretch, { pattern: STRETCH.source, examples: ['09:00-17:30'] });

function parseStretch(written: string): Parsed<{ fromMs: number; toMs: number }> {
  const [, h1, m1, h2, m2] = STRETCH.exec(written) ?? [];
  const fromMs = (Number(h1) * 60 + Number(m1)) * 60_000;
  const toMs = (Number(h2) * 60 + Number(m2)) * 60_000;
  if (fromMs < toMs && toMs <= DAY_MS) return { value: { fromMs, toMs } };
  return { wrong: expected('times such as 09:00-17:30, 00:00-24:00 at most', written) };
}

const day = either([stretch.transform((only) => [only]), z.array(stretch).min(1)], 'times')
  .exactOptional()
  .describe('When it is open, such as 09:00-17:30, or a list. Absent: closed.');

export const businessHoursSchema = section({
  timeZone: text
    .refine(isTimeZone, {
      error: ({ input }) => expected('a time zone such as Europe/Berlin', input),
    })
    .describe('IANA time zone.'),
  ...(Object.fromEntries(DAYS.map((name) => [name, day])) as Record<Day, typeof day>),
  holidays: z
    .array(z.iso.date({ error: ({ input }) => expected("a date such as '2026-12-25'", input) }))
    .prefault([])
    .describe('Local dates that are closed.'),
})
  .transform(({ timeZone, holidays, ...days }): BusinessHours => ({ timeZone, holidays, days }))
  .describe('Business hours.');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
