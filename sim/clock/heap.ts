/**
 * The future: a binary heap of timers ordered by (time, sequence), so equal times keep the order
 * in which they were set. Cancelled timers are dropped lazily.
 */

export interface Entry {
  readonly time: number;
  readonly sequence: number;
  readonly background: boolean;
  /** Absent: cancelled, or over. */
  task: (() => void) | undefined;
}

export interface Heap {
  push(time: number, task: () => void, background?: boolean): Entry;
  cancel(entry: Entry): void;
  /** Removes the earliest live entry and gives its task. */
  pop(): (() => void) | undefined;
  /** Time of the earliest live entry. */
  nextTime(): number | undefined;
  /** How many live entries are not in the background. */
  foreground(): number;
}

export function createHeap(): Heap {
  let items: Entry[] = [];
  let sequence = 0;
  let cancelled = 0;
  let foreground = 0;

  const dropCancelledHead = () => {
    while (items.length > 0 && items[0]?.task === undefined) {
      removeHead(items);
      cancelled -= 1;
    }
  };
  return {
    push(time, task, background = false) {
      sequence += 1;
      const entry: Entry = { time, sequence, background, task };
      if (!background) foreground += 1;
      items.push(entry);
      siftUp(items, items.length - 1);
      return entry;
    },
    cancel(entry) {
      if (entry.task === undefined) return;
      entry.task = undefined;
      cancelled += 1;
      if (!entry.background) foreground -= 1;
      if (cancelled < 4096 || cancelled * 2 < items.length) return;
      items = items.filter((item) => item.task !== undefined);
      for (let i = (items.length >> 1) - 1; i >= 0; i -= 1) siftDown(items, i);
      cancelled = 0;
    },
    pop() {
      dropCancelledHead();
      const head = items.length === 0 ? undefined : removeHead(items);
      if (head === undefined) return undefined;
      if (!head.background) foreground -= 1;
      const { task } = head;
      head.task = undefined;
      return task;
    },
    nextTime() {
      dropCancelledHead();
      return items[0]?.time;
    },
    foreground: () => foreground,
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
