/** Writes the RunResult as it is: `result.json`. */
import { createFileReporter, type Reporter } from '../reporter.ts';

export function createJsonReporter(directory: string): Reporter {
  return createFileReporter('json', directory, 'result.json', toJson);
}

const NUMBER = '(?:-?\\d[\\d.eE+-]*|null)';
const NUMBERS = new RegExp(`\\[\\s+(${NUMBER}(?:,\\s+${NUMBER})*)\\s+\\]`, 'g');

/** Indented, with lists of numbers on one line. */
export function toJson(value: unknown): string {
  const indented = JSON.stringify(value, null, 2);
  // Within a text there is no line break: only lists of numbers look like this.
  const joined = indented.replaceAll(
    NUMBERS,
    (_, inner: string) => `[${inner.replaceAll(/\s+/g, '')}]`,
  );
  return `${joined}\n`;
}
