/**
 * The life of a MessagingSession, as pure steps: thread in, thread and effects out. Here: what a
 * customer's and a rep's messages do to it, and how it begins. No store, no clock, no sending:
 * `sessions.ts` does those.
 */
import type { InboundMessage } from '../message.ts';
import { confirmed, isFullyOptedIn, optedIn, optedOut } from './consent.ts';
import { idleAfter } from './inactivity.ts';
import {
  ended,
  entryOf,
  INACTIVE_ENDS_MS,
  sessionOf,
  UNANSWERED_ENDS_MS,
  waits,
  wordsOf,
} from './moves.ts';
import { type Effect, type Moment, NONE, respond, type Step, step } from './step.ts';
import { type BegunSend, type Entry, isOpen, type Session, type Thread } from './thread.ts';
import { type Word, wordIn } from './words.ts';

export { foundOptedOut, isFullyOptedIn } from './consent.ts';
export { due } from './inactivity.ts';
export { accepted, ended, engaged, inactivated, passedOn, paused, waitsAgain } from './moves.ts';
export type { Effect, Moment, Response, Step } from './step.ts';

/** A customer's message came in. */
export function received(before: Thread | undefined, message: InboundMessage, at: Moment): Step {
  const thread = touched(before ?? newThread(message.from, at), message, at);
  const word = wordIn(at.channel, wordsOf(message), thread.language);
  if (word === undefined) return said(thread, message, at);
  const speaker = { ...thread, language: word.language ?? thread.language };
  return keyword(word, speaker, message, at);
}

function keyword(word: Word, thread: Thread, message: InboundMessage, at: Moment): Step {
  const sentMs = message.sentMs ?? at.nowMs;
  // Webhooks come in any order: a STOP that is older than the START after it changes nothing.
  const counts = sentMs >= thread.consentSentMs;
  if (word.kind === 'optOut') return counts ? optedOut(thread, sentMs, at) : step(thread);
  if (word.kind === 'optIn') return counts ? optedIn(thread, sentMs, at) : step(thread);
  if (word.kind === 'doubleOptIn' && at.channel.consent === 'DoubleOptIn') {
    return counts ? confirmed(thread, sentMs, at) : step(thread);
  }
  // Nothing is sent to who has opted out, not even help.
  if (thread.consent === 'OptedOut') return step(thread);
  if (word.kind === 'help') return step(thread, respond(at, thread, 'help'));
  if (word.kind === 'custom') {
    return step(thread, [{ do: 'respond', response: 'custom', text: word.answer }]);
  }
  // Nobody asks for a rep by a word of farewell.
  if (word.kind === 'end') return ended(thread, 'EndUser', at) ?? step(thread);
  return said(thread, message, at);
}

/** A message that is no keyword. */
function said(thread: Thread, message: InboundMessage, at: Moment): Step {
  if (thread.consent === 'OptedOut') return step(thread);
  const { session } = thread;
  if (session !== undefined && isOpen(session)) return continued(thread, session, message, at);
  // Nobody asks for a rep by a thumb.
  if (message.content.kind === 'reaction') return step(thread);
  return at.isOpen ? begun(thread, message, at) : closed(thread, at);
}

/** The platform says that the customer ended it. A late word ends no session begun after it. */
export function left(thread: Thread, sentMs: number | undefined, at: Moment): Step | undefined {
  const isLate = sentMs !== undefined && sentMs < (thread.session?.startedMs ?? 0);
  return isLate ? undefined : ended(thread, 'EndUser', at);
}

/** A message is about to be sent. Nothing when the customer has opted out, if that counts. */
export function sending(thread: Thread, send: BegunSend, mayFollowOptOut: boolean) {
  if (thread.consent === 'OptedOut' && !mayFollowOptOut) return undefined;
  // It may be asked twice, if the store's answer was lost.
  if (thread.sends.some(({ id }) => id === send.id)) return step(thread);
  return step({ ...thread, sends: [...thread.sends, send] });
}

/** A message that had begun was not sent. */
export function notSent(thread: Thread, sendId: string): Step | undefined {
  const left = without(thread, sendId);
  return left === thread ? undefined : step(left);
}

/** Its process ended before it knew. Kept as such, for reps to see. */
export function uncertain(thread: Thread, sendId: string): Step | undefined {
  const send = thread.sends.find(({ id }) => id === sendId);
  if (send === undefined) return undefined;
  const { atMs } = send;
  const entry: Entry = { ...send, sentMs: atMs, uncertain: true };
  return { thread: without(thread, sendId), entries: [entry], effects: NONE };
}

function without(thread: Thread, sendId: string | undefined): Thread {
  const sends = thread.sends.filter(({ id }) => id !== sendId);
  return sends.length === thread.sends.length ? thread : { ...thread, sends };
}

/**
 * A rep's (or automatic) message was taken by the platform. Its reply token is used up. `sendId`:
 * what was written down when it began; it is kept once.
 */
export function sent(before: Thread, entry: Entry, at: Moment, sendId?: string): Step {
  const known = sendId === undefined ? before : without(before, sendId);
  if (sendId !== undefined && known === before) return step(before);
  const thread = known.replyToken === undefined ? known : { ...known, replyToken: undefined };
  const { session } = thread;
  if (session === undefined || session.id !== entry.sessionId || entry.actor !== 'Agent') {
    return { thread, entries: [entry], effects: NONE };
  }
  const answered = {
    ...session,
    unansweredSinceMs: undefined,
    repliedOnce: true,
    dueMs: idleAfter(session, at),
  };
  return { thread: { ...thread, session: answered }, entries: [entry], effects: NONE };
}

/** Who began a session that no customer did. */
export type Starter = { readonly rep: string } | { readonly flow: string };

/** The business writes first. Nothing when a session is open already. */
export function started(
  before: Thread | undefined,
  address: string,
  by: Starter,
  at: Moment,
): Step | undefined {
  const thread = before ?? newThread(address, at);
  if (thread.session !== undefined && isOpen(thread.session)) return undefined;
  const origin = 'rep' in by ? 'AgentInitiated' : 'TriggeredOutbound';
  const session: Session = {
    ...sessionOf(origin, 'New', at),
    startedBy: 'rep' in by ? by.rep : undefined,
    dueMs: at.nowMs + UNANSWERED_ENDS_MS,
  };
  return step({ ...thread, session, sessionCount: thread.sessionCount + 1 });
}

function newThread(address: string, at: Moment): Thread {
  return {
    key: at.key,
    channelId: at.channelId,
    address,
    profileName: undefined,
    ...at.introduce(address),
    consent: 'ImplicitlyOptedIn',
    session: undefined,
    // Never: what the platform lets a business say freely is counted from here.
    lastInboundMs: 0,
    lastMessageId: '',
    readToken: undefined,
    replyToken: undefined,
    consentSentMs: 0,
    sessionCount: 0,
    sends: NONE,
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
  const isConsenting = isFullyOptedIn(thread.consent, at.channel);
  const session: Session = {
    ...sessionOf('InboundInitiated', isConsenting ? 'Waiting' : 'Consent', at),
    unansweredSinceMs: at.nowMs,
    ...(isConsenting && { wanted: { text: wordsOf(message) }, waitingSinceMs: at.nowMs }),
    dueMs: isConsenting ? undefined : at.nowMs + INACTIVE_ENDS_MS,
  };
  const effects: readonly Effect[] = isConsenting
    ? [{ do: 'route', session, text: wordsOf(message) }, ...respond(at, thread, 'initial')]
    : respond(at, thread, 'optInPrompt');
  return {
    thread: { ...thread, session, sessionCount: thread.sessionCount + 1 },
    entries: [entryOf(session, message, at)],
    effects,
  };
}

function closed(thread: Thread, at: Moment): Step {
  return step(thread, respond(at, thread, 'outsideBusinessHours'));
}

function continued(thread: Thread, session: Session, message: InboundMessage, at: Moment): Step {
  const entry = entryOf(session, message, at);
  const isAnswerDue = message.content.kind !== 'reaction';
  const unansweredSinceMs = session.unansweredSinceMs ?? (isAnswerDue ? at.nowMs : undefined);
  if (session.status === 'New') {
    const next = waits(thread, { ...session, unansweredSinceMs }, wordsOf(message), at);
    return { ...next, entries: [entry] };
  }
  const wakes = session.status === 'Inactive' || session.status === 'Paused';
  const next: Session = {
    ...session,
    unansweredSinceMs,
    ...(wakes && {
      status: 'Waiting' as const,
      wanted: { text: wordsOf(message) },
      waitingSinceMs: at.nowMs,
      rep: undefined,
    }),
    dueMs: session.status === 'Consent' ? session.dueMs : undefined,
  };
  const effects: Effect[] = [];
  if (wakes) effects.push({ do: 'reopen', session: next, entry });
  else if (session.status === 'Active') effects.push({ do: 'tellRep', session: next, entry });
  return { thread: { ...thread, session: next }, entries: [entry], effects };
}
