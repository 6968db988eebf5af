/**
 * What every session store must do. `make` gives an empty store. Times are the caller's, in
 * Unix ms: a store has no clock of its own. Answers may come at once or by promise.
 */
import { afterEach, expect, it } from 'vitest';
import type { SessionStore } from '../../src/ports.ts';
import type { Thread } from '../../src/sessions/thread.ts';
import { receiptsContract } from './session-receipts.ts';
import { recordsContract } from './session-records.ts';
import { change, DAY, entry, KEY, NOW, receipt, session, thread } from './threads.ts';

/** A test with an empty store, which is closed after it. */
export type WithStore = (test: (store: SessionStore) => Promise<void>) => () => Promise<void>;

export function sessionStoreContract(make: () => SessionStore | Promise<SessionStore>): void {
  const opened: SessionStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  const withStore: WithStore = (test) => async () => {
    const store = await make();
    opened.push(store);
    await test(store);
  };

  receiptsContract(withStore);
  recordsContract(withStore);

  it(
    'knows nobody at first',
    withStore(async (store) => {
      expect(await store.load(KEY, NOW)).toBeUndefined();
      expect(await store.entries(KEY, 's1')).toEqual([]);
      expect(await store.receipt(KEY, receipt('m1', 'sent'), NOW)).toEqual([]);
      const seen: unknown[] = [];
      await store.update(KEY, NOW, (before) => void seen.push(before));
      expect(new Set(seen)).toEqual(new Set([undefined]));
    }),
  );

  it(
    'gives back what it was given, field by field',
    withStore(async (store) => {
      const saved = thread({ profileName: 'Ada ☕', session: session({ acceptedMs: NOW + 1.5 }) });
      expect(await store.update(KEY, NOW, () => change({ thread: saved }))).toBe('saved');
      expect(await store.load(KEY, NOW)).toEqual(saved);
      expect(Object.keys((await store.load(KEY, NOW))!)).toEqual(
        expect.arrayContaining(Object.keys(saved)),
      );
      let before: Thread | undefined;
      await store.update(KEY, NOW, (current) => {
        before = current;
        return undefined;
      });
      expect(before).toEqual(saved);
    }),
  );

  it(
    'leaves everything as it was when the step gives nothing, or fails',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ entries: [entry('m1')] }));
      expect(await store.update(KEY, NOW, () => undefined)).toBe('unchanged');
      const failing = async () =>
        store.update(KEY, NOW, () => {
          throw new Error('the step broke');
        });
      await expect(failing()).rejects.toThrow('the step broke');
      expect(await store.load(KEY, NOW)).toEqual(thread());
      expect(await store.entries(KEY, 's1')).toEqual([entry('m1')]);
    }),
  );

  it(
    'adds entries behind those it has, each kind of content as it was',
    withStore(async (store) => {
      const choices = [{ id: '1', title: 'Yes' }];
      const all = [
        entry('m1', { content: { kind: 'text', text: 'naïve ☕\r\n' } }),
        entry('m2', { content: { kind: 'choice', id: '1', title: 'Yes' }, atMs: NOW + 1 }),
        entry('m3', { actor: 'Agent', content: { kind: 'text', text: 'Sure?', choices } }),
        entry('m4', { content: { kind: 'media', url: 'https://x/y', mimeType: 'image/png' } }),
      ];
      await store.update(KEY, NOW, () => change({ entries: all.slice(0, 1) }));
      await store.update(KEY, NOW, () => change({ entries: all.slice(1, 3) }));
      await store.update(KEY, NOW, () => change({ entries: [] }));
      await store.update(KEY, NOW, () => change({ entries: all.slice(3) }));
      expect(await store.entries(KEY, 's1')).toEqual(all);
    }),
  );

  it(
    'keeps sessions and end users apart',
    withStore(async (store) => {
      const other = 'other-chat:ada';
      const second = entry('m2', { sessionId: 's2' });
      await store.update(KEY, NOW, () => change({ entries: [entry('m1'), second] }));
      await store.update(other, NOW, () => change({ entries: [entry('m3')] }));
      expect(await store.entries(KEY, 's1')).toEqual([entry('m1')]);
      expect(await store.entries(KEY, 's2')).toEqual([second]);
      expect(await store.entries(other, 's1')).toEqual([entry('m3')]);
      expect(await store.receipt(other, receipt('m1', 'read'), NOW)).toEqual([]);
    }),
  );

  it(
    'refuses a change whose claim holds already, all of it',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ claims: ['chat/m1'] }));
      const again = change({
        thread: thread({ sessionCount: 99 }),
        entries: [entry('m1')],
        claims: ['chat/m2', 'chat/m1'],
      });
      expect(await store.update(KEY, NOW + 5, () => again)).toBe('duplicate');
      expect(await store.load(KEY, NOW)).toEqual(thread());
      expect(await store.entries(KEY, 's1')).toEqual([]);
      // The claim beside the refused one was not made.
      expect(await store.update(KEY, NOW, () => change({ claims: ['chat/m2'] }))).toBe('saved');
      // Message ids are of one end user: what another has is not the same.
      const other = change({ thread: thread({ key: 'chat:bob' }), claims: ['chat/m1'] });
      expect(await store.update('chat:bob', NOW, () => other)).toBe('saved');
    }),
  );

  it(
    'lets a claim go when its time is over, not before',
    withStore(async (store) => {
      const claim = (nowMs: number, claimsUntilMs: number) =>
        store.update(KEY, nowMs, () => change({ claims: ['chat/m1'], claimsUntilMs }));
      expect(await claim(NOW, NOW + DAY)).toBe('saved');
      expect(await claim(NOW + DAY - 1, NOW + 3 * DAY)).toBe('duplicate');
      expect(await claim(NOW + DAY + 1, NOW + 3 * DAY)).toBe('saved');
      expect(await claim(NOW + 2 * DAY, NOW + 3 * DAY)).toBe('duplicate');
    }),
  );

  it(
    'gives entries in the order they were sent, however they came',
    withStore(async (store) => {
      const add = (id: string, sentMs: number) =>
        store.update(KEY, NOW, () => change({ entries: [entry(id, { sentMs })] }));
      await add('second', NOW + 20);
      await add('third', NOW + 30);
      await add('first', NOW + 10);
      await add('also second', NOW + 20);
      const ids = (await store.entries(KEY, 's1')).map(({ id }) => id);
      expect(ids).toEqual(['first', 'second', 'also second', 'third']);
    }),
  );

  it(
    'is atomic: of steps taken at once none is lost and each sees the ones before',
    withStore(async (store) => {
      const step = async (i: number) =>
        store.update(KEY, NOW, (before) => {
          const sessionCount = (before?.sessionCount ?? 0) + 1;
          return change({ thread: thread({ sessionCount }), entries: [entry(`m${i}`)] });
        });
      const results = await Promise.all(Array.from({ length: 50 }, (_, i) => step(i)));
      expect(new Set(results)).toEqual(new Set(['saved']));
      expect((await store.load(KEY, NOW))?.sessionCount).toBe(50);
      const ids = (await store.entries(KEY, 's1')).map(({ id }) => id);
      expect(ids.toSorted()).toEqual(Array.from({ length: 50 }, (_, i) => `m${i}`).toSorted());
    }),
  );

  it(
    'is atomic: of equal claims made at once one is taken',
    withStore(async (store) => {
      const step = async (i: number) =>
        store.update(KEY, NOW, () => change({ entries: [entry(`m${i}`)], claims: ['chat/same'] }));
      const results = await Promise.all(Array.from({ length: 30 }, (_, i) => step(i)));
      expect(results.filter((result) => result === 'saved')).toHaveLength(1);
      expect(results.filter((result) => result === 'duplicate')).toHaveLength(29);
      expect(await store.entries(KEY, 's1')).toHaveLength(1);
    }),
  );

  it(
    'keeps a thread until its time, and an open session or an opt-out for ever',
    withStore(async (store) => {
      const keepUntilMs = NOW + DAY;
      const over = session({ status: 'Ended', endedMs: NOW, endedBy: 'Agent' });
      const save = (key: string, changes: Partial<Thread>) =>
        store.update(key, NOW, () => change({ thread: thread({ key, keepUntilMs, ...changes }) }));
      await save('chat:over', { session: over });
      await save('chat:open', {});
      await save('chat:out', { session: over, consent: 'OptedOut' });
      // Other people's traffic makes a store clean up.
      const traffic = async (nowMs: number) => {
        for (let i = 0; i < 40; i += 1) {
          const key = `chat:${i}`;
          await store.update(key, nowMs, () => change({ thread: thread({ key }) }));
        }
      };
      await traffic(keepUntilMs - 1);
      expect(await store.load('chat:over', keepUntilMs)).toMatchObject({ key: 'chat:over' });
      await traffic(NOW + 400 * DAY);
      expect(await store.load('chat:open', NOW + 400 * DAY)).toMatchObject({ key: 'chat:open' });
      expect(await store.load('chat:out', NOW + 400 * DAY)).toMatchObject({ consent: 'OptedOut' });
    }),
  );
}
