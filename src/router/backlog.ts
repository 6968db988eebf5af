/**
 * The waiting items, in the order of the fact sheet (omni-channel 1.5): routing priority (lower
 * first), then age. Secondary priority and due date will slot in between. Items that are ringing
 * are not in here; an item that comes back takes its old place.
 */
import type { PendingRouting } from './work.ts';

export interface Backlog {
  add(item: PendingRouting): void;
  remove(item: PendingRouting): void;
  has(item: PendingRouting): boolean;
  /** The items of these queues, first to be routed first. Don't change the backlog meanwhile. */
  inOrder(queues: readonly string[]): Iterable<PendingRouting>;
  size(queue: string): number;
}

export function createBacklog(): Backlog {
  const queues = new Map<string, Ordered>();
  return {
    add(item) {
      let queue = queues.get(item.queue);
      if (queue === undefined) {
        queue = { items: [], head: 0 };
        queues.set(item.queue, queue);
      }
      insert(queue, item);
    },
    remove(item) {
      const queue = queues.get(item.queue);
      if (queue !== undefined) take(queue, item);
    },
    has(item) {
      const queue = queues.get(item.queue);
      return queue !== undefined && queue.items[find(queue, item)] === item;
    },
    inOrder(names) {
      const [only] = names;
      if (names.length === 1 && only !== undefined) return remaining(queues.get(only));
      return merge(names.flatMap((name) => queues.get(name) ?? []));
    },
    size(name) {
      const queue = queues.get(name);
      return queue === undefined ? 0 : queue.items.length - queue.head;
    },
  };
}

/** Negative when `a` is to be routed before `b`. */
export function compareItems(a: PendingRouting, b: PendingRouting): number {
  return (
    a.config.routingPriority - b.config.routingPriority ||
    a.requestedAtMs - b.requestedAtMs ||
    a.sequence - b.sequence
  );
}

/** A sorted list whose first `head` places are empty, so that taking the first is cheap. */
interface Ordered {
  items: PendingRouting[];
  head: number;
}

/** The place of `item`, or where it would go. */
function find(queue: Ordered, item: PendingRouting): number {
  let low = queue.head;
  let high = queue.items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareItems(queue.items[middle] as PendingRouting, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(queue: Ordered, item: PendingRouting): void {
  const last = queue.items.at(-1);
  if (queue.head === queue.items.length || (last && compareItems(last, item) < 0)) {
    queue.items.push(item);
  } else {
    queue.items.splice(find(queue, item), 0, item);
  }
}

function take(queue: Ordered, item: PendingRouting): void {
  const place = find(queue, item);
  if (queue.items[place] !== item) return;
  if (place > queue.head) {
    queue.items.splice(place, 1);
    return;
  }
  queue.head += 1;
  if (queue.head < 64 || queue.head * 2 < queue.items.length) return;
  queue.items = queue.items.slice(queue.head);
  queue.head = 0;
}

const NOTHING: readonly PendingRouting[] = [];

function remaining(queue: Ordered | undefined): Iterable<PendingRouting> {
  if (queue === undefined || queue.head === queue.items.length) return NOTHING;
  return walk(queue);
}

function* walk(queue: Ordered): Iterable<PendingRouting> {
  for (let i = queue.head; i < queue.items.length; i += 1) yield queue.items[i] as PendingRouting;
}

function* merge(queues: readonly Ordered[]): Iterable<PendingRouting> {
  const next = queues.map((queue) => queue.head);
  for (;;) {
    let best: PendingRouting | undefined;
    let from = -1;
    for (let q = 0; q < queues.length; q += 1) {
      const item = queues[q]?.items[next[q] ?? 0];
      if (item !== undefined && (best === undefined || compareItems(item, best) < 0)) {
        best = item;
        from = q;
      }
    }
    if (best === undefined) return;
    yield best;
    next[from] = (next[from] ?? 0) + 1;
  }
}
