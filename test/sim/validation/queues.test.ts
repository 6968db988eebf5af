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
  'prio-2-c10': 0.03,
  'prio-abandon': 0.02,
  'chat-5reps-cap3-least': 0.02,
  'chat-5reps-cap3-most': 0.02,
  'route-mostAvailable-linear': 0.02,
  'route-leastActive-slow': 0.02,
  'skills-N-own': 0.02,
  'skills-N-c1first': 0.02,
  'skills-X': 0.02,
  'units-10': 0.02,
  'erlangB-5': 0.03,
  'erlangB-5-lognormal': 0.03,
  'mmcK+M-50-60': 0.03,
  'mmcG-weibull0.7': 0.03,
  'mmcG-determ': 0.03,
  'mg1-erlang3': 0.03,
  'mdc-5': 0.03,
  'mh2c-4': 0.1,
  'ps-cap5-speedup': 0.03,
  'retrial-5': 0.03,
  'day-contactcenters-mmcab': 0.01,
  'mtginf-deterministic': 0.15,
};

/** Measures that no case of the family may be without. */
const MUST_COMPARE: Readonly<Record<string, readonly string[]>> = {
  'M/M/c': ['asa', 'pWait'],
  'M/M/c+M': ['pAbandon', 'meanWait', 'pWait'],
  'M/G/c+G': [],
  'finite day': [],
  'one rep, shared': ['pBlock', 'meanSessions', 'meanHandleTime'],
  'priority queue': ['pWait', 'meanWait class-1', 'meanWait class-2'],
  'chat pool': ['pWait', 'meanHandleTime', 'meanSessions'],
  'unequal capacities': ['pWait', 'meanSessions group-1', 'meanSessions group-2'],
  'N-model': ['meanWait class-1', 'meanWait class-2', 'occupancy group-2'],
  'X-model': ['meanWait class-1', 'meanWait class-2', 'occupancy group-2'],
  'capacity units, blocked lost': ['pBlock class-1', 'pBlock class-3', 'meanUnits'],
};

describe.each(CASES.filter(({ id }) => id in FAST))('$id', (queue) => {
  it('agrees with its exact values', async () => {
    const comparisons = await validate(queue, EFFORT);
    expect(comparisons.map(({ measure }) => measure)).toEqual(
      expect.arrayContaining([...(MUST_COMPARE[queue.model] ?? ['?'])]),
    );
    for (const { measure, z, exact, simulated } of comparisons) {
      expect(Math.abs(z), `${measure}: exact ${exact}, simulated ${simulated}`).toBeLessThan(4);
    }
    const narrowest = Math.min(...comparisons.map((c) => c.halfWidth / c.exact));
    expect(narrowest).toBeLessThan(FAST[queue.id] ?? 0);
  });
});
