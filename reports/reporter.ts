/**
 * The narrow port of every report: a finished RunResult goes in. A report prints; it computes
 * nothing.
 */
import type { RunResult } from './result.ts';

export interface Reporter {
  readonly name: string;
  /** The path it wrote to, if it wrote a file. */
  report(result: RunResult): Promise<string | undefined>;
}
