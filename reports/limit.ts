/**
 * What came of `rehearse limit`: every rate that was tried, and what follows from them. As
 * `limit.json` holds it; versioned. Durations are milliseconds, shares go from 0 to 1, percentages
 * are of the scenario's arrivals as written.
 */
import { z } from 'zod';
import { runResultSchema } from './result.ts';

const { budgets, invariants, generator, scenario, clock, target, seed, speed } =
  runResultSchema.shape;

const count = z.int().nonnegative();

/** One rate and what it did. */
const triedRate = z.strictObject({
  percent: z.number(),
  /** Of open arrivals: the mean while the scenario lasts, by the scenario. */
  customersPerHour: z.number(),
  /** Of closed models. */
  closedCustomers: count,
  /**
   * `not certain`: kept, but the bound is within the interval. `generator`: webhooks went out too
   * late, so that nothing is known of the stack.
   */
  verdict: z.enum(['holds', 'not certain', 'breaks', 'generator']),
  /** So many runs are behind these figures. */
  runs: count,
  /** It did not hold at first; these are the figures of the second time. */
  again: z.boolean(),
  budgets,
  invariants,
  /** Work items that the org's limits kept out of their queue, in the worst run, if any. */
  keptOut: count.optional(),
  /** The pool of reps with the least capacity left. */
  busiest: z.strictObject({ pool: z.string(), occupancy: z.number() }).optional(),
  /** Real clock: 95th percentile of `webhookAck`, of the wall. */
  ackP95Ms: z.number().optional(),
  /** Of the worst run. */
  generator,
});

export const limitSchema = z.strictObject({
  version: z.literal(1),
  ...{ scenario, clock, target, seed, speed },
  engine: z.enum(['own', 'k6']),
  period: z.strictObject({ warmUpMs: z.number(), lastsMs: z.number() }),
  search: z.strictObject({
    find: z.literal('rate'),
    by: z.enum(['bisection', 'steps']),
    fromPercent: z.number(),
    mostPercent: z.number(),
    /** Steps: from one to the next. */
    stepPercent: z.number().optional(),
    /** Bisection: the two ends are so near, as a share of the lower one. */
    precision: z.number().optional(),
    /** Runs of each rate: replications in virtual time, repeats in real time. */
    runs: count,
    /** Real clock: rest between two runs, of the wall. */
    settleMs: z.number().optional(),
  }),
  /**
   * `found`: the limit is between `holds` and `breaks`. `all`: it is above the highest that may be
   * tried; `none`: below the lowest tried. `generator`: above `holds` the generator was too slow.
   * `unfinished`: cut off.
   */
  outcome: z.enum(['found', 'all', 'none', 'generator', 'unfinished']),
  /** The highest percentage that holds; null: none is known. */
  holds: z.number().nullable(),
  /** The lowest above it that does not. */
  breaks: z.number().nullable(),
  /** The budgets that do not hold there, the first to break first. */
  broke: z.array(z.string()),
  /** What the figures at `breaks` point at, if they do. */
  bottleneck: z.enum(['orgLimits', 'reps', 'webhooks']).optional(),
  /** Ascending. */
  tried: z.array(triedRate),
});

export type Limit = z.infer<typeof limitSchema>;
export type TriedRate = z.infer<typeof triedRate>;

/** Real ms, at one of a hundred: of who sends, or of who says what is due. */
export function latenessOf({ lateness, director }: NonNullable<TriedRate['generator']>): number {
  return Math.max(lateness.p99, director?.p99 ?? 0);
}
