import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COARSE,
  createHistogram,
  deviation,
  FINE,
  mean,
  quantile,
  recordMs,
} from '../../reports/histogram.ts';

function of(values: readonly number[], precision: number) {
  const histogram = createHistogram(precision);
  for (const value of values) recordMs(histogram, value);
  return histogram;
}

const durations = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
  minLength: 1,
  maxLength: 600,
  size: 'max',
});

describe('histogram', () => {
  for (const precision of [FINE, COARSE]) {
    it(`finds a quantile to half a bucket, or half a microsecond (${precision})`, () => {
      fc.assert(
        fc.property(durations, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
          const sorted = Float64Array.from(values).sort();
          const exact =
            sorted[Math.max(1, Math.ceil(share * values.length - 1e-9)) - 1] ?? Number.NaN;
          const found = quantile(of(values, precision), share) ?? Number.NaN;
          const slack = Math.max(exact / (2 * precision), 0.0005) * 1.0001;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(slack + (exact < 0.001 ? 0.001 : 0));
        }),
        { numRuns: 200, seed: 1 },
      );
    });
  }

  it('keeps mean, deviation, least and greatest exactly', () => {
    const histogram = of(
      Array.from({ length: 1000 }, (_, i) => i + 0.25),
      COARSE,
    );
    expect(mean(histogram)).toBe(499.75);
    expect(deviation(histogram)).toBeCloseTo(288.8194, 4);
    expect(quantile(histogram, 1)).toBe(999.25);
    expect(histogram.min).toBe(0.25);
    expect(histogram.values).toBeUndefined();
  });

  it('has no quantile of nothing', () => {
    expect(quantile(createHistogram(FINE), 0.5)).toBeUndefined();
    expect(deviation(of([1], FINE))).toBeUndefined();
  });

  it('is not stretched by zeros, and goes to weeks', () => {
    const weeks = of([...Array.from({ length: 300 }, () => 0), 5e8, 6e8, 1.2e9], COARSE);
    expect(weeks.buckets.length).toBeLessThan(512);
    expect(quantile(weeks, 0.5)).toBe(0);
    expect(quantile(weeks, 301 / 303)).toBeCloseTo(5e8, -7);
  });
});
