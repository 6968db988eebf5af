/** What every session store must do beside keeping threads: find them, and forget them. */
import { expect, it } from 'vitest';
import type { SessionStore } from '../../src/ports.ts';
import type { WithStore } from './session-store.ts';
import { change, DAY, entry, KEY, NOW, receipt, session, thread } from './threads.ts';

async function openKeys(store: SessionStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.unfinished()) keys.push(key);
  return keys.toSorted();
}

export function recordsContract(withStore: WithStore): void {
  const save = (store: SessionStore, key: string, changes: Parameters<typeof thread>[0] = {}) =>
    store.update(key, NOW, () => change({ thread: thread({ key, ...changes }) }));

  it(
    'knows whether it was ever used',
    withStore(async (store) => {
      expect(await store.isUsed()).toBe(false);
      await save(store, KEY);
      expect(await store.isUsed()).toBe(true);
    }),
  );

  it(
    'lists the threads whose session is open, and no others',
    withStore(async (store) => {
      expect(await openKeys(store)).toEqual([]);
      for (let i = 0; i < 30; i += 1) await save(store, `chat:${i}`);
      for (const status of ['Ended', 'Error'] as const) {
        await save(store, `chat:${status}`, { session: session({ status }) });
      }
      await save(store, 'chat:none', { session: undefined });
      for (const status of ['New', 'Waiting', 'Inactive'] as const) {
        await save(store, `chat:${status}`, { session: session({ status }) });
      }
      await save(store, 'chat:7', { session: session({ status: 'Ended' }) });
      const open = Array.from({ length: 30 }, (_, i) => `chat:${i}`).filter((k) => k !== 'chat:7');
      const expected = [...open, 'chat:New', 'chat:Waiting', 'chat:Inactive'].toSorted();
      expect(await openKeys(store)).toEqual(expected);
    }),
  );

  it(
    'finds the threads of a person on all channels, whatever became of them',
    withStore(async (store) => {
      await save(store, 'chat:ada', { person: 'ada' });
      await save(store, 'sms:+1555', { person: 'ada', session: undefined });
      await save(store, 'sms:+1556', { person: 'bob' });
      await save(store, 'line:U1');
      const keys = async (person: string) =>
        (await store.ofPerson(person, NOW)).map(({ key }) => key).toSorted();
      expect(await keys('ada')).toEqual(['chat:ada', 'sms:+1555']);
      expect(await keys('eve')).toEqual([]);
      await save(store, 'line:U1', { person: 'ada' });
      await save(store, 'sms:+1555', { person: 'bob' });
      expect(await keys('ada')).toEqual(['chat:ada', 'line:U1']);
      expect(await keys('bob')).toEqual(['sms:+1555', 'sms:+1556']);
    }),
  );

  it(
    'has the entries of all sessions in one history',
    withStore(async (store) => {
      const all = [
        entry('m1', { sessionId: 's1' }),
        entry('m2', { sessionId: 's2', sentMs: NOW + 5 }),
        entry('m3', { sessionId: 's1', sentMs: NOW + 9 }),
      ];
      await store.update(KEY, NOW, () => change({ entries: [all[2]!, all[0]!] }));
      await store.update(KEY, NOW, () => change({ entries: [all[1]!] }));
      expect(await store.history(KEY)).toEqual(all);
      expect(await store.history('chat:nobody')).toEqual([]);
    }),
  );

  it(
    'erases an end user at once: thread, entries, claims, and the way to them',
    withStore(async (store) => {
      const saved = (key: string) =>
        change({
          thread: thread({ key, person: 'ada' }),
          entries: [entry('m1', { actor: 'Agent' })],
          claims: ['m1'],
          claimsUntilMs: NOW + DAY,
        });
      await store.update(KEY, NOW, () => saved(KEY));
      await store.update('chat:adam', NOW, () => saved('chat:adam'));
      expect(await store.erase(KEY)).toBe(true);
      expect(await store.erase(KEY)).toBe(false);
      expect(await store.load(KEY, NOW)).toBeUndefined();
      expect([await store.history(KEY), await store.entries(KEY, 's1')]).toEqual([[], []]);
      expect(await store.receipt(KEY, receipt('m1', 'read'), NOW)).toEqual([]);
      expect(await openKeys(store)).toEqual(['chat:adam']);
      expect((await store.ofPerson('ada', NOW)).map(({ key }) => key)).toEqual(['chat:adam']);
      // Who was erased is a stranger: even what was seen before is new.
      let before: unknown = 'not asked';
      const again = await store.update(KEY, NOW, (current) => {
        before = current;
        return saved(KEY);
      });
      expect([again, before]).toEqual(['saved', undefined]);
      expect(await store.history(KEY)).toHaveLength(1);
    }),
  );

  it(
    'keeps an entry of a hundred thousand characters, and any text',
    withStore(async (store) => {
      const text = `${'é☕𝄞\u0000"\\\n\u2028'.repeat(12_500)}`;
      const key = 'chat:{curly} :*? 東京';
      const large = entry("m'; DROP TABLE threads;--", { content: { kind: 'text', text } });
      await store.update(key, NOW, () =>
        change({ thread: thread({ key, profileName: text.slice(0, 50) }), entries: [large] }),
      );
      expect(await store.history(key)).toEqual([large]);
      expect((await store.load(key, NOW))?.profileName).toBe(text.slice(0, 50));
    }),
  );
}
