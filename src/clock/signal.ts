/** A one-shot event to wait for, on any clock's timers. */
import type { Clock, Signal } from '../ports.ts';

/** `watch`, if given, is told of each wait, and its answer called when that wait ends. */
export function createSignal<T>(after: Clock['after'], watch?: () => () => void): Signal<T> {
  let fired: { readonly value: T } | undefined;
  const waiters = new Set<(value: T) => void>();
  return {
    fire(value) {
      if (fired !== undefined) return;
      fired = { value };
      for (const wake of waiters) wake(value);
      waiters.clear();
    },
    wait(timeoutMs = Number.POSITIVE_INFINITY) {
      if (fired !== undefined) return Promise.resolve(fired.value);
      return new Promise((resolve) => {
        const unwatch = watch?.();
        const end = (value: T | undefined) => {
          unwatch?.();
          resolve(value);
        };
        if (timeoutMs === Number.POSITIVE_INFINITY) {
          waiters.add(end);
          return;
        }
        const onFire = (value: T) => {
          timer.cancel();
          end(value);
        };
        const timer = after(timeoutMs, () => {
          waiters.delete(onFire);
          end(undefined);
        });
        waiters.add(onFire);
      });
    },
  };
}
