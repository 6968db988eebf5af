/**
 * Whether two sets of runs differ. The unit is the run, never the request: requests of one run
 * share its luck. Rank test, exact; shift by medians; bootstrap of the shift with a fixed seed.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Shift {
  /** Of the medians (or, of pairs, the mean difference), in the measure's unit. */
  readonly difference: number;
  /** The same as a part of the base; nothing where that is 0. */
  readonly relative: number | undefined;
  /** 95 % bootstrap interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** One-sided, of the new being higher. */
  readonly pHigher: number;
  readonly pLower: number;
}

const RESAMPLES = 2000;

/** The difference of the medians alone, where nothing can or need be said of luck. */
export function difference(
  base: readonly number[],
  next: readonly number[],
): Pick<Shift, 'difference' | 'relative'> {
  return against(median(base), median(next) - median(base));
}

function against(base: number, found: number): Pick<Shift, 'difference' | 'relative'> {
  return { difference: found, relative: base === 0 ? undefined : found / Math.abs(base) };
}

/** Runs that have nothing to do with each other. */
export function unpaired(base: readonly number[], next: readonly number[]): Shift {
  const random = createIndices(1);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    return median(resample(next, random)) - median(resample(base, random));
  });
  return {
    ...difference(base, next),
    ...interval(resampled),
    pHigher: rankTest(base, next),
    pLower: rankTest(next, base),
  };
}

/** The same seeds on both sides: the same customers, so that differences are the change's own. */
export function paired(base: readonly number[], next: readonly number[]): Shift {
  const differences = next.map((value, i) => value - (base[i] ?? 0));
  const random = createIndices(1);
  const resampled = Array.from({ length: RESAMPLES }, () => mean(resample(differences, random)));
  return {
    ...against(mean(base), mean(differences)),
    ...interval(resampled),
    pHigher: signFlip(differences),
    pLower: signFlip(differences.map((one) => -one)),
  };
}

function interval(resampled: readonly number[]): Pick<Shift, 'low' | 'high'> {
  const sorted = [...resampled].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/**
 * Mann and Whitney's test, one-sided: the probability of ranks as high as these if nothing differs.
 * Exact by counting, over the ranks with ties shared.
 */
export function rankTest(base: readonly number[], next: readonly number[]): number {
  const all = [...base, ...next].sort((a, b) => a - b);
  // Twice the rank, so that shared ranks are whole numbers.
  const rankOf = (value: number) => all.indexOf(value) + all.lastIndexOf(value) + 2;
  const seen = next.reduce((sum, value) => sum + rankOf(value), 0);
  const ranks = all.map(rankOf);
  // ways[k][s]: how many subsets of k ranks have the sum s.
  const ways: Map<number, number>[] = Array.from({ length: next.length + 1 }, () => new Map());
  ways[0]?.set(0, 1);
  for (const rank of ranks) {
    for (let k = next.length; k >= 1; k -= 1) {
      for (const [sum, count] of ways[k - 1] ?? []) {
        const into = ways[k];
        into?.set(sum + rank, (into.get(sum + rank) ?? 0) + count);
      }
    }
  }
  let total = 0;
  let asHigh = 0;
  for (const [sum, count] of ways[next.length] ?? []) {
    total += count;
    if (sum >= seen) asHigh += count;
  }
  return total === 0 ? 1 : asHigh / total;
}

/** With more pairs than this their signs are drawn instead of gone through. */
const ALL_SIGNS_UP_TO = 12;

/** Fisher's test of pairs: the share of sign patterns whose sum is as high as the one seen. */
export function signFlip(differences: readonly number[]): number {
  const n = differences.length;
  const seen = differences.reduce((sum, one) => sum + one, 0) - 1e-12;
  const exact = n <= ALL_SIGNS_UP_TO;
  const patterns = exact ? 2 ** n : 4000;
  const random = createIndices(2);
  let asHigh = exact ? 0 : 1;
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    let sum = 0;
    for (let i = 0; i < n; i += 1) {
      const plus = exact ? (pattern >> i) & 1 : random(2);
      sum += plus === 1 ? (differences[i] ?? 0) : -(differences[i] ?? 0);
    }
    if (sum >= seen) asHigh += 1;
  }
  return asHigh / (exact ? patterns : patterns + 1);
}

type Indices = (below: number) => number;

function createIndices(seed: number): Indices {
  const generator = xoroshiro128plus(seed);
  return (below) => uniformInt(generator, 0, below - 1);
}

function resample(values: readonly number[], random: Indices): number[] {
  return values.map(() => values[random(values.length)] ?? 0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
