/**
 * What an org's limits let into the backlog: items waiting at a time, items queued in any one hour.
 * Beyond them an item is NOT queued, and the overflow assignee comes in, for nothing else than this
 * (Salesforce Help, routing configuration settings; Knowledge 000233885).
 */
import type { OmniSettings } from '../org.ts';

export type Limit = 'maxWaitingItems' | 'maxItemsPerHour';

export interface Intake {
  /** Counts an item in, or says what keeps it out. */
  admit(nowMs: number): Limit | undefined;
  /** An item waits no more. */
  leave(): void;
}

const HOUR_MS = 3_600_000;

export function createIntake({ maxWaitingItems, maxItemsPerHour }: OmniSettings): Intake {
  /** Times of the items of the last hour, oldest first, from `head` on. */
  let times: number[] = [];
  let head = 0;
  let waiting = 0;
  return {
    admit(nowMs) {
      while (head < times.length && (times[head] ?? 0) <= nowMs - HOUR_MS) head += 1;
      if (head > 1024 && head * 2 > times.length) {
        times = times.slice(head);
        head = 0;
      }
      if (waiting >= maxWaitingItems) return 'maxWaitingItems';
      if (times.length - head >= maxItemsPerHour) return 'maxItemsPerHour';
      waiting += 1;
      if (Number.isFinite(maxItemsPerHour)) times.push(nowMs);
      return undefined;
    },
    leave() {
      waiting -= 1;
    },
  };
}
