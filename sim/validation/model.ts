/**
 * A queueing model: classes of customers, groups of reps, who serves whom. Times are in the model's
 * own unit. `cases.ts` makes these of published cases, `plan.ts` makes plans of them.
 */
import type { RoutingConfig } from '../../src/org.ts';
import type { Distribution } from '../plan.ts';

export interface QueueModel {
  readonly id: string;
  readonly classes: readonly CustomerClass[];
  readonly groups: readonly RepGroup[];
  readonly routingModel: RoutingConfig['routingModel'];
  /** Reps who are alike toss a coin; otherwise who was longest without a push gets it. */
  readonly fairCoin?: boolean;
  /**
   * A routing partner decides instead of Omni-Channel, which has no such rule: an agent's classes
   * count in the order of `RepGroup.serves`, then `picks`.
   */
  readonly partner?: { readonly picks: 'longestIdle' | 'busiest' };
  /** Who finds so many waiting is turned away; absent: everybody may wait. */
  readonly places?: number;
  /** A finite day from empty: so long, nothing left out. Absent: steady state. */
  readonly lasts?: number;
  /** Times of that day at which the state is looked at. */
  readonly probes?: readonly number[];
  /** Service-level bound. */
  readonly t?: number;
  /** Mean service time, for the length of the warm-up. */
  readonly meanService: number;
}

export interface CustomerClass {
  /** Who gives up comes back after this, until served. */
  readonly returnsAfter?: Distribution;
  /** Arrivals per time unit, Poisson; the mean where they change. */
  readonly lam: number;
  /** Rates of stretches one after the other. */
  readonly stages?: readonly { readonly lasts: number; readonly lam: number }[];
  /** `lam` + amplitude sin(2π t / period). */
  readonly wave?: { readonly amplitude: number; readonly period: number };
  /** How long they wait for a rep; absent: for ever. */
  readonly patience?: Distribution;
  /** 0 goes first. */
  readonly priority: number;
  /** Capacity units one of them takes. */
  readonly units: number;
}

export interface RepGroup {
  readonly count: number;
  /** Capacity units of each. */
  readonly capacity: number;
  /** Every push takes all of a rep, whatever the capacity. */
  readonly oneAtATime?: boolean;
  /** Service time by the class's position; classes that are absent it does not serve. */
  readonly serves: readonly { readonly of: number; readonly service: Distribution }[];
  /** Speed of each conversation with 1, 2, 3 … at a time. */
  readonly slowdown?: readonly number[];
}

export const queueOf = (position: number): string => `class-${position + 1}`;
export const groupOf = (position: number): string => `group-${position + 1}`;

export const exponential = (mean: number): Distribution => ({
  name: 'exponential',
  params: { mean },
});

export const constant = (value: number): Distribution => ({ name: 'constant', params: { value } });

/** M/M/c, or with a rate of giving up M/M/c+M. */
export function simpleQueue(
  id: string,
  {
    lam,
    mu,
    c,
    theta,
    t,
  }: {
    readonly lam: number;
    readonly mu: number;
    readonly c: number;
    readonly theta?: number;
    readonly t?: number;
  },
): QueueModel {
  return {
    id,
    classes: [
      {
        lam,
        ...(theta !== undefined && { patience: exponential(1 / theta) }),
        priority: 0,
        units: 1,
      },
    ],
    groups: [{ count: c, capacity: 1, serves: [{ of: 0, service: exponential(1 / mu) }] }],
    routingModel: 'LEAST_ACTIVE',
    ...(t !== undefined && { t }),
    meanService: 1 / mu,
  };
}
