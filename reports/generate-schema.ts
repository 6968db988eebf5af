/**
 * Writes `result.schema.json`, the JSON Schema of `result.json`. Run it after changing
 * `result.ts`; a test holds the two together.
 */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { runResultSchema } from './result.ts';

export function resultSchemaText(): string {
  const schema = z.toJSONSchema(runResultSchema);
  return `${JSON.stringify({ title: 'Result of a Rehearsal run', ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL('result.schema.json', import.meta.url), resultSchemaText());
}
