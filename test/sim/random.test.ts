/** Keyed chance: the same whoever asks and when, and as random as it claims to be. */
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../sim/plan.ts';
import { createRandom } from '../../sim/random.ts';
import { parseDistribution } from '../../sim/scenario/distributions.ts';

const N = 20_000;
const random = createRandom(42);
const ids = Array.from({ length: N }, (_, i) => i);

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const variance = (xs: readonly number[]) => {
  const middle = mean(xs);
  return mean(xs.map((x) => (x - middle) ** 2));
};
function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - mx) * (ys[i]! - my)));
  return covariance / Math.sqrt(variance(xs) * variance(ys));
}
/** Chi-square of draws in [0, 1) over equal bins; about `bins` when all is well. */
function chiSquare(cells: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const cell of cells) counts[cell]! += 1;
  const expected = cells.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
/** Within what 99.999 % of good generators would give, neither too rough nor too smooth. */
function expectChiSquare(value: number, bins: number): void {
  const spread = Math.sqrt(2 * (bins - 1));
  expect(value).toBeGreaterThan(bins - 1 - 4 * spread);
  expect(value).toBeLessThan(bins - 1 + 4.7 * spread);
}
const LIMIT = 4.4 / Math.sqrt(N);

describe('a draw', () => {
  const exponential: Distribution = { name: 'exponential', params: { mean: 1000 } };
  const normal: Distribution = { name: 'normal', params: { mean: 1000, sd: 100 } };
  const ask = (seed: number) => {
    const source = createRandom(seed);
    return (id: number) => [
      source.uniform('patience', id),
      source.draw(exponential, 'think', id),
      source.draw(normal, 'think', id),
    ];
  };

  it('does not depend on what was drawn before, or by whom', () => {
    const forward = ids.slice(0, 500).map(ask(7));
    const source = ask(7);
    const backward = ids.slice(0, 500).toReversed().map(source).toReversed();
    expect(backward).toEqual(forward);
    expect(source(17)).toEqual(forward[17]);
  });

  it('depends on the seed, the purpose and the id, and on nothing else', () => {
    const base = random.uniform('patience', 3);
    expect(random.uniform('patience', '3')).toBe(base);
    const others = [
      createRandom(43).uniform('patience', 3),
      random.uniform('patience', 4),
      random.uniform('think', 3),
    ];
    expect(new Set([base, ...others]).size).toBe(4);
  });

  it('is never given twice to different ids', () => {
    const keys = ids.flatMap((i) => [i, `sms-main:+1555${i}#1`, `sms-main:+1555${i}#1/2`]);
    expect(new Set(keys.map((key) => random.uniform('x', key))).size).toBe(keys.length);
  });
});

describe('uniform draws', () => {
  const purposes = ['patience', 'reads', 'arrival 0', 'a', ''];

  it.each(purposes)('for purpose %j fill [0, 1) evenly', (purpose) => {
    const draws = ids.map((id) => random.uniform(purpose, id));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    const cells = draws.map((u) => Math.floor(u * 100));
    expectChiSquare(chiSquare(cells, 100), 100);
    // The fine digits too: what is left after the first six bits.
    const fine = draws.map((u) => Math.floor(((u * 64) % 1) * 100));
    expectChiSquare(chiSquare(fine, 100), 100);
  });

  it.each([1, 2, 10, 16, 256])('of ids %i apart have nothing to do with each other', (lag) => {
    const draws = ids.map((id) => random.uniform('patience', id));
    const later = ids.map((id) => random.uniform('patience', id + lag));
    expect(Math.abs(correlation(draws, later))).toBeLessThan(LIMIT);
    const pairs = draws.map((u, i) => Math.floor(u * 10) * 10 + Math.floor(later[i]! * 10));
    expectChiSquare(chiSquare(pairs, 100), 100);
  });

  it.each([
    ['purposes', (id: number) => random.uniform('think 1', id)],
    ['seeds', (id: number) => createRandom(43).uniform('think 0', id)],
    ['kinds of id', (id: number) => random.uniform('think 0', `${id}/1`)],
    ['ends of id', (id: number) => random.uniform('think 0', `${id}0`)],
  ])('of neighbouring %s have nothing to do with each other', (_, other) => {
    const one = ids.map((id) => random.uniform('think 0', id));
    const two = ids.map(other);
    expect(Math.abs(correlation(one, two))).toBeLessThan(LIMIT);
    const pairs = one.map((u, i) => Math.floor(u * 10) * 10 + Math.floor(two[i]! * 10));
    expectChiSquare(chiSquare(pairs, 100), 100);
  });

  it('of one id over many purposes and many seeds are even as well', () => {
    const byPurpose = ids.map((i) => random.uniform(`purpose ${i}`, 1));
    const bySeed = ids.map((i) => createRandom(i).uniform('patience', 1));
    for (const draws of [byPurpose, bySeed]) {
      const cells = draws.map((u) => Math.floor(u * 50));
      expectChiSquare(chiSquare(cells, 50), 50);
    }
  });
});

describe('a distribution', () => {
  const cases: readonly [Distribution['name'], Record<string, number>, number[]][] = [
    // Name, parameters, and the exact mean, standard deviation and median.
    ['uniform', { min: 2000, max: 6000 }, [4000, 4000 / Math.sqrt(12), 4000]],
    ['exponential', { mean: 5000 }, [5000, 5000, 5000 * Math.LN2]],
    ['normal', { mean: 20_000, sd: 3000 }, [20_000, 3000, 20_000]],
    ['lognormal', { mean: 20_000, sd: 15_000 }, [20_000, 15_000, 20_000 / 1.25]],
    ['lognormal', { mean: 300, sd: 30 }, [300, 30, 300 / Math.sqrt(1.01)]],
    ['gamma', { mean: 10_000, shape: 2 }, [10_000, 10_000 / Math.SQRT2, 8391.73]],
    ['gamma', { mean: 10_000, shape: 0.5 }, [10_000, 10_000 * Math.SQRT2, 4549.36]],
    ['weibull', { mean: 10_000, shape: 1 }, [10_000, 10_000, 10_000 * Math.LN2]],
    ['weibull', { mean: 10_000, shape: 2 }, [10_000, 5227.23, 9394.37]],
    ['weibull', { mean: 10_000, shape: 0.5 }, [10_000, 22_360.68, 2402.27]],
    ['hyperexponential', { share: 0.9, first: 500, rest: 5500 }, [1000, 2345.21, 396.84]],
  ];

  it.each(cases)('%s %j has its mean, spread and middle', (name, params, [m, sd, median]) => {
    const draws = ids.map((id) => random.draw({ name, params }, `test ${name}`, id));
    const standardError = sd! / Math.sqrt(N);
    expect(Math.abs(mean(draws) - m!)).toBeLessThan(4.4 * standardError);
    // The heavier the tail, the more a sample's spread spreads itself.
    const slack = sd! > m! ? 0.12 : 0.04;
    expect(Math.abs(Math.sqrt(variance(draws)) / sd! - 1)).toBeLessThan(slack);
    const below = draws.filter((draw) => draw < median!).length / N;
    expect(Math.abs(below - 0.5)).toBeLessThan(2.2 / Math.sqrt(N));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  });

  it('that is constant is constant', () => {
    const constant: Distribution = { name: 'constant', params: { value: 1500 } };
    expect(new Set(ids.slice(0, 99).map((id) => random.draw(constant, 'x', id)))).toEqual(
      new Set([1500]),
    );
  });

  it('that goes below nothing is cut off there', () => {
    const wide: Distribution = { name: 'normal', params: { mean: 1000, sd: 1000 } };
    const draws = ids.map((id) => random.draw(wide, 'wide', id));
    expect(Math.min(...draws)).toBe(0);
    expect(draws.filter((draw) => draw === 0).length / N).toBeCloseTo(0.1587, 1);
  });

  it('gives neighbouring customers draws that have nothing to do with each other', () => {
    const gamma: Distribution = { name: 'gamma', params: { mean: 1, shape: 2 } };
    const draws = ids.map((id) => random.draw(gamma, 'handle time', id));
    expect(Math.abs(correlation(draws.slice(1), draws.slice(0, -1)))).toBeLessThan(LIMIT);
  });
});

describe('a distribution given by percentiles', () => {
  const texts = {
    'lognormal(p50 20s, p95 60s)': { 50: 20_000, 95: 60_000 },
    'weibull(p90 45s, p25 10s)': { 25: 10_000, 90: 45_000 },
    'normal(p10 20s, p90 30s)': { 10: 20_000, 90: 30_000 },
    'exponential(p80 1m)': { 80: 60_000 },
    'percentiles(p0 2s, p50 20s, p90 45s, p100 3m)': { 50: 20_000, 90: 45_000 },
  };

  it.each(Object.entries(texts))('%s has them', (text, wanted) => {
    const parsed = parseDistribution(text);
    if ('wrong' in parsed) throw new Error(parsed.wrong);
    const drawn = ids.map((id) => random.draw(parsed.value, 'percentiles', id));
    for (const [percent, ms] of Object.entries(wanted)) {
      const share = drawn.filter((x) => x <= ms).length / N;
      const p = Number(percent) / 100;
      expect(Math.abs(share - p)).toBeLessThan(4.4 * Math.sqrt((p * (1 - p)) / N));
    }
  });

  it('lies between the first and the last of a table', () => {
    const parsed = parseDistribution('percentiles(p0 2s, p100 3s)');
    if ('wrong' in parsed) throw new Error(parsed.wrong);
    const drawn = ids.map((id) => random.draw(parsed.value, 'table', id));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(3000);
    expect(Math.abs(mean(drawn) - 2500)).toBeLessThan(10);
  });
});
