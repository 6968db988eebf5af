/**
 * The shape of a customer script: what one kind of customer says, waits for and does.
 */
import * as z from 'zod';
import type { Sendable, Step } from '../plan.ts';
import { describeValue, hint } from './complaints.ts';
import { distribution, either, percentage, section, someTime, text, written } from './fields.ts';
import { mimeTypeOf } from './media.ts';
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
  within: someTime
    .exactOptional()
    .describe('How long to wait before giving up. Absent: 30m. Patience may end sooner.'),
});

const degrees = (most: number) => z.number().min(-most).max(most);

const place = section({
  latitude: degrees(90).describe('In degrees, north of the equator.'),
  longitude: degrees(180).describe('In degrees, east of Greenwich.'),
  name: text.exactOptional().describe('What the place is called.'),
  address: text.exactOptional().describe('Where it is, in words.'),
});

const sendable = section({
  media: z
    .url({ protocol: /^https?$/, error: () => 'expected an http or https address' })
    .exactOptional()
    .describe('The address of a picture, recording or file.'),
  mimeType: text
    .exactOptional()
    .describe('Of the media; absent: by the ending of its address, else image/jpeg.'),
  caption: text.exactOptional().describe('Words that go with the media.'),
  location: place.exactOptional().describe('A place.'),
  reaction: text
    .meta({ examples: ['👍'] })
    .exactOptional()
    .describe('An emoji, to the last message that came.'),
}).transform((given, context): Sendable => {
  const { media, mimeType, caption, location, reaction } = given;
  const only = [media, location, reaction].filter((one) => one !== undefined).length === 1;
  const bare = media !== undefined || (mimeType ?? caption) === undefined;
  if (only && bare) {
    if (media !== undefined) return mediaContent(media, mimeType, caption);
    if (location !== undefined) return { kind: 'location', ...location };
    if (reaction !== undefined) return { kind: 'reaction', emoji: reaction };
  }
  const message = 'expected one of media (with mimeType, caption), location, reaction';
  context.issues.push({ code: 'custom', message, input: given });
  return z.NEVER;
});

function mediaContent(
  url: string,
  mimeType = mimeTypeOf(url) ?? 'image/jpeg',
  caption?: string,
): Sendable {
  const media = { kind: 'media', url, mimeType } as const;
  return caption === undefined ? media : { ...media, caption };
}

const actions = section({
  say: text
    .meta({ examples: ['Hi, this is {{faker.person.firstName}}. Where is order {{customer}}?'] })
    .exactOptional()
    .describe('Sends this text. {{customer}} and {{faker.…}} are filled in for each customer.'),
  send: sendable.exactOptional().describe('Sends a picture or file, a place, or a reaction.'),
  choose: either([text, z.int().min(1)], 'the title of a quick reply, or its number counted from 1')
    .exactOptional()
    .describe('Picks a quick reply of the last message that had any, by title or number.'),
  expect: either(
    [written(parseSpeaker, { enum: SPEAKERS }), expectation],
    'rep, auto or any, or { from, matches, within }',
  )
    .exactOptional()
    .describe('Waits for a message: rep, auto or any, or { from, matches, within }.'),
  think: distribution.exactOptional().describe('Does nothing for a while.'),
  leave: z.null().exactOptional().describe('Ends the conversation.'),
})
  .transform((step, context): Step => {
    const done = Object.keys(step);
    const only = done.length === 1 ? stepOf(step) : undefined;
    if (only !== undefined) return only;
    const message =
      done.length === 0
        ? `${WANTS_STEP}, found an empty map`
        : `one step does one thing; make ${done.join(' and ')} steps of their own`;
    context.issues.push({ code: 'custom', message, input: step });
    return z.NEVER;
  })
  .meta({ minProperties: 1, maxProperties: 1 });

const WORDS = ['say', 'send', 'choose', 'expect', 'think', 'leave'] as const;
const WANTS_STEP = `expected one of ${WORDS.join(', ')}`;

const step = either(
  [written(parseStepWord, { enum: ['leave'] }), actions],
  WANTS_STEP.slice(9),
).describe('One thing the customer does.');

export const customerSchema = section({
  patience: distribution
    .exactOptional()
    .describe('How long the customer waits to hear from a rep before leaving. Absent: for ever.'),
  leaves: z
    .enum(['announced', 'silent'])
    .prefault('announced')
    .describe(
      "Whether a customer who gives up says so (the channel's end keyword) or falls silent.",
    ),
  returns: section({
    share: percentage.prefault('100%').describe('Of those who give up.'),
    after: distribution.describe('From giving up to writing again.'),
    atMost: z.int().min(1).exactOptional().describe('How often. Absent: until a rep answers.'),
  })
    .exactOptional()
    .describe('Who gives up before a rep was heard comes back and begins anew.'),
  attributes: z
    .record(text, text)
    .exactOptional()
    .describe('What the business knows of them, such as { tier: gold }.'),
  script: z.array(step).min(1).describe('What the customer does, step by step.'),
}).describe('A kind of customer.');

function stepOf(step: {
  say?: string;
  send?: Sendable;
  choose?: string | number;
  expect?: Speaker | { from: Speaker; matches?: string; within?: number };
  think?: Extract<Step, { do: 'think' }>['for'];
  leave?: null;
}): Step | undefined {
  if (step.say !== undefined) return { do: 'say', text: step.say };
  if (step.send !== undefined) return { do: 'send', what: step.send };
  if (step.choose !== undefined) return { do: 'choose', title: step.choose };
  if (step.think !== undefined) return { do: 'think', for: step.think };
  if (step.leave === null) return { do: 'leave' };
  if (step.expect === undefined) return undefined;
  if (typeof step.expect === 'string') return { do: 'expect', from: step.expect };
  const { from, matches, within } = step.expect;
  return {
    do: 'expect',
    from,
    ...(matches !== undefined && { matches }),
    ...(within !== undefined && { withinMs: within }),
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
