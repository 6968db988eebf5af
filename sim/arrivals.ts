/**
 * When customers arrive: an open model, they wait for nobody. Rates are linear within a stage, and
 * the process is made by exact inversion of the cumulative rate: one draw per arrival, none thrown
 * away, so a changed rate moves customers in time and changes nothing else about them.
 */
import type { Clock } from '../src/ports.ts';
import type { Arrival, Wave } from './plan.ts';
import type { Random } from './random.ts';

/** The arrival times of one stream, in ms from its start, ascending. Ends with its stages. */
export function* arrivalTimes(
  { pattern, stages, times, wave }: Pick<Arrival, 'pattern' | 'stages' | 'times' | 'wave'>,
  random: Random,
  stream: string,
): Iterable<number> {
  if (times !== undefined) yield* times;
  if (wave !== undefined) yield* waveTimes(wave, random, stream);
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

/** The same by inversion of a wave's cumulative rate, which only rises: by bisection. */
function* waveTimes(wave: Wave, random: Random, stream: string): Iterable<number> {
  const { forMs, mean, amplitude, periodMs, peakAtMs } = wave;
  const turn = (2 * Math.PI) / periodMs;
  const area = (t: number) =>
    mean * t +
    (amplitude / turn) * (Math.sin(turn * (t - peakAtMs)) - Math.sin(turn * (0 - peakAtMs)));
  const whole = area(forMs);
  let from = 0;
  let due = gap(random, stream, 0);
  for (let count = 1; due < whole; count += 1) {
    let [low, high] = [from, forMs];
    while (high - low > 1e-9 * forMs) {
      const middle = (low + high) / 2;
      if (area(middle) < due) low = middle;
      else high = middle;
    }
    from = low;
    yield high;
    due += gap(random, stream, count);
  }
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
