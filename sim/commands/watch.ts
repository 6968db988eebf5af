/** Shows on the terminal how far many runs are. */
import { createProgress } from '../../reports/console/progress.ts';
import type { Terminal } from '../terminal.ts';

export interface RunsWatch {
  tell(runs: { readonly done: number; readonly of?: number }): void;
  done(): void;
}

export function watchRuns(terminal: Terminal, quiet: boolean): RunsWatch {
  const { err: write, isTty, columns } = terminal;
  const line = createProgress({ write, isTty, columns });
  const began = performance.now();
  return {
    tell(runs) {
      if (!quiet) line.tell(runs, performance.now() - began);
    },
    done: line.done,
  };
}
