import { describe, expect, it } from 'vitest';
import { createWhatsAppAdapter } from '../../../src/channels/whatsapp/adapter.ts';
import { json, respond } from '../../../src/http.ts';
import type { Content, IndicationKind } from '../../../src/message.ts';
import { AT_MS, drive, jsonOf } from '../driving.ts';
import {
  API,
  account,
  adapter,
  channelWith,
  fixture,
  outcomeOf,
  requestsOf,
  WEBHOOK,
} from './channel.ts';

const TO = '16505551234';
const START = { messaging_product: 'whatsapp', recipient_type: 'individual', to: TO };

function bodiesOf(content: Content, to = TO) {
  return requestsOf(to, content).map(({ body }) => JSON.parse(body.toString()));
}

const choices = (...titles: string[]) => titles.map((title, i) => ({ id: `c${i}`, title }));

describe('what is sent', () => {
  it('goes to the number’s messages, with bearer token and JSON', () => {
    const [request] = requestsOf(TO, { kind: 'text', text: 'é/' });
    expect(request).toMatchObject({
      method: 'POST',
      url: `${API}/v25.0/${account.phoneNumberId}/messages`,
      headers: {
        authorization: `Bearer ${account.accessToken}`,
        'content-type': 'application/json',
      },
    });
    expect(bodiesOf({ kind: 'text', text: 'é/' })).toEqual([
      { ...START, type: 'text', text: { body: 'é/' } },
    ]);
  });

  it('goes by the channel’s own account and version', () => {
    const channel = channelWith({ phoneNumberId: '42', accessToken: 'T', graphVersion: 'v99.0' });
    const own = createWhatsAppAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });
    const [request] = requestsOf(TO, { kind: 'text', text: 'x' }, own);
    expect(request?.url).toBe(`${API}/v99.0/42/messages`);
    expect(request?.headers.authorization).toBe('Bearer T');
  });

  it('goes by user id to those without a number', () => {
    const { to: _, ...start } = START;
    expect(bodiesOf({ kind: 'text', text: 'x' }, 'US.134')).toEqual([
      { ...start, recipient: 'US.134', type: 'text', text: { body: 'x' } },
    ]);
  });

  it('a long text, in parts', () => {
    const text = `${'word '.repeat(1000)}end`;
    const bodies = bodiesOf({ kind: 'text', text });
    expect(bodies).toHaveLength(2);
    expect(bodies.map(({ text }) => text.body).join(' ')).toBe(text);
    for (const { text } of bodies) expect(text.body.length).toBeLessThanOrEqual(4096);
  });

  it('up to three short choices, as buttons', () => {
    const content = { kind: 'text', text: 'Sure?', choices: choices('Yes', 'No') } as const;
    expect(bodiesOf(content)).toEqual([
      {
        ...START,
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'Sure?' },
          action: {
            buttons: [
              { type: 'reply', reply: { id: 'c0', title: 'Yes' } },
              { type: 'reply', reply: { id: 'c1', title: 'No' } },
            ],
          },
        },
      },
    ]);
  });

  it('up to ten, as a list', () => {
    const content = { kind: 'text', text: 'Which?', choices: choices('a', 'b', 'c', 'd') } as const;
    const [{ interactive }] = bodiesOf(content) as [{ interactive: unknown }];
    expect(interactive).toEqual({
      type: 'list',
      body: { text: 'Which?' },
      action: {
        button: 'Choose',
        sections: [
          {
            rows: [
              { id: 'c0', title: 'a' },
              { id: 'c1', title: 'b' },
              { id: 'c2', title: 'c' },
              { id: 'c3', title: 'd' },
            ],
          },
        ],
      },
    });
  });

  it('more, longer ones, or ones without a question: as numbered text', () => {
    const titles = Array.from({ length: 11 }, (_, i) => `t${i}`);
    const [many] = bodiesOf({ kind: 'text', text: 'Which?', choices: choices(...titles) });
    expect(many.text.body).toMatch(/^Which\?\n1\. t0\n2\. t1\n(.*\n)*11\. t10$/);
    const long = 'a title that is far too long';
    expect(bodiesOf({ kind: 'text', text: 'Q', choices: choices(long, 'b') })).toMatchObject([
      { type: 'text', text: { body: `Q\n1. ${long}\n2. b` } },
    ]);
    expect(bodiesOf({ kind: 'text', text: '', choices: choices('a') })).toMatchObject([
      { type: 'text', text: { body: '\n1. a' } },
    ]);
    expect(bodiesOf({ kind: 'text', text: 'Q', choices: [] })).toMatchObject([{ type: 'text' }]);
  });

  it('a long question: its end as the interactive body, the rest before', () => {
    const text = `${'x'.repeat(1000)} ${'y'.repeat(500)}`;
    expect(bodiesOf({ kind: 'text', text, choices: choices('a') })).toMatchObject([
      { type: 'text', text: { body: 'x'.repeat(1000) } },
      { type: 'interactive', interactive: { body: { text: 'y'.repeat(500) } } },
    ]);
  });

  it('a choice made for the customer, as its title', () => {
    expect(bodiesOf({ kind: 'choice', id: 'a', title: 'Yes' })).toMatchObject([
      { text: { body: 'Yes' } },
    ]);
  });

  it('media by link, as what they are', () => {
    const send = (mimeType: string, url = 'https://x.test/a/b.bin?c=1', caption?: string) =>
      bodiesOf({ kind: 'media', url, mimeType, ...(caption === undefined ? {} : { caption }) });
    const link = 'https://x.test/a/b.bin?c=1';
    expect(send('image/jpeg', link, 'Look')).toEqual([
      { ...START, type: 'image', image: { link, caption: 'Look' } },
    ]);
    expect(send('video/mp4')).toEqual([{ ...START, type: 'video', video: { link } }]);
    expect(send('application/pdf', link, 'Bill')).toEqual([
      { ...START, type: 'document', document: { link, filename: 'b.bin', caption: 'Bill' } },
    ]);
    expect(send('audio/ogg', link, 'Listen')).toMatchObject([
      { type: 'audio', audio: { link } },
      { type: 'text', text: { body: 'Listen' } },
    ]);
    const long = 'x'.repeat(1025);
    expect(send('image/png', link, long)).toEqual([
      { ...START, type: 'image', image: { link } },
      { ...START, type: 'text', text: { body: long } },
    ]);
  });
});

describe('what is not words', () => {
  it('a place, a reaction', () => {
    const place = { latitude: 1, longitude: 2, name: 'Here' };
    expect(bodiesOf({ kind: 'location', ...place })).toEqual([
      { ...START, type: 'location', location: place },
    ]);
    expect(bodiesOf({ kind: 'reaction', emoji: '👍', messageId: 'wamid.y' })).toEqual([
      { ...START, type: 'reaction', reaction: { message_id: 'wamid.y', emoji: '👍' } },
    ]);
  });

  it('a template, with its parameters or without', () => {
    const template = { kind: 'template', name: 'hello', language: 'en_US', text: 'Hello' } as const;
    expect(bodiesOf({ ...template, parameters: [] })).toEqual([
      { ...START, type: 'template', template: { name: 'hello', language: { code: 'en_US' } } },
    ]);
    const parameters = ['Ann', '42'].map((text) => ({ type: 'text', text }));
    expect(bodiesOf({ ...template, parameters: ['Ann', '42'] })[0].template.components).toEqual([
      { type: 'body', parameters },
    ]);
  });

  it('a read mark, with a typing indicator or without', () => {
    const indicate = (kind: IndicationKind) => {
      const about = { to: TO, key: 'k', atMs: AT_MS, kind, messageId: 'wamid.in' };
      const delivery = adapter.indicate?.(about);
      return delivery && drive(delivery, json(200, { success: true }));
    };
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.in' };
    expect(indicate('read')?.requests.map(jsonOf)).toEqual([mark]);
    expect(indicate('read')?.outcome).toMatchObject({ ok: true });
    expect(indicate('typingOn')?.requests.map(jsonOf)).toEqual([
      { ...mark, typing_indicator: { type: 'text' } },
    ]);
    expect(indicate('typingOff')).toBeUndefined();
  });
});

describe('what the platform answers', () => {
  it('a message id is success, and nothing else is', () => {
    const body = fixture('sent');
    expect(outcomeOf({ status: 200, headers: {}, body })).toEqual({
      ok: true,
      messageId: 'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3MTE5MjVBOTE3MDk5QUVFM0YA',
    });
    for (const response of [json(200, {}), json(200, { messages: [{}] }), respond(200, 'OK')]) {
      expect(outcomeOf(response)).toMatchObject({
        ok: false,
        failure: 'platformError',
        definite: false,
      });
    }
  });

  it('an id in a refusal is no success', () => {
    const answer = outcomeOf(json(400, { messages: [{ id: 'wamid.x' }] }));
    expect(answer).toMatchObject({ ok: false, failure: 'invalid' });
  });

  it('documented errors', () => {
    const pair = outcomeOf({ status: 400, headers: {}, body: fixture('error-131056') });
    expect(pair).toMatchObject({ failure: 'throttled', code: '131056', definite: true });
    expect(pair.ok === false && pair.detail).toMatch(/^Message failed to send because there were/);
    const token = outcomeOf({ status: 400, headers: {}, body: fixture('error-190') });
    expect(token).toMatchObject({ failure: 'unauthorised', code: '190' });
    expect(token.ok === false && token.detail).toMatch(/^Error validating access token/);
  });

  it.each([
    [0, 'unauthorised'],
    [190, 'unauthorised'],
    [4, 'throttled'],
    [80007, 'throttled'],
    [130429, 'throttled'],
    [131048, 'throttled'],
    [131056, 'throttled'],
    [131047, 'outsideWindow'],
    [131026, 'unreachable'],
    [131030, 'unreachable'],
    [131050, 'optedOut'],
    [100, 'invalid'],
    [131008, 'invalid'],
    [131009, 'invalid'],
    [131051, 'invalid'],
    [132001, 'invalid'],
  ])('code %i is %s, surely not sent', (code, failure) => {
    const answer = outcomeOf(json(400, { error: { code, message: 'm' } }));
    expect(answer).toMatchObject({ failure, definite: true, detail: 'm' });
  });

  it('the code counts, not the HTTP status', () => {
    const answer = (status: number, code: number) => outcomeOf(json(status, { error: { code } }));
    expect(answer(429, 190)).toMatchObject({ failure: 'unauthorised' });
    expect(answer(500, 131009)).toMatchObject({ failure: 'invalid', definite: true });
    expect(answer(400, 131000)).toMatchObject({ failure: 'platformError', definite: false });
  });

  it.each([1, 2, 131000, 131016])('code %i may have been sent', (code) => {
    const answer = outcomeOf(json(400, { error: { code, message: 'm' } }));
    expect(answer).toMatchObject({ failure: 'platformError', definite: false });
  });

  it.each([
    [500, 'platformError', false],
    [503, 'platformError', false],
    [302, 'platformError', false],
    [401, 'unauthorised', true],
    [429, 'throttled', true],
    [404, 'invalid', true],
  ])('HTTP %i without a word', (status, failure, definite) => {
    expect(outcomeOf(respond(status, '<html>'))).toEqual({
      ok: false,
      failure,
      code: String(status),
      detail: `HTTP ${status}`,
      definite,
    });
  });
});
