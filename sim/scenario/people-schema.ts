/** The shape of how reps, bots and routing partners behave in a scenario file. */
import * as z from 'zod';
import type { Shift } from '../plan.ts';
import {
  distribution,
  duration,
  either,
  name,
  percentage,
  section,
  someTime,
  text,
} from './fields.ts';
import { skillRequirement } from './flow-schema.ts';
import { mimeTypeOf } from './media.ts';

const media = z
  .url({ protocol: /^https?$/, error: () => 'expected an http or https address' })
  .transform((url) => ({ url, mimeType: mimeTypeOf(url) ?? 'image/jpeg' }));

const template = section({
  name: text.describe('As it was approved.'),
  language: text.prefault('en_US').describe('As it was approved.'),
  parameters: z.array(text).prefault([]).describe('What its places are filled with.'),
});

export const reply = either(
  [
    text.transform((only) => ({ text: only })),
    section({
      text: text.describe('What the rep says.'),
      choices: z.array(text).min(1).exactOptional().describe('Quick replies offered with it.'),
      media: media.exactOptional().describe('A picture or file; the text is its caption.'),
      template: template
        .exactOptional()
        .describe('An approved template (WhatsApp); the text is what it says.'),
    }).refine((reply) => Object.keys(reply).length <= 2, {
      error: 'choices, media and template do not go together: make them replies of their own',
    }),
  ],
  'text, or { text, choices, media, template }',
);

const stagger = duration
  .prefault('0s')
  .describe('Each rep of a pool so much later than the one before.');
const breakTime = section({
  at: duration.describe('From the beginning of the shift.'),
  for: someTime.describe('How long.'),
  stagger,
  status: text.exactOptional().describe('Their presence status; absent: the first not online.'),
}).transform(({ at: atMs, for: forMs, stagger: staggerMs, ...rest }) => {
  return { atMs, forMs, staggerMs, ...rest };
});

const shift = section({
  from: duration.describe('From the beginning of the run.'),
  to: someTime.describe('When it ends, from the beginning of the run.'),
  every: someTime.exactOptional().describe('And again, this often, such as 24h.'),
  stagger,
  status: text.exactOptional().describe('Their presence status; absent: the first online one.'),
  breaks: z.array(breakTime).prefault([]).describe('When they are away: no new work comes.'),
  ends: z
    .enum(['finishing', 'atOnce'])
    .prefault('finishing')
    .describe('Finishing what is open, without new work; or going offline at once.'),
})
  .superRefine(({ from, to, every, breaks }, context) => {
    const wrong = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', message, path });
    if (to <= from) wrong(['to'], 'must be after from');
    if (every !== undefined && every < to - from)
      wrong(['every'], 'the next begins before the end');
    for (const [i, { atMs, forMs }] of breaks.entries()) {
      if (atMs + forMs > to - from) wrong(['breaks', i], 'ends after the shift does');
    }
  })
  .transform(({ from: fromMs, to: toMs, every, stagger: staggerMs, ...rest }): Shift => {
    return { fromMs, toMs, staggerMs, ...rest, ...(every !== undefined && { everyMs: every }) };
  });

export const repBehaviour = section({
  answersPush: distribution.prefault('constant(3s)').describe('From push to accept.'),
  replyTime: distribution
    .prefault('lognormal(mean 25s, sd 15s)')
    .describe("From a customer's message, or the accept, to the rep's reply."),
  replies: z
    .array(reply)
    .prefault(['Thanks for your message. Let me look into that for you.'])
    .describe('What reps say, in turn; the last is repeated. An empty list: nothing.'),
  handleTime: distribution
    .exactOptional()
    .describe('If set, the rep ends the session this long after accepting.'),
  handleTimeByQueue: z
    .record(text, distribution)
    .exactOptional()
    .describe('Handle times of queues where they are others.'),
  closesWhenSilentFor: someTime
    .prefault('2m')
    .describe('The rep ends a session in which the customer was silent this long.'),
  afterWork: distribution
    .prefault('constant(0s)')
    .describe('Work after the session, before the capacity is free again.'),
  declines: percentage.prefault('0%').describe('Share of pushes the rep declines.'),
  overlooks: percentage.prefault('0%').describe('Share of pushes that ring until time-out.'),
  disconnects: section({
    every: distribution.describe('From one to the next; such as exponential(mean 2h).'),
    for: distribution.describe('How long it is gone.'),
  })
    .transform(({ every, for: lasts }) => ({ every, lasts }))
    .exactOptional()
    .describe("Their console's connection is lost now and then. Absent: never."),
  shifts: z
    .array(shift)
    .min(1)
    .exactOptional()
    .describe('When they are there, and when they are away; absent: there all the time.'),
  startsAs: text
    .exactOptional()
    .describe('The presence status they begin with, or Offline. Absent: the first online one.'),
  leavesTabOpen: percentage
    .prefault('0%')
    .describe('Share of conversations whose tab is never closed.'),
  transfers: section({
    share: percentage.describe('Share of conversations that are passed on instead of ended.'),
    queue: name.exactOptional().describe('To a queue.'),
    rep: name.exactOptional().describe('To a rep.'),
    flow: name.exactOptional().describe('To a flow.'),
    skills: z.array(skillRequirement).min(1).exactOptional().describe('To whoever has these.'),
  })
    .exactOptional()
    .describe('What is passed on, and where to.'),
  extendsAfterWork: z
    .int()
    .min(0)
    .max(10)
    .prefault(0)
    .describe('How often they extend after-conversation work.'),
  slowdown: z
    .array(z.number().positive().max(1))
    .min(1)
    .exactOptional()
    .meta({ examples: [[1, 0.8, 0.63]] })
    .describe(
      'Speed of each conversation with 1, 2, 3 … at a time; handleTime is then the time alone.',
    ),
})
  .refine(({ declines, overlooks }) => declines + overlooks <= 1, {
    error: 'declines and overlooks together are more than 100%',
  })
  .refine(({ shifts, startsAs }) => shifts === undefined || startsAs === undefined, {
    error: 'goes without shifts: they say when reps begin',
    path: ['startsAs'],
  })
  .describe('How a rep, or each rep of a pool, behaves.');

export const botSchema = section({
  replyTime: distribution.prefault('constant(1s)').describe('From a message to the reply.'),
  replies: z
    .array(text)
    .prefault(['Hello, I am a bot. How can I help?'])
    .describe('What it says, in turn.'),
  understands: percentage
    .prefault('0%')
    .describe('Share of sessions it ends by itself, once it has said all.'),
  handsOverOn: z
    .array(text)
    .prefault(['human', 'agent'])
    .describe('Words of customers upon which it hands over at once.'),
}).describe('How a bot behaves: it says its replies, then ends the session or hands it over.');

export const partnerSchema = section({
  decidesAfter: someTime.prefault('200ms').describe('From hearing of a change to deciding.'),
  agents: z
    .record(text, z.array(text).min(1))
    .exactOptional()
    .describe(
      'Its reps or pools, each with the queues they serve, the most preferred first. Absent: all.',
    ),
  picks: z
    .enum(['longestIdle', 'leastBusy', 'busiest'])
    .prefault('longestIdle')
    .describe('Who gets it of agents who prefer it alike.'),
}).describe('How a mock routing partner decides.');
