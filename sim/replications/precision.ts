/**
 * `2% of mean(speedToAnswer)`: how well a measure must be known. Of durations and counts the
 * half-width of the interval is meant as a part of the value; of shares, in percentage points.
 */
import { parseBudget } from '../../reports/budgets.ts';
import type { BudgetVerdict } from '../../reports/result.ts';
import type { BudgetLine } from '../plan.ts';
import { estimate } from './estimate.ts';

export interface Precision {
  /** A budget that is always kept: by it each run tells its value. */
  readonly probe: BudgetLine;
  isReached(values: readonly (BudgetVerdict | undefined)[]): boolean;
}

/** What is wrong with the text, or what it means. */
export function parsePrecision(text: string): Precision | { readonly wrong: string } {
  const [, percent, subject = ''] = /^\s*(\d+(?:\.\d+)?)\s*%\s+of\s+(\S.*?)\s*$/.exec(text) ?? [];
  const asked = Number(percent) / 100;
  if (!(asked > 0)) return { wrong: `write it as '2% of mean(speedToAnswer)'` };
  const probe = probeOf(subject);
  if (typeof probe !== 'string') return probe;
  return {
    probe: { text: probe, line: 0 },
    isReached(values) {
      const seen = values.filter((one) => one !== undefined && one.measured !== null);
      if (seen.length < 2) return false;
      const { value, halfWidth } = estimate(
        seen.map((one) => {
          const whole = one?.unit === 'share' ? one.n : 1;
          return { part: (one?.measured ?? 0) * whole, whole };
        }),
      );
      const scale = seen[0]?.unit === 'share' ? 1 : Math.abs(value);
      return halfWidth <= asked * scale;
    },
  };
}

/** Every number there is is at least nothing. */
export function probeOf(subject: string): string | { readonly wrong: string } {
  const where = /\s+where\s.*$/.exec(subject)?.[0] ?? '';
  const bare = subject.slice(0, subject.length - where.length);
  let wrong = '';
  for (const least of ['0s', '0%', '0']) {
    const text = `${bare} >= ${least}${where}`;
    const budget = parseBudget(text);
    if (!('error' in budget)) return text;
    // What is wrong with the bound only is our guess, not the user's.
    if (wrong === '' || !/write/.test(budget.error)) wrong = budget.error;
  }
  return { wrong };
}
