/** A mock LINE on a virtual clock, and a bot that writes down what it is told. No tests. */
import { createLineProvider } from '../../../mock-providers/line/provider.ts';
import type { PhoneMessage } from '../../../mock-providers/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { type Envelope, type EventJson, lineAccount } from '../../../src/channels/line/wire.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../../src/http.ts';
import { channelOf } from '../../channels/driving.ts';

export const WEBHOOK = 'http://stack.test/webhooks/line';

export function createWorld(
  options: {
    readonly account?: Record<string, string>;
    readonly limits?: Record<string, number>;
    readonly batchMs?: number;
    readonly bot?: (call: number) => HttpResponse | Promise<HttpResponse>;
  } = {},
) {
  const clock = createVirtualClock({ originMs: Date.UTC(2026, 10, 23, 3, 10) });
  const { account = {}, limits = {} } = options;
  const channel = channelOf('line', { address: `U${'d4'.repeat(16)}`, account, limits });
  const { accessToken } = lineAccount(channel);
  const calls: { readonly at: number; readonly events: readonly EventJson[] }[] = [];
  const provider = createLineProvider({
    ...{ channelId: 'line', channel, clock },
    transport: {
      async send(request: HttpRequest) {
        const { events }: Envelope = JSON.parse(request.body.toString());
        calls.push({ at: clock.now(), events });
        return (await options.bot?.(calls.length)) ?? respond(200);
      },
    },
    webhookUrl: WEBHOOK,
    publicUrl: 'http://line.test',
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => undefined },
    batchMs: () => options.batchMs ?? 0,
  });
  const call = async (
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await provider.handle({
      method,
      url: `http://line.test${path}`,
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json ?? '')),
    });
    const text = response.body.toString();
    return { ...response, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  };
  const user = provider.addressOf(1);
  const shown: PhoneMessage[] = [];
  const phone = provider.connect(user, 'Ann', (message) => shown.push(message));
  return {
    ...{ clock, provider, calls, call, user, shown, phone },
    /** Texts, pushed to the user. */
    push: (texts: readonly string[] = ['hi'], headers: Record<string, string> = {}, to = user) => {
      const messages = texts.map((text) => ({ type: 'text', text }));
      return call('POST', '/v2/bot/message/push', { to, messages }, headers);
    },
    reply: (replyToken: string) => {
      const messages = [{ type: 'text', text: 'reply' }];
      return call('POST', '/v2/bot/message/reply', { replyToken, messages });
    },
    /** The reply token of the n-th webhook's first event. */
    token(n: number): string {
      const [event] = calls[n]?.events ?? [];
      return event !== undefined && 'replyToken' in event ? event.replyToken : '';
    },
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
