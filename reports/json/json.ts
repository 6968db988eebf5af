/** Writes the RunResult as it is: `result.json`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../reporter.ts';

export function createJsonReporter(directory: string): Reporter {
  return {
    name: 'json',
    async report(result) {
      await mkdir(directory, { recursive: true });
      const path = join(directory, 'result.json');
      await writeFile(path, `${JSON.stringify(result, null, 2)}\n`);
      return path;
    },
  };
}
