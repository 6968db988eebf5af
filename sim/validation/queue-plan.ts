/**
 * Textbook queues as plans: the same router, sessions and people as any scenario, without wire.
 * Customers leave when their patience ends before a rep takes them; a rep takes one at a time.
 */
import { createHash } from 'node:crypto';
import type { CustomerScript, Distribution, Plan } from '../plan.ts';

export interface QueueCase {
  readonly id: string;
  /** Arrivals and services per time unit, reps, and (Erlang A) the rate of giving up. */
  readonly params: {
    readonly lam: number;
    readonly mu: number;
    readonly c: number;
    readonly theta?: number;
    /** Service-level bound, in time units. */
    readonly t?: number;
  };
}

/** One time unit of a case, in ms. */
export const UNIT_MS = 60_000;

export interface QueueRun {
  readonly seed: number;
  /** In time units. */
  readonly warmUp: number;
  readonly lasts: number;
}

export function queuePlan({ id, params }: QueueCase, { seed, warmUp, lasts }: QueueRun): Plan {
  const { lam, mu, c, theta, t } = params;
  const never = 1e6 * UNIT_MS;
  const exponential = (mean: number): Distribution => ({
    name: 'exponential',
    params: { mean: mean * UNIT_MS },
  });
  const script: CustomerScript = {
    name: 'customer',
    ...(theta === undefined ? {} : { patience: exponential(1 / theta) }),
    leaves: 'announced',
    steps: [
      { do: 'say', text: 'hello' },
      { do: 'expect', from: 'auto', withinMs: never },
    ],
  };
  const rate = lam / UNIT_MS;
  return {
    name: id,
    file: id,
    sha256: createHash('sha256').update(JSON.stringify({ id, params })).digest('hex'),
    seed,
    startsAtMs: 0,
    warmUpMs: warmUp * UNIT_MS,
    lastsMs: lasts * UNIT_MS,
    drainMs: never,
    wire: false,
    org: queueOrg(c),
    scripts: [script],
    arrivals: [
      {
        script: 'customer',
        channels: [{ channel: 'line', weight: 1 }],
        pattern: 'poisson',
        stages: [{ forMs: lasts * UNIT_MS, from: rate, to: rate }],
      },
    ],
    reps: { servers: { ...SERVER, handleTime: exponential(1 / mu) } },
    bots: {},
    events: [],
    warnings: [],
    platforms: { inboundDelay: NONE, deliveryDelay: NONE, readDelay: NONE, reads: 0, faults: {} },
    // Not to be kept or missed: they name the service levels to be counted.
    budgets: [0, t ?? 0].map((bound, i) => ({
      text: `serviceLevel(${bound * UNIT_MS}ms) >= 0%`,
      line: i + 1,
    })),
  };
}

const NONE: Distribution = { name: 'constant', params: { value: 0 } };

/** Theory knows no limits of an org. */
const NO_LIMITS = {
  maxWaitingItems: Number.POSITIVE_INFINITY,
  maxItemsPerHour: Number.POSITIVE_INFINITY,
};

const SERVER = {
  answersPush: NONE,
  replyTime: NONE,
  replies: [],
  closesWhenSilentForMs: 0,
  afterWork: NONE,
  declines: 0,
  overlooks: 0,
  leavesTabOpen: 0,
  extendsAfterWork: 0,
} as const;

function queueOrg(count: number): Plan['org'] {
  return {
    name: 'theory',
    channels: {
      line: {
        type: 'direct',
        address: 'line',
        queue: 'queue',
        account: {},
        limits: {},
        indicators: [],
        keywords: { optOut: [], optIn: [], help: [], end: [] },
        autoResponses: { agentEngaged: 'a rep has joined' },
      },
    },
    queues: { queue: { routingConfig: 'fcfs' } },
    routingConfigs: {
      fcfs: { routingModel: 'LEAST_ACTIVE', routingPriority: 1, capacityWeight: 1 },
    },
    presenceStatuses: { Available: { online: true } },
    presenceConfigs: { one: { capacity: 1 } },
    reps: { servers: { count, queues: ['queue'], presenceConfig: 'one' } },
    omni: NO_LIMITS,
  };
}
