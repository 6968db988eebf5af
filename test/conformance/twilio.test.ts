/** The mock against Twilio's own SDK, unmodified, over real sockets; and the adapter beside it. */
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createSmsProvider } from '../../mock-providers/sms/provider.ts';
import { createSmsAdapter } from '../../src/channels/sms/adapter.ts';
import { smsAccount } from '../../src/channels/sms/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import { type InboundEvent, textOf } from '../../src/message.ts';
import { createOutbox } from '../../src/outbox.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf, outbound } from '../channels/driving.ts';

const KEY = { apiKeySid: `SK${'1f'.repeat(16)}`, apiKeySecret: 'a-secret' };
const channel = channelOf('sms', {
  address: '+14155550100',
  account: { ...KEY, unreachable: '+12005550404' },
});
const { accountSid, authToken } = smsAccount(channel);
const transport = createHttpTransport();
const clock = createSystemClock({ speed: 20 });

/** Of every webhook: what the SDK made of the signature, what the adapter made of the rest. */
const judged: { readonly path: string; readonly valid: boolean; readonly ok: boolean }[] = [];
const events: InboundEvent[] = [];
const shown: PhoneMessage[] = [];
let stack: RunningServer;
let platform: RunningServer;
let provider: Provider;

beforeAll(async () => {
  stack = await serve(
    async (request) => {
      const adapter = createSmsAdapter({
        channel,
        apiUrl: platform.url,
        webhookUrl: `${stack.url}/hook`,
      });
      const fields = Object.fromEntries(new URLSearchParams(request.body.toString()));
      const signature = request.headers['x-twilio-signature'] ?? '';
      const valid = twilio.validateRequest(authToken, signature, request.url, fields);
      const received = adapter.receive(request, clock.originMs + clock.now());
      judged.push({ path: new URL(request.url).pathname, valid, ok: received.ok });
      if (received.ok) events.push(...received.events);
      return received.response;
    },
    { port: 0, name: 'stack' },
  );
  platform = await serve((request) => provider.handle(request), { port: 0, name: 'platform' });
  provider = createSmsProvider({
    channelId: 'sms-main',
    channel,
    clock,
    transport,
    webhookUrl: `${stack.url}/hook`,
    publicUrl: platform.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 20, deliveryMs: () => 200, readMs: () => undefined },
    batchMs: () => 0,
  });
});

afterAll(async () => {
  await transport.close();
  await platform.close();
  await stack.close();
});

function createClient(user = accountSid, password = authToken) {
  const client = twilio(user, password, { accountSid });
  client.api.baseUrl = platform.url;
  return client;
}

describe('the twilio SDK against the mock', () => {
  it('sends, fetches, and hears of the delivery by valid callbacks', async () => {
    const client = createClient();
    const to = provider.addressOf(1);
    provider.connect(to, 'Ada', (message) => shown.push(message));
    const statusCallback = `${stack.url}/hook/status`;
    const body = 'a b+c & ☕';
    const sent = await client.messages.create({ to, from: channel.address, body, statusCallback });
    expect(sent).toMatchObject({ status: 'queued', to, body, numSegments: '1', errorCode: null });
    expect(sent.dateCreated).toBeInstanceOf(Date);
    expect(Math.abs(sent.dateCreated.getTime() - clock.originMs)).toBeLessThan(120_000);

    await clock.settled();
    expect(shown).toEqual([{ messageId: sent.sid, content: { kind: 'text', text: body } }]);
    expect(judged).toEqual([
      { path: '/hook/status', valid: true, ok: true },
      { path: '/hook/status', valid: true, ok: true },
    ]);
    const receipt = { kind: 'receipt', messageId: sent.sid, to };
    expect(events).toEqual([
      { ...receipt, status: 'sent' },
      { ...receipt, status: 'delivered' },
    ]);
    const fetched = await client.messages(sent.sid).fetch();
    expect([fetched.status, fetched.dateSent instanceof Date]).toEqual(['delivered', true]);
    expect(await fetched.media().list()).toEqual([]);
  });

  it('lists over several pages, redacts and removes', async () => {
    const client = createClient();
    const to = provider.addressOf(2);
    for (let i = 0; i < 5; i += 1) {
      await client.messages.create({ to, from: channel.address, body: `${i}` });
    }
    const bodies = (await client.messages.list({ to, pageSize: 2 })).map(({ body }) => body);
    expect(bodies).toEqual(['4', '3', '2', '1', '0']);
    const [newest] = await client.messages.list({ to, limit: 1 });
    const message = client.messages(newest?.sid ?? '');
    expect((await message.update({ body: '' })).body).toBe('');
    const removed = await message.removeWithHttpInfo();
    expect([removed.statusCode, removed.body]).toEqual([204, true]);
    expect(await client.messages.list({ to })).toHaveLength(4);
  });

  it('takes an API key', async () => {
    const client = createClient(KEY.apiKeySid, KEY.apiKeySecret);
    const to = provider.addressOf(3);
    const sent = await client.messages.create({ to, from: channel.address, body: 'by key' });
    expect(sent.accountSid).toBe(accountSid);
  });

  it.each([
    ['+15005550001', 21211],
    ['+15005550009', 21614],
  ])('to %s fails as the SDK knows it, with %i', async (to, code) => {
    const create = createClient().messages.create({ to, from: channel.address, body: 'x' });
    await expect(create).rejects.toMatchObject({
      name: 'Error',
      status: 400,
      code,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
  });

  it('fails with 20003 on a wrong token and with 20404 on an unknown sid', async () => {
    const list = createClient(accountSid, 'wrong').messages.list();
    await expect(list).rejects.toMatchObject({ status: 401, code: 20003 });
    const fetch = createClient()
      .messages(`SM${'0'.repeat(32)}`)
      .fetch();
    await expect(fetch).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  it('fails with 21610 once the customer said STOP, until they say START', async () => {
    const client = createClient();
    const to = provider.addressOf(5);
    const phone = provider.connect(to, 'Bo', () => {});
    const send = () => client.messages.create({ to, from: channel.address, body: 'hello' });
    judged.length = 0;
    events.length = 0;
    expect(await phone.send({ kind: 'text', text: 'Stop' })).toMatchObject({ ok: true });
    await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
    expect(await phone.send({ kind: 'text', text: 'START' })).toMatchObject({ ok: true });
    expect((await send()).status).toBe('queued');
    expect(judged).toEqual([
      { path: '/hook', valid: true, ok: true },
      { path: '/hook', valid: true, ok: true },
    ]);
    expect(events).toMatchObject([
      { kind: 'message', from: to, content: { text: 'Stop' } },
      { kind: 'message', from: to, content: { text: 'START' } },
    ]);
  });
});

describe('the adapter against the mock', () => {
  const send = async (to: string, text: string) => {
    const webhookUrl = `${stack.url}/hook`;
    const adapter = createSmsAdapter({ channel, apiUrl: platform.url, webhookUrl });
    const outbox = createOutbox(new Map([['sms', adapter]]), transport, clock);
    return outbox.send('sms', outbound(to, { kind: 'text', text }));
  };

  it('sends what the mock takes, split where it must be', async () => {
    const text = 'word '.repeat(500).trim();
    provider.connect(provider.addressOf(6), 'Six', (message) => shown.push(message));
    shown.length = 0;
    expect(await send(provider.addressOf(6), text)).toMatchObject({ ok: true });
    await clock.settled();
    expect(shown).toHaveLength(2);
    expect(shown.map(({ content }) => textOf(content)).join(' ')).toBe(text);
  });

  it('understands its refusals and its reports', async () => {
    expect(await send('+15005550004', 'x')).toMatchObject({ failure: 'optedOut', code: '21610' });
    expect(await send('+15005550002', 'x')).toMatchObject({ failure: 'unreachable' });
    expect(await send(provider.addressOf(6), '')).toMatchObject({
      failure: 'invalid',
      code: '21602',
    });
    await clock.settled();
    events.length = 0;
    const outcome = await send('+12005550404', 'x');
    await clock.settled();
    expect(events).toMatchObject([
      { kind: 'receipt', status: 'sent', messageId: outcome.ok && outcome.messageId },
      { kind: 'receipt', status: 'failed', errorCode: '30003' },
    ]);
  });

  it('has its webhooks told from any other caller’s', async () => {
    const url = `${stack.url}/hook`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const forged = { method: 'POST', url, headers, body: Buffer.from('Body=hi&From=%2B1') };
    expect(await transport.send(forged)).toMatchObject({ status: 403 });
  });
});
