/**
 * The LINE Messaging API, spoken by the stack: webhooks in, API requests out. Pure and synchronous.
 * An answer goes by the reply token of the customer's last message while it is good, else by push
 * with a retry key, which is repeated when nobody can tell whether it went. LINE knows no receipts.
 */
import { type HttpRequest, type HttpResponse, pathOf, respond } from '../../http.ts';
import type {
  InboundEvent,
  Indication,
  OutboundMessage,
  ReplyToken,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { ChannelAdapter, Delivery, Received } from '../../ports.ts';
import { type Failed, inTurn, outcomeOf } from '../delivery.ts';
import type { AdapterSettings } from '../index.ts';
import { type Json, listOf, numberOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { accept, refuse } from '../received.ts';
import { uuidOf } from '../uuid.ts';
import { choiceOf, contentOf, eventsIn, objectsOf } from './content.ts';
import { LINE_LIMITS } from './limits.ts';
import { verify } from './signature.ts';
import { lineAccount, type SendObject } from './wire.ts';

/** The adapter of one LINE official account. */
export function createLineAdapter(settings: AdapterSettings): ChannelAdapter {
  const send = createSender(settings);
  return {
    receive: createReceiver(settings),
    deliver: send.message,
    indicate: send.indication,
  };
}

const RECEIVED = respond(200);

/**
 * A bad signature is answered 401, as the sample of LINE's Node SDK does; to the platform any
 * status but 2xx is failure.
 */
function createReceiver({ channel, apiUrl, webhookUrl }: AdapterSettings) {
  const { channelSecret } = lineAccount(channel);
  const { replyTokenMs } = limitsOf(channel, LINE_LIMITS);
  const webhookPath = pathOf(webhookUrl);
  return (request: HttpRequest, nowMs: number): Received => {
    if (pathOf(request.url) !== webhookPath) return refuse(404, 'no webhook at this path');
    if (request.method !== 'POST') return refuse(405, 'a webhook is a POST');
    const signature = request.headers['x-line-signature'];
    if (signature === undefined) return refuse(401, 'no x-line-signature');
    if (!verify(channelSecret, signature, request.body)) {
      return refuse(401, 'the signature does not match');
    }
    const envelope = readJson(request.body);
    const events = envelope && eventsIn(envelope);
    if (envelope === undefined || events === undefined) return refuse(400, 'no list of events');
    // One address may serve several accounts: what is for another is not for us.
    if (envelope.destination !== channel.address) return accept([], RECEIVED);
    const context = { dataUrl: apiUrl, tokenUntilMs: nowMs + replyTokenMs };
    return accept(
      events.flatMap((event) => readEvent(event, context)),
      RECEIVED,
    );
  };
}

interface Context {
  readonly dataUrl: string;
  /** When a reply token that came just now is no longer good. */
  readonly tokenUntilMs: number;
}

function readEvent(event: Json, context: Context): readonly InboundEvent[] {
  const from = addressOf(recordOf(event.source));
  // In standby another module of the account talks to the customer.
  if (from === '' || event.mode === 'standby') return [];
  const sentMs = numberOf(event.timestamp);
  const times = sentMs === undefined ? {} : { sentMs };
  if (event.type === 'unfollow') return [{ kind: 'ended', from, ...times }];
  const replyToken = tokenOf(event, context.tokenUntilMs);
  const common = { kind: 'message', from, ...times, ...(replyToken && { replyToken }) } as const;
  if (event.type === 'postback') {
    const messageId = textOf(event.webhookEventId);
    return [{ ...common, messageId, content: choiceOf(recordOf(event.postback)) }];
  }
  if (event.type !== 'message') return [];
  const message = recordOf(event.message);
  const readToken = textOf(message.markAsReadToken);
  // The message's id stays the same when the event is sent again; so does the event's.
  const messageId = textOf(message.id) || textOf(event.webhookEventId);
  if (messageId === '') return [];
  const content = contentOf(message, context.dataUrl);
  return [{ ...common, messageId, content, ...(readToken === '' ? {} : { readToken }) }];
}

/** Whom to answer: in a group or a room that is all of them. */
function addressOf({ type, userId, groupId, roomId }: Json): string {
  if (type === 'group') return textOf(groupId);
  return textOf(type === 'room' ? roomId : userId);
}

function tokenOf({ replyToken }: Json, untilMs: number): ReplyToken | undefined {
  const token = textOf(replyToken);
  // Thirty-two zeros or fs came with the test messages of former days.
  return token === '' || /^(0+|f+)$/.test(token) ? undefined : { token, untilMs };
}

function createSender({ channel, apiUrl }: AdapterSettings) {
  const { accessToken } = lineAccount(channel);
  const limits = limitsOf(channel, LINE_LIMITS);
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const post = (path: string, body: object, more: Record<string, string> = {}): HttpRequest => {
    const url = `${apiUrl}/v2/bot/${path}`;
    const all = { ...headers, ...more };
    return { method: 'POST', url, headers: all, body: Buffer.from(JSON.stringify(body)) };
  };
  /** Repeated under one key while nobody can tell; LINE takes it once. */
  function* push(to: string, messages: readonly SendObject[], key: string): Delivery {
    const request = post('message/push', { to, messages }, { 'x-line-retry-key': uuidOf(key) });
    for (let attempt = 0; ; attempt += 1) {
      const afterMs = attempt === 0 ? 0 : limits.pushRetryAfterMs * 2 ** (attempt - 1);
      const outcome = outcomeOf(yield { ...request, afterMs }, readOutcome);
      if (outcome.ok || outcome.definite || attempt >= limits.pushRetries) return outcome;
    }
  }
  function* message({ to, content, key, atMs, replyToken }: OutboundMessage): Delivery {
    const objects = objectsOf(content, limits);
    let token =
      replyToken !== undefined && atMs < replyToken.untilMs ? replyToken.token : undefined;
    let last: SendOutcome | undefined;
    for (let at = 0; at < objects.length; at += limits.messagesPerRequest) {
      const messages = objects.slice(at, at + limits.messagesPerRequest);
      let outcome: SendOutcome | undefined;
      if (token !== undefined) {
        const request = post('message/reply', { replyToken: token, messages });
        outcome = outcomeOf(yield request, readOutcome);
        token = undefined;
      }
      if (outcome === undefined || isSpent(outcome))
        outcome = yield* push(to, messages, `${key}/${at}`);
      if (!outcome.ok) return last === undefined ? outcome : { ...outcome, definite: false };
      last = outcome;
    }
    return last ?? (yield* inTurn([], readOutcome));
  }
  const indication = ({ to, kind, readToken }: Indication): Delivery | undefined => {
    if (kind === 'read') {
      if (readToken === undefined) return undefined;
      return inTurn([post('chat/markAsRead', { markAsReadToken: readToken })], readOutcome);
    }
    // The animation ends by itself, or with the next message; groups have none.
    if (kind === 'typingOff' || !to.startsWith('U')) return undefined;
    const body = { chatId: to, loadingSeconds: limits.loadingSeconds };
    return inTurn([post('chat/loading/start', body)], readOutcome);
  };
  return { message, indication };
}

/** The token was used or has expired: surely not sent, and a push will do. */
function isSpent(outcome: SendOutcome): boolean {
  return !outcome.ok && outcome.code === '400' && /invalid reply token/i.test(outcome.detail);
}

function readOutcome(response: HttpResponse): SendOutcome {
  const { status } = response;
  const json = readJson(response.body) ?? {};
  const messageId = textOf(listOf(json.sentMessages).at(-1)?.id);
  // 409: the retry key was taken before, so the message has gone, and this is its id.
  if ((status === 200 || status === 409) && messageId !== '') return { ok: true, messageId };
  const accepted = response.headers['x-line-accepted-request-id'];
  if (status === 409 && accepted !== undefined) return { ok: true, messageId: accepted };
  const failure = failureOf(status, textOf(json.message));
  return failed(failure, status, detailOf(json) || `HTTP ${status}`);
}

function failed(failure: SendFailure, status: number, detail: string): Failed {
  const definite = failure !== 'platformError';
  return { ok: false, failure, code: String(status), detail, definite };
}

/** LINE's message, with the first of its details. */
function detailOf({ message, details }: Json): string {
  const [first] = listOf(details);
  const more = first === undefined ? '' : ` (${textOf(first.property)}: ${textOf(first.message)})`;
  return textOf(message) + more;
}

/** LINE has no codes: statuses, and for some of them the text (reference: Status codes). */
function failureOf(status: number, message: string): SendFailure {
  if (status === 400) return message === 'Failed to send messages' ? 'unreachable' : 'invalid';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404 || status === 410) return 'unreachable';
  if (status === 429) return 'throttled';
  return status > 400 && status < 500 ? 'invalid' : 'platformError';
}
