/** A one-shot event to wait for, on any clock's timers. */
import type { Clock, Signal } from '../ports.ts';

/** `watch`, if given, is told of each wait, and its answer called when that wait ends. */
export function createSignal<T>(after: Clock['after'], watch?: () => () => void): Signal<T> {
  let fired: { readonly value: T } | undefined;
  let waiters: readonly ((value: T) => void)[] = NOBODY;
  return {
    fire(value) {
      if (fired !== undefined) return;
      fired = { value };
      const woken = waiters;
      waiters = NOBODY;
      for (const wake of woken) wake(value);
    },
    wait(timeoutMs = Number.POSITIVE_INFINITY) {
      if (fired !== undefined) return Promise.resolve(fired.value);
      return new Promise((resolve) => {
        const unwatch = watch?.();
        const timer =
          timeoutMs === Number.POSITIVE_INFINITY
            ? undefined
            : after(timeoutMs, () => {
                waiters = waiters.filter((waiter) => waiter !== wake);
                unwatch?.();
                resolve(undefined);
              });
        const wake = (value: T) => {
          timer?.cancel();
          unwatch?.();
          resolve(value);
        };
        waiters = waiters === NOBODY ? [wake] : [...waiters, wake];
      });
    },
  };
}

const NOBODY: readonly never[] = [];
