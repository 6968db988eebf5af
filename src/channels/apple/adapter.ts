/**
 * Apple Messages for Business, spoken by the stack: webhooks in, API requests out. Pure and
 * synchronous. A file is fetched, sealed, uploaded and then sent, all within one delivery; what
 * can't be had goes as its address. Apple reports nothing back: no receipts, no reading.
 * Not here: what large answers refer to (their title is shown); asking for payment or sign-in.
 */
import { gunzipSync } from 'node:zlib';
import { StackError } from '../../errors.ts';
import { type HttpRequest, type HttpResponse, pathOf, respond } from '../../http.ts';
import type {
  Content,
  InboundEvent,
  Indication,
  Outbound,
  OutboundMessage,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { Answered, ChannelAdapter, Delivery, Received } from '../../ports.ts';
import { lost } from '../delivery.ts';
import type { AdapterSettings } from '../index.ts';
import { type Json, listOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { accept, refuse } from '../received.ts';
import { uuidOf } from '../uuid.ts';
import { answerOf, type Part, partsOf, wordsOf } from './content.ts';
import { APPLE_LIMITS } from './limits.ts';
import { createTokenJudge, createTokenMaker, seal } from './signature.ts';
import { type AttachmentJson, appleAccount, OBJECT_REPLACEMENT } from './wire.ts';

/** The adapter of one business. */
export function createAppleAdapter(settings: AdapterSettings): ChannelAdapter {
  const calls = createCalls(settings);
  return {
    receive: createReceiver(settings),
    deliver: createSender(settings, calls),
    indicate: ({ kind, ...outbound }: Indication) => {
      if (kind === 'read') return undefined;
      const type = kind === 'typingOn' ? 'typing_start' : 'typing_end';
      return sendParts(calls, outbound, [{ type }]);
    },
  };
}

const RECEIVED = respond(200);

/** A token that is not good is answered 403, as by the verifier of Apple's own tutorial. */
function createReceiver({ channel, webhookUrl }: AdapterSettings) {
  const limits = limitsOf(channel, APPLE_LIMITS);
  const judge = createTokenJudge(appleAccount(channel), 'fromApple', limits.tokenAgeMs);
  const path = `${pathOf(webhookUrl)}/message`;
  return (request: HttpRequest, nowMs: number): Received => {
    if (pathOf(request.url) !== path) return refuse(404, 'no webhook at this path');
    if (request.method !== 'POST') return refuse(405, 'a webhook is a POST');
    const { headers } = request;
    const verdict = judge(headers.authorization, nowMs);
    if (verdict !== 'good') return refuse(403, `the token is ${verdict}`);
    const body = inflate(request.body, limits.messageBytes);
    const message = body && readJson(body);
    if (message === undefined) return refuse(400, 'the body is not a JSON object in gzip');
    const { id, sourceId, destinationId } = message;
    if (textOf(id) === '' || textOf(sourceId) === '') return refuse(400, 'no id or sourceId');
    const agrees =
      (headers.id ?? id) === id &&
      (headers['source-id'] ?? sourceId) === sourceId &&
      (headers['destination-id'] ?? destinationId) === destinationId;
    if (!agrees) return refuse(400, 'the headers name another message');
    if (bareId(textOf(destinationId)) !== bareId(channel.address)) {
      return refuse(404, 'no such business');
    }
    return accept(readMessage(message), RECEIVED);
  };
}

/** Some write the business id as it stands in links. */
function bareId(businessId: string): string {
  return businessId.replace(/^urn:biz:/, '').toLowerCase();
}

/** Whoever stands before the stack may have inflated it already. */
function inflate(body: Buffer, most: number): Buffer | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}

function readMessage(message: Json): readonly InboundEvent[] {
  const { type } = message;
  const from = textOf(message.sourceId);
  const messageId = textOf(message.id);
  const said = (content: Content, n = 0): InboundEvent => {
    return { kind: 'message', messageId: n === 0 ? messageId : `${messageId}/${n}`, from, content };
  };
  if (type === 'typing_start' || type === 'typing_end') {
    return [{ kind: 'typing', from, on: type === 'typing_start' }];
  }
  if (type === 'close') return [{ kind: 'ended', from }];
  if (type === 'interactive') return [said(answerOf(message))];
  if (type !== 'text') return [said({ kind: 'text', text: `[unsupported: ${textOf(type)}]` })];
  const text = wordsOf(textOf(message.body));
  const attachments = listOf(message.attachments);
  if (attachments.length === 0) return [said({ kind: 'text', text })];
  return attachments.map((attachment, n) => {
    const url = textOf(attachment.url);
    const mimeType = textOf(attachment.mimeType) || 'application/octet-stream';
    const words = n === 0 ? text : '';
    if (url !== '') {
      return said({ kind: 'media', url, mimeType, ...(words && { caption: words }) }, n);
    }
    return said({ kind: 'text', text: `${words}\n[unsupported: ${mimeType}]`.trim() }, n);
  });
}

type Calls = ReturnType<typeof createCalls>;

/** Requests to Apple. */
function createCalls({ channel, apiUrl }: AdapterSettings) {
  const tokenAt = createTokenMaker(appleAccount(channel), 'toApple');
  const source = channel.address;
  return {
    message({ to, atMs }: Outbound, id: string, part: Part | Sign, auto?: boolean): HttpRequest {
      const message = { v: 1, id, sourceId: source, destinationId: to, ...part };
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${tokenAt(atMs)}`,
        id,
        'source-id': source,
        'destination-id': to,
        // Apple asks businesses to say whether a person writes.
        ...(auto === undefined ? {} : { 'auto-reply': String(auto) }),
      };
      const body = Buffer.from(JSON.stringify(message));
      return { method: 'POST', url: `${apiUrl}/v1/message`, headers, body };
    },
    preUpload(atMs: number, size: number): HttpRequest {
      const authorization = `Bearer ${tokenAt(atMs)}`;
      const headers = { authorization, 'source-id': source, 'mmcs-size': String(size) };
      return { method: 'GET', url: `${apiUrl}/v1/preUpload`, headers, body: NOTHING };
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** Says that somebody writes; no words. */
interface Sign {
  readonly type: 'typing_start' | 'typing_end';
}

function createSender({ channel }: AdapterSettings, calls: Calls) {
  const limits = limitsOf(channel, APPLE_LIMITS);
  const { secret } = appleAccount(channel);
  return function* deliver(message: OutboundMessage): Delivery {
    const { content, key, rep } = message;
    const isAuto = rep === undefined;
    if (content.kind === 'media') {
      // The key of a file must be nobody's guess, and the same in every run.
      const seed = `${secret}/${key}`;
      const attachment = yield* upload(calls, message, content, seed, limits.attachmentBytes);
      if (attachment !== undefined) {
        const body = OBJECT_REPLACEMENT + (content.caption ?? '');
        const part: Part = { type: 'text', body, attachments: [attachment] };
        return yield* sendParts(calls, message, [part], isAuto);
      }
    }
    return yield* sendParts(calls, message, partsOf(content, key, limits), isAuto);
  };
}

/** The file, fetched from where it is and brought to Apple; nothing when that can't be done. */
function* upload(
  calls: Calls,
  { atMs }: Outbound,
  { url, mimeType }: Extract<Content, { kind: 'media' }>,
  seed: string,
  most: number,
): Generator<HttpRequest, AttachmentJson | undefined, Answered> {
  const file = taken(yield { method: 'GET', url, headers: {}, body: NOTHING });
  if (file === undefined || file.body.length === 0 || file.body.length > most) return undefined;
  const { bytes, key } = seal(file.body, seed);
  const place = taken(yield calls.preUpload(atMs, bytes.length));
  const { 'upload-url': to, 'mmcs-url': mmcsUrl, 'mmcs-owner': owner } = jsonOf(place);
  if ([to, mmcsUrl, owner].some((text) => textOf(text) === '')) return undefined;
  const headers = { 'content-type': 'application/octet-stream' };
  const kept = taken(yield { method: 'POST', url: textOf(to), headers, body: bytes });
  const checksum = textOf(recordOf(jsonOf(kept).singleFile).fileChecksum);
  if (checksum === '') return undefined;
  const name = /^[^?#]*\/([^/?#]+)/.exec(url)?.[1] ?? 'file';
  const where = { url: textOf(mmcsUrl), owner: textOf(owner), 'signature-base64': checksum };
  return { name, mimeType, size: String(bytes.length), key, ...where };
}

function taken(answer: Answered): HttpResponse | undefined {
  return answer instanceof StackError || answer.status !== 200 ? undefined : answer;
}

function jsonOf(response: HttpResponse | undefined): Json {
  return (response && readJson(response.body)) ?? {};
}

/** Sends them in turn. The id of a message is ours, and is what the outcome names. */
function* sendParts(
  calls: Calls,
  outbound: Outbound,
  parts: readonly (Part | Sign)[],
  isAuto?: boolean,
): Delivery {
  let last: SendOutcome = NOTHING_TO_SEND;
  for (const [n, part] of parts.entries()) {
    const id = uuidOf(`${outbound.key}/${n}`);
    const answer = yield calls.message(outbound, id, part, isAuto);
    const outcome = answer instanceof StackError ? lost(answer) : outcomeOf(answer, id);
    if (!outcome.ok) return n === 0 ? outcome : { ...outcome, definite: false };
    last = outcome;
  }
  return last;
}

const NOTHING_TO_SEND: SendOutcome = {
  ok: false,
  failure: 'invalid',
  code: 'empty',
  detail: 'the message came to nothing on this channel',
  definite: true,
};

/** Apple answers by status; bodies are empty, or not to be relied on. */
function outcomeOf({ status }: HttpResponse, messageId: string): SendOutcome {
  if (status === 200) return { ok: true, messageId };
  const failure = FAILURES[status] ?? (status > 400 && status < 500 ? 'invalid' : 'platformError');
  const definite = failure !== 'platformError';
  return { ok: false, failure, code: String(status), detail: `HTTP ${status}`, definite };
}

const FAILURES: Readonly<Record<number, SendFailure>> = {
  400: 'invalid',
  401: 'unauthorised',
  403: 'unauthorised',
  404: 'unreachable',
  410: 'unreachable',
  429: 'throttled',
};
