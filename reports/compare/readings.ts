/** The numbers of a result that can be compared, by name, with which way is better. */
import { measureOf, parseBudget } from '../budgets.ts';
import type { LatencyResult, RunResult, ShareResult } from '../result.ts';

export type Unit = 'ms' | 'share' | 'count';
export type Better = 'lower' | 'higher' | 'neither';

export interface Reading {
  readonly value: number;
  readonly unit: Unit;
  readonly better: Better;
}

const STATISTICS = ['mean', 'p50', 'p95', 'p99'] as const;
const ALL_STATISTICS = [...STATISTICS, ...(['min', 'p75', 'p90', 'p999', 'max'] as const)];

const BETTER: Readonly<Record<string, Better>> = {
  ...{ abandonment: 'lower', gaveUp: 'lower', declines: 'lower', pushTimeouts: 'lower' },
  ...{ deliveryFailures: 'lower', webhookRefusals: 'lower' },
  ...{ occupancy: 'neither', utilisation: 'neither' },
  handleTime: 'neither',
};

interface Row {
  readonly conversations?: Readonly<Record<string, number>>;
  readonly counts?: Readonly<Record<string, number>>;
  readonly rates?: Readonly<Record<string, ShareResult>>;
  readonly serviceLevels?: Readonly<Record<string, Readonly<Record<string, ShareResult>>>>;
  readonly latencies?: Readonly<Partial<Record<string, LatencyResult>>>;
}

/** With more rows than this only the run as a whole is compared. */
const FEW = 20;

/** What measures were in a result, by name; over replications, if it has them. */
export function baselineOf(result: RunResult): Readonly<Record<string, number>> {
  const readings = new Map<string, Reading>();
  enter(readings, result, '', ALL_STATISTICS);
  const each = (row: Row, where: string) => enter(readings, row, ` where ${where}`, ALL_STATISTICS);
  for (const row of result.channels) each(row, `channel = ${row.channel}`);
  for (const row of result.queues) each(row, `queue = ${row.queue}`);
  for (const row of result.skills) each(row, `skill = ${row.skill}`);
  for (const row of result.reps.each) each(row, `rep = ${row.rep}`);
  for (const row of result.reps.pools) each(row, `rep = ${row.pool}`);
  const values = Object.fromEntries(Array.from(readings, ([name, { value }]) => [name, value]));
  for (const { by, id, measure, statistic, value } of result.replications?.estimates ?? []) {
    values[nameOf(measure, statistic) + (by === undefined ? '' : ` where ${by} = ${id}`)] = value;
  }
  // Of a window a result knows what its own budgets have asked.
  for (const { text, measured } of result.budgets) {
    const budget = parseBudget(text);
    if (!('error' in budget) && measured !== null) values[measureOf(budget)] ??= measured;
  }
  return values;
}

/** The name of a statistic of a measure, as budgets are written. */
export function nameOf(measure: string, statistic: string): string {
  if (statistic === 'share') return measure;
  return /^[\d.]+s$/.test(statistic) ? `${measure}(${statistic})` : `${statistic}(${measure})`;
}

/** By name, as budgets are written: `p95(speedToAnswer) where queue = front-line`. */
export function readingsOf(result: RunResult): ReadonlyMap<string, Reading> {
  const readings = new Map<string, Reading>();
  enter(readings, result, '');
  const each = <T extends Row>(rows: readonly T[], by: string, idOf: (row: T) => string) => {
    if (rows.length > FEW) return;
    for (const row of rows) enter(readings, row, ` where ${by} = ${idOf(row)}`);
  };
  each(result.channels, 'channel', ({ channel }) => channel);
  each(result.queues, 'queue', ({ queue }) => queue);
  each(result.skills, 'skill', ({ skill }) => skill);
  each(result.reps.pools, 'rep', ({ pool }) => pool);
  return readings;
}

function enter(
  readings: Map<string, Reading>,
  row: Row,
  where: string,
  statistics: readonly (typeof ALL_STATISTICS)[number][] = STATISTICS,
): void {
  const { conversations, counts, rates, serviceLevels, latencies } = row;
  for (const [name, value] of Object.entries({ ...conversations, ...counts })) {
    readings.set(`count(${name})${where}`, { value, unit: 'count', better: 'neither' });
  }
  for (const [name, { share }] of Object.entries(rates ?? {})) {
    if (share === null) continue;
    readings.set(`${name}${where}`, {
      ...{ value: share, unit: 'share', better: BETTER[name] ?? 'neither' },
    });
  }
  for (const [name, within] of Object.entries(serviceLevels ?? {})) {
    for (const [time, { share }] of Object.entries(within)) {
      if (share === null) continue;
      readings.set(`${name}(${time})${where}`, { value: share, unit: 'share', better: 'higher' });
    }
  }
  for (const [name, latency] of Object.entries(latencies ?? {})) {
    for (const statistic of statistics) {
      if (latency === undefined) continue;
      const better = BETTER[name] ?? 'lower';
      const written = statistic === 'p999' ? 'p99.9' : statistic;
      readings.set(`${written}(${name})${where}`, {
        value: latency[statistic],
        unit: 'ms',
        better,
      });
    }
  }
}
