/**
 * Channel-neutral nouns: what passes between a channel adapter and the rest of the stack.
 * No platform's field names here; those live in `channels/<name>/wire.ts`.
 */

/** The kinds of channel the stack speaks. `direct` has no wire: see `sim/transport/direct.ts`. */
export type ChannelType = 'sms' | 'whatsapp' | 'direct';

/** A quick reply offered to the customer. `id` comes back when it is picked. */
export interface Choice {
  readonly id: string;
  readonly title: string;
}

/** What a message says. */
export type Content =
  /** Text, with quick replies where the channel has them (else degraded to text). */
  | { readonly kind: 'text'; readonly text: string; readonly choices?: readonly Choice[] }
  /** The customer picked a quick reply. */
  | { readonly kind: 'choice'; readonly id: string; readonly title: string }
  /** A picture, recording or file, by address. */
  | {
      readonly kind: 'media';
      readonly url: string;
      readonly mimeType: string;
      readonly caption?: string;
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

/** The customer ended the conversation in a way the platform reports. */
export interface CustomerEnded {
  readonly kind: 'ended';
  readonly from: string;
}

export type InboundEvent = InboundMessage | Receipt | CustomerEnded;

/** A message for the customer, before a platform's encoding. */
export interface OutboundMessage {
  /** The customer's address on the channel. */
  readonly to: string;
  readonly content: Content;
}

/** Why a send did not work, in the stack's own terms; the platform's code is kept beside it. */
export type SendFailure =
  | 'optedOut'
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
  if (content.kind === 'text') return content.text;
  if (content.kind === 'choice') return content.title;
  return content.caption ?? content.url;
}
