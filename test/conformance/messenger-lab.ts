/**
 * A mock page and a stack on real sockets, for clients that nobody here wrote. The stack judges
 * every webhook by two validators of others and by the adapter, and keeps what it was told.
 */
import { Client as WebhookReader } from '@great-detail/whatsapp';
import { verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { createMessengerProvider } from '../../mock-providers/messenger/provider.ts';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createMessengerAdapter } from '../../src/channels/messenger/adapter.ts';
import { messengerAccount } from '../../src/channels/messenger/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { HttpRequest } from '../../src/http.ts';
import type { InboundEvent } from '../../src/message.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';

export const PAGE = '106123456789012';
/** Who has blocked the page, and who never wrote to it. */
export const BLOCKED = '7200000000000404';
export const SILENT = '7200000000009999';
const channel = channelOf('messenger', { address: PAGE, account: { unreachable: BLOCKED } });
export const account = messengerAccount(channel);

/** Of a webhook: what the validators made of each signature, and the adapter of it all. */
interface Judgement {
  readonly newer: boolean;
  readonly older: boolean;
  readonly kapso: boolean;
  readonly ok: boolean;
}

export async function createLab() {
  const transport = createHttpTransport();
  const clock = createSystemClock({ speed: 20 });
  const judged: Judgement[] = [];
  const requests: HttpRequest[] = [];
  const events: InboundEvent[] = [];
  const shown: PhoneMessage[] = [];
  let provider: Provider | undefined;

  const receive = async (request: HttpRequest) => {
    const received = adapter.receive(request, clock.originMs + clock.now());
    if (request.method === 'GET') return received.response;
    requests.push(request);
    judged.push({ ...(await judge(request)), ok: received.ok });
    if (received.ok) events.push(...received.events);
    return received.response;
  };
  const stack: RunningServer = await serve(receive, { port: 0, name: 'stack' });
  const platform = await serve(
    async (request) => {
      if (provider === undefined) throw new Error('not yet');
      return provider.handle(request);
    },
    { port: 0, name: 'platform' },
  );
  const webhookUrl = `${stack.url}/hook`;
  const adapter = createMessengerAdapter({ channel, apiUrl: platform.url, webhookUrl });
  const mock = createMessengerProvider({
    channelId: 'fb',
    channel,
    clock,
    transport,
    webhookUrl,
    publicUrl: platform.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 20, deliveryMs: () => 200, readMs: () => 400 },
    batchMs: () => 0,
  });
  provider = mock;
  return {
    ...{ adapter, clock, events, judged, requests, shown, transport, webhookUrl },
    apiUrl: platform.url,
    texts: () => shown.map(({ content }) => content.kind === 'text' && content.text),
    /** A person who has written, so that they may be written to. */
    async connect(n: number) {
      const to = mock.addressOf(n);
      const phone = mock.connect(to, 'Zoë Long', (message) => shown.push(message));
      const report = await phone.send({ kind: 'text', text: 'Grüße / ☕ 😀' });
      return { to, phone, mid: report.ok ? report.messageId : '' };
    },
    forget() {
      for (const kept of [judged, requests, events, shown]) kept.length = 0;
    },
    async close() {
      await transport.close();
      await platform.close();
      await stack.close();
    },
  };
}

export type Lab = Awaited<ReturnType<typeof createLab>>;

async function judge({ method, headers, body }: HttpRequest) {
  const { appSecret } = account;
  const webhook = { method, query: {}, headers, body: body.toString() };
  const { signature } = await new WebhookReader().webhook.eventNotification(webhook);
  const signatureHeader = headers['x-hub-signature-256'] ?? '';
  return {
    newer: await signature.sha256.check(appSecret),
    older: await signature.sha1.check(appSecret),
    kapso: verifySignature({ appSecret, rawBody: body, signatureHeader }),
  };
}
