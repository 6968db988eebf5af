/**
 * What becomes of a session by itself, as a pure step: the customer-inactivity timer, the end of
 * inactive and unanswered sessions (facts: omni-channel 2.1). `Session.dueMs` says when.
 */
import { ended, inactivated } from './moves.ts';
import { type Moment, respond, type Step } from './step.ts';
import type { Session, Thread } from './thread.ts';

/** The time has come. Nothing when something happened before. */
export function due(thread: Thread, at: Moment): Step | undefined {
  const { session } = thread;
  if (session?.dueMs === undefined || session.dueMs > at.nowMs) return undefined;
  if (session.status !== 'Active') return ended(thread, 'System', at);
  if (at.channel.inactivity?.action === 'End') {
    const step = ended(thread, 'System', at);
    return step && { ...step, effects: [...respond(at, thread, 'endUserIdle'), ...step.effects] };
  }
  const step = inactivated(thread, session.workId, at);
  const quiet = step?.thread.session;
  if (step === undefined || quiet === undefined) return undefined;
  const told = respond(at, thread, 'endUserInactive');
  return { ...step, effects: [...told, { do: 'inactive', session: quiet }] };
}

/**
 * When the customer counts as idle, after a rep's message. The timer starts at the rep's first
 * message after the customer's last one; later ones leave it alone, unless the channel says so.
 */
export function idleAfter(session: Session, at: Moment): number | undefined {
  const { inactivity } = at.channel;
  if (inactivity === undefined || !at.endsIdle || session.status !== 'Active') return session.dueMs;
  if (session.dueMs !== undefined && !inactivity.repMessageResets) return session.dueMs;
  return at.nowMs + inactivity.idleMs;
}
