/** The mock against LINE's own Node SDK and the older `linebot`, over real sockets. */
import { channelAccessToken, HTTPFetchError, messagingApi, validateSignature } from '@line/bot-sdk';
import linebot from 'linebot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLineProvider } from '../../mock-providers/line/provider.ts';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createLineAdapter } from '../../src/channels/line/adapter.ts';
import { lineAccount } from '../../src/channels/line/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { InboundEvent } from '../../src/message.ts';
import { createOutbox } from '../../src/outbox.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf, outbound, saying } from '../channels/driving.ts';

const channel = channelOf('line', {
  address: 'Ud4f1c0a94c6b1d2e3f405162738495a6',
  account: { markAsRead: 'on' },
  limits: { monthlyMessages: 50 },
});
const account = lineAccount(channel);
const clock = createSystemClock({ speed: 20 });
const transport = createHttpTransport();

/** What the SDK made of each webhook, and what the adapter read in it. */
const judged: boolean[] = [];
const events: InboundEvent[] = [];
const bodies: { events: { replyToken?: string; message?: { id: string } }[] }[] = [];
let stack: RunningServer;
let platform: RunningServer;
let provider: Provider;

beforeAll(async () => {
  stack = await serve(
    async (request) => {
      const signature = request.headers['x-line-signature'] ?? '';
      judged.push(validateSignature(request.body, account.channelSecret, signature));
      bodies.push(JSON.parse(request.body.toString()));
      const received = adapter().receive(request, clock.originMs + clock.now());
      if (received.ok) events.push(...received.events);
      return received.response;
    },
    { port: 0, name: 'stack' },
  );
  platform = await serve((request) => provider.handle(request), { port: 0, name: 'line' });
  provider = createLineProvider({
    ...{ channelId: 'line', channel, clock, transport },
    webhookUrl: `${stack.url}/hook`,
    publicUrl: platform.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 20, deliveryMs: () => 100, readMs: () => undefined },
    batchMs: () => 0,
  });
});

afterAll(async () => {
  await clock.settled();
  await transport.close();
  await platform.close();
  await stack.close();
});

const adapter = () =>
  createLineAdapter({ channel, apiUrl: platform.url, webhookUrl: `${stack.url}/hook` });

function client(token = account.accessToken) {
  return new messagingApi.MessagingApiClient({ channelAccessToken: token, baseURL: platform.url });
}

/** A customer, and what their phone shows. */
function customer(n: number) {
  const shown: PhoneMessage[] = [];
  const address = provider.addressOf(n);
  const phone = provider.connect(address, `Customer ${n}`, (message) => shown.push(message));
  return { address, phone, shown };
}

async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HTTPFetchError)) throw new Error(`no HTTPFetchError: ${error}`);
  return { status: error.status, ...JSON.parse(error.body) };
}

const text = (words: string): messagingApi.Message[] => [{ type: 'text', text: words }];

describe('@line/bot-sdk against the mock', () => {
  it('pushes what the phone shows, with quick replies, and gets an id for each', async () => {
    const { address, shown } = customer(1);
    const action: messagingApi.Action = { type: 'postback', label: 'Yes', data: 'yes=1' };
    const items: messagingApi.QuickReplyItem[] = [{ type: 'action', action }];
    const { sentMessages } = await client().pushMessage({
      to: address,
      messages: [...text('Hello'), { type: 'text', text: 'Sure?', quickReply: { items } }],
    });
    expect(sentMessages.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^\d{18}$/),
      expect.stringMatching(/^\d{18}$/),
    ]);
    await clock.settled();
    expect(shown.map(({ content }) => content)).toEqual([
      saying('Hello'),
      { kind: 'text', text: 'Sure?', choices: [{ id: 'yes=1', title: 'Yes' }] },
    ]);
  });

  it('validates our webhooks, and answers them by their token, once', async () => {
    const { phone, shown } = customer(2);
    expect(await phone.send(saying('Grüße ☕'))).toMatchObject({ ok: true });
    expect(judged.at(-1)).toBe(true);
    const replyToken = bodies.at(-1)?.events[0]?.replyToken ?? '';
    await client().replyMessage({ replyToken, messages: text('hi') });
    await clock.settled();
    expect(shown).toHaveLength(1);
    const again = await failure(client().replyMessage({ replyToken, messages: text('hi') }));
    expect(again).toEqual({ status: 400, message: 'Invalid reply token' });
  });

  it('may repeat a push under one retry key', async () => {
    const { address, shown } = customer(3);
    const key = '123e4567-e89b-42d3-a456-426614174000';
    const first = await client().pushMessageWithHttpInfo({ to: address, messages: text('a') }, key);
    const again = await failure(client().pushMessage({ to: address, messages: text('a') }, key));
    expect(again).toMatchObject({
      status: 409,
      message: 'The retry key is already accepted',
      sentMessages: first.body.sentMessages,
    });
    await clock.settled();
    expect(shown).toHaveLength(1);
  });

  it('reads profiles, the account, the quota and what users uploaded', async () => {
    const { address, phone } = customer(4);
    expect(await client().getProfile(address)).toMatchObject({ displayName: 'Customer 4' });
    expect((await client().getBotInfo()).userId).toBe(channel.address);
    expect(await client().getMessageQuota()).toEqual({ type: 'limited', value: 50 });
    await phone.send({ kind: 'media', url: 'http://files.test/a.png', mimeType: 'image/png' });
    const id = bodies.at(-1)?.events[0]?.message?.id ?? '';
    const blobs = new messagingApi.MessagingApiBlobClient({
      channelAccessToken: account.accessToken,
      baseURL: platform.url,
    });
    const { httpResponse } = await blobs.getMessageContentWithHttpInfo(id);
    expect(httpResponse.headers.get('content-type')).toBe('image/png');
  });

  it('shows that the account is writing and has read', async () => {
    const { address } = customer(5);
    await client().showLoadingAnimation({ chatId: address, loadingSeconds: 5 });
    await client().markMessagesAsReadByToken({ markAsReadToken: 'x' });
  });

  it('has its webhook tested, and set', async () => {
    const report = await client().testWebhookEndpoint({ endpoint: `${stack.url}/hook` });
    expect(report).toMatchObject({ success: true, statusCode: 200 });
    expect(bodies.at(-1)?.events).toEqual([]);
    const { endpoint } = await client().getWebhookEndpoint();
    expect(endpoint).toBe(`${stack.url}/hook`);
  });

  it('gets tokens', async () => {
    const tokens = new channelAccessToken.ChannelAccessTokenClient({ baseURL: platform.url });
    const issued = await tokens.issueChannelToken(
      'client_credentials',
      account.channelId,
      account.channelSecret,
    );
    expect(issued).toMatchObject({ access_token: account.accessToken, token_type: 'Bearer' });
  });

  it('is refused as LINE refuses', async () => {
    const to = provider.addressOf(6);
    expect(await failure(client('wrong').pushMessage({ to, messages: text('x') }))).toMatchObject({
      status: 401,
      message: expect.stringMatching(/^Authentication failed due to the following reason: /),
    });
    expect(await failure(client().pushMessage({ to, messages: text('') }))).toEqual({
      status: 400,
      message: 'The request body has 1 error(s)',
      details: [{ message: 'May not be empty', property: 'messages[0].text' }],
    });
    const stranger = `U${'f'.repeat(32)}`;
    expect(await failure(client().pushMessage({ to: stranger, messages: text('x') }))).toEqual({
      status: 400,
      message: 'Failed to send messages',
    });
    expect(await failure(client().getProfile(stranger))).toMatchObject({ status: 404 });
  });

  it('is told when the month is over', async () => {
    const to = Array.from({ length: 60 }, (_, n) => provider.addressOf(n));
    expect(await failure(client().multicast({ to, messages: text('x') }))).toEqual({
      status: 429,
      message: 'You have reached your monthly limit.',
    });
  });
});

describe('linebot against the mock', () => {
  it('parses our webhook, replies and pushes', async () => {
    const bot = linebot({
      channelId: account.channelId,
      channelSecret: account.channelSecret,
      channelAccessToken: account.accessToken,
    });
    Object.assign(bot, { endpoint: `${platform.url}/v2/bot` });
    const { address, phone, shown } = customer(7);
    await phone.send(saying('hello'));
    expect(bot.verify(Buffer.from('{}'), 'x')).toBe(false);
    const replied = await bot.reply(bodies.at(-1)?.events[0]?.replyToken ?? '', 'from linebot');
    expect(replied).toMatchObject({ sentMessages: [{}] });
    await bot.push(address, ['pushed']);
    await clock.settled();
    expect(shown.map(({ content }) => content)).toEqual([saying('from linebot'), saying('pushed')]);
  });
});

describe('the adapter against the mock', () => {
  it('replies by token, then pushes; and a spent token costs nothing but a call', async () => {
    const outbox = createOutbox(new Map([['line', adapter()]]), transport, clock);
    const { address, phone, shown } = customer(8);
    events.length = 0;
    await phone.send(saying('hi'));
    const [event] = events;
    if (event?.kind !== 'message' || event.replyToken === undefined) throw new Error('no message');
    const { replyToken } = event;
    for (const words of ['by token', 'by push']) {
      const atMs = clock.originMs + clock.now();
      const message = outbound(address, saying(words), { key: words, atMs, replyToken });
      expect(await outbox.send('line', message)).toMatchObject({ ok: true });
    }
    await clock.settled();
    expect(shown.map(({ content }) => content)).toEqual([saying('by token'), saying('by push')]);
  });
});
