/**
 * Salesforce's shapes: Bring Your Own Channel, by its names on the wire. Types, the account, and
 * the two identifiers that are a function of something; encoding and decoding is done by each side
 * for itself. Source of all shapes: salesforce-misc/interaction-service-apis
 * (inbound-interaction-api.yaml, outbound-custom-event-payload.yaml).
 */
import type { Channel } from '../../org.ts';
import { uuidOf } from '../uuid.ts';

/** What an org knows a channel by, and the secrets that go with it. */
export interface ByocAccount {
  /** 15 characters: the form of 18 is refused by the Interaction Service. */
  readonly orgId: string;
  /** Developer name of the ConversationChannelDefinition: the header AuthorizationContext. */
  readonly authorizationContext: string;
  /** Of the connected app: `iss` of the partner's assertion. */
  readonly consumerKey: string;
  /** Keys the access tokens that the org gives to partners. */
  readonly tokenSecret: string;
  /** By which the stack publishes platform events: a session id of the org's own. */
  readonly serviceToken: string;
  /** API name of the custom platform event, with its `__e`; names of its two fields. */
  readonly platformEvent: string;
  readonly eventTypeField: string;
  readonly eventPayloadField: string;
  /** In whose name reps write: the user's id, 15 characters, and the name customers see. */
  readonly userId: string;
  readonly userName: string;
  /** Format types that the partner has registered: `Attachments,Buttons,QuickReplies`. */
  readonly capabilities: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: ByocAccount = {
  orgId: '00DHp000000KxQz',
  authorizationContext: 'Rehearsal_ChannelDefinition',
  consumerKey: '3MVG9rehearsal0ConsumerKeyOfNobody0123456789',
  tokenSecret: 'rehearsal-token-secret-of-nobody',
  serviceToken: '00DHp000000KxQz!AQEAQrehearsal0ServiceToken0123456789',
  platformEvent: 'Rehearsal_Message__e',
  eventTypeField: 'EventType__c',
  eventPayloadField: 'Payload__c',
  userId: '005Hp00000AbCdE',
  userName: 'Support',
  capabilities: 'Attachments,Buttons,QuickReplies',
};

/** What `channel.account` may say; beside the account, how the mock behaves (its `provider.ts`). */
export const BYOC_ACCOUNT = [
  'orgId',
  'authorizationContext',
  'consumerKey',
  'tokenSecret',
  'serviceToken',
  'platformEvent',
  'eventTypeField',
  'eventPayloadField',
  'userId',
  'userName',
  'capabilities',
  'partnerPublicKey',
  'consentOwner',
  'supportsKeywords',
  'unreachable',
  'bridgeRetries',
] as const;

/** The channel's account: fields of these names in `channel.account`, or made-up ones. */
export function byocAccount({ account }: Pick<Channel, 'account'>): ByocAccount {
  const field = (name: keyof ByocAccount) => account[name] ?? DEFAULT_ACCOUNT[name];
  return {
    orgId: field('orgId'),
    authorizationContext: field('authorizationContext'),
    consumerKey: field('consumerKey'),
    tokenSecret: field('tokenSecret'),
    serviceToken: field('serviceToken'),
    platformEvent: field('platformEvent'),
    eventTypeField: field('eventTypeField'),
    eventPayloadField: field('eventPayloadField'),
    userId: field('userId'),
    userName: field('userName'),
    capabilities: field('capabilities'),
  };
}

/** The scope a token needs for the Interaction Service. */
export const SCOPE = 'interaction_api';

/** What a channel is addressed by. */
export const BYOC_ADDRESS = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  example: '72a6a4ec-acbc-44f6-b2b9-e444248ca843',
  wants: 'the ChannelAddressIdentifier, a UUID in lower case',
} as const;

/** The one conversation of an end user on a channel, which every interaction is answered with. */
export function conversationOf(channelAddress: string, endUser: string): string {
  return uuidOf(`conversation ${channelAddress} ${endUser}`);
}

/** Where the org keeps the file of an AttachmentInteraction. */
export function fileUrlOf(apiUrl: string, orgId: string, interactionId: string): string {
  return `${apiUrl}${FILE_PATH}?oid=${orgId}&ids=${encodeURIComponent(interactionId)}&asPdf=false`;
}

export const FILE_PATH = '/sfc/dist/version/download/';

export interface Participant {
  readonly appType: 'custom' | 'agent' | 'chatbot';
  /** Of an agent: the user's id of 15 characters. */
  readonly subject: string;
  readonly role: 'EndUser' | 'Agent' | 'Chatbot';
}

/** The part `json` of POST /interactions. */
export interface InteractionRequestJson {
  /** ChannelAddressIdentifier. */
  readonly to: string;
  /** The end user, as the partner knows them. */
  readonly from: string;
  readonly interactions: readonly [Interaction];
}

export type Interaction =
  | {
      /** Unix ms. */
      readonly timestamp: number;
      readonly interactionType: 'EntryInteraction';
      readonly payload: Entry;
    }
  | {
      readonly timestamp: number;
      readonly interactionType: 'AttachmentInteraction';
      readonly id: string;
      /** Of the part `attachments`: always 0. */
      readonly attachmentIndex: number;
      /** Bytes of the file. */
      readonly contentLength: number;
      readonly text?: string;
    };

/** Answer to an interaction. */
export interface InteractionAnswer {
  readonly conversationIdentifier: string;
  readonly id: string;
  /** Ids of MessagingSessions, 15 characters. */
  readonly workItemIds: readonly string[];
  readonly success: boolean;
}

/** Answer to what can't be done; `code` as in ERRORCODES.md. */
export interface ErrorJson {
  readonly message: string;
  readonly code: number;
}

/** POST /acknowledgement. */
export interface AcknowledgementJson {
  readonly sender: Participant;
  readonly conversationIdentifier: string;
  readonly acknowledgements: readonly {
    /** Unix ms: a number in the README, a text in the schema. */
    readonly acknowledgementTimestamp: number;
    readonly acknowledgementType: 'Delivered' | 'Read';
    readonly acknowledgedConversationEntryIdentifier: string;
    /** Spelt so. */
    readonly acknowledgmentCreatedConversationEntryIdentifier: string;
  }[];
}

/** POST /messagingSession. */
export interface MessagingSessionJson {
  readonly channelAddressIdentifier: string;
  readonly endUserClientId: string;
  readonly conversationIdentifier: string;
  readonly operation: 'End' | 'Inactivate';
  readonly operationBy?: 'EndUser' | 'System';
  readonly sessionId?: string;
}

/** What the payload field of the platform event holds, as JSON text, for `Interaction`. */
export interface InteractionEvent {
  readonly conversationIdentifier: string;
  readonly channelAddressIdentifier: string;
  readonly recipient: Participant;
  readonly payload: ConversationEntry;
}

export interface ConversationEntry {
  readonly senderDisplayName: string;
  readonly identifier: string;
  readonly entryType: Entry['entryType'];
  /** An object here; a text in Messaging for In-App and Web. */
  readonly entryPayload: Entry;
  readonly sender: Participant;
  /** Unix ms, both. */
  readonly transcriptedTimestamp: number;
  readonly clientTimestamp: number;
  readonly clientDuration: number;
}

export type Entry =
  | {
      readonly entryType: 'Message';
      readonly id: string;
      readonly abstractMessage: AbstractMessage;
      readonly messageReason?: null;
    }
  | {
      readonly entryType: 'TypingStartedIndicator' | 'TypingStoppedIndicator';
      readonly id: string;
      readonly timestamp: number;
    }
  | {
      readonly entryType: 'ReadAcknowledgement';
      readonly id: string;
      readonly recipient: Participant;
      readonly acknowledgedConversationEntryIdentifier: string;
      readonly acknowledgementTimestamp: number;
    }
  | {
      readonly entryType: 'MessageDeliveryFailed';
      readonly id: string;
      readonly failedConversationEntryIdentifier: string;
      readonly recipient: Participant;
      readonly errorCode: string;
    }
  | {
      readonly entryType: 'SessionStatusChanged';
      readonly id: string;
      readonly sessionId: string;
      readonly sessionStatus: 'Active' | 'Ended';
      readonly sessionStatusPrev: 'Waiting' | 'Active';
      readonly sessionEndedByRole?: 'Agent' | 'Chatbot' | 'EndUser' | 'System';
      /** Unix ms, both. */
      readonly sessionStartTime: number;
      readonly sessionEndTime?: number;
      readonly channelAddressIdentifier: string;
      readonly conversationIdentifier: string;
    };

export type AbstractMessage =
  | {
      readonly messageType: 'StaticContentMessage';
      readonly id: string;
      readonly staticContent: StaticContent;
    }
  | {
      readonly messageType: 'ChoicesMessage';
      readonly id: string;
      readonly choices: {
        readonly formatType: 'Buttons' | 'QuickReplies';
        readonly text: string;
        readonly optionItems: readonly OptionItem[];
      };
    }
  | {
      readonly messageType: 'ChoicesResponseMessage';
      readonly id: string;
      readonly inReplyToMessageId: string;
      readonly choicesResponse: {
        readonly formatType: 'Selections';
        readonly selectedOptions: readonly {
          readonly optionTitle: TitleItem;
          readonly optionIdentifier: string;
        }[];
      };
    };

export type StaticContent =
  | { readonly formatType: 'Text'; readonly text: string }
  | {
      readonly formatType: 'Attachments';
      readonly text?: string;
      readonly attachments: readonly AttachmentJson[];
    };

export interface AttachmentJson {
  readonly name: string;
  readonly attachmentUploadResult: null;
  readonly id: string;
  readonly mimeType: string;
  /** Public: no token needed. */
  readonly url: string;
  readonly referenceId: string;
}

export interface OptionItem {
  readonly itemType: 'TitleOptionItem';
  readonly titleItem: TitleItem;
  readonly optionIdentifier: string;
}

export interface TitleItem {
  readonly itemType: 'TitleItem';
  readonly title: string;
}
