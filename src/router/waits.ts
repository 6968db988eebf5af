/**
 * Estimated wait time by the published formula (Salesforce Knowledge 003817179): the mean of the
 * waits of up to the last 10 accepted items of the last 10 minutes, the newest weighed 10, the next
 * 9, and so on. For skills: of items with the same required skills. Interruptible work is left out.
 * Nothing accepted in that time: nothing (choice C22).
 */
import { signature } from './skills.ts';
import type { PendingRouting } from './work.ts';

const SAMPLES = 10;
const WITHIN_MS = 10 * 60_000;

export interface Waits {
  accepted(item: PendingRouting, atMs: number): void;
  /** In ms; by queue, or for an item by its required skills. */
  estimate(of: string | PendingRouting, nowMs: number): number | undefined;
}

interface Sample {
  readonly atMs: number;
  readonly waitMs: number;
}

export function createWaits(): Waits {
  const samples = new Map<string, Sample[]>();
  return {
    accepted(item, atMs) {
      if (item.demand.pool === 'interruptible') return;
      const sample = { atMs, waitMs: atMs - item.requestedAtMs };
      keep(samples, queueKey(item.demand.queue), sample);
      if (item.skills.length > 0) keep(samples, keyOf(item), sample);
    },
    estimate(of, nowMs) {
      const found = samples.get(typeof of === 'string' ? queueKey(of) : keyOf(of)) ?? [];
      let sum = 0;
      let weights = 0;
      for (const [i, { atMs, waitMs }] of found.entries()) {
        if (nowMs - atMs > WITHIN_MS) break;
        sum += waitMs * (SAMPLES - i);
        weights += SAMPLES - i;
      }
      return weights === 0 ? undefined : sum / weights;
    },
  };
}

/** The newest first. */
function keep(samples: Map<string, Sample[]>, key: string, sample: Sample): void {
  const found = samples.get(key);
  if (found === undefined) {
    samples.set(key, [sample]);
    return;
  }
  found.unshift(sample);
  if (found.length > SAMPLES) found.pop();
}

const queueKey = (queue: string) => `queue ${queue}`;

function keyOf({ demand, skills }: PendingRouting): string {
  if (skills.length === 0) return queueKey(demand.queue);
  const required = skills.filter(({ additionalPriority }) => additionalPriority === undefined);
  return `skills ${signature(required)}`;
}
