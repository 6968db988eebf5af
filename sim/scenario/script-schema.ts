/**
 * The shape of a customer script: what one kind of customer says, waits for and does.
 */
import * as z from 'zod';
import type { ScriptCondition, Sendable, Step } from '../plan.ts';
import { TEMPLATE_NAMES } from '../templates.ts';
import { describeValue, hint } from './complaints.ts';
import {
  distribution,
  either,
  name,
  percentage,
  section,
  someTime,
  text,
  written,
} from './fields.ts';
import { sendable } from './sendable-schema.ts';
import type { Parsed } from './units.ts';

const SPEAKERS = ['rep', 'auto', 'bot', 'any'] as const;
type Speaker = (typeof SPEAKERS)[number];

const speaker = z.enum(SPEAKERS);

const expectation = section({
  from: speaker
    .prefault('any')
    .describe('Who must say it: a rep, an auto-response, or whoever comes first.'),
  matches: written(parsePattern, { examples: ['shipped|on its way'] })
    .exactOptional()
    .describe('A regular expression that the message must match somewhere, in any case.'),
  has: z
    .enum(['choices', 'media'])
    .exactOptional()
    .describe('What it must bring: quick replies, or a picture or file.'),
  within: someTime
    .exactOptional()
    .describe('How long to wait before giving up. Absent: 30m. Patience may end sooner.'),
  otherwise: z
    .lazy(() => steps)
    .exactOptional()
    .describe('What is done if it does not come, instead of giving up.'),
});

const variableName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, 'expected a name such as orderNumber')
  .refine((name) => !(TEMPLATE_NAMES as readonly string[]).includes(name), 'is taken');

const pattern = written(parsePattern, { examples: ['shipped|on its way'] });

const condition = section({
  heard: pattern.exactOptional().describe('The last message that came matches, in any case.'),
  variable: section({
    name: variableName.describe('One of the script.'),
    matches: pattern.describe('What its value matches.'),
  })
    .exactOptional()
    .describe('A variable has a value like this.'),
  chance: percentage.exactOptional().describe('By lot, in this share of cases.'),
  returned: z.literal(true).exactOptional().describe('They gave up before, and came back.'),
}).transform(({ heard, variable, chance, returned }, context): ScriptCondition => {
  const found: ScriptCondition[] = [];
  if (heard !== undefined) found.push({ is: 'heard', matches: heard });
  if (variable !== undefined) found.push({ is: 'variable', ...variable });
  if (chance !== undefined) found.push({ is: 'chance', share: chance });
  if (returned !== undefined) found.push({ is: 'returned' });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const message = 'expected exactly one of heard, variable, chance, returned';
  context.issues.push({ code: 'custom', message, input: context.value });
  return z.NEVER;
});

const steps: z.ZodType<Step[]> = z.lazy(() => z.array(step).min(1));

/** A script, also one that is a file of its own. */
export const scriptSchema = z.lazy(() => z.array(step).min(1));

const actions = section({
  say: text
    .meta({ examples: ['Hi, this is {{faker.person.firstName}}. Where is order {{customer}}?'] })
    .exactOptional()
    .describe('Sends this text. {{customer}}, variables and {{faker.…}} are filled in.'),
  send: sendable.exactOptional().describe('Sends a picture or file, a place, or a reaction.'),
  choose: either([text, z.int().min(1)], 'the title of a quick reply, or its number counted from 1')
    .exactOptional()
    .describe('Picks a quick reply of the last message that had any, by title or number.'),
  expect: either(
    [written(parseSpeaker, { enum: SPEAKERS }), expectation],
    'rep, auto or any, or { from, matches, within }',
  )
    .exactOptional()
    .describe('Waits for a message: rep, auto or any, or { from, matches, within, otherwise }.'),
  think: distribution.exactOptional().describe('Does nothing for a while.'),
  set: z
    .record(variableName, text)
    .exactOptional()
    .describe('Variables, for {{name}} later: each is filled in once, now.'),
  if: condition.exactOptional().describe('A condition, with `then` and `else`.'),
  // biome-ignore lint/suspicious/noThenProperty: the word of the file format; never awaited.
  then: steps.exactOptional().describe('What is done if it holds.'),
  else: steps.exactOptional().describe('What is done if it does not.'),
  repeat: section({
    times: z.int().min(1).max(1000).describe('How often.'),
    steps: steps.describe('What is done each time.'),
  })
    .exactOptional()
    .describe('Does the same several times.'),
  either: z
    .array(
      section({
        weight: z.number().positive().prefault(1).describe('How likely, beside the others.'),
        steps: steps.describe('What is done then.'),
      }),
    )
    .min(2)
    .exactOptional()
    .describe('One of several, by lot, with weights.'),
  include: text
    .meta({ examples: ['scripts/greeting.yaml'] })
    .exactOptional()
    .describe('Does the steps of that file, a list, in place of this one.'),
  switch: name
    .exactOptional()
    .describe('Goes on on that channel, as somebody new to it; here they fall silent.'),
  leave: z.null().exactOptional().describe('Ends the conversation.'),
})
  .transform((given, context): Step => {
    const made = stepOf(given);
    if (typeof made !== 'string') return made;
    context.issues.push({ code: 'custom', message: made, input: given });
    return z.NEVER;
  })
  .meta({ minProperties: 1, maxProperties: 3 });

const WORDS = [
  ...['say', 'send', 'choose', 'expect', 'think', 'set', 'if', 'repeat', 'either'],
  ...['include', 'switch', 'leave'],
] as const;
const WANTS_STEP = `expected one of ${WORDS.join(', ')}`;

const step: z.ZodType<Step> = z.lazy(() =>
  either([written(parseStepWord, { enum: ['leave'] }), actions], WANTS_STEP.slice(9)).describe(
    'One thing the customer does.',
  ),
);

function stepOf(given: Given): Step | string {
  const done = Object.keys(given).filter((key) => key !== 'then' && key !== 'else');
  if (done.length === 0) return `${WANTS_STEP}, found an empty map`;
  if (done.length > 1)
    return `one step does one thing; make ${done.join(' and ')} steps of their own`;
  if (given.if !== undefined) {
    if (given.then === undefined) return 'an `if` needs a `then`';
    return {
      do: 'branch',
      when: given.if,
      consequent: given.then,
      otherwise: given.else ?? [],
    };
  }
  if ((given.then ?? given.else) !== undefined) return '`then` and `else` go with an `if`';
  if (given.say !== undefined) return { do: 'say', text: given.say };
  if (given.send !== undefined) return { do: 'send', what: given.send };
  if (given.choose !== undefined) return { do: 'choose', title: given.choose };
  if (given.think !== undefined) return { do: 'think', for: given.think };
  if (given.set !== undefined) return { do: 'set', values: given.set };
  if (given.repeat !== undefined) return { do: 'repeat', ...given.repeat };
  if (given.either !== undefined) return { do: 'either', ways: given.either };
  if (given.include !== undefined) return { do: 'include', file: given.include, steps: [] };
  if (given.switch !== undefined) return { do: 'switch', to: given.switch };
  if (given.leave === null) return { do: 'leave' };
  return expectStep(given.expect ?? 'any');
}

interface Given {
  readonly say?: string;
  readonly send?: Sendable;
  readonly choose?: string | number;
  readonly expect?: Speaker | z.output<typeof expectation>;
  readonly think?: Extract<Step, { do: 'think' }>['for'];
  readonly set?: Readonly<Record<string, string>>;
  readonly if?: ScriptCondition;
  readonly then?: Step[];
  readonly else?: Step[];
  readonly repeat?: { readonly times: number; readonly steps: Step[] };
  readonly either?: { readonly weight: number; readonly steps: Step[] }[];
  readonly include?: string;
  readonly switch?: string;
  readonly leave?: null;
}

function expectStep(expected: Speaker | z.output<typeof expectation>): Step {
  if (typeof expected === 'string') return { do: 'expect', from: expected };
  const { from, has, matches, within, otherwise } = expected;
  return {
    do: 'expect',
    from,
    ...(has !== undefined && { has }),
    ...(matches !== undefined && { matches }),
    ...(within !== undefined && { withinMs: within }),
    ...(otherwise !== undefined && { otherwise }),
  };
}

function parseStepWord(word: string): Parsed<Step> {
  if (word === 'leave') return { value: { do: 'leave' } };
  const near = hint(word, WORDS, 0);
  return { wrong: `${WANTS_STEP}, found ${describeValue(word)}${near}` };
}

function parseSpeaker(word: string): Parsed<Speaker> {
  const speaker = SPEAKERS.find((known) => known === word);
  if (speaker !== undefined) return { value: speaker };
  const near = hint(word, SPEAKERS, 0);
  const otherwise = near === '' ? '; for words to look for write { matches: ... }' : near;
  return { wrong: `expected rep, auto, bot or any, found ${describeValue(word)}${otherwise}` };
}

function parsePattern(source: string): Parsed<string> {
  if (source === '') return { wrong: 'must not be empty text' };
  if (/^\/.*\/[a-z]*$/.test(source)) {
    return { wrong: `write the expression without slashes; it matches in any case: ${source}` };
  }
  try {
    new RegExp(source, 'i');
    return { value: source };
  } catch (error) {
    return { wrong: `${error instanceof Error ? error.message : error}` };
  }
}
