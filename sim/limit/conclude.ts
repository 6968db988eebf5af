/** From the rates that were tried to the answer: the two ends, what broke first, why. Pure. */
import type { Limit, TriedRate } from '../../reports/limit.ts';
import { roomOf } from './judge.ts';
import { endsOf } from './search.ts';

type Conclusion = Pick<Limit, 'outcome' | 'holds' | 'breaks' | 'broke' | 'tried' | 'bottleneck'>;

export function conclude(rates: readonly TriedRate[], isFinished: boolean): Conclusion {
  const tried = rates.toSorted((a, b) => a.percent - b.percent);
  const ends = endsOf(tried.map((one) => ({ ...one, holds: one.verdict === 'holds' })));
  const at = (percent?: number) => tried.find((one) => one.percent === percent);
  const [held, broken] = [at(ends.holds), at(ends.breaks)];
  const bottleneck = bottleneckAt(broken, tried);
  return {
    outcome: isFinished ? outcomeOf(held, broken) : 'unfinished',
    holds: held?.percent ?? null,
    breaks: broken?.percent ?? null,
    broke: brokenBudgets(held, broken),
    ...(bottleneck && { bottleneck }),
    tried,
  };
}

function outcomeOf(held: TriedRate | undefined, broken: TriedRate | undefined): Limit['outcome'] {
  if (broken === undefined) return 'all';
  if (broken.verdict === 'generator') return 'generator';
  return held === undefined ? 'none' : 'found';
}

/** In the order in which they reach their bounds, on straight lines between the two rates. */
function brokenBudgets(held: TriedRate | undefined, broken: TriedRate | undefined): string[] {
  if (broken === undefined || broken.verdict === 'generator') return [];
  return broken.budgets
    .map((budget, i) => ({ budget, after: roomOf(budget), before: held?.budgets[i] }))
    .filter(({ after }) => after < 0)
    .map(({ budget: { text, bound }, after, before }) => {
      // Without a rate that held there is no line: what is missed by most comes first.
      if (before === undefined) return { text, reached: after / (Math.abs(bound) || 1) };
      const room = Math.max(0, roomOf(before));
      return { text, reached: Number.isFinite(after) ? room / (room - after) : 1 };
    })
    .toSorted((a, b) => a.reached - b.reached)
    .map(({ text }) => text);
}

/** A pool with less capacity left has no more to give. */
const FULL = 0.9;
/** So many times as slow as at the lowest rate, and at least so slow. */
const SLOWER = 3;
const SLOW_MS = 50;

function bottleneckAt(
  one: TriedRate | undefined,
  [lowest]: readonly TriedRate[],
): Limit['bottleneck'] {
  if (one?.keptOut !== undefined) return 'orgLimits';
  if (one?.busiest !== undefined && one.busiest.occupancy >= FULL) return 'reps';
  if (one?.ackP95Ms === undefined || lowest?.ackP95Ms === undefined) return undefined;
  return one.ackP95Ms >= Math.max(SLOW_MS, SLOWER * lowest.ackP95Ms) ? 'webhooks' : undefined;
}
