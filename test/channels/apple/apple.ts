/** Apple's side for tests of the adapter: tokens made by hand, webhooks in gzip. No tests. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createAppleAdapter } from '../../../src/channels/apple/adapter.ts';
import type { HttpRequest } from '../../../src/http.ts';
import type { Received } from '../../../src/ports.ts';
import { AT_MS, channelOf } from '../driving.ts';

export const BUSINESS = '6b29fc40-ca47-4067-b31d-00dd010662da';
export const MSP = '7d1f3b5a-2c4e-4f6a-8b9c-0d1e2f3a4b5c';
export const SECRET = Buffer.from('a secret of thirty-two bytes, ok').toString('base64');
export const API = 'https://mspgw.test';
export const HOOK = 'https://stack.test/webhooks/apple';

export function adapterWith(limits: Record<string, number> = {}, address = BUSINESS) {
  const channel = channelOf('apple', { address, account: { mspId: MSP, secret: SECRET }, limits });
  return createAppleAdapter({ channel, apiUrl: API, webhookUrl: HOOK });
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as RFC 7519 has it; `key`: the decoded secret unless another is asked for. */
export function tokenOf(
  claims: object = { aud: MSP, iat: AT_MS / 1000 },
  key: Buffer | string = Buffer.from(SECRET, 'base64'),
  alg = 'HS256',
): string {
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  const hash = alg === 'HS512' ? 'sha512' : 'sha256';
  const mac = alg === 'none' ? '' : createHmac(hash, key).update(signed).digest('base64url');
  return `${signed}.${mac}`;
}

/** The claims in a token that was sent to Apple, once its signature has been checked. */
export function claimsIn(authorization: string | undefined): unknown {
  const [, header = '', claims = '', mac] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
  const key = Buffer.from(SECRET, 'base64');
  const right = createHmac('sha256', key).update(`${header}.${claims}`).digest('base64url');
  if (mac !== right) throw new Error('a wrong signature');
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

export interface Message {
  readonly id: string;
  readonly sourceId: string;
  readonly [key: string]: unknown;
}

export function fixture(name: string): Message {
  const path = join(import.meta.dirname, `../../fixtures/wire/apple/${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A webhook of Apple's; some of it different. */
export function webhook(
  message: Message,
  headers: Record<string, string | undefined> = {},
  rest: Partial<HttpRequest> = {},
): HttpRequest {
  const all = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    authorization: `Bearer ${tokenOf()}`,
    id: message.id,
    'source-id': message.sourceId,
    'destination-id': String(message.destinationId),
    'capability-list': 'QUICK,LIST,TIME,AUTH,AUTH2,FORM',
    'device-agent': 'iPhone OS',
    ...headers,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  return {
    method: 'POST',
    url: `${HOOK}/message`,
    headers: Object.fromEntries(kept) as Record<string, string>,
    body: gzipSync(JSON.stringify(message)),
    ...rest,
  };
}

export function receive(request: HttpRequest, nowMs = AT_MS): Received {
  return adapterWith().receive(request, nowMs);
}
