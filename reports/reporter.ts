/**
 * The narrow port of every report: a finished RunResult goes in. A report prints; it computes
 * nothing.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from './result.ts';

export interface Reporter {
  readonly name: string;
  /** The path it wrote to, if it wrote a file. */
  report(result: RunResult): Promise<string | undefined>;
}

/** A report that is one file in a folder, which is made if need be. */
export function createFileReporter(
  name: string,
  directory: string,
  file: string,
  render: (result: RunResult) => string,
): Reporter {
  return {
    name,
    async report(result) {
      await mkdir(directory, { recursive: true });
      const path = join(directory, file);
      await writeFile(path, render(result));
      return path;
    },
  };
}
