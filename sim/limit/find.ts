/**
 * Capacity search: runs a scenario at one rate after the other until `next` is content. What a run
 * is, on which clock, is the caller's.
 */
import type { TriedRate } from '../../reports/limit.ts';
import type { RunResult } from '../../reports/result.ts';
import type { Plan } from '../plan.ts';
import { judge } from './judge.ts';
import { atPercent, loadOf } from './load.ts';
import { type Next, search } from './search.ts';

export interface Finding {
  readonly next: Next;
  /** All runs of one rate; nothing: interrupted. */
  run(plan: Plan): Promise<readonly RunResult[] | undefined>;
  /**
   * A rate that does not hold is run once more and counts as what it was then: on a real machine
   * noise only ever makes things slower.
   */
  readonly asksAgain: boolean;
  onTried(tried: TriedRate): void;
}

/** Whether it came to its end; what was tried has been told by then. */
export async function findLimit(
  plan: Plan,
  { next, run, asksAgain, onTried }: Finding,
): Promise<boolean> {
  let isFinished = true;
  const attempt = async (percent: number): Promise<TriedRate | undefined> => {
    const scaled = atPercent(plan, percent);
    const results = await run(scaled);
    return results && judge(percent, loadOf(scaled), results);
  };
  const ask = async (percent: number) => {
    let tried = await attempt(percent);
    if (asksAgain && tried !== undefined && tried.verdict !== 'holds') {
      const second = await attempt(percent);
      tried = second && { ...second, again: true };
    }
    if (tried === undefined) isFinished = false;
    else onTried(tried);
    return tried && { percent, holds: tried.verdict === 'holds' };
  };
  await search(ask, next);
  return isFinished;
}
