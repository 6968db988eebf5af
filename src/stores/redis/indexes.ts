/**
 * Who is open, and who is whose, over all slots. Entered before the thread is saved and left after:
 * a crash in between leaves a name too many, never one too few. A name's score is the version of
 * its thread, so that who leaves late does not take out what somebody else has entered since.
 * Readers look at the thread itself.
 */
import { isUnfinished, type Thread } from '../../sessions/thread.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';

/** A thread as it was read; version 0 is that of none. */
export interface Read {
  readonly thread: Thread | undefined;
  readonly version: number;
}

const SCAN_COUNT = 500;

export function createIndexes(client: Client, keys: Keys) {
  return {
    /** Before `next` is saved over what was read. */
    async enter(key: string, { thread, version }: Read, next: Thread): Promise<void> {
      const put = (index: string) => client.call('ZADD', index, 'GT', version + 1, key);
      if (isIn(next) && !isIn(thread)) await put(keys.open);
      const { person } = next;
      if (person !== undefined && person !== thread?.person) await put(keys.person(person));
    },
    /** After that was saved, or before it is erased. */
    async leave(key: string, { thread, version }: Read, next: Thread | undefined): Promise<void> {
      const take = (index: string) => client.leave(index, key, version + 1);
      if (isIn(thread) && !isIn(next)) await take(keys.open);
      const person = thread?.person;
      if (person !== undefined && person !== next?.person) await take(keys.person(person));
    },
    async *open(): AsyncIterable<string> {
      const seen = new Set<string>();
      let cursor = '0';
      do {
        const [next, found] = await client.call<[string, string[]]>(
          ...(['ZSCAN', keys.open, cursor, 'COUNT', SCAN_COUNT] as const),
        );
        // Pairs of name and score.
        for (let i = 0; i < found.length; i += 2) {
          const key = found[i] as string;
          if (seen.has(key)) continue;
          seen.add(key);
          yield key;
        }
        cursor = next;
      } while (cursor !== '0');
    },
  };
}

const isIn = (thread: Thread | undefined) => thread !== undefined && isUnfinished(thread);
