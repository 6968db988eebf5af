/**
 * X-Hub-Signature-256 and its older sister, made and checked over raw bytes. Pure; it never parses
 * a body: JSON that was parsed and written again has other bytes, and so another signature.
 * Scheme: `sha256=` and the hex HMAC keyed with the app secret (Meta docs: "Validating Payloads").
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The value of X-Hub-Signature-256, or of X-Hub-Signature with `sha1`. */
export function sign(appSecret: string, body: Buffer, hash: 'sha256' | 'sha1' = 'sha256'): string {
  return `${hash}=${createHmac(hash, appSecret).update(body).digest('hex')}`;
}

/** Whether the value of X-Hub-Signature-256 belongs to the body. */
export function verify(appSecret: string, signature: string, body: Buffer): boolean {
  const given = Buffer.from(signature);
  const expected = Buffer.from(sign(appSecret, body));
  // An early answer on length tells an attacker nothing: every true signature is as long.
  return given.length === expected.length && timingSafeEqual(given, expected);
}
