/**
 * LINE's shapes: the Messaging API's JSON, by its names on the wire. Types and the account only;
 * encoding and decoding is done by each side for itself. Source: LINE's OpenAPI, its reference.
 */
import type { Channel } from '../../org.ts';

/** What a LINE official account is known by, and the secrets that go with it. */
export interface LineAccount {
  /** 32 hex digits, used as text: keys the signature of webhooks. */
  readonly channelSecret: string;
  /** Bearer token of the API. */
  readonly accessToken: string;
  /** Decimal: names the channel to the token endpoints. */
  readonly channelId: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: LineAccount = {
  channelSecret: '8c570fa6dd201bb328f1c1eac23a96d8',
  accessToken: 'rehearsal/channel+access0token1of2nobody3at4all56789abcdef=',
  channelId: '1653000042',
};

/**
 * What `channel.account` may say. Beside the account, how the mock behaves: `redelivery: on`
 * (webhooks that were not taken are sent again), `blocked` (user ids by comma: accepted, not
 * delivered), `markAsRead: on` (messages carry a token to mark them as read by).
 */
export const LINE_ACCOUNT = [
  'channelSecret',
  'accessToken',
  'channelId',
  'redelivery',
  'blocked',
  'markAsRead',
] as const;

export function lineAccount({ account }: Channel): LineAccount {
  return {
    channelSecret: account.channelSecret ?? DEFAULT_ACCOUNT.channelSecret,
    accessToken: account.accessToken ?? DEFAULT_ACCOUNT.accessToken,
    channelId: account.channelId ?? DEFAULT_ACCOUNT.channelId,
  };
}

/** A webhook's body. */
export interface Envelope {
  /** The bot's user id: `U` and 32 hex digits. */
  readonly destination: string;
  /** Of one user or of several; none at all when the webhook's address is verified. */
  readonly events: readonly EventJson[];
}

/** What every event has. */
interface EventBase {
  /** Unix ms. */
  readonly timestamp: number;
  readonly source: SourceJson;
  /** `standby`: another module of the account answers. */
  readonly mode: 'active' | 'standby';
  /** A ULID; the same when the event is sent again. */
  readonly webhookEventId: string;
  readonly deliveryContext: { readonly isRedelivery: boolean };
}

export type SourceJson =
  | { readonly type: 'user'; readonly userId: string }
  | { readonly type: 'group'; readonly groupId: string; readonly userId?: string }
  | { readonly type: 'room'; readonly roomId: string; readonly userId?: string };

export type EventJson = EventBase &
  (
    | { readonly type: 'message'; readonly replyToken: string; readonly message: MessageJson }
    | {
        readonly type: 'postback';
        readonly replyToken: string;
        readonly postback: { readonly data: string };
      }
    | {
        readonly type: 'follow';
        readonly replyToken: string;
        readonly follow: { readonly isUnblocked: boolean };
      }
    | { readonly type: 'unfollow' }
  );

/** A user's message. Ids are decimal. */
export type MessageJson = { readonly id: string; readonly markAsReadToken?: string } & (
  | { readonly type: 'text'; readonly text: string; readonly quoteToken: string }
  | {
      readonly type: 'sticker';
      readonly packageId: string;
      readonly stickerId: string;
      readonly stickerResourceType: string;
      readonly keywords?: readonly string[];
      readonly quoteToken: string;
    }
  | {
      readonly type: 'image';
      readonly contentProvider: ContentProvider;
      readonly quoteToken: string;
    }
  | {
      readonly type: 'video';
      readonly duration?: number;
      readonly contentProvider: ContentProvider;
      readonly quoteToken: string;
    }
  | {
      readonly type: 'audio';
      readonly duration?: number;
      readonly contentProvider: ContentProvider;
    }
  | { readonly type: 'file'; readonly fileName: string; readonly fileSize: number }
  | {
      readonly type: 'location';
      readonly title?: string;
      readonly address?: string;
      readonly latitude: number;
      readonly longitude: number;
    }
);

export type ContentProvider =
  | { readonly type: 'line' }
  | {
      readonly type: 'external';
      readonly originalContentUrl: string;
      readonly previewImageUrl: string;
    };

/** A message object as the send endpoints take it; those the stack sends. */
export type SendObject = { readonly quickReply?: { readonly items: readonly QuickReplyItem[] } } & (
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image';
      readonly originalContentUrl: string;
      readonly previewImageUrl: string;
    }
  | {
      readonly type: 'location';
      readonly title: string;
      readonly address: string;
      readonly latitude: number;
      readonly longitude: number;
    }
);

export interface QuickReplyItem {
  readonly type: 'action';
  readonly action: {
    readonly type: 'postback';
    readonly label: string;
    readonly data: string;
    readonly displayText: string;
  };
}

/** The answer to a reply or a push: an entry for each message, in order. */
export interface SentMessages {
  readonly sentMessages: readonly { readonly id: string; readonly quoteToken?: string }[];
}

/** `details` is left out where there are none. */
export interface ErrorJson {
  readonly message: string;
  readonly details?: readonly { readonly message: string; readonly property?: string }[];
}
