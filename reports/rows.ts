/**
 * One row of figures per thing a report tells apart: the whole run, each channel, queue, rep and
 * pool. Every row has the same shape; shares and budgets are pure functions of a row.
 */
import { COARSE, createHistogram, FINE, type Histogram, recordMs } from './histogram.ts';
import { COUNTS, type CountName, type Dimension, LATENCIES, type LatencyName } from './measures.ts';

export interface Row {
  /** What the row is of; absent: everything. */
  readonly of?: Where;
  readonly counts: Record<CountName, number>;
  /** Made at the first value. */
  readonly latencies: Record<LatencyName, Histogram | undefined>;
  /** By position in the thresholds: accepted in at most that time. */
  readonly acceptedWithin: number[];
  /** By position in the thresholds: abandoned in less than that time. */
  readonly abandonedBefore: number[];
  readonly time: RepTime;
  readonly precision: number;
  /** Of the overall row. */
  readonly onLatency?: OnLatency;
}

/** Told of every latency as it is counted, and whose it is. */
export type OnLatency = (
  name: LatencyName,
  ms: number,
  whose: { readonly channel?: string; readonly queue?: string },
) => void;

/** Time of reps within the measured period. */
export interface RepTime {
  onlineMs: number;
  /** Online with at least one work item. */
  engagedMs: number;
  /** Capacity units held, times ms, while online. */
  busyUnitMs: number;
  /** Capacity units there were, times ms, while online. */
  capacityUnitMs: number;
}

export interface Where {
  readonly by: Dimension;
  readonly id: string;
}

export interface Rows {
  readonly overall: Row;
  readonly channels: ReadonlyMap<string, Row>;
  readonly queues: ReadonlyMap<string, Row>;
  /** Skills that work has asked for; a row is made at the first. */
  readonly skills: ReadonlyMap<string, Row>;
  readonly reps: ReadonlyMap<string, Row>;
  readonly pools: ReadonlyMap<string, Row>;
  readonly poolOf: ReadonlyMap<string, string>;
  /** The rows a fact belongs to, the overall row first. Unknown ids get a row. */
  touched(
    channel: string | undefined,
    queue?: string,
    rep?: string,
    skills?: readonly string[],
  ): readonly Row[];
  /** The row a `where` means; the overall row without one. */
  find(where: Where | undefined): Row | undefined;
}

export interface RowOptions {
  readonly channels: readonly string[];
  readonly queues: readonly string[];
  readonly reps: readonly { readonly id: string; readonly pool: string }[];
  readonly thresholds: readonly number[];
  readonly onLatency?: OnLatency | undefined;
}

/** With more rows than this in a dimension its histograms are coarse. */
const FINE_UP_TO = 50;

export function createRows(options: RowOptions): Rows {
  const { thresholds, onLatency } = options;
  const make = (ids: readonly string[], by?: Dimension) => {
    const precision = ids.length <= FINE_UP_TO ? FINE : COARSE;
    const of = (id: string) => (by === undefined ? {} : { of: { by, id } });
    return new Map(ids.map((id) => [id, createRow(precision, thresholds.length, of(id))]));
  };
  const overall = createRow(FINE, thresholds.length, onLatency && { onLatency });
  const channels = make(options.channels, 'channel');
  const queues = make(options.queues, 'queue');
  const skillRows = new Map<string, Row>();
  const reps = make(options.reps.map(({ id }) => id));
  const pools = make([...new Set(options.reps.map(({ pool }) => pool))]);
  const poolOf = new Map(options.reps.map(({ id, pool }) => [id, pool]));
  const row = (rows: Map<string, Row>, id: string) => {
    const known = rows.get(id);
    if (known !== undefined) return known;
    const made = createRow(COARSE, thresholds.length);
    rows.set(id, made);
    return made;
  };
  return {
    overall,
    channels,
    queues,
    skills: skillRows,
    reps,
    pools,
    poolOf,
    touched(channel, queue, rep, skills) {
      const touched = [overall];
      if (channel !== undefined) touched.push(row(channels, channel));
      if (queue !== undefined) touched.push(row(queues, queue));
      if (skills !== undefined) {
        for (const skill of skills) touched.push(row(skillRows, skill));
      }
      if (rep !== undefined) {
        if (!poolOf.has(rep)) poolOf.set(rep, rep);
        touched.push(row(reps, rep), row(pools, poolOf.get(rep) ?? rep));
      }
      return touched;
    },
    find(where) {
      if (where === undefined) return overall;
      if (where.by === 'channel') return channels.get(where.id);
      if (where.by === 'queue') return queues.get(where.id);
      if (where.by === 'skill') return skillRows.get(where.id);
      return pools.get(where.id) ?? reps.get(where.id);
    },
  };
}

export function tally(rows: readonly Row[], name: CountName): void {
  for (const { counts } of rows) counts[name] += 1;
}

export function observe(rows: readonly Row[], name: LatencyName, ms: number): void {
  const told = rows[0]?.onLatency;
  if (told !== undefined) {
    const whose = rows.flatMap(({ of }) => (of === undefined ? [] : [[of.by, of.id]]));
    told(name, ms, Object.fromEntries(whose));
  }
  for (const row of rows) {
    let histogram = row.latencies[name];
    if (histogram === undefined) {
      histogram = createHistogram(row.precision);
      row.latencies[name] = histogram;
    }
    recordMs(histogram, ms);
  }
}

function createRow(
  precision: number,
  thresholds: number,
  own: Pick<Row, 'of' | 'onLatency'> = {},
): Row {
  const each = <K extends string, V>(table: Readonly<Record<K, unknown>>, value: V) =>
    Object.fromEntries(Object.keys(table).map((name) => [name, value])) as Record<K, V>;
  return {
    counts: each(COUNTS, 0),
    latencies: each(LATENCIES, undefined as Histogram | undefined),
    acceptedWithin: Array.from({ length: thresholds }, () => 0),
    abandonedBefore: Array.from({ length: thresholds }, () => 0),
    time: { onlineMs: 0, engagedMs: 0, busyUnitMs: 0, capacityUnitMs: 0 },
    precision,
    ...own,
  };
}
