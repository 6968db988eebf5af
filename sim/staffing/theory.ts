/**
 * What Erlang C or A would say of a scenario, from what a run of it has seen: arrival rate, handle
 * time, and the customers' patience. And why that is another question than the one simulated.
 */
import { keeps, parseBudget } from '../../reports/budgets.ts';
import type { RunResult } from '../../reports/result.ts';
import type { Distribution, Plan } from '../plan.ts';
import { type Prediction, predict, type Queue } from './erlang.ts';
import type { Knob } from './vary.ts';

export interface Theory {
  readonly model: 'Erlang C' | 'Erlang A';
  /** The smallest number by it; nothing if none of those tried would do. */
  readonly number: number | undefined;
  /** Arrivals per hour, mean handle time and patience it was given. */
  readonly perHour: number;
  readonly handleMs: number;
  readonly patienceMs: number | undefined;
  /** What the scenario has and the formula has not. */
  readonly ignores: readonly string[];
}

/** Nothing where the formula has no such measure, or nobody was served. */
export function theoryOf(
  plan: Plan,
  knob: Knob,
  target: string,
  seen: RunResult,
  most: number,
): Theory | undefined {
  const value = reader(target);
  const pool = seen.reps.pools.find((one) => one.pool === knob.pool);
  const handleMs = pool?.latencies.handleTime?.mean;
  const measuredMs = plan.lastsMs - plan.warmUpMs;
  const queues = plan.org.reps[knob.pool]?.queues ?? [];
  const offered = seen.queues
    .filter(({ queue }) => queues.includes(queue))
    .reduce((sum, { counts }) => sum + counts.queued, 0);
  if (value === undefined || handleMs === undefined || offered === 0) return undefined;
  const patienceMs = meanPatience(plan);
  const queue: Queue = {
    lambda: offered / measuredMs,
    meanServiceMs: handleMs,
    ...(patienceMs !== undefined && { meanPatienceMs: patienceMs }),
  };
  const presence = plan.org.presenceConfigs[plan.org.reps[knob.pool]?.presenceConfig ?? ''];
  const count = plan.org.reps[knob.pool]?.count ?? 1;
  const each = knob.of === 'count' ? (presence?.capacity ?? 1) : count;
  let number: number | undefined;
  for (let n = 1; n <= most && number === undefined; n += 1) {
    const prediction = predict(queue, n * each);
    if (prediction !== undefined && value.isKept(prediction)) number = n;
  }
  return {
    model: patienceMs === undefined ? 'Erlang C' : 'Erlang A',
    ...{ number, handleMs, patienceMs, perHour: queue.lambda * 3_600_000 },
    ignores: [...ignored(plan, knob, each, queues)],
  };
}

/** How the target reads in a prediction. */
function reader(target: string) {
  const budget = parseBudget(target);
  if ('error' in budget || budget.where?.by === 'channel' || budget.where?.by === 'rep') {
    return undefined;
  }
  const { subject } = budget;
  const of = (value: (prediction: Prediction) => number) => ({
    isKept: (prediction: Prediction) => keeps(budget, value(prediction)),
  });
  if (subject.kind === 'serviceLevel' && subject.name === 'serviceLevel') {
    return of((prediction) => prediction.serviceLevel(subject.withinMs));
  }
  if (subject.kind === 'rate' && subject.name === 'abandonment') {
    return of((prediction) => prediction.abandonment);
  }
  const isMeanWait = subject.kind === 'latency' && subject.stat === 'mean';
  if (!isMeanWait || subject.name !== 'speedToAnswer') return undefined;
  return of((prediction) => prediction.meanSpeedToAnswerMs);
}

/** Of all customers alike, or nothing: then nobody leaves. */
function meanPatience({ scripts, arrivals }: Plan): number | undefined {
  const used = scripts.filter(({ name }) => arrivals.some(({ script }) => script === name));
  const means = used.map(({ patience }) => patience && meanOf(patience));
  const known = means.filter((mean) => mean !== undefined);
  if (known.length === 0 || known.length < means.length) return undefined;
  return known.reduce((sum, mean) => sum + mean, 0) / known.length;
}

function meanOf({ name, params }: Distribution): number {
  if (name === 'constant') return params.value ?? 0;
  if (name === 'uniform') return ((params.min ?? 0) + (params.max ?? 0)) / 2;
  if (name === 'hyperexponential') {
    const { share = 0, first = 0, rest = 0 } = params;
    return share * first + (1 - share) * rest;
  }
  if (name === 'percentiles') {
    const points = Object.entries(params).map(([p, value]) => [Number(p.slice(1)) / 100, value]);
    return points.reduce((sum, [share = 0, value = 0], i) => {
      const [before = 0, low = 0] = points[i - 1] ?? [0, value];
      return sum + (share - before) * ((low + value) / 2);
    }, 0);
  }
  return params.mean ?? 0;
}

function* ignored(plan: Plan, knob: Knob, each: number, queues: readonly string[]) {
  const { org, arrivals, events, scripts } = plan;
  const behaviour = plan.reps[knob.pool];
  const slots = knob.of === 'count' ? 'conversations at a time' : 'reps';
  if (each > 1) yield `${each} ${slots} count as ${each} servers each`;
  if (behaviour?.slowdown !== undefined) yield 'reps slow down with more conversations at a time';
  if (behaviour !== undefined && behaviour.handleTime === undefined) {
    yield 'handle times follow from what is said and do not stay as they were seen';
  }
  if (behaviour?.answersPush.name !== 'constant' || (behaviour.answersPush.params.value ?? 0) > 0) {
    yield 'reps take time to answer a push';
  }
  const changes = ({ stages, wave }: Plan['arrivals'][number]) =>
    wave !== undefined || new Set(stages.flatMap((s) => [s.from, s.to])).size > 1;
  if (arrivals.some(changes)) {
    yield 'the arrival rate changes; the formula has its mean';
  }
  const serving = Object.values(org.reps).filter(({ queues: of }) =>
    of.some((q) => queues.includes(q)),
  );
  if (serving.length > 1) yield 'other reps serve these queues too';
  if (queues.length > 1) yield 'they serve several queues';
  if (Object.values(org.routingConfigs).some(({ skills }) => skills !== undefined)) yield 'skills';
  if (behaviour?.shifts !== undefined) yield 'shifts and breaks';
  if (events.length > 0) yield 'events: statuses, supervisors';
  if (arrivals.some(({ pattern }) => pattern === 'closed')) yield 'a closed model of arrivals';
  if (arrivals.some(({ pattern, burst }) => pattern === 'mmpp' || burst)) yield 'bursts';
  if (scripts.some(({ patience }) => patience !== undefined && patience.name !== 'exponential')) {
    yield 'patience is not exponential';
  }
}
