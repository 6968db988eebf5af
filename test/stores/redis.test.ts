/** The Redis store with several processes on one server, and when the server is not there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type RedisServer, redisMissing, startRedis } from '../../bench/redis-server.ts';
import type { SessionStore } from '../../src/ports.ts';
import { openStore } from '../../src/stores/open.ts';
import { change, entry, KEY, NOW, thread } from '../contracts/threads.ts';

const missing = redisMissing();
const redis = describe.skipIf(missing !== undefined);
if (missing !== undefined) it.skip(`Redis: ${missing}`, () => {});

redis('several clients on one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  const open = (prefix: string) => openStore(`${server.url}?prefix=${prefix}`);
  const together = async (prefix: string, test: (stores: SessionStore[]) => Promise<void>) => {
    const stores = await Promise.all([open(prefix), open(prefix), open(prefix)]);
    await test(stores);
    await Promise.all(stores.map((store) => store.close()));
  };

  it('loses no save of 60 savers at once', () =>
    together('savers', async (stores) => {
      const saves = Array.from({ length: 60 }, (_, i) =>
        stores[i % 3]!.update(KEY, NOW, (before) => {
          const sessionCount = (before?.sessionCount ?? 0) + 1;
          return change({ thread: thread({ sessionCount }), entries: [entry(`m${i}`)] });
        }),
      );
      expect(new Set(await Promise.all(saves))).toEqual(new Set(['saved']));
      expect((await stores[0]!.load(KEY, NOW))?.sessionCount).toBe(60);
      expect(await stores[1]!.history(KEY)).toHaveLength(60);
    }));

  it('lets one of all claim a message', () =>
    together('claims', async (stores) => {
      const claims = ['m1'];
      const answers = await Promise.all(
        stores.map((store) =>
          Promise.all([1, 2, 3].map(() => store.update(KEY, NOW, () => change({ claims })))),
        ),
      );
      const all = answers.flat();
      expect(all.filter((answer) => answer === 'saved')).toHaveLength(1);
      expect(all.filter((answer) => answer === 'duplicate')).toHaveLength(8);
    }));

  it('knows a session as open whoever opened or closed it last', () =>
    together('open', async (stores) => {
      const toggle = (store: SessionStore) =>
        store.update(KEY, NOW, (before) => {
          const session = before?.session;
          const status = session?.status === 'Active' ? 'Ended' : 'Active';
          return change({ thread: thread({ session: { ...thread().session!, status } }) });
        });
      for (let round = 0; round < 15; round += 1) {
        await Promise.all(stores.map(toggle));
        const isOpen = (await stores[0]!.load(KEY, NOW))?.session?.status === 'Active';
        const found: string[] = [];
        for await (const one of stores[1]!.unfinished()) found.push(one.key);
        expect(found).toEqual(isOpen ? [KEY] : []);
      }
    }));
});

redis('when the server is not there', () => {
  it('says so within seconds, at the start', async () => {
    const code = 'storeUnavailable';
    await expect(openStore('redis://127.0.0.1:1')).rejects.toMatchObject({ code });
    await expect(openStore('redis://127.0.0.1:1?cluster')).rejects.toMatchObject({ code });
  });

  it('says that a password is wrong, or missing, without showing it', async () => {
    const server = await startRedis(['--requirepass', 'open sesame']);
    const { port } = server;
    for (const user of ['', ':wrong@']) {
      const failed = openStore(`redis://${user}127.0.0.1:${port}`);
      await expect(failed).rejects.toMatchObject({ code: 'storeDenied' });
      await expect(failed).rejects.not.toThrow(/wrong@/);
    }
    const store = await openStore(`redis://:open%20sesame@127.0.0.1:${port}`);
    await store.close();
    await server.stop();
  });

  it('fails what is asked meanwhile, and goes on when the server is back', async () => {
    const server = await startRedis();
    const store = await openStore(server.url);
    await store.update(KEY, NOW, () => change());
    await server.kill();
    const failed = store.update(KEY, NOW, () => change());
    await expect(failed).rejects.toMatchObject({ code: 'storeUnavailable' });
    await server.restart();
    const again = async () => store.update(KEY, NOW, () => change());
    await expect.poll(() => again().catch(() => 'no')).toBe('saved');
    await store.close();
    await server.stop();
  });

  it('says that what is there is of a newer schema, or nothing of ours', async () => {
    const server = await startRedis();
    command(server.port, 'SET', 'a:version', '99');
    const newer = openStore(`${server.url}?prefix=a`);
    await expect(newer).rejects.toMatchObject({ code: 'storeNewer' });
    command(server.port, 'LPUSH', 'b:version', 'x');
    const strange = openStore(`${server.url}?prefix=b`);
    await expect(strange).rejects.toMatchObject({ code: 'storeCorrupt' });
    await server.stop();
  });

  it('says that the server is full, and saves nothing by half', async () => {
    const server = await startRedis(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
    const store = await openStore(server.url);
    const text = 'x'.repeat(100_000);
    const save = (i: number) => {
      const content = { kind: 'text', text } as const;
      const sessionCount = i;
      const entries = [entry(`m${i}`, { content })];
      return store.update(KEY, NOW, () => change({ thread: thread({ sessionCount }), entries }));
    };
    let saved = 0;
    const fill = async () => {
      for (; saved < 100; saved += 1) await save(saved + 1);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'storeFull' });
    expect((await store.load(KEY, NOW))?.sessionCount).toBe(saved);
    expect(await store.history(KEY)).toHaveLength(saved);
    await store.close();
    await server.stop();
  });
});
