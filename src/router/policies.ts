/**
 * The routing models: which of two eligible reps gets the work (facts: omni-channel 1.3).
 * Salesforce documents no tie rule: choice C2 is the oldest last push (never pushed first), then
 * the earliest login, then the rep's id.
 */
import type { RoutingConfig } from '../org.ts';
import { freeUnits, TOLERANCE } from './capacity.ts';
import type { RepState } from './work.ts';

/** Negative when `a` goes before `b`. */
export type Policy = (a: RepState, b: RepState) => number;

export const POLICIES: Readonly<Record<RoutingConfig['routingModel'], Policy>> = {
  /** The rep with the least open work, in units. */
  LEAST_ACTIVE: (a, b) => difference(a.usedUnits, b.usedUnits) || tie(a, b),
  /** The rep with the most free capacity, in units. */
  MOST_AVAILABLE: (a, b) => difference(freeUnits(b), freeUnits(a)) || tie(a, b),
};

/** Of units, which are doubles: the last digits of a sum decide nothing. */
function difference(a: number, b: number): number {
  return Math.abs(a - b) > TOLERANCE ? a - b : 0;
}

function tie(a: RepState, b: RepState): number {
  return (
    a.lastPushAtMs - b.lastPushAtMs ||
    a.loggedInAtMs - b.loggedInAtMs ||
    a.login - b.login ||
    (a.id < b.id ? -1 : 1)
  );
}
