import { describe, expect, it } from 'vitest';
import { createMessengerAdapter } from '../../../src/channels/messenger/adapter.ts';
import {
  fitQuickReplies,
  MESSENGER_LIMITS,
  mediaTypeOf,
} from '../../../src/channels/messenger/limits.ts';
import { proofOf } from '../../../src/channels/messenger/signature.ts';
import { json, respond } from '../../../src/http.ts';
import type { Choice, Content, IndicationKind } from '../../../src/message.ts';
import { channelOf, drive, jsonOf, outbound, REFUSED, saying, TIMED_OUT } from '../driving.ts';
import { API, account, adapter, deliver, fixture, PAGE, PERSON, WEBHOOK } from './page.ts';

const SENT = json(200, JSON.parse(fixture('sent').toString()));
const MID =
  'AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P';
const bodiesOf = (content: Content) =>
  deliver(content, SENT).requests.map((request) => jsonOf<Record<string, unknown>>(request));
const messagesOf = (content: Content) => bodiesOf(content).map(({ message }) => message);
const titles = (...all: string[]): Choice[] => all.map((title, i) => ({ id: `c${i}`, title }));

describe('a request', () => {
  it('goes to the page’s messages, with token and proof', () => {
    const { requests, outcome } = deliver(saying('Grüße'), SENT);
    const proof = proofOf(account.appSecret, account.accessToken);
    expect(requests).toEqual([
      {
        method: 'POST',
        url: `${API}/v25.0/${PAGE}/messages?appsecret_proof=${proof}`,
        headers: {
          authorization: `Bearer ${account.accessToken}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: Buffer.from(
          JSON.stringify({
            recipient: { id: PERSON },
            messaging_type: 'RESPONSE',
            message: { text: 'Grüße' },
          }),
        ),
      },
    ]);
    expect(outcome).toEqual({ ok: true, messageId: MID });
  });
});

describe('text', () => {
  it('of 2000 goes as it is; more is split, nothing lost', () => {
    expect(messagesOf(saying('x'.repeat(2000)))).toEqual([{ text: 'x'.repeat(2000) }]);
    expect(messagesOf(saying('x'.repeat(2001)))).toEqual([
      { text: 'x'.repeat(2000) },
      { text: 'x' },
    ]);
  });

  it('follows the limits of the channel', () => {
    const channel = channelOf('messenger', { address: PAGE, limits: { text: 5 } });
    const other = createMessengerAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });
    const { requests } = drive(other.deliver(outbound(PERSON, saying('one two'))), SENT);
    const texts = requests.map((request) => jsonOf<{ message: object }>(request).message);
    expect(texts).toEqual([{ text: 'one' }, { text: 'two' }]);
  });

  it('that says nothing is not sent', () => {
    expect(deliver(saying(' '), SENT)).toMatchObject({
      requests: [],
      outcome: { ok: false, failure: 'invalid', definite: true },
    });
  });
});

describe('choices', () => {
  const ask = (choices: Choice[], text = 'Sure?'): Content => ({ kind: 'text', text, choices });

  it('are quick replies where they fit', () => {
    expect(messagesOf(ask(titles('Yes', 'x'.repeat(20))))).toEqual([
      {
        text: 'Sure?',
        quick_replies: [
          { content_type: 'text', title: 'Yes', payload: 'c0' },
          { content_type: 'text', title: 'x'.repeat(20), payload: 'c1' },
        ],
      },
    ]);
    expect(messagesOf(ask(titles(...'abcdefghijklm')))).toHaveLength(1);
  });

  it('stand under the last part of a long text', () => {
    const parts = messagesOf(ask(titles('Yes'), `${'x'.repeat(2000)} Sure?`));
    expect(parts).toEqual([
      { text: 'x'.repeat(2000) },
      { text: 'Sure?', quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'c0' }] },
    ]);
  });

  it.each([
    ['fourteen', titles(...'abcdefghijklmn')],
    ['a title of 21', titles('x'.repeat(21))],
    ['a title of nothing', titles(' ', 'No')],
    ['a payload of 1001', [{ id: 'x'.repeat(1001), title: 'Yes' }]],
  ])('are words where they do not: %s', (_, choices) => {
    const words = choices.map(({ title }, i) => `\n${i + 1}. ${title}`).join('');
    expect(messagesOf(ask(choices))).toEqual([{ text: `Sure?${words}` }]);
    expect(fitQuickReplies(choices, MESSENGER_LIMITS)).toBe(false);
  });

  it('without a question are words, too; without ids go by their titles', () => {
    expect(messagesOf(ask(titles('Yes'), ''))).toEqual([{ text: '\n1. Yes' }]);
    expect(messagesOf(ask([{ id: '', title: 'Yes' }]))).toMatchObject([
      { quick_replies: [{ payload: 'Yes' }] },
    ]);
  });
});

describe('other contents', () => {
  it.each([
    ['image/webp', 'image'],
    ['AUDIO/ogg; codecs=opus', 'audio'],
    ['video/mp4', 'video'],
    ['application/pdf', 'file'],
    ['', 'file'],
  ])('%s as %s; its caption follows', (mimeType, type) => {
    const url = 'https://x.test/a';
    expect(mediaTypeOf(mimeType)).toBe(type);
    const attachment = { type, payload: { url, is_reusable: false } };
    expect(messagesOf({ kind: 'media', url, mimeType })).toEqual([{ attachment }]);
    expect(messagesOf({ kind: 'media', url, mimeType, caption: 'c' })).toEqual([
      { attachment },
      { text: 'c' },
    ]);
  });

  it('places, choices and templates in words', () => {
    const place = { kind: 'location', latitude: 1.5, longitude: -2, name: 'Shop' } as const;
    expect(messagesOf(place)).toEqual([{ text: 'Shop, 1.5, -2' }]);
    expect(messagesOf({ kind: 'choice', id: 'a', title: 'Yes' })).toEqual([{ text: 'Yes' }]);
    const template = { name: 'n', language: 'en', parameters: ['1'], text: 'Order 1 is here' };
    expect(messagesOf({ kind: 'template', ...template })).toEqual([{ text: 'Order 1 is here' }]);
  });

  it('reactions as sender actions, given and taken back', () => {
    const react = (emoji: string) => deliver({ kind: 'reaction', emoji, messageId: 'm_1' }, done);
    const done = json(200, { recipient_id: PERSON });
    const recipient = { id: PERSON };
    expect(jsonOf(react('👍').requests[0]!)).toEqual({
      recipient,
      sender_action: 'react',
      payload: { message_id: 'm_1', reaction: '👍' },
    });
    expect(jsonOf(react('').requests[0]!)).toEqual({
      recipient,
      sender_action: 'unreact',
      payload: { message_id: 'm_1' },
    });
    expect(react('👍').outcome).toEqual({
      ok: true,
      messageId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });
});

it.each([
  ['typingOn', 'typing_on'],
  ['typingOff', 'typing_off'],
  ['read', 'mark_seen'],
] as [IndicationKind, string][])('%s is %s', (kind, sender_action) => {
  const indication = { kind, to: PERSON, messageId: 'm_1', key: 'k', atMs: 0 };
  const { requests, outcome } = drive(
    adapter.indicate!(indication)!,
    json(200, { recipient_id: PERSON }),
  );
  expect(requests.map(jsonOf)).toEqual([{ recipient: { id: PERSON }, sender_action }]);
  expect(outcome.ok).toBe(true);
});

describe('refusals', () => {
  const error = (code: number, subcode?: number) =>
    json(400, { error: { message: `(#${code}) x`, code, error_subcode: subcode } });

  it('as they are documented', () => {
    const of = (name: string) => {
      return deliver(saying('x'), { ...SENT, status: 400, body: fixture(name) }).outcome;
    };
    expect(of('error-190')).toEqual({
      ok: false,
      failure: 'unauthorised',
      code: '190/1234567',
      detail: 'Invalid OAuth access token.',
      definite: true,
    });
    expect(of('error-window')).toMatchObject({ failure: 'outsideWindow', code: '10/2018278' });
    expect(of('error-unavailable')).toMatchObject({ failure: 'unreachable', code: '551/1545041' });
  });

  it.each([
    [10, undefined, 'unauthorised', true],
    [10, 2018108, 'unreachable', true],
    [100, undefined, 'invalid', true],
    [100, 2018001, 'unreachable', true],
    [200, 1545041, 'unreachable', true],
    [200, 2018028, 'unauthorised', true],
    [4, 2018022, 'throttled', true],
    [613, undefined, 'throttled', true],
    [1200, 2018024, 'platformError', false],
    [2, undefined, 'platformError', false],
    [4711, undefined, 'invalid', true],
  ])('%i/%s is %s', (code, subcode, failure, definite) => {
    const { outcome } = deliver(saying('x'), error(code, subcode));
    expect(outcome).toMatchObject({ ok: false, failure, definite });
  });

  it.each([
    [500, 'platformError', false],
    [503, 'platformError', false],
    [403, 'unauthorised', true],
    [429, 'throttled', true],
    [404, 'invalid', true],
    [302, 'platformError', false],
    // Nobody can tell from this whether it went.
    [200, 'platformError', false],
  ])('without words, HTTP %i is %s', (status, failure, definite) => {
    const { outcome } = deliver(saying('x'), respond(status, '<html>'));
    expect(outcome).toMatchObject({ ok: false, failure, code: `${status}`, definite });
  });

  it('no answer at all', () => {
    expect(deliver(saying('x'), TIMED_OUT).outcome).toMatchObject({ ok: false, definite: false });
    expect(deliver(saying('x'), REFUSED).outcome).toMatchObject({ ok: false, definite: true });
  });

  it('of a later part say that some of it may have gone', () => {
    const { requests, outcome } = deliver(saying('x'.repeat(2001)), SENT, error(100));
    expect(requests).toHaveLength(2);
    expect(outcome).toMatchObject({ ok: false, failure: 'invalid', definite: false });
  });
});
