/**
 * How a MessagingSession moves from status to status, as pure steps (choice C26):
 * New | Consent -> Waiting -> Active -> Paused | Inactive -> Waiting or Active again; any -> Ended.
 */
import { type InboundMessage, textOf } from '../message.ts';
import { type Effect, type Moment, NONE, respond, type Step, step } from './step.ts';
import {
  type EndedBy,
  type Entry,
  isOpen,
  type Origin,
  type Session,
  type SessionStatus,
  type Thread,
  type Wanted,
} from './thread.ts';

/** An inactive session ends by itself after about a day (facts: 24 to 30 h). */
export const INACTIVE_ENDS_MS = 24 * 3_600_000;
/** A session the business began, and nobody answered, after about two (facts: 48 to 54 h). */
export const UNANSWERED_ENDS_MS = 48 * 3_600_000;

/** A session of this thread, in a status that does not need a message to begin with. */
export function sessionOf(origin: Origin, status: SessionStatus, at: Moment): Session {
  return {
    id: at.newId('session'),
    status,
    origin,
    startedBy: undefined,
    startedMs: at.nowMs,
    workId: at.newId('work'),
    wanted: undefined,
    waitingSinceMs: undefined,
    rep: undefined,
    acceptedMs: undefined,
    endedMs: undefined,
    endedBy: undefined,
    unansweredSinceMs: undefined,
    repliedOnce: false,
    dueMs: undefined,
  };
}

/** The customer is served from now on: the session waits for somebody. */
export function waits(thread: Thread, session: Session, text: string, at: Moment): Step {
  const waiting: Session = {
    ...session,
    status: 'Waiting',
    dueMs: undefined,
    wanted: { text },
    waitingSinceMs: at.nowMs,
    unansweredSinceMs: session.unansweredSinceMs ?? at.nowMs,
  };
  return step({ ...thread, session: waiting }, [{ do: 'route', session: waiting, text }]);
}

/**
 * A rep opened the session's work item. Nothing when the session has ended meanwhile, or another
 * rep has it.
 */
export function accepted(
  thread: Thread,
  workId: string,
  at: Moment,
  rep?: string,
): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session) || session.workId !== workId) return undefined;
  if (session.rep !== undefined && session.rep !== rep) return undefined;
  const active: Session = {
    ...session,
    status: 'Active',
    dueMs: undefined,
    wanted: undefined,
    rep,
    acceptedMs: session.acceptedMs ?? at.nowMs,
  };
  return step({ ...thread, session: active }, respond(at, thread, 'agentEngaged'));
}

/** A bot took the session, or its rep goes on with it. */
export function engaged(thread: Thread, workId: string, rep?: string): Step | undefined {
  return moved(thread, workId, { status: 'Active', dueMs: undefined, rep });
}

/** The session's work was passed on, or handed over by a bot: it waits again. */
export function waitsAgain(
  thread: Thread,
  workId: string,
  wanted: Wanted,
  at: Moment,
): Step | undefined {
  const waitingSinceMs = at.nowMs;
  const status = 'Waiting';
  return moved(thread, workId, {
    status,
    dueMs: undefined,
    wanted,
    waitingSinceMs,
    rep: undefined,
  });
}

/** A rep passed it on. The customer is told, where the channel has words for it. */
export function passedOn(
  thread: Thread,
  workId: string,
  wanted: Wanted,
  at: Moment,
): Step | undefined {
  const step = waitsAgain(thread, workId, wanted, at);
  return step && { ...step, effects: respond(at, thread, 'reroute') };
}

/** Nobody attends to the session any more; the customer's next message wakes it. */
export function inactivated(thread: Thread, workId: string, at: Moment): Step | undefined {
  const endsAfterMs = at.channel.inactivity?.endsAfterMs ?? INACTIVE_ENDS_MS;
  const dueMs = at.nowMs + endsAfterMs;
  return moved(thread, workId, { status: 'Inactive', dueMs, rep: undefined });
}

/** The rep sets the session aside; it stays theirs. */
export function paused(thread: Thread, workId: string): Step | undefined {
  if (thread.session?.status !== 'Active') return undefined;
  return moved(thread, workId, { status: 'Paused', dueMs: undefined });
}

function moved(thread: Thread, workId: string, to: Partial<Session>): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session) || session.workId !== workId) return undefined;
  return step({ ...thread, session: { ...session, ...to } });
}

/** The session is over. Nothing when it was not open. */
export function ended(
  thread: Thread,
  by: EndedBy,
  at: Moment,
  status: 'Ended' | 'Error' = 'Ended',
): Step | undefined {
  const { session } = thread;
  if (session === undefined || !isOpen(session)) return undefined;
  const over: Session = { ...session, status, endedMs: at.nowMs, endedBy: by, dueMs: undefined };
  const isTold = by === 'Agent' && thread.consent !== 'OptedOut';
  const goodbye: readonly Effect[] = isTold ? respond(at, thread, 'agentEnd') : NONE;
  return step({ ...thread, session: over, keepUntilMs: at.nowMs + at.keepMs }, [
    ...goodbye,
    { do: 'ended', session: over, by },
  ]);
}

export function entryOf(session: Session, message: InboundMessage, at: Moment): Entry {
  return {
    id: message.messageId,
    sessionId: session.id,
    actor: 'EndUser',
    atMs: at.nowMs,
    sentMs: message.sentMs ?? at.nowMs,
    content: message.content,
  };
}

/** What was said, for flows. */
export function wordsOf(message: InboundMessage): string {
  return textOf(message.content);
}
