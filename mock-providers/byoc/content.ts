/**
 * The simulated partner's side of the wire: how it calls the Interaction Service, what end users
 * say in Salesforce's words, and what events say to them. It knows no phones.
 */
import {
  conversationOf,
  type Entry,
  type Interaction,
  type Participant,
  type TitleItem,
} from '../../src/channels/byoc/wire.ts';
import {
  type Json,
  listOf,
  numberOf,
  readJson,
  recordOf,
  textOf,
} from '../../src/channels/json.ts';
import { type Part, writeMultipart } from '../../src/channels/multipart.ts';
import { StackError } from '../../src/errors.ts';
import type { HttpHandler } from '../../src/http.ts';
import { type Content, textOf as wordsOf } from '../../src/message.ts';
import type { Answered } from '../../src/ports.ts';
import { type CallReport, call } from '../calls.ts';
import type { Edge } from './api.ts';
import type { KeptEntry } from './ledger.ts';

/** The partner's calls. Each resolves when it is answered for good. */
export interface Partner {
  say(endUser: string, said: Said): Promise<CallReport>;
  typing(endUser: string, on: boolean): Promise<CallReport>;
  end(endUser: string): Promise<CallReport>;
  acknowledge(heard: Heard, type: 'Delivered' | 'Read'): Promise<CallReport>;
  /** The entry can't be delivered; `errorCode` is of the partner's own making. */
  fail(heard: Heard, errorCode: string): Promise<CallReport>;
  /** Any other call with a JSON body. */
  post(path: string, body: object): Promise<CallReport>;
}

/** Something an end user said. */
export interface Said {
  /** UUID. */
  readonly id: string;
  /** Unix ms: when. */
  readonly timestamp: number;
  readonly content: Content;
  /** The message that offered the choice, where they can still see it. */
  readonly questionId: string | undefined;
}

/** `handle`: the service. A call that it can't answer now is made again, after 1 s, 2 s, 4 s … */
export function createPartner(
  edge: Edge,
  handle: HttpHandler,
  token: () => string,
  retries: number,
): Partner {
  const { parts, ledger } = edge;
  const { address } = parts.channel;
  const send = createSender(edge, handle, token, retries);
  const post: Partner['post'] = (path, body) =>
    send(path, 'application/json', Buffer.from(JSON.stringify(body)));
  const interact = (from: string, interaction: Interaction, file?: Part) => {
    const request = { to: address, from, interactions: [interaction] };
    const body = Buffer.from(JSON.stringify(request));
    const part: Part = { name: 'json', contentType: 'application/json', body };
    const boundary = `----Rehearsal${ledger.uuid('boundary')}`;
    const form = writeMultipart(file === undefined ? [part] : [part, file], boundary);
    return send('/api/v1/interactions', form.contentType, form.body);
  };
  const enter = (from: string, payload: Entry, timestamp: number) =>
    interact(from, { timestamp, interactionType: 'EntryInteraction', payload });
  return {
    post,
    say(endUser, said) {
      const { content } = said;
      if (content.kind !== 'media') return enter(endUser, entryOf(said), said.timestamp);
      const file = fileOf(content);
      return interact(endUser, attachmentOf(said, content, file.body.length), file);
    },
    typing(endUser, on) {
      const entryType = on ? 'TypingStartedIndicator' : 'TypingStoppedIndicator';
      const timestamp = edge.nowMs();
      return enter(endUser, { id: ledger.uuid('entry'), entryType, timestamp }, timestamp);
    },
    end: (endUser) =>
      post('/api/v1/messagingSession', {
        channelAddressIdentifier: address,
        endUserClientId: endUser,
        conversationIdentifier: conversationOf(address, endUser),
        operation: 'End',
        operationBy: 'EndUser',
      }),
    acknowledge({ endUser, id }, acknowledgementType) {
      const acknowledgement = {
        acknowledgementTimestamp: edge.nowMs(),
        acknowledgementType,
        acknowledgedConversationEntryIdentifier: id,
        acknowledgmentCreatedConversationEntryIdentifier: ledger.uuid('entry'),
      };
      return post('/api/v1/acknowledgement', {
        sender: participant(endUser),
        conversationIdentifier: conversationOf(address, endUser),
        acknowledgements: [acknowledgement],
      });
    },
    fail({ endUser, id: failedConversationEntryIdentifier }, errorCode) {
      const entryType = 'MessageDeliveryFailed';
      const about = { failedConversationEntryIdentifier, recipient: participant(endUser) };
      const entry: Entry = { id: ledger.uuid('entry'), entryType, ...about, errorCode };
      return enter(endUser, entry, edge.nowMs());
    },
  };
}

function createSender(edge: Edge, handle: HttpHandler, token: () => string, retries: number) {
  const { parts, account, ledger, limits } = edge;
  const policy = {
    // The service itself gives up before.
    timeoutMs: 2 * limits.serviceTimeoutMs,
    takes: ({ status }: { readonly status: number }) => status < 300,
    retryAfterMs: (retry: number, because: Answered) =>
      retry <= retries && isPassing(because) ? 1000 * 2 ** (retry - 1) : undefined,
  };
  return (path: string, contentType: string, body: Buffer): Promise<CallReport> => {
    const headers = {
      authorization: `Bearer ${token()}`,
      'content-type': contentType,
      accept: 'application/json',
      orgid: account.orgId,
      authorizationcontext: account.authorizationContext,
      requestid: ledger.uuid('request'),
    };
    const request = { method: 'POST', url: parts.publicUrl + path, headers, body };
    return call({ clock: parts.clock, transport: { send: handle } }, request, policy);
  };
}

function participant(subject: string): Participant {
  return { appType: 'custom', subject, role: 'EndUser' };
}

/** Errors that ERRORCODES.md asks to try again, and those of the service itself. */
function isPassing(because: Answered): boolean {
  if (because instanceof StackError || because.status >= 500) return true;
  return [10055, 10056, 10094].includes(numberOf(readJson(because.body)?.code) ?? 0);
}

/** What the channel lacks, people type. */
function entryOf({ id, content, questionId }: Said): Entry {
  if (content.kind !== 'choice' || questionId === undefined) {
    const staticContent = { formatType: 'Text', text: wordsOf(content) } as const;
    const abstractMessage = { messageType: 'StaticContentMessage', id, staticContent } as const;
    return { id, entryType: 'Message', abstractMessage };
  }
  const optionTitle: TitleItem = { itemType: 'TitleItem', title: content.title };
  const selectedOptions = [{ optionTitle, optionIdentifier: content.id }];
  const abstractMessage = {
    messageType: 'ChoicesResponseMessage',
    id,
    inReplyToMessageId: questionId,
    choicesResponse: { formatType: 'Selections', selectedOptions },
  } as const;
  return { id, entryType: 'Message', abstractMessage };
}

type Media = Extract<Content, { kind: 'media' }>;

function attachmentOf(said: Said, { caption }: Media, contentLength: number): Interaction {
  return {
    timestamp: said.timestamp,
    interactionType: 'AttachmentInteraction',
    id: said.id,
    attachmentIndex: 0,
    contentLength,
    ...(caption === undefined ? {} : { text: caption }),
  };
}

/** What an Interaction event is about. */
export interface Heard {
  readonly channelAddress: string;
  readonly endUser: string;
  /** The entry's identifier: what is acknowledged. */
  readonly id: string;
  /** What it shows; nothing for an entry that is no message (typing, receipts). */
  readonly content: Content | undefined;
  /** It tells that the session is over. */
  readonly endsSession: boolean;
  /** As it came. */
  readonly entry: KeptEntry;
}

/** Reads the payload field of an Interaction event; nothing for what is none. */
export function readEvent(payload: string): Heard | undefined {
  const event = recordOf(readJson(Buffer.from(payload)));
  const entry = recordOf(event.payload);
  const channelAddress = textOf(event.channelAddressIdentifier);
  const endUser = textOf(recordOf(event.recipient).subject);
  const id = textOf(entry.identifier);
  if (endUser === '' || id === '') return undefined;
  const entryPayload = recordOf(entry.entryPayload);
  const message = recordOf(entryPayload.abstractMessage);
  const content = entry.entryType === 'Message' ? contentOf(message) : undefined;
  const kept = {
    conversationIdentifier: textOf(event.conversationIdentifier),
    clientTimestamp: numberOf(entry.clientTimestamp) ?? 0,
    sender: recordOf(entry.sender),
    entryPayload,
  };
  const endsSession =
    entry.entryType === 'SessionStatusChanged' && entryPayload.sessionStatus === 'Ended';
  return { channelAddress, endUser, id, content, endsSession, entry: kept };
}

function contentOf(message: Json): Content {
  const type = textOf(message.messageType);
  if (type === 'ChoicesMessage') {
    const { text, title, optionItems } = recordOf(message.choices);
    const choices = listOf(optionItems).map(({ titleItem, optionIdentifier }) => {
      return { id: textOf(optionIdentifier), title: textOf(recordOf(titleItem).title) };
    });
    return { kind: 'text', text: textOf(text) || textOf(title), choices };
  }
  const { formatType, text, attachments } = recordOf(message.staticContent);
  const [file] = listOf(attachments);
  if (formatType === 'Text') return { kind: 'text', text: textOf(text) };
  if (file === undefined) return { kind: 'text', text: `[${type} ${textOf(formatType)}]` };
  const media = { kind: 'media', url: textOf(file.url), mimeType: textOf(file.mimeType) } as const;
  const caption = textOf(text);
  return caption === '' ? media : { ...media, caption };
}

/** What a camera saw is not simulated: the file holds the address of what was sent. */
function fileOf({ url, mimeType }: Media): Part {
  const filename = /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file';
  return { name: 'attachments', filename, contentType: mimeType, body: Buffer.from(url) };
}
