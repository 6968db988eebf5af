/** A bot as LINE's documents show it (their middleware on express), against the platform alone. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { messagingApi, middleware, type webhook } from '@line/bot-sdk';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROVIDERS } from '../../mock-providers/index.ts';
import { createStandalone, type Standalone } from '../../mock-providers/standalone.ts';
import type { Exchange } from '../../mock-providers/traffic.ts';
import { lineAccount } from '../../src/channels/line/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';

const channel = channelOf('line', { address: 'Ud4f1c0a94c6b1d2e3f405162738495a6' });
const { channelSecret, accessToken } = lineAccount(channel);
const transport = createHttpTransport();
const clock = createSystemClock();
let platform: RunningServer;
let standalone: Standalone;
let bot: ReturnType<express.Express['listen']>;

/** Says everything back, by the reply token. */
function echoBot() {
  const app = express();
  app.post('/callback', middleware({ channelSecret }), async (req, res) => {
    const { events } = req.body as webhook.CallbackRequest;
    const client = new messagingApi.MessagingApiClient({
      channelAccessToken: accessToken,
      baseURL: platform.url,
    });
    for (const event of events) {
      if (event.type !== 'message' || event.message.type !== 'text') continue;
      const text = `You said: ${event.message.text}`;
      await client.replyMessage({
        replyToken: event.replyToken ?? '',
        messages: [{ type: 'text', text }],
      });
    }
    res.json({});
  });
  return app.listen(0, '127.0.0.1');
}

beforeAll(async () => {
  platform = await serve((request) => standalone.handle(request), { port: 0, name: 'line' });
  bot = echoBot();
  await once(bot, 'listening');
  standalone = createStandalone(PROVIDERS.line, {
    ...{ channelId: 'line', channel, clock, transport, publicUrl: platform.url },
    webhookUrl: `http://127.0.0.1:${(bot.address() as AddressInfo).port}/callback`,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 0, deliveryMs: () => 10, readMs: () => undefined },
  });
});

afterAll(async () => {
  clock.close();
  await transport.close();
  await platform.close();
  bot.close();
});

const control = async <T = unknown>(path: string, body?: object): Promise<T> => {
  const method = body === undefined ? 'GET' : 'POST';
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${platform.url}/_rehearsal${path}`, { method, ...json });
  return (await response.json()) as T;
};

it('takes the webhook’s verification, a customer’s words, and answers them', async () => {
  expect(await control('/verify', {})).toEqual({ ok: true });
  expect(await control('/say', { from: 7, text: 'Grüße ☕' })).toMatchObject({ ok: true });
  await clock.sleep(50);
  const { messages } = await control<{ messages: unknown }>('/inbox?of=7');
  expect(messages).toMatchObject([{ content: { kind: 'text', text: 'You said: Grüße ☕' } }]);
});

it('is seen on the wire, both ways', async () => {
  const exchanges = await control<Exchange[]>('/ledger');
  const seen = exchanges.map((one) => `${one.direction} ${one.response?.status}`);
  expect(seen).toEqual(['webhook 200', 'api 200', 'webhook 200']);
});
