/**
 * The WhatsApp Cloud API, spoken by the stack: webhooks in, API requests out. Pure and synchronous.
 * STOP is a text like any other. Outside the 24-hour window only templates go.
 */
import { parse } from 'node:querystring';
import { type HttpRequest, type HttpResponse, pathOf, respond } from '../../http.ts';
import type {
  InboundEvent,
  Indication,
  OutboundMessage,
  Receipt,
  ReceiptStatus,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { Channel } from '../../org.ts';
import type { ChannelAdapter, Received } from '../../ports.ts';
import { failureByStatus, inTurn } from '../delivery.ts';
import { type Json, listOf, numberOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { accept, refuse } from '../received.ts';
import { bodiesOf, contentOf } from './content.ts';
import { WHATSAPP_LIMITS } from './limits.ts';
import { verify } from './signature.ts';
import {
  type MarkBody,
  type SendBase,
  type SendBody,
  USER_ID,
  type WhatsAppAccount,
  whatsappAccount,
} from './wire.ts';

export interface WhatsAppSettings {
  readonly channel: Channel;
  /** Origin of the Graph API, or of its mock. */
  readonly apiUrl: string;
  /** Where Meta is told to send this channel's webhooks. */
  readonly webhookUrl: string;
}

/** The adapter of one WhatsApp number. */
export function createWhatsAppAdapter(settings: WhatsAppSettings): ChannelAdapter {
  const account = whatsappAccount(settings.channel);
  const base = `${settings.apiUrl}/${account.graphVersion}`;
  const requestsOf = createEncoder(settings, account, base);
  return {
    receive: createReceiver(pathOf(settings.webhookUrl), account, base),
    deliver: (message) => inTurn(requestsOf.message(message), outcome),
    indicate(indication) {
      const request = requestsOf.indication(indication);
      return request && inTurn([request], done);
    },
  };
}

/** The customary answer (Meta's sample apps); the platform reads the status only. */
const RECEIVED = respond(200, 'EVENT_RECEIVED', { 'content-type': 'text/plain' });

/**
 * A bad signature is answered 401, as receivers customarily do (Kapso's and pywa's samples), and a
 * failed handshake 403 (Meta docs: Webhooks, verification). To the platform all but 200 is failure.
 */
function createReceiver(webhookPath: string, account: WhatsAppAccount, base: string) {
  return (request: HttpRequest, nowMs: number): Received => {
    if (pathOf(request.url) !== webhookPath) return refuse(404, 'no webhook at this path');
    if (request.method === 'GET') return shakeHands(request.url, account.verifyToken);
    if (request.method !== 'POST') return refuse(405, 'a webhook is a POST or a GET');
    const signature = request.headers['x-hub-signature-256'];
    if (signature === undefined) return refuse(401, 'no X-Hub-Signature-256');
    if (!verify(account.appSecret, signature, request.body)) {
      return refuse(401, 'the signature does not match');
    }
    const envelope = readJson(request.body);
    if (envelope === undefined) return refuse(400, 'the body is not a JSON object');
    return readEnvelope(envelope, account.phoneNumberId, { base, nowMs });
  };
}

function shakeHands(url: string, verifyToken: string): Received {
  const query = parse(url.slice(url.indexOf('?') + 1));
  const challenge = query['hub.challenge'];
  const isMeta = query['hub.mode'] === 'subscribe' && query['hub.verify_token'] === verifyToken;
  if (!isMeta || typeof challenge !== 'string') return refuse(403, 'not a handshake of ours');
  const response = respond(200, challenge, { 'content-type': 'text/plain' });
  return accept([], response);
}

/** One POST may hold many updates: all of them are read, or none. */
function readEnvelope(envelope: Json, phoneNumberId: string, context: Context): Received {
  const events: InboundEvent[] = [];
  for (const entry of listOf(envelope.entry)) {
    for (const change of listOf(entry.changes)) {
      const value = recordOf(change.value);
      // The app may be told of other fields and of the account's other numbers: not for us.
      const isOurs = recordOf(value.metadata).phone_number_id === phoneNumberId;
      if (change.field !== 'messages' || !isOurs) continue;
      for (const message of listOf(value.messages)) {
        const event = readMessage(message, value, context);
        if (event === undefined) return refuse(400, 'a message without id or sender');
        events.push(event);
      }
      for (const status of listOf(value.statuses)) {
        const event = readStatus(status);
        if (event === undefined) return refuse(400, 'a status without id or recipient');
        if (event !== 'untold') events.push(event);
      }
    }
  }
  return accept(events, RECEIVED);
}

interface Context {
  /** Where media is asked for by its id. */
  readonly base: string;
  readonly nowMs: number;
}

function readMessage(message: Json, value: Json, context: Context): InboundEvent | undefined {
  const messageId = textOf(message.id);
  // Users who go by a user name have no number (Meta docs: Business-scoped user IDs).
  const from = textOf(message.from) || textOf(message.from_user_id);
  if (messageId === '' || from === '') return undefined;
  const content = contentOf(message, context.base);
  const contact = listOf(value.contacts).find(
    ({ wa_id, user_id }) => wa_id === from || user_id === from,
  );
  const profileName = textOf(recordOf(contact?.profile).name);
  const event = {
    kind: 'message',
    messageId,
    from,
    content,
    sentMs: sentAt(message, context),
  } as const;
  return profileName === '' ? event : { ...event, profileName };
}

/** Whole seconds only: the end of that second, but not later than now, so that none seems older. */
function sentAt({ timestamp }: Json, { nowMs }: Context): number {
  const seconds = numberOf(timestamp);
  return seconds === undefined ? nowMs : Math.min(nowMs, seconds * 1000 + 999);
}

const RECEIPTS: ReadonlyMap<unknown, ReceiptStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
  ['failed', 'failed'],
]);

/** `untold`: a status that tells a rep nothing (deleted, warning, ones to come). */
function readStatus(json: Json): Receipt | 'untold' | undefined {
  const messageId = textOf(json.id);
  const to = textOf(json.recipient_id) || textOf(json.recipient_user_id);
  if (messageId === '' || to === '') return undefined;
  const status = RECEIPTS.get(json.status);
  if (status === undefined) return 'untold';
  const receipt: Receipt = { kind: 'receipt', messageId, to, status };
  const code = status === 'failed' ? listOf(json.errors)[0]?.code : undefined;
  return code === undefined ? receipt : { ...receipt, errorCode: String(code) };
}

function createEncoder({ channel }: WhatsAppSettings, account: WhatsAppAccount, base: string) {
  const limits = limitsOf(channel, WHATSAPP_LIMITS);
  const url = `${base}/${account.phoneNumberId}/messages`;
  const headers = {
    authorization: `Bearer ${account.accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const post = (json: SendBody | MarkBody): HttpRequest => {
    return { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(json)) };
  };
  return {
    message({ to, content }: OutboundMessage): readonly HttpRequest[] {
      const common = { messaging_product: 'whatsapp', recipient_type: 'individual' } as const;
      const start: SendBase = USER_ID.test(to) ? { ...common, recipient: to } : { ...common, to };
      return bodiesOf(start, content, limits).map(post);
    },
    /** Typing is shown with a read mark, and ends by itself (docs: Typing indicators). */
    indication({ kind, messageId: message_id }: Indication): HttpRequest | undefined {
      if (kind === 'typingOff') return undefined;
      const mark = { messaging_product: 'whatsapp', status: 'read', message_id } as const;
      return post(kind === 'read' ? mark : { ...mark, typing_indicator: { type: 'text' } });
    },
  };
}

/** Meta's codes in the stack's terms (Meta docs: Cloud API error codes). */
const FAILURES: Readonly<Record<number, SendFailure>> = {
  0: 'unauthorised',
  1: 'platformError',
  2: 'platformError',
  3: 'unauthorised',
  4: 'throttled',
  10: 'unauthorised',
  100: 'invalid',
  190: 'unauthorised',
  80007: 'throttled',
  130429: 'throttled',
  131000: 'platformError',
  131005: 'unauthorised',
  131008: 'invalid',
  131009: 'invalid',
  131016: 'platformError',
  131026: 'unreachable',
  131030: 'unreachable',
  131031: 'unauthorised',
  131047: 'outsideWindow',
  131048: 'throttled',
  131050: 'optedOut',
  131051: 'invalid',
  131056: 'throttled',
  131057: 'platformError',
};

function outcome(response: HttpResponse): SendOutcome {
  const { status } = response;
  const json = recordOf(readJson(response.body));
  const messageId = status === 200 ? textOf(listOf(json.messages)[0]?.id) : '';
  if (messageId !== '') return { ok: true, messageId };
  const error = recordOf(json.error);
  const details = textOf(recordOf(error.error_data).details);
  const failure = failureOf(status, error.code);
  return {
    ok: false,
    failure,
    code: String(error.code ?? status),
    detail: details || textOf(error.message) || `HTTP ${status}`,
    definite: failure !== 'platformError',
  };
}

/** A mark has no id. */
function done(response: HttpResponse): SendOutcome {
  const isDone = response.status === 200 && recordOf(readJson(response.body)).success === true;
  return isDone ? { ok: true, messageId: '' } : outcome(response);
}

/** Meta asks clients to go by the code, not by the HTTP status, which varies. */
function failureOf(status: number, code: unknown): SendFailure {
  const named = typeof code === 'number' ? FAILURES[code] : undefined;
  return named ?? failureByStatus(status);
}
