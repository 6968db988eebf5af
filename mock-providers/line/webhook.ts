/**
 * LINE's calls to the stack: events, several of them in one body where batching is on, signed, and
 * sent again where redelivery is on. It does not decide when to call.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import { sign } from '../../src/channels/line/signature.ts';
import { type Envelope, type EventJson, lineAccount } from '../../src/channels/line/wire.ts';
import type { HttpRequest, HttpResponse } from '../../src/http.ts';
import { createBatcher } from '../batch.ts';
import { type CallPolicy, type CallReport, call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';
import type { Ledger } from './ledger.ts';

export interface Webhook {
  /** Resolves when the stack has taken it, or no try is left. */
  event(event: EventJson): Promise<CallReport>;
  /** A body without events, as the console's "Verify" sends it; to `url` if given. */
  verify(url?: string): Promise<CallReport>;
  /** Where events go; the API can change it. */
  readonly endpoint: { url: string; active: boolean };
}

export function createWebhook(parts: ProviderParts, ledger: Ledger): Webhook {
  const { channel } = parts;
  const { channelSecret } = lineAccount(channel);
  const limits = limitsOf(channel, LINE_LIMITS);
  const endpoint = { url: parts.webhookUrl, active: true };
  const retries = channel.account.redelivery === 'on' ? limits.webhookRetries : 0;

  const request = (url: string, events: readonly EventJson[]): HttpRequest => {
    const envelope: Envelope = { destination: channel.address, events };
    const body = Buffer.from(JSON.stringify(envelope));
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-line-signature': sign(channelSecret, body),
        'user-agent': 'LineBotWebhook/2.0',
      },
      body,
    };
  };
  const policy: CallPolicy = {
    timeoutMs: limits.webhookTimeoutMs,
    takes,
    retryAfterMs: (retry) =>
      retry <= retries ? limits.webhookRetryAfterMs * 2 ** (retry - 1) : undefined,
  };
  const send = createBatcher(parts, (events: readonly EventJson[]) =>
    call(parts, request(endpoint.url, events), {
      ...policy,
      again(first) {
        for (const event of events)
          if ('replyToken' in event) ledger.renewReplyToken(event.replyToken);
        return request(first.url, events.map(asRedelivered));
      },
    }),
  );
  return {
    endpoint,
    event: (event) =>
      endpoint.active ? send(event) : Promise.resolve({ ok: false, reason: 'webhooks are off' }),
    verify: (url = endpoint.url) =>
      call(parts, request(url, []), { ...policy, retryAfterMs: () => undefined }),
  };
}

function takes({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** Everything stays the same but for this. */
function asRedelivered(event: EventJson): EventJson {
  return { ...event, deliveryContext: { isRedelivery: true } };
}
