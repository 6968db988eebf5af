/**
 * Wakes what is due: one timer for each end user whose session will change by itself. A process
 * that starts anew sets them again from the store; the step itself says whether it is still due.
 */
import { unixNow } from '../clock/unix-now.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Thread } from './thread.ts';

export interface Timers {
  /** A thread was saved: its timer is set, moved or taken away. */
  set(thread: Thread): void;
  cancel(key: string): void;
}

export function createTimers(clock: Clock, wake: (thread: Thread) => Promise<unknown>): Timers {
  const timers = new Map<string, { readonly dueMs: number; readonly timer: Timer }>();
  return {
    set(thread) {
      const { key, session } = thread;
      const dueMs = session?.dueMs;
      const set = timers.get(key);
      if (set?.dueMs === dueMs) return;
      set?.timer.cancel();
      if (dueMs === undefined) {
        timers.delete(key);
        return;
      }
      const timer = clock.background(dueMs - unixNow(clock), () => {
        timers.delete(key);
        clock.spawn(`the session of ${key} is due`, () => wake(thread));
      });
      timers.set(key, { dueMs, timer });
    },
    cancel(key) {
      timers.get(key)?.timer.cancel();
      timers.delete(key);
    },
  };
}
