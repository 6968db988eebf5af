/**
 * The mock edge of Messaging for In-App and Web: Salesforce's API on one side, customers on the
 * other. Real clients are streamed events; simulated phones are shown the same events without a
 * stream, and they send by the same API as everybody.
 */
import { readJson, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { uuidOf } from '../../src/channels/uuid.ts';
import { WEB_LIMITS, type WebLimits } from '../../src/channels/web/limits.ts';
import { API_PATH, webAccount } from '../../src/channels/web/wire.ts';
import type { HttpHandler, HttpResponse } from '../../src/http.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { createApi } from './api.ts';
import {
  changed,
  closed,
  type Form,
  fileForm,
  joined,
  jsonForm,
  messageJson,
  NO_FORM,
  type Occurrence,
  routed,
  STREAMED,
  shownOf,
  UNVERIFIED,
} from './content.ts';
import {
  type Conversation,
  createLedger,
  createStreams,
  type Ledger,
  newSession,
  type ShowMessage,
  type Streams,
} from './ledger.ts';
import { createWebhook, FORWARDED, type Network } from './webhook.ts';

/**
 * The mock of one deployment. Beside the fields of `WebAccount` it reads of `channel.account`:
 * `unreachable` (end users' subjects by comma).
 */
export function createWebProvider(parts: ProviderParts): Provider {
  const limits = limitsOf(parts.channel, WEB_LIMITS);
  const ledger = createLedger(parts, limits.messagesPerMinute);
  const handsets = new Map<string, Handset>();
  const devices = new Map<string, string>();
  const streams = createStreams(parts, limits.pingMs, (subject) => handsets.get(subject)?.show);
  const network = createNetwork(parts, ledger, streams);
  const subjectOfDevice = (deviceId: string) => devices.get(deviceId);
  const all = { parts, ledger, network, streams, limits, subjectOfDevice };
  const api = createApi(all, createWebhook(all));
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: [...FORWARDED, ...STREAMED],
    connect(address, _name, onMessage) {
      const deviceId = uuidOf(address);
      const client = createClient(parts, limits, api.handle, { deviceId, newId: ledger.newId });
      const handset = createHandset(parts, ledger, client, onMessage);
      handsets.set(address, handset);
      devices.set(deviceId, address);
      return {
        ...handset.phone,
        disconnect() {
          if (handsets.get(address) !== handset) return;
          handsets.delete(address);
          devices.delete(deviceId);
          ledger.strip(address);
        },
      };
    },
    addressOf: (n) => UNVERIFIED + uuidOf(`${parts.channelId} customer ${n}`),
  };
}

/** Entries that are kept; the others tell of a moment. */
const KEPT = new Set(['Message', 'RoutingResult', 'SessionStatusChanged', 'ParticipantChanged']);

/**
 * The life of sessions, as the stack tells it. One that tells nothing but messages is understood as
 * well: the first of a rep's opens the session.
 */
function createNetwork(
  { clock, channel, delays }: ProviderParts,
  ledger: Ledger,
  streams: Streams,
): Network {
  const rep = (atMs: number) => {
    const { agentId: subject, agentName: name } = webAccount(channel);
    return { sender: { appType: 'agent', role: 'Agent', subject } as const, name, atMs };
  };

  const publish: Network['publish'] = (conversation, { event, entry }) => {
    if (KEPT.has(entry.entryType)) ledger.keep(conversation, entry);
    streams.send(conversation, event, entry);
  };
  const change = (conversation: Conversation, to: Change) => {
    publish(conversation, changed(to, conversation, channel.address, ledger.nowMs()));
    conversation.session = { ...conversation.session, status: to.status };
  };
  const join = (conversation: Conversation, id: string) => {
    publish(conversation, joined(id, 'add', rep(ledger.nowMs())));
    conversation.session = { ...conversation.session, hasAgent: true };
  };
  const end = (conversation: Conversation, to: Change) => {
    if (conversation.session.hasAgent) {
      publish(conversation, joined(ledger.newId(), 'remove', rep(ledger.nowMs())));
    }
    change(conversation, to);
  };
  /** Nothing for what is known, or comes too late: of a session that is over. */
  const tell = (conversation: Conversation, entry: EntryJson) => {
    const { status, startedMs, hasAgent } = conversation.session;
    if (status === 'Ended' || entry.clientTimestamp < startedMs) return;
    const to = changeOf(entry);
    if (to === undefined) {
      if (!hasAgent) join(conversation, entry.identifier);
    } else if (to.status === 'Ended') end(conversation, to);
    else if (status === 'Waiting') change(conversation, to);
  };
  const show = (conversation: Conversation, { event, entry }: Occurrence) => {
    if (TOLD.has(event)) return tell(conversation, entry);
    const isByRep = entry.entryType === 'Message' && entry.sender.role === 'Agent';
    if (isByRep && conversation.session.status === 'Waiting') {
      change(conversation, { id: ledger.newId(), status: 'Active' });
      if (!conversation.session.hasAgent) join(conversation, ledger.newId());
    }
    publish(conversation, { event, entry: { ...entry, transcriptedTimestamp: ledger.nowMs() } });
  };
  const route = (conversation: Conversation) => {
    const psrId = ledger.newRecordId('0JR');
    publish(conversation, routed(ledger.newId(), conversation.session, psrId, ledger.nowMs()));
  };
  return {
    publish,
    route,
    dispatch(conversation, occurrences) {
      const isMessage = occurrences.some(({ entry }) => entry.entryType === 'Message');
      const delayMs = isMessage ? delays.deliveryMs(ledger.nextNumber('out')) : 0;
      const due = clock.now() + delayMs;
      const before = conversation.streamed;
      const streaming = async () => {
        await before;
        await conversation.underWay;
        if (due > clock.now()) await clock.sleep(due - clock.now());
        for (const occurrence of occurrences) show(conversation, occurrence);
      };
      conversation.streamed = streaming();
      if (occurrences.some(({ event }) => TOLD.has(event))) conversation.told = conversation.streamed;
      clock.spawn(`events of ${conversation.id}`, () => conversation.streamed);
    },
    beginSession(conversation) {
      conversation.session = newSession(ledger.newRecordId('0Mw'), ledger.nowMs());
      route(conversation);
    },
    endSession(conversation) {
      if (conversation.session.status === 'Ended') return;
      const ended = { sessionEndedByRole: 'EndUser', sessionEndTime: ledger.nowMs() } as const;
      end(conversation, { id: ledger.newId(), status: 'Ended', ended });
    },
    close(conversation) {
      if (conversation.closedMs !== undefined) return;
      conversation.closedMs = ledger.nowMs();
      publish(conversation, closed(ledger.newId(), ledger.nowMs()));
    },
  };
}

/** A simulated customer's app. */
interface Handset {
  readonly phone: Omit<Phone, 'disconnect'>;
  readonly show: ShowMessage;
}

function createHandset(
  { clock, delays }: ProviderParts,
  ledger: Ledger,
  client: Client,
  onMessage: (message: PhoneMessage) => void,
): Handset {
  const { call, newId, esDeveloperName } = client;
  /** By the id of each choice on the screen: the newest message that offers it. */
  const questions = new Map<string, string>();
  const pathOf = (what: string) => `/conversation/${client.conversationId()}/${what}`;

  const acknowledge = async (conversationId: string, messageId: string, entryType: string) => {
    const acks = [{ id: newId(), entryType, conversationEntryId: messageId }];
    await client.signIn();
    await call('POST', `/conversation/${conversationId}/acknowledge-entries`, jsonForm({ acks }));
  };
  return {
    show(conversationId, data) {
      const message = shownOf(data);
      if (message === undefined) return;
      const { content, messageId } = message;
      const choices = content.kind === 'text' ? (content.choices ?? []) : [];
      for (const { id } of choices) questions.set(id, messageId);
      onMessage(message);
      const readMs = delays.readMs(ledger.nextNumber('shown'));
      const readAt = clock.now() + (readMs ?? 0);
      clock.spawn(`acknowledgements of ${messageId}`, async () => {
        await acknowledge(conversationId, messageId, 'Delivery');
        if (readMs === undefined) return;
        await clock.sleep(readAt - clock.now());
        await acknowledge(conversationId, messageId, 'Read');
      });
    },
    phone: {
      async send(content): Promise<SendReport> {
        const refused = await client.enter();
        if (refused !== undefined) return failed(refused);
        const messageId = newId();
        const post = (isNewMessagingSession: boolean) => {
          const rest = { esDeveloperName, isNewMessagingSession };
          const isFile = content.kind === 'media';
          const form = isFile
            ? fileForm(messageId, newId(), content, rest)
            : jsonForm({ message: messageJson(messageId, content, questions), ...rest });
          return call('POST', pathOf(isFile ? 'file' : 'message'), form);
        };
        const answer = await post(false);
        // The last session is over: begin another, as clients do.
        const last = answer.status === 417 ? await post(true) : answer;
        return last.status === 202 ? { ok: true, messageId } : failed(last);
      },
      async typing(on) {
        if ((await client.enter()) !== undefined) return;
        const entryType = on ? 'TypingStartedIndicator' : 'TypingStoppedIndicator';
        await call('POST', pathOf('entry'), jsonForm({ entryType, id: newId() }));
      },
      async leave() {
        if (client.conversationId() === undefined) return;
        await client.signIn();
        await call('DELETE', pathOf(`session?esDeveloperName=${esDeveloperName}`));
      },
    },
  };
}

function failed({ status, body }: HttpResponse): SendReport {
  const { message } = readJson(body) ?? {};
  return { ok: false, reason: `${status} ${textOf(message)}`.trim() };
}
