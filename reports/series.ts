/**
 * The run over time, for charts: a fixed number of equal stretches from its start to the end of
 * the arrivals, warm-up included. Events count where they happen, not by arrival.
 */
import { createGauge, type Gauge } from './gauge.ts';
import { COARSE, createHistogram, type Histogram, recordMs } from './histogram.ts';
import type { LatencyName } from './measures.ts';

export const STRETCHES = 120;

/** Latencies that are followed over time, by when what they measure began. */
export const FOLLOWED = [
  'routingLatency',
  'speedToAnswer',
  'firstReply',
  'webhookToReply',
] as const satisfies readonly LatencyName[];

export type FollowedLatency = (typeof FOLLOWED)[number];

export interface Series {
  readonly stretchMs: number;
  readonly waiting: Gauge;
  readonly repsOnline: Gauge;
  readonly repsEngaged: Gauge;
  readonly arrived: Float64Array;
  readonly accepted: Float64Array;
  readonly abandoned: Float64Array;
  /** Counts an event at its time; after the last stretch it is nowhere. */
  count(events: Float64Array, atMs: number): void;
  observe(name: FollowedLatency, beganMs: number, ms: number): void;
  /** By stretch; absent where nothing was observed. */
  readonly latencies: Readonly<Record<FollowedLatency, readonly (Histogram | undefined)[]>>;
}

export function createSeries(lastsMs: number): Series {
  const period = { fromMs: 0, untilMs: lastsMs };
  const stretchMs = lastsMs / STRETCHES;
  const none = () => new Array<Histogram | undefined>(STRETCHES).fill(undefined);
  const latencies = {
    ...{ routingLatency: none(), speedToAnswer: none(), firstReply: none() },
    webhookToReply: none(),
  };
  return {
    latencies,
    observe(name, beganMs, ms) {
      const stretch = Math.floor(Math.max(0, beganMs) / stretchMs);
      if (stretch >= STRETCHES) return;
      let histogram = latencies[name][stretch];
      if (histogram === undefined) {
        histogram = createHistogram(COARSE);
        latencies[name][stretch] = histogram;
      }
      recordMs(histogram, ms);
    },
    stretchMs,
    waiting: createGauge(period, STRETCHES),
    repsOnline: createGauge(period, STRETCHES),
    repsEngaged: createGauge(period, STRETCHES),
    arrived: new Float64Array(STRETCHES),
    accepted: new Float64Array(STRETCHES),
    abandoned: new Float64Array(STRETCHES),
    count(events, atMs) {
      const stretch = Math.floor(atMs / stretchMs);
      if (stretch < STRETCHES) events[stretch] = (events[stretch] ?? 0) + 1;
    },
  };
}
