/**
 * Twilio's shapes: form fields and JSON, by the names they have on the wire. Types and the account
 * only; encoding and decoding is done by each side for itself.
 */
import type { Channel } from '../../org.ts';

/** The credentials an adapter signs in with and checks signatures by. */
export interface SmsAccount {
  /** `AC` and 32 hex digits. */
  readonly accountSid: string;
  /** The primary auth token: the signature's key, and the password of the API. */
  readonly authToken: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: SmsAccount = {
  accountSid: 'AC5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b',
  authToken: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
};

/** What `channel.account` may say; beside the account, how the mock behaves (`sms/provider.ts`). */
export const SMS_ACCOUNT = [
  'accountSid',
  'authToken',
  'apiKeySid',
  'apiKeySecret',
  'messagingServiceSid',
  'unreachable',
  'contentTemplates',
  'advancedOptOut',
] as const;

/** The channel's account: `accountSid` and `authToken` of `channel.account`, or made-up ones. */
export function smsAccount(channel: Channel): SmsAccount {
  return {
    accountSid: channel.account.accountSid ?? DEFAULT_ACCOUNT.accountSid,
    authToken: channel.account.authToken ?? DEFAULT_ACCOUNT.authToken,
  };
}

export const API_VERSION = '2010-04-01';

/** Message.Status (Twilio docs: Message resource, status values). */
export type SmsStatus =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'receiving'
  | 'received'
  | 'read'
  | 'partially_delivered'
  | 'canceled';

/** Message.Direction; an answer by TwiML is an `outbound-reply`. */
export type SmsDirection = 'inbound' | 'outbound-api' | 'outbound-call' | 'outbound-reply';

/** The Message resource as the API gives it. Counts are strings, dates are RFC 2822 in UTC. */
export interface MessageJson {
  /** `SM` and 32 hex digits; `MM…` when there is media. */
  readonly sid: string;
  readonly account_sid: string;
  readonly messaging_service_sid: string | null;
  readonly api_version: string;
  readonly body: string;
  /** Null until a Messaging Service has chosen a sender. */
  readonly from: string | null;
  readonly to: string;
  readonly status: SmsStatus;
  readonly direction: SmsDirection;
  readonly num_segments: string;
  readonly num_media: string;
  readonly price: string | null;
  readonly price_unit: string | null;
  readonly error_code: number | null;
  readonly error_message: string | null;
  readonly date_created: string;
  readonly date_updated: string;
  readonly date_sent: string | null;
  /** Relative to the API's origin. */
  readonly uri: string;
  readonly subresource_uris: { readonly media: string };
}

/** A page of the Message list. URIs are relative; `next_page_uri` is null on the last page. */
export interface MessageListJson {
  readonly messages: readonly MessageJson[];
  readonly page: number;
  readonly page_size: number;
  readonly start: number;
  readonly end: number;
  readonly uri: string;
  readonly first_page_uri: string;
  readonly next_page_uri: string | null;
  readonly previous_page_uri: string | null;
}

/** An error's body (Twilio docs: "Twilio's Response", exceptions). */
export interface ErrorJson {
  readonly code: number;
  readonly message: string;
  readonly more_info: string;
  /** The HTTP status again. */
  readonly status: number;
}

/** Fields of every inbound message (Twilio docs: "Twilio's request to your webhook URL"). */
export interface InboundFields {
  /** The three sids are equal; only the first is not a leftover of older API versions. */
  readonly MessageSid: string;
  readonly SmsSid: string;
  readonly SmsMessageSid: string;
  readonly AccountSid: string;
  readonly From: string;
  readonly To: string;
  readonly Body: string;
  readonly NumMedia: string;
  readonly NumSegments: string;
  readonly SmsStatus: 'received';
  readonly ApiVersion: string;
  /** Where the numbers are registered: always present, empty where Twilio does not know. */
  readonly FromCity: string;
  readonly FromState: string;
  readonly FromZip: string;
  readonly FromCountry: string;
  readonly ToCity: string;
  readonly ToState: string;
  readonly ToZip: string;
  readonly ToCountry: string;
  readonly MessagingServiceSid?: string;
  /** With media: one pair for each item, counted from 0. */
  readonly [media: `MediaUrl${number}` | `MediaContentType${number}`]: string;
}

/** Fields of a status callback (Twilio docs: "Monitor the status of your message"). */
export interface StatusFields {
  readonly MessageSid: string;
  readonly SmsSid: string;
  readonly AccountSid: string;
  readonly From: string;
  readonly To: string;
  readonly ApiVersion: string;
  readonly MessageStatus: SmsStatus;
  /** The same as `MessageStatus`. */
  readonly SmsStatus: SmsStatus;
  readonly MessagingServiceSid?: string;
  /** With `failed` and `undelivered` only. */
  readonly ErrorCode?: string;
  /** YYMMDDhhmm, the carrier's own time of a delivery report. */
  readonly RawDlrDoneDate?: string;
}
