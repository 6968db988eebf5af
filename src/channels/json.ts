/**
 * A wary look at foreign JSON: whatever is not what it should be counts as absent. Every adapter
 * and every platform reads by these, so that no malformed body can throw.
 */

/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

/** The JSON object in a body; nothing for anything else. */
export function readJson(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value if it is an object, else an empty one. */
export function recordOf(value: unknown): Json {
  return isRecord(value) ? value : NOTHING;
}

/** The objects of an array; none for anything else. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The value if it is a text, else an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value if it is a finite number, or a text of one; else nothing. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const NOTHING: Json = {};

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
