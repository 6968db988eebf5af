/** What the runs at one rate say of it. Over several: by the mean, with its interval. Pure. */
import { latenessOf, type TriedRate } from '../../reports/limit.ts';
import type { BudgetVerdict, RunResult } from '../../reports/result.ts';
import { together } from '../replications/replicate.ts';
import type { Load } from './load.ts';

export function judge(percent: number, load: Load, results: readonly RunResult[]): TriedRate {
  const [first] = results;
  if (first === undefined) throw new RangeError('nothing was run');
  const result = results.length === 1 ? first : together(results);
  const { budgets, invariants, verdict: whole, clock } = result;
  const generator = results
    .flatMap((one) => one.generator ?? [])
    .toSorted((a, b) => latenessOf(b) - latenessOf(a))
    .at(0);
  const busiest = poolsOf(result)
    .toSorted((a, b) => b.occupancy - a.occupancy)
    .at(0);
  const keptOut = Math.max(...results.map(({ counts }) => counts.limitExceeded));
  const ackP95Ms = clock === 'real' ? ackOf(result) : undefined;
  const certain = budgets.every((budget) => roomOf(budget) >= 0) ? 'holds' : 'not certain';
  const isTooSlow = results.some((one) => one.generator?.saturated);
  const verdict = isTooSlow ? 'generator' : whole === 'fail' ? 'breaks' : certain;
  return {
    ...{ percent, ...load, verdict, runs: results.length, again: false, budgets, invariants },
    ...(keptOut > 0 && { keptOut }),
    ...(busiest && { busiest }),
    ...(ackP95Ms !== undefined && { ackP95Ms }),
    ...(generator && { generator }),
  };
}

/** Room to the bound that is there whatever the luck; less than none if it is broken. */
export function roomOf({ ok, margin, halfWidth = 0 }: BudgetVerdict): number {
  if (margin === null) return Number.NEGATIVE_INFINITY;
  const room = margin - halfWidth;
  // Right on a bound that must not be reached.
  return ok || room < 0 ? room : -Number.MIN_VALUE;
}

function poolsOf({ replications, reps }: RunResult) {
  if (replications === undefined) {
    return reps.pools.flatMap(({ pool, rates }) => {
      const { share = null } = rates.occupancy ?? {};
      return share === null ? [] : [{ pool, occupancy: share }];
    });
  }
  return replications.estimates.flatMap(({ by, id, measure, value }) =>
    by === 'rep' && measure === 'occupancy' && id !== undefined
      ? [{ pool: id, occupancy: value }]
      : [],
  );
}

/** Of the wall: how long the stack took is no matter of the scenario's time. */
function ackOf({ replications, latencies, speed = 1 }: RunResult): number | undefined {
  const all = replications?.estimates ?? [];
  const found = all.find(
    ({ by, measure, statistic }) =>
      by === undefined && measure === 'webhookAck' && statistic === 'p95',
  );
  const p95 = found?.value ?? latencies.webhookAck?.p95;
  return p95 && Math.round((p95 / speed) * 1000) / 1000;
}
