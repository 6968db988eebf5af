/**
 * What the edge and the stack tell each other. A client's own request is forwarded as it stands,
 * with the client's token and bytes, to the webhook and the path behind the API's; once the stack
 * has taken it, the conversation goes on. Events for clients are handed in by the stack. Clients'
 * tokens are checked before, in `api.ts`.
 */
import { listOf, numberOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { readMultipart } from '../../src/channels/multipart.ts';
import type { WebLimits } from '../../src/channels/web/limits.ts';
import { bearerOf, createTokenKey, isExpired, STACK } from '../../src/channels/web/signature.ts';
import {
  API_PATH,
  type EntryJson,
  EVENTS_PATH,
  type EventName,
  FILES_PATH,
  type MessageJson,
  type SessionEnder,
  UUID,
  webAccount,
} from '../../src/channels/web/wire.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../src/http.ts';
import { type CallPolicy, call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';
import type { Route } from '../routes.ts';
import { type Change, GUEST, type Occurrence, said, takenJson } from './content.ts';
import { type Conversation, currentOf, type Ledger, type Rep, type Streams } from './ledger.ts';
import { bad, checkEvents, checkMessage, noUuid, problem } from './rules.ts';

/** A call of a client about its own, open conversation. */
export interface Call {
  readonly request: HttpRequest;
  readonly conversation: Conversation;
  /** The client's id, as its token has it. */
  readonly client: string;
}

type Take = (call: Call) => Promise<HttpResponse>;

/** Each resolves with the answer for the client. */
export interface Webhook {
  readonly message: Take;
  readonly file: Take;
  /** Typing. */
  readonly entry: Take;
  readonly acknowledge: Take;
  readonly endSession: Take;
  readonly close: Take;
}

/** What is forwarded. */
export const FORWARDED = [
  'message',
  'file',
  'entry',
  'acknowledge-entries',
  'end session',
  'close conversation',
] as const;

/** How what happens in a conversation comes to its customer. */
export interface Network {
  /** Keeps the entry and shows it, now. */
  publish(conversation: Conversation, occurrence: Occurrence): void;
  /** Shows what the stack handed in: after a while, one after the other. */
  dispatch(conversation: Conversation, all: readonly HandedIn[]): void;
  /** Tells that the conversation's session waits for a rep. */
  route(conversation: Conversation): void;
  beginSession(conversation: Conversation): void;
  endSession(conversation: Conversation): void;
  close(conversation: Conversation): void;
}

/** What the stack handed in, and what it tells of the session, if that is what it is about. */
export interface HandedIn extends Occurrence {
  readonly change?: Change;
  /** Who joins. */
  readonly rep?: Rep;
}

export interface WebhookParts {
  readonly parts: ProviderParts;
  readonly ledger: Ledger;
  readonly network: Network;
  readonly streams: Streams;
  readonly limits: WebLimits;
  /** The simulated customer whose device that is. */
  readonly subjectOfDevice: (deviceId: string) => string | undefined;
}

export function createWebhook(all: WebhookParts): Webhook {
  const { parts, ledger, network, limits } = all;
  const forward = createForward(parts);
  const take = createTake(all, forward);
  const { esDeveloperName } = webAccount(parts.channel);
  const isOurs = (name: unknown) => name === esDeveloperName;
  const isOursByQuery = ({ url }: HttpRequest) =>
    isOurs(new URL(url).searchParams.get('esDeveloperName'));

  const ended: Take = async ({ request, conversation }) => {
    if (!isOursByQuery(request)) return bad('Invalid esDeveloperName');
    if (conversation.session.status === 'Ended') return respond(204);
    const answer = await forward(request);
    if (isTaken(answer)) network.endSession(conversation);
    return answer;
  };
  return {
    message(call) {
      const { message, esDeveloperName: name, ...rest } = readJson(call.request.body) ?? {};
      const wrong = isOurs(name) ? undefined : bad('Invalid esDeveloperName');
      const refused = wrong ?? checkMessage(recordOf(message), limits);
      if (refused !== undefined) return Promise.resolve(refused);
      return take(call, message as MessageJson, rest.isNewMessagingSession === true);
    },
    async file(call) {
      const { headers, body } = call.request;
      const form = readMultipart(headers['content-type'] ?? '', body) ?? [];
      const entry = form.find(({ name }) => name === 'messageEntry');
      const file = form.find(({ name }) => name === 'fileData');
      if (entry === undefined || file === undefined) return bad('messageEntry and fileData');
      const { message, esDeveloperName: name, ...rest } = readJson(entry.body) ?? {};
      const { id, fileId, text, inReplyToMessageId: answered } = recordOf(message);
      if (!isOurs(name)) return bad('Invalid esDeveloperName');
      if (!UUID.test(textOf(id))) return noUuid('message.id');
      if (!UUID.test(textOf(fileId))) return noUuid('message.fileId');
      if (file.body.length > limits.fileBytes) return bad(`a file has ${limits.fileBytes} bytes`);
      const mimeType = file.contentType || 'application/octet-stream';
      const kept = { name: file.filename ?? 'file', mimeType };
      const url = `${parts.publicUrl}${FILES_PATH}/${textOf(fileId)}`;
      ledger.keepFile(textOf(fileId), { ...kept, bytes: file.body });
      const caption = textOf(text) === '' ? {} : { text: textOf(text) };
      const attachments = [{ id: textOf(fileId), ...kept, url }];
      const shown: MessageJson = {
        id: textOf(id),
        ...(textOf(answered) === '' ? {} : { inReplyToMessageId: textOf(answered) }),
        messageType: 'StaticContentMessage',
        staticContent: { formatType: 'Attachments', ...caption, attachments },
      };
      return take(call, shown, rest.isNewMessagingSession === true);
    },
    entry: ({ request }) => forward(request),
    acknowledge: ({ request }) => forward(request),
    endSession: ended,
    async close(call) {
      const answer = await ended(call);
      if (isTaken(answer)) network.close(call.conversation);
      return answer;
    },
  };
}

function isTaken({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** A message on its way to the stack: into which session, how often, and its echo. */
function createTake({ parts, ledger, network }: WebhookParts, forward: Forward) {
  return async (call: Call, message: MessageJson, isNewSession: boolean) => {
    const { request, conversation, client } = call;
    const { entries, subject } = conversation;
    const isOver = () => conversation.session.status === 'Ended';
    await conversation.ending;
    // Sent again though it had been taken: nothing new.
    const known = entries.find(({ identifier }) => identifier === message.id);
    if (known !== undefined) return takenJson([message.id], known.clientTimestamp);
    if (isOver() && !isNewSession) {
      return problem(417, 'There is no active messaging session in this conversation');
    }
    if (!conversation.messages.take()) return problem(429, 'Too many messages in a minute');
    const inboundMs = parts.delays.inboundMs(ledger.nextNumber('in'));
    if (inboundMs > 0) await parts.clock.sleep(inboundMs);
    // Also of one that was over before the message got here: the stack begins another by it.
    await conversation.ending;
    if (isOver()) network.beginSession(conversation);
    const forwarding = forward(request);
    // Without what they come to: all answers of a conversation would be kept as long as it is.
    conversation.underWay = Promise.all([conversation.underWay, forwarding]).then(() => {});
    const answer = await forwarding;
    if (!isTaken(answer)) return answer;
    const sender = { appType: 'iamessage', role: 'EndUser', subject } as const;
    const [told] = listOf(readJson(answer.body)?.conversationEntries);
    // The client was told a time: its echo has the same.
    const atMs = numberOf(told?.clientTimestamp) ?? ledger.nowMs();
    const origin = { sender: { ...sender, clientIdentifier: client }, name: GUEST, atMs };
    network.publish(conversation, said(message, origin));
    return answer;
  };
}

/** Our own: the stack hands in events for a customer. All are taken, or none; and none twice. */
export function createEvents({ parts, ledger, network, limits }: WebhookParts): Route {
  const { channel } = parts;
  const key = createTokenKey(webAccount(channel).tokenSecret);
  const unreachable = new Set((channel.account.unreachable ?? '').split(',').map((s) => s.trim()));
  return {
    endpoint: `POST ${EVENTS_PATH}`,
    answer({ headers, body }) {
      const claims = key.read(bearerOf(headers), STACK);
      const isGood = claims?.sub === channel.address && !isExpired(claims, ledger.nowMs());
      if (!isGood) return problem(401, 'Jwt verification fails');
      const { recipient, events } = readJson(body) ?? {};
      const handedIn = listOf(events);
      const refused = checkEvents(handedIn, channel.address, limits);
      if (refused !== undefined) return refused;
      const subject = textOf(recordOf(recipient).subject);
      const conversation = unreachable.has(subject) ? undefined : currentOf(ledger, subject);
      if (conversation === undefined) return problem(404, 'No open conversation of that end user');
      const all = handedIn.map(({ event, data }) =>
        readHandedIn(event as EventName, recordOf(data).conversationEntry as EntryJson),
      );
      const news = all.filter(({ entry }) => ledger.isNew(conversation, entry.identifier));
      if (news.length > 0) network.dispatch(conversation, news);
      const ids = all.map(({ entry }) => entry.identifier);
      return takenJson(ids, ledger.nowMs());
    },
  };
}

/** Of an entry that was found good. */
function readHandedIn(event: EventName, entry: EntryJson): HandedIn {
  const { entryType, entryPayload, identifier: id, clientTimestamp } = entry;
  if (entryType !== 'SessionStatusChanged' && entryType !== 'ParticipantChanged') {
    return { event, entry };
  }
  const told = readJson(Buffer.from(entryPayload)) ?? {};
  if (entryType === 'ParticipantChanged') {
    const [{ participant, displayName } = {}] = listOf(told.entries);
    return { event, entry, rep: { participant, displayName } as Rep };
  }
  if (told.sessionStatus === 'Active') return { event, entry, change: { id, status: 'Active' } };
  const ended = {
    sessionEndedByRole: told.sessionEndedByRole as SessionEnder,
    sessionEndTime: numberOf(told.sessionEndTime) ?? clientTimestamp,
  };
  return { event, entry, change: { id, status: 'Ended', ended } };
}

/** The stack's answer, which is the client's; 500 when there is none. */
type Forward = (request: HttpRequest) => Promise<HttpResponse>;

function createForward(parts: ProviderParts): Forward {
  return async (request) => {
    const at = request.url.indexOf(API_PATH) + API_PATH.length;
    const url = parts.webhookUrl + request.url.slice(at);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => PASSED_ON.has(name)),
    );
    const report = await call(parts, { ...request, url, headers }, POLICY);
    // Clients know what to do on 500, and on no other of its kind.
    return report.ok ? report.response : problem(500, `Internal Server Error: ${report.reason}`);
  };
}

/** The others are of the connection, or of browsers. */
const PASSED_ON = new Set([
  'authorization',
  'content-type',
  'accept',
  'accept-language',
  'user-agent',
]);

/** Ours: inside Salesforce nobody sees it. Twice more, when the stack fails or does not answer. */
const POLICY: CallPolicy = {
  timeoutMs: 30_000,
  takes: ({ status }) => status < 500,
  retryAfterMs: (retry) => (retry <= 2 ? 1_000 * retry : undefined),
};
