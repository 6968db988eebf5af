import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../src/channels/messenger/signature.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { account, event, fixture, PAGE, receive, WEBHOOK, webhook } from './page.ts';

const statusOf = (request: HttpRequest) => {
  const received = receive(request);
  return received.ok ? 'taken' : received.response.status;
};

describe('refusals', () => {
  const body = fixture('text');
  const { appSecret } = account;

  it('a signature that is missing, another’s, of another body', () => {
    expect(statusOf(webhook(body))).toBe('taken');
    const good = sign(appSecret, body);
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(statusOf(webhook(body, {}))).toBe(401);
    expect(statusOf(webhook(body, { 'x-hub-signature-256': sign('another', body) }))).toBe(401);
    expect(statusOf(webhook(body.subarray(0, -5), { 'x-hub-signature-256': good }))).toBe(401);
    expect(statusOf(webhook(again, { 'x-hub-signature-256': good }))).toBe(401);
    for (const odd of ['', 'sha256=', good.slice(7), good.toUpperCase(), `${good} `, 'é']) {
      expect(statusOf(webhook(body, { 'x-hub-signature-256': odd }))).toBe(401);
    }
  });

  it('the older signature counts only where the newer is absent', () => {
    const older = sign(appSecret, body, 'sha1');
    expect(statusOf(webhook(body, { 'x-hub-signature': older }))).toBe('taken');
    expect(statusOf(webhook(body, { 'x-hub-signature': sign('another', body, 'sha1') }))).toBe(401);
    const both = { 'x-hub-signature': older, 'x-hub-signature-256': sign('another', body) };
    expect(statusOf(webhook(body, both))).toBe(401);
    const swapped = { 'x-hub-signature': sign(appSecret, body), 'x-hub-signature-256': older };
    expect(statusOf(webhook(body, swapped))).toBe(401);
  });

  it('rightly signed nonsense', () => {
    for (const text of ['', '{"object":', 'null', '[]', '"x"', '1']) {
      expect(statusOf(webhook(Buffer.from(text)))).toBe(400);
    }
  });

  it('an event that nobody could be told of', () => {
    for (const fields of [
      { message: { text: 'x' } },
      { reaction: { emoji: 'x' } },
      { delivery: {} },
      { read: {} },
      { read: { watermark: 'soon' } },
    ]) {
      expect(statusOf(event(fields))).toBe(400);
    }
    for (const fields of [
      { message: { mid: 'm' } },
      { postback: {} },
      { read: { watermark: 1 } },
    ]) {
      expect(statusOf(event(fields, {}))).toBe(400);
    }
  });

  it('other paths and methods', () => {
    expect(statusOf({ ...webhook(body), url: `${WEBHOOK}/more` })).toBe(404);
    expect(statusOf({ ...webhook(body), method: 'PUT' })).toBe(405);
    // What a proxy makes of the origin is no matter.
    expect(statusOf({ ...webhook(body), url: 'http://127.0.0.1:1/webhooks/fb' })).toBe('taken');
  });
});

describe('whatever comes', () => {
  it('bytes that nobody signed are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, signature) => {
        const headers = { 'x-hub-signature-256': signature, 'x-hub-signature': signature };
        expect(statusOf(webhook(Buffer.from(bytes), headers))).toBe(401);
      }),
    );
  });

  it('it never throws, and takes whole what it takes', () => {
    const kinds = ['message', 'postback', 'reaction', 'delivery', 'read', 'referral'];
    const anything = fc.jsonValue({ maxDepth: 3 });
    const part = fc.oneof(
      anything,
      fc.record(
        {
          mid: anything,
          text: anything,
          mids: anything,
          watermark: anything,
          quick_reply: anything,
          attachments: fc.oneof(
            anything,
            fc.array(fc.record({ type: fc.string(), payload: anything })),
          ),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), part, anything, anything, (kind, value, who, when) => {
        const messaging = [{ sender: who, timestamp: when, [kind]: value }];
        const entry = [{ id: PAGE, messaging }];
        const received = receive(webhook(Buffer.from(JSON.stringify({ entry }))));
        expect([200, 400]).toContain(received.response.status);
        for (const one of received.ok ? received.events : []) {
          if (one.kind === 'message') expect(`${one.messageId}${one.from}`).not.toBe('');
        }
      }),
    );
    fc.assert(
      fc.property(anything, (entry) => {
        const request = webhook(Buffer.from(JSON.stringify({ entry })));
        expect([200, 400]).toContain(receive(request).response.status);
      }),
    );
  });
});

describe('the handshake', () => {
  const ask = (query: Record<string, string>) =>
    receive({
      method: 'GET',
      url: `${WEBHOOK}?${new URLSearchParams(query)}`,
      headers: {},
      body: Buffer.alloc(0),
    });
  const right = {
    'hub.mode': 'subscribe',
    'hub.challenge': '1158201444',
    'hub.verify_token': account.verifyToken,
  };

  it('gives the challenge back, raw', () => {
    const received = ask(right);
    expect([received.ok, received.response.status]).toEqual([true, 200]);
    expect(received.response.body.toString()).toBe('1158201444');
  });

  it.each([
    ['token', { 'hub.verify_token': 'x' }],
    ['mode', { 'hub.mode': 'unsubscribe' }],
  ])('is refused for another %s', (_, fields) => {
    expect(ask({ ...right, ...fields }).response.status).toBe(403);
  });

  it('is refused without a challenge', () => {
    const { 'hub.challenge': _, ...rest } = right;
    expect(ask(rest).response.status).toBe(403);
  });
});
