/** Every measure of a result as a table: a line for each statistic of each row. */
import { createFileReporter, type Reporter } from '../reporter.ts';
import type { LatencyResult, RunResult, ShareResult } from '../result.ts';
import { toCsv } from './csv.ts';

export function createCsvReporter(directory: string): Reporter {
  return createFileReporter('csv', directory, 'measures.csv', measuresCsv);
}

type Line = readonly (string | number | null)[];

interface Row {
  readonly counts?: Readonly<Record<string, number>>;
  readonly conversations?: Readonly<Record<string, number>>;
  readonly rates?: Readonly<Record<string, ShareResult>>;
  readonly serviceLevels?: Readonly<Record<string, Readonly<Record<string, ShareResult>>>>;
  readonly latencies?: Readonly<Partial<Record<string, LatencyResult>>>;
}

export function measuresCsv(result: RunResult): string {
  const lines: Line[] = [['by', 'id', 'measure', 'statistic', 'value', 'unit', 'n']];
  lines.push(...linesOf('', '', result));
  for (const row of result.channels) lines.push(...linesOf('channel', row.channel, row));
  for (const row of result.queues) lines.push(...linesOf('queue', row.queue, row));
  for (const row of result.skills) lines.push(...linesOf('skill', row.skill, row));
  for (const row of result.reps.pools) lines.push(...linesOf('pool', row.pool, row));
  for (const row of result.reps.each) lines.push(...linesOf('rep', row.rep, row));
  return toCsv(lines);
}

function* linesOf(by: string, id: string, row: Row): Iterable<Line> {
  const { counts, conversations, rates, serviceLevels, latencies } = row;
  for (const [name, value] of Object.entries({ ...conversations, ...counts })) {
    yield [by, id, name, 'count', value, 'count', value];
  }
  for (const [name, { share, whole }] of Object.entries(rates ?? {})) {
    yield [by, id, name, 'share', share, 'share', whole];
  }
  for (const [name, within] of Object.entries(serviceLevels ?? {})) {
    for (const [time, { share, whole }] of Object.entries(within)) {
      yield [by, id, name, time, share, 'share', whole];
    }
  }
  for (const [name, latency] of Object.entries(latencies ?? {})) {
    const { n, ...statistics } = latency ?? { n: 0 };
    for (const [statistic, value] of Object.entries(statistics)) {
      yield [by, id, name, statistic, value, 'ms', n];
    }
  }
}
