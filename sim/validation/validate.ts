/**
 * Textbook queues run through the whole stack, next to their exact values. The cases and where
 * they come from: `queues.json`.
 */

import { estimate, type Observation } from '../replications/estimate.ts';
import { runPlan } from '../run.ts';
import { type ExactCase, modelOf } from './cases.ts';
import { observe } from './measures.ts';
import type { QueueModel } from './model.ts';
import { queuePlan } from './plan.ts';
import { createProbes } from './probes.ts';
import reference from './queues.json' with { type: 'json' };

export type { ExactCase } from './cases.ts';

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

export const CASES: readonly ExactCase[] = reference.cases as readonly ExactCase[];

/** Runs a case; one comparison per measure that both sides have. */
export async function validate(
  queue: ExactCase,
  effort: Effort,
  model: QueueModel = modelOf(queue),
): Promise<readonly Comparison[]> {
  const lam = model.classes.reduce((sum, one) => sum + one.lam, 0);
  const warmUp = model.lasts === undefined ? effort.warmUpServices * model.meanService : 0;
  const lasts = model.lasts ?? warmUp + effort.customers / lam;
  // As many days as make up for their shortness.
  const replications =
    model.lasts === undefined
      ? effort.replications
      : Math.ceil((effort.replications * effort.customers) / (lam * model.lasts));
  const seen = new Map<string, { exact: number; observations: Observation[] }>();
  for (let i = 0; i < replications; i += 1) {
    const plan = queuePlan(model, { seed: effort.seed + i, warmUp, lasts });
    const probes = createProbes(model.probes ?? []);
    const { result, failure } = await runPlan(plan, { clock: 'virtual', onFact: probes.record });
    if (failure !== undefined) throw failure;
    const found = [...observe(result, model, queue.exact), ...probes.seen(queue.exact)];
    for (const { measure, exact, observation } of found) {
      const entry = seen.get(measure);
      if (entry === undefined) seen.set(measure, { exact, observations: [observation] });
      else entry.observations.push(observation);
    }
  }
  return Array.from(seen, ([measure, { exact, observations }]) => {
    const { value, standardError, halfWidth } = estimate(observations);
    const z = (value - exact) / standardError;
    return { id: queue.id, measure, exact, simulated: value, halfWidth, z };
  });
}
