/**
 * The building blocks of the two schemas: texts, names, units, sections. Each says what it wants
 * in its own words; everything else about messages is in `messages.ts`.
 */
import * as z from 'zod';
import { describeValue } from './complaints.ts';
import { DISTRIBUTION_EXAMPLES, DISTRIBUTION_PATTERN, parseDistribution } from './distributions.ts';
import {
  DURATION_PATTERN,
  needsUnit,
  type Parsed,
  PERCENTAGE_PATTERN,
  parseDuration,
  parsePercentage,
  parseRate,
  RATE_PATTERN,
} from './units.ts';

/** A map with these keys and no others. For unknown keys the message is the list of known ones. */
export function section<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined,
  });
}

/** One of several forms; `wants` says in words what they are. */
export function either<const O extends readonly [z.ZodType, ...z.ZodType[]]>(
  options: O,
  wants: string,
) {
  return z.union(options, { error: (issue) => expected(wants, issue.input) });
}

export function expected(wants: string, found: unknown): string {
  if (found === undefined) return `is missing; expected ${wants}`;
  return `expected ${wants}, found ${describeValue(found)}`;
}

/** Text that a grammar reads. */
export function written<T>(
  parse: (text: string) => Parsed<T>,
  editor: { pattern?: string; examples?: readonly string[]; enum?: readonly string[] },
  /** For a bare number: what may have been meant. */
  meant?: (bare: number) => string,
) {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number' && meant ? needsUnit(input, meant(input)) : undefined,
    })
    .meta({ ...editor, ...(editor.examples && { examples: [...editor.examples] }) })
    .transform((text, context): T => {
      const parsed = parse(text);
      if ('value' in parsed) return parsed.value;
      context.issues.push({ code: 'custom', message: parsed.wrong, input: text });
      return z.NEVER;
    });
}

export const text = z.string().min(1);

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
export const NAME_WANTS = "a name: letters, digits, '-', '_' and '.', a letter or digit first";
export const name = z.string().regex(NAME, { error: ({ input }) => expected(NAME_WANTS, input) });

/** A map from names the user chooses. */
export function named<V extends z.ZodType>(value: V) {
  return z.record(name, value);
}

export function nonEmpty<T extends z.ZodType<object>>(schema: T, what: string) {
  return schema.refine((value) => Object.keys(value).length > 0, {
    error: `needs at least one ${what}`,
  });
}

export const duration = written(
  parseDuration,
  { pattern: DURATION_PATTERN, examples: ['30s', '1.5m', '1h30m'] },
  (bare) => `${bare}s`,
);
export const someTime = duration.refine((ms) => ms > 0, { error: 'must be more than 0s' });
export const rate = written(
  parseRate,
  { pattern: RATE_PATTERN, examples: ['120/h', '10/min', '5/s'] },
  (bare) => `${bare}/h`,
);
export const percentage = written(
  parsePercentage,
  { pattern: PERCENTAGE_PATTERN, examples: ['2%', '80%'] },
  (bare) => `${bare < 1 ? 2 : bare}%`,
);
export const distribution = written(
  parseDistribution,
  { pattern: DISTRIBUTION_PATTERN, examples: ['20s', ...DISTRIBUTION_EXAMPLES] },
  (bare) => `${bare}s`,
);
