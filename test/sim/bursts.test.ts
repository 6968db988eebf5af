/** Arrivals that come in phases and in bursts. */
import { describe, expect, it } from 'vitest';
import { arrivalTimes } from '../../sim/arrivals.ts';
import { createRandom } from '../../sim/random.ts';

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a Markov-modulated Poisson process', () => {
  const HOUR = 3_600_000;
  const phases = [
    { rate: 30 / HOUR, meanMs: HOUR / 3 },
    { rate: 600 / HOUR, meanMs: HOUR / 30 },
  ];
  const day = (seed: number) => [
    ...arrivalTimes(
      { pattern: 'mmpp', stages: [], mmpp: { forMs: 24 * HOUR, phases } },
      createRandom(seed),
      '0',
    ),
  ];

  it('comes in phases: right on average, much more variable than Poisson', () => {
    const days = Array.from({ length: 300 }, (_, seed) => day(seed));
    const counts = days.map((times) => times.length);
    // Its time is split 10 : 1 between the two rates.
    const expected = 24 * ((10 * 30 + 600) / 11);
    const sd = Math.sqrt(mean(counts.map((n) => (n - mean(counts)) ** 2)));
    expect(Math.abs(mean(counts) - expected)).toBeLessThan((4 * sd) / Math.sqrt(days.length));
    expect(sd ** 2 / expected).toBeGreaterThan(5);
    for (const times of days.slice(0, 5)) {
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(24 * HOUR);
    }
    expect(day(3)).toEqual(day(3));
  });
});

describe('bursts', () => {
  const burst = (size: number, isMean: boolean, withinMs = 0) => [
    ...arrivalTimes(
      {
        pattern: 'even',
        stages: [{ forMs: 1_000_000, from: 0.001, to: 0.001 }],
        burst: { size, isMean, withinMs },
      },
      createRandom(4),
      '0',
    ),
  ];

  it('bring so many each time', () => {
    expect(burst(3, false)).toHaveLength(3000);
    expect(burst(3, false).slice(0, 4)).toEqual([0, 0, 0, expect.closeTo(1000, 6)]);
  });

  it('or a geometric number, of that mean', () => {
    // Of 1000 with mean 3 and sd sqrt(6).
    expect(Math.abs(burst(3, true).length - 3000)).toBeLessThan(4 * Math.sqrt(6000));
    expect(burst(1, true)).toHaveLength(1000);
  });

  it('spread over a time come in order, also beyond the next burst', () => {
    const times = burst(3, false, 5000);
    expect(times).toHaveLength(3000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(2900);
  });
});
