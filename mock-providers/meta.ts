/**
 * What WhatsApp and Messenger have in common, being Meta's: how webhooks are written and signed,
 * how often they are tried again, and the handshake before the first. What they say is not here.
 */
import type { HttpRequest } from '../src/http.ts';
import type { Clock } from '../src/ports.ts';
import { type CallPolicy, type CallReport, call } from './calls.ts';
import type { ProviderParts } from './provider.ts';

/** The signing function of either channel. */
type Sign = (appSecret: string, body: Buffer, hash?: 'sha256' | 'sha1') => string;

/** A webhook with both of its signatures: some receivers know only the one, some only the other. */
export function signedWebhook(
  url: string,
  envelope: object,
  { sign, appSecret }: { readonly sign: Sign; readonly appSecret: string },
): HttpRequest {
  const body = Buffer.from(escapeJson(JSON.stringify(envelope)), 'latin1');
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': sign(appSecret, body, 'sha1'),
      'x-hub-signature-256': sign(appSecret, body),
      'user-agent': 'facebookexternalua',
      accept: '*/*',
    },
    body,
  };
}

/**
 * JSON as Meta writes it: non-ASCII in lower-case escapes, and `/` as `\/` (Meta docs: "Validating
 * Payloads"). The signature is made over these bytes, so that a receiver that parses and writes
 * the JSON again before it checks is found out.
 */
export function escapeJson(json: string): string {
  return ESCAPED.test(json) ? json.replace(ALL_ESCAPED, escapeUnit) : json;
}

const ESCAPED = /[/\u0080-\uffff]/;
const ALL_ESCAPED = /[/\u0080-\uffff]/g;

function escapeUnit(unit: string): string {
  return unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export interface MetaLimits {
  readonly webhookTimeoutMs: number;
  readonly webhookRetries: number;
  readonly webhookRetryMs: number;
}

/** From now on: again at once, then less and less often; only 200 will do (docs: Webhooks). */
export function retryPolicy(clock: Clock, limits: MetaLimits): CallPolicy {
  const end = clock.now() + limits.webhookRetryMs;
  return {
    timeoutMs: limits.webhookTimeoutMs,
    takes: ({ status }) => status === 200,
    retryAfterMs(retry) {
      const waitMs = retry === 1 ? 0 : 1000 * 2 ** (retry - 2);
      const isOver = retry > limits.webhookRetries || clock.now() + waitMs > end;
      return isOver ? undefined : waitMs;
    },
  };
}

/**
 * Before it sends webhooks to an address Meta asks there, by GET, for a number to be said back
 * (docs: Webhooks, "Verification Requests").
 */
export function shakeHands(
  parts: Pick<ProviderParts, 'clock' | 'transport' | 'webhookUrl'>,
  { verifyToken, challenge }: { readonly verifyToken: string; readonly challenge: string },
  timeoutMs: number,
): Promise<CallReport> {
  const query = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.challenge': challenge,
    'hub.verify_token': verifyToken,
  });
  const glue = parts.webhookUrl.includes('?') ? '&' : '?';
  const request: HttpRequest = {
    method: 'GET',
    url: `${parts.webhookUrl}${glue}${query}`,
    headers: {
      'user-agent': 'facebookplatform/1.0 (+http://developers.facebook.com)',
      accept: '*/*',
    },
    body: Buffer.alloc(0),
  };
  return call(parts, request, {
    timeoutMs,
    takes: ({ status, body }) => status === 200 && body.toString().trim() === challenge,
    retryAfterMs: () => undefined,
  });
}
