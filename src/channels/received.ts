/** What adapters make of webhooks, in the two ways it can go. */
import { type HttpResponse, respond } from '../http.ts';
import type { InboundEvent } from '../message.ts';
import type { Received } from '../ports.ts';

const PLAIN = { 'content-type': 'text/plain' };

export function accept(events: readonly InboundEvent[], response: HttpResponse): Received {
  return { ok: true, events, response };
}

/** `reason` is for people: it is answered as text and stands in the facts. */
export function refuse(status: number, reason: string): Received {
  return { ok: false, reason, response: respond(status, reason, PLAIN) };
}
