/** Who has room for what. Pure. Units are doubles (facts: omni-channel 1.8; choice C12). */
import type { RepState } from './work.ts';

/** Doubles that add up to a whole must fit. */
export const TOLERANCE = 1e-9;

/** "Hard cap: 100 open items per rep" (Salesforce Help, capacity model). */
const MAX_OPEN_ITEMS = 100;

export function freeUnits(rep: RepState): number {
  return rep.presence.capacity - rep.usedUnits;
}

export function hasRoomFor(rep: RepState, units: number): boolean {
  return freeUnits(rep) + TOLERANCE >= units && rep.work.size < MAX_OPEN_ITEMS;
}
