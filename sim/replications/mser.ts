/**
 * MSER-5 (White 1997; White, Cobb, Spratt 2000): how much of a run's beginning to leave out. Of all
 * cuts it takes the one after which the mean is known best: least variance over the square of what
 * is left, over means of 5.
 */

const BATCH = 5;

/**
 * How many observations to leave out; nothing if the best cut lies in the second half, which means
 * that the run is too short, or has no steady state.
 */
export function mser5(observations: readonly number[]): number | undefined {
  const batches = Array.from({ length: Math.floor(observations.length / BATCH) }, (_, i) => {
    const batch = observations.slice(i * BATCH, (i + 1) * BATCH);
    return batch.reduce((sum, x) => sum + x, 0) / BATCH;
  });
  const n = batches.length;
  if (n < 10) return undefined;
  let best = { cut: 0, value: Number.POSITIVE_INFINITY };
  // From the back, with the running mean and sum of squares of what is left (Welford).
  let mean = 0;
  let squares = 0;
  for (let cut = n - 1; cut >= 0; cut -= 1) {
    const left = n - cut;
    const x = batches[cut] ?? 0;
    const before = x - mean;
    mean += before / left;
    squares += before * (x - mean);
    // The last few batches alone always look steady.
    if (left < BATCH) continue;
    const value = squares / left ** 2;
    if (value <= best.value) best = { cut, value };
  }
  return best.cut > n / 2 ? undefined : best.cut * BATCH;
}
