/** The page of the fixtures, its adapter, and webhooks to it, rightly signed unless said so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMessengerAdapter } from '../../../src/channels/messenger/adapter.ts';
import { sign } from '../../../src/channels/messenger/signature.ts';
import { messengerAccount } from '../../../src/channels/messenger/wire.ts';
import type { HttpRequest } from '../../../src/http.ts';
import type { Content } from '../../../src/message.ts';
import type { Answered } from '../../../src/ports.ts';
import { channelOf, type Driven, drive, outbound } from '../driving.ts';

export const API = 'https://graph.test';
export const WEBHOOK = 'https://stack.test/webhooks/fb';
export const PAGE = '106123456789012';
export const PERSON = '7200000000000001';

const channel = channelOf('messenger', { address: PAGE });
export const account = messengerAccount(channel);
export const adapter = createMessengerAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });

/** The bytes of a documented body. */
export function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, `../../fixtures/wire/messenger/${name}.json`));
}

export function webhook(
  body: Buffer,
  headers: Record<string, string> = { 'x-hub-signature-256': sign(account.appSecret, body) },
): HttpRequest {
  return { method: 'POST', url: WEBHOOK, headers, body };
}

/** A webhook with one event from the person. */
export function event(fields: object, person: object | undefined = { id: PERSON }): HttpRequest {
  const messaging = [{ sender: person, recipient: { id: PAGE }, timestamp: 1000, ...fields }];
  const envelope = { object: 'page', entry: [{ id: PAGE, time: 1000, messaging }] };
  return webhook(Buffer.from(JSON.stringify(envelope)));
}

export function receive(request: HttpRequest) {
  return adapter.receive(request, 0);
}

export function deliver(content: Content, ...answers: readonly Answered[]): Driven {
  return drive(adapter.deliver(outbound(PERSON, content)), ...answers);
}
