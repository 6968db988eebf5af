/**
 * What is said, in Salesforce's words and in ours: end users' messages read, the org's entries
 * written. It knows of no requests.
 */
import type { Announcement, Content, Indication, OutboundMessage } from '../../message.ts';
import type { Channel } from '../../org.ts';
import { type Json, listOf, numberOf, recordOf, textOf } from '../json.ts';
import { splitText } from '../split.ts';
import { uuidOf } from '../uuid.ts';
import { inWords } from '../words.ts';
import { choicesFormatOf } from './limits.ts';
import {
  type AbstractMessage,
  type ByocAccount,
  conversationOf,
  type Entry,
  type OptionItem,
  type StaticContent,
} from './wire.ts';

/** What an end user's `abstractMessage` says. */
export function readMessage(message: Json): Content {
  const type = textOf(message.messageType);
  if (type === 'StaticContentMessage') return readStatic(recordOf(message.staticContent));
  if (type === 'ChoicesResponseMessage') return readChoices(recordOf(message.choicesResponse));
  if (type === 'FormResponseMessage') return readForm(recordOf(message.formResponse));
  return unsupported(type);
}

/** How a message is to be shown. */
export interface Showing {
  /** Format types the partner has registered. */
  readonly capabilities: ReadonlySet<string>;
  /** UTF-16 units of a text. */
  readonly text: number;
}

/** The messages that say it, in order: more than one for a long text. */
export function messagesOf(message: OutboundMessage, showing: Showing): readonly AbstractMessage[] {
  const drafts = draftsOf(message, showing);
  return drafts.map((draft, i) => draft(uuidOf(`${message.key} entry ${i}`)));
}

/** A message that wants its id. */
type Draft = (id: string) => AbstractMessage;

function draftsOf({ content, key }: OutboundMessage, showing: Showing): readonly Draft[] {
  const texts = (words: string) =>
    splitText(words, showing.text).map((text) => said({ formatType: 'Text', text }));

  if (content.kind === 'media' && showing.capabilities.has('Attachments')) {
    const { caption = '' } = content;
    const isCaption = caption !== '' && caption.length <= showing.text;
    const before = caption === '' || isCaption ? [] : texts(caption);
    return [...before, said(attached(content, key, isCaption))];
  }
  if (content.kind !== 'text') return texts(inWords(content));
  const { text, choices = [] } = content;
  const isQuestion = text.trim() !== '';
  const formatType = isQuestion ? choicesFormatOf(choices, showing.capabilities) : undefined;
  if (formatType === undefined) return texts(inWords(content));
  const parts = [...splitText(text, showing.text)];
  const question = parts.pop() ?? '';
  const optionItems = choices.map((choice): OptionItem => {
    const titleItem = { itemType: 'TitleItem', title: choice.title } as const;
    return { itemType: 'TitleOptionItem', titleItem, optionIdentifier: choice.id };
  });
  const offered = { formatType, text: question, optionItems };
  const asked: Draft = (id) => ({ messageType: 'ChoicesMessage', id, choices: offered });
  return [...parts.flatMap(texts), asked];
}

function said(staticContent: StaticContent): Draft {
  return (id) => ({ messageType: 'StaticContentMessage', id, staticContent });
}

type Media = Extract<Content, { kind: 'media' }>;

/** The file's name is the last of its address. */
function attached(media: Media, key: string, isCaption: boolean): StaticContent {
  const { url, mimeType, caption = '' } = media;
  const name = /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file';
  const attachment = {
    name,
    attachmentUploadResult: null,
    id: uuidOf(`${key} attachment`),
    mimeType,
    url,
    referenceId: uuidOf(`${key} reference`),
  };
  return {
    formatType: 'Attachments',
    ...(isCaption && { text: caption }),
    attachments: [attachment],
  };
}

function readStatic(content: Json): Content {
  const format = textOf(content.formatType);
  if (format === 'Text') return { kind: 'text', text: textOf(content.text) };
  if (format === 'Links') {
    const links = listOf(content.links).map(({ url }) => textOf(url));
    return { kind: 'text', text: links.join('\n') };
  }
  const [file] = listOf(content.attachments);
  if (format !== 'Attachments' || file === undefined) return unsupported(format);
  const media = { kind: 'media', url: textOf(file.url), mimeType: textOf(file.mimeType) } as const;
  const caption = textOf(content.text);
  return caption === '' ? media : { ...media, caption };
}

/** Of several selections the first one's id stands for all; the titles are all there. */
function readChoices(response: Json): Content {
  const options = listOf(response.selectedOptions);
  const [first] = options;
  if (first === undefined) return unsupported(textOf(response.formatType));
  const title = options.map(titleOf).join(', ');
  return { kind: 'choice', id: textOf(first.optionIdentifier), title };
}

function titleOf({ optionTitle, optionIdentifier }: Json): string {
  return textOf(recordOf(optionTitle).title) || textOf(optionIdentifier);
}

/** A line for each input: its label, and what was entered. */
function readForm(response: Json): Content {
  const inputs = listOf(response.inputValues);
  if (inputs.length === 0) return unsupported(textOf(response.formatType) || 'form');
  const lines = inputs.map((input) => {
    // Spelt with a small l in the schema.
    const label = textOf(recordOf(input.inputlabel ?? input.inputLabel).title);
    const entered = textOf(input.displayValue) || enteredOf(recordOf(input.value));
    const value = entered || listOf(input.selectedOptions).map(titleOf).join(', ');
    return label === '' ? value : `${label}: ${value}`;
  });
  return { kind: 'text', text: lines.join('\n') };
}

/** `{ valueType: 'TextValue', textValue: … }` and its sisters. */
function enteredOf(value: Json): string {
  for (const name of VALUES) {
    const given = value[name];
    if (typeof given === 'string' || typeof given === 'boolean') return String(given);
    const number = numberOf(given);
    if (number !== undefined) return String(number);
  }
  return '';
}

const VALUES = [
  'textValue',
  'integerValue',
  'doubleValue',
  'booleanValue',
  'dateValue',
  'dateTimeValue',
  'urlValue',
];

/** A rep has to see that the end user sent something, even if not what. */
function unsupported(type: string): Content {
  return { kind: 'text', text: `[unsupported: ${type}]` };
}

/** A read mark, or typing. */
export function indicationOf(about: Indication, { userId }: ByocAccount): Entry {
  const id = uuidOf(`${about.key} ${about.kind}`);
  if (about.kind === 'read') {
    return {
      entryType: 'ReadAcknowledgement',
      id,
      recipient: { appType: 'agent', subject: userId, role: 'Agent' },
      acknowledgedConversationEntryIdentifier: about.messageId,
      acknowledgementTimestamp: about.atMs,
    };
  }
  const on = about.kind === 'typingOn';
  const entryType = on ? 'TypingStartedIndicator' : 'TypingStoppedIndicator';
  return { entryType, id, timestamp: about.atMs };
}

/** The statuses of a session, as the schemas of conversations have them. */
export function statusOf(about: Announcement, { address }: Channel): Entry {
  const { key, kind, to, atMs, sessionId, startedMs, by } = about;
  const isOver = kind === 'ended';
  return {
    entryType: 'SessionStatusChanged',
    id: uuidOf(`${key} ${kind}`),
    sessionId,
    sessionStatus: isOver ? 'Ended' : 'Active',
    sessionStatusPrev: isOver ? 'Active' : 'Waiting',
    ...(by === undefined ? {} : { sessionEndedByRole: by === 'Bot' ? 'Chatbot' : by }),
    sessionStartTime: startedMs,
    ...(isOver ? { sessionEndTime: atMs } : {}),
    channelAddressIdentifier: address,
    conversationIdentifier: conversationOf(address, to),
  };
}
