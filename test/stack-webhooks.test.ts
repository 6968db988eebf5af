/** The stack's front door: what it answers to webhooks, good and bad, and when its store fails. */
import { describe, expect, it } from 'vitest';
import { StackError } from '../src/errors.ts';
import { type HttpRequest, respond } from '../src/http.ts';
import type { InboundEvent } from '../src/message.ts';
import type { ChannelAdapter, SessionStore } from '../src/ports.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { CHANNEL, createStackLab, QUIET } from './stack-lab.ts';

/** A platform of few words: events as JSON, with a password for a signature. */
const ADAPTER: ChannelAdapter = {
  receive({ headers, body }) {
    if (headers.password !== 'sesame') {
      return { ok: false, reason: 'bad signature', response: respond(403, 'no\n') };
    }
    const events = JSON.parse(body.toString()) as InboundEvent[];
    return { ok: true, events, response: respond(202, 'taken\n', { 'x-ours': '1' }) };
  },
  // biome-ignore lint/correctness/useYield: it has nothing to ask.
  *deliver() {
    return { ok: true, messageId: 'm' };
  },
};

const says = (text: string, messageId = text): InboundEvent => ({
  ...{ kind: 'message', messageId, from: 'ada', content: { kind: 'text', text } },
});

function post(path: string, events: readonly InboundEvent[], password = 'sesame'): HttpRequest {
  const body = Buffer.from(JSON.stringify(events));
  return { method: 'POST', url: `http://stack.test${path}`, headers: { password }, body };
}

function createLab(store?: SessionStore) {
  const adapters = new Map([
    ['chat', ADAPTER],
    ['my chat/2', ADAPTER],
  ]);
  const channels = { chat: QUIET, 'my chat/2': CHANNEL };
  return createStackLab({ adapters, channels, ...(store === undefined ? {} : { store }) });
}

describe('a webhook', () => {
  it('is answered as its adapter says, with everything in the store', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      const answer = await lab.stack.handle(post('/webhooks/chat', [says('hi'), says('there')]));
      expect(answer).toMatchObject({ status: 202, headers: { 'x-ours': '1' } });
      expect(answer.body.toString()).toBe('taken\n');
      expect(await lab.clock.hold(lab.store.entries('chat:ada', 'S1'))).toHaveLength(2);
    });
    expect(lab.of('received').map(({ messageId }) => messageId)).toEqual(['hi', 'there']);
  });

  it.each([
    ['/webhooks/chat?token=1', 202],
    ['/webhooks/chat/status', 202],
    ['/webhooks/my%20chat%2F2', 202],
    ['/webhooks/chatter', 404],
    ['/webhooks/', 404],
    ['/webhooks', 404],
    ['/chat', 404],
    ['', 404],
    ['/webhooks/%E0%A4%A', 404],
  ])('to %j is answered %i', async (path, status) => {
    const lab = createLab();
    await lab.inside(async () => {
      expect((await lab.stack.handle(post(path, [says('hi')]))).status).toBe(status);
    });
    expect(lab.of('received')).toHaveLength(status === 202 ? 1 : 0);
  });

  it('for a channel nobody has leaves no trace', async () => {
    const lab = createLab();
    await lab.inside(async () => {
      await lab.stack.handle(post('/webhooks/nobody', [says('hi')]));
    });
    expect(lab.facts).toEqual([]);
  });

  it('that is refused leaves no trace but the refusal', async () => {
    const store = createMemoryStore();
    const lab = createLab(store);
    const ann = lab.seat('ann');
    lab.facts.length = 0;
    await lab.inside(async () => {
      await lab.clock.sleep(250);
      const answer = await lab.stack.handle(post('/webhooks/chat', [says('hi')], 'guess'));
      expect([answer.status, answer.body.toString()]).toEqual([403, 'no\n']);
      // The same message, signed, is new.
      await lab.clock.sleep(1);
      expect(await lab.clock.hold(store.load('chat:ada', 0))).toBeUndefined();
      expect([ann.offers, lab.sent]).toEqual([[], []]);
    });
    expect(lab.facts).toEqual([
      { type: 'webhookRefused', at: 250, channel: 'chat', reason: 'bad signature', status: 403 },
    ]);
  });

  it('that comes twice is acknowledged twice and counted once', async () => {
    const lab = createLab();
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const once = post('/webhooks/chat', [says('hi')]);
      const answers = await Promise.all([lab.stack.handle(once), lab.stack.handle(once)]);
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    });
    expect(lab.of('received')).toHaveLength(1);
    expect(lab.of('duplicateIgnored')).toMatchObject([{ channel: 'chat', messageId: 'hi' }]);
    expect(ann.offers).toHaveLength(1);
  });
});

describe('while the store fails', () => {
  /** A store that fails on the n-th update, once. */
  function failingAt(n: number, error: Error): SessionStore {
    const store = createMemoryStore();
    let updates = 0;
    return {
      ...store,
      update(...call) {
        updates += 1;
        return updates === n ? Promise.reject(error) : store.update(...call);
      },
    };
  }

  it('a webhook is answered 503, and sent again is taken as a whole and once', async () => {
    const lab = createLab(failingAt(2, new StackError('connectionLost', 'the store')));
    const ann = lab.seat('ann');
    const request = post('/webhooks/chat', [says('one'), says('two')]);
    await lab.inside(async () => {
      const first = await lab.stack.handle(request);
      expect(first.status).toBe(503);
      expect(first.body.toString()).toContain('the store');
      expect(lab.of('received').map(({ messageId }) => messageId)).toEqual(['one']);
      expect((await lab.stack.handle(request)).status).toBe(202);
    });
    expect(lab.of('received').map(({ messageId }) => messageId)).toEqual(['one', 'two']);
    expect(lab.of('duplicateIgnored')).toHaveLength(1);
    expect(ann.offers).toHaveLength(1);
  });

  it('nothing is routed and nobody is written to for what was not saved', async () => {
    const lab = createLab(failingAt(1, new StackError('timedOut', 'the store')));
    const ann = lab.seat('ann');
    await lab.inside(async () => {
      const answer = await lab.stack.handle(post('/webhooks/my%20chat%2F2', [says('hi')]));
      expect(answer.status).toBe(503);
    });
    expect([ann.offers, lab.sent, lab.of('queued')]).toEqual([[], [], []]);
  });

  it('a mistake of ours is not passed off as bad weather', async () => {
    const lab = createLab(failingAt(1, new TypeError('x is not a function')));
    await lab.inside(async () => {
      const answer = lab.stack.handle(post('/webhooks/chat', [says('hi')]));
      await expect(answer).rejects.toThrow('x is not a function');
    });
  });
});
