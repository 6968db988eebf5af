/**
 * The future: a binary heap of timers ordered by (time, sequence), so equal times keep the order
 * in which they were set. Cancelled timers are dropped lazily.
 */

export interface Entry {
  readonly time: number;
  readonly sequence: number;
  /** Absent: cancelled. */
  task: (() => void) | undefined;
}

export interface Heap {
  push(time: number, task: () => void): Entry;
  cancel(entry: Entry): void;
  /** Removes and gives the earliest live entry. */
  pop(): Entry | undefined;
  /** Time of the earliest live entry. */
  nextTime(): number | undefined;
}

export function createHeap(): Heap {
  let items: Entry[] = [];
  let sequence = 0;
  let cancelled = 0;

  const dropCancelledHead = () => {
    while (items.length > 0 && items[0]?.task === undefined) {
      removeHead(items);
      cancelled -= 1;
    }
  };
  return {
    push(time, task) {
      sequence += 1;
      const entry: Entry = { time, sequence, task };
      items.push(entry);
      siftUp(items, items.length - 1);
      return entry;
    },
    cancel(entry) {
      if (entry.task === undefined) return;
      entry.task = undefined;
      cancelled += 1;
      if (cancelled < 4096 || cancelled * 2 < items.length) return;
      items = items.filter((item) => item.task !== undefined);
      for (let i = (items.length >> 1) - 1; i >= 0; i -= 1) siftDown(items, i);
      cancelled = 0;
    },
    pop() {
      dropCancelledHead();
      return items.length === 0 ? undefined : removeHead(items);
    },
    nextTime() {
      dropCancelledHead();
      return items[0]?.time;
    },
  };
}

function before(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}

function removeHead(items: Entry[]): Entry | undefined {
  const head = items[0];
  const last = items.pop();
  if (last !== undefined && items.length > 0) {
    items[0] = last;
    siftDown(items, 0);
  }
  return head;
}

function siftUp(items: Entry[], start: number): void {
  let at = start;
  const entry = items[at] as Entry;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const other = items[parent] as Entry;
    if (!before(entry, other)) break;
    items[at] = other;
    at = parent;
  }
  items[at] = entry;
}

function siftDown(items: Entry[], start: number): void {
  let at = start;
  const entry = items[at] as Entry;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= items.length) break;
    const right = child + 1;
    if (right < items.length && before(items[right] as Entry, items[child] as Entry)) child = right;
    if (!before(items[child] as Entry, entry)) break;
    items[at] = items[child] as Entry;
    at = child;
  }
  items[at] = entry;
}
