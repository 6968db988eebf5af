/**
 * Salesforce's shapes: Messaging for In-App and Web, custom client, API v2 (SCRT2), by its names on
 * the wire. Types, the account and the addresses only; each side encodes and decodes for itself.
 * Names of fields are those of Salesforce's conversation-public-schemas and its sample web client.
 */
import type { Channel } from '../../org.ts';

/** What a deployment is known by, and the secrets that go with it. */
export interface WebAccount {
  /** `00D` and 12 or 15 more: the org that the deployment belongs to. */
  readonly orgId: string;
  /** Embedded Service deployment's API name; clients give it with most calls. */
  readonly esDeveloperName: string;
  /** Keys access tokens, and the service token of the stack. */
  readonly tokenSecret: string;
  /** PEM of a public key, or a shared secret: what customers' identity tokens are checked by. */
  readonly identityKey: string;
  /** The user verification keyset's name: stands in the subject of verified customers. */
  readonly identityKeyset: string;
  /** The one rep that customers see, whoever it is: name and user id. */
  readonly agentName: string;
  readonly agentId: string;
}

/** A made-up account, of valid form, for channels that name none. */
const DEFAULT_ACCOUNT: WebAccount = {
  orgId: '00D7Q000000pRhs',
  esDeveloperName: 'Rehearsal_Web',
  tokenSecret: 'rehearsal-token-secret-0123456789abcdef',
  identityKey: '',
  identityKeyset: 'rehearsal_keyset',
  agentName: 'Support',
  agentId: '0057Q000001pRhs',
};

/** What `channel.account` may say: all of `WebAccount`, and who can't be reached (the mock's). */
export const WEB_ACCOUNT = [
  'orgId',
  'esDeveloperName',
  'tokenSecret',
  'identityKey',
  'identityKeyset',
  'agentName',
  'agentId',
  'unreachable',
] as const;

/** The channel's account: fields of these names in `channel.account`, or made-up ones. */
export function webAccount({ account }: Pick<Channel, 'account'>): WebAccount {
  return {
    orgId: account.orgId ?? DEFAULT_ACCOUNT.orgId,
    esDeveloperName: account.esDeveloperName ?? DEFAULT_ACCOUNT.esDeveloperName,
    // An empty secret would sign nothing.
    tokenSecret: account.tokenSecret || DEFAULT_ACCOUNT.tokenSecret,
    identityKey: account.identityKey ?? DEFAULT_ACCOUNT.identityKey,
    identityKeyset: account.identityKeyset ?? DEFAULT_ACCOUNT.identityKeyset,
    // The sample client fails on entries without a name.
    agentName: account.agentName || DEFAULT_ACCOUNT.agentName,
    agentId: account.agentId ?? DEFAULT_ACCOUNT.agentId,
  };
}

/** Of conversations, messages, entries: version 4, in lower case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Where the public API begins; what follows is forwarded to the stack as it stands. */
export const API_PATH = '/iamessage/api/v2';

/** Server-sent events; not under the API's path. */
export const SSE_PATH = '/eventrouter/v1/sse';

/** Our own: where the stack hands in events. Salesforce's inside is not public. */
export const EVENTS_PATH = '/eventrouter/v1/events';

/** Our own: where the edge keeps a customer's file, by the id that the client gave it. */
export const FILES_PATH = '/iamessage/files';

/** Types of server-sent events, beside `ping`. */
export type EventName =
  | 'CONVERSATION_MESSAGE'
  | 'CONVERSATION_ROUTING_RESULT'
  | 'CONVERSATION_SESSION_STATUS_CHANGED'
  | 'CONVERSATION_PARTICIPANT_CHANGED'
  | 'CONVERSATION_TYPING_STARTED_INDICATOR'
  | 'CONVERSATION_TYPING_STOPPED_INDICATOR'
  | 'CONVERSATION_DELIVERY_ACKNOWLEDGEMENT'
  | 'CONVERSATION_READ_ACKNOWLEDGEMENT'
  | 'CONVERSATION_CLOSE_CONVERSATION';

/** The JSON behind `data:` of a server-sent event. */
export interface EventData {
  /** A device's token for notifications. */
  readonly channelPlatformKey: string;
  readonly channelType: 'embedded_messaging';
  readonly channelAddressIdentifier: string;
  readonly conversationId: string;
  readonly conversationEntry: EntryJson;
}

export interface Participant {
  readonly appType: 'iamessage' | 'agent' | 'conversation';
  readonly role: 'EndUser' | 'Agent' | 'System' | 'Router';
  readonly subject: string;
  /** The client's, of an end user. */
  readonly clientIdentifier?: string;
}

/** The platform itself: what happens to sessions, and what is said by nobody, comes from it. */
export const SYSTEM: Participant = {
  appType: 'conversation',
  role: 'System',
  subject: 'conversation',
};

/** The name of the user that a Salesforce org runs automations as. */
export const SYSTEM_NAME = 'Automated Process';

export interface EntryJson {
  readonly senderDisplayName: string;
  readonly identifier: string;
  readonly entryType: EntryPayload['entryType'];
  /** JSON of an `EntryPayload`, as text; the list of entries has the object itself. */
  readonly entryPayload: string;
  readonly sender: Participant;
  /** Ids of what the entry is about: the acknowledged message. */
  readonly relatedRecords: readonly string[];
  /** Unix ms: when the server had it, and when the sender says to have made it. */
  readonly transcriptedTimestamp: number;
  readonly clientTimestamp: number;
  readonly clientDuration: number;
}

export type EntryPayload =
  | {
      readonly entryType: 'Message';
      readonly id: string;
      readonly abstractMessage: MessageJson;
      /** Why it was sent, if not in answer to something. `Consent` is not used. */
      readonly messageReason?: 'AutomatedResponse';
    }
  | {
      readonly entryType: 'TypingStartedIndicator' | 'TypingStoppedIndicator';
      readonly id: string;
      readonly timestamp: number;
    }
  | {
      readonly entryType: 'DeliveryAcknowledgement' | 'ReadAcknowledgement';
      readonly id: string;
      readonly acknowledgedConversationEntryIdentifier: string;
      readonly acknowledgementTimestamp: number;
    }
  | RoutingResult
  | SessionStatusChanged
  | {
      readonly entryType: 'ParticipantChanged';
      readonly id: string;
      readonly entries: readonly {
        readonly operation: 'add' | 'remove';
        readonly participant: Participant;
        readonly displayName: string;
      }[];
    }
  | { readonly entryType: 'CloseConversation'; readonly id: string };

export interface RoutingResult {
  readonly entryType: 'RoutingResult';
  readonly id: string;
  readonly routingType: 'Initial';
  readonly failureType: 'None';
  readonly failureReason: null;
  readonly errorMessages: readonly string[];
  /** The MessagingSession and its PendingServiceRouting. */
  readonly recordId: string;
  readonly pendingServiceRoutingId: string;
  readonly estimatedWaitTime: {
    readonly isEWTRequested: boolean;
    readonly estimatedWaitTimeInSeconds: number;
  };
  readonly isExternallyRouted: boolean;
}

export type SessionStatus = 'New' | 'Waiting' | 'Active' | 'Ended';

/** A `ParticipantRole`: who may end a session. */
export type SessionEnder = 'Agent' | 'Chatbot' | 'EndUser' | 'System';

export interface SessionStatusChanged {
  readonly entryType: 'SessionStatusChanged';
  readonly id: string;
  readonly sessionId: string;
  readonly sessionStatus: SessionStatus;
  readonly sessionStatusPrev: SessionStatus;
  readonly sessionEndedByRole?: SessionEnder;
  /** Unix ms. */
  readonly sessionStartTime: number;
  readonly sessionEndTime?: number;
  readonly channelAddressIdentifier: string;
  readonly conversationIdentifier: string;
}

/** Our own: what the stack tells of it. To clients a session has the edge's id and start. */
export type SessionStatusTold = Omit<
  SessionStatusChanged,
  'sessionStatusPrev' | 'conversationIdentifier'
> & { readonly sessionStatusPrev?: SessionStatus };

export interface MessageBase {
  readonly id: string;
  readonly inReplyToMessageId?: string;
}

/** What customers send by `message`, and what both sides see of each other. */
export type MessageJson = MessageBase &
  (
    | { readonly messageType: 'StaticContentMessage'; readonly staticContent: StaticContent }
    | { readonly messageType: 'ChoicesMessage'; readonly choices: ChoicesJson }
    | { readonly messageType: 'ChoicesResponseMessage'; readonly choicesResponse: SelectionsJson }
  );

export type StaticContent =
  | { readonly formatType: 'Text'; readonly text: string }
  | {
      readonly formatType: 'Attachments';
      readonly text?: string;
      readonly attachments: readonly AttachmentJson[];
    };

export interface AttachmentJson {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly url: string;
}

export interface ChoicesJson {
  readonly formatType: 'Buttons' | 'QuickReplies';
  readonly text: string;
  readonly optionItems: readonly {
    readonly itemType: 'TitleOptionItem';
    readonly titleItem: TitleItem;
    readonly optionIdentifier: string;
  }[];
}

export interface TitleItem {
  readonly itemType: 'TitleItem';
  readonly title: string;
}

export interface SelectionsJson {
  readonly formatType: 'Selections';
  readonly selectedOptions: readonly {
    readonly optionIdentifier: string;
    readonly optionTitle: TitleItem;
  }[];
}

/** The answer to whatever adds entries to a conversation. */
export interface EntriesAnswer {
  readonly conversationEntries: readonly {
    readonly id: string;
    /** Unix ms. */
    readonly clientTimestamp: number;
  }[];
}

/** A refusal. Clients go by the HTTP status, of which `code` is a copy. */
export interface ErrorJson {
  readonly message: string;
  readonly code: number;
}

/** Our own: what the stack hands in at `EVENTS_PATH`. All of it is taken, or none. */
export interface EventsBody {
  readonly recipient: Participant;
  readonly events: readonly {
    readonly event: EventName;
    /** The edge knows the conversation and the device, and says when it had the entry. */
    readonly data: Omit<EventData, 'channelPlatformKey' | 'conversationId'>;
  }[];
}
