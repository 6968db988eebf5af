/**
 * The session store in one file, by Node's own SQLite: what was saved survives a crash of the
 * process and of the machine. One process at a time. Answers come at once.
 */
import type { SessionStore } from '../../ports.ts';
import { decodeEntry, decodeThread } from '../codec.ts';
import { guard, openDatabase } from './database.ts';
import { createRows } from './rows.ts';

export interface SqliteOptions {
  /** Of 4 KiB; a bound for the file. */
  readonly maxPages?: number;
}

/** Throws `StackError` when the file can't be had. */
export function openSqliteStore(file: string, { maxPages }: SqliteOptions = {}): SessionStore {
  const database = openDatabase(file);
  if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`);
  const rows = createRows(database);
  const { sql, find } = rows;
  /** All or nothing. What `work` gives that is not kept is rolled back. */
  const atomically = <T>(work: () => { readonly keep: boolean; readonly value: T }): T =>
    guard(file, () => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const { keep, value } = work();
        database.exec(keep ? 'COMMIT' : 'ROLLBACK');
        return value;
      } catch (error) {
        // A full disk may have rolled it back already.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  return {
    load: (key, nowMs) => guard(file, () => find(key, nowMs)),
    update: (key, nowMs, step) =>
      atomically(() => {
        const before = find(key, nowMs);
        const change = step(before);
        if (change === undefined) return { keep: false, value: 'unchanged' };
        if (change.claims.some((claim) => rows.isClaimed(key, claim, nowMs))) {
          return { keep: false, value: 'duplicate' };
        }
        // Who was forgotten begins afresh.
        if (before === undefined) sql.dropEntries.run(key);
        rows.save(key, change);
        if (before === undefined || change.claims.length > 0) rows.sweep(nowMs);
        return { keep: true, value: 'saved' };
      }),
    receipt: (key, report, nowMs) =>
      atomically(() => {
        const value = find(key, nowMs) === undefined ? [] : rows.moveReceipts(key, report);
        return { keep: value.some(({ changed }) => changed), value };
      }),
    entries: (key, sessionId) =>
      guard(file, () =>
        sql.entries.all(key, sessionId).map(({ json }) => decodeEntry(String(json))),
      ),
    history: (key) =>
      guard(file, () => sql.history.all(key).map(({ json }) => decodeEntry(String(json)))),
    async *unfinished() {
      for (const { json } of guard(file, () => sql.open.all())) yield decodeThread(String(json));
    },
    isUsed: () => guard(file, () => sql.any.get() !== undefined),
    ofPerson: (person, nowMs) =>
      guard(file, () =>
        sql.ofPerson
          .all(person)
          .map(({ key }) => find(String(key), nowMs))
          .filter((thread) => thread !== undefined),
      ),
    erase(key) {
      const erased = atomically(() => ({ keep: true, value: rows.wipe(key) > 0 }));
      // Nor may the log keep it.
      guard(file, () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
      return erased;
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}
