/** LINE's webhooks, as the adapter reads them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_MS } from '../driving.ts';
import {
  ADDRESS,
  API,
  adapter,
  event,
  fixture,
  receive,
  USER,
  WEBHOOK,
  webhook,
} from './channel.ts';

const message = (of: object, more: object = {}) =>
  event({ type: 'message', replyToken: 'a1'.repeat(16), message: { id: '77', ...of }, ...more });

const contentOf = (of: object) => {
  const [first] = receive(message(of));
  return first?.kind === 'message' ? first.content : undefined;
};

describe('a documented webhook', () => {
  it('is read with its reply token, good for a minute from now', () => {
    const received = adapter.receive(webhook(fixture('text')), AT_MS);
    expect(received).toMatchObject({
      ok: true,
      response: { status: 200 },
      events: [
        {
          kind: 'message',
          messageId: '444573844083572737',
          from: USER,
          content: { kind: 'text', text: '@All @example Good Morning!! (love)' },
          sentMs: 1625665242211,
          replyToken: { token: '757913772c4646b784d4b7ce46d12671', untilMs: AT_MS + 60_000 },
        },
      ],
    });
  });
});

describe('messages', () => {
  it('with media lead to where LINE keeps it, or to where it is', () => {
    const at = `${API}/v2/bot/message/77/content`;
    const contentProvider = { type: 'line' };
    expect(contentOf({ type: 'image', contentProvider })).toEqual({
      kind: 'media',
      url: at,
      mimeType: 'image/jpeg',
    });
    const external = { type: 'external', originalContentUrl: 'https://x.test/v.mp4' };
    expect(contentOf({ type: 'video', contentProvider: external })).toMatchObject({
      url: 'https://x.test/v.mp4',
      mimeType: 'video/mp4',
    });
    expect(contentOf({ type: 'audio', contentProvider })).toMatchObject({ mimeType: 'audio/m4a' });
    expect(contentOf({ type: 'file', fileName: 'bill.pdf', fileSize: 9 })).toMatchObject({
      url: at,
      caption: 'bill.pdf',
    });
  });

  it('may be places, stickers, or what nobody knows yet', () => {
    const place = { type: 'location', latitude: 1.5, longitude: 2, title: 'Here' };
    expect(contentOf(place)).toEqual({
      kind: 'location',
      latitude: 1.5,
      longitude: 2,
      name: 'Here',
    });
    const sticker = { type: 'sticker', packageId: '1', stickerId: '2', keywords: ['hi', 'cat'] };
    expect(contentOf(sticker)).toEqual({ kind: 'text', text: '[sticker: hi, cat]' });
    expect(contentOf({ type: 'hologram' })).toEqual({
      kind: 'text',
      text: '[unsupported: hologram]',
    });
  });

  it('carry what they are marked as read by', () => {
    expect(receive(message({ type: 'text', text: 'x', markAsReadToken: 'r1' }))).toMatchObject([
      { readToken: 'r1' },
    ]);
  });

  it('have the same id when they are sent again, so that they are known', () => {
    const once = message({ type: 'text', text: 'x' });
    const again = { ...once, deliveryContext: { isRedelivery: true } };
    const ids = receive(once, again).map((one) => one.kind === 'message' && one.messageId);
    expect(ids).toEqual(['77', '77']);
  });
});

describe('postbacks', () => {
  const choiceOf = (postback: object) => {
    const [first] = receive(event({ type: 'postback', replyToken: 'b2'.repeat(16), postback }));
    return first;
  };

  it('say what was picked, as the adapter wrote it', () => {
    expect(choiceOf({ data: 'choice=c%2F1&title=Yes%20%E2%98%95' })).toMatchObject({
      messageId: '01FZ74A0TDDPYRVKNK77XKC3ZR',
      content: { kind: 'choice', id: 'c/1', title: 'Yes ☕' },
      replyToken: { token: 'b2'.repeat(16) },
    });
  });

  it('or as somebody else did; or which time', () => {
    expect(choiceOf({ data: 'buy' })).toMatchObject({
      content: { kind: 'choice', id: 'buy', title: 'buy' },
    });
    expect(choiceOf({ data: 'when', params: { datetime: '2026-11-23T10:00' } })).toMatchObject({
      content: { id: 'when', title: '2026-11-23T10:00' },
    });
  });
});

describe('other events', () => {
  it('of several users in one webhook are all read', () => {
    const other = { source: { type: 'user', userId: `U${'0'.repeat(32)}` } };
    const from = receive(
      message({ type: 'text', text: 'a' }),
      message({ type: 'text', text: 'b', id: '78' }, other),
    ).map((one) => 'from' in one && one.from);
    expect(from).toEqual([USER, `U${'0'.repeat(32)}`]);
  });

  it('from a group or a room are answered there', () => {
    const group = { source: { type: 'group', groupId: `C${'1'.repeat(32)}`, userId: USER } };
    expect(receive(message({ type: 'text', text: 'a' }, group))).toMatchObject([
      { from: `C${'1'.repeat(32)}` },
    ]);
  });

  it('that are for another module, another bot or for nobody come to nothing', () => {
    expect(receive(message({ type: 'text', text: 'a' }, { mode: 'standby' }))).toEqual([]);
    expect(receive(event({ type: 'follow', replyToken: 'c' }), event({ type: 'unsend' }))).toEqual(
      [],
    );
    const destination = `U${'9'.repeat(32)}`;
    const body = { destination, events: [message({ type: 'text', text: 'a' })] };
    expect(adapter.receive(webhook(body), AT_MS)).toMatchObject({ ok: true, events: [] });
  });

  it('a block ends the session; a verification is answered', () => {
    expect(receive(event({ type: 'unfollow' }))).toEqual([
      { kind: 'ended', from: USER, sentMs: AT_MS - 500 },
    ]);
    expect(receive()).toEqual([]);
  });

  it('the test tokens of former days are none', () => {
    for (const digit of ['0', 'f']) {
      const [first] = receive(
        message({ type: 'text', text: 'Hello' }, { replyToken: digit.repeat(32) }),
      );
      expect(first).not.toHaveProperty('replyToken');
    }
  });
});

describe('refusals', () => {
  const statusOf = (...call: Parameters<typeof adapter.receive>) => {
    const received = adapter.receive(...call);
    return received.ok ? 'taken' : received.response.status;
  };

  it('a signature that is missing, forged, or of another body', () => {
    const body = fixture('text');
    const good = webhook(body);
    expect(statusOf(good, AT_MS)).toBe('taken');
    expect(statusOf({ ...good, headers: {} }, AT_MS)).toBe(401);
    expect(statusOf(webhook(body, 'AAAA'), AT_MS)).toBe(401);
    expect(statusOf({ ...good, body: body.subarray(0, -1) }, AT_MS)).toBe(401);
    const written = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    expect(statusOf({ ...good, body: written }, AT_MS)).toBe(401);
  });

  it('what is signed and yet no webhook', () => {
    expect(statusOf(webhook(Buffer.from('{"events":')), AT_MS)).toBe(400);
    expect(statusOf(webhook({ destination: ADDRESS }), AT_MS)).toBe(400);
    expect(statusOf({ ...webhook(fixture('text')), method: 'GET' }, AT_MS)).toBe(405);
    expect(statusOf({ ...webhook(fixture('text')), url: `${WEBHOOK}/x` }, AT_MS)).toBe(404);
  });

  it('never throws, whatever is signed', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        adapter.receive(webhook(Buffer.from(text)), AT_MS);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (events) => {
        adapter.receive(webhook({ destination: ADDRESS, events }), AT_MS);
      }),
    );
  });
});
