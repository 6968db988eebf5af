/**
 * Meta's handshake: before it sends webhooks to an address it asks there, by GET, for a number to
 * be said back (Meta docs: Webhooks, "Verification Requests"). The same for WhatsApp and Messenger.
 */
import type { HttpRequest } from '../src/http.ts';
import { type CallReport, call } from './calls.ts';
import type { ProviderParts } from './provider.ts';

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
