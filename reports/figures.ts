/** Everything that facts are folded into, for one period of a run. */
import type { Fact } from '../src/facts.ts';
import { createDecisions } from './decisions.ts';
import { countStillWaiting, createFold, type FoldParts } from './fold.ts';
import { createLoad } from './load.ts';
import { createRows } from './rows.ts';
import { createSeries } from './series.ts';
import type { SummaryOptions } from './summarise.ts';
import { createWaiting } from './waiting.ts';

export interface Figures {
  readonly parts: FoldParts;
  fold(fact: Fact): void;
  /** Nothing comes any more: integrates up to `horizonMs`. Call it once. */
  settle(horizonMs: number, endedAtMs: number): void;
}

export type FiguresOptions = Pick<
  SummaryOptions,
  'warmUpMs' | 'lastsMs' | 'reps' | 'channels' | 'queues' | 'onLatency'
>;

export function createFigures(
  options: FiguresOptions,
  thresholds: readonly number[],
  window?: { readonly fromMs: number; readonly untilMs: number },
): Figures {
  const { warmUpMs, lastsMs, reps } = options;
  const fromMs = Math.max(warmUpMs, window?.fromMs ?? 0);
  const untilMs = Math.max(fromMs, Math.min(lastsMs, window?.untilMs ?? lastsMs));
  const measured = { fromMs, untilMs };
  const rows = createRows({ ...options, thresholds });
  const series = createSeries(lastsMs);
  const waiting = createWaiting(measured, series.waiting);
  const { repsOnline: online, repsEngaged: engaged } = series;
  const load = createLoad({ rows, reps, measured, online, engaged, lastsMs });
  const decisions = createDecisions();
  const until = window?.untilMs ?? Number.POSITIVE_INFINITY;
  const parts = { rows, measured, until, thresholds, waiting, load, series, decisions };
  return {
    parts,
    fold: createFold(parts),
    settle(horizonMs, endedAtMs) {
      for (const part of [waiting, load, online, engaged]) part.settle(horizonMs);
      countStillWaiting(parts, endedAtMs);
    },
  };
}
