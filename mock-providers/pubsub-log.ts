/** The events of one topic, newest kept, numbered without gaps. No wire format and no gRPC here. */
import type { ProviderParts } from './provider.ts';

/** By field name. `CreatedDate` is Unix ms. */
export type EventValues = Readonly<Record<string, string | number>>;

export interface BusEvent {
  readonly number: number;
  /** Unix ms. */
  readonly publishedMs: number;
  readonly values: EventValues;
  /** As the publisher called it; events of the platform's own have none. */
  readonly id?: string;
}

/** Numbers are what replay ids stand for. A position is the number of the last event passed. */
export interface EventLog {
  append(values: EventValues, id?: string): BusEvent;
  /** Up to `count`, oldest first. */
  after(position: number, count: number): readonly BusEvent[];
  /** The position of one who has passed everything there is. */
  latest(): number;
  /** The position of one who has passed nothing that is still kept. */
  earliest(): number;
  /** Whether it is the number of an event still kept, or one of the two positions above. */
  holds(position: number): boolean;
  /** Has `wake` called after each event; stops when the result is called. */
  watch(wake: () => void): () => void;
}

export interface LogParts extends Pick<ProviderParts, 'random'> {
  /** Unix ms. */
  readonly nowMs: () => number;
  /** How many events; the oldest is forgotten first. */
  readonly kept?: number;
}

/** Salesforce keeps events for 72 hours (Pub/Sub API guide, Event Message Durability). */
const RETENTION_MS = 72 * 60 * 60 * 1000;

const KEPT = 10_000;

export function createEventLog({ nowMs, random, kept = KEPT }: LogParts): EventLog {
  // An org's bus has had events before.
  const before = 1 + Math.floor(random('pubsub first replay id', 0) * 1_000_000);
  const ring: BusEvent[] = [];
  const watchers = new Set<() => void>();
  let latest = before;
  let earliest = before;

  const at = (number: number) => ring[number % kept];
  const forgetOld = () => {
    const limit = nowMs() - RETENTION_MS;
    while (earliest < latest && (at(earliest + 1)?.publishedMs ?? 0) < limit) earliest += 1;
  };
  return {
    append(values, id) {
      latest += 1;
      const event = { number: latest, publishedMs: nowMs(), values, ...(id && { id }) };
      ring[latest % kept] = event;
      earliest = Math.max(earliest, latest - kept);
      for (const wake of watchers) wake();
      return event;
    },
    after(position, count) {
      const end = Math.min(position + count, latest);
      const events: BusEvent[] = [];
      for (let number = position + 1; number <= end; number += 1) {
        const event = at(number);
        if (event !== undefined) events.push(event);
      }
      return events;
    },
    latest: () => latest,
    earliest() {
      forgetOld();
      return earliest;
    },
    holds(position) {
      forgetOld();
      if (position === latest || (position === earliest && earliest === before)) return true;
      return position > earliest && position < latest;
    },
    watch(wake) {
      watchers.add(wake);
      return () => void watchers.delete(wake);
    },
  };
}
