/**
 * Right numbers: textbook queues through router, sessions and people, within confidence intervals
 * from replications. A z-test alone would pass a short and noisy run; so the interval must also be
 * narrow. Seeds are fixed, so the test gives the same answer every time.
 */
import { describe, expect, it } from 'vitest';
import { CASES, validate } from '../../../sim/validation/validate.ts';

const EFFORT = { replications: 10, customers: 4000, warmUpServices: 50, seed: 101 };

/** Widest half-width allowed, relative to the exact value, for the case's steadiest measure. */
const FAST: Readonly<Record<string, number>> = {
  'mmc-1-0.5': 0.03,
  'mmc-10-9': 0.03,
  'mmc-callcentre': 0.02,
  'erlangA-c1-l1-th1': 0.03,
  'erlangA-c10-l9-th0.5': 0.03,
  'erlangA-c10-l10-th0.5': 0.03,
  'erlangA-c10-l12-th0.5': 0.03,
  'erlangA-c50-l50-th2': 0.03,
};

describe.each(CASES.filter(({ id }) => id in FAST))('$id', (queue) => {
  it('agrees with its exact values', async () => {
    const comparisons = await validate(queue, EFFORT);
    const erlangA = queue.params.theta !== undefined;
    expect(comparisons.map(({ measure }) => measure)).toEqual(
      expect.arrayContaining(erlangA ? ['pAbandon', 'meanWait', 'pWait'] : ['asa', 'pWait']),
    );
    for (const { measure, z, exact, simulated } of comparisons) {
      expect(Math.abs(z), `${measure}: exact ${exact}, simulated ${simulated}`).toBeLessThan(4);
    }
    const narrowest = Math.min(...comparisons.map((c) => c.halfWidth / c.exact));
    expect(narrowest).toBeLessThan(FAST[queue.id] ?? 0);
  });
});
