/**
 * X-Hub-Signature-256 and its older sister, made and checked over raw bytes, and the proof that
 * goes with API requests. Pure; it never parses a body: JSON that was parsed and written again has
 * other bytes, and so another signature. Scheme: the hash's name, `=`, and the hex HMAC keyed with
 * the app secret (Meta docs: Messenger webhooks, "Validating payloads").
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

type Hash = 'sha256' | 'sha1';

/** The value of X-Hub-Signature-256, or of X-Hub-Signature with `sha1`. */
export function sign(appSecret: string, body: Buffer, hash: Hash = 'sha256'): string {
  return `${hash}=${createHmac(hash, appSecret).update(body).digest('hex')}`;
}

/**
 * Whether the headers' signature belongs to the body. The newer one counts where there is one; the
 * older is looked at only where the newer is absent.
 */
export function verify(
  appSecret: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): boolean {
  const newer = headers['x-hub-signature-256'];
  if (newer !== undefined) return isSame(newer, sign(appSecret, body));
  return isSame(headers['x-hub-signature'] ?? '', sign(appSecret, body, 'sha1'));
}

/** `appsecret_proof` of a token (Meta docs: Secure Graph API calls). */
export function proofOf(appSecret: string, accessToken: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

function isSame(one: string, other: string): boolean {
  const [given, expected] = [Buffer.from(one), Buffer.from(other)];
  // An early answer on length tells an attacker nothing: every true signature is as long.
  return given.length === expected.length && timingSafeEqual(given, expected);
}
