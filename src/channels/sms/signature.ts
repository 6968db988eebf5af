/**
 * X-Twilio-Signature, made and checked. Pure; it never parses a body and knows no secrets.
 * Scheme: base64 HMAC-SHA1, keyed with the auth token, over the URL followed by every POST field,
 * decoded, name then value, sorted by name (Twilio docs: "Security", validating requests).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Decoded form fields; a repeated key has several values. */
export type FormFields = Readonly<Record<string, string | readonly string[] | undefined>>;

const NO_FIELDS: FormFields = {};

/** The signature of a request. A GET request has no fields: its parameters are in the URL. */
export function sign(authToken: string, url: string, fields: FormFields = NO_FIELDS): string {
  return digest(authToken, url + join(fields));
}

/**
 * Whether `signature` belongs to the request. As Twilio's own SDKs, it tries the URL as given and
 * then with the port taken away, or the scheme's port added; proxies change no more than that.
 */
export function verify(
  authToken: string,
  signature: string,
  url: string,
  fields: FormFields = NO_FIELDS,
): boolean {
  const joined = join(fields);
  return (
    same(signature, digest(authToken, url + joined)) ||
    same(signature, digest(authToken, togglePort(url) + joined))
  );
}

function digest(authToken: string, data: string): string {
  return createHmac('sha1', authToken).update(data).digest('base64');
}

/** Names in order of UTF-16 code units: `MediaUrl0` < `To` < `mediaUrl`. */
function join(fields: FormFields): string {
  let joined = '';
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name] ?? '';
    if (typeof value === 'string') joined += name + value;
    else for (const one of [...new Set(value)].sort()) joined += name + one;
  }
  return joined;
}

/** An early answer on length tells an attacker nothing: every true signature is as long. */
function same(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** scheme://, user@ and host (an IPv6 address has colons of its own), :port, the rest. */
const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?(?:\[[^\]]*\]|[^/?#:]*))(:\d*)?(.*)$/is;

function togglePort(url: string): string {
  const [, scheme, host, port, rest] = AUTHORITY.exec(url) ?? [];
  if (scheme === undefined) return url;
  if (port !== undefined) return `${scheme}${host}${rest}`;
  return `${scheme}${host}${scheme.toLowerCase() === 'https://' ? ':443' : ':80'}${rest}`;
}
