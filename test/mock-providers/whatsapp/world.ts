/** A mock Cloud API on a virtual clock, and a stack that writes down what it is told. No tests. */
import type { PhoneMessage, ProviderParts } from '../../../mock-providers/provider.ts';
import { createWhatsAppProvider } from '../../../mock-providers/whatsapp/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import {
  type ChangeValue,
  type Envelope,
  type MessageJson,
  type StatusJson,
  whatsappAccount,
} from '../../../src/channels/whatsapp/wire.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../../src/http.ts';
import type { Channel } from '../../../src/org.ts';
import { channelOf } from '../../channels/driving.ts';

export const WEBHOOK = 'http://stack.test/webhooks/wa';
export const OURS = '+1 555-078-3881';
export const CUSTOMER = '12005550001';
export const HOUR = 3_600_000;

export interface Call {
  readonly at: number;
  readonly request: HttpRequest;
  readonly value: ChangeValue;
}

export function channelWith(
  account: Record<string, string> = {},
  limits: Record<string, number> = {},
): Channel {
  return channelOf('whatsapp', { address: OURS, account, limits });
}

export function createWorld(
  options: {
    readonly account?: Record<string, string>;
    readonly limits?: Record<string, number>;
    readonly batchMs?: number;
    readonly delays?: Partial<ProviderParts['delays']>;
    readonly stack?: (call: Call) => HttpResponse | Promise<HttpResponse>;
  } = {},
) {
  const clock = createVirtualClock({ originMs: Date.UTC(2026, 10, 23, 3, 10) });
  const channel = channelWith(options.account, options.limits);
  const account = whatsappAccount(channel);
  const calls: Call[] = [];
  const transport = {
    async send(request: HttpRequest) {
      const envelope: Envelope = JSON.parse(request.body.toString());
      const value = envelope.entry[0]!.changes[0]!.value;
      const call = { at: clock.now(), request, value };
      calls.push(call);
      return (await options.stack?.(call)) ?? respond(200, 'EVENT_RECEIVED');
    },
  };
  const provider = createWhatsAppProvider({
    channelId: 'wa',
    channel,
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: 'http://graph.test',
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => 5000, ...options.delays },
    batchMs: () => options.batchMs ?? 0,
  });

  /** Calls the API as an SDK would; the answer's JSON. */
  const call = async (
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${account.accessToken}` },
  ) => {
    const body = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json ?? ''));
    const url = `http://graph.test${path}`;
    const response = await provider.handle({ method, url, headers, body });
    return { ...response, json: JSON.parse(response.body.toString()) };
  };
  const received: (PhoneMessage & { readonly at: number })[] = [];
  const phone = provider.connect(CUSTOMER, 'Ada é', (message) =>
    received.push({ ...message, at: clock.now() }),
  );
  return {
    clock,
    provider,
    account,
    calls,
    call,
    phone,
    /** What the customer's handset showed. */
    received,
    /** Sends to the customer; a text, unless the fields say otherwise. */
    send: (fields: Record<string, unknown> = {}) =>
      call('POST', `/v25.0/${account.phoneNumberId}/messages`, {
        messaging_product: 'whatsapp',
        to: CUSTOMER,
        ...(fields.type === undefined && { type: 'text', text: { body: 'hello' } }),
        ...fields,
      }),
    statuses: (): readonly StatusJson[] => calls.flatMap(({ value }) => value.statuses ?? []),
    messages: (): readonly MessageJson[] => calls.flatMap(({ value }) => value.messages ?? []),
    /** Runs `task` and everything that comes of it. */
    async run<T>(task: () => Promise<T>): Promise<T> {
      const results: T[] = [];
      clock.spawn('test', async () => {
        results.push(await task());
      });
      await clock.run();
      return results[0] as T;
    },
  };
}

export const buttons = (...titles: string[]) => ({
  type: 'interactive',
  interactive: {
    type: 'button',
    body: { text: 'Sure?' },
    action: {
      buttons: titles.map((title, i) => ({ type: 'reply', reply: { id: `b${i}`, title } })),
    },
  },
});

export const list = (...titles: string[]) => ({
  type: 'interactive',
  interactive: {
    type: 'list',
    body: { text: 'Which?' },
    action: {
      button: 'Choose',
      sections: [{ rows: titles.map((title, i) => ({ id: `r${i}`, title })) }],
    },
  },
});

export const template = (name = 'hello_world') => ({
  type: 'template',
  template: { name, language: { code: 'en_US' } },
});
