/**
 * How to wait until every promise chain has run out. Node runs the next-tick queue only once the
 * promise queue is empty, but a tick set by a tick runs before the promises that tick set off; so
 * each step must itself be a promise job. No fixed number of awaits does the same.
 */

const RESOLVED = Promise.resolve();

/** Runs `step` as a promise job. */
export function asJob(step: () => void): void {
  RESOLVED.then(step);
}

/** Runs `step`, as a promise job, once the promise queue is empty. Call it from a promise job. */
export function afterDrain(step: () => void): void {
  process.nextTick(asJob, step);
}
