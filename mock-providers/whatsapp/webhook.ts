/**
 * Meta's calls to the stack: a customer's message and the report on one of ours; encoded, signed,
 * sent, and tried again. One update in each POST unless batching is on. It does not decide when to
 * call. And the words
 * for what went wrong, as both the webhooks and the API have them.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { WHATSAPP_LIMITS } from '../../src/channels/whatsapp/limits.ts';
import { sign } from '../../src/channels/whatsapp/signature.ts';
import {
  type ChangeValue,
  type ContactJson,
  type Envelope,
  type ErrorJson,
  type InteractiveReply,
  type MediaJson,
  type MediaType,
  type MessageJson,
  type PricingJson,
  type StatusJson,
  whatsappAccount,
} from '../../src/channels/whatsapp/wire.ts';
import { type Content, textOf } from '../../src/message.ts';
import { createBatcher } from '../batch.ts';
import { type CallReport, call } from '../calls.ts';
import { retryPolicy, shakeHands, signedWebhook } from '../meta.ts';
import type { ProviderParts } from '../provider.ts';
import { userIdOf } from './ledger.ts';

/** A customer, by their address; the name, if their phone told one. */
export interface Customer {
  readonly address: string;
  readonly name: string | undefined;
}

export interface Inbound {
  readonly id: string;
  readonly from: Customer;
  /** On the clock: when the customer sent it. */
  readonly at: number;
  readonly content: Content;
  /** The question a choice was picked from. */
  readonly question?: Question;
  /** Of a media content. */
  readonly media?: MediaJson;
}

/** A message of ours with quick replies. */
export interface Question {
  readonly messageId: string;
  readonly isList: boolean;
}

export interface StatusReport {
  readonly id: string;
  readonly to: Customer;
  readonly status: StatusJson['status'];
  /** On the clock: when it happened. */
  readonly at: number;
  readonly callbackData?: string;
  readonly pricing?: PricingJson;
  /** Why, of a `failed`. */
  readonly failure?: ProblemCode;
}

export interface Webhook {
  /** Each resolves when the stack has answered 200, or no try is left. */
  message(inbound: Inbound): Promise<CallReport>;
  status(report: StatusReport): Promise<CallReport>;
}

export function createWebhook(parts: ProviderParts): Webhook {
  const { channel, clock } = parts;
  const { phoneNumberId, wabaId, appSecret } = whatsappAccount(channel);
  const number = digitsOf(channel.address);
  const metadata = { display_phone_number: number, phone_number_id: phoneNumberId };
  const unixSeconds = (at: number) => String(Math.floor((clock.originMs + at) / 1000));
  const limits = limitsOf(channel, WHATSAPP_LIMITS);

  const post = createBatcher(parts, (updates: readonly Update[]) => {
    const changes = updates.map((update) => {
      const value: ChangeValue = { messaging_product: 'whatsapp', metadata, ...update };
      return { value, field: 'messages' } as const;
    });
    const object = 'whatsapp_business_account';
    const envelope: Envelope = { object, entry: [{ id: wabaId, changes }] };
    const request = signedWebhook(parts.webhookUrl, envelope, { sign, appSecret });
    return call(parts, request, retryPolicy(clock, limits));
  });
  return {
    message(inbound) {
      const message = messageJson(inbound, number, unixSeconds(inbound.at));
      return post({ contacts: [contactOf(inbound.from)], messages: [message] });
    },
    status(report) {
      const status = statusJson(report, unixSeconds(report.at));
      return post({ contacts: [contactOf(report.to)], statuses: [status] });
    },
  };
}

/** The handshake by which Meta takes a webhook's address. */
export function verifyWebhook(parts: ProviderParts): Promise<CallReport> {
  const { verifyToken } = whatsappAccount(parts.channel);
  const challenge = String(Math.floor(parts.random(`${parts.channelId} challenge`, 1) * 2 ** 31));
  const { webhookTimeoutMs } = limitsOf(parts.channel, WHATSAPP_LIMITS);
  return shakeHands(parts, { verifyToken, challenge }, webhookTimeoutMs);
}

type Update = Omit<ChangeValue, 'messaging_product' | 'metadata'>;

/** HTTP status of an answer, title, usual details (Meta docs: Cloud API error codes). */
export const PROBLEMS = {
  /** Code 100, subcode 33: Graph's word for a path that leads nowhere. */
  33: [
    400,
    'Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or ' +
      'does not support this operation',
    '',
  ],
  100: [400, 'Invalid parameter', ''],
  190: [401, 'Invalid OAuth access token - Cannot parse access token', ''],
  130429: [400, 'Rate limit hit', 'Message failed: too many messages sent from this number'],
  131008: [400, 'Required parameter is missing', ''],
  131009: [400, 'Parameter value is not valid', ''],
  131021: [400, 'Recipient cannot be sender', 'Recipient and sender are the same number'],
  131026: [400, 'Message undeliverable', 'The recipient can’t receive messages on WhatsApp'],
  131047: [400, 'Re-engagement message', 'More than 24 hours since the customer last replied'],
  131051: [400, 'Unsupported message type', ''],
  131056: [400, '(Business Account, Consumer Account) pair rate limit hit', 'Too many to one user'],
  132000: [400, 'Number of parameters does not match the expected number of params', ''],
  132001: [404, 'Template name does not exist in the translation', ''],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Complaint {
  readonly code: ProblemCode;
  readonly details?: string;
}

/** The problem as the API answers it. */
export function errorJson({ code, details }: Complaint, trace: string): ErrorJson {
  const [, title, usual] = PROBLEMS[code];
  const rest = { code, fbtrace_id: trace };
  // Graph's own errors say it all in the message, and carry no data.
  if (code === 190) return { error: { message: title, type: 'OAuthException', ...rest } };
  if (code === 33) {
    const found = { ...rest, code: 100, error_subcode: 33 };
    return { error: { message: title, type: 'GraphMethodException', ...found } };
  }
  const error_data = { messaging_product: 'whatsapp', details: details ?? usual } as const;
  return { error: { message: `(#${code}) ${title}`, type: 'OAuthException', error_data, ...rest } };
}

/** A phone number's digits. */
export function digitsOf(address: string): string {
  return address.replace(/\D/g, '');
}

function contactOf({ address, name }: Customer): ContactJson {
  const ids = { wa_id: address, user_id: userIdOf(address) };
  return name === undefined ? ids : { profile: { name }, ...ids };
}

function messageJson(inbound: Inbound, number: string, timestamp: string): MessageJson {
  const { id, from, question } = inbound;
  return {
    ...(question && { context: { from: number, id: question.messageId } }),
    from: from.address,
    from_user_id: userIdOf(from.address),
    id,
    timestamp,
    ...contentJson(inbound),
  };
}

/** `type`, and the object it names. */
type Part = Pick<MessageJson, 'type'> & Partial<MessageJson>;

function contentJson({ content, question, media }: Inbound): Part {
  if (content.kind === 'text') return { type: 'text', text: { body: content.text } };
  if (content.kind === 'choice') {
    const { id, title } = content;
    // Without the question on their screen, customers type what they would have picked.
    if (question === undefined) return { type: 'text', text: { body: title } };
    const interactive: InteractiveReply = question.isList
      ? { type: 'list_reply', list_reply: { id, title } }
      : { type: 'button_reply', button_reply: { id, title } };
    return { type: 'interactive', interactive };
  }
  if (content.kind === 'location') {
    const { kind: type, ...location } = content;
    return { type, location };
  }
  if (content.kind === 'reaction') {
    const { emoji, messageId: message_id } = content;
    return { type: 'reaction', reaction: { message_id, ...(emoji && { emoji }) } };
  }
  if (content.kind !== 'media') return { type: 'text', text: { body: textOf(content) } };
  const type = mediaTypeOf(content.mimeType);
  const caption = content.caption === undefined ? {} : { caption: content.caption };
  return { type, [type]: { ...media, ...caption } };
}

function mediaTypeOf(mimeType: string): MediaType {
  if (mimeType.startsWith('image/webp')) return 'sticker';
  const [kind] = mimeType.split('/', 1);
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document';
}

function statusJson(report: StatusReport, timestamp: string): StatusJson {
  const { id, to, status, callbackData, pricing, failure } = report;
  return {
    id,
    status,
    timestamp,
    recipient_id: to.address,
    recipient_user_id: userIdOf(to.address),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...(pricing && { pricing }),
    ...(failure !== undefined && { errors: [errorOf(failure)] }),
  };
}

function errorOf(code: ProblemCode) {
  const [, title, details] = PROBLEMS[code];
  const href = '/documentation/business-messaging/whatsapp/support/error-codes/';
  return { code, title, message: title, error_data: { details }, href };
}
