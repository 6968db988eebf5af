/**
 * What the edge remembers: conversations with their sessions and entries, customers' files, and the
 * newest events, which it streams. All of it bounded: the oldest is forgotten first.
 */
import { uuidOf } from '../../src/channels/uuid.ts';
import type {
  EntryJson,
  EventData,
  EventName,
  Participant,
  SessionStatus,
} from '../../src/channels/web/wire.ts';
import type { Timer } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import { type Allowance, createAllowance } from './rules.ts';

export interface Conversation {
  readonly id: string;
  /** The end user it belongs to. */
  readonly subject: string;
  /** Unix ms. */
  readonly startedMs: number;
  closedMs: number | undefined;
  session: EdgeSession;
  /** Oldest first. */
  readonly entries: EntryJson[];
  /** Entries that came in, so that none is taken twice. */
  readonly seen: Set<string>;
  readonly messages: Allowance;
  /** The customer's message that the stack is being told of: answers to it come after it. */
  underWay: Promise<void>;
  /** Settles when the end of a session, handed in by the stack, has been streamed. */
  ending: Promise<void>;
  /** Settles when all that was handed in so far has been streamed. */
  streamed: Promise<void>;
}

/** A MessagingSession, as far as the edge can tell. */
export interface EdgeSession {
  /** `0Mw…` */
  readonly id: string;
  readonly status: SessionStatus;
  /** Unix ms. */
  readonly startedMs: number;
  /** Who has joined. */
  readonly rep: Rep | undefined;
}

/** A rep as customers see them. */
export interface Rep {
  readonly participant: Participant;
  readonly displayName: string;
}

export interface KeptFile {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

export interface Ledger {
  /**
   * Counts from 1, each purpose by itself: delays are drawn by it, so that as many messages draw
   * the same ones whichever comes first.
   */
  nextNumber(purpose: 'in' | 'out' | 'shown'): number;
  newId(): string;
  /** 15 characters, as of a record of Salesforce's. */
  newRecordId(prefix: string): string;
  /** Unix ms. */
  nowMs(): number;
  open(id: string, subject: string): Conversation;
  conversation(id: string): Conversation | undefined;
  /** Newest first. */
  conversationsOf(subject: string): readonly Conversation[];
  keep(conversation: Conversation, entry: EntryJson): void;
  /** True the first time. */
  isNew(conversation: Conversation, entryId: string): boolean;
  /** Its customer has gone: nobody will ask for the entries any more. */
  strip(subject: string): void;
  keepFile(id: string, file: KeptFile): void;
  file(id: string): KeptFile | undefined;
}

/** An org may have 11,000 sessions at once (Salesforce help: Messaging Limits). */
const KEPT = { conversations: 20_000, entries: 200, seen: 100, files: 50 };

export function createLedger(parts: ProviderParts, messagesPerMinute: number): Ledger {
  const { clock, random, channelId } = parts;
  const conversations = new Map<string, Conversation>();
  const bySubject = new Map<string, Conversation[]>();
  const files = new Map<string, KeptFile>();
  const counts = { in: 0, out: 0, shown: 0, id: 0 };
  const nowMs = () => Math.floor(clock.originMs + clock.now());

  const newId = () => {
    counts.id += 1;
    return uuidOf(`${channelId} ${counts.id} ${random('id', counts.id)}`);
  };
  const newRecordId = (prefix: string) => prefix + newId().replaceAll('-', '').slice(0, 12);
  const forgetOldest = () => {
    const [oldest] = conversations.values();
    if (oldest === undefined) return;
    conversations.delete(oldest.id);
    const others = (bySubject.get(oldest.subject) ?? []).filter((one) => one !== oldest);
    if (others.length > 0) bySubject.set(oldest.subject, others);
    else bySubject.delete(oldest.subject);
  };
  return {
    nowMs,
    newId,
    newRecordId,
    nextNumber(purpose) {
      counts[purpose] += 1;
      return counts[purpose];
    },
    open(id, subject) {
      const conversation: Conversation = {
        id,
        subject,
        startedMs: nowMs(),
        closedMs: undefined,
        session: newSession(newRecordId('0Mw'), nowMs()),
        entries: [],
        seen: new Set(),
        messages: createAllowance(clock, messagesPerMinute, MINUTE),
        underWay: NOTHING,
        ending: NOTHING,
        streamed: NOTHING,
      };
      conversations.set(id, conversation);
      bySubject.set(subject, [conversation, ...(bySubject.get(subject) ?? [])]);
      if (conversations.size > KEPT.conversations) forgetOldest();
      return conversation;
    },
    conversation: (id) => conversations.get(id),
    conversationsOf: (subject) => bySubject.get(subject) ?? [],
    keep({ entries }, entry) {
      entries.push(entry);
      if (entries.length > KEPT.entries) entries.shift();
    },
    isNew({ seen }, entryId) {
      if (seen.has(entryId)) return false;
      seen.add(entryId);
      dropOldest(seen, KEPT.seen);
      return true;
    },
    strip(subject) {
      for (const { entries, seen } of bySubject.get(subject) ?? []) {
        entries.length = 0;
        seen.clear();
      }
    },
    keepFile(id, file) {
      files.set(id, file);
      dropOldest(files, KEPT.files);
    },
    file: (id) => files.get(id),
  };
}

export function newSession(id: string, startedMs: number): EdgeSession {
  return { id, status: 'Waiting', startedMs, rep: undefined };
}

/** The one that messages to that customer go to. */
export function currentOf(ledger: Ledger, subject: string): Conversation | undefined {
  return ledger.conversationsOf(subject).find(({ closedMs }) => closedMs === undefined);
}

const MINUTE = 60_000;
const NOTHING = Promise.resolve();

function dropOldest(kept: Set<string> | Map<string, unknown>, max: number): void {
  const [oldest] = kept.size > max ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
}

/** Events kept for real clients that come back; simulated phones miss none. */
const KEPT_EVENTS = 5_000;

/** Data of a keep-alive: an integer, unlike that of all others. */
const PING = 'event: ping\ndata: 0\n\n';

/** Who is shown events as they happen. */
export interface Streams {
  send(conversation: Conversation, event: EventName, entry: EntryJson): void;
  /** Of the event that was sent last, to anyone: decimal. */
  lastId(): string;
  /** Streams events, first the kept ones after that id, until the function it gives is called. */
  subscribe(subject: string, afterId: string, write: (chunk: string) => void): () => void;
}

/**
 * `pingMs`: between keep-alives; 0: none. `phoneOf`: what shows messages to the simulated customer,
 * if that subject is one.
 */
export function createStreams(
  { clock, channel }: ProviderParts,
  pingMs: number,
  phoneOf: (subject: string) => ShowMessage | undefined,
): Streams {
  const listeners = new Map<string, Set<(chunk: string) => void>>();
  const kept: { readonly id: number; readonly subject: string; readonly frame: string }[] = [];
  let lastId = 0;

  const send: Streams['send'] = ({ id, subject }, event, entry) => {
    lastId += 1;
    const phone = phoneOf(subject);
    const clients = listeners.get(subject);
    const isShown = phone !== undefined && event === 'CONVERSATION_MESSAGE';
    if (phone !== undefined && clients === undefined && !isShown) return;
    const json: EventData = {
      channelPlatformKey: uuidOf(subject),
      channelType: 'embedded_messaging',
      channelAddressIdentifier: channel.address,
      conversationId: id,
      conversationEntry: entry,
    };
    const data = JSON.stringify(json);
    if (isShown) phone(id, data);
    if (phone !== undefined && clients === undefined) return;
    const frame = `id: ${lastId}\nevent: ${event}\ndata: ${data}\n\n`;
    kept.push({ id: lastId, subject, frame });
    if (kept.length > KEPT_EVENTS) kept.shift();
    for (const write of clients ?? []) write(frame);
  };
  return {
    send,
    lastId: () => String(lastId),
    subscribe(subject, afterId, write) {
      const after = /^\d{1,16}$/.test(afterId) ? Number(afterId) : lastId;
      for (const one of kept) {
        if (one.subject === subject && one.id > after) write(one.frame);
      }
      const mine = listeners.get(subject) ?? new Set();
      listeners.set(subject, mine.add(write));
      let timer: Timer | undefined;
      const wait = () => {
        timer = clock.after(pingMs, ping);
      };
      const ping = () => {
        write(PING);
        wait();
      };
      if (pingMs > 0) wait();
      return () => {
        timer?.cancel();
        mine.delete(write);
        if (mine.size === 0 && listeners.get(subject) === mine) listeners.delete(subject);
      };
    },
  };
}

/** `data`: of a message's event. */
export type ShowMessage = (conversationId: string, data: string) => void;
