/** When a store may forget a thread: the one rule of all stores. */
import { isOpen, type Thread } from '../sessions/thread.ts';

/** An open session or an opt-out is never forgotten: nothing. */
export function forgettableAfter({ session, consent, keepUntilMs }: Thread): number | undefined {
  const isOver = session === undefined || !isOpen(session);
  return isOver && consent !== 'OptedOut' ? keepUntilMs : undefined;
}
