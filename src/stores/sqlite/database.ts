/**
 * The file behind the sqlite store: opened for this process alone, its schema made or checked, its
 * errors in words. Every commit is on the disk before it is acknowledged (synchronous = FULL).
 */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ErrorCode, StackError } from '../../errors.ts';

/** Of this schema; a file with a higher one is of a newer version. */
const VERSION = 1;
/** `RHSL`: told apart from other programs' files. */
const APPLICATION = 0x5248534c;

const SCHEMA = `
  CREATE TABLE threads (
    key TEXT PRIMARY KEY,
    open INTEGER NOT NULL,
    person TEXT,
    -- NULL: never.
    forgettable_after REAL,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX threads_open ON threads (key) WHERE open = 1;
  CREATE INDEX threads_person ON threads (person) WHERE person IS NOT NULL;
  CREATE INDEX threads_forgettable ON threads (forgettable_after)
    WHERE forgettable_after IS NOT NULL;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    session TEXT NOT NULL,
    id TEXT NOT NULL,
    sent_ms REAL NOT NULL,
    json TEXT NOT NULL
  );
  CREATE INDEX entries_in_order ON entries (key, sent_ms, seq);
  CREATE INDEX entries_by_id ON entries (key, id);
  CREATE TABLE claims (
    key TEXT NOT NULL,
    claim TEXT NOT NULL,
    until_ms REAL NOT NULL,
    PRIMARY KEY (key, claim)
  ) WITHOUT ROWID;
  CREATE INDEX claims_until ON claims (until_ms);
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** Throws `StackError` with the file's name in it. */
export function openDatabase(file: string): DatabaseSync {
  const folder = dirname(file);
  if (!existsSync(folder)) throw new StackError('storeUnavailable', `${file}: no folder ${folder}`);
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new StackError('storeUnavailable', `${file} is a folder`);
  }
  return guard(file, () => {
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      // A second process is refused at once, and the lock goes with this one, however it ends.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
      // What is deleted is overwritten: who is erased must not be found in the file.
      database.exec('PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;');
      prepare(file, database);
      database.exec('COMMIT');
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

function prepare(file: string, database: DatabaseSync): void {
  const read = (pragma: string) => Object.values(database.prepare(pragma).get() ?? {})[0];
  const version = Number(read('PRAGMA user_version'));
  const application = Number(read('PRAGMA application_id'));
  const tables = Number(read('SELECT count(*) FROM sqlite_master'));
  if (tables === 0) {
    database.exec(SCHEMA);
    return;
  }
  if (application !== APPLICATION) {
    throw new StackError('storeCorrupt', `${file} belongs to another program`);
  }
  if (version > VERSION) {
    throw new StackError('storeNewer', `${file} has schema ${version}, this is ${VERSION}`);
  }
}

/** Does it, and says errors of SQLite in our words. */
export function guard<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { errcode } = error as { readonly errcode?: unknown };
    if (typeof errcode !== 'number') throw error;
    // Extended codes have the plain one in their lowest byte.
    const code = CODES.get(errcode & 0xff) ?? 'storeUnavailable';
    throw new StackError(code, `${file}: ${(error as Error).message}`);
  }
}

/** https://www.sqlite.org/rescode.html */
const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [5, 'storeInUse'],
  [6, 'storeInUse'],
  [8, 'storeDenied'],
  [11, 'storeCorrupt'],
  [13, 'storeFull'],
  [14, 'storeUnavailable'],
  [23, 'storeDenied'],
  [26, 'storeCorrupt'],
]);
