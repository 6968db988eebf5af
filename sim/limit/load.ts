/**
 * A scenario at a share of its arrivals, how many customers that brings, and a scenario of another
 * length. Pure.
 */
import type { Arrival, Plan, Wave } from '../plan.ts';
import { scaled } from '../staffing/axis.ts';

export interface Load {
  /** Of open arrivals: the mean while the scenario lasts. */
  readonly customersPerHour: number;
  /** Of closed models: so many all the time. */
  readonly closedCustomers: number;
}

const HOUR_MS = 3_600_000;

export function atPercent(plan: Plan, percent: number): Plan {
  return { ...plan, arrivals: plan.arrivals.map((one) => scaled(one, percent / 100)) };
}

/** Those who come again after they gave up are not counted anew. */
export function loadOf({ arrivals, lastsMs }: Plan): Load {
  const expected = arrivals.reduce((sum, one) => sum + expectedOf(one), 0);
  return {
    customersPerHour: Number(((expected / lastsMs) * HOUR_MS).toPrecision(9)),
    closedCustomers: arrivals.reduce((sum, { closed }) => sum + (closed?.customers ?? 0), 0),
  };
}

/** Customers of one stream, bursts with all they bring. */
function expectedOf({ stages, wave, mmpp, times, burst }: Arrival): number {
  const staged = stages.reduce((sum, { forMs, from, to }) => sum + ((from + to) / 2) * forMs, 0);
  const others = (wave ? waves(wave) : 0) + (mmpp ? phases(mmpp) : 0) + (times?.length ?? 0);
  return (staged + others) * (burst?.size ?? 1);
}

function waves({ forMs, mean, amplitude, periodMs, peakAtMs }: Wave): number {
  const turn = (2 * Math.PI) / periodMs;
  const swing = Math.sin(turn * (forMs - peakAtMs)) - Math.sin(turn * -peakAtMs);
  return mean * forMs + (amplitude / turn) * swing;
}

/** In the long run; which phase comes first is left out. */
function phases({ forMs, phases: all }: NonNullable<Arrival['mmpp']>): number {
  const round = all.reduce((sum, { meanMs }) => sum + meanMs, 0);
  return (all.reduce((sum, { rate, meanMs }) => sum + rate * meanMs, 0) / round) * forMs;
}

export interface Period {
  readonly lastsMs?: number | undefined;
  readonly warmUpMs?: number | undefined;
}

/** Arrivals are cut off at the new end; those who came until the old one go on as they ended. */
export function withPeriod(plan: Plan, { lastsMs = plan.lastsMs, warmUpMs }: Period): Plan {
  const { warmUpRule, ...rest } = plan;
  return {
    ...(warmUpMs === undefined ? plan : { ...rest, warmUpMs }),
    lastsMs,
    arrivals: plan.arrivals.map((arrival) => {
      const { stages, wave, mmpp } = arrival;
      return {
        ...arrival,
        stages: lasting(stages, plan.lastsMs, lastsMs),
        ...(wave && { wave: { ...wave, forMs: lastsMs } }),
        ...(mmpp && { mmpp: { ...mmpp, forMs: lastsMs } }),
      };
    }),
  };
}

function lasting(stages: Arrival['stages'], wasMs: number, lastsMs: number): Arrival['stages'] {
  let reachedMs = 0;
  const kept: Arrival['stages'][number][] = [];
  for (const { forMs, from, to } of stages) {
    const ms = Math.min(forMs, lastsMs - reachedMs);
    if (ms > 0) kept.push({ forMs: ms, from, to: from + ((to - from) * ms) / forMs });
    reachedMs += forMs;
  }
  const last = stages.at(-1);
  if (last === undefined || reachedMs < wasMs || reachedMs >= lastsMs) return kept;
  return [...kept, { forMs: lastsMs - reachedMs, from: last.to, to: last.to }];
}
