/**
 * The JSON that the edge answers and streams: tokens, lists, entries of its own making (echoes of
 * customers' messages, the life of a session); and what a phone makes of an entry. Nothing is sent.
 */
import { type Json, listOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { writeMultipart } from '../../src/channels/multipart.ts';
import {
  type EntriesAnswer,
  type EntryJson,
  type EntryPayload,
  type EventName,
  type MessageJson,
  type Participant,
  type SessionEnder,
  SYSTEM,
  SYSTEM_NAME,
  webAccount,
} from '../../src/channels/web/wire.ts';
import { type HttpResponse, json } from '../../src/http.ts';
import { type Content, placeOf, textOf as wordsOf } from '../../src/message.ts';
import type { Channel } from '../../src/org.ts';
import type { PhoneMessage } from '../provider.ts';
import type { Conversation, EdgeSession, Rep } from './ledger.ts';

export interface Occurrence {
  readonly event: EventName;
  readonly entry: EntryJson;
}

/** Who an entry is from, and when (Unix ms). */
export interface Origin {
  readonly sender: Participant;
  readonly name: string;
  readonly atMs: number;
}

const EVENTS = {
  Message: 'CONVERSATION_MESSAGE',
  RoutingResult: 'CONVERSATION_ROUTING_RESULT',
  SessionStatusChanged: 'CONVERSATION_SESSION_STATUS_CHANGED',
  ParticipantChanged: 'CONVERSATION_PARTICIPANT_CHANGED',
  CloseConversation: 'CONVERSATION_CLOSE_CONVERSATION',
} as const;

/** The events that clients may be streamed. */
export const STREAMED: readonly string[] = [
  ...Object.values(EVENTS),
  'CONVERSATION_TYPING_STARTED_INDICATOR',
  'CONVERSATION_TYPING_STOPPED_INDICATOR',
  'CONVERSATION_DELIVERY_ACKNOWLEDGEMENT',
  'CONVERSATION_READ_ACKNOWLEDGEMENT',
  'ping',
];

function occurrence(
  payload: EntryPayload & { readonly entryType: keyof typeof EVENTS },
  { sender, name, atMs }: Origin,
): Occurrence {
  return {
    event: EVENTS[payload.entryType],
    entry: {
      senderDisplayName: name,
      identifier: payload.id,
      entryType: payload.entryType,
      entryPayload: JSON.stringify(payload),
      sender,
      relatedRecords: [],
      transcriptedTimestamp: atMs,
      clientTimestamp: atMs,
      clientDuration: 0,
    },
  };
}

/** A customer's own message, as the platform shows it back. */
export function said(message: MessageJson, origin: Origin): Occurrence {
  const payload: EntryPayload = {
    entryType: 'Message',
    id: message.id,
    abstractMessage: message,
  };
  return occurrence(payload, origin);
}

/** A session was routed to a queue. */
export function routed(id: string, session: EdgeSession, psrId: string, atMs: number): Occurrence {
  const payload: EntryPayload = {
    entryType: 'RoutingResult',
    id,
    routingType: 'Initial',
    failureType: 'None',
    failureReason: null,
    errorMessages: [],
    recordId: session.id,
    pendingServiceRoutingId: psrId,
    estimatedWaitTime: { isEWTRequested: false, estimatedWaitTimeInSeconds: -1 },
    isExternallyRouted: false,
  };
  return occurrence(payload, { sender: SYSTEM, name: SYSTEM_NAME, atMs });
}

/** What becomes of a session. */
export interface Change {
  /** Of the entry that tells it. */
  readonly id: string;
  readonly status: 'Active' | 'Ended';
  readonly ended?: {
    readonly sessionEndedByRole: SessionEnder;
    /** Unix ms. */
    readonly sessionEndTime: number;
  };
}

export function changed(
  { id, status, ended }: Change,
  { id: conversationIdentifier, session }: Conversation,
  channelAddressIdentifier: string,
  atMs: number,
): Occurrence {
  const payload: EntryPayload = {
    entryType: 'SessionStatusChanged',
    id,
    sessionId: session.id,
    sessionStatus: status,
    sessionStatusPrev: session.status,
    ...ended,
    sessionStartTime: session.startedMs,
    channelAddressIdentifier,
    conversationIdentifier,
  };
  return occurrence(payload, { sender: SYSTEM, name: SYSTEM_NAME, atMs });
}

/** A rep joined, or left. */
export function moved(id: string, operation: 'add' | 'remove', rep: Rep, atMs: number): Occurrence {
  const entries = [{ operation, ...rep }];
  const payload: EntryPayload = { entryType: 'ParticipantChanged', id, entries };
  return occurrence(payload, { sender: SYSTEM, name: SYSTEM_NAME, atMs });
}

export function closed(id: string, atMs: number): Occurrence {
  const payload: EntryPayload = { entryType: 'CloseConversation', id };
  return occurrence(payload, { sender: SYSTEM, name: SYSTEM_NAME, atMs });
}

/** The message behind a frame's data as a phone shows it; nothing for the customer's own. */
export function shownOf(data: string): PhoneMessage | undefined {
  const entry = recordOf(readJson(Buffer.from(data))?.conversationEntry);
  if (recordOf(entry.sender).role === 'EndUser') return undefined;
  const payload = readJson(Buffer.from(textOf(entry.entryPayload))) ?? {};
  const messageId = textOf(entry.identifier);
  return { messageId, content: contentOf(recordOf(payload.abstractMessage)) };
}

function contentOf({ staticContent, choices }: Json): PhoneMessage['content'] {
  const { text: question, optionItems } = recordOf(choices);
  const options = listOf(optionItems).map(({ optionIdentifier, titleItem }) => {
    return { id: textOf(optionIdentifier), title: textOf(recordOf(titleItem).title) };
  });
  if (options.length > 0) return { kind: 'text', text: textOf(question), choices: options };
  const { text, attachments } = recordOf(staticContent);
  const [file] = listOf(attachments);
  if (file === undefined) return { kind: 'text', text: textOf(text) };
  const media = { kind: 'media', url: textOf(file.url), mimeType: textOf(file.mimeType) } as const;
  return typeof text === 'string' ? { ...media, caption: text } : media;
}

/** The answer to whatever adds entries. */
export function takenJson(ids: readonly string[], clientTimestamp: number): HttpResponse {
  const conversationEntries = ids.map((id) => ({ id, clientTimestamp }));
  return json(202, { conversationEntries } satisfies EntriesAnswer);
}

/** The answer of both access-token calls. */
export function tokenJson(
  token: { readonly accessToken: string; readonly subject: string; readonly deviceId: string },
  { lastEventId, nowMs, fileBytes, channel }: Deployment,
): HttpResponse {
  const isVerified = token.subject.startsWith(VERIFIED);
  return json(200, {
    accessToken: token.accessToken,
    lastEventId,
    context: {
      configuration: {
        embeddedServiceConfig: {
          name: webAccount(channel).esDeveloperName,
          deploymentType: 'api',
          embeddedServiceMessagingChannel: {
            channelAddressIdentifier: channel.address,
            authMode: webAccount(channel).identityKey === '' ? 'UnAuth' : 'Auth',
          },
          forms: [],
          attachments: { endUserToAgent: true, maxFileSize: Math.floor(fileBytes / 2 ** 20) },
          choiceListConfig: { choiceList: [] },
          transcript: { allowTranscriptDownload: false },
        },
        timestamp: nowMs,
      },
      deviceId: token.deviceId,
      endUser: {
        appType: 'iamessage',
        role: 'EndUser',
        subject: token.subject,
        ...(isVerified ? {} : { displayName: GUEST }),
      },
    },
  });
}

export interface Deployment {
  readonly channel: Channel;
  readonly fileBytes: number;
  readonly nowMs: number;
  readonly lastEventId: string;
}

export const GUEST = 'Guest';

/** How subjects of verified customers begin; those of guests begin as `UNVERIFIED`. */
export const VERIFIED = 'v2/iamessage/AUTH/';
export const UNVERIFIED = 'v2/iamessage/UNAUTH/NA/uid:';

/** A customer's conversations, newest first. */
export function listJson(all: readonly Conversation[], withClosed: boolean, limit: number) {
  const open = all.filter(({ closedMs }) => closedMs === undefined);
  const conversations = (withClosed ? all : open).slice(0, limit).map((one) => ({
    conversationId: one.id,
    startTimestamp: one.startedMs,
    endTimestamp: one.closedMs ?? 0,
  }));
  return json(200, {
    openConversationsFound: open.length,
    closedConversationsFound: all.length - open.length,
    conversations,
  });
}

/** Here, unlike in events, the payload is an object. */
export function entriesJson(entries: readonly EntryJson[]): HttpResponse {
  const conversationEntries = entries.map((entry) => ({
    ...entry,
    entryPayload: readJson(Buffer.from(entry.entryPayload)),
  }));
  return json(200, { conversationEntries });
}

/** A body with its type. */
export interface Form {
  readonly contentType: string;
  readonly body: Buffer;
}

export const NO_FORM: Form = { contentType: 'application/json', body: Buffer.alloc(0) };

export function jsonForm(value: unknown): Form {
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}

/** A file as a client uploads it. Its bytes are made up: only its address is known. */
export function fileForm(
  id: string,
  fileId: string,
  { url, mimeType, caption }: Content & { readonly kind: 'media' },
  rest: object,
): Form {
  const message = { id, fileId, ...(caption === undefined ? {} : { text: caption }) };
  const entry = Buffer.from(JSON.stringify({ message, ...rest }));
  const filename = /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file';
  return writeMultipart(
    [
      { name: 'messageEntry', contentType: 'application/json', body: entry },
      { name: 'fileData', filename, contentType: mimeType, body: Buffer.from(url) },
    ],
    `----rehearsal${id}`,
  );
}

/** `questions`: the messages behind the choices on the screen; without one, it is typed. */
export function messageJson(
  id: string,
  content: Content,
  questions: ReadonlyMap<string, string>,
): MessageJson {
  const question = content.kind === 'choice' ? questions.get(content.id) : undefined;
  if (content.kind === 'choice' && question !== undefined) {
    const optionTitle = { itemType: 'TitleItem', title: content.title } as const;
    const selectedOptions = [{ optionIdentifier: content.id, optionTitle }];
    return {
      id,
      inReplyToMessageId: question,
      messageType: 'ChoicesResponseMessage',
      choicesResponse: { formatType: 'Selections', selectedOptions },
    };
  }
  const text = content.kind === 'location' ? placeOf(content) : wordsOf(content);
  const staticContent = { formatType: 'Text', text } as const;
  return { id, messageType: 'StaticContentMessage', staticContent };
}
