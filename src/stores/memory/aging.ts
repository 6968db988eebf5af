/**
 * A map that forgets: every new key has two others looked at in turn, round and round, and what has
 * expired dropped. So it holds little more than what is alive, at a constant cost.
 */

export interface Aging<V> {
  /** Not what has expired. */
  get(key: string, nowMs: number): V | undefined;
  /** Even if it has expired. */
  peek(key: string): V | undefined;
  set(key: string, value: V, nowMs: number): void;
  /** Changes the value of a key that is there. */
  replace(key: string, value: V): void;
  delete(key: string): boolean;
  /** Expired ones too. */
  entries(): IterableIterator<[string, V]>;
  size(): number;
  clear(): void;
}

/** How many are looked at per new key: more than one, so that forgetting keeps up. */
const LOOKS = 2;

export function createAging<V>(expired: (value: V, nowMs: number) => boolean): Aging<V> {
  const values = new Map<string, V>();
  /** Every key once, in the order of its turn to be looked at; `head` is next. */
  let turns: string[] = [];
  let head = 0;

  const sweep = (nowMs: number) => {
    for (let looks = 0; looks < LOOKS && head < turns.length; looks += 1) {
      const key = turns[head] as string;
      const value = values.get(key);
      head += 1;
      if (value === undefined) continue;
      if (expired(value, nowMs)) values.delete(key);
      else turns.push(key);
    }
    if (head < 1024 || head * 2 < turns.length) return;
    turns = turns.slice(head);
    head = 0;
  };
  return {
    get(key, nowMs) {
      const value = values.get(key);
      return value === undefined || expired(value, nowMs) ? undefined : value;
    },
    peek: (key) => values.get(key),
    set(key, value, nowMs) {
      const isNew = !values.has(key);
      values.set(key, value);
      if (!isNew) return;
      turns.push(key);
      sweep(nowMs);
    },
    replace(key, value) {
      values.set(key, value);
    },
    // Its turn finds nothing, and passes.
    delete: (key) => values.delete(key),
    entries: () => values.entries(),
    size: () => values.size,
    clear() {
      values.clear();
      turns = [];
      head = 0;
    },
  };
}
