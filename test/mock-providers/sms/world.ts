/** A mock Twilio on a virtual clock, and a stack that writes down what it is told. No tests. */
import { type ParsedUrlQuery, parse } from 'node:querystring';
import type { PhoneMessage, ProviderParts } from '../../../mock-providers/provider.ts';
import { createSmsProvider } from '../../../mock-providers/sms/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { smsAccount } from '../../../src/channels/sms/wire.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../../src/http.ts';
import type { Channel } from '../../../src/org.ts';
import { channelOf } from '../../channels/driving.ts';

export const WEBHOOK = 'http://stack.test/webhooks/sms-main';
export const OURS = '+14155550100';
export const CUSTOMER = '+12005550001';

export interface Call {
  readonly at: number;
  readonly request: HttpRequest;
  readonly fields: ParsedUrlQuery;
}

export function channelWith(
  account: Record<string, string> = {},
  limits: Record<string, number> = {},
): Channel {
  return channelOf('sms', { address: OURS, account, limits });
}

export function createWorld(
  options: {
    readonly account?: Record<string, string>;
    readonly limits?: Record<string, number>;
    readonly parts?: Partial<ProviderParts>;
    readonly stack?: (call: Call) => HttpResponse | Promise<HttpResponse>;
  } = {},
) {
  const clock = createVirtualClock({ originMs: Date.UTC(2026, 10, 23, 3, 10) });
  const channel = channelWith(options.account, options.limits);
  const calls: Call[] = [];
  const transport = {
    async send(request: HttpRequest) {
      const call = { at: clock.now(), request, fields: parse(request.body.toString()) };
      calls.push(call);
      return (await options.stack?.(call)) ?? respond(204);
    },
  };
  const provider = createSmsProvider({
    channelId: 'sms-main',
    channel,
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: 'http://twilio.test',
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => undefined },
    batchMs: () => 0,
    ...options.parts,
  });
  const { accountSid, authToken } = smsAccount(channel);
  const base = `/2010-04-01/Accounts/${accountSid}`;

  /** Calls the API as an SDK would; the answer's JSON. */
  const call = async (
    method: string,
    path: string,
    form: Record<string, string> | string = '',
    user = `${accountSid}:${authToken}`,
  ) => {
    const response = await provider.handle({
      method,
      url: `http://twilio.test${path.startsWith('/2010') ? path : base + path}`,
      headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}` },
      body: Buffer.from(typeof form === 'string' ? form : new URLSearchParams(form).toString()),
    });
    const text = response.body.toString();
    return { ...response, text, body: text === '' ? undefined : JSON.parse(text) };
  };
  const received: (PhoneMessage & { readonly at: number })[] = [];
  const phone = provider.connect(CUSTOMER, 'Ada', (message) =>
    received.push({ ...message, at: clock.now() }),
  );
  return {
    clock,
    provider,
    calls,
    call,
    phone,
    /** What the customer's handset showed. */
    received,
    accountSid,
    authToken,
    /** Sends a text to the customer, with status callbacks. */
    send: (form: Record<string, string> = {}) =>
      call('POST', '/Messages.json', {
        To: CUSTOMER,
        From: OURS,
        Body: 'hello',
        StatusCallback: `${WEBHOOK}/status`,
        ...form,
      }),
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
