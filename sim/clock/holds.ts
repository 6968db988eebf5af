/**
 * Real I/O under virtual time. While anything is held, time stands still. Results are handed out
 * in the order in which the I/O was begun, each only after everything the one before set off has
 * run: so what follows does not depend on how long the I/O really took, or whether it took any.
 */
import type { Answer } from '../../src/ports.ts';

export interface Holds {
  hold<T>(io: Answer<T>): Promise<T>;
  /** True while any I/O is under way or its result has not been handed out. */
  busy(): boolean;
  /** Hands out the oldest result; false when that I/O is still under way. */
  release(): boolean;
  /** How many results have been handed out so far. */
  released(): number;
}

/** `onReady` is called when the oldest I/O has finished, from a promise job. */
export function createHolds(onReady: () => void): Holds {
  const queue: Held[] = [];
  let head = 0;
  let released = 0;

  /** Waits for real I/O; an answer that came at once needs no waiting. */
  const watch = (held: Held, io: Promise<unknown>) => {
    const ready = (state: 'done' | 'failed', value: unknown) => {
      held.state = state;
      held.value = value;
      if (queue[head] === held) onReady();
    };
    io.then(
      (value) => ready('done', value),
      (error: unknown) => ready('failed', error),
    );
  };
  return {
    hold: <T>(io: Answer<T>) =>
      new Promise<T>((resolve, reject) => {
        const held: Held = {
          resolve: resolve as Held['resolve'],
          reject,
          state: 'done',
          value: io,
        };
        queue.push(held);
        if (!(io instanceof Promise)) return;
        held.state = 'waiting';
        watch(held, io);
      }),
    busy: () => head < queue.length,
    release() {
      const held = queue[head];
      if (held === undefined || held.state === 'waiting') return false;
      head += 1;
      if (head === queue.length) {
        queue.length = 0;
        head = 0;
      }
      released += 1;
      if (held.state === 'done') held.resolve(held.value);
      else held.reject(held.value);
      return true;
    },
    released: () => released,
  };
}

interface Held {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  state: 'waiting' | 'done' | 'failed';
  value: unknown;
}
