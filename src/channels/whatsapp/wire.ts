/**
 * Meta's shapes: the WhatsApp Cloud API's JSON, by its names on the wire. Types and the account
 * only; encoding and decoding is done by each side for itself.
 */
import type { Channel } from '../../org.ts';

/** What a number is known by, and the secrets that go with it. */
export interface WhatsAppAccount {
  /** Decimal, 15 to 17 digits; not the number itself. */
  readonly phoneNumberId: string;
  /** Of the WhatsApp Business Account, likewise. */
  readonly wabaId: string;
  /** Bearer token of the API. */
  readonly accessToken: string;
  /** Keys the signature of webhooks. */
  readonly appSecret: string;
  /** Shown by Meta when a webhook is set up. */
  readonly verifyToken: string;
  /** `v25.0`: the version the adapter calls. */
  readonly graphVersion: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: WhatsAppAccount = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  accessToken: 'EAArehearsal0TokenOfNobody0123456789',
  appSecret: '3f8a1c5e7b9d2046af13c68e50d7b924',
  verifyToken: 'rehearsal-verify-token',
  graphVersion: 'v25.0',
};

/** What `channel.account` may say; beside the account, how the mock behaves (its `provider.ts`). */
export const WHATSAPP_ACCOUNT = [
  'phoneNumberId',
  'wabaId',
  'accessToken',
  'appSecret',
  'verifyToken',
  'graphVersion',
  'templates',
  'unreachable',
  'windowCheck',
  'pairLimit',
  'skipDelivered',
] as const;

/** The channel's account: fields of these names in `channel.account`, or made-up ones. */
export function whatsappAccount({ account }: Channel): WhatsAppAccount {
  return {
    phoneNumberId: account.phoneNumberId ?? DEFAULT_ACCOUNT.phoneNumberId,
    wabaId: account.wabaId ?? DEFAULT_ACCOUNT.wabaId,
    accessToken: account.accessToken ?? DEFAULT_ACCOUNT.accessToken,
    appSecret: account.appSecret ?? DEFAULT_ACCOUNT.appSecret,
    verifyToken: account.verifyToken ?? DEFAULT_ACCOUNT.verifyToken,
    graphVersion: account.graphVersion ?? DEFAULT_ACCOUNT.graphVersion,
  };
}

/** A business-scoped user id, `US.` and so on (Meta docs: Business-scoped user IDs). */
export const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** A webhook's body (Meta docs: Webhooks, "messages" reference). */
export interface Envelope {
  readonly object: 'whatsapp_business_account';
  readonly entry: readonly Entry[];
}

export interface Entry {
  /** The WhatsApp Business Account's id. */
  readonly id: string;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly value: ChangeValue;
  readonly field: 'messages';
}

export interface ChangeValue {
  readonly messaging_product: 'whatsapp';
  readonly metadata: {
    /** Digits. */
    readonly display_phone_number: string;
    readonly phone_number_id: string;
  };
  readonly contacts?: readonly ContactJson[];
  readonly messages?: readonly MessageJson[];
  readonly statuses?: readonly StatusJson[];
}

export interface ContactJson {
  readonly profile?: { readonly name: string };
  /** Digits; absent for users who go by a user name. */
  readonly wa_id?: string;
  readonly user_id: string;
}

export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/** A customer's message. The field named by `type` holds what it says. */
export interface MessageJson {
  /** The message it answers: `from` is who wrote that one. */
  readonly context?: { readonly from: string; readonly id: string };
  /** Digits; absent for users who go by a user name. */
  readonly from?: string;
  readonly from_user_id: string;
  readonly id: string;
  /** Unix seconds, as text. */
  readonly timestamp: string;
  readonly type: string;
  readonly text?: { readonly body: string };
  readonly interactive?: InteractiveReply;
  /** A template's quick reply; other than `interactive` on purpose, and a classic trap. */
  readonly button?: { readonly payload: string; readonly text: string };
  readonly image?: MediaJson;
  readonly video?: MediaJson;
  readonly audio?: MediaJson;
  readonly document?: MediaJson;
  readonly sticker?: MediaJson;
  readonly location?: LocationJson;
  readonly reaction?: { readonly message_id: string; readonly emoji?: string };
}

/** The customer pressed a button, or picked a row of a list. */
export type InteractiveReply =
  | { readonly type: 'button_reply'; readonly button_reply: ChoiceJson }
  | { readonly type: 'list_reply'; readonly list_reply: ChoiceJson };

export interface ChoiceJson {
  readonly id: string;
  readonly title: string;
}

export interface MediaJson {
  readonly mime_type: string;
  /** Base64. */
  readonly sha256: string;
  readonly id: string;
  /** Being rolled out; needs the bearer token. */
  readonly url?: string;
  readonly caption?: string;
  readonly filename?: string;
}

/** A report on a message of ours (Meta docs: "status messages webhook"). */
export interface StatusJson {
  readonly id: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'played' | 'failed';
  /** Unix seconds, as text. */
  readonly timestamp: string;
  readonly recipient_id?: string;
  readonly recipient_user_id: string;
  readonly biz_opaque_callback_data?: string;
  /** On `sent`, and on the first of `delivered` and `read`. */
  readonly pricing?: PricingJson;
  readonly errors?: readonly StatusError[];
}

export interface PricingJson {
  readonly billable: boolean;
  readonly pricing_model: 'PMP';
  readonly type: 'regular' | 'free_customer_service' | 'free_entry_point';
  readonly category: 'service' | 'utility' | 'marketing' | 'authentication';
}

/** An error in a webhook: `message` says the same as `title`. */
export interface StatusError {
  readonly code: number;
  readonly title: string;
  readonly message: string;
  readonly error_data: { readonly details: string };
  readonly href: string;
}

/** What every send has; `to` or `recipient`, or both (Cloud API reference: Messages). */
export interface SendBase {
  readonly messaging_product: 'whatsapp';
  readonly recipient_type: 'individual';
  /** Digits; `+` and punctuation are tolerated. */
  readonly to?: string;
  /** A business-scoped user id. */
  readonly recipient?: string;
}

/** The sends the adapter makes. */
export type SendBody = SendBase &
  (
    | { readonly type: 'text'; readonly text: { readonly body: string } }
    | { readonly type: 'interactive'; readonly interactive: InteractiveJson }
    | { readonly type: 'image'; readonly image: LinkJson }
    | { readonly type: 'video'; readonly video: LinkJson }
    | { readonly type: 'audio'; readonly audio: LinkJson }
    | { readonly type: 'document'; readonly document: LinkJson }
    | { readonly type: 'location'; readonly location: LocationJson }
    | {
        readonly type: 'reaction';
        readonly reaction: { readonly message_id: string; readonly emoji: string };
      }
    | { readonly type: 'template'; readonly template: TemplateJson }
  );

/** A read mark, with a typing indicator or without (Cloud API reference: Messages, status). */
export interface MarkBody {
  readonly messaging_product: 'whatsapp';
  readonly status: 'read';
  readonly message_id: string;
  readonly typing_indicator?: { readonly type: 'text' };
}

export interface LocationJson {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

export interface TemplateJson {
  readonly name: string;
  readonly language: { readonly code: string };
  readonly components?: readonly {
    readonly type: 'body';
    readonly parameters: readonly { readonly type: 'text'; readonly text: string }[];
  }[];
}

export interface LinkJson {
  readonly link: string;
  readonly caption?: string;
  readonly filename?: string;
}

export type InteractiveJson =
  | {
      readonly type: 'button';
      readonly body: { readonly text: string };
      readonly action: {
        readonly buttons: readonly { readonly type: 'reply'; readonly reply: ChoiceJson }[];
      };
    }
  | {
      readonly type: 'list';
      readonly body: { readonly text: string };
      readonly action: {
        readonly button: string;
        readonly sections: readonly { readonly rows: readonly ChoiceJson[] }[];
      };
    };

/** The API's answer to a send. */
export interface SendAnswer {
  readonly messaging_product: 'whatsapp';
  /** A send by `recipient` alone is given the `user_id` in place of `wa_id`. */
  readonly contacts: readonly {
    readonly input: string;
    readonly wa_id?: string;
    readonly user_id?: string;
  }[];
  /** `message_status` comes with templates. */
  readonly messages: readonly { readonly id: string; readonly message_status?: 'accepted' }[];
}

/** The API's refusal (Meta docs: Cloud API error codes). Clients are to go by `code`. */
export interface ErrorJson {
  readonly error: {
    /** `(#131009) Parameter value is not valid`. */
    readonly message: string;
    readonly type: 'OAuthException' | 'GraphMethodException';
    readonly code: number;
    readonly error_subcode?: number;
    readonly is_transient?: boolean;
    readonly error_data?: { readonly messaging_product: 'whatsapp'; readonly details: string };
    readonly fbtrace_id: string;
  };
}
