/**
 * The Messenger Platform, spoken by the stack: webhooks in, API requests out. Pure and synchronous.
 * Quick replies go as such where they fit, else as numbered text. Every message is a RESPONSE, so
 * nothing can be sent outside the 24-hour window. Not here: the thread's handover between apps.
 */
import { parse } from 'node:querystring';
import { type HttpRequest, type HttpResponse, pathOf, respond } from '../../http.ts';
import type {
  Content,
  InboundEvent,
  IndicationKind,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { ChannelAdapter, Received } from '../../ports.ts';
import { failureByStatus, inTurn } from '../delivery.ts';
import type { AdapterSettings } from '../index.ts';
import { type Json, listOf, numberOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { accept, refuse } from '../received.ts';
import { uuidOf } from '../uuid.ts';
import { bodiesOf, contentsOf, postbackOf, reactionOf } from './content.ts';
import { MESSENGER_LIMITS } from './limits.ts';
import { proofOf, verify } from './signature.ts';
import { messengerAccount, type SendBody, type SenderAction } from './wire.ts';

/** The adapter of one page. */
export function createMessengerAdapter(settings: AdapterSettings): ChannelAdapter {
  const limits = limitsOf(settings.channel, MESSENGER_LIMITS);
  const requestOf = createEncoder(settings);
  return {
    receive: createReceiver(settings),
    deliver: ({ to, content, key }) =>
      inTurn(bodiesOf(to, content, limits).map(requestOf), (response) => outcome(response, key)),
    indicate({ kind, to, key }) {
      const body: SenderAction = { recipient: { id: to }, sender_action: ACTIONS[kind] };
      return inTurn([requestOf(body)], (response) => outcome(response, key));
    },
  };
}

const ACTIONS = {
  typingOn: 'typing_on',
  typingOff: 'typing_off',
  read: 'mark_seen',
} as const satisfies Record<IndicationKind, string>;

/** The customary answer (Meta's sample apps); the platform reads the status only. */
const RECEIVED = respond(200, 'EVENT_RECEIVED', { 'content-type': 'text/plain' });

/**
 * A bad signature is answered 401, as receivers customarily do, and a failed handshake 403 (Meta
 * docs: Webhooks, verification). To the platform all but 200 is failure.
 */
function createReceiver({ channel, webhookUrl }: AdapterSettings) {
  const account = messengerAccount(channel);
  const webhookPath = pathOf(webhookUrl);
  return (request: HttpRequest): Received => {
    if (pathOf(request.url) !== webhookPath) return refuse(404, 'no webhook at this path');
    if (request.method === 'GET') return shakeHands(request.url, account.verifyToken);
    if (request.method !== 'POST') return refuse(405, 'a webhook is a POST or a GET');
    if (!verify(account.appSecret, request.headers, request.body)) {
      return refuse(401, 'the signature does not match');
    }
    const envelope = readJson(request.body);
    if (envelope === undefined) return refuse(400, 'the body is not a JSON object');
    return readEnvelope(envelope, channel.address);
  };
}

function shakeHands(url: string, verifyToken: string): Received {
  const query = parse(url.slice(url.indexOf('?') + 1));
  const challenge = query['hub.challenge'];
  const isMeta = query['hub.mode'] === 'subscribe' && query['hub.verify_token'] === verifyToken;
  if (!isMeta || typeof challenge !== 'string') return refuse(403, 'not a handshake of ours');
  return accept([], respond(200, challenge, { 'content-type': 'text/plain' }));
}

/**
 * One POST may hold many events: all of them are read, or none. The app may be told of other pages
 * too; and what stands in `standby` is for the app that owns the thread.
 */
function readEnvelope(envelope: Json, pageId: string): Received {
  const events: InboundEvent[] = [];
  for (const entry of listOf(envelope.entry)) {
    if (entry.id !== pageId) continue;
    for (const messaging of listOf(entry.messaging)) {
      const read = readMessaging(messaging);
      if (read === undefined) return refuse(400, 'an event without sender or id');
      events.push(...read);
    }
  }
  return accept(events, RECEIVED);
}

/** Referrals, opt-ins, handovers, edits and whatever is to come tell a rep nothing: no events. */
function readMessaging(messaging: Json): readonly InboundEvent[] | undefined {
  const { message, postback, reaction, delivery, read } = messaging;
  const from = textOf(recordOf(messaging.sender).id);
  if (message !== undefined) return readMessage(recordOf(message), from, messaging);
  if (postback !== undefined) {
    const pressed = recordOf(postback);
    // Those of before v8.0 had no id of their own.
    const id = textOf(pressed.mid) || idOfMoment('postback', from, messaging);
    return readCustomer(id, from, messaging, [postbackOf(pressed)]);
  }
  if (reaction !== undefined) {
    const mid = textOf(recordOf(reaction).mid);
    const id = mid && idOfMoment(`reaction ${mid}`, from, messaging);
    return readCustomer(id, from, messaging, [reactionOf(recordOf(reaction))]);
  }
  if (delivery !== undefined) return readDelivery(recordOf(delivery), from);
  if (read !== undefined) return watermarkOf(recordOf(read), from, 'read');
  return [];
}

function readMessage(message: Json, from: string, messaging: Json) {
  if (message.is_echo === true) return [];
  return readCustomer(textOf(message.mid), from, messaging, contentsOf(message));
}

/** What the customer said or did; of several things at once the others get ids of our making. */
function readCustomer(
  id: string,
  from: string,
  { timestamp }: Json,
  contents: readonly Content[],
): readonly InboundEvent[] | undefined {
  if (id === '' || from === '') return undefined;
  const sentMs = numberOf(timestamp);
  return contents.map((content, i) => {
    const messageId = i === 0 ? id : `${id}#${i + 1}`;
    const event = { kind: 'message', messageId, from, content } as const;
    return sentMs === undefined ? event : { ...event, sentMs };
  });
}

/** The same whenever the same event comes again. */
function idOfMoment(what: string, from: string, { timestamp }: Json): string {
  return `${what} ${from} ${numberOf(timestamp) ?? ''}`;
}

function readDelivery(delivery: Json, to: string): readonly InboundEvent[] | undefined {
  const mids = Array.isArray(delivery.mids) ? delivery.mids.map(textOf) : [];
  const known = mids.filter((mid) => mid !== '');
  if (known.length === 0) return watermarkOf(delivery, to, 'delivered');
  if (to === '') return undefined;
  return known.map((messageId) => ({ kind: 'receipt', messageId, to, status: 'delivered' }));
}

function watermarkOf({ watermark }: Json, to: string, status: 'delivered' | 'read') {
  const untilMs = numberOf(watermark);
  if (to === '' || untilMs === undefined) return undefined;
  return [{ kind: 'watermark', to, status, untilMs } as const];
}

function createEncoder({ channel, apiUrl }: AdapterSettings): (body: SendBody) => HttpRequest {
  const { accessToken, appSecret, graphVersion } = messengerAccount(channel);
  const proof = proofOf(appSecret, accessToken);
  const path = `${graphVersion}/${channel.address}/messages`;
  const url = `${apiUrl}/${path}?appsecret_proof=${proof}`;
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return (body) => {
    return { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(body)) };
  };
}

/** Meta's codes in the stack's terms (Meta docs: Messenger, Common error codes). */
const FAILURES: Readonly<Record<number, SendFailure>> = {
  1: 'platformError',
  2: 'platformError',
  4: 'throttled',
  10: 'unauthorised',
  32: 'throttled',
  100: 'invalid',
  102: 'unauthorised',
  104: 'unauthorised',
  190: 'unauthorised',
  200: 'unauthorised',
  230: 'unauthorised',
  551: 'unreachable',
  613: 'throttled',
  1200: 'platformError',
  80006: 'throttled',
};

/** Where the subcode says more: nobody of that id, or not available; the window is shut. */
const SUBCODES: Readonly<Record<number, SendFailure>> = {
  2018001: 'unreachable',
  2018108: 'unreachable',
  2018278: 'outsideWindow',
  1545041: 'unreachable',
};

function outcome(response: HttpResponse, key: string): SendOutcome {
  const { status } = response;
  const json = recordOf(readJson(response.body));
  if (status === 200 && (json.recipient_id ?? json.message_id) !== undefined) {
    // Reactions, typing and read marks get no id, and no report will ever come on them.
    return { ok: true, messageId: textOf(json.message_id) || uuidOf(key) };
  }
  const error = recordOf(json.error);
  const { code = status, error_subcode: subcode } = error;
  const failure = failureOf(status, error.code, subcode);
  return {
    ok: false,
    failure,
    code: subcode === undefined ? String(code) : `${code}/${subcode}`,
    detail: textOf(error.message) || `HTTP ${status}`,
    definite: failure !== 'platformError',
  };
}

/** Meta asks clients to go by the codes, not by the HTTP status, which varies. */
function failureOf(status: number, code: unknown, subcode: unknown): SendFailure {
  const finer = typeof subcode === 'number' ? SUBCODES[subcode] : undefined;
  const named = finer ?? (typeof code === 'number' ? FAILURES[code] : undefined);
  return named ?? failureByStatus(status);
}
