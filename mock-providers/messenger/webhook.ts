/**
 * Meta's calls to the stack: what a person did, and how far the page's messages got; encoded,
 * signed, sent, and tried again. It does not decide when to call. An event goes by itself, but for
 * batches; and only if the page is subscribed to its kind.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS } from '../../src/channels/messenger/limits.ts';
import { sign } from '../../src/channels/messenger/signature.ts';
import {
  type Entry,
  type Envelope,
  type Messaging,
  messengerAccount,
} from '../../src/channels/messenger/wire.ts';
import { createBatcher } from '../batch.ts';
import { type CallReport, call } from '../calls.ts';
import { retryPolicy, signedWebhook } from '../meta.ts';
import type { ProviderParts } from '../provider.ts';
import type { Ledger } from './ledger.ts';

/** The webhook fields this platform sends events of (Meta docs: Messenger webhooks). */
export const EVENTS = [
  'messages',
  'messaging_postbacks',
  'message_deliveries',
  'message_reads',
  'message_reactions',
  'message_echoes',
] as const;

export type EventName = (typeof EVENTS)[number];

/** What happened, without who: sender and recipient are set by who the person is. */
export type Happening = Omit<Messaging, 'sender' | 'recipient'>;

/** Resolves when the stack has answered 200, or no try is left. */
export type Webhook = (
  event: EventName,
  psid: string,
  happening: Happening,
) => Promise<Pick<CallReport, 'ok'> & { readonly reason?: string }>;

export function createWebhook(parts: ProviderParts, ledger: Ledger): Webhook {
  const { channel, clock, webhookUrl } = parts;
  const { appSecret } = messengerAccount(channel);
  const limits = limitsOf(channel, MESSENGER_LIMITS);
  const post = createBatcher<Entry, CallReport>(parts, (entry) => {
    const envelope: Envelope = { object: 'page', entry };
    const request = signedWebhook(webhookUrl, envelope, { sign, appSecret });
    return call(parts, request, retryPolicy(clock, limits));
  });
  const page = { id: channel.address };
  return async (event, psid, happening) => {
    if (!ledger.subscribed.has(event)) return { ok: false, reason: `not subscribed to ${event}` };
    const person = { id: psid };
    // The page itself is the sender of what it hears back.
    const isEcho = event === 'message_echoes';
    const [sender, recipient] = isEcho ? [page, person] : [person, page];
    const time = Math.floor(clock.originMs + clock.now());
    return post({ id: page.id, time, messaging: [{ sender, recipient, ...happening }] });
  };
}
