/**
 * Real time, optionally faster: at speed 10, one second of the clock lasts 100 ms on the wall.
 * One of the few files that may touch the machine's timers.
 */
import type { Clock, Timer } from '../ports.ts';
import { createSignal } from './signal.ts';

export interface SystemClock extends Clock {
  /** Resolves when every spawned process has ended; rejects with the first failure. */
  settled(): Promise<void>;
}

/** A clock whose `now()` starts at 0 and runs `speed` times as fast as the machine's. */
export function createSystemClock(options: { readonly speed?: number } = {}): SystemClock {
  const speed = options.speed ?? 1;
  const began = performance.now();
  const now = () => (performance.now() - began) * speed;
  const processes = createProcesses();

  const after = (ms: number, task: () => void): Timer => startTimer(now, speed, now() + ms, task);
  return {
    originMs: Date.now(),
    now,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    after,
    spawn: (_name, task) => processes.start(task),
    signal: () => createSignal(after),
    hold: (io) => io,
    settled: processes.settled,
  };
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A timer that is never early and may be longer than `setTimeout` can wait (24.8 days). */
function startTimer(now: () => number, speed: number, due: number, task: () => void): Timer {
  let handle: NodeJS.Timeout;
  const arm = () => {
    const left = (due - now()) / speed;
    handle = setTimeout(fire, Math.min(Math.max(Math.ceil(left), 0), MAX_TIMEOUT_MS));
  };
  const fire = () => (now() >= due ? task() : arm());
  arm();
  return { cancel: () => clearTimeout(handle) };
}

function createProcesses() {
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let waiters: (() => void)[] = [];
  const wake = () => {
    if (running > 0 && failure === undefined) return;
    for (const waiter of waiters) waiter();
    waiters = [];
  };
  return {
    start(task: () => Promise<void>) {
      running += 1;
      task()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          running -= 1;
          wake();
        });
    },
    async settled() {
      if (running > 0 && failure === undefined) await new Promise<void>((r) => waiters.push(r));
      if (failure !== undefined) throw failure.error;
    },
  };
}
