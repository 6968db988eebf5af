/** A channel of its own, its adapter, and calls as partners make them, for tests. No tests here. */
import { readFileSync } from 'node:fs';
import { createByocAdapter } from '../../../src/channels/byoc/adapter.ts';
import { createTokenKey } from '../../../src/channels/byoc/signature.ts';
import { byocAccount } from '../../../src/channels/byoc/wire.ts';
import { type Part, writeMultipart } from '../../../src/channels/multipart.ts';
import type { HttpRequest } from '../../../src/http.ts';
import type { Content } from '../../../src/message.ts';
import { AT_MS, channelOf } from '../driving.ts';

export const WEBHOOK = 'https://stack.example/webhooks/byoc';
export const API = 'http://org.test';
export const ADDRESS = '72a6a4ec-acbc-44f6-b2b9-e444248ca843';
export const USER = 'David Wood';

export function channelWith(
  account: Record<string, string> = {},
  limits: Record<string, number> = {},
) {
  return channelOf('byoc', { address: ADDRESS, account, limits });
}

export function adapterWith(
  account: Record<string, string> = {},
  limits: Record<string, number> = {},
) {
  const channel = channelWith(account, limits);
  return createByocAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });
}

export const adapter = adapterWith();
export const account = byocAccount(channelWith());

export function fixture(name: string): Record<string, unknown> {
  const url = new URL(`../../fixtures/wire/byoc/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

const IAT = AT_MS / 1000;

export function tokenWith(
  set: { scp?: string; exp?: number; secret?: string; org?: string } = {},
): string {
  const { scp = 'interaction_api api', exp = IAT + 600, org = account.orgId } = set;
  const key = createTokenKey(set.secret ?? account.tokenSecret);
  const claims = { aud: [API], iss: API, sub: 'uid:005', client_id: 'c', iat: IAT };
  return key.make(org, { ...claims, scp, exp });
}

/** A call with good headers, unless they say otherwise. */
export function call(
  path: string,
  body: Buffer | object,
  set: Record<string, string> = {},
): HttpRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const headers = {
    authorization: `Bearer ${tokenWith()}`,
    'content-type': 'application/json',
    orgid: account.orgId,
    authorizationcontext: account.authorizationContext,
    requestid: 'f8f81c06-c06a-4784-b96c-ca95d3321bd9',
    ...set,
  };
  return { method: 'POST', url: WEBHOOK + path, headers, body: bytes };
}

/** POST /interactions. */
export function interactions(
  request: object,
  files: readonly Part[] = [],
  set: Record<string, string> = {},
): HttpRequest {
  const json = {
    name: 'json',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(request)),
  };
  const { contentType, body } = writeMultipart([...files, json], 'xYz');
  return call('/interactions', body, { 'content-type': contentType, ...set });
}

/** What the adapter makes of an end user's message with that content. */
export function contentOf(message: object): Content | undefined {
  const payload = { id: 'e', entryType: 'Message', abstractMessage: { id: 'e', ...message } };
  const one = { timestamp: 1, interactionType: 'EntryInteraction', payload };
  const received = adapter.receive(
    interactions({ to: ADDRESS, from: USER, interactions: [one] }),
    AT_MS,
  );
  const [event] = received.ok ? received.events : [];
  return event?.kind === 'message' ? event.content : undefined;
}
