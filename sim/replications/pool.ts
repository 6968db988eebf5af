/** Runs of one plan with many seeds, on as many cores as there are; in the order of their seeds. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { RunResult } from '../../reports/result.ts';
import type { Plan } from '../plan.ts';

export interface RunPool {
  /** Rejects with what failed the run. */
  run(plan: Plan): Promise<RunResult>;
  readonly size: number;
  close(): Promise<void>;
}

export function createRunPool(size = availableParallelism()): RunPool {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const filename = new URL(`./worker.${extension}`, import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: size, maxThreads: size });
  return {
    size,
    run: (plan) => pool.run(plan, { name: 'run' }) as Promise<RunResult>,
    close: () => pool.destroy(),
  };
}
