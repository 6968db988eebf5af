/**
 * Real time, optionally faster: at speed 10, one second of the clock lasts 100 ms on the wall.
 * One of the few files that may touch the machine's timers.
 */
import type { Clock, Timer } from '../ports.ts';
import { createSignal } from './signal.ts';

export interface SystemClock extends Clock {
  /** Real ms by which the timer whose turn it is was late; 0 in any other turn. */
  lateMs(): number;
  /**
   * Resolves when every spawned process has ended and no timer is set; rejects with the first
   * failure of a process.
   */
  settled(): Promise<void>;
  /** Forgets every timer, so that nothing keeps the process from ending. */
  close(): void;
}

export interface SystemClockOptions {
  readonly speed?: number;
  /** Told of every timer, how many real ms late it was. */
  readonly onTimer?: (lateMs: number) => void;
}

/** A clock whose `now()` starts at 0 and runs `speed` times as fast as the machine's. */
export function createSystemClock(options: SystemClockOptions = {}): SystemClock {
  const { speed = 1, onTimer } = options;
  const began = performance.now();
  const now = () => (performance.now() - began) * speed;
  const pending = createPending();
  const timers = new Set<{ cancel(): boolean }>();
  const lateness = createLateness();
  let closed = false;

  const background = (ms: number, task: () => void): Timer => {
    if (closed) return { cancel() {} };
    const due = now() + ms;
    const timer = startTimer(now, speed, due, () => {
      timers.delete(timer);
      const lateMs = (now() - due) / speed;
      onTimer?.(lateMs);
      lateness.begin(lateMs);
      task();
    });
    timers.add(timer);
    return {
      cancel() {
        if (timer.cancel()) timers.delete(timer);
      },
    };
  };
  const after = (ms: number, task: () => void): Timer => {
    if (closed) return { cancel() {} };
    let over = false;
    const settle = () => {
      if (over) return;
      over = true;
      pending.remove();
    };
    pending.add();
    const timer = background(ms, () => {
      task();
      settle();
    });
    return {
      cancel() {
        timer.cancel();
        settle();
      },
    };
  };
  return {
    originMs: Date.now(),
    now,
    lateMs: lateness.now,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    after,
    background,
    spawn(_name, task) {
      pending.add();
      task().catch(pending.fail).finally(pending.remove);
    },
    signal: () => createSignal(after),
    hold: async (io) => io,
    settled: pending.none,
    close() {
      closed = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}

/** The longest `setTimeout` can wait: 24.8 days; anything longer would fire at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A timer that is never early and may be longer than `setTimeout` can wait (24.8 days). */
function startTimer(now: () => number, speed: number, due: number, task: () => void) {
  let handle: NodeJS.Timeout;
  let over = false;
  const arm = () => {
    const left = (due - now()) / speed;
    handle = setTimeout(fire, Math.min(Math.max(Math.ceil(left), 0), MAX_TIMEOUT_MS));
  };
  const fire = () => {
    if (now() < due) return arm();
    over = true;
    task();
  };
  arm();
  return {
    /** True when it had not fired and was not cancelled before. */
    cancel(): boolean {
      if (over) return false;
      over = true;
      clearTimeout(handle);
      return true;
    },
  };
}

/** Of the turn: a timer's task and the promises it settles, until the machine turns to others. */
function createLateness() {
  let lateMs = 0;
  let isEnding = false;
  const end = () => {
    lateMs = 0;
    isEnding = false;
  };
  return {
    now: () => lateMs,
    begin(ms: number) {
      lateMs = ms;
      if (isEnding) return;
      isEnding = true;
      setImmediate(end);
    },
  };
}

/** Counts what is still to come: processes and timers. */
function createPending() {
  let count = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  return {
    add() {
      count += 1;
    },
    remove() {
      count -= 1;
      if (count === 0) wake();
    },
    fail(error: unknown) {
      failure ??= { error };
      wake();
    },
    async none() {
      while (count > 0 && failure === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        // What just ended may be followed by a promise that starts something new.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      if (failure !== undefined) throw failure.error;
    },
  };
}
