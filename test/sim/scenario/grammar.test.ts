import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDistribution } from '../../../sim/scenario/distributions.ts';
import {
  parseDuration,
  parsePercentage,
  parseRate,
  writeDuration,
} from '../../../sim/scenario/units.ts';

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ value: ms });
  });

  it.each([
    ['30', /30 has no unit; write for example 30s/],
    ['-5s', /cannot be negative/],
    ['5 minutes', /unknown unit 'minutes'/],
    ['5M', /unknown unit 'M'/],
    ['', /expected a duration such as/],
    ['soon', /expected a duration such as/],
    ['1e3s', /expected a duration such as/],
    [`${'9'.repeat(400)}d`, /too large/],
  ])('not %s', (text, message) => {
    expect(parseDuration(text)).toEqual({ wrong: expect.stringMatching(message) });
  });

  it('are read as they are written', () => {
    fc.assert(
      fc.property(fc.nat(400_000_000), (ms) => {
        expect(parseDuration(writeDuration(ms))).toEqual({ value: ms });
      }),
    );
  });
});

describe('rates and percentages', () => {
  it.each([
    ['5/s', 0.005],
    ['6/min', 1e-4],
    ['6/m', 1e-4],
    ['3.6 / h', 1e-6],
    ['0/d', 0],
  ])('%s', (text, perMs) => {
    const parsed = parseRate(text);
    expect('value' in parsed ? parsed.value : Number.NaN).toBeCloseTo(perMs, 12);
  });

  it('say what is wrong', () => {
    expect(parseRate('5/fortnight')).toEqual({
      wrong: expect.stringMatching(/per s, min, h or d/),
    });
    expect(parseRate('5/constructor')).toEqual({ wrong: expect.stringMatching(/unknown unit/) });
    expect(parseRate('-5/s')).toEqual({ wrong: expect.stringMatching(/cannot be negative/) });
    expect(parseRate('often')).toEqual({ wrong: expect.stringMatching(/expected a rate such as/) });
    expect(parsePercentage('2.5%')).toEqual({ value: 0.025 });
    expect(parsePercentage('101%')).toEqual({ wrong: expect.stringMatching(/0% to 100%/) });
    expect(parsePercentage('0.5')).toEqual({
      wrong: expect.stringMatching(/a percentage such as/),
    });
  });
});

describe('distributions', () => {
  it.each([
    ['20s', 'constant', { value: 20_000 }],
    ['constant(20s)', 'constant', { value: 20_000 }],
    ['uniform(2s, 6s)', 'uniform', { min: 2000, max: 6000 }],
    ['uniform(max 6s, min 2s)', 'uniform', { min: 2000, max: 6000 }],
    ['exponential(mean 5m)', 'exponential', { mean: 300_000 }],
    ['lognormal(sd 15s, mean 20s)', 'lognormal', { mean: 20_000, sd: 15_000 }],
    ['normal( mean 20s , sd 5s )', 'normal', { mean: 20_000, sd: 5000 }],
    ['weibull(mean 20s, shape 1.5)', 'weibull', { mean: 20_000, shape: 1.5 }],
    ['gamma(mean 20s, shape 2)', 'gamma', { mean: 20_000, shape: 2 }],
    [
      'hyperexponential(share 0.9, first 30s, rest 10m)',
      'hyperexponential',
      { share: 0.9, first: 30_000, rest: 600_000 },
    ],
  ])('%s', (text, name, params) => {
    expect(parseDistribution(text)).toEqual({ value: { name, params } });
  });

  it.each([
    ['lognromal(mean 20s, sd 1s)', /unknown distribution 'lognromal'; did you mean 'lognormal'/],
    ['constructor(3s)', /unknown distribution 'constructor'/],
    ['lognormal(mean 20s)', /sd missing; write it as lognormal\(mean 20s, sd 15s\)/],
    ['lognormal(20s, 15s)', /needs a name/],
    ['lognormal(meen 20s, sd 1s)', /unknown parameter 'meen'; did you mean 'mean'/],
    ['lognormal(mean 20s, mean 1s)', /'mean' is given twice/],
    ['lognormal(mean 20, sd 1s)', /mean: 20 has no unit/],
    ['exponential(mean 0s)', /mean must be more than 0/],
    ['lognormal(p50 20s)', /needs exactly two percentiles; write it as lognormal/],
    ['lognormal(p50 20s, sd 3s)', /'sd 3s' is no percentile such as p50 20s/],
    ['lognormal(p50 20s, p95 10s)', /a higher percentile must not be less/],
    ['lognormal(p50 20s, p50 10s)', /'p50' is given twice/],
    ['weibull(p0 1s, p95 10s)', /between p0 and p100/],
    ['gamma(p50 20s, p95 60s)', /unknown parameter 'p'/],
    ['percentiles(p10 2s, p100 3s)', /needs p0 \(the least\) and p100/],
    ['percentiles(mean 2s)', /unknown parameter 'mean'|needs percentiles/],
    ['uniform(6s, 2s)', /min must not be more than max/],
    ['constant(1s, 2s)', /one too many/],
    ['weibull(mean 2s, shape 2s)', /shape: expected a plain number/],
    ['exponential', /needs parameters; write for example exponential\(mean 5m\)/],
    ['fast', /expected a duration or a distribution/],
    ['-3s', /cannot be negative/],
  ])('not %s', (text, message) => {
    expect(parseDistribution(text)).toEqual({ wrong: expect.stringMatching(message) });
  });
});
