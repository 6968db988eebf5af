/**
 * Meta's shapes: the Messenger Platform's JSON, by its names on the wire. Types and the account
 * only; encoding and decoding is done by each side for itself.
 */
import type { Channel } from '../../org.ts';

/** What a page's app is known by, and the secrets that go with it. The page id is the address. */
export interface MessengerAccount {
  /** Decimal. */
  readonly appId: string;
  /** Page access token of the API. */
  readonly accessToken: string;
  /** Keys the signatures of webhooks and the proof of API requests. */
  readonly appSecret: string;
  /** Shown by Meta when a webhook is set up. */
  readonly verifyToken: string;
  /** `v25.0`: the version the adapter calls. */
  readonly graphVersion: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: MessengerAccount = {
  appId: '1517776481860111',
  accessToken: 'EAArehearsal0PageTokenOfNobody0123456789',
  appSecret: '8d2b6f0e4a1c9d3758e6b7a4c0f1d295',
  verifyToken: 'rehearsal-verify-token',
  graphVersion: 'v25.0',
};

/** What `channel.account` may say. */
export const MESSENGER_ACCOUNT = [
  // As of `MessengerAccount`.
  'appId',
  'accessToken',
  'appSecret',
  'verifyToken',
  'graphVersion',
  // How the mock behaves. PSIDs, by comma, of people who have blocked the page.
  'unreachable',
  // `on`: the page is subscribed to message_echoes from the start.
  'echoes',
  // `off`: deliveries tell the watermark only, as those from older apps do.
  'deliveryMids',
  // `on`: the API wants an `appsecret_proof` with every request.
  'requireProof',
  // Message tags the page may use, by comma; absent: HUMAN_AGENT.
  'tags',
] as const;

/** The channel's account: fields of these names in `channel.account`, or made-up ones. */
export function messengerAccount({ account }: Pick<Channel, 'account'>): MessengerAccount {
  return {
    appId: account.appId ?? DEFAULT_ACCOUNT.appId,
    accessToken: account.accessToken ?? DEFAULT_ACCOUNT.accessToken,
    appSecret: account.appSecret ?? DEFAULT_ACCOUNT.appSecret,
    verifyToken: account.verifyToken ?? DEFAULT_ACCOUNT.verifyToken,
    graphVersion: account.graphVersion ?? DEFAULT_ACCOUNT.graphVersion,
  };
}

/** A webhook's body (Meta docs: Messenger webhooks, "Event notifications"). */
export interface Envelope {
  readonly object: 'page';
  readonly entry: readonly Entry[];
}

export interface Entry {
  /** The page's id. */
  readonly id: string;
  /** Unix ms, of the webhook and not of the event. */
  readonly time: number;
  /** An array that holds one event. */
  readonly messaging: readonly Messaging[];
}

interface Id {
  readonly id: string;
}

/** An event: one field beside these says what happened. */
export interface Messaging {
  /** A person by page-scoped id (PSID, decimal); of an echo the page. */
  readonly sender: Id;
  readonly recipient: Id;
  /** Unix ms; deliveries have none (Meta docs: message_deliveries). */
  readonly timestamp?: number;
  readonly message?: MessageJson | EchoJson;
  readonly postback?: PostbackJson;
  readonly reaction?: ReactionJson;
  readonly delivery?: DeliveryJson;
  readonly read?: { readonly watermark: number };
}

/** Meta docs: messages. */
export interface MessageJson {
  /** `m_…` */
  readonly mid: string;
  readonly text?: string;
  readonly quick_reply?: { readonly payload: string };
  readonly attachments?: readonly AttachmentJson[];
}

/** Meta docs: message_echoes. */
export interface EchoJson extends MessageJson {
  readonly is_echo: true;
  readonly app_id: number;
  readonly metadata?: string;
}

export type MediaType = 'image' | 'audio' | 'video' | 'file';

/** Of media the payload is an address; other attachments have payloads of their own. */
export interface AttachmentJson {
  readonly type: MediaType | 'template';
  readonly payload: unknown;
}

/** A button of a template, the menu or Get Started (Meta docs: messaging_postbacks). */
export interface PostbackJson {
  readonly mid: string;
  readonly title: string;
  readonly payload: string;
}

/** Meta docs: message_reactions. `reaction` and `emoji` may be absent when one is taken back. */
export interface ReactionJson {
  readonly reaction?: ReactionName;
  readonly emoji?: string;
  readonly action: 'react' | 'unreact';
  readonly mid: string;
}

export type ReactionName =
  | 'smile'
  | 'angry'
  | 'sad'
  | 'wow'
  | 'love'
  | 'like'
  | 'dislike'
  | 'other';

/** Meta docs: message_deliveries. All sent up to the watermark (Unix ms) were delivered. */
export interface DeliveryJson {
  /** "Field may not be present." */
  readonly mids?: readonly string[];
  readonly watermark: number;
}

/** The sends the adapter makes (Meta docs: Send API reference). */
export type SendBody =
  | {
      readonly recipient: Id;
      readonly messaging_type: 'RESPONSE';
      readonly message: SendMessage;
    }
  | SenderAction;

export type SendMessage =
  | { readonly text: string; readonly quick_replies?: readonly QuickReplyJson[] }
  | {
      readonly attachment: {
        readonly type: MediaType;
        readonly payload: { readonly url: string; readonly is_reusable: boolean };
      };
    };

export interface QuickReplyJson {
  readonly content_type: 'text';
  readonly title: string;
  readonly payload: string;
}

/** Meta docs: Sender actions. */
export type SenderAction =
  | {
      readonly recipient: Id;
      readonly sender_action: 'typing_on' | 'typing_off' | 'mark_seen';
    }
  | {
      readonly recipient: Id;
      readonly sender_action: 'react' | 'unreact';
      readonly payload: { readonly message_id: string; readonly reaction?: string };
    };

/** The API's answer to a send; to a sender action without `message_id`. */
export interface SendAnswer {
  readonly recipient_id: string;
  readonly message_id?: string;
  /** Of media that may be used again. */
  readonly attachment_id?: string;
}

/** The API's refusal (Meta docs: Common error codes). Clients are to go by code and subcode. */
export interface ErrorJson {
  readonly error: {
    /** `(#10) This message is sent outside of allowed window.` */
    readonly message: string;
    readonly type: 'OAuthException' | 'GraphMethodException' | 'GraphBatchException';
    readonly code: number;
    readonly error_subcode?: number;
    readonly is_transient?: boolean;
    readonly fbtrace_id: string;
  };
}
