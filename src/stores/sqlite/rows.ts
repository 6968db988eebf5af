/** What the sqlite store reads and writes, row by row; `store.ts` makes transactions of it. */
import type { DatabaseSync } from 'node:sqlite';
import type { Receipt, Watermark } from '../../message.ts';
import type { ReceiptChange, ThreadChange } from '../../ports.ts';
import { isUnfinished, type Thread } from '../../sessions/thread.ts';
import { decodeEntry, decodeThread, encode, withReceipt } from '../codec.ts';
import { forgettableAfter } from '../expiry.ts';

/** How many that may be forgotten are, for each that is new. */
const FORGOTTEN_PER_NEW = 2;

export function createRows(database: DatabaseSync) {
  const sql = statements(database);
  const find = (key: string, nowMs: number): Thread | undefined => {
    const row = sql.thread.get(key);
    const after = row?.forgettable_after;
    const isForgotten = typeof after === 'number' && after < nowMs;
    return row === undefined || isForgotten ? undefined : decodeThread(String(row.json));
  };
  const isClaimed = (key: string, claim: string, nowMs: number) =>
    Number(sql.claim.get(key, claim)?.until_ms ?? Number.NEGATIVE_INFINITY) > nowMs;
  const save = (key: string, change: ThreadChange) => {
    const { thread, entries, claims, claimsUntilMs } = change;
    const after = forgettableAfter(thread) ?? null;
    sql.putThread.run(
      key,
      isUnfinished(thread) ? 1 : 0,
      thread.person ?? null,
      after,
      encode(thread),
    );
    for (const entry of entries) {
      sql.putEntry.run(key, entry.sessionId, entry.id, entry.sentMs, encode(entry));
    }
    for (const claim of claims) sql.putClaim.run(key, claim, claimsUntilMs);
  };
  const wipe = (key: string) => {
    sql.dropEntries.run(key);
    sql.dropClaims.run(key);
    return sql.dropThread.run(key).changes;
  };
  const sweep = (nowMs: number) => {
    for (const { key } of sql.forgettable.all(nowMs, FORGOTTEN_PER_NEW)) wipe(String(key));
    sql.dropOldClaims.run(nowMs, FORGOTTEN_PER_NEW);
  };

  return {
    ...{ sql, find, isClaimed, save, wipe, sweep },
    moveReceipts: (key: string, report: Receipt | Watermark) => moveReceipts(sql, key, report),
  };
}

type Statements = ReturnType<typeof statements>;

/** Moves receipts forward; what it is about. A watermark says nothing new of what failed. */
function moveReceipts(sql: Statements, key: string, report: Receipt | Watermark): ReceiptChange[] {
  const rows =
    report.kind === 'receipt'
      ? sql.entriesById.all(key, report.messageId)
      : sql.entriesUntil.all(key, report.untilMs);
  const changes: ReceiptChange[] = [];
  for (const { seq, json } of rows) {
    const entry = decodeEntry(String(json));
    const isMeant = report.kind === 'receipt' || entry.receipt !== 'failed';
    if (entry.actor === 'EndUser' || !isMeant) continue;
    const change = withReceipt(entry, report.status);
    if (change.changed) sql.changeEntry.run(encode(change.entry), Number(seq));
    changes.push(change);
  }
  return changes;
}

function statements(database: DatabaseSync) {
  const ordered = 'ORDER BY sent_ms, seq';
  const all = {
    thread: 'SELECT json, forgettable_after FROM threads WHERE key = ?',
    putThread: `INSERT INTO threads (key, open, person, forgettable_after, json)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET open = excluded.open,
      person = excluded.person, forgettable_after = excluded.forgettable_after,
      json = excluded.json`,
    dropThread: 'DELETE FROM threads WHERE key = ?',
    open: 'SELECT json FROM threads WHERE open = 1',
    any: 'SELECT 1 FROM threads LIMIT 1',
    ofPerson: 'SELECT key FROM threads WHERE person = ?',
    forgettable: 'SELECT key FROM threads WHERE forgettable_after < ? LIMIT ?',
    putEntry: 'INSERT INTO entries (key, session, id, sent_ms, json) VALUES (?, ?, ?, ?, ?)',
    changeEntry: 'UPDATE entries SET json = ? WHERE seq = ?',
    dropEntries: 'DELETE FROM entries WHERE key = ?',
    entries: `SELECT json FROM entries WHERE key = ? AND session = ? ${ordered}`,
    history: `SELECT json FROM entries WHERE key = ? ${ordered}`,
    entriesById: `SELECT seq, json FROM entries WHERE key = ? AND id = ? ${ordered}`,
    entriesUntil: `SELECT seq, json FROM entries WHERE key = ? AND sent_ms <= ? ${ordered}`,
    claim: 'SELECT until_ms FROM claims WHERE key = ? AND claim = ?',
    putClaim: `INSERT INTO claims (key, claim, until_ms) VALUES (?, ?, ?)
      ON CONFLICT (key, claim) DO UPDATE SET until_ms = excluded.until_ms`,
    dropClaims: 'DELETE FROM claims WHERE key = ?',
    dropOldClaims: `DELETE FROM claims WHERE (key, claim) IN
      (SELECT key, claim FROM claims WHERE until_ms <= ? LIMIT ?)`,
  } as const;
  type Name = keyof typeof all;
  const prepared = Object.entries(all).map(([name, text]) => [name, database.prepare(text)]);
  return Object.fromEntries(prepared) as Record<Name, ReturnType<DatabaseSync['prepare']>>;
}
