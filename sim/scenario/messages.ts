/**
 * zod's issues turned into complaints with places, in plain words. Units and grammars have
 * already said their own.
 */
import type * as z from 'zod';
import { type Complaint, describeValue, hint, type Path } from './complaints.ts';
import { NAME_WANTS } from './fields.ts';
import type { Source } from './yaml.ts';

type Issue = z.core.$ZodIssue;

/** The parsed value, or nothing; mistakes go to `complaints`. */
export function validate<S extends z.ZodType>(
  schema: S,
  source: Source,
  complaints: Complaint[],
): z.output<S> | undefined {
  const result = schema.safeParse(source.value, { error: messageOf });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(unfold);
  for (const issue of issues.filter((issue) => !explained(issue, issues))) {
    if (issue.code === 'unrecognized_keys') {
      complaints.push(...unknownKeys(issue.keys, issue.message.split(' '), issue.path, source));
      continue;
    }
    const at = issue.code === 'invalid_key' ? 'key' : 'value';
    complaints.push(source.complain(plain(issue.path), issue.message, at));
  }
  return undefined;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  null: 'nothing',
};

function messageOf(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    const noun = NOUNS[issue.expected] ?? issue.expected;
    if (input === undefined) return 'is missing';
    if (input === null && noun === 'a map') return 'is empty; write {} if nothing is to be set';
    if (noun === 'text' && (typeof input === 'number' || typeof input === 'boolean')) {
      return `expected text, found ${input}; put quotes around it: "${input}"`;
    }
    const found = describeValue(input);
    const braces =
      noun === 'text' && found === 'a map' ? "; text that begins with '{' needs quotes" : '';
    return `expected ${noun}, found ${found}${braces}`;
  }
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String);
    if (input === undefined) return `is missing; expected one of ${words.join(', ')}`;
    const near = typeof input === 'string' ? hint(input, words, 0) : '';
    return `expected one of ${words.join(', ')}, found ${describeValue(input)}${near}`;
  }
  if (issue.code === 'too_small') return tooSmall(issue as TooSmall, input);
  if (issue.code === 'too_big') {
    return `expected at most ${issue.maximum}, found ${describeValue(input)}`;
  }
  if (issue.code === 'invalid_key') {
    return `expected ${NAME_WANTS}`;
  }
  return issue.message ?? `is not valid: ${describeValue(input)}`;
}

type TooSmall = Pick<z.core.$ZodIssueTooSmall, 'origin' | 'inclusive' | 'minimum'>;

function tooSmall(issue: TooSmall, input: unknown): string {
  if (issue.origin === 'string') return 'must not be empty text';
  if (issue.origin === 'array') return 'the list is empty; it needs at least one entry';
  const bound = issue.inclusive === false ? 'more than' : 'at least';
  return `expected ${bound} ${issue.minimum}, found ${describeValue(input)}`;
}

/** A key that is spelt wrong explains why something seems to be missing in the same map. */
function explained(issue: Issue, issues: readonly Issue[]): boolean {
  if (issue.code !== 'custom') return false;
  const path = issue.path.join('.');
  return issues.some((one) => one.code === 'unrecognized_keys' && one.path.join('.') === path);
}

/** A union's issue gives way to those of the one form that the value's kind (text, map) fits. */
function unfold(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
  );
  const branch = fitting.length === 1 ? fitting[0] : undefined;
  if (branch === undefined) return [issue];
  return branch.flatMap((inner) => unfold({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKeys(
  keys: readonly string[],
  known: readonly string[],
  path: readonly PropertyKey[],
  source: Source,
): readonly Complaint[] {
  return keys.map((key) =>
    source.complain([...plain(path), key], `unknown key${hint(key, known)}`, 'key'),
  );
}

function plain(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}
