/** A LINE channel, its adapter, and signed webhooks, for tests. No tests here. */
import { readFileSync } from 'node:fs';
import { createLineAdapter } from '../../../src/channels/line/adapter.ts';
import { sign } from '../../../src/channels/line/signature.ts';
import { lineAccount } from '../../../src/channels/line/wire.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { AT_MS, channelOf } from '../driving.ts';

export const ADDRESS = 'Ud4f1c0a94c6b1d2e3f405162738495a6';
export const USER = 'U80696558e1aa831e5bc9ae8b1f1a0cf2';
export const WEBHOOK = 'https://stack.example/webhooks/line';
export const API = 'http://line.test';

export const channel = channelOf('line', { address: ADDRESS });
export const account = lineAccount(channel);
export const adapter = createLineAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });

/** The body of a documented webhook. */
export function fixture(name: string): Buffer {
  const file = new URL(`../../fixtures/wire/line/${name}.json`, import.meta.url);
  return Buffer.from(JSON.stringify(JSON.parse(readFileSync(file, 'utf8')).body));
}

/** A webhook with that body, rightly signed unless a signature is given. */
export function webhook(body: Buffer | object, signature?: string): HttpRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const given = signature ?? sign(account.channelSecret, bytes);
  return { method: 'POST', url: WEBHOOK, headers: { 'x-line-signature': given }, body: bytes };
}

/** One event of the user, with what every event has. */
export function event(of: object): object {
  return {
    timestamp: AT_MS - 500,
    source: { type: 'user', userId: USER },
    mode: 'active',
    webhookEventId: '01FZ74A0TDDPYRVKNK77XKC3ZR',
    deliveryContext: { isRedelivery: false },
    ...of,
  };
}

export function receive(...events: readonly object[]) {
  const received = adapter.receive(webhook({ destination: ADDRESS, events }), AT_MS);
  if (!received.ok) throw new Error(received.reason);
  return received.events;
}
