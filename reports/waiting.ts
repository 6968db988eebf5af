/**
 * Who waits: work items queued and neither accepted nor withdrawn. Keeps the queue length over
 * time, by queue and overall, and what it needs to count those still waiting at the end.
 */
import type { Fact } from '../src/facts.ts';
import { createGauge, type Gauge, type Period } from './gauge.ts';

export type Queued = Extract<Fact, { type: 'queued' }>;

export interface Waiting {
  enter(queued: Queued): void;
  /** Accepted or withdrawn. */
  leave(work: string, atMs: number): void;
  settle(atMs: number): void;
  /** Those still waiting, in order of their requests. */
  open(): Iterable<Queued>;
  count(): number;
  /** Queue length over the measured period; of one queue, or of all. */
  length(queue?: string): { readonly mean: number | undefined; readonly max: number };
}

export function createWaiting(measured: Period, series: Gauge): Waiting {
  const open = new Map<string, Queued>();
  const overall = createGauge(measured);
  const byQueue = new Map<string, Gauge>();
  const gaugeOf = (queue: string): Gauge => {
    const known = byQueue.get(queue);
    if (known !== undefined) return known;
    const made = createGauge(measured);
    byQueue.set(queue, made);
    return made;
  };
  const step = (queue: string, atMs: number, by: 1 | -1) => {
    overall.add(atMs, by);
    series.add(atMs, by);
    gaugeOf(queue).add(atMs, by);
  };
  return {
    enter(queued) {
      if (!open.has(queued.work)) step(queued.queue, queued.at, 1);
      open.set(queued.work, queued);
    },
    leave(work, atMs) {
      const queued = open.get(work);
      if (queued === undefined) return;
      open.delete(work);
      step(queued.queue, atMs, -1);
    },
    settle(atMs) {
      for (const gauge of [overall, series, ...byQueue.values()]) gauge.settle(atMs);
    },
    open: () => open.values(),
    count: () => open.size,
    length(queue) {
      const gauge = queue === undefined ? overall : byQueue.get(queue);
      // A queue in which nobody ever waited has the length 0, as far as the run was measured.
      const nobody = overall.mean(0) === undefined ? undefined : 0;
      return { mean: gauge === undefined ? nobody : gauge.mean(0), max: gauge?.max(0) ?? 0 };
    },
  };
}
