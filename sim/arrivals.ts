/**
 * When customers arrive: an open model, they wait for nobody. Rates are linear within a stage, and
 * the process is made by exact inversion of the cumulative rate: one draw per arrival, none thrown
 * away, so a changed rate moves customers in time and changes nothing else about them.
 */
import type { Clock } from '../src/ports.ts';
import type { Arrival } from './plan.ts';
import type { Random } from './random.ts';

/** The arrival times of one stream, in ms from its start, ascending. Ends with its stages. */
export function* arrivalTimes(
  { pattern, stages, times }: Pick<Arrival, 'pattern' | 'stages' | 'times'>,
  random: Random,
  stream: string,
): Iterable<number> {
  if (times !== undefined) yield* times;
  let start = 0;
  let passed = 0;
  let count = 0;
  // In units of expected arrivals; evenly spaced ones begin at once, as k6's do.
  let due = pattern === 'even' ? 0 : gap(random, stream, 0);
  for (const { forMs, from, to } of stages) {
    const expected = ((from + to) / 2) * forMs;
    // A hair less: 17/s for a minute is 1020, whatever the doubles say.
    const end = (passed + expected) * (1 - 1e-12);
    while (due < end) {
      yield start + timeOf(due - passed, forMs, from, to);
      count += 1;
      due = pattern === 'even' ? count : due + gap(random, stream, count);
    }
    passed += expected;
    start += forMs;
  }
}

/** Runs a stream: calls `arrive` with 0, 1, 2 … at each arrival time. */
export async function runArrivals(
  clock: Clock,
  times: Iterable<number>,
  arrive: (index: number) => void,
): Promise<void> {
  const began = clock.now();
  let index = 0;
  for (const time of times) {
    const wait = began + time - clock.now();
    if (wait > 0) await clock.sleep(wait);
    arrive(index);
    index += 1;
  }
}

const UNIT = { name: 'exponential', params: { mean: 1 } } as const;

function gap(random: Random, stream: string, index: number): number {
  return random.draw(UNIT, `arrival ${stream}`, index);
}

/** Where in a stage the cumulative rate reaches `area`. */
function timeOf(area: number, forMs: number, from: number, to: number): number {
  if (area <= 0) return 0;
  const slope = (to - from) / forMs;
  if (slope === 0) return area / from;
  // The stable root of slope/2 t² + from t = area, for rising and falling rates alike.
  const root = Math.sqrt(Math.max(0, from * from + 2 * slope * area));
  return Math.min(forMs, (2 * area) / (from + root));
}
