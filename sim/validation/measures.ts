/** How exact values are read off a result: one observation of a measure per replication. */
import type { RunResult } from '../../reports/result.ts';
import type { Observation } from '../replications/estimate.ts';
import type { ExactValues } from './cases.ts';
import { groupOf, type QueueModel, queueOf } from './model.ts';
import { UNIT_MS } from './plan.ts';

export interface Seen {
  /** As `pWait`, or `pWait class-1`. */
  readonly measure: string;
  readonly exact: number;
  readonly observation: Observation;
}

/** Everything that a result and a case's exact values both say. */
export function observe(result: RunResult, model: QueueModel, exact: ExactValues): Seen[] {
  const { t = 0, groups } = model;
  return [
    ...seenOf(
      exact.all,
      '',
      // Loads are of all reps only where these are alike.
      (measure) =>
        WAITS[measure]?.(result, t) ?? LOADS[measure]?.(result, groups[0]?.capacity ?? 1),
    ),
    ...(exact.classes ?? []).flatMap((values, i) =>
      seenOf(values, ` ${queueOf(i)}`, (measure) => {
        const row = result.queues.find(({ queue }) => queue === queueOf(i));
        return row && WAITS[measure]?.(row, t);
      }),
    ),
    ...(exact.groups ?? []).flatMap((values, i) =>
      seenOf(values, ` ${groupOf(i)}`, (measure) => {
        const row = result.reps.pools.find(({ pool }) => pool === groupOf(i));
        return row && LOADS[measure]?.(row, groups[i]?.capacity ?? 1);
      }),
    ),
  ];
}

function seenOf(
  values: Readonly<Record<string, number>> | undefined,
  suffix: string,
  read: (measure: string) => Observation | undefined,
): Seen[] {
  return Object.entries(values ?? {}).flatMap(([measure, exact]) => {
    const observation = isTooRare(measure, exact) ? undefined : read(measure);
    return observation === undefined ? [] : [{ measure: measure + suffix, exact, observation }];
  });
}

/**
 * A share so close to 0 or 1 that no run sees the exception: its standard error says nothing.
 */
function isTooRare(measure: string, exact: number): boolean {
  return SHARES.has(measure) && Math.min(Math.abs(exact), Math.abs(1 - exact)) < 1e-3;
}

const SHARES = new Set([
  ...['occupancy', 'pAbandon', 'pBlock', 'pWait', 'pWaitAdmitted', 'serviceLevel', 'slAdmitted'],
  ...['pServedWithinT', 'slServedOnly', 'slExclShortAbandons', 'slServed'],
]);

type Waiting = Pick<RunResult['queues'][number], 'latencies' | 'rates' | 'serviceLevels'> & {
  readonly counts: Readonly<Record<'queued' | 'limitExceeded' | 'abandoned', number>>;
};
type Loaded = Pick<RunResult['reps']['pools'][number], 'latencies' | 'rates'>;

/** Of a queue, or of all queues. Times are in the model's units. */
const WAITS: Readonly<Record<string, (row: Waiting, t: number) => Observation | undefined>> = {
  asa: (row) => inUnits(served(row)),
  meanWait: (row) => inUnits(add(served(row), gone(row))),
  meanWaitServed: (row) => inUnits(served(row)),
  meanWaitAbandoned: (row) => inUnits(gone(row)),
  meanHandleTime: ({ latencies }) => inUnits(total(latencies.handleTime)),
  pAbandon: ({ rates }) => rates.abandonment,
  pBlock: ({ rates }) => rates.abandonment,
  pRefused: ({ counts }) => ({ part: counts.limitExceeded, whole: counts.queued }),
  arrivals: ({ counts }) => perDay(counts.queued),
  abandoned: ({ counts }) => perDay(counts.abandoned),
  servedWithinT: (row, t) => perDay(level(row, t, 'serviceLevel')?.part),
  slServed: (row, t) => level(row, t, 'serviceLevelOfAnswered'),
  pWaitAdmitted: (row) => complement(admitted(row, row.serviceLevels.serviceLevel?.['0s'])),
  slAdmitted: (row, t) => admitted(row, level(row, t, 'serviceLevel')),
  asaServed: (row) => inUnits(served(row)),
  pWait: ({ serviceLevels }) => complement(serviceLevels.serviceLevel?.['0s']),
  serviceLevel: (row, t) => level(row, t, 'serviceLevel'),
  pServedWithinT: (row, t) => level(row, t, 'serviceLevel'),
  slServedOnly: (row, t) => level(row, t, 'serviceLevelOfAnswered'),
  slExclShortAbandons: (row, t) => level(row, t, 'serviceLevelExcludingShortAbandons'),
};

/** Of one rep of a group, in its capacity units; a group of several: their mean. */
const LOADS: Readonly<Record<string, (row: Loaded, capacity: number) => Observation | undefined>> =
  {
    occupancy: ({ rates }) => rates.occupancy,
    meanSessions: ({ rates }, capacity) => times(rates.occupancy, capacity),
    meanUnits: ({ rates }, capacity) => times(rates.occupancy, capacity),
    repBusyFraction: ({ rates }) => rates.utilisation,
  };

function level(
  { serviceLevels }: Waiting,
  t: number,
  variant: keyof RunResult['serviceLevels'],
): Observation | undefined {
  return serviceLevels[variant]?.[`${(t * UNIT_MS) / 1000}s`];
}

function served({ latencies }: Waiting): Observation {
  return total(latencies.speedToAnswer);
}

function gone({ latencies }: Waiting): Observation {
  return total(latencies.waitOfNeverAccepted);
}

function total(latency: { readonly n: number; readonly mean: number } | undefined): Observation {
  return latency === undefined
    ? { part: 0, whole: 0 }
    : { part: latency.n * latency.mean, whole: latency.n };
}

/** Over those who were not turned away. */
function admitted({ counts }: Waiting, of: Observation | undefined): Observation | undefined {
  return of && { part: of.part, whole: of.whole - counts.limitExceeded };
}

/** How many there were, in each run of a day. */
function perDay(count: number | undefined): Observation | undefined {
  return count === undefined ? undefined : { part: count, whole: 1 };
}

function add(a: Observation, b: Observation): Observation {
  return { part: a.part + b.part, whole: a.whole + b.whole };
}

function inUnits({ part, whole }: Observation): Observation {
  return { part: part / UNIT_MS, whole };
}

function times(share: Observation | undefined, factor: number): Observation | undefined {
  return share === undefined ? undefined : { part: share.part * factor, whole: share.whole };
}

function complement(share: Observation | undefined): Observation | undefined {
  return share === undefined ? undefined : { part: share.whole - share.part, whole: share.whole };
}
