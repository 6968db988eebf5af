/**
 * When customers arrive: an open model, they wait for nobody. Rates are linear within a stage, and
 * the process is made by exact inversion of the cumulative rate: one draw per arrival, none thrown
 * away, so a changed rate moves customers in time and changes nothing else about them.
 */
import type { Clock } from '../src/ports.ts';
import type { Arrival, Burst, Wave } from './plan.ts';
import type { Random } from './random.ts';

type Rates = Pick<Arrival, 'pattern' | 'stages' | 'times' | 'wave' | 'mmpp' | 'burst'>;

/** The arrival times of one stream, in ms from its start, ascending. */
export function arrivalTimes(rates: Rates, random: Random, stream: string): Iterable<number> {
  const times = singleTimes(rates, random, stream);
  return rates.burst === undefined ? times : inBursts(times, rates.burst, random, stream);
}

function* singleTimes(
  { pattern, stages, times, wave, mmpp }: Rates,
  random: Random,
  stream: string,
): Iterable<number> {
  if (times !== undefined) yield* times;
  else if (wave !== undefined) yield* waveTimes(wave, random, stream);
  else {
    const stretches = mmpp === undefined ? stages : phasesOf(mmpp, random, stream);
    yield* stagedTimes(pattern, stretches, random, stream);
  }
}

/** Each phase in turn for an exponential time, until `forMs`. */
function* phasesOf(
  { forMs, phases }: NonNullable<Arrival['mmpp']>,
  random: Random,
  stream: string,
): Iterable<Stage> {
  let left = forMs;
  for (let i = 0; left > 0; i += 1) {
    const phase = phases[i % phases.length];
    if (phase === undefined) return;
    const { rate, meanMs } = phase;
    const length = Math.min(left, random.draw(UNIT, `phase ${stream}`, i) * meanMs);
    yield { forMs: length, from: rate, to: rate };
    left -= length;
  }
}

/** Each time is that of a burst. Those of the next may begin before the last has ended. */
function* inBursts(
  times: Iterable<number>,
  { size, isMean, withinMs }: Burst,
  random: Random,
  stream: string,
): Iterable<number> {
  const pending: number[] = [];
  let burst = 0;
  for (const time of times) {
    pending.sort((a, b) => a - b);
    const due = pending.findIndex((one) => one > time);
    yield* pending.splice(0, due < 0 ? pending.length : due);
    const chance = isMean ? random.uniform(`burst ${stream}`, burst) : 0;
    // Geometric from 1 on, with mean `size`.
    const count =
      isMean && size > 1 ? 1 + Math.floor(Math.log(1 - chance) / Math.log(1 - 1 / size)) : size;
    for (let i = 0; i < Math.floor(count); i += 1) {
      const later = withinMs * random.uniform(`within burst ${stream}`, `${burst}/${i}`);
      pending.push(time + later);
    }
    burst += 1;
  }
  yield* pending.sort((a, b) => a - b);
}

type Stage = Arrival['stages'][number];

function* stagedTimes(
  pattern: Arrival['pattern'],
  stages: Iterable<Stage>,
  random: Random,
  stream: string,
): Iterable<number> {
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
