/** The console report: the summary page, written by the function it is given. */
import type { Reporter } from '../reporter.ts';
import { renderSummary, type SummaryTextOptions } from './summary.ts';

export interface ConsoleOptions extends SummaryTextOptions {
  write(text: string): void;
}

export function createConsoleReporter(options: ConsoleOptions): Reporter {
  return {
    name: 'console',
    async report(result) {
      options.write(renderSummary(result, options));
      return undefined;
    },
  };
}
