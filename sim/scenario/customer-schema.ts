/** The shape of one kind of customer in a scenario file; their script is `script-schema.ts`. */
import * as z from 'zod';
import { hint } from './complaints.ts';
import { distribution, either, nonEmpty, percentage, section, text } from './fields.ts';
import { fakerLocales } from './locales.ts';
import { scriptSchema } from './script-schema.ts';

const weight = z.number().positive();

const locale = z.string().refine((name) => fakerLocales().includes(name), {
  error: ({ input }) => `no locale '${input}' of faker${hint(String(input), fakerLocales())}`,
});

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
  data: either(
    [
      text.transform((file) => ({ file, order: 'inOrder' as const })),
      section({
        file: text.describe('The file.'),
        order: z
          .enum(['inOrder', 'random'])
          .prefault('inOrder')
          .describe('Row after row, again from the top after the last; or each customer by lot.'),
      }),
    ],
    'the path of a CSV or JSON file, or { file, order }',
  )
    .meta({ examples: ['orders.csv'] })
    .exactOptional()
    .describe('A CSV file with a header, or a JSON list: each customer has a row, for {{column}}.'),
  locale: either(
    [locale.transform((only) => ({ [only]: 1 })), nonEmpty(z.record(locale, weight), 'locale')],
    'a locale of faker, or a map of locales and their weights',
  )
    .meta({ examples: ['de', { de: 3, en: 1 }] })
    .exactOptional()
    .describe('Of {{faker.…}}: a locale such as de, or several with weights. Absent: en.'),
  typing: either(
    [
      distribution.transform((time) => ({ time, per: 'message' as const })),
      section({ perCharacter: distribution.describe('For each character.') }).transform(
        ({ perCharacter }) => ({ time: perCharacter, per: 'character' as const }),
      ),
    ],
    'a distribution, or { perCharacter }',
  )
    .meta({ examples: ['lognormal(mean 20s, sd 15s)', { perCharacter: '200ms' }] })
    .exactOptional()
    .describe('How long it takes to write a message, before it is sent. Absent: no time.'),
  script: scriptSchema.describe('What the customer does, step by step.'),
}).describe('A kind of customer.');
