/**
 * Independent replications: the scenario with seed, seed + 1 and so on. Draws are keyed, so that
 * two set-ups with the same seeds meet the same customers (common random numbers). Stops after a
 * number of them, or when a measure is known well enough.
 */
import { keeps, marginOf, parseBudget } from '../../reports/budgets.ts';
import type { BudgetVerdict, RunResult } from '../../reports/result.ts';
import type { Plan } from '../plan.ts';
import { estimate } from './estimate.ts';
import { estimatesOf } from './estimates.ts';
import type { RunPool } from './pool.ts';

export interface Replications {
  /** So many, or the fewest where precision is asked for. */
  readonly count: number;
  /** The most. */
  readonly most?: number;
  /** Whether it is known well enough what was asked for. */
  readonly isPrecise?: (results: readonly RunResult[]) => boolean;
  readonly onDone?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Results in the order of their seeds. */
export async function replicate(
  plan: Plan,
  pool: Pick<RunPool, 'run' | 'size'>,
  { count, most = count, isPrecise, onDone, signal }: Replications,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  let done = 0;
  while (results.length < most && !signal?.aborted) {
    // In batches of a fixed size, whatever the number of cores: they must not decide when to stop.
    const batch = results.length === 0 ? count : Math.min(BATCH, most - results.length);
    const runs = Array.from({ length: batch }, async (_, i) => {
      const result = await pool.run({ ...plan, seed: plan.seed + results.length + i });
      done += 1;
      onDone?.(done);
      return result;
    });
    results.push(...(await Promise.all(runs)));
    if (isPrecise === undefined || isPrecise(results)) break;
  }
  return results;
}

const BATCH = 4;

/** The first replication's result, with budgets judged over all and every measure's interval. */
export function together(results: readonly RunResult[]): RunResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('no replications');
  const budgets = first.budgets.map((_, i) => budgetOver(results.map(({ budgets }) => budgets[i])));
  const invariants = [...new Set(results.flatMap((one) => one.invariants))];
  const isKept = budgets.every(({ ok }) => ok) && invariants.length === 0;
  return {
    ...first,
    ...{ budgets, invariants, verdict: isKept ? 'pass' : 'fail' },
    replications: {
      count: results.length,
      firstSeed: first.seed,
      confidence: 0.95,
      estimates: [...estimatesOf(results)],
    },
  };
}

/** Judged by the mean over the replications. Without data in one of them it is not kept. */
function budgetOver(all: readonly (BudgetVerdict | undefined)[]): BudgetVerdict {
  const seen = all.filter((one): one is BudgetVerdict => one !== undefined);
  const [first] = seen as [BudgetVerdict];
  const none = seen.find(({ measured }) => measured === null);
  if (none !== undefined || seen.length < 2) return none ?? first;
  const observations = seen.map(({ measured, n, unit }) => {
    const whole = unit === 'share' ? n : 1;
    return { part: (measured ?? 0) * whole, whole };
  });
  const { value, halfWidth } = estimate(observations);
  const { text, unit } = first;
  const parsed = parseBudget(text);
  if ('error' in parsed) throw new Error(`budget '${text}': ${parsed.error}`);
  // The bound may come from a baseline.
  const budget = { ...parsed, bound: first.bound };
  return {
    ...first,
    ok: keeps(budget, value),
    measured: round(value, unit),
    margin: round(marginOf(budget, value), unit),
    halfWidth: round(halfWidth, unit),
  };
}

function round(value: number, unit: BudgetVerdict['unit']): number {
  const digits = unit === 'ms' ? 1e3 : 1e6;
  return Math.round(value * digits) / digits;
}
