/**
 * The runs of one rate: in virtual time many at once on all cores; in real time one after the
 * other, with rest between them in which nothing runs.
 */
import type { RunResult } from '../../reports/result.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { Plan } from '../plan.ts';
import { createRunPool } from '../replications/pool.ts';
import { replicate } from '../replications/replicate.ts';
import type { Terminal } from '../terminal.ts';
import { type OnceArguments, runOnce } from './once.ts';

export interface Runs {
  /** All runs of a plan, with its seed, seed + 1 and so on; nothing: interrupted. */
  run(plan: Plan): Promise<readonly RunResult[] | undefined>;
  close(): Promise<void>;
}

export interface RunsOptions {
  /** Of each plan. */
  readonly count: number;
  readonly signal: AbortSignal;
  /** Told with how many are done in all. */
  onDone(done: number): void;
}

export function createVirtualRuns({ count, signal, onDone }: RunsOptions): Runs {
  const pool = createRunPool();
  const stopped = whenAborted(signal);
  let before = 0;
  return {
    async run(plan) {
      const runs = replicate(plan, pool, {
        ...{ count, signal },
        onDone: (done) => onDone(before + done),
      });
      // Closing the pool ends those under way.
      const results = await Promise.race([runs, stopped]);
      before += count;
      return signal.aborted ? undefined : results;
    },
    close: () => pool.close(),
  };
}

export interface RealRunsOptions extends RunsOptions {
  readonly settleMs: number;
  readonly args: OnceArguments;
  readonly terminal: Terminal;
}

export function createRealRuns(options: RealRunsOptions): Runs {
  const { count, signal, onDone, settleMs, args, terminal } = options;
  const wall = createSystemClock();
  const stopped = whenAborted(signal);
  let done = 0;
  return {
    async run(plan) {
      const results: RunResult[] = [];
      while (results.length < count) {
        if (done > 0) await Promise.race([wall.sleep(settleMs), stopped]);
        if (signal.aborted) return undefined;
        const own = { ...args, store: storeOf(args.store, done + 1) };
        const seed = plan.seed + results.length;
        const { result, failure } = await runOnce({ ...plan, seed }, own, terminal, {});
        if (failure !== undefined) throw failure;
        if (signal.aborted) return undefined;
        results.push(result);
        done += 1;
        onDone(done);
      }
      return results;
    },
    close: async () => wall.close(),
  };
}

/** Each run begins with an empty store: a file, or a prefix, of its own. */
export function storeOf(url: string, run: number): string {
  if (url.startsWith('sqlite:')) return `${url}-${run}`;
  return url.replace(/([?&]prefix=[^&]*)/, `$1-${run}`);
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
