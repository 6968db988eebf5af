/** The mock against two more Cloud API clients, unmodified but for where they send. */
import Client from '@great-detail/whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { Location, Reaction, Text } from 'whatsapp-api-js/messages';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createWhatsAppProvider } from '../../mock-providers/whatsapp/provider.ts';
import { whatsappAccount } from '../../src/channels/whatsapp/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { HttpRequest } from '../../src/http.ts';
import { respond } from '../../src/http.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf, saying } from '../channels/driving.ts';

const channel = channelOf('whatsapp', { address: '+1 555-078-3881' });
const { phoneNumberId, accessToken, appSecret } = whatsappAccount(channel);
const clock = createSystemClock({ speed: 20 });
const transport = createHttpTransport();
const webhooks: HttpRequest[] = [];
const shown: PhoneMessage[] = [];
let stack: RunningServer;
let platform: RunningServer;
let provider: Provider;

beforeAll(async () => {
  stack = await serve(
    async (request) => {
      webhooks.push(request);
      return respond(200);
    },
    { port: 0, name: 'stack' },
  );
  platform = await serve((request) => provider.handle(request), { port: 0, name: 'platform' });
  provider = createWhatsAppProvider({
    ...{ channelId: 'wa', channel, clock, transport },
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

/** A customer who has just written. */
async function customer(n: number) {
  shown.length = 0;
  webhooks.length = 0;
  const to = provider.addressOf(n);
  const phone = provider.connect(to, 'Ann', (message) => shown.push(message));
  await phone.send(saying('Grüße ☕ / 1'));
  return { to, webhook: webhooks.at(-1) as HttpRequest };
}

describe('@great-detail/whatsapp, successor of Meta’s own SDK', () => {
  const sdk = () => {
    const headers = { Authorization: `Bearer ${accessToken}` };
    return new Client({ prefixUrl: platform.url, request: { headers } });
  };

  /** What its documentation shows; its types ask for fields that the platform does not. */
  const text = (to: string, body: string) => {
    const message = { phoneNumberID: phoneNumberId, to, type: 'text', text: { body } };
    return message as unknown as Parameters<ReturnType<typeof sdk>['message']['createMessage']>[0];
  };

  it('sends what the phone shows', async () => {
    const { to } = await customer(1);
    const answer = await sdk().message.createMessage(text(to, 'hello'));
    expect(await answer.json()).toMatchObject({ messages: [{ id: expect.any(String) }] });
    await clock.settled();
    expect(shown.map(({ content }) => content)).toEqual([saying('hello')]);
  });

  it('checks both signatures of our webhooks', async () => {
    const { webhook } = await customer(2);
    const { method, headers, body } = webhook;
    const { signature } = await sdk().webhook.eventNotification({
      ...{ method, headers, query: {} },
      body: body.toString(),
    });
    expect(await signature.sha256.check(appSecret)).toBe(true);
    expect(await signature.sha256.check('another')).toBe(false);
  });

  it('is told why not', async () => {
    await expect(sdk().message.createMessage(text('1', ''))).rejects.toMatchObject({
      response: { status: 400 },
    });
  });
});

describe('whatsapp-api-js', () => {
  const api = () =>
    new WhatsAppAPI({
      token: accessToken,
      appSecret,
      v: 'v23.0',
      ponyfill: {
        fetch: (url: string | URL | Request, init?: RequestInit) =>
          fetch(String(url).replace('https://graph.facebook.com', platform.url), init),
        subtle: globalThis.crypto.subtle,
      },
    });

  it('sends words, places and reactions', async () => {
    const { to, webhook } = await customer(3);
    const said = JSON.parse(webhook.body.toString()).entry[0].changes[0].value.messages[0].id;
    for (const message of [new Text('hi'), new Location(2, 1, 'Here'), new Reaction(said, '👍')]) {
      expect(await api().sendMessage(phoneNumberId, to, message)).toMatchObject({
        messages: [{ id: expect.any(String) }],
      });
    }
    await clock.settled();
    expect(shown.map(({ content }) => content.kind)).toEqual(['text', 'location', 'reaction']);
  });

  it('checks the signature of our webhooks', async () => {
    const { webhook } = await customer(4);
    const signature = webhook.headers['x-hub-signature-256'] ?? '';
    const check = (given: string) => api().verifyRequestSignature(webhook.body.toString(), given);
    expect(await check(signature)).toBe(true);
    expect(await check(`sha256=${'0'.repeat(64)}`)).toBe(false);
  });

  it('marks as read, and is told why not', async () => {
    const { webhook } = await customer(5);
    const said = JSON.parse(webhook.body.toString()).entry[0].changes[0].value.messages[0].id;
    expect(await api().markAsRead(phoneNumberId, said)).toEqual({ success: true });
    expect(await api().markAsRead(phoneNumberId, 'wamid.none')).toMatchObject({
      error: { code: 131009 },
    });
  });
});
