/**
 * x-line-signature, made and checked over raw bytes: the base64 HMAC-SHA256 keyed with the channel
 * secret as text (LINE docs: Verify webhook signature). Pure; it never parses a body.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Standard alphabet, padded: the only form that every SDK's validator takes. */
export function sign(channelSecret: string, body: Buffer): string {
  return createHmac('sha256', channelSecret).update(body).digest('base64');
}

export function verify(channelSecret: string, signature: string, body: Buffer): boolean {
  const given = Buffer.from(signature);
  const expected = Buffer.from(sign(channelSecret, body));
  // An early answer on length tells an attacker nothing: every true signature is as long.
  return given.length === expected.length && timingSafeEqual(given, expected);
}
