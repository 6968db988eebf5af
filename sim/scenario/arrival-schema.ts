/** The shape of one stream of arrivals in a scenario file. */
import * as z from 'zod';
import type { Burst, Phase } from '../plan.ts';
import {
  distribution,
  duration,
  either,
  name,
  nonEmpty,
  rate,
  section,
  someTime,
  text,
} from './fields.ts';
import { reply } from './people-schema.ts';

const stage = section({
  for: duration.describe('How long the stage lasts.'),
  from: rate.exactOptional().describe('The rate it begins with; goes evenly to `to`.'),
  to: rate.exactOptional().describe('The rate it ends with.'),
  rate: rate.exactOptional().describe('The rate all through; instead of `from` and `to`.'),
})
  .transform((given, context) => {
    const from = given.rate ?? given.from;
    const to = given.rate ?? given.to;
    const both = given.rate !== undefined && (given.from ?? given.to) !== undefined;
    if (from !== undefined && to !== undefined && !both) return { forMs: given.for, from, to };
    const message = 'a stage needs either `rate`, or both `from` and `to`';
    context.issues.push({ code: 'custom', message, input: given });
    return z.NEVER;
  })
  .describe('A stretch of time with its rate.');

const WAYS = ['poisson', 'constant', 'stages', 'wave', 'mmpp', 'at', 'trace', 'closed'] as const;

export const arrivalSchema = section({
  customer: name
    .exactOptional()
    .describe('One of customers. With a trace: of the rows that name none.'),
  channel: either(
    [name, nonEmpty(z.record(name, z.number().positive()), 'channel')],
    'a channel, or a map of channels and their weights',
  )
    .meta({ examples: ['sms-main', { 'sms-main': 2, 'whatsapp-main': 1 }] })
    .exactOptional()
    .describe("One of the org's channels, or several with weights; each customer draws one."),
  poisson: rate.exactOptional().describe('Arrivals at random with this mean rate.'),
  constant: rate.exactOptional().describe('Arrivals at exact intervals with this rate.'),
  stages: z
    .array(stage)
    .min(1)
    .exactOptional()
    .describe('Rates that change: stretches of time one after the other.'),
  wave: section({
    mean: rate.describe('The mean rate.'),
    amplitude: rate.describe('How far it goes up and down; at most the mean.'),
    period: someTime.describe('From peak to peak.'),
    peakAt: duration.prefault('0s').describe('When it is highest, from the beginning.'),
  })
    .refine(({ mean, amplitude }) => amplitude <= mean, {
      error: 'must not be more than mean',
      path: ['amplitude'],
    })
    .exactOptional()
    .describe('Arrivals at random with a rate that goes up and down as a sine does.'),
  at: z
    .array(duration)
    .min(1)
    .exactOptional()
    .meta({ examples: [['0s', '10s', '10s']] })
    .describe('One arrival at each of these times.'),
  mmpp: z
    .array(
      section({
        rate: rate.describe('The rate while it lasts.'),
        mean: someTime.describe('The mean of the exponential time it lasts.'),
      }).transform(({ rate, mean }): Phase => ({ rate, meanMs: mean })),
    )
    .min(2)
    .exactOptional()
    .describe('A Markov-modulated Poisson process: phases that last a random time, in turn.'),
  trace: text
    .meta({ examples: ['monday.csv'] })
    .exactOptional()
    .describe(
      'A CSV or JSON file with a row for each arrival: `at` (2026-01-05T09:00:12Z, or 1m30s from ' +
        'the beginning), `channel`, `customer`.',
    ),
  closed: section({
    customers: z.int().min(1).max(1_000_000).describe('How many there are.'),
    between: distribution.describe('Before the first, and from each end to the next beginning.'),
  })
    .exactOptional()
    .describe('A closed model: they begin anew after their end. A slow stack slows them down.'),
  burst: section({
    size: z.int().min(1).max(10_000).exactOptional().describe('So many each time, or'),
    mean: z.number().min(1).max(10_000).exactOptional().describe('a geometric number of this mean'),
    within: duration.prefault('0s').describe('They come at random within this time.'),
  })
    .transform(({ size, mean, within }, context): Burst => {
      if ((size === undefined) !== (mean === undefined)) {
        return { size: size ?? mean ?? 1, isMean: size === undefined, withinMs: within };
      }
      const message = 'needs exactly one of size, mean';
      context.issues.push({ code: 'custom', message, input: context.value });
      return z.NEVER;
    })
    .exactOptional()
    .describe('Each arrival brings several customers; the rate is that of the bursts.'),
  pattern: z
    .enum(['poisson', 'even'])
    .exactOptional()
    .describe('With stages: at random (poisson, the default) or at exact intervals (even).'),
  begunBy: section({
    says: reply.describe('The first message: a text, or { text, template }.'),
    rep: name.exactOptional().describe('A rep writes; the answer goes to them.'),
    flow: text.exactOptional().describe('A flow or campaign of this name writes.'),
  })
    .refine(({ rep, flow }) => (rep === undefined) !== (flow === undefined), {
      error: 'needs exactly one of rep, flow',
    })
    .exactOptional()
    .describe('The business writes first; the customer answers by the script.'),
})
  .superRefine((given, context) => {
    const ways = WAYS.filter((way) => way in given);
    const wrong = (message: string, path: string[]) =>
      context.addIssue({ code: 'custom', message, path });
    if (ways.length !== 1) wrong(`needs exactly one of ${WAYS.join(', ')}`, []);
    if (given.pattern !== undefined && given.stages === undefined) {
      wrong('goes with stages only; poisson and constant say it already', ['pattern']);
    }
    if ((given.poisson ?? given.constant) === 0) {
      wrong('a rate of 0 means that nobody ever arrives', [ways[0] ?? 'poisson']);
    }
    if (given.stages?.every((each) => each.from + each.to === 0 || each.forMs === 0)) {
      wrong('all stages have rate 0 or no length: nobody ever arrives', ['stages']);
    }
    if (given.trace === undefined) {
      if (given.customer === undefined) wrong('is missing', ['customer']);
      if (given.channel === undefined) wrong('is missing', ['channel']);
    }
    if (given.mmpp?.every((phase) => phase.rate === 0)) {
      wrong('all phases have rate 0: nobody ever arrives', ['mmpp']);
    }
    if (given.closed !== undefined && given.burst !== undefined) {
      wrong('does not go with closed', ['burst']);
    }
  })
  .describe('Customers of one kind, arriving. They wait for nobody, unless the model is closed.');
