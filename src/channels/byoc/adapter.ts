/**
 * Bring Your Own Channel, spoken by the stack, which stands for the org behind the Interaction
 * Service: partners' calls in, platform events out. Pure and synchronous. Calls that no session is
 * moved by (consent, capabilities, …) are answered by the service itself and do not come here.
 */
import { type HttpRequest, type HttpResponse, json, pathOf } from '../../http.ts';
import type {
  InboundEvent,
  Outbound,
  OutboundMessage,
  SendFailure,
  SendOutcome,
} from '../../message.ts';
import type { Channel } from '../../org.ts';
import type { ChannelAdapter, Delivery, Received } from '../../ports.ts';
import { inTurn } from '../delivery.ts';
import { type Json, listOf, numberOf, readJson, recordOf, textOf } from '../json.ts';
import { limitsOf } from '../limits.ts';
import { type Part, readMultipart } from '../multipart.ts';
import { accept } from '../received.ts';
import { indicationOf, messagesOf, readMessage, statusOf } from './content.ts';
import { BYOC_LIMITS } from './limits.ts';
import { bearerOf, createTokenKey, hasScope } from './signature.ts';
import {
  type ByocAccount,
  byocAccount,
  conversationOf,
  type Entry,
  fileUrlOf,
  type InteractionAnswer,
  type InteractionEvent,
  SCOPE,
} from './wire.ts';

export interface ByocSettings {
  readonly channel: Channel;
  /** Origin of the org, or of its mock. */
  readonly apiUrl: string;
  /** Where the Interaction Service hands partners' calls in; each below it, by its own path. */
  readonly webhookUrl: string;
}

/** The adapter of one channel. */
export function createByocAdapter(settings: ByocSettings): ChannelAdapter {
  const account = byocAccount(settings.channel);
  const limits = limitsOf(settings.channel, BYOC_LIMITS);
  const publish = createPublisher(settings, account);
  const capabilities = new Set(account.capabilities.split(',').map((name) => name.trim()));
  const showing = { capabilities, text: limits.text };
  return {
    receive: createReceiver(settings, account),
    *deliver(message: OutboundMessage): Delivery {
      const messages = messagesOf(message, showing);
      const entries = messages.map((abstractMessage): Entry => {
        const { id } = abstractMessage;
        return { entryType: 'Message', id, abstractMessage, messageReason: null };
      });
      const sent = yield* inTurn(
        entries.map((entry) => publish(message, entry)),
        outcome,
      );
      // The answer names the event; receipts name the entry.
      return sent.ok ? { ok: true, messageId: entries.at(-1)?.id ?? '' } : sent;
    },
    indicate: (about) => inTurn([publish(about, indicationOf(about, account))], outcome),
    announce: (about) => inTurn([publish(about, statusOf(about, settings.channel))], outcome),
  };
}

/** Events are published over REST (Platform Events guide: Publish with Salesforce APIs). */
export function createEventRequest({ apiUrl }: ByocSettings, account: ByocAccount) {
  const { platformEvent, eventTypeField, eventPayloadField, serviceToken } = account;
  const url = `${apiUrl}/services/data/v61.0/sobjects/${platformEvent}`;
  const headers = {
    authorization: `Bearer ${serviceToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return (type: string, event: object): HttpRequest => {
    const fields = { [eventTypeField]: type, [eventPayloadField]: JSON.stringify(event) };
    return { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(fields)) };
  };
}

function createPublisher(settings: ByocSettings, account: ByocAccount) {
  const { channel } = settings;
  const request = createEventRequest(settings, account);
  return ({ to, atMs }: Outbound, entryPayload: Entry): HttpRequest => {
    const event: InteractionEvent = {
      conversationIdentifier: conversationOf(channel.address, to),
      channelAddressIdentifier: channel.address,
      recipient: { appType: 'custom', subject: to, role: 'EndUser' },
      payload: {
        senderDisplayName: account.userName,
        identifier: entryPayload.id,
        entryType: entryPayload.entryType,
        entryPayload,
        sender: { appType: 'agent', subject: account.userId, role: 'Agent' },
        transcriptedTimestamp: atMs,
        clientTimestamp: atMs,
        clientDuration: 0,
      },
    };
    return request('Interaction', event);
  };
}

/** Refused as the service does: its code (ERRORCODES.md) in JSON. The statuses are ours. */
function deny(status: number, code: number, message: string): Received {
  return { ok: false, reason: message, response: json(status, { message, code }) };
}

const ACCEPTED = json(200, { success: true });

function createReceiver(settings: ByocSettings, account: ByocAccount) {
  const base = pathOf(settings.webhookUrl);
  const tokens = createTokenKey(account.tokenSecret);
  const read = createReaders(settings, account);

  return (request: HttpRequest, nowMs: number): Received => {
    const path = pathOf(request.url);
    const call = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : '';
    const reader = Object.hasOwn(read, call) ? read[call as keyof typeof read] : undefined;
    if (reader === undefined) return deny(404, 10089, 'No such call.');
    if (request.method !== 'POST') return deny(405, 10089, 'This call is a POST.');
    const { headers } = request;
    const claims = tokens.read(account.orgId, bearerOf(headers), nowMs);
    if (claims === undefined) return deny(401, 10004, 'The access token is not valid.');
    if (!hasScope(claims, SCOPE)) return deny(401, 10003, `The token lacks the scope ${SCOPE}.`);
    if (headers.orgid !== account.orgId) return deny(400, 10016, 'OrgId: enter a valid header.');
    if (headers.authorizationcontext !== account.authorizationContext) {
      return deny(403, 10005, 'The AuthorizationContext is not valid for this token.');
    }
    return reader(request);
  };
}

/** The calls that come here, each by its path. */
function createReaders(settings: ByocSettings, account: ByocAccount) {
  const { address } = settings.channel;
  const { from: longest } = limitsOf(settings.channel, BYOC_LIMITS);
  const fileUrl = (id: string) => fileUrlOf(settings.apiUrl, account.orgId, id);
  return {
    interactions({ headers, body }: HttpRequest): Received {
      const parts = readMultipart(headers['content-type'] ?? '', body);
      const request = readJson(parts?.find(({ name }) => name === 'json')?.body ?? NONE);
      if (parts === undefined || request === undefined) {
        return deny(400, 10100, 'A request body is required.');
      }
      if (request.to !== address) return deny(404, 10017, 'There is no such channel: to.');
      const from = textOf(request.from);
      if (from === '' || from.length > longest) return deny(400, 10028, 'from is not valid.');
      const [interaction, ...more] = listOf(request.interactions);
      if (interaction === undefined || more.length > 0) {
        return deny(400, 10029, 'The interaction list is not valid.');
      }
      const files = parts.filter(({ name }) => name === 'attachments');
      const found = readInteraction(interaction, from, files, fileUrl);
      if (found === undefined) return deny(400, 10029, 'The interaction is not valid.');
      const answer: InteractionAnswer = {
        conversationIdentifier: conversationOf(address, from),
        id: found.id,
        workItemIds: [],
        success: true,
      };
      return accept(found.events, json(202, answer));
    },
    acknowledgement({ body }: HttpRequest): Received {
      const request = recordOf(readJson(body));
      const to = textOf(recordOf(request.sender).subject);
      const events = listOf(request.acknowledgements).map((one) => {
        const status = one.acknowledgementType === 'Read' ? 'read' : 'delivered';
        const messageId = textOf(one.acknowledgedConversationEntryIdentifier);
        return { kind: 'receipt', messageId, to, status } as const;
      });
      const isWhole = to !== '' && events.every(({ messageId }) => messageId !== '');
      if (!isWhole || events.length === 0) return deny(400, 10089, 'Not an acknowledgement.');
      return accept(events, ACCEPTED);
    },
    messagingSession({ body }: HttpRequest): Received {
      const request = recordOf(readJson(body));
      const from = textOf(request.endUserClientId);
      if (request.channelAddressIdentifier !== address) return deny(404, 10017, 'No such channel.');
      if (from === '') return deny(400, 10020, 'The endUserClientId is not valid.');
      if (request.operation !== 'End') return deny(400, 10102, 'The operation is not End.');
      return accept([{ kind: 'ended', from }], ACCEPTED);
    },
    /** Of contact centres only; the service has found out whose session it is about. */
    agentWork({ body }: HttpRequest): Received {
      const request = recordOf(readJson(body));
      const [from, userId] = [textOf(request.endUserClientId), textOf(request.userId)];
      if (from === '' || userId === '') return deny(400, 15106, 'The userId is not valid.');
      return accept([{ kind: 'assigned', from, userId }], ACCEPTED);
    },
  };
}

const NONE = Buffer.alloc(0);

interface Found {
  readonly id: string;
  readonly events: readonly InboundEvent[];
}

function readInteraction(
  interaction: Json,
  from: string,
  files: readonly Part[],
  fileUrl: (id: string) => string,
): Found | undefined {
  const sentMs = numberOf(interaction.timestamp);
  const time = sentMs === undefined ? {} : { sentMs };
  if (interaction.interactionType === 'AttachmentInteraction') {
    const id = textOf(interaction.id);
    const [file, ...more] = files;
    const isWhole = file?.body.length === interaction.contentLength;
    if (id === '' || file === undefined || more.length > 0 || !isWhole) return undefined;
    const mimeType = file.contentType || 'application/octet-stream';
    const media = { kind: 'media', url: fileUrl(id), mimeType } as const;
    const caption = textOf(interaction.text);
    const content = caption === '' ? media : { ...media, caption };
    return { id, events: [{ kind: 'message', messageId: id, from, content, ...time }] };
  }
  const entry = recordOf(interaction.payload);
  const id = textOf(entry.id);
  const isEntry = interaction.interactionType === 'EntryInteraction' && id !== '';
  return isEntry ? { id, events: readEntry(entry, from, time) } : undefined;
}

/** Entries that tell a rep nothing are taken without events. */
function readEntry(
  entry: Json,
  from: string,
  time: { readonly sentMs?: number },
): readonly InboundEvent[] {
  const type = textOf(entry.entryType);
  if (type === 'Message') {
    const content = readMessage(recordOf(entry.abstractMessage));
    return [{ kind: 'message', messageId: textOf(entry.id), from, content, ...time }];
  }
  if (type === 'TypingStartedIndicator') return [{ kind: 'typing', from, on: true }];
  if (type === 'TypingStoppedIndicator') return [{ kind: 'typing', from, on: false }];
  if (type !== 'MessageDeliveryFailed') return [];
  // The older of Salesforce's samples has another name for it.
  const { failedConversationEntryIdentifier, failedChannelEntryIdentifier } = entry;
  const messageId = textOf(failedConversationEntryIdentifier ?? failedChannelEntryIdentifier);
  const to = textOf(recordOf(entry.recipient).subject) || from;
  if (messageId === '') return [];
  const errorCode = textOf(entry.errorCode);
  return [{ kind: 'receipt', messageId, to, status: 'failed', errorCode }];
}

/** Salesforce's REST errors in the stack's terms (REST API guide: Status Codes and Errors). */
const FAILURES: Readonly<Record<string, SendFailure>> = {
  INVALID_SESSION_ID: 'unauthorised',
  INSUFFICIENT_ACCESS: 'unauthorised',
  API_DISABLED_FOR_ORG: 'unauthorised',
  REQUEST_LIMIT_EXCEEDED: 'throttled',
  LIMIT_EXCEEDED: 'throttled',
  SERVER_UNAVAILABLE: 'platformError',
  UNABLE_TO_LOCK_ROW: 'platformError',
  UNKNOWN_EXCEPTION: 'platformError',
};

/** A success has `errors` too: OPERATION_ENQUEUED, which says that it is on its way. */
export function outcome({ status, body }: HttpResponse): SendOutcome {
  const answer = parse(body);
  const result = recordOf(answer);
  if (status === 201 && result.success === true) return { ok: true, messageId: textOf(result.id) };
  const [error = {}] = Array.isArray(answer) ? listOf(answer) : listOf(result.errors);
  const code = textOf(error.errorCode) || textOf(error.statusCode) || String(status);
  const failure = FAILURES[code] ?? (status < 400 || status >= 500 ? 'platformError' : 'invalid');
  const detail = textOf(error.message) || `HTTP ${status}`;
  return { ok: false, failure, code, detail, definite: failure !== 'platformError' };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
