/**
 * The life of a MessagingSession, as pure steps: thread in, thread and effects out.
 * New -> Waiting -> Active -> Inactive | Ended; Inactive -> Waiting when the customer writes
 * (choice C26; Consent and Paused come later).
 * No store, no clock, no sending: `sessions.ts` does those.
 */
import { type InboundMessage, textOf } from '../message.ts';
import type { AutoResponses, Channel } from '../org.ts';
import {
  type ConsentStatus,
  type EndedBy,
  type Entry,
  isOpen,
  type Session,
  type SessionStatus,
  type Thread,
} from './thread.ts';

/** What a step wants done once the thread is saved. */
export type Effect =
  /** The customer asks for a rep, and said this. */
  | { readonly do: 'route'; readonly session: Session; readonly text: string }
  /** The customer wrote in a session that had gone quiet. */
  | { readonly do: 'reopen'; readonly session: Session; readonly entry: Entry }
  | { readonly do: 'tellRep'; readonly session: Session; readonly entry: Entry }
  | { readonly do: 'typing'; readonly session: Session; readonly on: boolean }
  | { readonly do: 'respond'; readonly response: keyof AutoResponses; readonly text: string }
  | { readonly do: 'ended'; readonly session: Session; readonly by: EndedBy }
  | { readonly do: 'consent'; readonly to: ConsentStatus };

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
}

/** A customer's message came in. */
export function received(before: Thread | undefined, message: InboundMessage, at: Moment): Step {
  const thread = touched(before ?? newThread(message, at), message, at);
  const word = textOf(message.content).trim().toLowerCase();
  const { keywords } = at.channel;
  const sentMs = message.sentMs ?? at.nowMs;
  // Webhooks come in any order: a STOP that is older than the START after it changes nothing.
  const counts = sentMs >= thread.consentSentMs;
  if (isOneOf(keywords.optOut, word)) return counts ? optedOut(thread, sentMs, at) : step(thread);
  if (isOneOf(keywords.optIn, word)) return counts ? optedIn(thread, sentMs, at) : step(thread);
  // Nothing is sent to who has opted out, not even help.
  if (thread.consent === 'OptedOut') return step(thread);
  if (isOneOf(keywords.help, word)) return step(thread, respond(at.channel, 'help'));
  const { session } = thread;
  if (session !== undefined && isOpen(session)) {
    if (isOneOf(keywords.end, word)) return ended(thread, 'EndUser', at) ?? step(thread);
    return continued(thread, session, message, at);
  }
  // Nobody asks for a rep by a thumb or a word of farewell.
  const asks = message.content.kind !== 'reaction' && !isOneOf(keywords.end, word);
  return asks ? begun(thread, message, at) : step(thread);
}

/** The platform says that the customer ended it. A late word ends no session begun after it. */
export function left(thread: Thread, sentMs: number | undefined, at: Moment): Step | undefined {
  const isLate = sentMs !== undefined && sentMs < (thread.session?.startedMs ?? 0);
  return isLate ? undefined : ended(thread, 'EndUser', at);
}

/** A rep opened the session's work item. Nothing when the session has ended meanwhile. */
export function accepted(thread: Thread, workId: string, at: Moment): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session) || session.workId !== workId) return undefined;
  const active: Session = {
    ...session,
    status: 'Active',
    acceptedMs: session.acceptedMs ?? at.nowMs,
  };
  return step({ ...thread, session: active }, respond(at.channel, 'agentEngaged'));
}

/** A bot took the session. */
export function engaged(thread: Thread, workId: string): Step | undefined {
  return moved(thread, workId, 'Active');
}

/** The session's work was passed on, or handed over by a bot: it waits again. */
export function waitsAgain(thread: Thread, workId: string): Step | undefined {
  return moved(thread, workId, 'Waiting');
}

/** Nobody attends to the session any more; the customer's next message wakes it. */
export function inactivated(thread: Thread, workId: string): Step | undefined {
  return moved(thread, workId, 'Inactive');
}

function moved(thread: Thread, workId: string, status: SessionStatus): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session) || session.workId !== workId) return undefined;
  return step({ ...thread, session: { ...session, status } });
}

/** A rep's (or automatic) message was taken by the platform. Its reply token is used up. */
export function sent(before: Thread, entry: Entry): Step {
  const thread = before.replyToken === undefined ? before : { ...before, replyToken: undefined };
  const { session } = thread;
  if (session === undefined || session.id !== entry.sessionId || entry.actor !== 'Agent') {
    return { thread, entries: [entry], effects: [] };
  }
  const answered = { ...session, unansweredSinceMs: undefined, repliedOnce: true };
  return { thread: { ...thread, session: answered }, entries: [entry], effects: [] };
}

/** The session is over. Nothing when it was not open. */
export function ended(thread: Thread, by: EndedBy, at: Moment): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session)) return undefined;
  const over: Session = { ...session, status: 'Ended', endedMs: at.nowMs, endedBy: by };
  const goodbye =
    by === 'Agent' && thread.consent !== 'OptedOut' ? respond(at.channel, 'agentEnd') : NONE;
  return step({ ...thread, session: over, keepUntilMs: at.nowMs + at.keepMs }, [
    ...goodbye,
    { do: 'ended', session: over, by },
  ]);
}

/** The platform said that this customer has opted out. */
export function foundOptedOut(thread: Thread, at: Moment): Step | undefined {
  if (thread.consent === 'OptedOut') return undefined;
  const step = ended({ ...thread, consent: 'OptedOut' }, 'EndUser', at);
  return {
    thread: step?.thread ?? { ...thread, consent: 'OptedOut' },
    entries: [],
    effects: [{ do: 'consent', to: 'OptedOut' }, ...(step?.effects ?? [])],
  };
}

function newThread(message: InboundMessage, at: Moment): Thread {
  return {
    key: at.key,
    channelId: at.channelId,
    address: message.from,
    profileName: message.profileName,
    person: undefined,
    language: undefined,
    consent: 'ImplicitlyOptedIn',
    session: undefined,
    lastInboundMs: at.nowMs,
    lastMessageId: message.messageId,
    readToken: message.readToken,
    replyToken: message.replyToken,
    consentSentMs: 0,
    sessionCount: 0,
    keepUntilMs: at.nowMs + at.keepMs,
  };
}

function touched(thread: Thread, message: InboundMessage, at: Moment): Thread {
  return {
    ...thread,
    profileName: message.profileName ?? thread.profileName,
    lastInboundMs: at.nowMs,
    lastMessageId: message.messageId,
    readToken: message.readToken,
    replyToken: message.replyToken,
    keepUntilMs: at.nowMs + at.keepMs,
  };
}

function begun(thread: Thread, message: InboundMessage, at: Moment): Step {
  const workId = at.newId('work');
  const session: Session = {
    id: at.newId('session'),
    status: 'Waiting',
    startedMs: at.nowMs,
    workId,
    acceptedMs: undefined,
    endedMs: undefined,
    endedBy: undefined,
    unansweredSinceMs: at.nowMs,
    repliedOnce: false,
  };
  return {
    thread: { ...thread, session, sessionCount: thread.sessionCount + 1 },
    entries: [entryOf(session, message, at)],
    effects: [
      { do: 'route', session, text: textOf(message.content) },
      ...respond(at.channel, 'initial'),
    ],
  };
}

function continued(thread: Thread, session: Session, message: InboundMessage, at: Moment): Step {
  const entry = entryOf(session, message, at);
  const isAnswerDue = message.content.kind !== 'reaction';
  const unansweredSinceMs = session.unansweredSinceMs ?? (isAnswerDue ? at.nowMs : undefined);
  const wakes = session.status === 'Inactive';
  const next: Session = {
    ...session,
    unansweredSinceMs,
    status: wakes ? 'Waiting' : session.status,
  };
  const effects: Effect[] = [];
  if (wakes) effects.push({ do: 'reopen', session: next, entry });
  else if (session.status === 'Active') effects.push({ do: 'tellRep', session: next, entry });
  return { thread: { ...thread, session: next }, entries: [entry], effects };
}

function optedOut(before: Thread, sentMs: number, at: Moment): Step {
  const thread = { ...before, consentSentMs: sentMs };
  const found = foundOptedOut(thread, at);
  const confirmation = respond(at.channel, 'optOutConfirmation');
  return {
    thread: found?.thread ?? thread,
    entries: [],
    effects: [...(found?.effects ?? []), ...confirmation],
  };
}

function optedIn(before: Thread, sentMs: number, at: Moment): Step {
  const thread = { ...before, consentSentMs: sentMs };
  const confirmation = respond(at.channel, 'optInConfirmation');
  if (thread.consent !== 'OptedOut') return step(thread, confirmation);
  return step({ ...thread, consent: 'ImplicitlyOptedIn' }, [
    { do: 'consent', to: 'ImplicitlyOptedIn' },
    ...confirmation,
  ]);
}

function entryOf(session: Session, message: InboundMessage, at: Moment): Entry {
  return {
    id: message.messageId,
    sessionId: session.id,
    actor: 'EndUser',
    atMs: at.nowMs,
    sentMs: message.sentMs ?? at.nowMs,
    content: message.content,
  };
}

function respond(channel: Channel, response: keyof AutoResponses): readonly Effect[] {
  const text = channel.autoResponses[response];
  return text === undefined ? NONE : [{ do: 'respond', response, text }];
}

function step(thread: Thread, effects: readonly Effect[] = NONE): Step {
  return { thread, entries: NONE, effects };
}

const NONE: readonly never[] = [];

/** Keywords are compared trimmed and in lower case, however the org has them (choice C27). */
function isOneOf(keywords: readonly string[], word: string): boolean {
  let words = NORMAL.get(keywords);
  if (words === undefined) {
    words = new Set(keywords.map((keyword) => keyword.trim().toLowerCase()));
    NORMAL.set(keywords, words);
  }
  return words.has(word);
}

const NORMAL = new WeakMap<readonly string[], ReadonlySet<string>>();
