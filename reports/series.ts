/**
 * The run over time, for charts: a fixed number of equal stretches from its start to the end of
 * the arrivals, warm-up included. Events count where they happen, not by arrival.
 */
import { createGauge, type Gauge } from './gauge.ts';

export const STRETCHES = 120;

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
}

export function createSeries(lastsMs: number): Series {
  const period = { fromMs: 0, untilMs: lastsMs };
  const stretchMs = lastsMs / STRETCHES;
  return {
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
