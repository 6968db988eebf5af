/**
 * The mock edge of Messaging for In-App and Web: Salesforce's API on one side, customers on the
 * other. Real clients are streamed events; simulated phones are shown the same events without a
 * stream, and they send by the same API as everybody. What becomes of sessions is decided here.
 */
import { readJson, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { uuidOf } from '../../src/channels/uuid.ts';
import { WEB_LIMITS } from '../../src/channels/web/limits.ts';
import type { EntryJson } from '../../src/channels/web/wire.ts';
import type { HttpResponse } from '../../src/http.ts';
import type { Channel } from '../../src/org.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { type Client, createClient } from './account.ts';
import { createApi } from './api.ts';
import {
  type Change,
  changed,
  closed,
  fileForm,
  jsonForm,
  messageJson,
  moved,
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
  type Rep,
  type ShowMessage,
  type Streams,
} from './ledger.ts';
import { createWebhook, FORWARDED, type HandedIn, type Network } from './webhook.ts';

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

function createNetwork(
  { clock, channel, delays }: ProviderParts,
  ledger: Ledger,
  streams: Streams,
): Network {
  const publish: Network['publish'] = (conversation, { event, entry }) => {
    if (KEPT.has(entry.entryType)) ledger.keep(conversation, entry);
    streams.send(conversation, event, entry);
  };
  const life = createLife(channel, ledger, publish);
  const show = (conversation: Conversation, handedIn: HandedIn) => {
    const { event, entry, change, rep } = handedIn;
    if (change !== undefined || rep !== undefined) return life.tell(conversation, handedIn);
    if (entry.entryType === 'Message') life.infer(conversation, entry);
    publish(conversation, { event, entry: { ...entry, transcriptedTimestamp: ledger.nowMs() } });
  };
  const route = (conversation: Conversation) => {
    const psrId = ledger.newRecordId('0JR');
    publish(conversation, routed(ledger.newId(), conversation.session, psrId, ledger.nowMs()));
  };
  return {
    publish,
    route,
    dispatch(conversation, all) {
      const isMessage = all.some(({ entry }) => entry.entryType === 'Message');
      const delayMs = isMessage ? delays.deliveryMs(ledger.nextNumber('out')) : 0;
      const due = clock.now() + delayMs;
      const before = conversation.streamed;
      const streaming = async () => {
        await before;
        await conversation.underWay;
        if (due > clock.now()) await clock.sleep(due - clock.now());
        for (const handedIn of all) show(conversation, handedIn);
      };
      conversation.streamed = streaming();
      const isEnd = all.some(({ change }) => change?.status === 'Ended');
      if (isEnd) conversation.ending = conversation.streamed;
      clock.spawn(`events of ${conversation.id}`, () => conversation.streamed);
    },
    beginSession(conversation) {
      conversation.session = newSession(ledger.newRecordId('0Mw'), ledger.nowMs());
      route(conversation);
    },
    endSession: life.leave,
    close(conversation) {
      if (conversation.closedMs !== undefined) return;
      conversation.closedMs = ledger.nowMs();
      publish(conversation, closed(ledger.newId(), ledger.nowMs()));
    },
  };
}

/** What becomes of sessions: as the stack tells it, as customers wish, or as far as one can see. */
function createLife(channel: Channel, ledger: Ledger, publish: Network['publish']) {
  const change = (conversation: Conversation, to: Change) => {
    publish(conversation, changed(to, conversation, channel.address, ledger.nowMs()));
    conversation.session = { ...conversation.session, status: to.status };
  };
  const join = (conversation: Conversation, id: string, rep: Rep) => {
    publish(conversation, moved(id, 'add', rep, ledger.nowMs()));
    conversation.session = { ...conversation.session, rep };
  };
  const end = (conversation: Conversation, to: Change) => {
    const { rep } = conversation.session;
    if (rep !== undefined) {
      publish(conversation, moved(ledger.newId(), 'remove', rep, ledger.nowMs()));
    }
    change(conversation, to);
  };
  return {
    /** Nothing new in what is known already, or comes too late: its session is over. */
    tell(conversation: Conversation, { entry, change: to, rep }: HandedIn) {
      const { session } = conversation;
      if (session.status === 'Ended' || entry.clientTimestamp < session.startedMs) return;
      if (rep !== undefined && session.rep === undefined) {
        join(conversation, entry.identifier, rep);
      }
      if (to?.status === 'Ended') end(conversation, to);
      if (to?.status === 'Active' && session.status === 'Waiting') change(conversation, to);
    },
    /** Of stacks that don't tell, the first the edge knows of a rep is a message of theirs. */
    infer(conversation: Conversation, { sender, senderDisplayName: displayName }: EntryJson) {
      if (sender.role !== 'Agent' || conversation.session.status !== 'Waiting') return;
      change(conversation, { id: ledger.newId(), status: 'Active' });
      if (conversation.session.rep !== undefined) return;
      join(conversation, ledger.newId(), { participant: sender, displayName });
    },
    leave(conversation: Conversation) {
      if (conversation.session.status === 'Ended') return;
      const ended = { sessionEndedByRole: 'EndUser', sessionEndTime: ledger.nowMs() } as const;
      end(conversation, { id: ledger.newId(), status: 'Ended', ended });
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
