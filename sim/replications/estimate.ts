/**
 * An estimate from independent replications: a ratio of sums (never a mean of ratios), its standard
 * error by the delta method, its half-width by Student's t.
 */
import jstat from 'jstat';

/** What one replication saw of a measure `part / whole`. */
export interface Observation {
  readonly part: number;
  readonly whole: number;
}

export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  /** Of the 95 % confidence interval. */
  readonly halfWidth: number;
}

export function estimate(observations: readonly Observation[]): Estimate {
  const n = observations.length;
  if (n < 2) throw new RangeError('an estimate needs two replications or more');
  const whole = observations.reduce((sum, one) => sum + one.whole, 0);
  const value = observations.reduce((sum, one) => sum + one.part, 0) / whole;
  const squares = observations.reduce((sum, one) => sum + (one.part - value * one.whole) ** 2, 0);
  const standardError = Math.sqrt((squares * n) / (n - 1)) / whole;
  return { value, standardError, halfWidth: jstat.studentt.inv(0.975, n - 1) * standardError };
}
