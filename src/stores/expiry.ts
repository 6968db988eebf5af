/** When a store may forget a thread: the one rule of all stores. */
import { isUnfinished, type Thread } from '../sessions/thread.ts';

/** What is unfinished, or an opt-out, is never forgotten: nothing. */
export function forgettableAfter(thread: Thread): number | undefined {
  const { consent, keepUntilMs } = thread;
  return isUnfinished(thread) || consent === 'OptedOut' ? undefined : keepUntilMs;
}
