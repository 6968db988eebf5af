/**
 * What is kept about people: everything of one person on all channels, to be seen together, handed
 * out, or forgotten (the right to be forgotten, facts: omni-channel 2.4). A person is a customer
 * record (a Contact) above the addresses they write from.
 */
import { unixNow } from './clock/unix-now.ts';
import type { Clock, Recorder, SessionStore } from './ports.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import { type Entry, type Thread, threadKey } from './sessions/thread.ts';

/** One end user, or all of a person's. */
export type Whose =
  | { readonly channelId: string; readonly address: string }
  | { readonly person: string };

export interface EndUserRecord {
  readonly endUser: Thread;
  /** Of all sessions, oldest first. */
  readonly entries: readonly Entry[];
}

export interface Records {
  /** Everything that is held, by end user. */
  of(whose: Whose): Promise<readonly EndUserRecord[]>;
  /** Says whose address it is. False for an address that nobody has heard of. */
  link(channelId: string, address: string, person: string): Promise<boolean>;
  /**
   * Ends what is open and forgets end users, sessions, entries and what media they pointed at. How
   * many end users there were. Who writes again afterwards is a stranger.
   */
  erase(whose: Whose): Promise<number>;
}

export interface RecordsParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly recorder: Recorder;
  readonly sessions: Sessions;
  /** Settles when what is being sent to this end user is kept. */
  readonly sendsUnderWay: (key: string) => Promise<unknown> | undefined;
}

export function createRecords(parts: RecordsParts): Records {
  const { clock, store, sessions } = parts;
  const threadsOf = async (whose: Whose): Promise<readonly Thread[]> => {
    const nowMs = unixNow(clock);
    if ('person' in whose) return clock.hold(store.ofPerson(whose.person, nowMs));
    const key = threadKey(whose.channelId, whose.address);
    const thread = await clock.hold(store.load(key, nowMs));
    return thread === undefined ? [] : [thread];
  };
  return {
    async of(whose) {
      const records: EndUserRecord[] = [];
      for (const endUser of await threadsOf(whose)) {
        const entries = await clock.hold(store.history(endUser.key));
        records.push({ endUser, entries });
      }
      return records;
    },
    async link(channelId, address, person) {
      const linked = await sessions.update(threadKey(channelId, address), channelId, (thread) => ({
        thread: { ...thread, person },
        entries: [],
        effects: [],
      }));
      return linked !== undefined;
    },
    async erase(whose) {
      const threads = await threadsOf(whose);
      for (const { key, channelId } of threads) {
        await sessions.update(key, channelId, (thread, at) =>
          lifecycle.ended(thread, 'System', at),
        );
        // What was on its way would be kept after all.
        await parts.sendsUnderWay(key)?.catch(() => {});
        await sessions.forget(key);
        parts.recorder.record({ type: 'erased', at: clock.now(), channel: channelId });
      }
      return threads.length;
    },
  };
}
