/**
 * Content and Salesforce's entries, each made of the other; entries of indications and of what
 * became of sessions; and the requests that entries go out in. No sending here, and no reading of
 * answers.
 */
import type { HttpRequest } from '../../http.ts';
import type {
  Announcement,
  Content,
  Indication,
  Outbound,
  OutboundMessage,
} from '../../message.ts';
import type { AdapterSettings } from '../index.ts';
import { type Json, listOf, recordOf, textOf } from '../json.ts';
import { splitText } from '../split.ts';
import { uuidOf } from '../uuid.ts';
import { inWords } from '../words.ts';
import { choicesFormatOf, type WebLimits } from './limits.ts';
import { createTokenKey, STACK } from './signature.ts';
import {
  type EntryPayload,
  EVENTS_PATH,
  type EventName,
  type EventsBody,
  type MessageJson,
  type Participant,
  type SessionStatusTold,
  SYSTEM,
  SYSTEM_NAME,
  webAccount,
} from './wire.ts';

/** What a customer's message says; nothing if it says nothing. */
export function readMessage(message: Json): Content | undefined {
  const type = textOf(message.messageType);
  if (type === 'StaticContentMessage') {
    const { formatType, text } = recordOf(message.staticContent);
    if (formatType !== 'Text') return unsupported(formatType);
    return typeof text === 'string' ? { kind: 'text', text } : undefined;
  }
  if (type === 'ChoicesResponseMessage') return readChoice(recordOf(message.choicesResponse));
  return type === '' ? undefined : unsupported(type);
}

/** Of several selections, all are told, as one choice. */
function readChoice({ formatType, selectedOptions }: Json): Content | undefined {
  if (formatType !== 'Selections') return unsupported(formatType);
  const options = listOf(selectedOptions).map(({ optionIdentifier, optionId, optionTitle }) => {
    // Older clients give the deprecated `optionId`.
    const id = textOf(optionIdentifier) || textOf(optionId);
    return { id, title: textOf(recordOf(optionTitle).title) || id };
  });
  if (options.length === 0 || options.some(({ id }) => id === '')) return undefined;
  const all = (field: 'id' | 'title') => options.map((option) => option[field]).join(', ');
  return { kind: 'choice', id: all('id'), title: all('title') };
}

/** A rep has to see that the customer sent something, even if not what. */
function unsupported(type: unknown): Content {
  return { kind: 'text', text: `[unsupported: ${textOf(type)}]` };
}

/** One request, and the id of its last entry. */
export interface Parcel {
  readonly request: HttpRequest;
  readonly messageId: string;
}

export interface Encoder {
  message(message: OutboundMessage): Parcel;
  indication(indication: Indication): Parcel;
  announcement(announcement: Announcement): Parcel;
}

/** Whose name an entry is in. */
interface Author {
  readonly sender: Participant;
  readonly name: string;
}

interface Part {
  readonly event: EventName;
  readonly payload: EntryPayload | SessionStatusTold;
  readonly about?: string;
}

/**
 * What the stack says by itself is the System's, for the reason that the schemas have for that,
 * `AutomatedResponse`. A Chatbot would be a participant that joins and leaves: there is none.
 */
export function createEncoder(settings: AdapterSettings, limits: WebLimits): Encoder {
  const { channel } = settings;
  const { agentId, agentName } = webAccount(channel);
  const rep: Author = {
    sender: { appType: 'agent', role: 'Agent', subject: agentId },
    name: agentName,
  };
  const parcel = createPacker(settings, limits);
  return {
    message(message) {
      const isByRep = message.rep !== undefined;
      const reason = isByRep ? {} : ({ messageReason: 'AutomatedResponse' } as const);
      const idOf = (part: number) => uuidOf(`${message.key}/${part}`);
      const parts = messagesOf(message.content, limits, idOf).map((abstractMessage): Part => {
        const { id } = abstractMessage;
        const payload = { entryType: 'Message', id, abstractMessage, ...reason } as const;
        return { event: 'CONVERSATION_MESSAGE', payload };
      });
      return parcel(message, isByRep ? rep : PLATFORM, parts);
    },
    indication: (indication) => parcel(indication, rep, indicationParts(indication)),
    announcement: (announcement) =>
      parcel(announcement, PLATFORM, announcementParts(announcement, channel.address, rep)),
  };
}

const PLATFORM: Author = { sender: SYSTEM, name: SYSTEM_NAME };

/** All entries go in one request: the edge takes them together, or none. */
function createPacker({ channel, apiUrl }: AdapterSettings, limits: WebLimits) {
  const key = createTokenKey(webAccount(channel).tokenSecret);
  return (about: Outbound, { sender, name }: Author, parts: readonly Part[]): Parcel => {
    const timestamp = Math.floor(about.atMs);
    const events = parts.map(({ event, payload, about: record }) => ({
      event,
      data: {
        channelType: 'embedded_messaging' as const,
        channelAddressIdentifier: channel.address,
        conversationEntry: {
          senderDisplayName: name,
          identifier: payload.id,
          entryType: payload.entryType,
          entryPayload: JSON.stringify(payload),
          sender,
          relatedRecords: record === undefined ? [] : [record],
          transcriptedTimestamp: timestamp,
          clientTimestamp: timestamp,
          clientDuration: 0,
        },
      },
    }));
    const recipient = { appType: 'iamessage', role: 'EndUser', subject: about.to } as const;
    const iat = Math.floor(timestamp / 1000);
    const exp = iat + Math.ceil(limits.serviceTokenMs / 1000);
    const token = key.sign({ aud: STACK, sub: channel.address, iat, exp });
    const request = {
      method: 'POST',
      url: `${apiUrl}${EVENTS_PATH}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ recipient, events } satisfies EventsBody)),
    };
    return { request, messageId: parts.at(-1)?.payload.id ?? '' };
  };
}

/** `idOf`: of the n-th message, from 0. */
function messagesOf(
  content: Content,
  limits: WebLimits,
  idOf: (part: number) => string,
): readonly MessageJson[] {
  const asText = (text: string): readonly MessageJson[] =>
    splitText(text, limits.text).map((part, i) => ({
      id: idOf(i),
      messageType: 'StaticContentMessage',
      staticContent: { formatType: 'Text', text: part },
    }));
  if (content.kind === 'media') {
    const { caption = '', ...media } = content;
    // What is too long for a caption comes after the file.
    const text = caption.length <= limits.text ? caption : '';
    const file = attachment(media, text, idOf(0), idOf(-1));
    if (text === caption) return [file];
    return [file, ...asText(caption).map((part, i) => ({ ...part, id: idOf(i + 1) }))];
  }
  if (content.kind !== 'text') return asText(inWords(content));
  const { text, choices = [] } = content;
  const formatType = text.trim() === '' ? undefined : choicesFormatOf(choices, limits);
  if (formatType === undefined) return asText(inWords(content));
  const before = [...asText(text)];
  const last = before.pop();
  const question = last?.messageType === 'StaticContentMessage' ? last.staticContent.text : text;
  const optionItems = choices.map(({ id, title }) => ({
    itemType: 'TitleOptionItem' as const,
    titleItem: { itemType: 'TitleItem' as const, title },
    optionIdentifier: id,
  }));
  return [
    ...before,
    {
      id: idOf(before.length),
      messageType: 'ChoicesMessage',
      choices: { formatType, text: question ?? text, optionItems },
    },
  ];
}

function attachment(
  { url, mimeType }: { readonly url: string; readonly mimeType: string },
  text: string,
  id: string,
  fileId: string,
): MessageJson {
  const name = /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file';
  const attachments = [{ id: fileId, name, mimeType, url }];
  const caption = text === '' ? {} : { text };
  const staticContent = { formatType: 'Attachments', ...caption, attachments } as const;
  return { id, messageType: 'StaticContentMessage', staticContent };
}

/** What is read was delivered: clients show both, so they are told both. */
function indicationParts({ kind, key, atMs, messageId }: Indication): readonly Part[] {
  const timestamp = Math.floor(atMs);
  if (kind !== 'read') {
    const [event, entryType] = kind === 'typingOn' ? STARTED : STOPPED;
    return [{ event, payload: { entryType, id: uuidOf(`${key}/${kind}`), timestamp } }];
  }
  return ACKNOWLEDGEMENTS.map(([event, entryType]) => ({
    event,
    payload: {
      entryType,
      id: uuidOf(`${key}/${entryType}`),
      acknowledgedConversationEntryIdentifier: messageId,
      acknowledgementTimestamp: timestamp,
    },
    about: messageId,
  }));
}

const STARTED = ['CONVERSATION_TYPING_STARTED_INDICATOR', 'TypingStartedIndicator'] as const;
const STOPPED = ['CONVERSATION_TYPING_STOPPED_INDICATOR', 'TypingStoppedIndicator'] as const;
const ACKNOWLEDGEMENTS = [
  ['CONVERSATION_DELIVERY_ACKNOWLEDGEMENT', 'DeliveryAcknowledgement'],
  ['CONVERSATION_READ_ACKNOWLEDGEMENT', 'ReadAcknowledgement'],
] as const;

/** `rep`: who joins. That they leave with the session, and which it was before, the edge knows. */
function announcementParts(
  { kind, key, atMs, sessionId, startedMs, by = 'System' }: Announcement,
  channelAddressIdentifier: string,
  { sender: participant, name: displayName }: Author,
): readonly Part[] {
  const event = 'CONVERSATION_SESSION_STATUS_CHANGED';
  const session = {
    entryType: 'SessionStatusChanged',
    id: uuidOf(`${key}/${kind}`),
    sessionId,
    sessionStartTime: Math.floor(startedMs),
    channelAddressIdentifier,
  } as const;
  if (kind === 'ended') {
    const role = by === 'Bot' ? 'Chatbot' : by;
    const ended = { sessionStatus: 'Ended', sessionEndedByRole: role } as const;
    const sessionEndTime = Math.floor(atMs);
    return [{ event, payload: { ...session, ...ended, sessionEndTime } }];
  }
  const id = uuidOf(`${key}/participant`);
  const entries = [{ operation: 'add', participant, displayName }] as const;
  const active = { sessionStatus: 'Active', sessionStatusPrev: 'Waiting' } as const;
  return [
    { event, payload: { ...session, ...active } },
    {
      event: 'CONVERSATION_PARTICIPANT_CHANGED',
      payload: { entryType: 'ParticipantChanged', id, entries },
    },
  ];
}
