/** The shell around the lifecycle: duplicates, receipts, effects, over fast and slow stores. */
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import type { Fact } from '../../src/facts.ts';
import type { ReceiptStatus } from '../../src/message.ts';
import type { SessionStore } from '../../src/ports.ts';
import * as lifecycle from '../../src/sessions/lifecycle.ts';
import { createSessions } from '../../src/sessions/sessions.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { delayed } from '../stores/delayed.ts';
import { CHANNEL, KEEP_MS, NOW, says } from './parts.ts';

const KEY = 'chat:ada';

function createLab(store: SessionStore) {
  const clock = createVirtualClock({ originMs: NOW });
  const facts: Fact[] = [];
  const effects: string[] = [];
  const sending = new Map<string, Promise<unknown>>();
  let ids = 0;
  const sessions = createSessions({
    clock,
    store,
    channels: { chat: CHANNEL, other: CHANNEL },
    recorder: { record: (fact) => facts.push(fact) },
    newId: (kind) => {
      ids += 1;
      return `${kind}-${ids}`;
    },
    keepMs: KEEP_MS,
    mask: (content) => ({ content, found: [] }),
    directory: { attributesOf: () => ({}) },
    isOpen: () => true,
    isStatusBased: () => false,
    sendsUnderWay: (key) => sending.get(key),
    onAssigned: () => {},
    insists: false,
    wakes: true,
    onEffect: (_, effect) => effects.push(effect.do),
  });
  const sent = (id: string) =>
    sessions.update(KEY, 'chat', (thread, at) => {
      const { nowMs: atMs } = at;
      const sessionId = thread.session?.id ?? '';
      const content = { kind: 'text', text: 'yes?' } as const;
      const entry = { id, sessionId, actor: 'Agent', atMs, sentMs: atMs, content } as const;
      return lifecycle.sent(thread, entry, at);
    });
  const report = (messageId: string, status: ReceiptStatus, more = {}) =>
    sessions.inbound('chat', { kind: 'receipt', messageId, to: 'ada', status, ...more });
  return {
    ...{ clock, sessions, facts, effects, sending, sent, report },
    receipts: () => facts.filter(({ type }) => type === 'receipt'),
    /** Runs a test inside virtual time. */
    async inside(test: () => Promise<void>) {
      clock.spawn('test', test);
      await clock.run();
    },
  };
}

describe.each([
  ['a fast store', createMemoryStore],
  ['a slow store', () => delayed(createMemoryStore())],
])('sessions over %s', (_, makeStore) => {
  it('record what came in once it is kept, then have the effects done in order', async () => {
    const store = makeStore();
    const lab = createLab(store);
    const message = says('hi');
    await lab.inside(async () => {
      await lab.clock.sleep(1500);
      await lab.sessions.inbound('chat', message);
      const { messageId } = message;
      expect(lab.facts).toEqual([
        {
          ...{ type: 'received', at: 1500, channel: 'chat', endUser: KEY, messageId },
          session: (await lab.sessions.load(KEY))?.session?.id,
        },
      ]);
    });
    expect(lab.effects).toEqual(['route', 'respond']);
    const thread = await store.load(KEY, NOW + 1500);
    expect(thread).toMatchObject({ lastInboundMs: NOW + 1500, keepUntilMs: NOW + 1500 + KEEP_MS });
  });

  it('ignore a duplicate: it changes nothing and has no effects', async () => {
    const store = makeStore();
    const lab = createLab(store);
    const message = says('hi');
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', message);
      const before = await lab.sessions.load(KEY);
      await lab.clock.sleep(60_000);
      await lab.sessions.inbound('chat', message);
      expect(await lab.sessions.load(KEY)).toEqual(before);
      const entries = store.entries(KEY, before?.session?.id ?? '');
      expect(await lab.clock.hold(entries)).toHaveLength(1);
    });
    expect(lab.effects).toEqual(['route', 'respond']);
    expect(lab.facts.map(({ type, at }) => [type, at])).toEqual([
      ['received', 0],
      ['duplicateIgnored', 60_000],
    ]);
  });

  it('take one of many equal messages that come at once', async () => {
    const lab = createLab(makeStore());
    const message = says('hi');
    await lab.inside(async () => {
      await Promise.all(Array.from({ length: 8 }, () => lab.sessions.inbound('chat', message)));
    });
    expect(lab.facts.filter(({ type }) => type === 'received')).toHaveLength(1);
    expect(lab.facts.filter(({ type }) => type === 'duplicateIgnored')).toHaveLength(7);
    expect(lab.effects).toEqual(['route', 'respond']);
  });

  it('take the same id on another channel for another message', async () => {
    const lab = createLab(makeStore());
    const message = says('hi');
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', message);
      await lab.sessions.inbound('other', message);
    });
    expect(lab.facts.map(({ type }) => type)).toEqual(['received', 'received']);
  });

  it('do not let a late duplicate of an opt-out undo an opt-in', async () => {
    const lab = createLab(makeStore());
    const stop = says('stop');
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', stop);
      await lab.sessions.inbound('chat', says('start'));
      await lab.sessions.inbound('chat', stop);
      expect((await lab.sessions.load(KEY))?.consent).toBe('ExplicitlyOptedIn');
    });
  });

  it('record receipts forward only, with the time since the send', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', says('hi'));
      await lab.clock.sleep(1000);
      await lab.sent('out-1');
      await lab.clock.sleep(400);
      await lab.report('out-1', 'delivered');
      await lab.clock.sleep(100);
      for (const late of ['sent', 'delivered'] as const) await lab.report('out-1', late);
      await lab.report('out-1', 'read');
      await lab.report('unknown', 'read');
    });
    expect(lab.receipts()).toMatchObject([
      { at: 1400, status: 'delivered', sinceSentMs: 400 },
      { at: 1500, status: 'read', sinceSentMs: 500 },
    ]);
  });

  it('record the code of a failure', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', says('hi'));
      await lab.sent('out-1');
      await lab.report('out-1', 'failed', { errorCode: '30003' });
    });
    expect(lab.receipts()).toMatchObject([{ status: 'failed', code: '30003' }]);
  });

  it('keep a receipt that comes before its send is kept', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', says('hi'));
      const sending = lab.clock.sleep(250).then(() => lab.sent('out-1'));
      lab.sending.set(KEY, sending);
      await lab.report('out-1', 'delivered');
      expect(lab.clock.now()).toBe(250);
    });
    expect(lab.receipts()).toMatchObject([{ at: 250, status: 'delivered', sinceSentMs: 0 }]);
  });

  it('survive a receipt whose send fails', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', says('hi'));
      const failing = lab.clock.sleep(250).then(() => Promise.reject(new Error('no line')));
      failing.catch(() => {});
      lab.sending.set(KEY, failing);
      await lab.report('out-1', 'failed');
    });
    expect(lab.receipts()).toEqual([]);
  });

  it('end the session of a customer who leaves, and nothing for one nobody knows', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      await lab.sessions.inbound('chat', { kind: 'ended', from: 'nobody' });
      await lab.sessions.inbound('chat', says('hi'));
      await lab.sessions.inbound('chat', { kind: 'ended', from: 'ada' });
      await lab.sessions.inbound('chat', { kind: 'ended', from: 'ada' });
      expect((await lab.sessions.load(KEY))?.session).toMatchObject({ endedBy: 'EndUser' });
    });
    expect(lab.effects).toEqual(['route', 'respond', 'ended']);
  });

  it('take no step on an end user nobody knows', async () => {
    const lab = createLab(makeStore());
    await lab.inside(async () => {
      expect(await lab.sent('out-1')).toBeUndefined();
      expect(await lab.sessions.load(KEY)).toBeUndefined();
    });
  });
});
