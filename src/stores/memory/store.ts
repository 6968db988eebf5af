/**
 * The session store in this process's memory: fast, bounded by time, gone with the process.
 * Threads whose session is over, and claims, are forgotten when their time has passed.
 */
import type { ReceiptStatus } from '../../message.ts';
import type { SessionStore } from '../../ports.ts';
import type { Entry, Thread } from '../../sessions/thread.ts';
import { createAging } from './aging.ts';

interface Kept {
  readonly thread: Thread;
  readonly entries: readonly Entry[];
}

/** How far a receipt has got; a later one never takes an earlier one back. */
const RANK: Readonly<Record<ReceiptStatus, number>> = { sent: 1, failed: 2, delivered: 3, read: 4 };

export function createMemoryStore(): SessionStore {
  const threads = createAging<Kept>(expired);
  const claims = createAging<number>((untilMs, nowMs) => untilMs <= nowMs);

  return {
    load: (key, nowMs) => threads.get(key, nowMs)?.thread,
    update(key, nowMs, step) {
      const kept = threads.get(key, nowMs);
      const change = step(kept?.thread);
      if (change === undefined) return 'unchanged';
      for (const claim of change.claims) {
        if (claims.get(claim, nowMs) !== undefined) return 'duplicate';
      }
      const { thread } = change;
      threads.set(key, { thread, entries: append(kept?.entries, change.entries) }, nowMs);
      for (const claim of change.claims) claims.set(claim, change.claimsUntilMs, nowMs);
      return 'saved';
    },
    receipt(key, receipt, nowMs) {
      const kept = threads.get(key, nowMs);
      const index = kept?.entries.findIndex((entry) => entry.id === receipt.messageId) ?? -1;
      const entry = kept?.entries[index];
      if (kept === undefined || entry === undefined || entry.actor === 'EndUser') return undefined;
      if (entry.receipt !== undefined && RANK[entry.receipt] >= RANK[receipt.status]) {
        return { entry, changed: false };
      }
      const changed = { ...entry, receipt: receipt.status };
      threads.replace(key, { ...kept, entries: kept.entries.with(index, changed) });
      return { entry: changed, changed: true };
    },
    entries(key, sessionId) {
      const entries = threads.peek(key)?.entries ?? [];
      return entries.filter((entry) => entry.sessionId === sessionId);
    },
    async close() {
      threads.clear();
      claims.clear();
    },
  };
}

function append(entries: readonly Entry[] = [], more: readonly Entry[]): readonly Entry[] {
  return more.length === 0 ? entries : [...entries, ...more];
}

/** An open session or an opt-out is never forgotten. */
function expired({ thread }: Kept, nowMs: number): boolean {
  const status = thread.session?.status;
  const over = status === undefined || status === 'Ended' || status === 'Error';
  return over && thread.consent !== 'OptedOut' && thread.keepUntilMs < nowMs;
}
