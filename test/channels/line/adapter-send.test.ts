/** What the adapter asks of LINE, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { json, respond } from '../../../src/http.ts';
import type { Content, IndicationKind } from '../../../src/message.ts';
import type { Answered } from '../../../src/ports.ts';
import { AT_MS, drive, jsonOf, outbound, REFUSED, saying, TIMED_OUT } from '../driving.ts';
import { API, account, adapter, USER } from './channel.ts';

const SENT = json(200, { sentMessages: [{ id: '461230966842064897', quoteToken: 'q' }] });
const SPENT = json(400, { message: 'Invalid reply token' });
const replyToken = { token: 't1', untilMs: AT_MS + 1000 };

const send = (content: Content, answers: readonly Answered[] = [SENT], rest = {}) =>
  drive(adapter.deliver(outbound(USER, content, rest)), ...answers);

type Body = { to?: string; replyToken?: string; messages: Record<string, unknown>[] };

const messagesOf = (content: Content) =>
  send(content).requests.flatMap((request) => jsonOf<Body>(request).messages);

const choices = (...titles: string[]) => titles.map((title, i) => ({ id: `c${i}`, title }));

describe('the way', () => {
  it('is a push with a key of its own, where there is no token', () => {
    const { requests, outcome } = send(saying('hi'));
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: `${API}/v2/bot/message/push`,
        headers: { authorization: `Bearer ${account.accessToken}` },
      },
    ]);
    const [first] = requests;
    expect(first?.headers['x-line-retry-key']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(first && jsonOf(first)).toEqual({ to: USER, messages: [{ type: 'text', text: 'hi' }] });
    expect(outcome).toEqual({ ok: true, messageId: '461230966842064897' });
    const other = send(saying('hi'), [SENT], { key: 'another' }).requests[0];
    expect(other?.headers['x-line-retry-key']).not.toBe(first?.headers['x-line-retry-key']);
  });

  it('is a reply where there is one, without a key', () => {
    const { requests } = send(saying('hi'), [SENT], { replyToken });
    expect(requests.map(({ url }) => url)).toEqual([`${API}/v2/bot/message/reply`]);
    expect(requests[0]?.headers).not.toHaveProperty('x-line-retry-key');
    expect(requests[0] && jsonOf<Body>(requests[0]).replyToken).toBe('t1');
  });

  it('is a push once the token is too old, or spent', () => {
    const late = send(saying('hi'), [SENT], { replyToken, atMs: replyToken.untilMs });
    expect(late.requests.map(({ url }) => url)).toEqual([`${API}/v2/bot/message/push`]);
    const spent = send(saying('hi'), [SPENT, SENT], { replyToken });
    expect(spent.requests.map(({ url }) => url.slice(-5))).toEqual(['reply', '/push']);
    expect(spent.outcome).toMatchObject({ ok: true });
  });

  it('takes five messages at a time: the first by token, the rest by push', () => {
    const content = saying('word '.repeat(6000).trim());
    const { requests } = send(content, [SENT], { replyToken });
    expect(requests.map(({ url }) => url.slice(-5))).toEqual(['reply', '/push']);
    const counts = requests.map((request) => jsonOf<Body>(request).messages.length);
    expect(counts).toEqual([5, 1]);
  });

  it('a push of which nobody knows is repeated under its key, later and later', () => {
    const { requests, outcome } = send(saying('hi'), [TIMED_OUT, respond(500), SENT]);
    const keys = requests.map(({ headers }) => headers['x-line-retry-key']);
    expect(new Set(keys).size).toBe(1);
    expect(requests.map(({ afterMs }) => afterMs)).toEqual([0, 500, 1000]);
    expect(outcome).toMatchObject({ ok: true });
  });

  it('a key taken before means that the message has gone', () => {
    const message = 'The retry key is already accepted';
    const taken = json(409, { message, sentMessages: [{ id: '7' }] });
    expect(send(saying('hi'), [TIMED_OUT, taken]).outcome).toEqual({ ok: true, messageId: '7' });
    const bare = json(409, { message }, { 'x-line-accepted-request-id': 'r1' });
    expect(send(saying('hi'), [TIMED_OUT, bare]).outcome).toEqual({ ok: true, messageId: 'r1' });
  });

  it('is given up after two repetitions, with nobody knowing; a reply is never repeated', () => {
    const push = send(saying('hi'), [TIMED_OUT]);
    expect(push.requests).toHaveLength(3);
    expect(push.outcome).toMatchObject({ ok: false, definite: false });
    const reply = send(saying('hi'), [TIMED_OUT], { replyToken });
    expect(reply.requests).toHaveLength(1);
    expect(reply.outcome).toMatchObject({ ok: false, definite: false });
    expect(send(saying('hi'), [REFUSED]).requests).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('choices as quick replies that say id and title back', () => {
    const [{ quickReply }] = messagesOf({
      kind: 'text',
      text: 'Sure?',
      choices: choices('Yes', 'No'),
    }) as [{ quickReply: { items: { action: object }[] } }];
    expect(quickReply.items.map(({ action }) => action)).toEqual([
      { type: 'postback', label: 'Yes', data: 'choice=c0&title=Yes', displayText: 'Yes' },
      { type: 'postback', label: 'No', data: 'choice=c1&title=No', displayText: 'No' },
    ]);
  });

  it.each([
    ['thirteen', Array.from({ length: 13 }, (_, i) => `t${i}`), true],
    ['fourteen', Array.from({ length: 14 }, (_, i) => `t${i}`), false],
    ['a title of 20', ['x'.repeat(20)], true],
    ['a title of 21', ['x'.repeat(21)], false],
    ['data of more than 300', [`${'ä'.repeat(20)}`.slice(0, 20)], true],
  ] as const)('%s as quick replies: %s', (_, titles, isOffered) => {
    const [first] = messagesOf({ kind: 'text', text: 'Q', choices: choices(...titles) });
    expect(first !== undefined && 'quickReply' in first).toBe(isOffered);
    if (!isOffered) expect(first?.text).toContain(`1. ${titles[0]}`);
  });

  it('pictures by https; all other media by its address, in words', () => {
    const media = (url: string, mimeType: string, caption?: string) =>
      messagesOf({ kind: 'media', url, mimeType, ...(caption === undefined ? {} : { caption }) });
    const url = 'https://x.test/a.png';
    expect(media(url, 'image/png', 'Look')).toEqual([
      { type: 'image', originalContentUrl: url, previewImageUrl: url },
      { type: 'text', text: 'Look' },
    ]);
    expect(media('http://x.test/a.png', 'image/png')).toEqual([
      { type: 'text', text: 'http://x.test/a.png' },
    ]);
    expect(media('https://x.test/a.mp4', 'video/mp4', 'Look')).toEqual([
      { type: 'text', text: 'Look\nhttps://x.test/a.mp4' },
    ]);
  });

  it('places, where name and address fit', () => {
    const place = { kind: 'location', latitude: 1, longitude: 2 } as const;
    expect(messagesOf(place)).toEqual([
      { type: 'location', title: 'Location', address: '1, 2', latitude: 1, longitude: 2 },
    ]);
    expect(messagesOf({ ...place, name: 'x'.repeat(101) })).toMatchObject([{ type: 'text' }]);
  });

  it('long texts in parts, and nothing for nothing', () => {
    const text = 'word '.repeat(1500).trim();
    const parts = messagesOf(saying(text)).map((one) => String(one.text));
    expect(parts.join(' ')).toBe(text);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(5000);
    expect(send(saying(' ')).outcome).toMatchObject({ ok: false, code: 'empty', definite: true });
  });

  it('typing, and a read mark where there is a token for it', () => {
    const indicate = (kind: IndicationKind, rest = {}, to = USER) => {
      const about = { to, key: 'k', atMs: AT_MS, kind, messageId: '7', ...rest };
      const delivery = adapter.indicate?.(about);
      return delivery && drive(delivery, json(200, {})).requests.map(jsonOf);
    };
    expect(indicate('typingOn')).toEqual([{ chatId: USER, loadingSeconds: 20 }]);
    expect(indicate('typingOff')).toBeUndefined();
    expect(indicate('typingOn', {}, `C${'1'.repeat(32)}`)).toBeUndefined();
    expect(indicate('read', { readToken: 'r' })).toEqual([{ markAsReadToken: 'r' }]);
    expect(indicate('read')).toBeUndefined();
  });
});

describe('what LINE answers', () => {
  it.each([
    [400, 'The request body has 1 error(s)', 'invalid', true],
    [400, 'Failed to send messages', 'unreachable', true],
    [401, 'Authentication failed due to the following reason: x', 'unauthorised', true],
    [403, 'Access to this API is not available for your account', 'unauthorised', true],
    [404, 'Not found', 'unreachable', true],
    [413, 'too large', 'invalid', true],
    [429, 'You have reached your monthly limit.', 'throttled', true],
    [500, 'x', 'platformError', false],
  ])('%i "%s" is %s', (status, message, failure, definite) => {
    expect(send(saying('x'), [json(status, { message })]).outcome).toEqual({
      ok: false,
      failure,
      code: String(status),
      detail: message,
      definite,
    });
  });

  it('with the first of its details', () => {
    const details = [{ message: 'May not be empty', property: 'messages[0].text' }];
    const answer = json(400, { message: 'The request body has 1 error(s)', details });
    expect(send(saying('x'), [answer]).outcome).toMatchObject({
      detail: 'The request body has 1 error(s) (messages[0].text: May not be empty)',
    });
    expect(send(saying('x'), [respond(400, '<html>')]).outcome).toMatchObject({
      detail: 'HTTP 400',
    });
  });
});
