/** The time of day on any clock: what leaves the process, or is kept, is dated with this. */
import type { Clock } from '../ports.ts';

/** Unix time in ms; fractions are kept. */
export function unixNow(clock: Clock): number {
  return clock.originMs + clock.now();
}
