/**
 * How sure each number of a run is: the same scenario with other seeds, every measure with its mean
 * over the replications and a 95 % confidence interval.
 */
import type {
  LatencyResult,
  Estimate as MeasureEstimate,
  RunResult,
  ShareResult,
} from '../../reports/result.ts';
import { estimate, type Observation } from './estimate.ts';

/** One number of a result, as parts of a ratio where it is one. */
interface Reading extends Observation {
  readonly by?: MeasureEstimate['by'];
  readonly id?: string;
  readonly measure: string;
  readonly statistic: string;
}

/** Every measure that all replications, or at least two of them, have a value of. */
export function estimatesOf(results: readonly RunResult[]): readonly MeasureEstimate[] {
  const readings = new Map<string, Reading[]>();
  for (const result of results) {
    for (const reading of readingsOf(result)) {
      const { by = '', id = '', measure, statistic } = reading;
      const key = [by, id, measure, statistic].join('\n');
      const known = readings.get(key);
      if (known === undefined) readings.set(key, [reading]);
      else known.push(reading);
    }
  }
  const [first] = results;
  const sizes = { channel: first?.channels.length, queue: first?.queues.length };
  const few = (by: keyof typeof sizes | string) =>
    by in sizes && (sizes[by as keyof typeof sizes] ?? 0) <= FEW;
  return [...readings.values()]
    .filter((all) => all.length >= 2)
    .map((all) => {
      const [{ by, id, measure, statistic }] = all as [Reading];
      const { value, halfWidth } = estimate(all);
      const whose = by === undefined || id === undefined ? {} : { by, id };
      const keeps = by === undefined || few(by);
      const values = keeps ? { values: all.map(({ part, whole }) => part / whole) } : {};
      return { ...whose, measure, statistic, n: all.length, value, halfWidth, ...values };
    });
}

/** With more channels or queues than this only their intervals are kept. */
const FEW = 20;

const LATENCY_STATISTICS = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;

/** Rows differ in the measures they have. */
interface Row {
  readonly rates?: Readonly<Record<string, Omit<ShareResult, 'share'>>>;
  readonly latencies?: Readonly<Partial<Record<string, LatencyResult>>>;
  readonly serviceLevels?: Readonly<Record<string, Readonly<Record<string, ShareResult>>>>;
  readonly counts?: Readonly<Record<string, number>>;
}

function* readingsOf(result: RunResult): Iterable<Reading> {
  yield* readingsOfRow(result, {});
  for (const row of result.channels) yield* readingsOfRow(row, { by: 'channel', id: row.channel });
  for (const row of result.queues) yield* readingsOfRow(row, { by: 'queue', id: row.queue });
  for (const row of result.reps.pools) yield* readingsOfRow(row, { by: 'rep', id: row.pool });
}

function* readingsOfRow(
  { rates, latencies, serviceLevels, counts }: Row,
  whose: Pick<Reading, 'by' | 'id'>,
): Iterable<Reading> {
  for (const [measure, { part, whole }] of Object.entries(rates ?? {})) {
    if (whole > 0) yield { ...whose, measure, statistic: 'share', part, whole };
  }
  for (const [measure, byThreshold] of Object.entries(serviceLevels ?? {})) {
    for (const [within, { part, whole }] of Object.entries(byThreshold)) {
      if (whole > 0) yield { ...whose, measure, statistic: within, part, whole };
    }
  }
  for (const [measure, latency] of Object.entries(latencies ?? {})) {
    if (latency === undefined) continue;
    for (const statistic of LATENCY_STATISTICS) {
      // A mean is a ratio of sums; of a quantile each replication has one.
      const whole = statistic === 'mean' ? latency.n : 1;
      yield { ...whose, measure, statistic, part: latency[statistic] * whole, whole };
    }
  }
  for (const [measure, value] of Object.entries(counts ?? {})) {
    yield { ...whose, measure, statistic: 'count', part: value, whole: 1 };
  }
}
