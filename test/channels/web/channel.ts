/** A web channel, its adapter, and calls as the edge forwards them, for tests. No tests here. */
import { readFileSync } from 'node:fs';
import { createWebAdapter } from '../../../src/channels/web/adapter.ts';
import { createTokenKey, END_USER } from '../../../src/channels/web/signature.ts';
import { webAccount } from '../../../src/channels/web/wire.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { AT_MS, channelOf } from '../driving.ts';

export const WEBHOOK = 'https://stack.example/webhooks/web';
export const EDGE = 'http://edge.test';
export const ADDRESS = '0b8f9a52-6c1e-4d3a-9f27-5e1c7a40d2b6';
export const SUBJECT = 'v2/iamessage/UNAUTH/NA/uid:4f1c7d3e-2b5a-4c6d-8e9f-0a1b2c3d4e5f';
export const CONVERSATION = '9f0f8b3c-5f43-4a3f-9a34-0c3a2f6f6d11';
export const MESSAGE = '1d9d2c62-7f1a-4d7e-8a35-3b9f0f5b7c44';

export const channel = channelOf('web', { address: ADDRESS });
export const account = webAccount(channel);
export const adapter = createWebAdapter({ channel, apiUrl: EDGE, webhookUrl: WEBHOOK });

/** A token of the customer's, good for an hour; unless the claims say otherwise. */
export function tokenOf(claims: object = {}, secret = account.tokenSecret): string {
  const iat = AT_MS / 1000;
  const usual = { aud: END_USER, sub: SUBJECT, iat, exp: iat + 3600, channelAddId: ADDRESS };
  return createTokenKey(secret).sign({ ...usual, ...claims } as never);
}

export function call(
  method: string,
  path: string,
  body: unknown = undefined,
  headers: Record<string, string> = {},
): HttpRequest {
  const text = body === undefined ? '' : JSON.stringify(body);
  return {
    method,
    url: `${WEBHOOK}${path}`,
    headers: {
      authorization: `Bearer ${tokenOf()}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: Buffer.isBuffer(body) ? body : Buffer.from(text),
  };
}

/** A message of the customer's. */
export function saying(message: object): HttpRequest {
  const whole = { id: MESSAGE, messageType: 'StaticContentMessage', ...message };
  return call('POST', `/conversation/${CONVERSATION}/message`, {
    message: whole,
    esDeveloperName: account.esDeveloperName,
  });
}

export interface Fixture {
  readonly source: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly events: readonly object[];
}

export function fixture(name: string): Fixture {
  const file = new URL(`../../fixtures/wire/web/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}
