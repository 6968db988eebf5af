import { describe, expect, it } from 'vitest';
import { sign } from '../../../src/channels/whatsapp/signature.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { AT_MS } from '../driving.ts';
import { API, account, fixture, receive, update, WEBHOOK, webhook } from './channel.ts';

const CUSTOMER = '16505551234';

function eventsOf(request: HttpRequest) {
  const received = receive(request);
  if (!received.ok) throw new Error(received.reason);
  expect(received.response.status).toBe(200);
  expect(received.response.body.toString()).toBe('EVENT_RECEIVED');
  return received.events;
}

function contentOf(message: object) {
  const [event] = eventsOf(update({ messages: [{ from: CUSTOMER, id: 'wamid.x', ...message }] }));
  return event?.kind === 'message' ? event.content : undefined;
}

describe('documented webhooks', () => {
  it('a text, with name, escapes and all', () => {
    expect(eventsOf(webhook(fixture('inbound-text')))).toEqual([
      {
        kind: 'message',
        messageId: 'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=',
        from: CUSTOMER,
        content: {
          kind: 'text',
          text: 'Does it come in another color? ☕ https://example.com/a',
        },
        profileName: 'Sheena Nélson',
        sentMs: AT_MS,
      },
    ]);
  });

  it('an image, to be fetched by its id', () => {
    const url = `${API}/v25.0/1003383421387256`;
    const content = { kind: 'media', url, mimeType: 'image/jpeg', caption: 'Taj Mahal' };
    expect(eventsOf(webhook(fixture('inbound-image')))).toMatchObject([{ content }]);
  });

  it('a picked row, and a template’s pressed button', () => {
    const picked = { kind: 'choice', id: 'priority_express', title: 'Priority Mail Express' };
    expect(eventsOf(webhook(fixture('inbound-list-reply')))).toMatchObject([{ content: picked }]);
    const pressed = { kind: 'choice', id: 'Unsubscribe-payload', title: 'Unsubscribe' };
    expect(eventsOf(webhook(fixture('inbound-template-button')))).toMatchObject([
      { content: pressed },
    ]);
  });

  it('a message of someone without a number', () => {
    expect(eventsOf(webhook(fixture('inbound-username')))).toMatchObject([
      { from: 'US.13491208655302741918', profileName: 'Pablo M.' },
    ]);
  });

  it('a batch: every entry, change, message and status, each with its own name', () => {
    expect(eventsOf(webhook(fixture('batch')))).toEqual([
      {
        kind: 'message',
        messageId: 'wamid.one',
        from: CUSTOMER,
        content: { kind: 'text', text: 'one' },
        profileName: 'Ann',
        sentMs: AT_MS,
      },
      {
        kind: 'message',
        messageId: 'wamid.two',
        from: '16505555678',
        content: { kind: 'location', latitude: 37.44, longitude: -122.16 },
        profileName: 'Bob',
        sentMs: AT_MS,
      },
      { kind: 'receipt', messageId: 'wamid.three', to: CUSTOMER, status: 'read' },
    ]);
  });

  it('statuses of both shapes, and a failure with its code', () => {
    const messageId = 'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3MTE5MjVBOTE3MDk5QUVFM0YA';
    const receipt = { kind: 'receipt', messageId, to: CUSTOMER };
    expect(eventsOf(webhook(fixture('status-sent')))).toEqual([{ ...receipt, status: 'sent' }]);
    expect(eventsOf(webhook(fixture('status-delivered')))).toEqual([
      { ...receipt, to: 'US.13491208655302741918', status: 'delivered' },
    ]);
    expect(eventsOf(webhook(fixture('status-failed')))).toEqual([
      { ...receipt, status: 'failed', errorCode: '131047' },
    ]);
  });
});

describe('other contents', () => {
  it('button replies', () => {
    const interactive = { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } };
    expect(contentOf({ type: 'interactive', interactive })).toEqual({
      kind: 'choice',
      id: 'y',
      title: 'Yes',
    });
  });

  it.each(['image', 'video', 'audio', 'document', 'sticker'])('%s', (type) => {
    const media = { id: '7', mime_type: 'a/b', url: 'https://lookaside.example/7' };
    expect(contentOf({ type, [type]: media })).toEqual({
      kind: 'media',
      url: media.url,
      mimeType: 'a/b',
    });
  });

  it('a place, with what is known of it', () => {
    const location = { latitude: 52.5, longitude: '13.4', name: 'Here', address: 'Street 1' };
    expect(contentOf({ type: 'location', location })).toEqual({
      kind: 'location',
      latitude: 52.5,
      longitude: 13.4,
      name: 'Here',
      address: 'Street 1',
    });
    expect(contentOf({ type: 'location', location: {} })).toMatchObject({ kind: 'text' });
  });

  it('a reaction, and one taken back', () => {
    const reaction = { message_id: 'wamid.y', emoji: '👍' };
    const put = { kind: 'reaction', emoji: '👍', messageId: 'wamid.y' };
    expect(contentOf({ type: 'reaction', reaction })).toEqual(put);
    expect(contentOf({ type: 'reaction', reaction: { message_id: 'wamid.y' } })).toEqual({
      ...put,
      emoji: '',
    });
  });

  it('contact cards and the answers of a flow, in words', () => {
    const contacts = [{ name: { formatted_name: 'Ann' }, phones: [{ phone: '+1 555' }] }];
    expect(contentOf({ type: 'contacts', contacts })).toEqual({
      kind: 'text',
      text: '[contact: Ann, +1 555]',
    });
    const interactive = { type: 'nfm_reply', nfm_reply: { response_json: '{"size":"L"}' } };
    expect(contentOf({ type: 'interactive', interactive })).toEqual({
      kind: 'text',
      text: '{"size":"L"}',
    });
  });

  it('were sent at the end of their second, but never in the future', () => {
    const sentAt = (timestamp: string) => {
      const message = {
        from: CUSTOMER,
        id: 'wamid.x',
        type: 'text',
        text: { body: 'x' },
        timestamp,
      };
      const [event] = eventsOf(update({ messages: [message] }));
      return event?.kind === 'message' ? event.sentMs : undefined;
    };
    expect(sentAt(String(AT_MS / 1000 - 10))).toBe(AT_MS - 10_000 + 999);
    expect(sentAt(String(AT_MS / 1000))).toBe(AT_MS);
    expect(sentAt('soon')).toBe(AT_MS);
  });

  it('what the stack has no words for is shown as such, never dropped', () => {
    const unknown = (type: string) => ({ kind: 'text', text: `[unsupported: ${type}]` });
    expect(contentOf({ type: 'hologram', hologram: {} })).toEqual(unknown('hologram'));
    const interactive = { type: 'nfm_reply', nfm_reply: { name: 'flow' } };
    expect(contentOf({ type: 'interactive', interactive })).toEqual(unknown('nfm_reply'));
  });

  it('other fields of our number are taken and left', () => {
    const messages = [{ from: CUSTOMER, id: 'wamid.x', type: 'text', text: { body: 'x' } }];
    expect(eventsOf(update({ messages }))).toHaveLength(1);
    expect(eventsOf(update({ messages }, 'smb_message_echoes'))).toEqual([]);
  });

  it('statuses that say nothing to a rep are taken and left', () => {
    const statuses = [{ id: 'wamid.x', status: 'deleted', recipient_id: CUSTOMER }];
    expect(eventsOf(update({ statuses }))).toEqual([]);
    expect(eventsOf(update({ errors: [{ code: 130429 }] }))).toEqual([]);
  });
});

describe('refusals', () => {
  const body = fixture('inbound-text');
  const statusOf = (request: HttpRequest) => {
    const received = receive(request);
    return received.ok ? 'taken' : received.response.status;
  };

  it('a signature that is missing, another’s, of another body, or SHA-1', () => {
    expect(statusOf(webhook(body))).toBe('taken');
    const [first = ''] = body.toString().split('\\u2615');
    const good = sign(account.appSecret, body);
    expect(statusOf(webhook(body, {}))).toBe(401);
    expect(
      statusOf(webhook(body, { 'x-hub-signature': sign(account.appSecret, body, 'sha1') })),
    ).toBe(401);
    expect(statusOf(webhook(body, { 'x-hub-signature-256': sign('another', body) }))).toBe(401);
    expect(statusOf(webhook(Buffer.from(first), { 'x-hub-signature-256': good }))).toBe(401);
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(statusOf(webhook(again, { 'x-hub-signature-256': good }))).toBe(401);
  });

  it('rightly signed nonsense', () => {
    for (const text of ['', '{"object":', 'null', '[]', '"x"', '1']) {
      expect(statusOf(webhook(Buffer.from(text)))).toBe(400);
    }
  });

  it('a message or status that nobody could be told of', () => {
    expect(statusOf(update({ messages: [{ id: 'wamid.x', type: 'text' }] }))).toBe(400);
    expect(statusOf(update({ messages: [{ from: CUSTOMER, type: 'text' }] }))).toBe(400);
    expect(statusOf(update({ statuses: [{ id: 'wamid.x', status: 'sent' }] }))).toBe(400);
  });

  it('never throws, whatever is in the JSON', () => {
    const odd = [null, 7, 'x', [], [null], [7], [{}], { a: null }, [{ changes: null }]];
    for (const entry of odd) {
      expect(statusOf(webhook(Buffer.from(JSON.stringify({ entry }))))).toBe('taken');
      expect(statusOf(update({ contacts: entry, statuses: null }))).toBe('taken');
    }
    for (const odd of [null, 7, 'x', [], {}]) {
      const message = { id: 'i', from: 'f', type: 'interactive', interactive: odd };
      expect(statusOf(update({ contacts: odd, messages: [message] }))).toBe('taken');
    }
  });

  it('other paths and methods', () => {
    expect(statusOf({ ...webhook(body), url: `${WEBHOOK}/more` })).toBe(404);
    expect(statusOf({ ...webhook(body), method: 'PUT' })).toBe(405);
    // What a proxy makes of the origin is no matter.
    expect(statusOf({ ...webhook(body), url: 'http://127.0.0.1:1/webhooks/wa' })).toBe('taken');
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
    expect(received.response.status).toBe(200);
    expect(received.response.body.toString()).toBe('1158201444');
    expect(received).toMatchObject({ ok: true, events: [] });
  });

  it.each([
    { ...right, 'hub.mode': 'unsubscribe' },
    { ...right, 'hub.verify_token': 'guess' },
    { 'hub.mode': 'subscribe', 'hub.verify_token': account.verifyToken },
    {},
  ])('is refused to %o', (query) => {
    expect(ask(query)).toMatchObject({ ok: false, response: { status: 403 } });
  });
});
