/**
 * The shape of a scenario file. Also the source of `scenario.schema.json`, so every property is
 * described here as an editor should show it. What the names refer to is `references.ts`.
 */
import * as z from 'zod';
import { arrivalSchema } from './arrival-schema.ts';
import { customerSchema } from './customer-schema.ts';
import { eventSchema } from './event-schema.ts';
import {
  distribution,
  duration,
  either,
  expected,
  name,
  named,
  nonEmpty,
  percentage,
  section,
  someTime,
  text,
} from './fields.ts';
import { botSchema, partnerSchema, repBehaviour } from './people-schema.ts';

const faults = section({
  apiErrors: percentage
    .exactOptional()
    .describe('Share of API calls that are answered 503 and not carried out.'),
  lostAnswers: percentage
    .exactOptional()
    .describe('Share of API calls that are carried out, but answered 504.'),
  apiDelay: duration.exactOptional().describe('Added to the answer of every API call.'),
  duplicateWebhooks: percentage
    .exactOptional()
    .describe('Share of webhooks that come once more, `lateBy` later.'),
  lateWebhooks: percentage
    .exactOptional()
    .describe('Share of webhooks held back by `lateBy`: later ones overtake them.'),
  lateBy: someTime
    .exactOptional()
    .describe('How late duplicate and late webhooks are. Absent: 1s.'),
  batch: duration
    .exactOptional()
    .describe('Updates within this time go in one webhook, where the platform batches.'),
}).transform(({ apiDelay, lateBy, batch, ...chances }) => ({
  ...chances,
  ...(apiDelay !== undefined && { apiDelayMs: apiDelay }),
  ...(lateBy !== undefined && { lateMs: lateBy }),
  ...(batch !== undefined && { batchMs: batch }),
}));

const platforms = section({
  inboundDelay: distribution
    .prefault('constant(200ms)')
    .describe("From the customer's phone to the webhook."),
  deliveryDelay: distribution
    .prefault('constant(300ms)')
    .describe("From the send API to the customer's phone."),
  readDelay: distribution
    .prefault('exponential(mean 8s)')
    .describe('From delivery to reading, where the channel reports it.'),
  reads: percentage.prefault('70%').describe('Share of delivered messages that are read.'),
  faults: faults.prefault({}).describe('What goes wrong between the platforms and the stack.'),
}).describe('How the platforms between customers and stack behave.');

export const scenarioSchema = section({
  scenario: name.describe("The scenario's name; results are filed under it."),
  title: text.exactOptional().describe('One line for people.'),
  org: either(
    [text.meta({ examples: ['orgs/web-shop.yaml'] }), z.record(z.string(), z.unknown())],
    'the path of an org file, or the org itself',
  ).describe('The org file, relative to this file; or the org itself, without a name.'),
  seed: z.int().min(0).prefault(1).describe('The same seed gives the same customers.'),
  starts: z.iso
    .datetime({
      offset: true,
      error: ({ input }) => expected('a time such as 2026-01-05T09:00:00Z', input),
    })
    .prefault('2026-01-05T09:00:00Z')
    .transform((iso) => Date.parse(iso))
    .describe('The date and time, with zone, at which the run begins.'),
  lasts: someTime.describe('Arrivals stop after this; conversations under way go on.'),
  warmUp: either([z.literal('auto'), duration], 'a duration such as 10m, or auto')
    .prefault('0s')
    .meta({ examples: ['10m', 'auto'] })
    .describe(
      'Conversations that arrive before this are run but not measured; `auto`: found by MSER-5.',
    ),
  drain: duration
    .prefault('1h')
    .describe('How long after `lasts` conversations may go on before they are cut off.'),
  wire: z
    .boolean()
    .prefault(true)
    .describe("False: customers reach the stack without the platforms' wire formats."),
  customers: nonEmpty(named(customerSchema), 'customer').describe('Kinds of customers by name.'),
  arrivals: z.array(arrivalSchema).min(1).describe('Who arrives where, and how often.'),
  reps: nonEmpty(named(repBehaviour), 'entry')
    .default({})
    .describe(
      "Behaviour by the org's rep or pool name; `default` stands for all that are not named.",
    ),
  bots: named(botSchema)
    .prefault({})
    .describe("Behaviour by the org's bots; `default` stands for all that are not named."),
  partners: named(partnerSchema)
    .prefault({})
    .describe("Behaviour by the org's routing partners; `default` stands for all not named."),
  events: z
    .array(eventSchema)
    .prefault([])
    .describe('What reps, supervisors and automations do at certain times.'),
  platforms: platforms.prefault({}).describe('How the platforms behave.'),
  budgets: z
    .array(
      either(
        [
          text
            .meta({ examples: ['serviceLevel(60s) >= 80%', 'p95(firstReply) < 2m'] })
            .transform((budget) => ({ budget })),
          section({
            budget: text.describe('The budget.'),
            abortAfter: duration.describe('From then on the run ends as soon as it is broken.'),
          }),
        ],
        'a budget, or { budget, abortAfter }',
      ),
    )
    .prefault([])
    .describe('What must hold of the result; a missed budget fails the run.'),
}).meta({ title: 'Rehearsal scenario', description: 'Customers, their arrivals, and budgets.' });

export type ScenarioFile = z.output<typeof scenarioSchema>;
