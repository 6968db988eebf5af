/**
 * The queue sizes that flows see. Salesforce counts them asynchronously (Knowledge 000395583), so
 * what arrives at once sees an old number; how old is a setting.
 */
import type { Clock } from '../ports.ts';

export interface QueueSizes {
  /** As far as it is known by now. */
  seen(queue: string): number;
}

export function createQueueSizes(
  clock: Clock,
  sizeOf: (queue: string) => number,
  lagMs: number,
): QueueSizes {
  const counted = new Map<string, { readonly atMs: number; readonly size: number }>();
  return {
    seen(queue) {
      if (lagMs === 0) return sizeOf(queue);
      const now = clock.now();
      const last = counted.get(queue);
      if (last !== undefined && now - last.atMs < lagMs) return last.size;
      const size = sizeOf(queue);
      counted.set(queue, { atMs: now, size });
      return size;
    },
  };
}
