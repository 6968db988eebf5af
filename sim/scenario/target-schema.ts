/**
 * The shape of a target file: a stack that is not ours. Also the source of `target.schema.json`.
 * Whether it has all that a scenario needs is `target.ts`.
 */
import * as z from 'zod';
import { either, expected, name, named, section, text } from './fields.ts';

const WANTS = 'an http or https address; {channel} stands for the channel';
const address = z
  .string({ error: ({ input }) => expected(WANTS, input) })
  .regex(/^https?:\/\/[^/\s]+/, { error: ({ input }) => expected(WANTS, input) })
  .refine(URL.canParse, { error: ({ input }) => expected(WANTS, input) })
  .meta({ examples: ['http://127.0.0.1:3000/webhooks/{channel}'] });

const ORIGIN = 'an http or https address without a path';
const origin = z
  .string({ error: ({ input }) => expected(ORIGIN, input) })
  .regex(/^https?:\/\/[^/\s]+$/, { error: ({ input }) => expected(ORIGIN, input) })
  .refine(URL.canParse, { error: ({ input }) => expected(ORIGIN, input) })
  .meta({ examples: ['http://127.0.0.1:4000'] });

const secret = either(
  [
    text.transform((value) => ({ value })),
    section({ env: text.describe('The environment variable it is in.') }),
  ],
  'a text, or { env: NAME }',
);

const port = z.int().min(1).max(65_535);

const pattern = text.superRefine((source, context) => {
  try {
    new RegExp(source, 'i');
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const channel = section({
  webhook: address.exactOptional().describe('Where it takes the webhooks of this channel.'),
  account: z
    .record(z.string(), secret)
    .default({})
    .describe("The platform's account and secrets, as the stack knows them."),
  port: port.exactOptional().describe("Of this platform's API. Absent: by its place in the org."),
}).describe('One channel of the org.');

const reply = section({
  from: z.enum(['rep', 'bot', 'auto']).describe('Whose words they are.'),
  matches: pattern.describe('A regular expression, any case; the first that matches says it.'),
}).describe('How a reply is recognised.');

export const targetSchema = section({
  target: name.describe("The stack's name, for people."),
  webhooks: address
    .exactOptional()
    .describe('Where it takes webhooks of channels that name no address of their own.'),
  channels: named(channel).default({}).describe('Addresses and secrets by channel of the org.'),
  replies: z
    .array(reply)
    .default([])
    .describe(
      "How replies are recognised. Else: the org's own responses are auto, all others a rep's.",
    ),
  customers: z
    .enum(['new', 'same'])
    .default('new')
    .describe('Whether each run has customers never seen before, or the same as every other.'),
  desk: origin
    .exactOptional()
    .describe("Where a `rehearse stack` has its desks: the scenario's reps sit down there."),
  platforms: section({
    host: text.default('127.0.0.1').describe('The address the platforms listen on.'),
    port: port.default(4010).describe("The first platform's port; the others follow."),
  })
    .prefault({})
    .describe('Where the stack finds the platforms.'),
}).meta({ title: 'Rehearsal target', description: 'A stack that is not ours.' });

export type TargetFile = z.output<typeof targetSchema>;
