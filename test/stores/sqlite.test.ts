/** The sqlite store's file: what survives, and what is said when it can't be used. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { change, entry, KEY, NOW, thread } from '../contracts/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const NODE = join(import.meta.dirname, '../../node_modules/node/bin/node');

describe('the file', () => {
  it('gives back everything after it was closed', async () => {
    const file = at('again.db');
    const first = openSqliteStore(file);
    await first.update(KEY, NOW, () =>
      change({ thread: thread({ person: 'ada' }), entries: [entry('m1')], claims: ['m1'] }),
    );
    await first.close();
    const second = openSqliteStore(file);
    expect(await second.load(KEY, NOW)).toEqual(thread({ person: 'ada' }));
    expect(await second.history(KEY)).toEqual([entry('m1')]);
    expect(await second.ofPerson('ada', NOW)).toHaveLength(1);
    expect(await second.update(KEY, NOW, () => change({ claims: ['m1'] }))).toBe('duplicate');
    await second.close();
  });

  it('holds nothing of who was erased, not even in pages it does not use', async () => {
    const file = at('erased.db');
    const store = openSqliteStore(file);
    const text = 'my card is 4111 1111';
    const entries = [entry('m1', { content: { kind: 'text', text } })];
    await store.update(KEY, NOW, () => change({ entries }));
    await store.update('chat:eve', NOW, () => change({ thread: thread({ key: 'chat:eve' }) }));
    await store.erase(KEY);
    const files = [file, `${file}-wal`].filter(existsSync);
    for (const one of files) expect(readFileSync(one, 'latin1')).not.toContain('4111 1111');
    await store.close();
    expect(readFileSync(file, 'latin1')).toContain('chat:eve');
  });

  it('has every acknowledged save after its process was killed, and none by half', async () => {
    const file = at('killed.db');
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(NODE, [join(import.meta.dirname, 'saver.ts'), file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      const enough = new Promise<void>((resolve) => {
        child.stdout.on('data', (text) => {
          printed += text;
          if (printed.length > 400 + round * 777) resolve();
        });
      });
      await enough;
      child.kill('SIGKILL');
      await once(child, 'close');
      const acknowledged = printed.split('\n').slice(0, -1).map(Number);
      const last = acknowledged.at(-1)!;
      const store = openSqliteStore(file);
      const { sessionCount = 0 } = (await store.load(KEY, NOW)) ?? {};
      expect(sessionCount).toBeGreaterThanOrEqual(last);
      const ids = (await store.history(KEY)).map(({ id }) => id);
      // Thread and entries are of the same moment: each step counted one and added one.
      expect(ids).toEqual(Array.from({ length: sessionCount }, (_, i) => `m${i + 1}`));
      await store.close();
    }
  });

  it('is one process’s at a time', async () => {
    const store = openSqliteStore(at('one.db'));
    expect(() => openSqliteStore(at('one.db'))).toThrow(
      /one\.db: database is locked: another process has the store open/,
    );
    await store.update(KEY, NOW, () => change());
    await store.close();
    await openSqliteStore(at('one.db')).close();
  });

  it('loses nothing when the disk is full, and goes on once there is room', async () => {
    const file = at('full.db');
    await openSqliteStore(file).close();
    const store = openSqliteStore(file, { maxPages: 40 });
    const content = { kind: 'text', text: 'x'.repeat(20_000) } as const;
    let saved = 0;
    const fill = () => {
      for (;;) {
        store.update(KEY, NOW, () => change({ entries: [entry(`m${saved + 1}`, { content })] }));
        saved += 1;
      }
    };
    expect(fill).toThrow(/full\.db: .*: the store has no room left; nothing of it was saved/);
    expect(saved).toBeGreaterThan(0);
    expect(await store.history(KEY)).toHaveLength(saved);
    await store.erase(KEY);
    await store.update(KEY, NOW, () => change({ entries: [entry('after')] }));
    expect(await store.history(KEY)).toHaveLength(1);
    await store.close();
  });
});

describe('what can’t be opened', () => {
  const opened = (url: string) => openStore(url).catch((error: Error) => error.message);

  it('is said in words, with the name', async () => {
    writeFileSync(at('text.db'), 'this is no database, but it is long enough to look like one');
    mkdirSync(at('folder.db'));
    const other = new DatabaseSync(at('other.db'));
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    await openSqliteStore(at('newer.db')).close();
    const newer = new DatabaseSync(at('newer.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(await opened(`sqlite:${at('text.db')}`)).toMatch(/text\.db: file is not a database/);
    expect(await opened(`sqlite:${at('folder.db')}`)).toMatch(/folder\.db is a folder/);
    expect(await opened(`sqlite:${at('other.db')}`)).toMatch(/belongs to another program/);
    expect(await opened(`sqlite:${at('newer.db')}`)).toMatch(/has schema 99, this is 1: a newer/);
    expect(await opened(`sqlite:${at('no/where.db')}`)).toMatch(/no folder .*no: the store can/);
    expect(await opened('sqlite:')).toMatch(/names no file/);
    expect(await opened('sqlte:x.db')).toMatch(/did you mean 'sqlite'\?/);
    expect(await opened('postgres://x')).toMatch(/such as memory, sqlite:sessions\.db, redis:/);
  });

  it('is left as it was', async () => {
    const other = new DatabaseSync(at('other.db'));
    expect(other.prepare('SELECT name FROM sqlite_master').all()).toMatchObject([
      { name: 'recipes' },
    ]);
    other.close();
  });
});
