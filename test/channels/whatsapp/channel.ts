/** A WhatsApp channel and its adapter, for tests. No tests here. */
import { readFileSync } from 'node:fs';
import { createWhatsAppAdapter } from '../../../src/channels/whatsapp/adapter.ts';
import { sign } from '../../../src/channels/whatsapp/signature.ts';
import { whatsappAccount } from '../../../src/channels/whatsapp/wire.ts';
import { type HttpRequest, type HttpResponse, json } from '../../../src/http.ts';
import type { Content } from '../../../src/message.ts';
import type { Channel } from '../../../src/org.ts';
import { AT_MS, channelOf, drive, outbound, saying } from '../driving.ts';

export const WEBHOOK = 'https://stack.example/webhooks/wa';
export const API = 'http://graph.test';

export function channelWith(account: Record<string, string> = {}): Channel {
  return channelOf('whatsapp', { address: '+1 555-078-3881', account });
}

export const channel = channelWith();
export const account = whatsappAccount(channel);
export const adapter = createWhatsAppAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });

const TAKEN = json(200, { messages: [{ id: 'wamid.1' }] });

export function requestsOf(to: string, content: Content, from = adapter) {
  return drive(from.deliver(outbound(to, content)), TAKEN).requests;
}

export function outcomeOf(response: HttpResponse) {
  return drive(adapter.deliver(outbound('1', saying('x'))), response).outcome;
}

export function receive(request: HttpRequest) {
  return adapter.receive(request, AT_MS);
}

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/wire/whatsapp/${name}.body`, import.meta.url));
}

/** A webhook with that body, rightly signed unless headers say otherwise. */
export function webhook(body: Buffer, headers?: Record<string, string>): HttpRequest {
  const signed = { 'x-hub-signature-256': sign(account.appSecret, body) };
  return { method: 'POST', url: WEBHOOK, headers: headers ?? signed, body };
}

/** A webhook about our number with that change. */
export function update(value: object, field = 'messages'): HttpRequest {
  const metadata = { display_phone_number: '15550783881', phone_number_id: account.phoneNumberId };
  const changes = [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }];
  const envelope = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] };
  return webhook(Buffer.from(JSON.stringify(envelope)));
}
