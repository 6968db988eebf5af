/** The cases of `queues.json` as models: one function for each family of queues. */
import type { Distribution } from '../plan.ts';
import {
  type CustomerClass,
  constant,
  exponential,
  type QueueModel,
  type RepGroup,
  simpleQueue,
} from './model.ts';

export interface ExactCase {
  readonly id: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly exact: ExactValues;
}

type Values = Readonly<Record<string, number>>;

/** By measure: of all, of each class, of each group of reps. */
export interface ExactValues {
  readonly all?: Values;
  readonly classes?: readonly Values[];
  readonly groups?: readonly Values[];
  /** Of a finite day, each with its time `t`: means over days. */
  readonly probes?: readonly Values[];
}

export function modelOf({ id, model, params }: ExactCase): QueueModel {
  const make = FAMILIES[model];
  if (make === undefined) throw new Error(`no model '${model}' for case '${id}'`);
  return make(id, params as never);
}

const FAMILIES: Readonly<Record<string, (id: string, params: never) => QueueModel>> = {
  'M/M/c': simpleQueue,
  'M/M/c+M': simpleQueue,
  'M/G/c+G': generalQueue,
  'finite day': generalQueue,
  'one rep, shared': sharedRep,
  'priority queue': priorityQueue,
  'chat pool': chatPool,
  'unequal capacities': unequalReps,
  'N-model': nModel,
  'X-model': xModel,
  'capacity units, blocked lost': capacityUnits,
};

interface Priorities {
  readonly lams: readonly number[];
  readonly c: number;
  readonly thetas?: readonly number[];
  /** By class; absent: exponential of mean 1. */
  readonly services?: readonly QueueModel['groups'][number]['serves'][number]['service'][];
  readonly t?: number;
}

/** Non-preemptive: the first class goes first. */
function priorityQueue(id: string, { lams, c, thetas, services, t }: Priorities): QueueModel {
  const serves = lams.map((_, of) => ({ of, service: services?.[of] ?? exponential(1) }));
  return {
    id,
    classes: lams.map((lam, i) => customers(lam, { theta: thetas?.[i], priority: i })),
    groups: [{ count: c, capacity: 1, serves }],
    routingModel: 'LEAST_ACTIVE',
    ...(t !== undefined && { t }),
    meanService: 1,
  };
}

interface GeneralQueue {
  readonly lam: number;
  readonly c: number;
  readonly service: Distribution;
  readonly patience?: Distribution;
  /** Who does not get a rep at once is gone. */
  readonly lost?: boolean;
  readonly places?: number;
  readonly returnsAfter?: Distribution;
  readonly stages?: CustomerClass['stages'];
  readonly wave?: CustomerClass['wave'];
  readonly lasts?: number;
  readonly probes?: readonly number[];
  readonly t?: number;
}

/** Any service, any patience; with places a waiting room, with `lasts` a day from empty. */
function generalQueue(id: string, params: GeneralQueue): QueueModel {
  const { lam, c, service, lost, patience, returnsAfter, stages, wave, ...rest } = params;
  const waits = lost === true ? constant(AT_ONCE) : patience;
  return {
    id,
    classes: [
      {
        ...customers(lam, {}),
        ...(waits && { patience: waits }),
        ...(returnsAfter && { returnsAfter }),
        ...(stages && { stages }),
        ...(wave && { wave }),
      },
    ],
    groups: [{ count: c, capacity: 1, serves: [{ of: 0, service }] }],
    routingModel: 'LEAST_ACTIVE',
    meanService: 1,
    ...rest,
  };
}

interface SharedRep {
  readonly lam: number;
  /** Total speed with 1, 2, 3 … at a time; the last for all more. */
  readonly phi: readonly number[];
  readonly cap: number;
  readonly service: Distribution;
}

/** One rep shares effort among sessions; who finds no room is gone. */
function sharedRep(id: string, { lam, phi, cap, service }: SharedRep): QueueModel {
  const speed = (n: number) => phi[Math.min(n, phi.length) - 1] ?? 1;
  const slowdown = Array.from({ length: cap }, (_, i) => speed(i + 1) / (i + 1));
  return {
    id,
    classes: [{ ...customers(lam, {}), patience: constant(AT_ONCE) }],
    groups: [{ count: 1, capacity: cap, serves: [{ of: 0, service }], slowdown }],
    routingModel: 'LEAST_ACTIVE',
    meanService: 2,
  };
}

interface ChatPool {
  readonly lam: number;
  readonly N: number;
  readonly theta: number;
  /** Total completion rate of a rep with 0, 1, 2 … conversations. */
  readonly d: readonly number[];
  readonly policy: 'least' | 'most' | 'random';
  readonly t?: number;
}

/** Omni-Channel has no rule that fills one rep up first; a routing partner may have. */
function chatPool(id: string, { lam, N, theta, d, policy, t }: ChatPool): QueueModel {
  return {
    id,
    classes: [customers(lam, { theta })],
    groups: [chatRep(N, d)],
    routingModel: 'LEAST_ACTIVE',
    ...(policy === 'most' && { partner: { picks: 'busiest' } }),
    ...(t !== undefined && { t }),
    meanService: 2,
  };
}

interface UnequalReps {
  readonly lam: number;
  readonly theta: number;
  readonly totalRates: readonly (readonly number[])[];
  readonly policy: 'mostAvailable' | 'leastActive';
}

function unequalReps(id: string, { lam, theta, totalRates, policy }: UnequalReps): QueueModel {
  return {
    id,
    classes: [customers(lam, { theta })],
    groups: totalRates.map((rates) => chatRep(1, rates)),
    routingModel: policy === 'mostAvailable' ? 'MOST_AVAILABLE' : 'LEAST_ACTIVE',
    fairCoin: true,
    meanService: 2,
  };
}

interface NModel {
  readonly lams: readonly [number, number];
  readonly mus: readonly [number, number];
  readonly c: readonly [number, number];
  readonly thetas: readonly [number, number];
  readonly freedPool2Takes: 'class1' | 'class2';
}

/**
 * Pool 1 serves class 1, pool 2 both. Class 1 prefers pool 1: its reps have twice the capacity, and
 * every push takes all there is.
 */
function nModel(id: string, { lams, mus, c, thetas, freedPool2Takes }: NModel): QueueModel {
  const first = freedPool2Takes === 'class1' ? 0 : 1;
  const serves = mus.map((mu, of) => ({ of, service: exponential(1 / mu) }));
  return {
    id,
    classes: lams.map((lam, i) =>
      customers(lam, { theta: thetas[i], priority: i === first ? 0 : 1 }),
    ),
    groups: [
      { count: c[0], capacity: 2, oneAtATime: true, serves: serves.slice(0, 1) },
      { count: c[1], capacity: 1, oneAtATime: true, serves },
    ],
    routingModel: 'MOST_AVAILABLE',
    meanService: 1,
  };
}

interface XModel {
  readonly lams: readonly number[];
  /** By class and pool. */
  readonly mu: readonly (readonly number[])[];
  readonly c: readonly number[];
  readonly thetas: readonly number[];
}

/** Each pool takes its own class first: an order per rep, which only a routing partner can keep. */
function xModel(id: string, { lams, mu, c, thetas }: XModel): QueueModel {
  return {
    id,
    classes: lams.map((lam, i) => customers(lam, { theta: thetas[i] })),
    groups: c.map((count, pool) => ({
      count,
      capacity: 1,
      serves: lams
        .map((_, of) => ({ of, service: exponential(1 / (mu[of]?.[pool] ?? 1)) }))
        .sort((a, b) => Number(b.of === pool) - Number(a.of === pool)),
    })),
    routingModel: 'LEAST_ACTIVE',
    partner: { picks: 'longestIdle' },
    meanService: 1,
  };
}

interface CapacityUnits {
  readonly C: number;
  readonly lams: readonly number[];
  readonly mus: readonly number[];
  readonly units: readonly number[];
}

/** One pool of capacity units; who finds too few is gone at once. */
function capacityUnits(id: string, { C, lams, mus, units }: CapacityUnits): QueueModel {
  const serves = mus.map((mu, of) => ({ of, service: exponential(1 / mu) }));
  return {
    id,
    classes: lams.map((lam, i) => ({
      ...customers(lam, {}),
      patience: constant(AT_ONCE),
      units: units[i] ?? 1,
    })),
    groups: [{ count: 1, capacity: C, serves }],
    routingModel: 'LEAST_ACTIVE',
    meanService: 1,
  };
}

/** After anybody who is free has answered, before anything else. */
const AT_ONCE = 1e-9;

function customers(
  lam: number,
  { theta, priority = 0 }: { readonly theta?: number | undefined; readonly priority?: number },
): CustomerClass {
  const patience = theta === undefined ? {} : { patience: exponential(1 / theta) };
  return { lam, ...patience, priority, units: 1 };
}

function chatRep(count: number, totalRates: readonly number[]): RepGroup {
  const slowdown = totalRates.slice(1).map((rate, i) => rate / (i + 1));
  const serves = [{ of: 0, service: exponential(1) }];
  return { count, capacity: slowdown.length, serves, slowdown };
}
