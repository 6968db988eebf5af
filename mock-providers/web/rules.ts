/**
 * What the edge refuses: problems as the API answers them, who is let in, checks of what clients
 * and the stack send, and how often. It changes nothing.
 */
import { type Json, listOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import type { WebLimits } from '../../src/channels/web/limits.ts';
import { bearerOf, createTokenKey, END_USER, isExpired } from '../../src/channels/web/signature.ts';
import {
  type ErrorJson,
  type EventName,
  type SessionEnder,
  UUID,
  webAccount,
} from '../../src/channels/web/wire.ts';
import { type HttpRequest, type HttpResponse, json } from '../../src/http.ts';
import type { Answer, Clock } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import type { Route } from '../routes.ts';
import type { Ledger } from './ledger.ts';
import type { Call } from './webhook.ts';

/** `{ message, code }`: clients go by the status. */
export function problem(status: number, message: string): HttpResponse {
  const body: ErrorJson = { message, code: status };
  return json(status, body);
}

export function bad(message: string): HttpResponse {
  return problem(400, message);
}

export function noUuid(name: string): HttpResponse {
  return bad(`Invalid ${name}: must be a well-formed UUID of version 4, in lower case`);
}

export interface Allowance {
  /** Counts one more; false when that is one too many. */
  take(): boolean;
}

/** Never more than `max` within any `perMs`; 0: any number. */
export function createAllowance(clock: Pick<Clock, 'now'>, max: number, perMs: number): Allowance {
  // A ring of the times of the last `max`; `next` is the oldest.
  const times: number[] = [];
  let next = 0;
  return {
    take() {
      if (max <= 0) return true;
      const oldest = times[next];
      if (oldest !== undefined && clock.now() - oldest < perMs) return false;
      times[next] = clock.now();
      next = (next + 1) % max;
      return true;
    },
  };
}

/** A number of a query, from 0; nothing for what is none. */
export function countOf(value: string | null, absent: number): number | undefined {
  if (value === null || value === '') return absent;
  return /^\d{1,16}$/.test(value) ? Number(value) : undefined;
}

/** Who holds a good token. */
export interface Caller {
  readonly request: HttpRequest;
  readonly subject: string;
  readonly client: string;
  readonly deviceId: string;
}

export interface Gate {
  anyone(take: (caller: Caller, names: readonly string[]) => Answer<HttpResponse>): Route['answer'];
  /** Only to their own conversation. */
  owner(take: (call: Call) => Answer<HttpResponse>): Route['answer'];
}

/** Lets callers with a good token in: any, or only to their own conversation. */
export function createGate({ channel }: Pick<ProviderParts, 'channel'>, ledger: Ledger): Gate {
  const key = createTokenKey(webAccount(channel).tokenSecret);
  const anyone: Gate['anyone'] = (take) => (request, names) => {
    const token = bearerOf(request.headers);
    const claims = key.read(token, END_USER);
    if (claims === undefined || claims.channelAddId !== channel.address) {
      return problem(401, token === '' ? 'Jwt is missing' : 'Jwt verification fails');
    }
    if (isExpired(claims, ledger.nowMs())) return problem(401, 'Jwt is expired');
    const subject = textOf(claims.sub);
    const client = textOf(claims.clientId);
    return take({ request, subject, client, deviceId: textOf(claims.deviceId) }, names);
  };
  const owner: Gate['owner'] = (take) =>
    anyone(({ request, subject, client }, [id = '']) => {
      if (!UUID.test(id)) return noUuid('conversationId');
      const conversation = ledger.conversation(id);
      if (conversation === undefined) return problem(404, 'Conversation not found');
      if (conversation.subject !== subject) return problem(403, 'Not a participant');
      return take({ request, conversation, client });
    });
  return { anyone, owner };
}

/** The two forms of an org's id: 15 characters, and the same with three to check them by. */
export function isSameOrg(one: string, other: string): boolean {
  const [a, b] = [one, other].map((id) => (ORG_ID.test(id) ? id.slice(0, 15) : undefined));
  return a !== undefined && a === b;
}

const ORG_ID = /^00D[a-zA-Z0-9]{12}([a-zA-Z0-9]{3})?$/;

/** Types that end users may send (Interaction Service, error 10062). */
const FROM_END_USERS = ['StaticContentMessage', 'ChoicesResponseMessage', 'FormResponseMessage'];

/** What is wrong with a customer's message. */
export function checkMessage(message: Json, limits: WebLimits): HttpResponse | undefined {
  if (!UUID.test(textOf(message.id))) return noUuid('message.id');
  const type = textOf(message.messageType);
  if (!FROM_END_USERS.includes(type)) {
    return bad(`Invalid message type. Only ${FROM_END_USERS.join(', ')} are supported`);
  }
  if (type === 'StaticContentMessage') {
    const { formatType, text } = recordOf(message.staticContent);
    if (textOf(formatType) === '') return bad('staticContent.formatType is required');
    return formatType === 'Text' ? checkText('staticContent.text', text, limits) : undefined;
  }
  if (type !== 'ChoicesResponseMessage') return undefined;
  const { formatType, selectedOptions } = recordOf(message.choicesResponse);
  if (textOf(formatType) === '') return bad('choicesResponse.formatType is required');
  const isEmpty = listOf(selectedOptions).length === 0;
  return formatType === 'Selections' && isEmpty ? bad('selectedOptions is required') : undefined;
}

/** What is wrong with the events that the stack hands in. */
export function checkEvents(
  events: readonly Json[],
  address: string,
  limits: WebLimits,
): HttpResponse | undefined {
  if (events.length === 0) return bad('events must not be empty');
  for (const { event, data } of events) {
    const { conversationEntry, channelAddressIdentifier } = recordOf(data);
    const types = HANDED_IN.get(textOf(event));
    if (types === undefined) return bad(`${JSON.stringify(event)} can't be handed in`);
    if (channelAddressIdentifier !== address) return bad('channelAddressIdentifier of another');
    const wrong = checkEntry(recordOf(conversationEntry), types, limits);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The entry type of each event that the stack may hand in. */
const HANDED_IN: ReadonlyMap<string, string> = new Map<EventName, string>([
  ['CONVERSATION_MESSAGE', 'Message'],
  ['CONVERSATION_TYPING_STARTED_INDICATOR', 'TypingStartedIndicator'],
  ['CONVERSATION_TYPING_STOPPED_INDICATOR', 'TypingStoppedIndicator'],
  ['CONVERSATION_DELIVERY_ACKNOWLEDGEMENT', 'DeliveryAcknowledgement'],
  ['CONVERSATION_READ_ACKNOWLEDGEMENT', 'ReadAcknowledgement'],
  ['CONVERSATION_SESSION_STATUS_CHANGED', 'SessionStatusChanged'],
  ['CONVERSATION_PARTICIPANT_CHANGED', 'ParticipantChanged'],
]);

function checkEntry(entry: Json, type: string, limits: WebLimits): HttpResponse | undefined {
  const { identifier, entryType, entryPayload, sender, senderDisplayName } = entry;
  if (!UUID.test(textOf(identifier))) return noUuid('identifier');
  if (entryType !== type) return bad(`entryType must be ${type}`);
  if (textOf(senderDisplayName) === '') return bad('senderDisplayName is required');
  if (!isParticipant(sender)) return bad('sender needs appType, role and subject');
  const payload = readJson(Buffer.from(textOf(entryPayload)));
  if (payload?.entryType !== type) return bad('entryPayload must be JSON of that entryType');
  if (type === 'Message') {
    const message = recordOf(payload.abstractMessage);
    if (message.id !== identifier) return bad('abstractMessage.id must be the identifier');
    return checkOutbound(message, limits);
  }
  if (type === 'SessionStatusChanged' || type === 'ParticipantChanged') {
    const isTimed = Number.isInteger(entry.clientTimestamp);
    return isTimed ? checkTold(type, payload) : bad('clientTimestamp is in Unix ms');
  }
  const isAbout = Array.isArray(entry.relatedRecords) && entry.relatedRecords.length > 0;
  const isAcknowledgement = type.endsWith('Acknowledgement');
  return isAcknowledgement && !isAbout ? bad('relatedRecords is required') : undefined;
}

function isParticipant(value: unknown): boolean {
  const { appType, role, subject } = recordOf(value);
  return [appType, role, subject].every((field) => textOf(field) !== '');
}

const ENDERS: readonly unknown[] = [
  'Agent',
  'Chatbot',
  'EndUser',
  'System',
] satisfies SessionEnder[];

/** What becomes of the session: a rep opens it, joins, or it is over. The rest is the edge's. */
function checkTold(type: string, payload: Json): HttpResponse | undefined {
  if (type === 'ParticipantChanged') {
    const [first, ...more] = listOf(payload.entries);
    const { operation, participant, displayName } = first ?? {};
    if (operation !== 'add' || more.length > 0) return bad('entries: one that is added');
    const isNamed = isParticipant(participant) && textOf(displayName) !== '';
    return isNamed ? undefined : bad('an entry needs participant and displayName');
  }
  const { sessionStatus, sessionEndedByRole } = payload;
  if (sessionStatus === 'Active') return undefined;
  if (sessionStatus !== 'Ended') return bad('sessionStatus must be Active or Ended');
  return ENDERS.includes(sessionEndedByRole) ? undefined : bad('sessionEndedByRole is required');
}

function checkOutbound(message: Json, limits: WebLimits): HttpResponse | undefined {
  const { messageType, staticContent, choices } = message;
  const { formatType, text, attachments } = recordOf(staticContent);
  if (messageType === 'ChoicesMessage') {
    const { formatType: format, text: question, optionItems } = recordOf(choices);
    const max = format === 'Buttons' ? limits.buttons : limits.quickReplies;
    const count = listOf(optionItems).length;
    if (format !== 'Buttons' && format !== 'QuickReplies') return bad(`choices as ${format}`);
    if (count === 0 || count > max) return bad(`${format} takes 1 to ${max} options`);
    const named = listOf(optionItems).every(
      ({ optionIdentifier, titleItem }) =>
        textOf(optionIdentifier) !== '' && textOf(recordOf(titleItem).title) !== '',
    );
    return named ? checkText('choices.text', question, limits) : bad('an option without title');
  }
  if (messageType !== 'StaticContentMessage') return bad(`messageType ${messageType}`);
  if (formatType === 'Text') return checkText('staticContent.text', text, limits);
  if (formatType !== 'Attachments') return bad(`formatType ${formatType}`);
  const all = listOf(attachments);
  const isWhole = all.every((one) => ATTACHMENT.every((field) => textOf(one[field]) !== ''));
  if (all.length === 0 || !isWhole) return bad(`an attachment needs ${ATTACHMENT.join(', ')}`);
  return text === undefined ? undefined : checkText('staticContent.text', text, limits);
}

const ATTACHMENT = ['id', 'name', 'mimeType', 'url'] as const;

function checkText(name: string, text: unknown, limits: WebLimits): HttpResponse | undefined {
  if (typeof text !== 'string' || text.trim() === '') return bad(`${name} is required`);
  return text.length > limits.text ? bad(`${name} exceeds ${limits.text} characters`) : undefined;
}
