/** The mock against an independent Cloud API client, unmodified, over real sockets. */
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PhoneMessage, Provider, ProviderParts } from '../../mock-providers/provider.ts';
import { createWhatsAppProvider } from '../../mock-providers/whatsapp/provider.ts';
import { createWhatsAppAdapter } from '../../src/channels/whatsapp/adapter.ts';
import { whatsappAccount } from '../../src/channels/whatsapp/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { HttpRequest } from '../../src/http.ts';
import type { InboundEvent } from '../../src/message.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';

const channel = channelOf('whatsapp', {
  address: '+1 555-078-3881',
  account: { unreachable: '12005550404', templates: 'hello_world,order_update' },
});
const { phoneNumberId, wabaId, accessToken, appSecret } = whatsappAccount(channel);
const transport = createHttpTransport();
const clock = createSystemClock({ speed: 20 });

/** Of every webhook: what the client made of the signature and of the body, and the adapter too. */
const judged: { readonly request: HttpRequest; readonly valid: boolean; readonly ok: boolean }[] =
  [];
const normalised: ReturnType<typeof normalizeWebhook>[] = [];
const events: InboundEvent[] = [];
const shown: PhoneMessage[] = [];
let stack: RunningServer;
let platform: RunningServer;
let provider: Provider;

beforeAll(async () => {
  const settings = () => ({ channel, apiUrl: platform.url, webhookUrl: `${stack.url}/hook` });
  stack = await serve(
    async (request) => {
      const header = request.headers['x-hub-signature-256'] ?? '';
      const valid = verifySignature({ appSecret, rawBody: request.body, signatureHeader: header });
      const received = createWhatsAppAdapter(settings()).receive(
        request,
        clock.originMs + clock.now(),
      );
      judged.push({ request, valid, ok: received.ok });
      normalised.push(normalizeWebhook(JSON.parse(request.body.toString())));
      if (received.ok) events.push(...received.events);
      return received.response;
    },
    { port: 0, name: 'stack' },
  );
  platform = await serve((request) => provider.handle(request), { port: 0, name: 'platform' });
  provider = createProvider();
});

beforeEach(() => {
  for (const kept of [judged, normalised, events, shown]) kept.length = 0;
});

afterAll(async () => {
  await transport.close();
  await platform.close();
  await stack.close();
});

function createProvider(parts: Partial<ProviderParts> = {}) {
  return createWhatsAppProvider({
    channelId: 'wa',
    channel,
    clock,
    transport,
    webhookUrl: `${stack.url}/hook`,
    publicUrl: platform.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 20, deliveryMs: () => 200, readMs: () => 400 },
    batchMs: () => 0,
    ...parts,
  });
}

function createClient(token = accessToken, graphVersion = 'v24.0') {
  return new WhatsAppClient({ baseUrl: platform.url, accessToken: token, graphVersion });
}

async function connect(n: number) {
  const to = provider.addressOf(n);
  const phone = provider.connect(to, 'Zoë', (message) => shown.push(message));
  const report = await phone.send({ kind: 'text', text: 'Grüße / ☕ 😀' });
  return { to, phone, messageId: report.ok ? report.messageId : '' };
}

const titles = (...all: string[]) => all.map((title, i) => ({ id: `c${i}`, title }));

describe('the client against the mock', () => {
  it('verifies and reads a webhook whose text is escaped on the wire', async () => {
    const { to, messageId } = await connect(1);
    expect(judged).toMatchObject([{ valid: true, ok: true }]);
    const body = judged[0]?.request.body ?? Buffer.alloc(0);
    const signatureHeader = judged[0]?.request.headers['x-hub-signature-256'] ?? '';
    const again = JSON.stringify(JSON.parse(body.toString()));
    expect(body.toString()).toContain('Gr\\u00fc\\u00dfe \\/ \\u2615 \\ud83d\\ude00');
    expect(verifySignature({ appSecret, rawBody: again, signatureHeader })).toBe(false);
    expect(verifySignature({ appSecret: 'x', rawBody: body, signatureHeader })).toBe(false);

    const [webhook] = normalised;
    expect(webhook).toMatchObject({
      object: 'whatsapp_business_account',
      phoneNumberId,
      displayPhoneNumber: '15550783881',
      contacts: [{ waId: to, profile: { name: 'Zoë' }, userId: expect.any(String) }],
      messages: [
        {
          id: messageId,
          from: to,
          fromUserId: webhook?.contacts[0]?.userId,
          type: 'text',
          text: { body: 'Grüße / ☕ 😀' },
          kapso: { direction: 'inbound' },
        },
      ],
    });
    const content = { kind: 'text', text: 'Grüße / ☕ 😀' };
    expect(events).toMatchObject([{ messageId, from: to, content }]);
  });

  it('sends a text, which is shown, and hears of it in order', async () => {
    const { to } = await connect(2);
    const body = 'a/b ☕';
    const sent = await createClient().messages.sendText({ phoneNumberId, to: `+${to}`, body });
    expect(sent).toMatchObject({
      messagingProduct: 'whatsapp',
      contacts: [{ input: `+${to}`, waId: to }],
    });
    const id = sent.messages[0]?.id;
    await clock.settled();
    expect(shown).toEqual([{ messageId: id, content: { kind: 'text', text: body } }]);
    expect(judged.every(({ valid, ok }) => valid && ok)).toBe(true);
    const statuses = normalised.flatMap((webhook) => webhook.statuses);
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    const { userId } = normalised[0]?.contacts[0] ?? {};
    for (const status of statuses) {
      expect(status).toMatchObject({ id, recipientId: to, recipientUserId: userId });
      expect(status.conversation).toBeUndefined();
    }
  });

  it('offers buttons and a list; what is picked comes back with its context', async () => {
    const { to, phone } = await connect(3);
    const { messages } = createClient(accessToken, 'v19.0');
    const common = { phoneNumberId, to, bodyText: 'Which?' };
    const asked = await messages.sendInteractiveButtons({ ...common, buttons: titles('Yes') });
    await clock.settled();
    await phone.send({ kind: 'choice', id: 'c0', title: 'Yes' });
    const sections = [{ title: 'All', rows: titles('a', 'b', 'c', 'd') }];
    const listed = await messages.sendInteractiveList({ ...common, buttonText: 'Open', sections });
    await clock.settled();
    await phone.send({ kind: 'choice', id: 'c3', title: 'd' });

    expect(shown.map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'Which?', choices: titles('Yes') },
      { kind: 'text', text: 'Which?', choices: titles('a', 'b', 'c', 'd') },
    ]);
    const picked = normalised.flatMap((webhook) => webhook.messages).slice(1);
    expect(picked).toMatchObject([
      {
        interactive: { type: 'button_reply', buttonReply: { id: 'c0', title: 'Yes' } },
        context: { id: asked.messages[0]?.id },
      },
      {
        interactive: { type: 'list_reply', listReply: { id: 'c3', title: 'd' } },
        context: { id: listed.messages[0]?.id },
      },
    ]);
  });

  it('sends a template to someone who never wrote, and media by upload', async () => {
    const client = createClient();
    const to = provider.addressOf(4);
    provider.connect(to, 'Bo', (message) => shown.push(message));
    const template = { name: 'order_update', language: { code: 'en_US' } };
    await client.messages.sendTemplate({ phoneNumberId, to, template });
    await clock.settled();
    expect(shown).toMatchObject([{ content: { text: '[template: order_update]' } }]);

    await connect(4);
    const file = new Blob(['1234'], { type: 'image/png' });
    const type = 'image/png';
    const { id } = await client.media.upload({ phoneNumberId, type, file, fileName: 'a.png' });
    expect(await client.media.get({ mediaId: id })).toMatchObject({ id, mimeType: type });
    await client.messages.sendImage({ phoneNumberId, to, image: { id, caption: 'Look' } });
    await clock.settled();
    expect(shown.at(-1)?.content).toMatchObject({ kind: 'media', mimeType: type, caption: 'Look' });
  });

  it('marks a message read, and reads templates', async () => {
    const { messageId } = await connect(5);
    const client = createClient();
    const typingIndicator = { type: 'text' } as const;
    const marked = await client.messages.markRead({ phoneNumberId, messageId, typingIndicator });
    expect(marked).toEqual({ success: true });
    const templates = await client.templates.list({ businessAccountId: wabaId, limit: 10 });
    expect(templates.data.map(({ name }) => name)).toEqual(['hello_world', 'order_update']);
  });
});

describe('errors, as the client understands them', () => {
  const sendText = (to: string, body = 'x', client = createClient()) =>
    client.messages.sendText({ phoneNumberId, to, body });

  it('a wrong token', async () => {
    const failure = sendText(provider.addressOf(6), 'x', createClient('wrong'));
    await expect(failure).rejects.toMatchObject({
      name: 'GraphApiError',
      httpStatus: 401,
      code: 190,
      category: 'authorization',
    });
  });

  it('a number that is not ours', async () => {
    const to = provider.addressOf(6);
    const failure = createClient().messages.sendText({ phoneNumberId: '4711', to, body: 'x' });
    await expect(failure).rejects.toMatchObject({ code: 100, errorSubcode: 33 });
  });

  it('a text too long, and an unknown template', async () => {
    const to = provider.addressOf(6);
    await expect(sendText(to, 'x'.repeat(4097))).rejects.toMatchObject({
      httpStatus: 400,
      code: 131009,
      category: 'parameter',
      details: expect.stringMatching(/4096/),
      fbtraceId: expect.stringMatching(/^A/),
    });
    const template = { name: 'nope', language: { code: 'en_US' } };
    const failure = createClient().messages.sendTemplate({ phoneNumberId, to, template });
    await expect(failure).rejects.toMatchObject({
      httpStatus: 404,
      code: 132001,
      category: 'template',
    });
  });

  it('too late, or nobody there: taken, and failed by webhook', async () => {
    const late = await sendText(provider.addressOf(7));
    const nobody = await sendText('12005550404');
    await clock.settled();
    const statuses = normalised.flatMap((webhook) => webhook.statuses);
    expect(statuses).toHaveLength(2);
    expect(statuses).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: late.messages[0]?.id,
          status: 'failed',
          errors: [expect.objectContaining({ code: 131047 })],
        }),
        expect.objectContaining({
          id: nobody.messages[0]?.id,
          status: 'failed',
          errors: [expect.objectContaining({ code: 131026 })],
        }),
      ]),
    );
    expect(events).toMatchObject([{ status: 'failed' }, { status: 'failed' }]);
  });

  it('too fast', async () => {
    const slow = createSystemClock();
    const limits = { messagesPerSecond: 1 };
    const limited = createProvider({ channel: { ...channel, limits }, clock: slow });
    const server = await serve(limited.handle, { port: 0, name: 'limited platform' });
    const client = new WhatsAppClient({ baseUrl: server.url, accessToken });
    const to = provider.addressOf(8);
    const sends = await Promise.allSettled([1, 2, 3].map((n) => sendText(to, `${n}`, client)));
    const refused = sends.flatMap((send) => (send.status === 'rejected' ? [send.reason] : []));
    expect(refused).toMatchObject([
      { code: 130429, category: 'throttling' },
      { code: 130429, category: 'throttling' },
    ]);
    await slow.settled();
    await server.close();
  });
});
