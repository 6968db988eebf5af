/**
 * Meta's calls to the stack: what a person did, and how far the page's messages got; encoded,
 * signed, sent, and tried again. It does not decide when to call. An event goes by itself, but for
 * batches; and only if the page is subscribed to its kind.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS } from '../../src/channels/messenger/limits.ts';
import { sign } from '../../src/channels/messenger/signature.ts';
import {
  type Entry,
  type Envelope,
  type Messaging,
  messengerAccount,
} from '../../src/channels/messenger/wire.ts';
import type { HttpRequest } from '../../src/http.ts';
import { createBatcher } from '../batch.ts';
import { type CallPolicy, type CallReport, call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';
import type { Ledger } from './ledger.ts';

/** The webhook fields this platform sends events of (Meta docs: Messenger webhooks). */
export const EVENTS = [
  'messages',
  'messaging_postbacks',
  'message_deliveries',
  'message_reads',
  'message_reactions',
  'message_echoes',
] as const;

export type EventName = (typeof EVENTS)[number];

/** What happened, without who: sender and recipient are set by who the person is. */
export type Happening = Omit<Messaging, 'sender' | 'recipient'>;

/** Resolves when the stack has answered 200, or no try is left. */
export type Webhook = (
  event: EventName,
  psid: string,
  happening: Happening,
) => Promise<Pick<CallReport, 'ok'> & { readonly reason?: string }>;

export function createWebhook(parts: ProviderParts, ledger: Ledger): Webhook {
  const { channel, clock, webhookUrl } = parts;
  const { appSecret } = messengerAccount(channel);
  const policyFrom = createPolicy(parts);
  const post = createBatcher<Entry, CallReport>(parts, (entry) => {
    const request = signed(webhookUrl, appSecret, { object: 'page', entry });
    return call(parts, request, policyFrom(clock.now()));
  });
  const page = { id: channel.address };
  return async (event, psid, happening) => {
    if (!ledger.subscribed.has(event)) return { ok: false, reason: `not subscribed to ${event}` };
    const person = { id: psid };
    // The page itself is the sender of what it hears back.
    const isEcho = event === 'message_echoes';
    const [sender, recipient] = isEcho ? [page, person] : [person, page];
    const time = Math.floor(clock.originMs + clock.now());
    return post({ id: page.id, time, messaging: [{ sender, recipient, ...happening }] });
  };
}

/**
 * JSON as Meta writes it: non-ASCII in lower-case escapes, and `/` as `\/` (Meta docs: "Validating
 * payloads"). The signature is made over these bytes, so that a receiver that parses and writes
 * the JSON again before it checks is found out.
 */
export function escapeJson(text: string): string {
  return text.replace(/[/\u0080-\uffff]/g, (unit) =>
    unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function signed(url: string, appSecret: string, envelope: Envelope): HttpRequest {
  const body = Buffer.from(escapeJson(JSON.stringify(envelope)), 'latin1');
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      // Some receivers know only the one, some only the other.
      'x-hub-signature': sign(appSecret, body, 'sha1'),
      'x-hub-signature-256': sign(appSecret, body),
      'user-agent': 'facebookexternalua',
      accept: '*/*',
    },
    body,
  };
}

/** Only 200 will do. Again at once, then less and less often (Graph API: Webhooks). */
function createPolicy({ channel, clock }: ProviderParts): (began: number) => CallPolicy {
  const limits = limitsOf(channel, MESSENGER_LIMITS);
  return (began) => ({
    timeoutMs: limits.webhookTimeoutMs,
    takes: ({ status }) => status === 200,
    retryAfterMs(retry) {
      const waitMs = retry === 1 ? 0 : 1000 * 2 ** (retry - 2);
      const isLate = clock.now() + waitMs > began + limits.webhookRetryMs;
      return retry > limits.webhookRetries || isLate ? undefined : waitMs;
    },
  });
}
