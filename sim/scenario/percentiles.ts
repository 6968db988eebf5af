/**
 * Distributions by what people measure: `lognormal(p50 20s, p95 60s)` instead of mean and sd. Two
 * percentiles fix a family of two parameters, one the exponential.
 */
import jstat from 'jstat';
import type { Distribution } from '../plan.ts';
import { gammaFunction } from '../random.ts';
import type { Parsed } from './units.ts';

/** A percentile and its value, in ms. */
export interface Percentile {
  readonly percent: number;
  readonly ms: number;
}

type Params = Readonly<Record<string, number>>;

/** `p50` -> 50; nothing for other words. */
export function percentOf(word: string): number | undefined {
  const [, percent] = /^p(\d+(?:\.\d+)?)$/.exec(word) ?? [];
  return percent === undefined ? undefined : Number(percent);
}

const WANTS: Partial<Record<Distribution['name'], number>> = {
  exponential: 1,
  lognormal: 2,
  normal: 2,
  weibull: 2,
};

export const takesPercentiles = (name: Distribution['name']) =>
  name === 'percentiles' || WANTS[name] !== undefined;

/** The usual parameters of the distribution that has these percentiles. */
export function fromPercentiles(
  name: Distribution['name'],
  given: readonly Percentile[],
): Parsed<Params> {
  const sorted = [...given].sort((a, b) => a.percent - b.percent);
  const [first, second] = sorted;
  const falls = sorted.some(({ ms }, i) => ms < (sorted[i - 1]?.ms ?? 0));
  if (falls) return { wrong: 'a higher percentile must not be less than a lower one' };
  if (name === 'percentiles') return ofTable(sorted);
  const wanted = WANTS[name] ?? 0;
  if (given.length !== wanted) {
    return { wrong: `needs exactly ${wanted === 1 ? 'one percentile' : 'two percentiles'}` };
  }
  if (sorted.some(({ percent }) => percent <= 0 || percent >= 100)) {
    return { wrong: 'its percentiles lie between p0 and p100, exclusively' };
  }
  if (sorted.some(({ ms }) => ms <= 0)) return { wrong: 'percentiles must be more than 0s' };
  if (first === undefined) return { wrong: 'needs percentiles' };
  if (name === 'exponential') return { value: { mean: first.ms / tail(first) } };
  if (second === undefined || second.ms === first.ms) {
    return { wrong: 'the two percentiles must differ' };
  }
  if (name === 'normal') {
    const sd = (second.ms - first.ms) / (score(second) - score(first));
    return { value: { mean: first.ms - score(first) * sd, sd } };
  }
  if (name === 'lognormal') {
    const sigma = Math.log(second.ms / first.ms) / (score(second) - score(first));
    const mean = Math.exp(Math.log(first.ms) - score(first) * sigma + sigma ** 2 / 2);
    return { value: { mean, sd: mean * Math.sqrt(Math.expm1(sigma ** 2)) } };
  }
  const shape = Math.log(tail(second) / tail(first)) / Math.log(second.ms / first.ms);
  const scale = first.ms / tail(first) ** (1 / shape);
  return { value: { mean: scale * gammaFunction(1 + 1 / shape), shape } };
}

/** A table goes from the least to the greatest, straight from one to the next. */
function ofTable(sorted: readonly Percentile[]): Parsed<Params> {
  if (sorted[0]?.percent !== 0 || sorted.at(-1)?.percent !== 100) {
    return { wrong: 'needs p0 (the least) and p100 (the greatest)' };
  }
  return { value: Object.fromEntries(sorted.map(({ percent, ms }) => [`p${percent}`, ms])) };
}

const score = ({ percent }: Percentile) => jstat.normal.inv(percent / 100, 0, 1);
/** How many means an exponential lies there. */
const tail = ({ percent }: Percentile) => -Math.log1p(-percent / 100);
