/**
 * Real I/O under virtual time. While anything is held, time stands still. Results are handed out
 * in the order in which the I/O was begun, each only after everything the one before set off has
 * run: so what follows does not depend on how long the I/O really took.
 */

import { afterDrain } from './drain.ts';

export interface Holds {
  hold<T>(io: Promise<T>): Promise<T>;
  /** True while any I/O is under way or its result has not been handed out. */
  busy(): boolean;
  /** How many results have been handed out so far. */
  released(): number;
}

/** `onIdle` is called, with all promise chains drained, each time the last hold is released. */
export function createHolds(onIdle: () => void): Holds {
  const queue: { release: (() => void) | undefined }[] = [];
  let head = 0;
  let draining = false;
  let released = 0;

  const drained = () => {
    draining = false;
    pump();
    if (!draining && head === queue.length) onIdle();
  };
  const pump = () => {
    const first = queue[head];
    if (draining || first?.release === undefined) return;
    head += 1;
    if (head === queue.length) {
      queue.length = 0;
      head = 0;
    }
    draining = true;
    released += 1;
    first.release();
    afterDrain(drained);
  };
  return {
    hold: (io) =>
      new Promise((resolve, reject) => {
        const entry: { release: (() => void) | undefined } = { release: undefined };
        queue.push(entry);
        io.then(
          (value) => {
            entry.release = () => resolve(value);
            pump();
          },
          (error: unknown) => {
            entry.release = () => reject(error);
            pump();
          },
        );
      }),
    busy: () => draining || head < queue.length,
    released: () => released,
  };
}
