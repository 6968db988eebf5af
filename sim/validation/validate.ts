/**
 * Textbook queues run through the whole stack, next to their exact values. The cases and where
 * they come from: `queues.json`.
 */
import type { RunResult } from '../../reports/result.ts';
import { runPlan } from '../run.ts';
import { estimate, type Observation } from './estimate.ts';
import { type QueueCase, queuePlan, UNIT_MS } from './queue-plan.ts';
import reference from './queues.json' with { type: 'json' };

export interface ExactCase extends QueueCase {
  readonly model: string;
  readonly exact: Readonly<Record<string, number>>;
}

export interface Effort {
  readonly replications: number;
  /** Customers per replication, warm-up excluded. */
  readonly customers: number;
  /** Not measured at the beginning of each replication, in mean service times. */
  readonly warmUpServices: number;
  /** Seeds are `seed`, `seed + 1` and so on. */
  readonly seed: number;
}

export interface Comparison {
  readonly id: string;
  readonly measure: string;
  readonly exact: number;
  readonly simulated: number;
  /** Of the 95 % confidence interval. */
  readonly halfWidth: number;
  /** Standard errors between simulated and exact. */
  readonly z: number;
}

export const CASES: readonly ExactCase[] = reference.cases;

/** Runs a case; one comparison per measure that both sides have. */
export async function validate(queue: ExactCase, effort: Effort): Promise<readonly Comparison[]> {
  const { lam, mu } = queue.params;
  const warmUp = effort.warmUpServices / mu;
  const lasts = warmUp + effort.customers / lam;
  const seen = new Map<string, Observation[]>();
  for (let i = 0; i < effort.replications; i += 1) {
    const plan = queuePlan(queue, { seed: effort.seed + i, warmUp, lasts });
    const { result, failure } = await runPlan(plan, { clock: 'virtual' });
    if (failure !== undefined) throw failure;
    for (const [measure, read] of Object.entries(MEASURES)) {
      const exact = queue.exact[measure];
      if (exact === undefined || isTooRare(measure, exact)) continue;
      const observation = read(result, queue);
      if (observation !== undefined) push(seen, measure, observation);
    }
  }
  return Array.from(seen, ([measure, observations]) => {
    const exact = queue.exact[measure] ?? Number.NaN;
    const { value, standardError, halfWidth } = estimate(observations);
    const z = (value - exact) / standardError;
    return { id: queue.id, measure, exact, simulated: value, halfWidth, z };
  });
}

/**
 * A share so close to 0 or 1 that no run sees the exception: its standard error says nothing.
 */
function isTooRare(measure: string, exact: number): boolean {
  return measure in SHARES && Math.min(Math.abs(exact), Math.abs(1 - exact)) < 1e-5;
}

const SHARES = { occupancy: true, pAbandon: true, pWait: true, serviceLevel: true } as const;

type Read = (result: RunResult, queue: QueueCase) => Observation | undefined;

const served = ({ latencies }: RunResult) => total(latencies.speedToAnswer);
const gone = ({ latencies }: RunResult) => total(latencies.waitOfNeverAccepted);

/** How each exact value is read off a result. Times are in the case's time units. */
const MEASURES: Readonly<Record<string, Read>> = {
  asa: (result) => inUnits(served(result)),
  meanWait: (result) => inUnits(add(served(result), gone(result))),
  meanWaitServed: (result) => inUnits(served(result)),
  meanWaitAbandoned: (result) => inUnits(gone(result)),
  occupancy: ({ rates }) => rates.occupancy,
  pAbandon: ({ rates }) => rates.abandonment,
  pWait: ({ serviceLevels }) => complement(serviceLevels.serviceLevel?.['0s']),
  serviceLevel: (result, queue) => level(result, queue, 'serviceLevel'),
  pServedWithinT: (result, queue) => level(result, queue, 'serviceLevel'),
  slServedOnly: (result, queue) => level(result, queue, 'serviceLevelOfAnswered'),
  slExclShortAbandons: (result, queue) =>
    level(result, queue, 'serviceLevelExcludingShortAbandons'),
};

function level(
  { serviceLevels }: RunResult,
  { params }: QueueCase,
  variant: keyof RunResult['serviceLevels'],
): Observation | undefined {
  return serviceLevels[variant]?.[`${((params.t ?? 0) * UNIT_MS) / 1000}s`];
}

function total(latency: { readonly n: number; readonly mean: number } | undefined): Observation {
  return latency === undefined
    ? { part: 0, whole: 0 }
    : { part: latency.n * latency.mean, whole: latency.n };
}

function add(a: Observation, b: Observation): Observation {
  return { part: a.part + b.part, whole: a.whole + b.whole };
}

function inUnits({ part, whole }: Observation): Observation {
  return { part: part / UNIT_MS, whole };
}

function complement(share: Observation | undefined): Observation | undefined {
  return share === undefined ? undefined : { part: share.whole - share.part, whole: share.whole };
}

function push(seen: Map<string, Observation[]>, measure: string, observation: Observation): void {
  const list = seen.get(measure);
  if (list === undefined) seen.set(measure, [observation]);
  else list.push(observation);
}
