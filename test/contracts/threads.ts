/** Threads, sessions and entries for the contracts of stores. */
import type { ReceiptStatus } from '../../src/message.ts';
import type { ThreadChange } from '../../src/ports.ts';
import type { Entry, Session, Thread } from '../../src/sessions/thread.ts';

export const NOW = 1_700_000_000_000;
export const DAY = 86_400_000;
export const KEY = 'chat:ada';

export function session(changes: Partial<Session> = {}): Session {
  return {
    id: 's1',
    status: 'Active',
    origin: 'InboundInitiated',
    startedBy: undefined,
    startedMs: NOW,
    workId: 'w1',
    wanted: undefined,
    waitingSinceMs: NOW,
    rep: undefined,
    acceptedMs: undefined,
    endedMs: undefined,
    endedBy: undefined,
    unansweredSinceMs: NOW,
    repliedOnce: false,
    dueMs: undefined,
    ...changes,
  };
}

export function thread(changes: Partial<Thread> = {}): Thread {
  return {
    key: KEY,
    channelId: 'chat',
    address: 'ada',
    profileName: undefined,
    person: undefined,
    language: undefined,
    consent: 'ImplicitlyOptedIn',
    lastInboundMs: NOW,
    lastMessageId: 'm0',
    readToken: undefined,
    replyToken: undefined,
    consentSentMs: 0,
    session: session(),
    sessionCount: 1,
    sends: [],
    keepUntilMs: NOW + 30 * DAY,
    ...changes,
  };
}

export function change(changes: Partial<ThreadChange> = {}): ThreadChange {
  return { thread: thread(), entries: [], claims: [], claimsUntilMs: NOW + DAY, ...changes };
}

export function entry(id: string, changes: Partial<Entry> = {}): Entry {
  const content = { kind: 'text', text: 'hello' } as const;
  return { id, sessionId: 's1', actor: 'EndUser', atMs: NOW, sentMs: NOW, content, ...changes };
}

export function receipt(messageId: string, status: ReceiptStatus) {
  return { kind: 'receipt', messageId, to: 'ada', status } as const;
}
