/**
 * Writes the JSON Schemas (draft-07, what editors read) of scenario, org and target files from the
 * zod schemas they are checked with. Run by `npm run schema`; a test says when that is due.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { orgSchema } from '../sim/scenario/org-schema.ts';
import { scenarioSchema } from '../sim/scenario/schema.ts';
import { targetSchema } from '../sim/scenario/target-schema.ts';

/** File name (in this folder) and contents. */
export function generateSchemas(): Readonly<Record<string, string>> {
  return {
    'scenario.schema.json': jsonSchema(scenarioSchema),
    'org.schema.json': jsonSchema(orgSchema),
    'target.schema.json': jsonSchema(targetSchema),
  };
}

function jsonSchema(schema: z.ZodType): string {
  const generated = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return `${JSON.stringify(generated, null, 2)}\n`;
}

if (import.meta.main) {
  for (const [name, contents] of Object.entries(generateSchemas())) {
    writeFileSync(join(import.meta.dirname, name), contents);
  }
}
