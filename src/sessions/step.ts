/**
 * What a step in the life of a session is: thread in, thread and effects out. The steps themselves:
 * `lifecycle.ts` and what it is made of.
 */
import type { AutoResponses, Channel } from '../org.ts';
import type { ConsentStatus, EndedBy, Entry, Session, Thread } from './thread.ts';

/** What a step wants done once the thread is saved. */
export type Effect =
  /** The customer asks for a rep, and said this. */
  | { readonly do: 'route'; readonly session: Session; readonly text: string }
  /** The customer wrote in a session that had gone quiet. */
  | { readonly do: 'reopen'; readonly session: Session; readonly entry: Entry }
  | { readonly do: 'tellRep'; readonly session: Session; readonly entry: Entry }
  | { readonly do: 'typing'; readonly session: Session; readonly on: boolean }
  | { readonly do: 'respond'; readonly response: Response; readonly text: string }
  /** The customer has not answered for so long that the rep is let go. */
  | { readonly do: 'inactive'; readonly session: Session }
  | { readonly do: 'ended'; readonly session: Session; readonly by: EndedBy }
  | { readonly do: 'consent'; readonly to: ConsentStatus };

/** An automatic response, or that of a custom keyword. */
export type Response = keyof AutoResponses | 'custom';

export interface Step {
  readonly thread: Thread;
  readonly entries: readonly Entry[];
  readonly effects: readonly Effect[];
}

/** Where and when a step happens. `nowMs` is Unix time. */
export interface Moment {
  readonly nowMs: number;
  readonly key: string;
  readonly channelId: string;
  readonly channel: Channel;
  /** How long a store must keep a thread after its last event. */
  readonly keepMs: number;
  newId(kind: 'session' | 'work'): string;
  /** What the business knows of who writes for the first time. */
  introduce(address: string): Pick<Thread, 'person' | 'language'>;
  /** Whether the channel's business hours, if it has any, are on. */
  readonly isOpen: boolean;
  /** False with status-based capacity: inactivity timers are inert there. */
  readonly endsIdle: boolean;
}

export function step(thread: Thread, effects: readonly Effect[] = NONE): Step {
  return { thread, entries: NONE, effects };
}

/** In the customer's language, if the channel has words in it. */
export function respond(
  { channel }: Pick<Moment, 'channel'>,
  { language }: Pick<Thread, 'language'>,
  response: keyof AutoResponses,
): readonly Effect[] {
  const own = language === undefined ? undefined : channel.languages?.[language];
  const text = own?.autoResponses[response] ?? channel.autoResponses[response];
  return text === undefined ? NONE : [{ do: 'respond', response, text }];
}

export const NONE: readonly never[] = [];
