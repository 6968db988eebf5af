/**
 * RunResult: what one run came to, as `result.json` holds it. The one thing reports print.
 * Versioned; `result.schema.json` is generated from here by `generate-schema.ts`. Durations are
 * milliseconds. Everything but `meta` depends on the facts alone.
 */
import { z } from 'zod';
import {
  CONVERSATION_COUNTS,
  type Dimension,
  LATENCIES,
  type LatencyName,
  type NameBy,
  namesBy,
  namesOf,
  STACK_COUNTS,
} from './measures.ts';
import { distribution, followed, repTimeline, worst } from './result-details.ts';
import { FOLLOWED } from './series.ts';
import { RATES, type RateName, SERVICE_LEVELS } from './shares.ts';

const count = z.int().nonnegative();
const ms = z.number();

/** `share` is null when there is no whole to speak of. */
const share = z.strictObject({
  share: z.number().nullable(),
  part: z.number(),
  whole: z.number(),
});

const latency = z.strictObject({
  n: count,
  mean: ms,
  /** Null below two values. */
  sd: ms.nullable(),
  min: ms,
  p50: ms,
  p75: ms,
  p90: ms,
  p95: ms,
  p99: ms,
  p999: ms,
  max: ms,
});

/** By threshold: `{"20s": ..., "60s": ...}`. */
const serviceLevels = z.record(
  z.enum(namesOf(SERVICE_LEVELS)),
  z.record(z.string().regex(/^[0-9.e+-]+s$/), share),
);
const conversations = z.record(z.enum(namesOf(CONVERSATION_COUNTS)), count);

const countsBy = <D extends Dimension>(dimension: D) =>
  z.record(z.enum<NameBy<typeof STACK_COUNTS, D>[]>(namesBy(STACK_COUNTS, dimension)), count);
const ratesBy = <D extends Dimension>(dimension: D) =>
  z.record(z.enum<NameBy<typeof RATES, D>[]>(namesBy(RATES, dimension)), share);
/** Latencies without values are absent. */
const latenciesBy = <D extends Dimension>(dimension: D) =>
  z.partialRecord(z.enum<NameBy<typeof LATENCIES, D>[]>(namesBy(LATENCIES, dimension)), latency);

/** How many waited; `mean` over time, null if nothing was measured. */
const waiting = z.strictObject({ mean: z.number().nullable(), max: count });

const repRow = {
  counts: countsBy('rep'),
  rates: ratesBy('rep'),
  latencies: latenciesBy('rep'),
};

const stretch = z.strictObject({
  fromMs: ms,
  arrived: count,
  accepted: count,
  abandoned: count,
  /** Null for what the run did not reach. */
  meanWaiting: z.number().nullable(),
  maxWaiting: count,
  meanRepsBusy: z.number().nullable(),
  meanRepsOnline: z.number().nullable(),
});

const budgetVerdict = z.strictObject({
  text: z.string(),
  line: z.int(),
  ok: z.boolean(),
  /** Null when there is no data. Shares go from 0 to 1. */
  measured: z.number().nullable(),
  bound: z.number(),
  unit: z.enum(['ms', 'share', 'count']),
  /** Over replications: half of the 95 % confidence interval of `measured`. */
  halfWidth: z.number().optional(),
  /** How many observations stand behind `measured`; of shares of time, ms. */
  n: z.number(),
  /** Room left, in the unit; negative when the budget is broken. Null without data. */
  margin: z.number().nullable(),
  /** Why the budget failed, where the numbers alone do not say it. */
  reason: z.string().optional(),
});

const period = z.strictObject({
  /** ISO 8601, UTC: when virtual time began. */
  startsAt: z.string(),
  warmUpMs: ms,
  /** How the warm-up was found; absent: it was given. */
  warmUpRule: z.literal('MSER-5').optional(),
  /** Arrivals stop here. */
  lastsMs: ms,
  /** Everything was over here. */
  endedAtMs: ms,
});

/** A number over replications. Durations in ms; shares from 0 to 1. */
const estimate = z.strictObject({
  /** Absent: of everything. */
  by: z.enum(['channel', 'queue', 'skill', 'rep']).optional(),
  id: z.string().optional(),
  measure: z.string(),
  /** `mean`, `p95` and so on of a latency, `share` of a rate, `20s` of a service level, `count`. */
  statistic: z.string(),
  /** Replications that have a value. */
  n: count,
  value: z.number(),
  /** Of the confidence interval. */
  halfWidth: z.number(),
  /** The value in each replication, by seed; of channels and queues only where there are few. */
  values: z.array(z.number()).optional(),
});

/** Everything outside of this block, but budgets and verdict, is of the first replication. */
const replications = z.strictObject({
  count,
  /** The others follow by one. */
  firstSeed: z.number(),
  confidence: z.number(),
  estimates: z.array(estimate),
});

const quantiles = z.strictObject({ p50: ms, p95: ms, p99: ms, max: ms });

/** What sent the webhooks, and how well it kept up. */
const generator = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** Of k6. */
  vus: count.optional(),
  sent: count,
  /** From when a webhook was due to when it went out; of the run's own sender: of any timer. */
  lateness: quantiles,
  /** Of k6: the lateness of the timers of the process that says what is due. */
  director: quantiles.optional(),
  /** From when it was due to the answer: response time; and from when it went out: service time. */
  sinceDue: quantiles,
  service: quantiles,
  /** It could not keep up: its lateness is in every figure. */
  saturated: z.boolean(),
  /** K6's `http_req_*` of the webhooks, by what follows that. */
  http: z.record(z.string(), quantiles).optional(),
  /** Share of webhooks that k6 counts as failed: no answer, or status >= 400. */
  failed: z.number().optional(),
  /** Webhooks whose answer was awaited at a time, by one VU, at most. */
  onTheirWay: count.optional(),
  /** Of k6, of any executor. */
  droppedIterations: count.optional(),
  /** The clock of this process less k6's, as measured; and how much that changed in the run. */
  clock: z.strictObject({ offsetMs: ms, uncertaintyMs: ms, driftMs: ms }).optional(),
  /** What k6 judged: its own, and the budgets it can. The verdict does not go by them. */
  thresholds: z
    .array(z.strictObject({ metric: z.string(), condition: z.string(), ok: z.boolean() }))
    .optional(),
});

export const runResultSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.strictObject({
    name: z.string(),
    title: z.string().optional(),
    file: z.string(),
    sha256: z.string(),
  }),
  clock: z.enum(['virtual', 'real']),
  /** A stack that is not ours; of its inside nothing is known. */
  target: z.string().optional(),
  seed: z.number(),
  speed: z.number().optional(),
  period,
  verdict: z.enum(['pass', 'fail', 'partial']),
  /** Why the run did not come to its end. */
  partial: z.string().optional(),
  conversations,
  counts: z.record(z.enum(namesOf(STACK_COUNTS)), count),
  rates: z.record(z.enum<RateName[]>(namesOf(RATES)), share),
  serviceLevels,
  latencies: z.partialRecord(z.enum<LatencyName[]>(namesOf(LATENCIES)), latency),
  waiting,
  channels: z.array(
    z.strictObject({
      channel: z.string(),
      conversations,
      counts: countsBy('channel'),
      rates: ratesBy('channel'),
      serviceLevels,
      latencies: latenciesBy('channel'),
    }),
  ),
  queues: z.array(
    z.strictObject({
      queue: z.string(),
      counts: countsBy('queue'),
      rates: ratesBy('queue'),
      serviceLevels,
      latencies: latenciesBy('queue'),
      waiting,
    }),
  ),
  /** Of work that asks for a skill; one that asks for two counts for both. */
  skills: z.array(
    z.strictObject({
      skill: z.string(),
      counts: countsBy('skill'),
      rates: ratesBy('skill'),
      serviceLevels,
      latencies: latenciesBy('skill'),
    }),
  ),
  reps: z.strictObject({
    pools: z.array(z.strictObject({ pool: z.string(), reps: count, ...repRow })),
    each: z.array(z.strictObject({ rep: z.string(), pool: z.string(), ...repRow })),
  }),
  series: z.strictObject({
    stretchMs: ms,
    stretches: z.array(stretch),
    latencies: z.record(z.enum(FOLLOWED), followed),
    /** The first 1,000 reps. */
    reps: z.array(repTimeline),
  }),
  /** Of everything, and of channels and queues where there are few. */
  distributions: z.array(distribution),
  worst: z.array(worst),
  /** What scripts await, and how many of those who began one missed it. */
  expectations: z.array(
    z.strictObject({
      script: z.string(),
      step: count,
      what: z.string(),
      line: count,
      arrived: count,
      missed: count,
    }),
  ),
  budgets: z.array(budgetVerdict),
  /** Budgets on what this kind of run can not see: neither kept nor broken. Absent: none. */
  notJudged: z
    .array(z.strictObject({ text: z.string(), line: z.int(), reason: z.string() }))
    .optional(),
  /** On the real clock. */
  generator: generator.optional(),
  replications: replications.optional(),
  /** Choices of ours that decided something, where Salesforce's documents leave the point open. */
  choices: z.array(z.strictObject({ choice: z.string(), meaning: z.string(), times: count })),
  /** Rules no run may break, and how this one broke them; empty unless the router is wrong. */
  invariants: z.array(z.string()),
  /** The only block that differs between two runs of the same thing: wall time, versions. */
  meta: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export type RunResult = z.infer<typeof runResultSchema>;
export type Verdict = RunResult['verdict'];
export type BudgetVerdict = RunResult['budgets'][number];
export type Estimate = z.infer<typeof estimate>;
export type LatencyResult = z.infer<typeof latency>;
export type ShareResult = z.infer<typeof share>;
