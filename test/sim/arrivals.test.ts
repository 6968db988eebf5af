/** When customers come: exact spacing, honest chance, and rates that change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalTimes, runArrivals } from '../../sim/arrivals.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import type { Arrival } from '../../sim/plan.ts';
import { createRandom } from '../../sim/random.ts';

type Stages = Arrival['stages'];

const SECOND = 1000;
const random = createRandom(5);
const times = (pattern: Arrival['pattern'], stages: Stages, stream = '0', source = random) => [
  ...arrivalTimes({ pattern, stages }, source, stream),
];
const steady = (perMs: number, forMs: number): Stages => [{ forMs, from: perMs, to: perMs }];
const lengthOf = (stages: Stages) => stages.reduce((sum, { forMs }) => sum + forMs, 0);
const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

/** The expected number of arrivals up to `t`: the integral of the rate. */
function integral(stages: Stages, t: number): number {
  let passed = 0;
  let sum = 0;
  for (const { forMs, from, to } of stages) {
    const within = Math.min(Math.max(t - passed, 0), forMs);
    sum += from * within + (((to - from) / forMs) * within ** 2) / 2;
    passed += forMs;
  }
  return sum;
}

const SHAPES: Readonly<Record<string, Stages>> = {
  rising: [{ forMs: 60 * SECOND, from: 0.001, to: 0.02 }],
  'rising from nothing': [{ forMs: 60 * SECOND, from: 0, to: 0.02 }],
  falling: [{ forMs: 60 * SECOND, from: 0.02, to: 0.001 }],
  'falling to nothing': [{ forMs: 60 * SECOND, from: 0.02, to: 0 }],
  'falling to next to nothing': [{ forMs: 60 * SECOND, from: 0.02, to: 1e-12 }],
  'a pause in the middle': [...steady(0.01, 20_000), ...steady(0, 30_000), ...steady(0.01, 20_000)],
  'a day in short': [
    { forMs: 20_000, from: 0.002, to: 0.02 },
    { forMs: 30_000, from: 0.02, to: 0.02 },
    { forMs: 10_000, from: 0.005, to: 0.015 },
    { forMs: 20_000, from: 0.015, to: 0 },
    { forMs: 10_000, from: 0, to: 0 },
    { forMs: 20_000, from: 0, to: 0.01 },
  ],
  'a tiny last rate': [...steady(0.01, 10_000), ...steady(1e-9, 10_000)],
};

describe('even arrivals', () => {
  it('begin at once and come at exact intervals', () => {
    const seen = times('even', steady(10 / SECOND, 60 * SECOND));
    expect(seen).toHaveLength(600);
    for (const [i, time] of seen.entries()) expect(time).toBeCloseTo(i * 100, 6);
  });

  it('are as many as the rate says: 17/s for a minute is 1020', () => {
    expect(times('even', steady(17 / SECOND, 60 * SECOND))).toHaveLength(1020);
  });

  it('are as many as the rate says, for any whole rate and duration', () => {
    const unit = fc.constantFrom(SECOND, 60 * SECOND, 3600 * SECOND);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        unit,
        fc.integer({ min: 1, max: 60 }),
        (n, u, k) => {
          expect(times('even', steady(n / u, k * u))).toHaveLength(n * k);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('are as many as the rates say after a long stage, too', () => {
    const stages = [...steady(17 / SECOND, 7200 * SECOND), ...steady(1 / SECOND, SECOND)];
    expect(times('even', stages)).toHaveLength(122_401);
  });

  it('hand over between stages without a gap or a double', () => {
    const whole = times('even', steady(0.01, 60 * SECOND));
    const parts = times('even', [...steady(0.01, 25_050), ...steady(0.01, 34_950)]);
    expect(parts).toHaveLength(whole.length);
    for (const [i, time] of parts.entries()) expect(time).toBeCloseTo(whole[i]!, 6);
  });

  it('fall due at the beginning of a stage that rises from nothing', () => {
    const stages = [...steady(0.01, 10_000), { forMs: 10_000, from: 0, to: 0.01 }];
    expect(times('even', stages)[100]).toBeCloseTo(10_000, 6);
  });

  it.each(Object.entries(SHAPES))('follow the integral of the rate: %s', (_, stages) => {
    const seen = times('even', stages);
    const expected = integral(stages, lengthOf(stages));
    expect(Math.abs(seen.length - expected)).toBeLessThanOrEqual(1);
    for (const [i, time] of seen.entries()) {
      expect(integral(stages, time), `arrival ${i} at ${time}`).toBeCloseTo(i, 5);
    }
  });
});

describe('Poisson arrivals', () => {
  const stages = SHAPES['a day in short']!;
  const runs = Array.from({ length: 1000 }, (_, i) => times('poisson', stages, `stream ${i}`));

  it('are as many in the mean as the rates say, and vary as much', () => {
    const counts = runs.map(({ length }) => length);
    const expected = integral(stages, lengthOf(stages));
    const average = mean(counts);
    const spread = mean(counts.map((count) => (count - average) ** 2));
    expect(Math.abs(average - expected)).toBeLessThan(4 * Math.sqrt(expected / counts.length));
    expect(spread / average).toBeGreaterThan(0.82);
    expect(spread / average).toBeLessThan(1.18);
  });

  it('are as many in every stretch of time as the rate there says', () => {
    for (let begin = 0; begin < lengthOf(stages); begin += 5000) {
      const counts = runs.map((run) => run.filter((t) => t >= begin && t < begin + 5000).length);
      const expected = integral(stages, begin + 5000) - integral(stages, begin);
      const error = 4.4 * Math.sqrt(expected / counts.length) + 1e-9;
      expect(Math.abs(mean(counts) - expected), `from ${begin} ms`).toBeLessThan(error);
    }
  });

  it('have gaps that are exponential and forget each other', () => {
    const seen = times('poisson', steady(0.01, 1_000_000));
    const gaps = seen.map((time, i) => (time - (seen[i - 1] ?? 0)) * 0.01);
    const n = gaps.length;
    expect(Math.abs(mean(gaps) - 1)).toBeLessThan(4 / Math.sqrt(n));
    const long = gaps.filter((gap) => gap > 2).length / n;
    expect(Math.abs(long - Math.exp(-2))).toBeLessThan(2 / Math.sqrt(n));
    const products = gaps.slice(1).map((gap, i) => (gap - 1) * (gaps[i]! - 1));
    expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(n));
  });

  it.each(Object.entries(SHAPES))('ascend, are numbers and stay inside: %s', (_, shape) => {
    const seen = times('poisson', shape);
    expect(seen.length).toBeGreaterThan(0);
    for (const [i, time] of seen.entries()) {
      expect(time).toBeGreaterThanOrEqual(seen[i - 1] ?? 0);
      expect(time).toBeLessThanOrEqual(lengthOf(shape));
    }
  });

  it('move in time when the rate changes, and are otherwise the same', () => {
    const slow = times('poisson', steady(0.01, 100_000));
    const fast = times('poisson', steady(0.02, 100_000));
    expect(fast.length).toBeGreaterThan(slow.length);
    for (const [i, time] of slow.entries()) expect(fast[i]).toBeCloseTo(time / 2, 6);
  });

  it('are the same for the same seed and others for another stream or seed', () => {
    const first = times('poisson', stages);
    expect(times('poisson', stages)).toEqual(first);
    expect(times('poisson', stages, '1')).not.toEqual(first);
    expect(times('poisson', stages, '0', createRandom(6))).not.toEqual(first);
  });
});

describe('arrivals in waves', () => {
  const HOUR = 3_600_000;
  const wave = {
    ...{ forMs: 24 * HOUR, periodMs: 24 * HOUR, peakAtMs: 6 * HOUR },
    ...{ mean: 100 / HOUR, amplitude: 60 / HOUR },
  };
  const day = (seed: number, more = {}) => [
    ...arrivalTimes(
      { pattern: 'wave', stages: [], wave: { ...wave, ...more } },
      createRandom(seed),
      '0',
    ),
  ];

  it('come in each hour as many as the rate says, and vary as Poisson does', () => {
    const days = Array.from({ length: 200 }, (_, seed) => day(seed));
    for (const hour of [0, 6, 11, 18, 23]) {
      const counts = days.map((times) => times.filter((t) => Math.floor(t / HOUR) === hour).length);
      const turn = (2 * Math.PI) / 24;
      const area = (t: number) => 100 * t + (60 / turn) * Math.sin(turn * (t - 6));
      const expected = area(hour + 1) - area(hour);
      const error = Math.sqrt(expected / days.length);
      expect(Math.abs(mean(counts) - expected)).toBeLessThan(4 * error);
      const variance = mean(counts.map((n) => (n - mean(counts)) ** 2));
      // The variance of a sample variance of 200 Poisson counts: about a tenth of it.
      expect(variance / expected).toBeGreaterThan(0.6);
      expect(variance / expected).toBeLessThan(1.5);
    }
  });

  it('are ascending, within their time, and the same for the same seed', () => {
    const times = day(7);
    expect(times).toEqual(day(7));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(0);
    expect(times.at(-1)).toBeLessThan(24 * HOUR);
  });

  it('without amplitude are as with a constant rate', () => {
    const flat = day(3, { amplitude: 0 });
    const poisson = times('poisson', steady(100 / HOUR, 24 * HOUR), '0', createRandom(3));
    expect(flat).toHaveLength(poisson.length);
    flat.forEach((t, i) => {
      expect(Math.abs(t - poisson[i]!)).toBeLessThan(1);
    });
  });
});

describe('no arrivals', () => {
  it.each(['even', 'poisson'] as const)('come %s at rate nothing, or within no time', (pattern) => {
    expect(times(pattern, steady(0, 3_600_000))).toEqual([]);
    expect(times(pattern, [])).toEqual([]);
    expect(times(pattern, [...steady(0, 1000), ...steady(0, 1000)])).toEqual([]);
  });

  it('come during a pause', () => {
    const stages = SHAPES['a pause in the middle']!;
    for (const pattern of ['even', 'poisson'] as const) {
      const seen = times(pattern, stages);
      expect(seen.filter((t) => t > 20_000 && t < 50_000)).toEqual([]);
      expect(seen.filter((t) => t >= 50_000).length).toBeGreaterThan(100);
    }
  });
});

describe('a stream of arrivals', () => {
  it('runs on the clock, numbered, counted from where it began', async () => {
    const clock = createVirtualClock();
    const seen: [number, number][] = [];
    clock.spawn('stream', async () => {
      await clock.sleep(500);
      await runArrivals(clock, [0, 0, 250.5, 1000], (i) => seen.push([i, clock.now()]));
    });
    await clock.run();
    expect(seen).toEqual([
      [0, 500],
      [1, 500],
      [2, 750.5],
      [3, 1500],
    ]);
  });
});
