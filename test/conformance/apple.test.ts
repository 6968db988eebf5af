/**
 * The mock against an MSP, and the adapter against an Apple, that know nothing of this project
 * (`apple-peers.ts`), over real sockets: Apple publishes no client.
 */
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppleProvider } from '../../mock-providers/apple/provider.ts';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createAppleAdapter } from '../../src/channels/apple/adapter.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { Content, InboundEvent } from '../../src/message.ts';
import { createOutbox } from '../../src/outbox.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';
import {
  type Body,
  BUSINESS,
  createApple,
  createMsp,
  EXTENSION,
  jsonOf,
  MSP,
  SECRET,
  tokenOf,
} from './apple-peers.ts';

const account = { mspId: MSP, secret: SECRET };
const channel = channelOf('apple', { address: BUSINESS, account, limits: { inlineBytes: 2000 } });
const clock = createSystemClock();
const transport = createHttpTransport();

function interactive(data: Body, more: Body = {}): Body {
  const requestIdentifier = randomUUID();
  const interactiveData = { bid: EXTENSION, data: { requestIdentifier, ...data }, ...more };
  return { type: 'interactive', interactiveData };
}

describe('an MSP against the mock', () => {
  let msp: Awaited<ReturnType<typeof createMsp>>;
  let platform: RunningServer;
  let provider: Provider;
  let to: string;
  const shown: PhoneMessage[] = [];
  let phone: ReturnType<Provider['connect']>;

  beforeAll(async () => {
    msp = await createMsp();
    platform = await serve((request) => provider.handle(request), { port: 0, name: 'platform' });
    msp.use(`${platform.url}/v1`);
    provider = createAppleProvider({
      channelId: 'amb',
      channel,
      clock,
      transport,
      webhookUrl: msp.webhookUrl,
      publicUrl: platform.url,
      random: () => 0.5,
      delays: { inboundMs: () => 1, deliveryMs: () => 5, readMs: () => undefined },
      batchMs: () => 0,
    });
    to = provider.addressOf(1);
    phone = provider.connect(to, 'Ada', (message) => shown.push(message));
  });
  afterAll(async () => {
    await platform.close();
    await msp.close();
  });
  const last = () => msp.told.at(-1)?.message ?? {};
  /** Sends, lets the phone show it, and picks. */
  const ask = async (question: Body, id: string) => {
    const response = await msp.send(to, question);
    expect(response.status).toBe(200);
    await clock.settled();
    expect((await phone.send({ kind: 'choice', id, title: '' })).ok).toBe(true);
    return { body: await response.text(), reply: last() };
  };

  it('may not begin, and is told who does', async () => {
    expect((await msp.send(to, { type: 'text', body: 'hello' })).status).toBe(404);
    expect((await phone.send({ kind: 'text', text: 'Grüße ☕ 😀' })).ok).toBe(true);
    const types = msp.told.map(({ message }) => [message.type, message.body]);
    expect(types).toEqual([
      ['typing_start', undefined],
      ['text', 'Grüße ☕ 😀'],
    ]);
    expect(msp.told[1]?.headers).toMatchObject({
      'source-id': to,
      'destination-id': BUSINESS,
      'content-encoding': 'gzip',
    });
    const response = await msp.send(to, { type: 'text', body: 'hello' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    await clock.settled();
    expect(shown.at(-1)?.content).toEqual({ kind: 'text', text: 'hello' });
  });

  it('is refused with the documented statuses', async () => {
    const text = { type: 'text', body: 'hello' };
    const status = async (...parts: Parameters<typeof msp.send>) =>
      (await msp.send(...parts)).status;
    const bearer = async (...parts: Parameters<typeof tokenOf>) => ({
      Authorization: `Bearer ${await tokenOf(...parts)}`,
    });
    expect(await status(to, text, { Authorization: '' })).toBe(401);
    expect(await status(to, text, await bearer('aud'))).toBe(403);
    expect(await status(to, text, await bearer('iss', Buffer.from(SECRET)))).toBe(403);
    expect(await status('urn:mbid:AQAAYnobody=', text)).toBe(404);
    expect(await status(to, { type: 'close' })).toBe(400);
    expect(await status(to, text, { id: randomUUID() })).toBe(400);
  });

  it('sends files, and fetches those it is sent', async () => {
    const attachment = await msp.upload(Buffer.from('a picture'), 'a.png', 'image/png');
    const text = { type: 'text', body: 'Here: \ufffc', attachments: [attachment] };
    expect((await msp.send(to, text)).status).toBe(200);
    await clock.settled();
    expect(shown.at(-1)?.content).toMatchObject({ kind: 'media', caption: 'Here:' });
    await phone.send({ kind: 'media', url: 'https://pics.test/b.png', mimeType: 'image/png' });
    const file = await msp.download(last().attachments[0]);
    expect(file.subarray(1, 4).toString()).toBe('PNG');
  });

  it('asks, and is answered', async () => {
    const items = ['Yes', 'No'].map((title, n) => ({ identifier: `q${n}`, title }));
    const quick = interactive({ version: '1.0', 'quick-reply': { summaryText: 'Sure?', items } });
    const answer = (await ask(quick, 'q1')).reply.interactiveData.data;
    const { requestIdentifier } = quick.interactiveData.data;
    expect(answer).toMatchObject({ requestIdentifier, replyMessage: { title: 'No' } });
    expect(answer['quick-reply'].items[answer['quick-reply'].selectedIndex].title).toBe('No');
    const timeslots = [{ identifier: 't', startTime: '2026-11-24T09:00+0000', duration: 1800 }];
    const time = interactive({
      mspVersion: '1.0',
      event: { identifier: 'e', title: '', timeslots },
    });
    const { event } = (await ask(time, 't')).reply.interactiveData.data;
    expect(event.timeslots).toEqual(timeslots);
  });

  it('asks with pictures, is answered by reference, and sends by reference', async () => {
    const item = { identifier: '1', title: 'Apple', order: 0, imageIdentifier: 'i' };
    const sections = [{ title: 'Fruit', order: 0, multipleSelection: false, items: [item] }];
    const images = [{ identifier: 'i', data: Buffer.alloc(3000).toString('base64') }];
    const bubble = { receivedMessage: { title: 'Select', style: 'icon' } };
    const question = interactive({ mspVersion: '1.0', images, listPicker: { sections } }, bubble);
    const { body, reply } = await ask(question, '1');
    const reference = reply.interactiveDataRef;
    expect(reference).toMatchObject({ title: 'Apple', bid: EXTENSION });
    const bytes = await msp.download(reference);
    const decode = { method: 'POST', headers: { bid: reference.bid } };
    for (const form of [bytes, gunzipSync(bytes)]) {
      const init = { ...decode, body: new Uint8Array(form) };
      const decoded: Body = await msp.call('/decodePayload', init).then(jsonOf);
      expect(decoded.interactiveData.data).toMatchObject({ images });
    }
    const { dataRef } = JSON.parse(body);
    const again = { type: 'interactive', interactiveDataRef: dataRef };
    expect((await msp.send(to, again)).status).toBe(200);
    await clock.settled();
    const choices = [{ id: '1', title: 'Apple' }];
    expect(shown.at(-1)?.content).toEqual({ kind: 'text', text: 'Select', choices });
  });

  it('hears of the end, after which nothing arrives', async () => {
    await phone.leave?.();
    expect(last().type).toBe('close');
    expect((await msp.send(to, { type: 'text', body: 'hello' })).status).toBe(410);
  });
});

describe('Apple against the adapter', () => {
  const FROM = 'urn:mbid:AQAAYxx/yy+zz=';
  const rest = { to: FROM, key: 'conformance/1' };
  const events: InboundEvent[] = [];
  let apple: Awaited<ReturnType<typeof createApple>>;
  let stack: RunningServer;
  let send: (content: Content, rep?: string) => Promise<unknown>;
  let indicate: (kind: 'typingOn' | 'typingOff') => Promise<void>;

  beforeAll(async () => {
    apple = await createApple();
    const hook = () => `${stack.url}/webhooks/amb`;
    const adapter = () => createAppleAdapter({ channel, apiUrl: apple.url, webhookUrl: hook() });
    stack = await serve(
      async (request) => {
        const received = adapter().receive(request, Date.now());
        if (received.ok) events.push(...received.events);
        return received.response;
      },
      { port: 0, name: 'stack' },
    );
    const outbox = createOutbox(new Map([['amb', adapter()]]), transport, clock);
    const now = () => ({ ...rest, atMs: Date.now() });
    send = (content, rep) => {
      return outbox.send('amb', { ...now(), content, ...(rep === undefined ? {} : { rep }) });
    };
    indicate = (kind) => outbox.indicate('amb', { ...now(), kind, messageId: 'x' });
  });
  afterAll(async () => {
    await stack.close();
    await apple.close();
    await transport.close();
  });
  const tell = (fields: Body, token?: string) =>
    apple.tell(`${stack.url}/webhooks/amb`, FROM, fields, token);
  const told = async (fields: Body) => {
    events.length = 0;
    const { id, status } = await tell(fields);
    expect(status).toBe(200);
    return { id, events: [...events] };
  };

  it('is heard', async () => {
    const { id, events } = await told({ type: 'text', body: 'Grüße ☕ 😀', locale: 'de_DE' });
    const content = { kind: 'text', text: 'Grüße ☕ 😀' };
    expect(events).toEqual([{ kind: 'message', messageId: id, from: FROM, content }]);
    const typing = await told({ type: 'typing_start' });
    expect(typing.events).toEqual([{ kind: 'typing', from: FROM, on: true }]);
    expect((await told({ type: 'close' })).events).toEqual([{ kind: 'ended', from: FROM }]);
    const items = [{ identifier: 'a', title: 'A' }];
    const picked = await told(interactive({ 'quick-reply': { items, selectedIndex: 0 } }));
    expect(picked.events).toMatchObject([{ content: { kind: 'choice', id: 'a', title: 'A' } }]);
  });

  it('is refused with a token that is not its own', async () => {
    const text = { type: 'text', body: 'hello' };
    expect((await tell(text, await tokenOf('iss'))).status).toBe(403);
    expect((await tell(text, await tokenOf('aud', Buffer.from(SECRET)))).status).toBe(403);
    expect((await tell(text, 'x')).status).toBe(403);
  });

  it('takes what is sent', async () => {
    expect(await send({ kind: 'text', text: 'Grüße ☕' }, 'rep')).toMatchObject({ ok: true });
    expect(apple.sent.at(-1)).toMatchObject({
      headers: { 'auto-reply': 'false', 'content-type': 'application/json' },
      message: { type: 'text', body: 'Grüße ☕' },
    });
    const choices = ['Yes', 'No'].map((title) => ({ id: title, title }));
    expect(await send({ kind: 'text', text: 'Sure?', choices })).toMatchObject({ ok: true });
    const { interactiveData } = apple.sent.at(-1)?.message ?? {};
    expect(interactiveData.data['quick-reply'].items).toHaveLength(2);
    await indicate('typingOn');
    expect(apple.sent.at(-1)?.message.type).toBe('typing_start');
  });

  it('takes a file, and can open it', async () => {
    const url = `${apple.url}/photo.png`;
    const media = { kind: 'media', url, mimeType: 'image/png', caption: 'Look' } as const;
    expect(await send(media)).toMatchObject({ ok: true });
    const { body, attachments } = apple.sent.at(-1)?.message ?? {};
    expect(body).toBe('\ufffcLook');
    expect(attachments[0]).toMatchObject({ name: 'photo.png', mimeType: 'image/png' });
    expect(apple.open(attachments[0])?.toString()).toBe('a picture');
  });

  it('is understood when it refuses', async () => {
    for (const [status, failure] of [
      [404, 'unreachable'],
      [403, 'unauthorised'],
      [500, 'platformError'],
    ] as const) {
      apple.answerWith(status);
      expect(await send({ kind: 'text', text: 'x' })).toMatchObject({ ok: false, failure });
    }
  });
});
