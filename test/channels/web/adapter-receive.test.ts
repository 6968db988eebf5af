import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeMultipart } from '../../../src/channels/multipart.ts';
import { AT_MS, jsonOf } from '../driving.ts';
import {
  adapter,
  CONVERSATION,
  call,
  EDGE,
  fixture,
  MESSAGE,
  SUBJECT,
  saying,
  tokenOf,
  WEBHOOK,
} from './channel.ts';

const contentOf = (message: object) => {
  const received = adapter.receive(saying(message), AT_MS);
  if (!received.ok) throw new Error(received.reason);
  const [event] = received.events;
  return event?.kind === 'message' ? event.content : undefined;
};

describe('documented calls', () => {
  it.each(['text', 'selection', 'typing', 'acknowledgements', 'end-session', 'close'])(
    '%s',
    (name) => {
      const { method, path, body, events } = fixture(name);
      const received = adapter.receive(call(method, path, body), AT_MS);
      const from = (event: object) =>
        'status' in event ? { ...event, to: SUBJECT } : { ...event, from: SUBJECT };
      expect(received).toMatchObject({ ok: true, events: events.map(from) });
      expect(received.response.status).toBe(method === 'DELETE' ? 204 : 202);
    },
  );

  it('are answered as the API does, with ids and the time', () => {
    const { response } = adapter.receive(saying({ staticContent: TEXT }), AT_MS);
    expect(response.headers['content-type']).toBe('application/json');
    expect(jsonOf(response)).toEqual({
      conversationEntries: [{ id: MESSAGE, clientTimestamp: AT_MS }],
    });
  });

  it('stopped typing is told, too', () => {
    const request = call('POST', `/conversation/${CONVERSATION}/entry`, {
      entryType: 'TypingStoppedIndicator',
      id: MESSAGE,
    });
    const events = [{ kind: 'typing', from: SUBJECT, on: false }];
    expect(adapter.receive(request, AT_MS)).toMatchObject({ ok: true, events });
  });
});

const TEXT = { formatType: 'Text', text: 'hi' };

describe('messages', () => {
  it('say what they say', () => {
    expect(contentOf({ staticContent: TEXT })).toEqual({ kind: 'text', text: 'hi' });
  });

  it('tell all that was picked, by the old name of the id as well', () => {
    const pick = (...selectedOptions: object[]) =>
      contentOf({
        messageType: 'ChoicesResponseMessage',
        choicesResponse: { formatType: 'Selections', selectedOptions },
      });
    expect(pick({ optionId: 'a' })).toEqual({ kind: 'choice', id: 'a', title: 'a' });
    const titled = (id: string, title: string) => ({
      optionIdentifier: id,
      optionTitle: { itemType: 'TitleItem', title },
    });
    expect(pick(titled('a', 'Tea'), titled('b', 'Milk'))).toEqual({
      kind: 'choice',
      id: 'a, b',
      title: 'Tea, Milk',
    });
  });

  it.each([
    [{ staticContent: { formatType: 'WebView' } }, 'WebView'],
    [{ messageType: 'FormResponseMessage', formResponse: {} }, 'FormResponseMessage'],
    [
      { messageType: 'ChoicesResponseMessage', choicesResponse: { formatType: 'ExperienceType' } },
      'ExperienceType',
    ],
  ])('that can’t be shown are told of: %j', (message, type) => {
    expect(contentOf(message)).toEqual({ kind: 'text', text: `[unsupported: ${type}]` });
  });

  it.each([
    { id: 'x', staticContent: TEXT },
    { id: MESSAGE.toUpperCase(), staticContent: TEXT },
    { staticContent: { formatType: 'Text' } },
    { messageType: 7 },
    { messageType: 'ChoicesResponseMessage', choicesResponse: { formatType: 'Selections' } },
  ])('that are malformed are refused: %j', (message) => {
    const received = adapter.receive(saying(message), AT_MS);
    expect(received).toMatchObject({ ok: false, response: { status: 400 } });
    expect(jsonOf(received.response)).toEqual({ message: expect.any(String), code: 400 });
  });
});

describe('files', () => {
  const FILE_ID = '2d9d2c62-7f1a-4d7e-8a35-3b9f0f5b7c44';
  const upload = (message: object, names = ['messageEntry', 'fileData']) => {
    const entry = { message: { id: MESSAGE, fileId: FILE_ID, ...message } };
    const { contentType, body } = writeMultipart(
      [
        {
          name: names[0]!,
          contentType: 'application/json',
          body: Buffer.from(JSON.stringify(entry)),
        },
        {
          name: names[1]!,
          filename: 'a.png',
          contentType: 'image/png',
          body: Buffer.from([0, 13]),
        },
      ],
      'boundary',
    );
    const request = call('POST', `/conversation/${CONVERSATION}/file`, body, {
      'content-type': contentType,
    });
    return adapter.receive(request, AT_MS);
  };

  it('are media, where the edge keeps them', () => {
    const media = {
      kind: 'media',
      url: `${EDGE}/iamessage/files/${FILE_ID}`,
      mimeType: 'image/png',
    };
    expect(upload({ text: '' })).toMatchObject({
      ok: true,
      events: [{ messageId: MESSAGE, from: SUBJECT, content: media }],
    });
    const captioned = { content: { ...media, caption: 'look' } };
    expect(upload({ text: 'look' })).toMatchObject({ events: [captioned] });
  });

  it('are refused without id, entry or bytes', () => {
    expect(upload({ fileId: '../x' })).toMatchObject({ response: { status: 400 } });
    expect(upload({ id: '' })).toMatchObject({ response: { status: 400 } });
    expect(upload({}, ['x', 'fileData'])).toMatchObject({ response: { status: 400 } });
    expect(upload({}, ['messageEntry', 'x'])).toMatchObject({ response: { status: 400 } });
    const request = call('POST', `/conversation/${CONVERSATION}/file`, { message: {} });
    expect(adapter.receive(request, AT_MS)).toMatchObject({ response: { status: 400 } });
  });
});

describe('calls that are not let in', () => {
  const good = saying({ staticContent: TEXT });
  const by = (authorization: string) =>
    adapter.receive({ ...good, headers: { ...good.headers, authorization } }, AT_MS);

  it.each([
    ['without token', ''],
    ['with another scheme', `Basic ${tokenOf()}`],
    ['with a cut token', `Bearer ${tokenOf().slice(0, -3)}`],
    ['without signature', `Bearer ${tokenOf().replace(/[^.]+$/, '')}`],
    ['signed by others', `Bearer ${tokenOf({}, 'another secret of some length')}`],
    ['with the stack’s own token', `Bearer ${tokenOf({ aud: 'eventrouter' })}`],
    ['unsigned on purpose', `Bearer ${unsigned()}`],
  ])('%s: 401', (_, authorization) => {
    expect(by(authorization)).toMatchObject({ ok: false, response: { status: 401 } });
  });

  it('too late: 401; of another channel: 403', () => {
    const exp = AT_MS / 1000;
    expect(by(`Bearer ${tokenOf({ exp })}`)).toMatchObject({ reason: 'Jwt is expired' });
    expect(by(`Bearer ${tokenOf({ exp: exp + 1 })}`)).toMatchObject({ ok: true });
    expect(by(`Bearer ${tokenOf({ exp: undefined })}`)).toMatchObject({ reason: 'Jwt is expired' });
    const other = by(`Bearer ${tokenOf({ channelAddId: 'x' })}`);
    expect(other).toMatchObject({ ok: false, response: { status: 403 } });
  });

  it('to nowhere: 404; about no conversation: 400', () => {
    const statusOf = (method: string, path: string) =>
      adapter.receive(call(method, path, {}), AT_MS).response.status;
    expect(statusOf('POST', '')).toBe(404);
    expect(statusOf('POST', '/conversation')).toBe(404);
    expect(statusOf('GET', `/conversation/${CONVERSATION}`)).toBe(404);
    expect(statusOf('POST', `/conversation/${CONVERSATION}/nonsense`)).toBe(404);
    expect(statusOf('POST', '/conversation/x/message')).toBe(400);
    const elsewhere = { ...good, url: good.url.replace('/webhooks/web', '/webhooks/web2') };
    expect(adapter.receive(elsewhere, AT_MS).response.status).toBe(404);
  });

  function unsigned(): string {
    const [, claims] = tokenOf().split('.');
    return `${btoa('{"alg":"none","typ":"JWT"}').replaceAll('=', '')}.${claims}.`;
  }
});

describe('whatever comes', () => {
  const whats = ['message', 'file', 'entry', 'acknowledge-entries', 'session', ''];

  it('is answered, never thrown', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('POST', 'DELETE', 'GET'),
        fc.constantFrom(...whats),
        fc.oneof(fc.json(), fc.string(), fc.uint8Array().map(String)),
        fc.constantFrom('application/json', 'multipart/form-data; boundary=x', ''),
        fc.boolean(),
        (method, what, body, contentType, isAuthorised) => {
          const authorization = isAuthorised ? {} : { authorization: body };
          const request = call(method, `/conversation/${CONVERSATION}/${what}`, undefined, {
            'content-type': contentType,
            ...authorization,
          });
          const { response } = adapter.receive({ ...request, body: Buffer.from(body) }, AT_MS);
          expect([202, 204, 400, 401, 403, 404]).toContain(response.status);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cut or changed anywhere, a message is read whole or refused', () => {
    const { body, ...rest } = saying({ staticContent: TEXT });
    for (let end = 0; end < body.length; end += 1) {
      const request = { ...rest, url: `${WEBHOOK}${rest.url.slice(WEBHOOK.length)}` };
      const received = adapter.receive({ ...request, body: body.subarray(0, end) }, AT_MS);
      expect(received).toMatchObject({ ok: false, response: { status: 400 } });
    }
  });
});
