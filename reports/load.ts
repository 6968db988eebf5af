/**
 * The load of the reps: who is online, with what capacity, holding how much. Adds up the time of
 * each rep, its pool and all reps within the measured period, between changes.
 */
import { createGauge, type Gauge, type Period } from './gauge.ts';
import type { Row, Rows } from './rows.ts';
import { STRETCHES } from './series.ts';

export interface Load {
  /** A push holds `units` of the rep's capacity from now on. */
  take(rep: string, units: number, atMs: number): void;
  /** The push or the work is over. */
  release(rep: string, units: number, atMs: number): void;
  /** Open work holds so many units more, or fewer, than before. */
  adjust(rep: string, units: number, atMs: number): void;
  presence(rep: string, online: boolean, capacity: number, atMs: number): void;
  /** Adds up to `atMs` for everybody. */
  settle(atMs: number): void;
  /** Each rep over time, in stretches of the run. */
  timelines(): Iterable<RepTimeline>;
}

export interface RepTimeline {
  readonly rep: string;
  /** 1 while online. */
  readonly online: Gauge;
  /** Capacity units held while online. */
  readonly held: Gauge;
}

export interface LoadOptions {
  readonly rows: Rows;
  readonly reps: readonly { readonly id: string; readonly capacity: number }[];
  readonly measured: Period;
  /** Reps online, and reps online with work; for the series. */
  readonly online: Gauge;
  readonly engaged: Gauge;
  readonly lastsMs: number;
}

interface Rep {
  readonly timeline: RepTimeline;
  /** The rows to add to: all reps, the rep, its pool. */
  readonly rows: readonly Row[];
  online: boolean;
  capacity: number;
  units: number;
  works: number;
  settledMs: number;
}

export function createLoad(options: LoadOptions): Load {
  const { rows, reps, measured, online, engaged, lastsMs } = options;
  const byId = new Map<string, Rep>();
  const enter = (id: string, capacity: number): Rep => {
    const rep = {
      rows: rows.touched(undefined, undefined, id),
      online: false,
      capacity,
      units: 0,
      works: 0,
      settledMs: measured.fromMs,
      timeline: timelineOf(id, lastsMs),
    };
    byId.set(id, rep);
    return rep;
  };
  for (const { id, capacity } of reps) enter(id, capacity);

  function settle(rep: Rep, atMs: number): void {
    const until = Math.min(atMs, measured.untilMs);
    const lasted = until - rep.settledMs;
    if (lasted <= 0) return;
    rep.settledMs = until;
    if (!rep.online) return;
    for (const { time } of rep.rows) {
      time.onlineMs += lasted;
      time.capacityUnitMs += rep.capacity * lasted;
      time.busyUnitMs += rep.units * lasted;
      if (rep.works > 0) time.engagedMs += lasted;
    }
  }

  function change(id: string, atMs: number, apply: (rep: Rep) => void): void {
    const rep = byId.get(id) ?? enter(id, 0);
    settle(rep, atMs);
    const wasOnline = rep.online;
    const wasEngaged = rep.online && rep.works > 0;
    const held = rep.online ? rep.units : 0;
    apply(rep);
    const holds = rep.online ? rep.units : 0;
    if (holds !== held) rep.timeline.held.add(atMs, holds - held);
    if (rep.online !== wasOnline) rep.timeline.online.add(atMs, rep.online ? 1 : -1);
    const isEngaged = rep.online && rep.works > 0;
    if (rep.online !== wasOnline) online.add(atMs, rep.online ? 1 : -1);
    if (isEngaged !== wasEngaged) engaged.add(atMs, isEngaged ? 1 : -1);
  }

  return {
    take: (id, units, atMs) =>
      change(id, atMs, (rep) => {
        rep.units += units;
        rep.works += 1;
      }),
    release: (id, units, atMs) =>
      change(id, atMs, (rep) => {
        rep.units = Math.max(0, rep.units - units);
        rep.works = Math.max(0, rep.works - 1);
      }),
    adjust: (id, units, atMs) =>
      change(id, atMs, (rep) => {
        rep.units = Math.max(0, rep.units + units);
      }),
    presence: (id, isOnline, capacity, atMs) =>
      change(id, atMs, (rep) => {
        rep.online = isOnline;
        rep.capacity = capacity;
      }),
    settle(atMs) {
      for (const rep of byId.values()) {
        settle(rep, atMs);
        rep.timeline.online.settle(atMs);
        rep.timeline.held.settle(atMs);
      }
    },
    timelines: () => Array.from(byId.values(), ({ timeline }) => timeline),
  };
}

function timelineOf(rep: string, lastsMs: number): RepTimeline {
  const whole = { fromMs: 0, untilMs: lastsMs };
  return { rep, online: createGauge(whole, STRETCHES), held: createGauge(whole, STRETCHES) };
}
