/**
 * The session store in this process's memory: fast, bounded by time, gone with the process.
 * Threads whose session is over, and claims, are forgotten when their time has passed.
 */
import type { Receipt, Watermark } from '../../message.ts';
import type { ReceiptChange, SessionStore } from '../../ports.ts';
import { type Entry, isUnfinished, type Thread } from '../../sessions/thread.ts';
import { withReceipt } from '../codec.ts';
import { forgettableAfter } from '../expiry.ts';
import { createAging } from './aging.ts';

interface Kept {
  readonly thread: Thread;
  readonly entries: readonly Entry[];
}

export function createMemoryStore(): SessionStore {
  const threads = createAging<Kept>(expired);
  const claims = createAging<number>((untilMs, nowMs) => untilMs <= nowMs);
  /** Keys by person; some may have been forgotten meanwhile. */
  const people = new Map<string, Set<string>>();
  const introduce = ({ key, person }: Thread) => {
    if (person === undefined) return;
    const keys = people.get(person);
    if (keys === undefined) people.set(person, new Set([key]));
    else keys.add(key);
  };

  return {
    load: (key, nowMs) => threads.get(key, nowMs)?.thread,
    update(key, nowMs, step) {
      const kept = threads.get(key, nowMs);
      const change = step(kept?.thread);
      if (change === undefined) return 'unchanged';
      for (const claim of change.claims) {
        if (claims.get(claimOf(key, claim), nowMs) !== undefined) return 'duplicate';
      }
      const { thread } = change;
      if (thread.person !== kept?.thread.person) introduce(thread);
      threads.set(key, { thread, entries: append(kept?.entries, change.entries) }, nowMs);
      for (const claim of change.claims) {
        claims.set(claimOf(key, claim), change.claimsUntilMs, nowMs);
      }
      return 'saved';
    },
    receipt(key, report, nowMs) {
      const kept = threads.get(key, nowMs);
      const isMeant = meantBy(report);
      const changes: ReceiptChange[] = [];
      if (kept === undefined) return changes;
      const entries = kept.entries.map((entry) => {
        if (entry.actor === 'EndUser' || !isMeant(entry)) return entry;
        const change = withReceipt(entry, report.status);
        changes.push(change);
        return change.entry;
      });
      if (changes.some(({ changed }) => changed)) threads.replace(key, { ...kept, entries });
      return changes;
    },
    entries(key, sessionId) {
      const entries = threads.peek(key)?.entries ?? [];
      return entries.filter((entry) => entry.sessionId === sessionId);
    },
    history: (key) => threads.peek(key)?.entries ?? [],
    async *unfinished() {
      for (const [, { thread }] of [...threads.entries()]) {
        if (isUnfinished(thread)) yield thread;
      }
    },
    isUsed: () => threads.size() > 0,
    ofPerson(person, nowMs) {
      const found = [...(people.get(person) ?? [])].map((key) => threads.get(key, nowMs)?.thread);
      return found.filter((thread) => thread?.person === person) as Thread[];
    },
    erase(key) {
      const { person } = threads.peek(key)?.thread ?? {};
      if (person !== undefined) people.get(person)?.delete(key);
      const prefix = claimOf(key, '');
      for (const [claim] of claims.entries()) if (claim.startsWith(prefix)) claims.delete(claim);
      return threads.delete(key);
    },
    async close() {
      threads.clear();
      claims.clear();
      people.clear();
    },
  };
}

/** A watermark says nothing new of what failed. */
function meantBy(report: Receipt | Watermark): (entry: Entry) => boolean {
  if (report.kind === 'receipt') return (entry) => entry.id === report.messageId;
  return (entry) => entry.sentMs <= report.untilMs && entry.receipt !== 'failed';
}

/** Each goes behind those sent before it, or at the same time: nearly always to the end. */
function append(entries: readonly Entry[] = [], more: readonly Entry[]): readonly Entry[] {
  if (more.length === 0) return entries;
  const all = [...entries];
  for (const entry of more) {
    let at = all.length;
    while (at > 0 && (all[at - 1]?.sentMs ?? 0) > entry.sentMs) at -= 1;
    all.splice(at, 0, entry);
  }
  return all;
}

/** Keys may hold anything but a line break. */
function claimOf(key: string, claim: string): string {
  return `${key}\n${claim}`;
}

function expired({ thread }: Kept, nowMs: number): boolean {
  const after = forgettableAfter(thread);
  return after !== undefined && after < nowMs;
}
