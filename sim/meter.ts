/**
 * How well a run on the real clock keeps to its times: what it sends by itself, and how late its
 * timers are. Who is late measures himself, not the stack: such a run must not pass.
 */
import {
  COARSE,
  createHistogram,
  type Histogram,
  quantile,
  recordMs,
} from '../reports/histogram.ts';
import type { RunResult } from '../reports/result.ts';
import type { Transport } from '../src/ports.ts';
import { VERSION } from './version.ts';

/** What a sender of webhooks says of itself; whether it kept up is for `withGenerator` to say. */
export type Generator = Omit<NonNullable<RunResult['generator']>, 'saturated'>;

/** Later than this at one of a hundred: the figures are the generator's, not the stack's. */
export const TOO_LATE_MS = 250;

export interface Meter {
  /** To be told of every timer. */
  readonly onTimer: (lateMs: number) => void;
  /** A transport, each of whose calls is measured from when it was due. */
  transport(inner: Transport): Transport;
  /** Quantiles of the timers' lateness. */
  timers(): Generator['lateness'];
  report(): Generator;
}

export interface MeterParts {
  /** Real ms. */
  readonly now: () => number;
  /** By how much the turn that is under way is late. */
  readonly lateMs: () => number;
}

export function createMeter({ now, lateMs }: MeterParts): Meter {
  const late = createHistogram(COARSE);
  const since = createHistogram(COARSE);
  const served = createHistogram(COARSE);
  const timers = () => quantilesOf(late);
  return {
    onTimer: (ms) => recordMs(late, Math.max(0, ms)),
    transport: (inner) => ({
      send(request) {
        const began = now();
        const due = began - lateMs();
        return inner.send(request).finally(() => {
          const ended = now();
          recordMs(since, ended - due);
          recordMs(served, ended - began);
        });
      },
    }),
    timers,
    report: () => ({
      ...{ name: 'rehearsal', version: VERSION, sent: served.n },
      ...{ lateness: timers(), sinceDue: quantilesOf(since), service: quantilesOf(served) },
    }),
  };
}

export function quantilesOf(histogram: Histogram): Generator['lateness'] {
  const at = (share: number) => rounded(quantile(histogram, share) ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const rounded = (ms: number) => Math.round(ms * 1000) / 1000;

/** How `partial` begins of a run whose generator could not keep up. */
export const SATURATED = 'generator saturated';

/** What was sent too late says nothing of the stack: such a run never passes. */
export function withGenerator(result: RunResult, sender: Generator): RunResult {
  const worstMs = Math.max(sender.lateness.p99, sender.director?.p99 ?? 0);
  const saturated = worstMs >= TOO_LATE_MS;
  const generator = { ...sender, saturated };
  if (!saturated) return { ...result, generator };
  const partial = `${SATURATED}: it was ${Math.round(worstMs)} ms late (p99)`;
  const verdict = result.verdict === 'pass' ? 'partial' : result.verdict;
  return { ...result, generator, verdict, partial: result.partial ?? partial };
}
