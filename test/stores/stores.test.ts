/** Every store against the one contract. `STORES=memory` (or a list, by commas) narrows it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type RedisServer, redisMissing, startRedis } from '../../bench/redis-server.ts';
import type { SessionStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { openRedisStore } from '../../src/stores/redis/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { sessionStoreContract } from '../contracts/session-store.ts';
import { delayed } from './delayed.ts';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-stores-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

const servers: Promise<RedisServer>[] = [];
afterAll(() => Promise.all(servers.map(async (server) => (await server).stop())));
/** Opens stores on one server, each under a prefix of its own. */
const redis = (options: readonly string[], query = '') => {
  let server: Promise<RedisServer> | undefined;
  return async () => {
    if (server === undefined) {
      server = startRedis(options);
      servers.push(server);
    }
    files += 1;
    return openRedisStore(`${(await server).url}?prefix=test-${files}${query}`);
  };
};

const STORES: Readonly<Record<string, () => SessionStore | Promise<SessionStore>>> = {
  memory: createMemoryStore,
  sqlite: () => openSqliteStore(newFile()),
  redis: redis([]),
  'redis-cluster': redis(['--cluster-enabled', 'yes'], '&cluster'),
};

const wanted = process.env.STORES?.split(',') ?? Object.keys(STORES);

it('knows every store it is asked to test', () => {
  expect(Object.keys(STORES)).toEqual(expect.arrayContaining(wanted));
  expect(wanted).not.toEqual([]);
});

for (const [name, make] of Object.entries(STORES)) {
  if (!wanted.includes(name)) continue;
  const missing = name.startsWith('redis') ? redisMissing() : undefined;
  if (missing !== undefined) {
    it.skip(`the ${name} store: ${missing}`, () => {});
    continue;
  }
  describe(`the ${name} store`, () => sessionStoreContract(make));
  describe(`the ${name} store, behind a slow line`, () => {
    sessionStoreContract(async () => delayed(await make()));
  });
}

describe('the memory store', () => {
  const at = (nowMs: number, key: string, keepUntilMs: number, consent = 'ImplicitlyOptedIn') => ({
    thread: {
      key,
      channelId: 'chat',
      address: key,
      profileName: undefined,
      person: undefined,
      language: undefined,
      consent: consent as 'ImplicitlyOptedIn',
      lastInboundMs: nowMs,
      lastMessageId: 'm',
      readToken: undefined,
      replyToken: undefined,
      consentSentMs: 0,
      session: undefined,
      sessionCount: 1,
      sends: [],
      keepUntilMs,
    },
    entries: [{ ...ENTRY, atMs: nowMs, sentMs: nowMs }],
    claims: [`claim ${key} ${nowMs}`],
    claimsUntilMs: keepUntilMs,
  });
  const TEXT = { kind: 'text', text: 'hello' } as const;
  const ENTRY = { id: 'm', sessionId: 's', actor: 'EndUser' as const, content: TEXT };

  it('forgets what its time has passed, and starts afresh with the same end user', async () => {
    const store = createMemoryStore();
    store.update('chat:ada', 0, () => at(0, 'chat:ada', 100));
    expect(store.load('chat:ada', 100)).toBeDefined();
    expect(store.load('chat:ada', 101)).toBeUndefined();
    store.update('chat:ada', 200, (before) => {
      expect(before).toBeUndefined();
      return at(200, 'chat:ada', 300);
    });
    expect(await store.entries('chat:ada', 's')).toHaveLength(1);
  });

  it('does not hold on to what is over, however many come by', async () => {
    const store = createMemoryStore();
    const one = (i: number) => `chat:${i}`;
    for (let i = 0; i < 20_000; i += 1) store.update(one(i), i, () => at(i, one(i), i + 50));
    let left = 0;
    for (let i = 0; i < 20_000; i += 1) left += (await store.entries(one(i), 's')).length;
    expect(left).toBeLessThan(200);
  });
});
