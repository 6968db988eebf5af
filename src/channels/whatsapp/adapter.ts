/**
 * The WhatsApp Cloud API, spoken by the stack: webhooks in, API requests out. Pure and synchronous.
 * Quick replies go as buttons or a list where they fit, else as numbered text. STOP is a text like
 * any other. Not here: templates, so nothing can be sent outside the 24-hour window.
 */
import { parse } from 'node:querystring';
import { type HttpRequest, type HttpResponse, pathOf, respond } from '../../http.ts';
import type {
  Choice,
  Content,
  InboundEvent,
  OutboundMessage,
  Receipt,
  ReceiptStatus,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { Channel } from '../../org.ts';
import type { ChannelAdapter, Received } from '../../ports.ts';
import { splitText } from '../split.ts';
import { interactiveKindOf, mediaKindOf, WHATSAPP_LIMITS } from './limits.ts';
import { verify } from './signature.ts';
import {
  type InteractiveJson,
  type Json,
  type LinkJson,
  listOf,
  readJson,
  recordOf,
  type SendBase,
  type SendBody,
  textOf,
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
  return {
    receive: createReceiver(pathOf(settings.webhookUrl), account, base),
    deliver: createSender(account, base),
    outcome,
  };
}

/** The customary answer (Meta's sample apps); the platform reads the status only. */
const RECEIVED = respond(200, 'EVENT_RECEIVED', { 'content-type': 'text/plain' });

/**
 * A bad signature is answered 401, as receivers customarily do (Kapso's and pywa's samples), and a
 * failed handshake 403 (Meta docs: Webhooks, verification). To the platform all but 200 is failure.
 */
function createReceiver(webhookPath: string, account: WhatsAppAccount, base: string) {
  return (request: HttpRequest): Received => {
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
    return readEnvelope(envelope, account.phoneNumberId, base);
  };
}

function shakeHands(url: string, verifyToken: string): Received {
  const query = parse(url.slice(url.indexOf('?') + 1));
  const challenge = query['hub.challenge'];
  const isMeta = query['hub.mode'] === 'subscribe' && query['hub.verify_token'] === verifyToken;
  if (!isMeta || typeof challenge !== 'string') return refuse(403, 'not a handshake of ours');
  const response = respond(200, challenge, { 'content-type': 'text/plain' });
  return { ok: true, events: [], response };
}

/** One POST may hold many updates: all of them are read, or none. */
function readEnvelope(envelope: Json, phoneNumberId: string, base: string): Received {
  const events: InboundEvent[] = [];
  for (const entry of listOf(envelope.entry)) {
    for (const change of listOf(entry.changes)) {
      const value = recordOf(change.value);
      // The app may be told of other fields and of the account's other numbers: not for us.
      const isOurs = recordOf(value.metadata).phone_number_id === phoneNumberId;
      if (change.field !== 'messages' || !isOurs) continue;
      for (const message of listOf(value.messages)) {
        const event = readMessage(message, value, base);
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
  return { ok: true, events, response: RECEIVED };
}

function readMessage(message: Json, value: Json, base: string): InboundEvent | undefined {
  const messageId = textOf(message.id);
  // Users who go by a user name have no number (Meta docs: Business-scoped user IDs).
  const from = textOf(message.from) || textOf(message.from_user_id);
  if (messageId === '' || from === '') return undefined;
  const content = readContent(message, base);
  const contact = listOf(value.contacts).find(
    ({ wa_id, user_id }) => wa_id === from || user_id === from,
  );
  const profileName = textOf(recordOf(contact?.profile).name);
  const event = { kind: 'message', messageId, from, content } as const;
  return profileName === '' ? event : { ...event, profileName };
}

const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);

function readContent(message: Json, base: string): Content {
  const type = textOf(message.type);
  const part = recordOf(message[type]);
  if (type === 'text') return { kind: 'text', text: textOf(part.body) };
  if (type === 'button') {
    return { kind: 'choice', id: textOf(part.payload), title: textOf(part.text) };
  }
  if (type === 'interactive') {
    const reply = part.type === 'button_reply' ? part.button_reply : part.list_reply;
    if (reply === undefined) return unsupported(textOf(part.type));
    const { id, title } = recordOf(reply);
    return { kind: 'choice', id: textOf(id), title: textOf(title) };
  }
  if (!MEDIA.has(type)) return unsupported(type);
  const url = textOf(part.url) || `${base}/${textOf(part.id)}`;
  const content = { kind: 'media', url, mimeType: textOf(part.mime_type) } as const;
  const caption = textOf(part.caption);
  return caption === '' ? content : { ...content, caption };
}

/** A rep has to see that the customer sent something, even if not what. */
function unsupported(type: string): Content {
  return { kind: 'text', text: `[unsupported: ${type}]` };
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

function createSender(account: WhatsAppAccount, base: string) {
  const url = `${base}/${account.phoneNumberId}/messages`;
  const headers = {
    authorization: `Bearer ${account.accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return ({ to, content }: OutboundMessage): readonly HttpRequest[] => {
    const common = { messaging_product: 'whatsapp', recipient_type: 'individual' } as const;
    const start: SendBase = USER_ID.test(to) ? { ...common, recipient: to } : { ...common, to };
    return bodiesOf(start, content).map((json) => {
      return { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(json)) };
    });
  };
}

function bodiesOf(start: SendBase, content: Content): readonly SendBody[] {
  if (content.kind === 'media') return mediaBodies(start, content);
  if (content.kind === 'choice') return textBodies(start, content.title);
  const { text, choices = [] } = content;
  if (choices.length === 0) return textBodies(start, text);
  const kind = text.trim() === '' ? undefined : interactiveKindOf(choices);
  if (kind === undefined) return textBodies(start, text + numbered(choices));
  // The body of an interactive message is shorter than a text: what is over goes before it.
  const parts = [...splitText(text, WHATSAPP_LIMITS.body)];
  const interactive = interactiveOf(kind, parts.pop() ?? '', choices);
  const before = parts.flatMap((part) => textBodies(start, part));
  return [...before, { ...start, type: 'interactive', interactive }];
}

function textBodies(start: SendBase, text: string): readonly SendBody[] {
  return splitText(text, WHATSAPP_LIMITS.text).map((body) => {
    return { ...start, type: 'text', text: { body } };
  });
}

/** The label that opens a list; the stack has no word of its own for it. */
const LIST_BUTTON = 'Choose';

function interactiveOf(
  type: InteractiveJson['type'],
  text: string,
  choices: readonly Choice[],
): InteractiveJson {
  const body = { text };
  const replies = choices.map(({ id, title }) => ({ id, title }));
  if (type === 'list') {
    return { type, body, action: { button: LIST_BUTTON, sections: [{ rows: replies }] } };
  }
  return { type, body, action: { buttons: replies.map((reply) => ({ type: 'reply', reply })) } };
}

function numbered(choices: readonly Choice[]): string {
  return choices.map(({ title }, i) => `\n${i + 1}. ${title}`).join('');
}

function mediaBodies(start: SendBase, content: Content & { kind: 'media' }): readonly SendBody[] {
  const { url: link, mimeType, caption = '' } = content;
  const type = mediaKindOf(mimeType);
  const filename = /([^/?#]+)(?:[?#].*)?$/.exec(link)?.[1] ?? 'document';
  const media = type === 'document' ? { link, filename } : { link };
  const body = (object: LinkJson) => ({ ...start, type, [type]: object }) as unknown as SendBody;
  if (caption === '') return [body(media)];
  // Recordings have no captions, and long ones fit none: the words follow as a text.
  const isCaption = type !== 'audio' && caption.length <= WHATSAPP_LIMITS.caption;
  return isCaption ? [body({ ...media, caption })] : [body(media), ...textBodies(start, caption)];
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

/** Meta asks clients to go by the code, not by the HTTP status, which varies. */
function failureOf(status: number, code: unknown): SendFailure {
  const named = typeof code === 'number' ? FAILURES[code] : undefined;
  if (named !== undefined) return named;
  if (status < 400 || status >= 500) return 'platformError';
  if (status === 401 || status === 403) return 'unauthorised';
  return status === 429 ? 'throttled' : 'invalid';
}

function refuse(status: number, reason: string): Received {
  return { ok: false, reason, response: respond(status, reason, { 'content-type': 'text/plain' }) };
}
