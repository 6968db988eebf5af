/**
 * Queueing models as plans: the same router, sessions and people as any scenario, without wire.
 * Each class has a channel and a queue of its own; customers leave when their patience ends before
 * a rep takes them.
 */
import { createHash } from 'node:crypto';
import type { Channel, Org } from '../../src/org.ts';
import type { Arrival, CustomerScript, Distribution, Plan, RepBehaviour } from '../plan.ts';
import {
  type CustomerClass,
  constant,
  groupOf,
  type QueueModel,
  queueOf,
  type RepGroup,
} from './model.ts';

/** One time unit of a model, in ms. */
export const UNIT_MS = 60_000;

export interface QueueRun {
  readonly seed: number;
  /** In time units. */
  readonly warmUp: number;
  readonly lasts: number;
}

const NEVER_MS = 1e6 * UNIT_MS;

export function queuePlan(model: QueueModel, { seed, warmUp, lasts }: QueueRun): Plan {
  const { id, classes, groups, partner, t = 0 } = model;
  const named = <T, V>(list: readonly T[], nameOf: (i: number) => string, of: (one: T) => V) =>
    Object.fromEntries(list.map((one, i) => [nameOf(i), of(one)]));
  return {
    name: id,
    file: id,
    sha256: createHash('sha256').update(JSON.stringify(model)).digest('hex'),
    seed,
    startsAtMs: 0,
    warmUpMs: warmUp * UNIT_MS,
    lastsMs: lasts * UNIT_MS,
    drainMs: NEVER_MS,
    wire: false,
    org: queueOrg(model),
    scripts: classes.map((one, i) => scriptOf(one, queueOf(i))),
    arrivals: classes.map((one, i) => ({
      script: queueOf(i),
      channels: [{ channel: queueOf(i), weight: 1 }],
      ...arrivalsOf(one, lasts),
    })),
    reps: named(groups, groupOf, behaviourOf),
    bots: {},
    partners: partner === undefined ? {} : { partner: { ...partner, ...partnerOf(groups) } },
    events: [],
    warnings: [],
    platforms: { inboundDelay: NONE, deliveryDelay: NONE, readDelay: NONE, reads: 0, faults: {} },
    // Not to be kept or missed: they name the service levels to be counted.
    budgets: [0, t].map((bound, i) => ({
      text: `serviceLevel(${bound * UNIT_MS}ms) >= 0%`,
      line: i + 1,
    })),
  };
}

const NONE = constant(0);

function scriptOf({ patience, returnsAfter }: CustomerClass, name: string): CustomerScript {
  return {
    name,
    ...(returnsAfter !== undefined && { returns: { share: 1, after: inMs(returnsAfter) } }),
    ...(patience !== undefined && { patience: inMs(patience) }),
    leaves: 'announced',
    steps: [
      { do: 'say', text: 'hello' },
      { do: 'expect', from: 'auto', withinMs: NEVER_MS },
    ],
  };
}

function arrivalsOf(
  { lam, stages = [{ lasts: Number.POSITIVE_INFINITY, lam }], wave }: CustomerClass,
  lasts: number,
): Pick<Arrival, 'pattern' | 'stages' | 'wave'> {
  if (wave !== undefined) {
    const periodMs = wave.period * UNIT_MS;
    const rates = { mean: lam / UNIT_MS, amplitude: wave.amplitude / UNIT_MS };
    // A sine is a cosine a quarter later.
    const peak = { periodMs, peakAtMs: periodMs / 4, forMs: lasts * UNIT_MS };
    return { pattern: 'wave', stages: [], wave: { ...rates, ...peak } };
  }
  return {
    pattern: 'poisson',
    stages: stages.map((stage) => {
      const rate = stage.lam / UNIT_MS;
      return { forMs: Math.min(stage.lasts, lasts) * UNIT_MS, from: rate, to: rate };
    }),
  };
}

/** Everything but a shape or share is a time. */
function inMs({ name, params }: Distribution): Distribution {
  const scaled = Object.entries(params).map(([key, value]) => [
    key,
    key === 'shape' || key === 'share' ? value : value * UNIT_MS,
  ]);
  return { name, params: Object.fromEntries(scaled) };
}

function behaviourOf({ serves, slowdown }: RepGroup): RepBehaviour {
  const times = serves.map(({ of, service }) => [queueOf(of), inMs(service)] as const);
  return {
    answersPush: NONE,
    replyTime: NONE,
    replies: [],
    handleTimeByQueue: Object.fromEntries(times),
    handleTime: times[0]?.[1] ?? NONE,
    closesWhenSilentForMs: 0,
    afterWork: NONE,
    declines: 0,
    overlooks: 0,
    leavesTabOpen: 0,
    extendsAfterWork: 0,
    ...(slowdown !== undefined && { slowdown }),
  };
}

/** A partner decides at once, and knows every rep by name. */
function partnerOf(groups: readonly RepGroup[]) {
  const agents = groups.flatMap(({ count, serves }, i) =>
    Array.from({ length: count }, (_, n) => {
      const id = count === 1 ? groupOf(i) : `${groupOf(i)}-${n + 1}`;
      return [id, serves.map(({ of }) => queueOf(of))] as const;
    }),
  );
  return { decidesAfterMs: 0, agents: new Map(agents) };
}

function queueOrg(model: QueueModel): Org {
  const { classes, groups, routingModel, partner, fairCoin = false, places } = model;
  const all = classes.map((one, i) => ({ one, name: queueOf(i) }));
  const oneAtATime = groups.some((group) => group.oneAtATime);
  return {
    name: 'theory',
    channels: Object.fromEntries(all.map(({ name }) => [name, channelOf(name)])),
    queues: Object.fromEntries(all.map(({ name }) => [name, { routingConfig: name }])),
    routingConfigs: Object.fromEntries(
      all.map(({ one, name }) => [
        name,
        {
          routingModel: partner === undefined ? routingModel : 'EXTERNAL_ROUTING',
          ...(partner !== undefined && { partner: 'partner' }),
          routingPriority: one.priority,
          capacityWeight: one.units,
          ...(oneAtATime && { capacityPercentage: 1 }),
        },
      ]),
    ),
    ...(partner !== undefined && { routingPartners: { partner: { token: 'token' } } }),
    presenceStatuses: { Available: { online: true } },
    presenceConfigs: Object.fromEntries(
      groups.map(({ capacity }, i) => [groupOf(i), { capacity }]),
    ),
    reps: Object.fromEntries(
      groups.map(({ count, serves }, i) => [
        groupOf(i),
        { count, queues: serves.map(({ of }) => queueOf(of)), presenceConfig: groupOf(i) },
      ]),
    ),
    omni: {
      // Theory knows no limits of an org but those it names.
      maxWaitingItems: places ?? Number.POSITIVE_INFINITY,
      maxItemsPerHour: Number.POSITIVE_INFINITY,
      ...(fairCoin && { tieBreak: 'random' }),
    },
  };
}

function channelOf(name: string): Channel {
  return {
    type: 'direct',
    address: name,
    queue: name,
    account: {},
    limits: {},
    indicators: [],
    keywords: { optOut: [], optIn: [], help: [], end: [] },
    // Who is turned away is told, and is gone.
    autoResponses: { agentEngaged: 'a rep has joined', routingUnavailable: 'no room' },
  };
}
