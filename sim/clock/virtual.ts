/**
 * Virtual time: one event at a time, in order of (time, sequence); every promise chain an event
 * sets off is drained before time may move. Deterministic, as long as nothing but `hold` waits
 * for the real world. `drain.ts` says what a drain is; `loop.ts` turns the wheel.
 */
import { createSignal } from '../../src/clock/signal.ts';
import type { Clock, Timer } from '../../src/ports.ts';
import { createHeap } from './heap.ts';
import { createHolds } from './holds.ts';
import { createLoop, type RunEnd } from './loop.ts';

export { DeadlockError, type RunEnd } from './loop.ts';

export interface VirtualClock extends Clock {
  /**
   * Runs until nothing is left to happen (`idle`), the next event lies after `untilMs` (`cut`), or
   * `stop` was called. Rejects with the first failure of a process, or with `DeadlockError`.
   */
  run(untilMs?: number): Promise<RunEnd>;
  /** Ends the run before the next event. */
  stop(): void;
  /** Events executed so far. */
  events(): number;
}

export interface VirtualClockOptions {
  /** Unix ms at virtual time 0. */
  readonly originMs?: number;
  /** Real ms without progress after which held I/O is called a deadlock. */
  readonly holdTimeoutMs?: number;
}

export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const heap = createHeap();
  const processes = new Set<{ readonly name: string }>();
  const waits = new Set<{ readonly label: string; readonly since: number }>();
  const waiting = () => [
    ...Array.from(waits, ({ label, since }) => `waiting since ${since} ms: ${label}`),
    ...Array.from(processes, ({ name }) => `not finished: ${name}`),
  ];
  const holds = createHolds(() => loop.wake());
  const loop = createLoop({
    heap,
    holds,
    unfinished: () => (processes.size > 0 ? waiting() : undefined),
    waiting,
    holdTimeoutMs: options.holdTimeoutMs ?? 30_000,
  });

  const start = (ms: number, task: () => void, background: boolean): Timer => {
    if (Number.isNaN(ms)) throw new RangeError('a timer needs a number of milliseconds, got NaN');
    const entry = heap.push(ms > 0 ? loop.now() + ms : loop.now(), task, background);
    return { cancel: () => heap.cancel(entry) };
  };
  const after = (ms: number, task: () => void) => start(ms, task, false);
  return {
    originMs: options.originMs ?? 0,
    now: loop.now,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    after,
    background: (ms, task) => start(ms, task, true),
    spawn(name, task) {
      const process = { name };
      processes.add(process);
      const ended = () => processes.delete(process);
      task().then(ended, (error: unknown) => {
        loop.fail(error);
        ended();
      });
    },
    signal: (label) =>
      createSignal(after, () => {
        const wait = { label, since: loop.now() };
        waits.add(wait);
        return () => waits.delete(wait);
      }),
    hold: holds.hold,
    run: loop.run,
    stop: loop.stop,
    events: loop.events,
  };
}
