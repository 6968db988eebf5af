/** A mock Messenger Platform on a virtual clock, and a stack that writes down what it is told. */
import { createMessengerProvider } from '../../../mock-providers/messenger/provider.ts';
import type { PhoneMessage, ProviderParts } from '../../../mock-providers/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import {
  type Envelope,
  type Messaging,
  messengerAccount,
} from '../../../src/channels/messenger/wire.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../../src/http.ts';
import type { Channel } from '../../../src/org.ts';
import { channelOf } from '../../channels/driving.ts';

export const WEBHOOK = 'http://stack.test/webhooks/fb';
export const API = 'http://graph.test';
export const PAGE = '106123456789012';
export const PERSON = '7200000000000001';
export const HOUR = 3_600_000;
export const ORIGIN_MS = Date.UTC(2026, 10, 23, 3, 10);

export interface Call {
  readonly at: number;
  readonly request: HttpRequest;
  readonly envelope: Envelope;
}

export interface WorldOptions {
  readonly account?: Record<string, string>;
  readonly limits?: Record<string, number>;
  readonly delays?: Partial<ProviderParts['delays']>;
  readonly batchMs?: number;
  readonly stack?: (call: Call) => HttpResponse | Promise<HttpResponse>;
}

export function channelWith({ account = {}, limits = {} }: WorldOptions = {}): Channel {
  return channelOf('messenger', { address: PAGE, account, limits });
}

export function createWorld(options: WorldOptions = {}) {
  const clock = createVirtualClock({ originMs: ORIGIN_MS });
  const channel = channelWith(options);
  const account = messengerAccount(channel);
  const calls: Call[] = [];
  const transport = {
    async send(request: HttpRequest) {
      const call = { at: clock.now(), request, envelope: JSON.parse(request.body.toString()) };
      calls.push(call);
      return (await options.stack?.(call)) ?? respond(200, 'EVENT_RECEIVED');
    },
  };
  const provider = createMessengerProvider({
    channelId: 'fb',
    channel,
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: API,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => 5000, ...options.delays },
    batchMs: () => options.batchMs ?? 0,
  });

  /** Calls the API as a client would; the answer's JSON. */
  const call = async (
    method: string,
    path: string,
    body: unknown = '',
    headers: Record<string, string> = { authorization: `Bearer ${account.accessToken}` },
  ) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(asText(body));
    const response = await provider.handle({ method, url: API + path, headers, body: bytes });
    return { ...response, json: JSON.parse(response.body.toString()) };
  };
  const shown: (PhoneMessage & { readonly at: number })[] = [];
  const phone = provider.connect(PERSON, 'Ada Lovelace', (message) =>
    shown.push({ ...message, at: clock.now() }),
  );
  return {
    clock,
    provider,
    account,
    calls,
    call,
    phone,
    /** What the person's handset showed. */
    shown,
    /** Sends to the person; a text, unless the fields say otherwise. */
    send: (fields: Record<string, unknown> = {}) =>
      call('POST', `/v25.0/${PAGE}/messages`, {
        recipient: { id: PERSON },
        messaging_type: 'RESPONSE',
        ...(fields.sender_action === undefined && { message: { text: 'hello' } }),
        ...fields,
      }),
    events: (): readonly Messaging[] =>
      calls.flatMap(({ envelope }) => envelope.entry.flatMap(({ messaging }) => messaging)),
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

export const text = (words: string) => ({ kind: 'text', text: words }) as const;

export const replies = (...titles: string[]) => ({
  message: {
    text: 'Sure?',
    quick_replies: titles.map((title, i) => ({ content_type: 'text', title, payload: `q${i}` })),
  },
});

export const buttons = (...titles: string[]) => ({
  message: {
    attachment: {
      type: 'template',
      payload: {
        template_type: 'button',
        text: 'Which?',
        buttons: titles.map((title, i) => ({ type: 'postback', title, payload: `b${i}` })),
      },
    },
  },
});

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
