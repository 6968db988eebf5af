/**
 * Apple's shapes: the JSON of the Messages for Business REST API, by its names on the wire. Types
 * and the account only; encoding and decoding is done by each side for itself. Sources: Apple's
 * Business Register pages for messaging service providers, and its tutorial.
 */
import type { Channel } from '../../org.ts';

/** What a messaging service provider (MSP) is known by; the channel's address is the business. */
export interface AppleAccount {
  /** A UUID; formerly the CSP id. */
  readonly mspId: string;
  /** Base64; its decoded bytes key the tokens of both sides. */
  readonly secret: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: AppleAccount = {
  mspId: '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f',
  secret: 'cmVoZWFyc2FsLXNlY3JldC1vZi1ub2JvZHktMzItYnl0ZXMtbG9uZw==',
};

/**
 * What `channel.account` may say. Beside the account, how the mock's customers are: `deviceAgent`
 * (absent: `iPhone OS`), `capabilities` (absent: QUICK,LIST,TIME,FORM), `locale`, and the `intent`
 * and `group` of the link they came by; `openWithTyping: off` (they begin without typing).
 */
export const APPLE_ACCOUNT = [
  'mspId',
  'secret',
  'deviceAgent',
  'capabilities',
  'locale',
  'intent',
  'group',
  'openWithTyping',
] as const;

export function appleAccount({ account }: Channel): AppleAccount {
  return {
    mspId: account.mspId ?? DEFAULT_ACCOUNT.mspId,
    secret: account.secret ?? DEFAULT_ACCOUNT.secret,
  };
}

/** What names Apple's own message extension (documentation: Interactive messages). */
export const EXTENSION =
  'com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:' +
  'com.apple.icloud.apps.messages.business.extension';

/** Stands in a text where an attachment belongs. */
export const OBJECT_REPLACEMENT = '\ufffc';

/** What every message has, either way. */
export interface MessageBase {
  readonly v: 1;
  /** A UUID, the same as in the header `id`. */
  readonly id: string;
  readonly sourceId: string;
  readonly destinationId: string;
  readonly locale?: string;
  readonly intent?: string;
  readonly group?: string;
}

export type MessageJson = MessageBase &
  (
    | {
        readonly type: 'text';
        readonly body: string;
        readonly attachments?: readonly AttachmentJson[];
      }
    | { readonly type: 'interactive'; readonly interactiveData: InteractiveData }
    | { readonly type: 'interactive'; readonly interactiveDataRef: DataRef }
    | { readonly type: 'typing_start' | 'typing_end' | 'close' }
  );

/** `signature` (hex, upper case) from Apple, `signature-base64` to Apple; so with `size`. */
export interface AttachmentJson {
  readonly name: string;
  readonly mimeType: string;
  readonly size: number | string;
  /** `00` and 64 hex digits, upper case. */
  readonly key: string;
  /** The mmcs-url: not where the bytes are, but what they are asked for by. */
  readonly url: string;
  /** The mmcs-owner. */
  readonly owner: string;
  readonly signature?: string;
  readonly 'signature-base64'?: string;
}

/** Stands for interactive data too large to be sent along; got like an attachment, then decoded. */
export interface DataRef {
  readonly bid: string;
  readonly url: string;
  readonly owner: string;
  readonly size: number | string;
  /** Hex, upper case. */
  readonly signature?: string;
  readonly 'signature-base64': string;
  readonly title: string;
  /** As of attachments; what Apple keeps for a business to send again has `dataRefSig` instead. */
  readonly key?: string;
  readonly dataRefSig?: string;
}

export interface InteractiveData {
  readonly bid: string;
  readonly data: InteractiveParts;
  /** A UUID; the business's own if it set one. */
  readonly sessionIdentifier?: string;
  readonly receivedMessage?: Bubble;
  readonly replyMessage?: Bubble;
}

export interface InteractiveParts {
  /** A UUID; comes back in the customer's answer. */
  readonly requestIdentifier: string;
  /** `1.0`; of quick replies, and of answers. */
  readonly version?: string;
  /** `1.0`; of pickers. */
  readonly mspVersion?: string;
  readonly images?: readonly ImageJson[];
  readonly 'quick-reply'?: QuickReply;
  readonly listPicker?: { readonly sections: readonly SectionJson[] };
  readonly event?: EventJson;
  /** In answers: what the customer's bubble says. */
  readonly replyMessage?: Bubble;
}

export interface ImageJson {
  readonly identifier: string;
  /** Base64. */
  readonly data: string;
}

export interface QuickReply {
  readonly summaryText?: string;
  readonly items: readonly { readonly identifier: string; readonly title: string }[];
  readonly selectedIdentifier?: string;
  readonly selectedIndex?: number;
}

/** In an answer the first holds what was picked; devices may show the other items in a second. */
export interface SectionJson {
  readonly title: string;
  readonly order: number;
  readonly multipleSelection: boolean;
  readonly items: readonly ItemJson[];
}

export interface ItemJson {
  readonly identifier: string;
  readonly title: string;
  readonly order: number;
  readonly style?: string;
  readonly subtitle?: string;
  readonly imageIdentifier?: string;
}

/** Of a time picker; an answer has the one slot that was picked. */
export interface EventJson {
  readonly identifier: string;
  readonly title: string;
  readonly timeslots: readonly {
    readonly identifier: string;
    /** `2026-11-23T09:30+0000` */
    readonly startTime: string;
    /** Seconds. */
    readonly duration: number;
  }[];
  /** Minutes from GMT; fixes the zone in which the times are shown. */
  readonly timezoneOffset?: number;
}

/** What stands on the bubble before and after an answer. */
export interface Bubble {
  readonly title: string;
  readonly subtitle?: string;
  readonly alternateTitle?: string;
  readonly imageIdentifier?: string;
  readonly style?: 'icon' | 'small' | 'large';
}
