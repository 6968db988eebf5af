/** The names of keys. All of one end user share a hash tag: one slot of a cluster holds them. */

export interface Keys {
  /** Of a thread: itself, its entries, their numbers by id, their receipts, its claims. */
  of(key: string): readonly [string, string, string, string, string];
  /** Keys of threads whose session is open, and maybe of some others. */
  readonly open: string;
  /** Who leads, if several processes share the work. */
  readonly lead: string;
  /** Keys of a person's threads, and maybe of some others. */
  person(person: string): string;
}

export function keysUnder(prefix: string): Keys {
  return {
    of(key) {
      // Braces of its own would end the tag.
      const tag = `${prefix}:{${Buffer.from(key).toString('base64url')}}`;
      return [`${tag}:t`, `${tag}:e`, `${tag}:i`, `${tag}:r`, `${tag}:c`];
    },
    open: `${prefix}:open`,
    lead: `${prefix}:lead`,
    person: (person) => `${prefix}:person:${person}`,
  };
}
