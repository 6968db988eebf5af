/**
 * Rows of figures to the blocks of a RunResult: picks what a row has, rounds it, orders it.
 * No arithmetic beyond that.
 */

import { seriesOf } from './assemble-series.ts';
import { deviation, encode, type Histogram, mean, quantile } from './histogram.ts';
import type { Load } from './load.ts';
import {
  CONVERSATION_COUNTS,
  type Dimension,
  LATENCIES,
  namesBy,
  namesOf,
  STACK_COUNTS,
} from './measures.ts';
import type { LatencyResult, RunResult, ShareResult } from './result.ts';
import { roundMs, roundShare } from './rounding.ts';
import type { Row, Rows } from './rows.ts';
import type { Series } from './series.ts';
import { RATES, SERVICE_LEVELS, type Share, thresholdName } from './shares.ts';
import type { Waiting } from './waiting.ts';

export interface Figures {
  readonly rows: Rows;
  readonly thresholds: readonly number[];
  readonly waiting: Waiting;
  readonly series: Series;
  readonly load: Load;
}

type Blocks = Pick<
  RunResult,
  | 'conversations'
  | 'counts'
  | 'rates'
  | 'serviceLevels'
  | 'latencies'
  | 'waiting'
  | 'channels'
  | 'queues'
  | 'skills'
  | 'reps'
  | 'series'
  | 'distributions'
>;

export function assemble({ rows, thresholds, waiting, series, load }: Figures): Blocks {
  const levels = (row: Row) => serviceLevelsOf(row, thresholds);
  const each = <T>(table: ReadonlyMap<string, Row>, make: (id: string, row: Row) => T): T[] =>
    [...table].map(([id, row]) => make(id, row));
  const repRow = (row: Row) => ({
    counts: pick(namesBy(STACK_COUNTS, 'rep'), (name) => row.counts[name]),
    rates: pick(namesBy(RATES, 'rep'), (name) => shareOf(RATES[name].of(row))),
    latencies: latenciesOf(row, 'rep'),
  });
  const sizes = new Map<string, number>();
  for (const pool of rows.poolOf.values()) sizes.set(pool, (sizes.get(pool) ?? 0) + 1);
  return {
    conversations: conversationsOf(rows.overall),
    counts: pick(namesOf(STACK_COUNTS), (name) => rows.overall.counts[name]),
    rates: pick(namesOf(RATES), (name) => shareOf(RATES[name].of(rows.overall))),
    serviceLevels: levels(rows.overall),
    latencies: latenciesOf(rows.overall),
    waiting: waitingOf(waiting),
    channels: each(rows.channels, (channel, row) => ({
      channel,
      conversations: conversationsOf(row),
      counts: pick(namesBy(STACK_COUNTS, 'channel'), (name) => row.counts[name]),
      rates: pick(namesBy(RATES, 'channel'), (name) => shareOf(RATES[name].of(row))),
      serviceLevels: levels(row),
      latencies: latenciesOf(row, 'channel'),
    })),
    queues: each(rows.queues, (queue, row) => ({
      queue,
      counts: pick(namesBy(STACK_COUNTS, 'queue'), (name) => row.counts[name]),
      rates: pick(namesBy(RATES, 'queue'), (name) => shareOf(RATES[name].of(row))),
      serviceLevels: levels(row),
      latencies: latenciesOf(row, 'queue'),
      waiting: waitingOf(waiting, queue),
    })),
    skills: each(rows.skills, (skill, row) => ({
      skill,
      counts: pick(namesBy(STACK_COUNTS, 'skill'), (name) => row.counts[name]),
      rates: pick(namesBy(RATES, 'skill'), (name) => shareOf(RATES[name].of(row))),
      serviceLevels: levels(row),
      latencies: latenciesOf(row, 'skill'),
    })),
    reps: {
      pools: each(rows.pools, (pool, row) => ({
        pool,
        reps: sizes.get(pool) ?? 0,
        ...repRow(row),
      })),
      each: each(rows.reps, (rep, row) => ({
        rep,
        pool: rows.poolOf.get(rep) ?? rep,
        ...repRow(row),
      })),
    },
    series: seriesOf(series, load),
    distributions: distributionsOf(rows),
  };
}

function pick<K extends string, V>(names: readonly K[], value: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, V>;
}

function conversationsOf(row: Row): RunResult['conversations'] {
  return pick(namesOf(CONVERSATION_COUNTS), (name) => row.counts[name]);
}

function shareOf({ part, whole }: Share): ShareResult {
  const share = whole > 0 ? roundShare(part / whole) : null;
  return { share, part: roundMs(part), whole: roundMs(whole) };
}

function serviceLevelsOf(row: Row, thresholds: readonly number[]): RunResult['serviceLevels'] {
  return pick(namesOf(SERVICE_LEVELS), (name) =>
    Object.fromEntries(
      thresholds.map((ms, t) => [thresholdName(ms), shareOf(SERVICE_LEVELS[name].of(row, t))]),
    ),
  );
}

function latenciesOf(row: Row, by?: Dimension): RunResult['latencies'] {
  const latencies: RunResult['latencies'] = {};
  for (const name of namesOf(LATENCIES)) {
    const histogram = row.latencies[name];
    if (histogram === undefined) continue;
    if (by !== undefined && !(LATENCIES[name].by as readonly Dimension[]).includes(by)) continue;
    latencies[name] = latencyOf(histogram);
  }
  return latencies;
}

function latencyOf(histogram: Histogram): LatencyResult {
  const at = (share: number) => roundMs(quantile(histogram, share) ?? 0);
  const sd = deviation(histogram);
  return {
    n: histogram.n,
    mean: roundMs(mean(histogram) ?? 0),
    sd: sd === undefined ? null : roundMs(sd),
    min: roundMs(histogram.min),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: roundMs(histogram.max),
  };
}

function waitingOf(waiting: Waiting, queue?: string): RunResult['waiting'] {
  const { mean, max } = waiting.length(queue);
  return { mean: orNull(mean), max };
}

const orNull = (value: number | undefined) => (value === undefined ? null : roundShare(value));

/** With more rows than this there are no distributions of each. */
const FEW = 20;

function distributionsOf({ overall, channels, queues }: Rows): RunResult['distributions'] {
  const of = (row: Row, whose: { by?: 'channel' | 'queue'; id?: string }, by?: Dimension) =>
    namesOf(LATENCIES).flatMap((measure) => {
      const histogram = row.latencies[measure];
      const known =
        by === undefined || (LATENCIES[measure].by as readonly Dimension[]).includes(by);
      if (histogram === undefined || !known) return [];
      const { cells, ...rest } = encode(histogram);
      return [{ ...whose, measure, ...rest, cells: [...cells] }];
    });
  const each = (rows: ReadonlyMap<string, Row>, by: 'channel' | 'queue') =>
    rows.size > FEW ? [] : [...rows].flatMap(([id, row]) => of(row, { by, id }, by));
  return [...of(overall, {}), ...each(channels, 'channel'), ...each(queues, 'queue')];
}
