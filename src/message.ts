/**
 * Channel-neutral nouns: what passes between a channel adapter and the rest of the stack.
 * No platform's field names here; those live in `channels/<name>/wire.ts`.
 */
import type { EndedBy } from './sessions/thread.ts';

/** The kinds of channel the stack speaks. `direct` has no wire: see `sim/transport/direct.ts`. */
export type ChannelType =
  | 'sms'
  | 'messenger'
  | 'whatsapp'
  | 'apple'
  | 'line'
  | 'web'
  | 'byoc'
  | 'byoc-ccaas'
  | 'direct';

/** A quick reply offered to the customer. `id` comes back when it is picked. */
export interface Choice {
  readonly id: string;
  readonly title: string;
}

/** What a message says. */
export type Content =
  /** Text, with quick replies where the channel has them (else degraded to text). */
  | { readonly kind: 'text'; readonly text: string; readonly choices?: readonly Choice[] }
  /** The customer picked a quick reply: a button, a row of a list, a time, a postback. */
  | { readonly kind: 'choice'; readonly id: string; readonly title: string }
  /** A picture, recording or file, by address. */
  | {
      readonly kind: 'media';
      readonly url: string;
      readonly mimeType: string;
      readonly caption?: string;
    }
  /** A place, in degrees. */
  | {
      readonly kind: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  /** A reaction to a message, by its id; an empty emoji takes it back. */
  | { readonly kind: 'reaction'; readonly emoji: string; readonly messageId: string }
  /** An approved template, outbound only; `text` is what it says, for channels without any. */
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly language: string;
      readonly parameters: readonly string[];
      readonly text: string;
    };

/** A customer's message, as parsed from a verified webhook. */
export interface InboundMessage {
  readonly kind: 'message';
  /** The platform's id of the message: the key by which duplicates are known. */
  readonly messageId: string;
  /** The customer's address on the channel, in the platform's own form. */
  readonly from: string;
  readonly content: Content;
  /** The name the platform gives for the customer, if any. */
  readonly profileName?: string;
  /** When the customer sent it, in Unix ms, by the platform's clock, where it says so. */
  readonly sentMs?: number;
  /** What an answer to this very message may be sent with, once, until then (LINE). */
  readonly replyToken?: ReplyToken;
  /** What it is marked as read by, where that is not the message's id (LINE). */
  readonly readToken?: string;
}

export interface ReplyToken {
  readonly token: string;
  /** Unix ms. */
  readonly untilMs: number;
}

/** How far an outbound message got, as the platform reports it. */
export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed';

/** A platform's report on an outbound message. */
export interface Receipt {
  readonly kind: 'receipt';
  /** The platform's id, as its send API gave it. */
  readonly messageId: string;
  /** The customer's address the message went to. */
  readonly to: string;
  readonly status: ReceiptStatus;
  /** The platform's error code, for `failed`. */
  readonly errorCode?: string;
}

/** A platform's report on all that was sent to a customer up to a moment (Messenger). */
export interface Watermark {
  readonly kind: 'watermark';
  readonly to: string;
  readonly status: 'delivered' | 'read';
  /** Unix ms, by the platform's clock. */
  readonly untilMs: number;
}

/** The customer ended the conversation in a way the platform reports. */
export interface CustomerEnded {
  readonly kind: 'ended';
  readonly from: string;
  /** As of a message. A late one ends no session that began after it. */
  readonly sentMs?: number;
}

/** The customer is writing, or no longer. */
export interface CustomerTyping {
  readonly kind: 'typing';
  readonly from: string;
  readonly on: boolean;
}

/** A partner who owns the routing says who gets the customer's session. */
export interface Assigned {
  readonly kind: 'assigned';
  readonly from: string;
  /** A rep, or the user id of one. */
  readonly userId: string;
}

export type InboundEvent =
  | InboundMessage
  | Receipt
  | Watermark
  | CustomerEnded
  | CustomerTyping
  | Assigned;

/** What every call to a platform about a customer comes with. */
export interface Outbound {
  /** The customer's address on the channel. */
  readonly to: string;
  /** Of this send and no other: what ids and retry keys of the adapter's making come from. */
  readonly key: string;
  /** Now, in Unix ms. */
  readonly atMs: number;
}

/** A message for the customer, before a platform's encoding. */
export interface OutboundMessage extends Outbound {
  readonly content: Content;
  /** The rep who says it; absent when the stack says it by itself. */
  readonly rep?: string;
  /** An unused reply token of the customer's last message. */
  readonly replyToken?: ReplyToken;
}

/** What the business lets a customer see beside messages. */
export type IndicationKind = 'typingOn' | 'typingOff' | 'read';

export interface Indication extends Outbound {
  readonly kind: IndicationKind;
  /** The customer's last message: what is read, or what is being answered. */
  readonly messageId: string;
  readonly readToken?: string;
}

/** What became of a session, for platforms that show it to the customer (web, BYOC). */
export interface Announcement extends Outbound {
  /** A rep has opened it; it is over. */
  readonly kind: 'joined' | 'ended';
  readonly sessionId: string;
  /** Of the session, in Unix ms. */
  readonly startedMs: number;
  /** Who ended it. */
  readonly by?: EndedBy;
}

/** A partner who owns the routing of a channel is to say who gets the session (BYOC for CCaaS). */
export interface RoutingWanted extends Outbound {
  readonly sessionId: string;
  /** It was asked for before: a rep has refused, or the session was passed on. */
  readonly again: boolean;
}

/** Why a send did not work, in the stack's own terms; the platform's code is kept beside it. */
export type SendFailure =
  | 'optedOut'
  /** They have not agreed to as much as the channel asks for. */
  | 'notOptedIn'
  | 'outsideWindow'
  | 'throttled'
  | 'invalid'
  | 'unauthorised'
  | 'unreachable'
  | 'platformError';

/** What came of one send. */
export type SendOutcome =
  | { readonly ok: true; readonly messageId: string }
  | {
      readonly ok: false;
      readonly failure: SendFailure;
      /** The platform's own code, as text; the HTTP status where it gave none. */
      readonly code: string;
      readonly detail: string;
      /** True when the message surely did not go; false when nobody can tell (time-out, 5xx). */
      readonly definite: boolean;
    };

/** The text a rep sees for a content. */
export function textOf(content: Content): string {
  if (content.kind === 'text' || content.kind === 'template') return content.text;
  if (content.kind === 'choice') return content.title;
  if (content.kind === 'reaction') return content.emoji;
  if (content.kind === 'location') return placeOf(content);
  return content.caption ?? content.url;
}

/** A place in words, for who can't be shown a map. */
export function placeOf(place: Extract<Content, { kind: 'location' }>): string {
  const { name, address, latitude, longitude } = place;
  return [name, address, `${latitude}, ${longitude}`].filter((part) => part).join(', ');
}
