/**
 * The waiting items, in the order of the fact sheet (omni-channel 1.5): routing priority (lower
 * first), secondary priority, acceptance due date, age. Items that are ringing are not in here; an
 * item that comes back takes its old place. Cost of a change: the logarithm of what waits.
 */
import type { Lot } from './candidates.ts';
import type { PendingRouting } from './work.ts';

export interface Backlog {
  /** True when nothing like it was waiting before. */
  add(item: PendingRouting): boolean;
  remove(item: PendingRouting): void;
  /** Items waiting in a queue. */
  size(queue: string): number;
  /** How many items of its queue go before this one. */
  ahead(item: PendingRouting): number;
  /** What waits in a queue, first to be routed first; a copy. For people, not for routing. */
  list(queue: string): readonly PendingRouting[];
}

export function createBacklog(): Backlog {
  const queues = new Map<string, { size: number; readonly lots: Set<Lot> }>();
  const queueOf = (name: string) => {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = { size: 0, lots: new Set() };
      queues.set(name, queue);
    }
    return queue;
  };
  return {
    add(item) {
      const lot = item.candidates.lot(item.demand, item.lastDecliner);
      const queue = queueOf(item.demand.queue);
      queue.size += 1;
      const isFirst = lot.items.length === 0;
      if (isFirst) {
        lot.candidates.waiting.add(lot);
        queue.lots.add(lot);
      }
      item.lot = lot;
      rise(lot.items, item, lot.items.length);
      return isFirst;
    },
    remove(item) {
      const { lot } = item;
      if (lot === undefined) return;
      item.lot = undefined;
      const queue = queueOf(item.demand.queue);
      queue.size -= 1;
      const last = lot.items.pop() as PendingRouting;
      if (last !== item) settle(lot.items, last, item.place);
      if (lot.items.length > 0) return;
      lot.candidates.waiting.delete(lot);
      lot.candidates.forget(lot);
      queue.lots.delete(lot);
    },
    size: (name) => queues.get(name)?.size ?? 0,
    ahead(item) {
      let ahead = 0;
      for (const { items } of queueOf(item.demand.queue).lots) {
        for (const other of items) if (compareItems(other, item) < 0) ahead += 1;
      }
      return ahead;
    },
    list: (name) =>
      [...(queues.get(name)?.lots ?? [])].flatMap(({ items }) => items).sort(compareItems),
  };
}

/** Negative when `a` is to be routed before `b`. */
export function compareItems(a: PendingRouting, b: PendingRouting): number {
  return (
    a.demand.config.routingPriority - b.demand.config.routingPriority ||
    difference(a.secondaryPriority, b.secondaryPriority) ||
    difference(a.acceptByMs, b.acceptByMs) ||
    a.requestedAtMs - b.requestedAtMs ||
    a.sequence - b.sequence
  );
}

/** Of numbers that may both be infinite. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Puts an item at a place, or above it. */
function rise(items: PendingRouting[], item: PendingRouting, place: number): void {
  let at = place;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = items[above] as PendingRouting;
    if (compareItems(parent, item) < 0) break;
    items[at] = parent;
    parent.place = at;
    at = above;
  }
  items[at] = item;
  item.place = at;
}

/** Puts an item at a place, or where it belongs above or below. */
function settle(items: PendingRouting[], item: PendingRouting, place: number): void {
  let at = place;
  for (;;) {
    let below = 2 * at + 1;
    const left = items[below];
    if (left === undefined) break;
    const right = items[below + 1];
    if (right !== undefined && compareItems(right, left) < 0) below += 1;
    const child = items[below] as PendingRouting;
    if (compareItems(item, child) < 0) break;
    items[at] = child;
    child.place = at;
    at = below;
  }
  rise(items, item, at);
}
