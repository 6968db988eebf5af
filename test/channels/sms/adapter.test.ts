import { readFileSync } from 'node:fs';
import { parse } from 'node:querystring';
import { describe, expect, it } from 'vitest';
import { createSmsAdapter } from '../../../src/channels/sms/adapter.ts';
import { sign } from '../../../src/channels/sms/signature.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { AT_MS, channelOf } from '../driving.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/wire/sms/${name}`, import.meta.url), 'utf8');
const INBOUND = fixture('inbound-sms.form');
const STATUS = fixture('status-undelivered.form');

const TOKEN = 'a-token-of-this-test';
const WEBHOOK = 'https://stack.test/webhooks/sms-main';
const channel = channelOf('sms', {
  address: '+14155550100',
  account: { accountSid: 'AC00112233445566778899aabbccddeeff', authToken: TOKEN },
});
const adapter = createSmsAdapter({ channel, apiUrl: 'https://api.test', webhookUrl: WEBHOOK });
const receive = (request: HttpRequest) => adapter.receive(request, AT_MS);

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';

function post(url: string, form: string, headers: Record<string, string> = {}): HttpRequest {
  const signature = sign(TOKEN, url, parse(form));
  return {
    method: 'POST',
    url,
    headers: { 'content-type': FORM, 'x-twilio-signature': signature, ...headers },
    body: Buffer.from(form),
  };
}

function eventsOf(request: HttpRequest) {
  const received = receive(request);
  if (!received.ok) throw new Error(received.reason);
  return received.events;
}

describe('receive: inbound messages', () => {
  it('reads a documented SMS and answers TwiML that says nothing', () => {
    const received = receive(post(WEBHOOK, INBOUND));
    expect(received).toMatchObject({
      ok: true,
      events: [
        {
          kind: 'message',
          messageId: 'SM0123456789abcdef0123456789abcdef',
          from: '+14155550123',
          content: { kind: 'text', text: 'Where is my order? #1001 & thanks ☕' },
        },
      ],
    });
    expect(received.response.status).toBe(200);
    expect(received.response.headers['content-type']).toBe('text/xml');
    expect(received.response.body.toString()).toBe('<Response/>');
  });

  it('reads every picture of an MMS, each with an id of its own, the text with the first', () => {
    const media = 'https://api.twilio.com/2010-04-01/Accounts/AC00112233445566778899aabbccddeeff';
    const base = `${media}/Messages/MM0123456789abcdef0123456789abcdef/Media`;
    expect(eventsOf(post(WEBHOOK, fixture('inbound-mms.form')))).toEqual([
      {
        kind: 'message',
        messageId: 'MM0123456789abcdef0123456789abcdef',
        from: '+61400000123',
        content: {
          kind: 'media',
          url: `${base}/ME0123456789abcdef0123456789abcd00`,
          mimeType: 'image/jpeg',
          caption: 'broken',
        },
      },
      {
        kind: 'message',
        messageId: 'MM0123456789abcdef0123456789abcdef/1',
        from: '+61400000123',
        content: {
          kind: 'media',
          url: `${base}/ME0123456789abcdef0123456789abcd01`,
          mimeType: 'image/png',
        },
      },
    ]);
  });

  it('takes a GET webhook, signed over the URL alone', () => {
    const url = `${WEBHOOK}?${INBOUND}`;
    const headers = { 'x-twilio-signature': sign(TOKEN, url) };
    const request = { method: 'GET', url, headers, body: Buffer.alloc(0) };
    expect(eventsOf(request)).toHaveLength(1);
    expect(receive({ ...request, url: `${url}x` }).response.status).toBe(403);
  });

  it('checks the configured address, whatever name the request came in by', () => {
    const request = post(WEBHOOK, INBOUND);
    expect(eventsOf({ ...request, url: 'http://127.0.0.1:8080/webhooks/sms-main' })).toHaveLength(
      1,
    );
  });

  it('takes %20 for +, lower-case escapes and any order of fields', () => {
    const form = INBOUND.replaceAll('+', '%20').replaceAll('%2B', '%2b').split('&').reverse();
    expect(eventsOf(post(WEBHOOK, form.join('&')))).toEqual(eventsOf(post(WEBHOOK, INBOUND)));
  });

  it.each([
    ['a forged signature', 403, { 'x-twilio-signature': sign('another token', WEBHOOK) }],
    ['an empty signature', 403, { 'x-twilio-signature': '' }],
    ['JSON for a content type', 400, { 'content-type': 'application/json' }],
  ])('refuses %s with %i', (_, status, headers) => {
    const received = receive(post(WEBHOOK, INBOUND, headers));
    expect([received.ok, received.response.status]).toEqual([false, status]);
  });

  it('refuses a request without signature or content type', () => {
    const { 'x-twilio-signature': _, ...unsigned } = post(WEBHOOK, INBOUND).headers;
    const { 'content-type': __, ...untyped } = post(WEBHOOK, INBOUND).headers;
    const statusWith = (headers: Record<string, string>) =>
      receive({ ...post(WEBHOOK, INBOUND), headers }).response.status;
    expect([statusWith(unsigned), statusWith(untyped)]).toEqual([403, 400]);
  });

  it('refuses a body cut anywhere, and one changed after signing', () => {
    const request = post(WEBHOOK, INBOUND);
    for (const length of [0, 1, 40, request.body.length - 1]) {
      const cut = receive({ ...request, body: request.body.subarray(0, length) });
      expect([cut.ok, cut.response.status]).toEqual([false, 403]);
    }
    const changed = Buffer.from(INBOUND.replace('thanks', 'tanks'));
    expect(receive({ ...request, body: changed }).ok).toBe(false);
  });

  it('refuses the message of another account, though well signed', () => {
    const form = INBOUND.replace('AC0011', 'AC9911');
    expect(receive(post(WEBHOOK, form)).response.status).toBe(403);
  });

  it.each([
    ['no MessageSid', /MessageSid=\w+&/, ''],
    ['no From', /&From=%2B14155550123/, ''],
    ['no Body', /&Body=[^&]*/, ''],
    ['two bodies', /&Body=[^&]*/, '&Body=a&Body=b'],
    ['a NumMedia that is no number', /NumMedia=0/, 'NumMedia=many'],
    ['a negative NumMedia', /NumMedia=0/, 'NumMedia=-1'],
    ['media that is not there', /NumMedia=0/, 'NumMedia=1'],
    ['more media than there can be', /NumMedia=0/, 'NumMedia=1000000000'],
  ])('refuses a signed form with %s as malformed', (_, pattern, by) => {
    const form = INBOUND.replace(/SmsMessageSid=\w+&/, '').replace(pattern, by);
    const received = receive(post(WEBHOOK, form));
    expect([received.ok, received.response.status]).toEqual([false, 400]);
  });

  it('takes ten media items and no more', () => {
    const withMedia = (count: number) => {
      const items = Array.from({ length: count }, (_, i) => `&MediaUrl${i}=http%3A%2F%2Fa.test`);
      return post(WEBHOOK, INBOUND.replace('NumMedia=0', `NumMedia=${count}`) + items.join(''));
    };
    expect(eventsOf(withMedia(10))).toHaveLength(10);
    expect(receive(withMedia(11)).response.status).toBe(400);
  });

  it('knows no other path or method', () => {
    expect(receive(post(`${WEBHOOK}/other`, INBOUND)).response.status).toBe(404);
    const put = { ...post(WEBHOOK, INBOUND), method: 'PUT' };
    expect(receive(put).response.status).toBe(405);
  });

  it('is not led astray by field names of JavaScript', () => {
    const form = `${INBOUND}&__proto__=x&constructor=y&toString=z`;
    expect(eventsOf(post(WEBHOOK, form))).toHaveLength(1);
    const status = STATUS.replaceAll('=undelivered', '=constructor');
    expect(eventsOf(post(`${WEBHOOK}/status`, status))).toEqual([]);
  });
});

describe('receive: status callbacks', () => {
  const report = (status: string) => {
    const form = STATUS.replaceAll('=undelivered', `=${status}`);
    return receive(post(`${WEBHOOK}/status`, form));
  };

  it('reads the documented report of a message that could not be delivered', () => {
    expect(eventsOf(post(`${WEBHOOK}/status`, STATUS))).toEqual([
      {
        kind: 'receipt',
        messageId: 'SMfedcba9876543210fedcba9876543210',
        to: '+14155550123',
        status: 'failed',
        errorCode: '30003',
      },
    ]);
  });

  it.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['failed', 'failed'],
    ['undelivered', 'failed'],
  ])('takes %s for %s', (status, expected) => {
    expect(report(status)).toMatchObject({ ok: true, events: [{ status: expected }] });
  });

  it.each(['queued', 'sending', 'canceled', 'something_new'])(
    'hears %s, says nothing',
    (status) => {
      const received = report(status);
      expect(received).toMatchObject({ ok: true, events: [] });
      expect([received.response.status, received.response.body.length]).toEqual([204, 0]);
    },
  );

  it('has an error code for failures only', () => {
    expect(report('sent')).toMatchObject({ events: [{ status: 'sent' }] });
    expect(JSON.stringify(report('sent'))).not.toContain('errorCode');
    const form = STATUS.replace('ErrorCode=30003&', '');
    expect(eventsOf(post(`${WEBHOOK}/status`, form))[0]).not.toHaveProperty('errorCode');
  });

  it.each(['MessageSid', 'To', 'MessageStatus'])('refuses one without %s', (name) => {
    const form = STATUS.split('&').filter((field) => !field.startsWith(`${name}=`));
    const received = receive(post(`${WEBHOOK}/status`, form.join('&')));
    expect([received.ok, received.response.status]).toEqual([false, 400]);
  });

  it('does not take an inbound message for a status, nor the signature of the other path', () => {
    const request = { ...post(WEBHOOK, STATUS), url: `${WEBHOOK}/status` };
    expect(receive(request).response.status).toBe(403);
    expect(receive(post(`${WEBHOOK}/status`, INBOUND)).response.status).toBe(400);
  });
});
