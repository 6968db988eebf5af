/**
 * Threads and entries as JSON text, for stores outside this process. JSON drops fields that are
 * undefined; they are put back, so that records keep one shape.
 */
import type { ReceiptStatus } from '../message.ts';
import type { ReceiptChange } from '../ports.ts';
import type { Entry, Session, Thread } from '../sessions/thread.ts';

/** The compiler sees to it that none is missing. */
const THREAD: Readonly<Record<keyof Thread, undefined>> = {
  key: undefined,
  channelId: undefined,
  address: undefined,
  profileName: undefined,
  person: undefined,
  language: undefined,
  consent: undefined,
  lastInboundMs: undefined,
  lastMessageId: undefined,
  readToken: undefined,
  replyToken: undefined,
  consentSentMs: undefined,
  session: undefined,
  sessionCount: undefined,
  sends: undefined,
  keepUntilMs: undefined,
};

const SESSION: Readonly<Record<keyof Session, undefined>> = {
  id: undefined,
  status: undefined,
  origin: undefined,
  startedBy: undefined,
  startedMs: undefined,
  workId: undefined,
  wanted: undefined,
  waitingSinceMs: undefined,
  rep: undefined,
  acceptedMs: undefined,
  endedMs: undefined,
  endedBy: undefined,
  unansweredSinceMs: undefined,
  repliedOnce: undefined,
  dueMs: undefined,
};

export const encode: (record: Thread | Entry) => string = JSON.stringify;

export function decodeThread(json: string): Thread {
  const thread = { ...THREAD, ...JSON.parse(json) } as Thread;
  if (thread.session === undefined) return thread;
  return { ...thread, session: { ...SESSION, ...thread.session } as Session };
}

export function decodeEntry(json: string): Entry {
  return JSON.parse(json) as Entry;
}

/** How far a receipt has got; a later one never takes an earlier one back. */
export const RANK: Readonly<Record<ReceiptStatus, number>> = {
  sent: 1,
  failed: 2,
  delivered: 3,
  read: 4,
};

/** The entry with a platform's report on it. */
export function withReceipt(entry: Entry, status: ReceiptStatus): ReceiptChange {
  const changed = entry.receipt === undefined || RANK[entry.receipt] < RANK[status];
  return { entry: changed ? { ...entry, receipt: status } : entry, changed };
}
