import { readFileSync } from 'node:fs';
import { parse } from 'node:querystring';
import { describe, expect, it } from 'vitest';
import { createSmsAdapter } from '../../../src/channels/sms/adapter.ts';
import { smsAccount } from '../../../src/channels/sms/wire.ts';
import { type HttpRequest, type HttpResponse, json, respond } from '../../../src/http.ts';
import type { Content } from '../../../src/message.ts';
import { channelOf, drive, outbound, saying } from '../driving.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/wire/sms/${name}`, import.meta.url), 'utf8');

const TOKEN = 'a-token-of-this-test';
const WEBHOOK = 'https://stack.test/webhooks/sms-main';
const channel = channelOf('sms', {
  address: '+14155550100',
  account: { accountSid: 'AC00112233445566778899aabbccddeeff', authToken: TOKEN },
});
const adapter = createSmsAdapter({ channel, apiUrl: 'https://api.test', webhookUrl: WEBHOOK });

const TO = '+14155550123';
const requestsOf = (content: Content) =>
  drive(adapter.deliver(outbound(TO, content)), json(201, { sid: 'SM1' })).requests;
const outcomeOf = (response: HttpResponse) =>
  drive(adapter.deliver(outbound(TO, saying('x'))), response).outcome;

describe('deliver', () => {
  const formOf = (request: HttpRequest | undefined) => ({ ...parse(String(request?.body)) });

  it('posts the documented form with basic auth', () => {
    const content = { kind: 'text', text: 'a+b & ☕ 100%' } as const;
    const requests = requestsOf(content);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://api.test/2010-04-01/Accounts/AC00112233445566778899aabbccddeeff/Messages.json',
      headers: {
        authorization: `Basic ${btoa(`AC00112233445566778899aabbccddeeff:${TOKEN}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(formOf(requests[0])).toEqual({
      To: TO,
      From: '+14155550100',
      StatusCallback: `${WEBHOOK}/status`,
      Body: 'a+b & ☕ 100%',
    });
  });

  it('degrades quick replies to a numbered list', () => {
    const choices = ['Yes', 'No'].map((title) => ({ id: title, title }));
    const content = { kind: 'text', text: 'Shall we?', choices } as const;
    expect(formOf(requestsOf(content)[0]).Body).toBe('Shall we?\n1. Yes\n2. No');
  });

  it('splits what is too long at words, in order', () => {
    const text = Array.from({ length: 500 }, (_, i) => `word${i}`).join(' ');
    const bodies = requestsOf({ kind: 'text', text }).map(formOf);
    expect(bodies.length).toBe(Math.ceil(text.length / 1600));
    expect(bodies.map(({ Body }) => Body).join(' ')).toBe(text);
  });

  it('sends media by address, with its caption, and only once', () => {
    const url = 'https://files.test/a b.png';
    const media = { kind: 'media', url, mimeType: 'image/png' } as const;
    expect(formOf(requestsOf(media)[0])).toMatchObject({
      MediaUrl: url,
      Body: '',
    });
    const caption = 'long '.repeat(400).trim();
    const requests = requestsOf({ ...media, caption }).map(formOf);
    expect(requests.map(({ MediaUrl }) => MediaUrl)).toEqual([url, undefined]);
  });

  it('survives a lone surrogate', () => {
    const content = { kind: 'text', text: 'a\ud800b' } as const;
    expect(formOf(requestsOf(content)[0]).Body).toBe('a\ufffdb');
  });

  it('has a made-up account of valid form where the channel names none', () => {
    const { accountSid, authToken } = smsAccount({ ...channel, account: {} });
    expect(accountSid).toMatch(/^AC[0-9a-f]{32}$/);
    expect(authToken).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('outcome', () => {
  const error = (status: number, code: number) =>
    outcomeOf(json(status, { code, message: 'why', more_info: '', status }));

  it('reads the documented answers', () => {
    expect(outcomeOf(respond(201, fixture('message-created.json')))).toEqual({
      ok: true,
      messageId: 'SMfedcba9876543210fedcba9876543210',
    });
    expect(outcomeOf(respond(400, fixture('error-21610.json')))).toEqual({
      ok: false,
      failure: 'optedOut',
      code: '21610',
      detail: 'Attempt to send to unsubscribed recipient',
      definite: true,
    });
  });

  it.each([
    [400, 21610, 'optedOut', true],
    [400, 21211, 'unreachable', true],
    [400, 21612, 'unreachable', true],
    [400, 21614, 'unreachable', true],
    [400, 21611, 'throttled', true],
    [429, 20429, 'throttled', true],
    [401, 20003, 'unauthorised', true],
    [400, 21617, 'invalid', true],
    [404, 20404, 'invalid', true],
    [500, 20500, 'platformError', false],
    [503, 20503, 'platformError', false],
  ])('%i with code %i is %s', (status, code, failure, definite) => {
    const expected = { ok: false, failure, code: String(code), detail: 'why', definite };
    expect(error(status, code)).toEqual(expected);
  });

  it.each([
    [401, '', 'unauthorised', true],
    [429, '<html>', 'throttled', true],
    [413, '[1]', 'invalid', true],
    [502, '<html>', 'platformError', false],
    [302, 'null', 'platformError', false],
    [200, '{}', 'platformError', false],
    [201, 'not JSON', 'platformError', false],
  ])('%i with the body %j is %s, with the status for a code', (status, body, failure, definite) => {
    expect(outcomeOf(respond(status, body))).toMatchObject({
      ok: false,
      failure,
      code: String(status),
      definite,
    });
  });
});
