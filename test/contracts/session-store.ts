/**
 * What every session store must do. `make` gives an empty store. Times are the caller's, in
 * Unix ms: a store has no clock of its own. Answers may come at once or by promise.
 */
import { afterEach, expect, it } from 'vitest';
import type { ReceiptStatus } from '../../src/message.ts';
import type { SessionStore, ThreadChange } from '../../src/ports.ts';
import type { Entry, Session, Thread } from '../../src/sessions/thread.ts';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const KEY = 'chat:ada';

export function sessionStoreContract(make: () => SessionStore | Promise<SessionStore>): void {
  const opened: SessionStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  const withStore = (test: (store: SessionStore) => Promise<void>) => async () => {
    const store = await make();
    opened.push(store);
    await test(store);
  };

  it(
    'knows nobody at first',
    withStore(async (store) => {
      expect(await store.load(KEY, NOW)).toBeUndefined();
      expect(await store.entries(KEY, 's1')).toEqual([]);
      expect(await store.receipt(KEY, receipt('m1', 'sent'), NOW)).toBeUndefined();
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
      expect(await store.receipt(other, receipt('m1', 'read'), NOW)).toBeUndefined();
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
      expect(await store.update('chat:bob', NOW + 5, () => again)).toBe('duplicate');
      expect(await store.load(KEY, NOW)).toEqual(thread());
      expect(await store.load('chat:bob', NOW)).toBeUndefined();
      expect(await store.entries(KEY, 's1')).toEqual([]);
      // The claim beside the refused one was not made.
      expect(await store.update(KEY, NOW, () => change({ claims: ['chat/m2'] }))).toBe('saved');
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
    'moves receipts forward only, and says whether they told something new',
    withStore(async (store) => {
      const sent = entry('m1', { actor: 'Agent' });
      await store.update(KEY, NOW, () => change({ entries: [entry('m0'), sent] }));
      const report = async (status: ReceiptStatus) => {
        const answer = await store.receipt(KEY, receipt('m1', status), NOW + 10);
        return [answer?.changed, answer?.entry.receipt];
      };
      expect(await report('sent')).toEqual([true, 'sent']);
      expect(await report('sent')).toEqual([false, 'sent']);
      expect(await report('read')).toEqual([true, 'read']);
      for (const late of ['sent', 'delivered', 'failed', 'read'] as const) {
        expect(await report(late)).toEqual([false, 'read']);
      }
      expect(await store.entries(KEY, 's1')).toEqual([entry('m0'), { ...sent, receipt: 'read' }]);
      expect(await store.load(KEY, NOW + 10)).toEqual(thread());
    }),
  );

  it(
    'keeps a failure against a late "sent", and a delivery against a failure',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ entries: [entry('m1', { actor: 'System' })] }));
      const report = async (status: ReceiptStatus) =>
        (await store.receipt(KEY, receipt('m1', status), NOW))?.entry.receipt;
      expect(await report('failed')).toBe('failed');
      expect(await report('sent')).toBe('failed');
      expect(await report('delivered')).toBe('delivered');
      expect(await report('failed')).toBe('delivered');
    }),
  );

  it(
    'knows no receipt of what the customer wrote, or nobody sent',
    withStore(async (store) => {
      await store.update(KEY, NOW, () => change({ entries: [entry('m1')] }));
      expect(await store.receipt(KEY, receipt('m1', 'read'), NOW)).toBeUndefined();
      expect(await store.receipt(KEY, receipt('m9', 'read'), NOW)).toBeUndefined();
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
        store.update(`chat:${i % 3}`, NOW, () =>
          change({ entries: [entry(`m${i}`)], claims: ['chat/same'] }),
        );
      const results = await Promise.all(Array.from({ length: 30 }, (_, i) => step(i)));
      expect(results.filter((result) => result === 'saved')).toHaveLength(1);
      expect(results.filter((result) => result === 'duplicate')).toHaveLength(29);
      const entries = await Promise.all([0, 1, 2].map((i) => store.entries(`chat:${i}`, 's1')));
      expect(entries.flat()).toHaveLength(1);
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

function session(changes: Partial<Session> = {}): Session {
  return {
    id: 's1',
    status: 'Active',
    startedMs: NOW,
    workId: 'w1',
    acceptedMs: undefined,
    endedMs: undefined,
    endedBy: undefined,
    unansweredSinceMs: NOW,
    repliedOnce: false,
    ...changes,
  };
}

function thread(changes: Partial<Thread> = {}): Thread {
  return {
    key: KEY,
    channelId: 'chat',
    address: 'ada',
    profileName: undefined,
    consent: 'ImplicitlyOptedIn',
    lastInboundMs: NOW,
    session: session(),
    sessionCount: 1,
    keepUntilMs: NOW + 30 * DAY,
    ...changes,
  };
}

function change(changes: Partial<ThreadChange> = {}): ThreadChange {
  return { thread: thread(), entries: [], claims: [], claimsUntilMs: NOW + DAY, ...changes };
}

function entry(id: string, changes: Partial<Entry> = {}): Entry {
  const content = { kind: 'text', text: 'hello' } as const;
  return { id, sessionId: 's1', actor: 'EndUser', atMs: NOW, content, ...changes };
}

function receipt(messageId: string, status: ReceiptStatus) {
  return { kind: 'receipt', messageId, to: 'ada', status } as const;
}
