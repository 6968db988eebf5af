/**
 * Two runs, or two sets of runs, next to each other. Virtual runs of one seed differ exactly by
 * what was changed; over replications of the same seeds differences are paired; else runs are
 * compared by ranks. What counts as worse must be likely, large and sure at once.
 */
import type { RunResult } from '../result.ts';
import { type Better, nameOf, type Reading, readingsOf, type Unit } from './readings.ts';
import { difference, median, paired, type Shift, unpaired } from './statistics.ts';

export interface Comparison {
  readonly kind: 'exact' | 'paired' | 'unpaired' | 'too few';
  readonly base: Side;
  readonly next: Side;
  /** The scenario's files are the same on both sides. */
  readonly sameFiles: boolean;
  /** All that both sides have, in the order of the result. */
  readonly lines: readonly ComparisonLine[];
  /** Budgets that were kept and are broken now. */
  readonly newlyBroken: readonly string[];
  /** Less than this is not worth an alarm. */
  readonly by: number;
}

export interface Side {
  readonly name: string;
  readonly runs: number;
  readonly verdict: string;
}

export interface ComparisonLine {
  readonly measure: string;
  readonly unit: Unit;
  readonly base: number;
  readonly next: number;
  readonly difference: number;
  /** As a part of the base; of shares the difference itself, in points. Null from 0. */
  readonly relative: number | null;
  readonly verdict: 'worse' | 'better' | 'changed' | 'same' | 'unclear';
  /** Of the difference; absent where it is exact or nothing can be said. */
  readonly interval?: readonly [number, number];
  /** Of the likelier side, one-sided. */
  readonly p?: number;
  /** Whether it may fail the comparison. */
  readonly gates: boolean;
}

export interface CompareOptions {
  /** Measures that may fail it. */
  readonly gates: readonly string[];
  /** 0.05: five per cent, of shares five points. */
  readonly by: number;
}

/** By fewer runs a rank test can hardly say anything: at 3 and 3 p is at least 0.05. */
export const FEWEST = 4;
const LIKELY = 0.05;

export function compare(
  base: readonly RunResult[],
  next: readonly RunResult[],
  { gates, by }: CompareOptions,
): Comparison {
  const [left, right] = [samplesOf(base), samplesOf(next)];
  const kind = kindOf(base, next, left.runs, right.runs);
  const lines = [...left.readings].flatMap(([measure, reading]) => {
    const other = right.readings.get(measure);
    if (other === undefined) return [];
    return [lineOf(measure, reading, other, { kind, by, gates: gates.includes(measure) })];
  });
  const kept = new Set(base[0]?.budgets.flatMap(({ ok, text }) => (ok ? [text] : [])));
  const broken = next[0]?.budgets.filter(({ ok, text }) => !ok && kept.has(text)) ?? [];
  const side = (results: readonly RunResult[], runs: number): Side => {
    const [first] = results;
    return { name: first?.scenario.name ?? '', runs, verdict: first?.verdict ?? '' };
  };
  return {
    kind,
    base: side(base, left.runs),
    next: side(next, right.runs),
    sameFiles: base[0]?.scenario.sha256 === next[0]?.scenario.sha256,
    lines,
    newlyBroken: broken.map(({ text }) => text),
    by,
  };
}

interface Sample extends Omit<Reading, 'value'> {
  readonly values: readonly number[];
}

/** The values of each measure over the runs, or over the replications of one. */
function samplesOf(results: readonly RunResult[]) {
  const [first] = results;
  const replicated = first?.replications;
  const readings = new Map<string, Sample>();
  if (results.length === 1 && first !== undefined && replicated !== undefined) {
    const known = readingsOf(first);
    for (const { by, id, measure, statistic, values } of replicated.estimates) {
      const where = by === undefined ? '' : ` where ${by} = ${id}`;
      const name = nameOf(measure, statistic) + where;
      const reading = known.get(name);
      if (reading !== undefined && values?.length === replicated.count) {
        readings.set(name, { ...reading, values });
      }
    }
    return { runs: replicated.count, readings };
  }
  const all = results.map(readingsOf);
  for (const [name, { unit, better }] of all[0] ?? []) {
    const values = all.flatMap((one) => {
      const reading = one.get(name);
      return reading === undefined ? [] : [reading.value];
    });
    if (values.length === results.length) readings.set(name, { unit, better, values });
  }
  return { runs: results.length, readings };
}

function kindOf(
  base: readonly RunResult[],
  next: readonly RunResult[],
  left: number,
  right: number,
): Comparison['kind'] {
  const virtual = [...base, ...next].every(({ clock }) => clock === 'virtual');
  const seeds = (results: readonly RunResult[]) =>
    results.map(({ seed, replications }) => replications?.firstSeed ?? seed).join();
  const sameSeeds = virtual && left === right && seeds(base) === seeds(next);
  if (sameSeeds) return left === 1 ? 'exact' : 'paired';
  return left >= FEWEST && right >= FEWEST ? 'unpaired' : 'too few';
}

interface LineOptions {
  readonly kind: Comparison['kind'];
  readonly by: number;
  readonly gates: boolean;
}

function lineOf(
  measure: string,
  { unit, better, values: base }: Sample,
  { values: next }: Sample,
  { kind, by, gates }: LineOptions,
): ComparisonLine {
  const middle = (values: readonly number[]) => (kind === 'paired' ? mean(values) : median(values));
  const common = { measure, unit, base: middle(base), next: middle(next), gates };
  const ofUnit = (found: Pick<Shift, 'difference' | 'relative'>) =>
    unit === 'share' ? found.difference : (found.relative ?? null);
  if (kind === 'exact' || kind === 'too few') {
    const found = difference(base, next);
    const relative = ofUnit(found);
    const line = { ...common, difference: found.difference, relative };
    if (found.difference === 0) return { ...line, verdict: 'same' };
    if (kind === 'too few') return { ...line, verdict: 'unclear' };
    const large = relative === null || Math.abs(relative) >= by;
    return { ...line, verdict: large ? direction(found.difference, better) : 'changed' };
  }
  const found = kind === 'paired' ? paired(base, next) : unpaired(base, next);
  const relative = ofUnit(found);
  const { low, high, pHigher, pLower } = found;
  return {
    ...{ ...common, difference: found.difference, relative },
    verdict: verdictOf(found, relative, better, by),
    interval: [low, high],
    p: Math.min(pHigher, pLower),
  };
}

/** Likely, large enough to matter, and the interval does not reach nothing. */
export function verdictOf(
  { difference, low, high, pHigher, pLower }: Shift,
  relative: number | null,
  better: Better,
  by: number,
): ComparisonLine['verdict'] {
  if (difference === 0 && low === 0 && high === 0) return 'same';
  const likely = (difference > 0 ? pHigher : pLower) < LIKELY;
  const sure = difference > 0 ? low > 0 : high < 0;
  const large = relative === null || Math.abs(relative) >= by;
  if (likely && sure && large) return direction(difference, better);
  return likely && sure ? 'changed' : 'unclear';
}

function direction(difference: number, better: Better): 'worse' | 'better' | 'changed' {
  if (better === 'neither') return 'changed';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}

/** Whether it must not pass: a gate is worse, or a budget newly broken. */
export function isWorse({ lines, newlyBroken }: Comparison): boolean {
  return newlyBroken.length > 0 || lines.some(({ gates, verdict }) => gates && verdict === 'worse');
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
