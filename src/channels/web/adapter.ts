/**
 * Messaging for In-App and Web, spoken by the stack: the calls of customers' clients come in as the
 * edge forwards them, events for them go out. Pure and synchronous. `content.ts` makes entries out
 * of content and announcements. Not here: tokens for customers, conversations, streams; those are
 * the edge's.
 */
import { type HttpRequest, type HttpResponse, json, pathOf, respond } from '../../http.ts';
import type { Content, InboundEvent, SendFailure, SendOutcome } from '../../message.ts';
import type { ChannelAdapter, Delivery, Received } from '../../ports.ts';
import { outcomeOf } from '../delivery.ts';
import type { AdapterSettings } from '../index.ts';
import { type Json, listOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { readMultipart } from '../multipart.ts';
import { accept } from '../received.ts';
import { createEncoder, readMessage } from './content.ts';
import { WEB_LIMITS } from './limits.ts';
import { bearerOf, createTokenKey, END_USER, isExpired } from './signature.ts';
import { type EntriesAnswer, type ErrorJson, FILES_PATH, UUID, webAccount } from './wire.ts';

/** The adapter of one deployment. Its address is the messaging channel's UUID. */
export function createWebAdapter(settings: AdapterSettings): ChannelAdapter {
  const encode = createEncoder(settings, limitsOf(settings.channel, WEB_LIMITS));
  return {
    receive: createReceiver(settings),
    deliver: (message) => handIn(encode.message(message)),
    indicate: (indication) => handIn(encode.indication(indication)),
    announce: (announcement) => handIn(encode.announcement(announcement)),
  };
}

/** A call of a client about a conversation, from a verified customer. */
interface Call {
  readonly request: HttpRequest;
  readonly from: string;
  readonly nowMs: number;
  /** Where the edge keeps a file of that id. */
  readonly fileUrl: (fileId: string) => string;
}

const ROUTE = /^\/conversation\/([^/]+)(?:\/([a-z-]+))?$/;

/** What a customer's client may call, below the conversation. */
const CALLS: ReadonlyMap<string, (call: Call) => Received> = new Map([
  ['POST message', takeMessage],
  ['POST file', takeFile],
  ['POST entry', takeTyping],
  ['POST acknowledge-entries', takeAcknowledgements],
  ['DELETE session', takeEnd],
  ['DELETE ', takeEnd],
]);

function createReceiver({ channel, apiUrl, webhookUrl }: AdapterSettings) {
  const key = createTokenKey(webAccount(channel).tokenSecret);
  const webhookPath = pathOf(webhookUrl);
  const fileUrl = (fileId: string) => `${apiUrl}${FILES_PATH}/${fileId}`;
  return (request: HttpRequest, nowMs: number): Received => {
    const path = pathOf(request.url);
    const below = path.startsWith(webhookPath) ? path.slice(webhookPath.length) : '';
    const [, conversationId = '', what = ''] = ROUTE.exec(below) ?? [];
    if (conversationId === '') return refuse(404, 'no such resource');
    const take = CALLS.get(`${request.method} ${what}`);
    if (take === undefined) return refuse(404, `no ${request.method} here`);
    const claims = key.read(bearerOf(request.headers), END_USER);
    if (claims === undefined) return refuse(401, 'Jwt verification fails');
    if (isExpired(claims, nowMs)) return refuse(401, 'Jwt is expired');
    // The same secret may sign for several deployments of an org.
    if (claims.channelAddId !== channel.address) return refuse(403, 'a token of another channel');
    if (!UUID.test(conversationId)) return refuse(400, NO_UUID('conversationId'));
    return take({ request, from: textOf(claims.sub), nowMs, fileUrl });
  };
}

const NO_UUID = (name: string) => `${name} must be a UUID of version 4, in lower case`;

/** The refusal as clients of the API expect it: the edge passes it on. */
function refuse(status: number, reason: string): Received {
  const body: ErrorJson = { message: reason, code: status };
  return { ok: false, reason, response: json(status, body) };
}

function entriesAnswer(ids: readonly string[], nowMs: number): HttpResponse {
  const clientTimestamp = Math.floor(nowMs);
  const conversationEntries = ids.map((id) => ({ id, clientTimestamp }));
  return json(202, { conversationEntries } satisfies EntriesAnswer);
}

function takeMessage({ request, from, nowMs }: Call): Received {
  const body = readJson(request.body);
  if (body === undefined) return refuse(400, 'the body is not a JSON object');
  return received(recordOf(body.message), readMessage, from, nowMs);
}

/** `read`: what a message says; nothing for one that is malformed. */
function received(
  message: Json,
  read: (message: Json) => Content | undefined,
  from: string,
  nowMs: number,
): Received {
  const messageId = textOf(message.id);
  if (!UUID.test(messageId)) return refuse(400, NO_UUID('message.id'));
  const content = read(message);
  if (content === undefined) return refuse(400, 'the message says nothing');
  const event = { kind: 'message', messageId, from, content } as const;
  return accept([event], entriesAnswer([messageId], nowMs));
}

function takeFile({ request, from, nowMs, fileUrl }: Call): Received {
  const parts = readMultipart(request.headers['content-type'] ?? '', request.body);
  if (parts === undefined) return refuse(400, 'the body is not multipart/form-data');
  const entry = parts.find(({ name }) => name === 'messageEntry');
  const file = parts.find(({ name }) => name === 'fileData');
  const message = recordOf(entry && readJson(entry.body)?.message);
  const fileId = textOf(message.fileId);
  if (file === undefined || entry === undefined) return refuse(400, 'messageEntry and fileData');
  if (!UUID.test(fileId)) return refuse(400, NO_UUID('message.fileId'));
  const mimeType = file.contentType || 'application/octet-stream';
  const media = { kind: 'media', url: fileUrl(fileId), mimeType } as const;
  const caption = textOf(message.text);
  const content = caption === '' ? media : { ...media, caption };
  return received(message, () => content, from, nowMs);
}

const TYPING: ReadonlyMap<unknown, boolean> = new Map([
  ['TypingStartedIndicator', true],
  ['TypingStoppedIndicator', false],
]);

function takeTyping({ request, from, nowMs }: Call): Received {
  const { entryType, id } = readJson(request.body) ?? {};
  const on = TYPING.get(entryType);
  if (on === undefined) return refuse(400, `entryType ${JSON.stringify(entryType)}`);
  if (!UUID.test(textOf(id))) return refuse(400, NO_UUID('id'));
  return accept([{ kind: 'typing', from, on }], entriesAnswer([textOf(id)], nowMs));
}

const RECEIPTS = new Map([
  ['Delivery', 'delivered'],
  ['Read', 'read'],
] as const);

function takeAcknowledgements({ request, from: to, nowMs }: Call): Received {
  const acks = listOf(readJson(request.body)?.acks);
  if (acks.length === 0) return refuse(400, 'acks must not be empty');
  const events: InboundEvent[] = [];
  for (const { entryType, conversationEntryId } of acks) {
    const status = RECEIPTS.get(textOf(entryType) as 'Read');
    const messageId = textOf(conversationEntryId);
    if (status === undefined) return refuse(400, 'entryType must be Delivery or Read');
    if (!UUID.test(messageId)) return refuse(400, NO_UUID('conversationEntryId'));
    events.push({ kind: 'receipt', messageId, to, status });
  }
  const ids = acks.map(({ id }) => textOf(id));
  return accept(events, entriesAnswer(ids, nowMs));
}

/** Whether the session is ended or the whole conversation closed: for us it is over. */
function takeEnd({ from }: Call): Received {
  return accept([{ kind: 'ended', from }], respond(204));
}

/** How long to wait before each retry. The edge knows entries by their ids: it takes none twice. */
const RETRY_AFTER_MS = [500, 2_000];

function* handIn({ request, messageId }: { request: HttpRequest; messageId: string }): Delivery {
  const read = (response: HttpResponse) => readOutcome(response, messageId);
  let outcome = outcomeOf(yield request, read);
  let isUnsure = false;
  for (const afterMs of RETRY_AFTER_MS) {
    if (outcome.ok || outcome.failure !== 'platformError') break;
    isUnsure ||= !outcome.definite;
    outcome = outcomeOf(yield { ...request, afterMs }, read);
  }
  return outcome.ok || !isUnsure ? outcome : { ...outcome, definite: false };
}

const FAILURES: ReadonlyMap<number, SendFailure> = new Map([
  [400, 'invalid'],
  [401, 'unauthorised'],
  [403, 'unauthorised'],
  [404, 'unreachable'],
  [413, 'invalid'],
  [429, 'throttled'],
]);

function readOutcome({ status, body }: HttpResponse, messageId: string): SendOutcome {
  if (status === 202) return { ok: true, messageId };
  const { message, code } = readJson(body) ?? {};
  const failure = FAILURES.get(status) ?? 'platformError';
  return {
    ok: false,
    failure,
    code: String(code ?? status),
    detail: textOf(message) || `HTTP ${status}`,
    definite: failure !== 'platformError',
  };
}
