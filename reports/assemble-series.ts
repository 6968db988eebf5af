/** The run over time to the block of a RunResult: rounds and orders, no more. */
import { quantile } from './histogram.ts';
import type { Load } from './load.ts';
import type { RunResult } from './result.ts';
import { roundMs, roundShare } from './rounding.ts';
import { FOLLOWED, type FollowedLatency, type Series, STRETCHES } from './series.ts';

/** More reps than this would make results that nobody can open. */
const MOST_REPS = 1000;

export function seriesOf(series: Series, load: Load): RunResult['series'] {
  const stretches = Array.from(series.arrived, (arrived, i) => ({
    fromMs: roundMs(i * series.stretchMs),
    arrived,
    accepted: series.accepted[i] ?? 0,
    abandoned: series.abandoned[i] ?? 0,
    meanWaiting: orNull(series.waiting.mean(i)),
    maxWaiting: series.waiting.max(i),
    meanRepsBusy: orNull(series.repsEngaged.mean(i)),
    meanRepsOnline: orNull(series.repsOnline.mean(i)),
  }));
  const latencies = Object.fromEntries(
    FOLLOWED.map((name) => [name, followed(series, name)]),
  ) as RunResult['series']['latencies'];
  const columns = Array.from({ length: STRETCHES }, (_, i) => i);
  const reps = [...load.timelines()].slice(0, MOST_REPS).map(({ rep, online, held }) => ({
    rep,
    online: columns.map((i) => short(online.mean(i))),
    held: columns.map((i) => short(held.mean(i))),
  }));
  return { stretchMs: roundMs(series.stretchMs), stretches, latencies, reps };
}

function followed(series: Series, name: FollowedLatency) {
  const histograms = series.latencies[name];
  const at = (share: number) =>
    histograms.map((one) => (one === undefined ? null : roundMs(quantile(one, share) ?? 0)));
  return { n: histograms.map((one) => one?.n ?? 0), p50: at(0.5), p95: at(0.95) };
}

const orNull = (value: number | undefined) => (value === undefined ? null : roundShare(value));
/** Charts need no more. */
const short = (value: number | undefined) =>
  value === undefined ? null : Math.round(value * 1e3) / 1e3;
