/**
 * Twilio SMS, spoken by the stack: webhooks in, API requests out. Pure and synchronous.
 * SMS has no quick replies, read receipts or typing: choices become a numbered list, and a
 * customer's "1" stays the text it is.
 */
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { type HttpRequest, type HttpResponse, originOf, pathOf, respond } from '../../http.ts';
import type {
  Content,
  InboundMessage,
  OutboundMessage,
  Receipt,
  ReceiptStatus,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { Channel } from '../../org.ts';
import type { ChannelAdapter, Received } from '../../ports.ts';
import { failureByStatus, inTurn } from '../delivery.ts';
import { type Json, readJson } from '../json.ts';
import { accept, refuse } from '../received.ts';
import { inWords } from '../words.ts';
import { SMS_LIMITS, splitBody } from './limits.ts';
import { verify } from './signature.ts';
import { API_VERSION, type SmsAccount, smsAccount } from './wire.ts';

export interface SmsSettings {
  readonly channel: Channel;
  /** Origin of Twilio's API, or of its mock. */
  readonly apiUrl: string;
  /** Where Twilio is told to send this channel's inbound messages; statuses go to `…/status`. */
  readonly webhookUrl: string;
}

/** The adapter of one SMS channel. */
export function createSmsAdapter(settings: SmsSettings): ChannelAdapter {
  const account = smsAccount(settings.channel);
  const requestsOf = createEncoder(settings, account);
  return {
    receive: createReceiver(settings.webhookUrl, account),
    deliver: (message) => inTurn(requestsOf(message), outcome),
  };
}

/** What an accepted inbound message is answered: TwiML that says nothing. */
const EMPTY_TWIML = respond(200, '<Response/>', { 'content-type': 'text/xml' });
const NO_CONTENT = respond(204);

function createReceiver(webhookUrl: string, account: SmsAccount) {
  const origin = originOf(webhookUrl);
  const inboundPath = pathOf(webhookUrl);
  const statusPath = `${inboundPath}/status`;

  return (request: HttpRequest): Received => {
    const path = pathOf(request.url);
    if (path !== inboundPath && path !== statusPath) return refuse(404, 'no webhook at this path');
    const isGet = request.method === 'GET';
    if (!isGet && request.method !== 'POST') return refuse(405, 'a webhook is a POST or a GET');
    if (!isGet && !isForm(request)) return refuse(400, 'the content type is not a form');

    // Twilio signs the configured URL; a proxy or a second name may have changed the origin.
    const url = origin + request.url.slice(originOf(request.url).length);
    const fields = parse(isGet ? queryOf(url) : request.body.toString());
    const signature = request.headers['x-twilio-signature'];
    if (signature === undefined) return refuse(403, 'no X-Twilio-Signature');
    if (!verify(account.authToken, signature, url, isGet ? undefined : fields)) {
      return refuse(403, 'the signature does not match');
    }
    if (fields.AccountSid !== account.accountSid) return refuse(403, 'not this account');
    return path === statusPath ? readStatus(fields) : readInbound(fields);
  };
}

function readInbound(fields: ParsedUrlQuery): Received {
  const messageId = one(fields.MessageSid);
  const from = one(fields.From);
  if (messageId === '' || from === '') return refuse(400, 'MessageSid or From is missing');
  const mediaCount = Number(one(fields.NumMedia));
  const wellFormed =
    typeof fields.Body === 'string' &&
    Number.isInteger(mediaCount) &&
    mediaCount >= 0 &&
    mediaCount <= SMS_LIMITS.media;
  if (!wellFormed) return refuse(400, 'Body or NumMedia is missing or malformed');

  const text = one(fields.Body);
  if (mediaCount === 0)
    return accept([message(messageId, from, { kind: 'text', text })], EMPTY_TWIML);
  const events: InboundMessage[] = [];
  for (let i = 0; i < mediaCount; i += 1) {
    const url = one(fields[`MediaUrl${i}`]);
    const mimeType = one(fields[`MediaContentType${i}`]);
    if (url === '') return refuse(400, `MediaUrl${i} is missing`);
    const caption = i === 0 && text !== '' ? { caption: text } : {};
    // Each item is a message of its own to the stack, so each needs an id to be known by.
    const id = i === 0 ? messageId : `${messageId}/${i}`;
    events.push(message(id, from, { kind: 'media', url, mimeType, ...caption }));
  }
  return accept(events, EMPTY_TWIML);
}

/** Statuses a rep can use; the rest (queued, sending, canceled, ones to come) tell them nothing. */
const RECEIPTS: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
};

function readStatus(fields: ParsedUrlQuery): Received {
  const messageId = one(fields.MessageSid);
  const to = one(fields.To);
  const reported = one(fields.MessageStatus);
  if (messageId === '' || to === '' || reported === '') {
    return refuse(400, 'MessageSid, To or MessageStatus is missing');
  }
  const status = Object.hasOwn(RECEIPTS, reported) ? RECEIPTS[reported] : undefined;
  if (status === undefined) return accept([], NO_CONTENT);
  const errorCode = status === 'failed' ? one(fields.ErrorCode) : '';
  const receipt: Receipt = {
    kind: 'receipt',
    messageId,
    to,
    status,
    ...(errorCode === '' ? {} : { errorCode }),
  };
  return accept([receipt], NO_CONTENT);
}

function createEncoder(settings: SmsSettings, account: SmsAccount) {
  const url = `${settings.apiUrl}/${API_VERSION}/Accounts/${account.accountSid}/Messages.json`;
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  const headers = {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const constant =
    `&From=${encode(settings.channel.address)}` +
    `&StatusCallback=${encode(`${settings.webhookUrl}/status`)}`;

  return ({ to, content }: OutboundMessage): readonly HttpRequest[] => {
    const start = `To=${encode(to)}${constant}`;
    const media = content.kind === 'media' ? `&MediaUrl=${encode(content.url)}` : '';
    return splitBody(bodyOf(content)).map((body, part) => {
      const form = `${start}${part === 0 ? media : ''}&Body=${encode(body)}`;
      return { method: 'POST', url, headers, body: Buffer.from(form) };
    });
  };
}

function bodyOf(content: Content): string {
  return content.kind === 'media' ? (content.caption ?? '') : inWords(content);
}

/** Twilio's codes in the stack's terms (Twilio docs: Error and Warning Dictionary). */
const FAILURES: Readonly<Record<number, SendFailure>> = {
  20003: 'unauthorised',
  20429: 'throttled',
  21211: 'unreachable',
  21610: 'optedOut',
  21611: 'throttled',
  21612: 'unreachable',
  21614: 'unreachable',
};

function outcome(response: HttpResponse): SendOutcome {
  const { status } = response;
  const json: Json = readJson(response.body) ?? {};
  if (status >= 200 && status < 300 && typeof json.sid === 'string') {
    return { ok: true, messageId: json.sid };
  }
  const known = typeof json.code === 'number' ? json.code : undefined;
  const failure = failureOf(status, known);
  return {
    ok: false,
    failure,
    code: String(known ?? status),
    detail: typeof json.message === 'string' ? json.message : `HTTP ${status}`,
    definite: failure !== 'platformError',
  };
}

function failureOf(status: number, code: number | undefined): SendFailure {
  if (status < 400 || status >= 500) return 'platformError';
  const named = code === undefined ? undefined : FAILURES[code];
  return named ?? failureByStatus(status);
}

function message(messageId: string, from: string, content: Content): InboundMessage {
  return { kind: 'message', messageId, from, content };
}

/** A field given once; a repeated or missing one counts as empty. */
function one(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

const FORM = 'application/x-www-form-urlencoded';

function isForm(request: HttpRequest): boolean {
  const type = request.headers['content-type'] ?? '';
  return type === FORM || type.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

/** A lone surrogate has no encoding; it is sent as U+FFFD rather than thrown at the caller. */
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
