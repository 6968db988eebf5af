/**
 * The session store in Redis, shared by as many stack processes as like. A step reads the thread,
 * is taken here, and is saved by one script if nobody has saved in between; else it is taken again.
 */
import { StackError } from '../../errors.ts';
import type { SessionStore, ThreadChange } from '../../ports.ts';
import { type Entry, isUnfinished } from '../../sessions/thread.ts';
import { decodeEntry, decodeThread, encode, RANK } from '../codec.ts';
import { forgettableAfter } from '../expiry.ts';
import { type Client, connect } from './client.ts';
import { createIndexes, type Read } from './indexes.ts';
import { type Keys, keysUnder } from './keys.ts';

/** By the server's clock, after a thread may be forgotten by the caller's. */
const GRACE_MS = 24 * 3_600_000;
/** Steps taken on a thread that others keep changing; then it is the store's fault. */
const MOST_CONFLICTS = 1000;

/** Throws `StackError` when the server can't be reached or will not have us. */
export async function openRedisStore(url: string): Promise<SessionStore> {
  const client = await connect(url);
  const keys = keysUnder(client.prefix);
  const read = async (key: string, nowMs: number): Promise<Read> => {
    const [thread] = keys.of(key);
    const fields = ['json', 'version', 'after'];
    const [json, version, after] = await client.call<(string | null)[]>('HMGET', thread, ...fields);
    const isForgotten = after !== '' && after !== null && Number(after) < nowMs;
    const known = json === null || json === undefined || isForgotten ? undefined : json;
    return { thread: known && decodeThread(known), version: Number(version ?? 0) } as Read;
  };
  let hasSaved = false;
  const indexes = createIndexes(client, keys);
  const history = createHistory(client, (key) => keys.of(key));
  const ofPerson: SessionStore['ofPerson'] = async (person, nowMs) => {
    const found = await client.call<string[]>('ZRANGE', keys.person(person), 0, -1);
    const all = await Promise.all(found.map((key) => read(key, nowMs)));
    return all.flatMap(({ thread }) => (thread?.person === person ? [thread] : []));
  };
  return {
    load: async (key, nowMs) => (await read(key, nowMs)).thread,
    async update(key, nowMs, step) {
      for (let tries = 0; tries < MOST_CONFLICTS; tries += 1) {
        const before = await read(key, nowMs);
        const change = step(before.thread);
        if (change === undefined) return 'unchanged';
        await indexes.enter(key, before, change.thread);
        const answer = await client.save(
          keys.of(key),
          saving(before, change, nowMs, client.newId()),
        );
        if (answer === 'conflict') continue;
        hasSaved ||= answer === 'saved';
        if (answer === 'saved') await indexes.leave(key, before, change.thread);
        return answer === 'saved' ? 'saved' : 'duplicate';
      }
      throw new StackError('storeUnavailable', `${key} is changed by others all the time`);
    },
    receipt: createReceipts(client, keys, read, history),
    async entries(key, sessionId) {
      const all = await history(key);
      return all.flatMap(({ entry }) => (entry.sessionId === sessionId ? [entry] : []));
    },
    history: async (key) => (await history(key)).map(({ entry }) => entry),
    async *unfinished() {
      for await (const key of indexes.open()) {
        const { thread } = await read(key, Number.NEGATIVE_INFINITY);
        if (thread !== undefined && isUnfinished(thread)) yield thread;
      }
    },
    ofPerson,
    // Of those that have come here, this is not the first.
    isUsed: () => hasSaved || client.number() > 1,
    lead: (me, forMs) => client.lead(keys.lead, me, forMs),
    async erase(key) {
      const before = await read(key, Number.NEGATIVE_INFINITY);
      // First, as versions begin again with the next thread.
      await indexes.leave(key, before, undefined);
      return (await client.call<number>('DEL', ...keys.of(key))) > 0;
    },
    close: client.close,
  };
}

/** Moves receipts forward; what it is about. */
function createReceipts(
  client: Client,
  keys: Keys,
  read: (key: string, nowMs: number) => Promise<Read>,
  history: ReturnType<typeof createHistory>,
): SessionStore['receipt'] {
  return async (key, report, nowMs) => {
    if ((await read(key, nowMs)).thread === undefined) return [];
    const isMeant = (entry: Entry) =>
      report.kind === 'receipt'
        ? entry.id === report.messageId
        : entry.sentMs <= report.untilMs && entry.receipt !== 'failed';
    const all = await history(key, report.kind === 'receipt' ? report.messageId : undefined);
    const meant = all.filter(({ entry }) => entry.actor !== 'EndUser' && isMeant(entry));
    if (meant.length === 0) return [];
    const numbers = meant.map(({ seq, entry }) => [seq, entry.receipt ?? '']);
    const args = [report.status, RANK[report.status], ...numbers.flat()];
    const answers = await client.receipts(keys.of(key)[3], args);
    return meant.map(({ entry }, i) => ({
      entry: { ...entry, receipt: answers[2 * i] as NonNullable<Entry['receipt']> },
      changed: answers[2 * i + 1] === '1',
    }));
  };
}

/** The arguments of the script that saves. */
function saving(
  { thread: before, version }: Read,
  { thread, entries, claims, claimsUntilMs }: ThreadChange,
  nowMs: number,
  saveId: string,
): (string | number)[] {
  const after = forgettableAfter(thread);
  const livesMs = after === undefined ? '' : Math.ceil(Math.max(0, after - nowMs) + GRACE_MS);
  return [
    version,
    // A save whose answer was lost is told from somebody else's.
    saveId,
    nowMs,
    encode(thread),
    after ?? '',
    before === undefined ? '1' : '0',
    claimsUntilMs,
    livesMs,
    claims.length,
    ...claims,
    ...entries.flatMap((entry) => [entry.id, encode(entry)]),
  ];
}

interface Numbered {
  readonly seq: string;
  readonly entry: Entry;
}

/** Entries with their receipts, oldest first: all, or those with an id. */
function createHistory(client: Client, keysOf: (key: string) => readonly string[]) {
  return async (key: string, id?: string): Promise<readonly Numbered[]> => {
    const [, entries = '', ids = '', receipts = ''] = keysOf(key);
    let rows: (readonly [string, string])[];
    if (id === undefined) {
      rows = pairs(await client.call<unknown>('HGETALL', entries));
    } else {
      const numbers = (await client.call<string | null>('HGET', ids, id))?.split(',') ?? [];
      if (numbers.length === 0) return [];
      const found = await client.call<(string | null)[]>('HMGET', entries, ...numbers);
      rows = numbers.flatMap((seq, i) => (found[i] ? [[seq, found[i]] as const] : []));
    }
    if (rows.length === 0) return [];
    const fields = rows.map(([seq]) => seq);
    const statuses = await client.call<(string | null)[]>('HMGET', receipts, ...fields);
    const all = rows.map(([seq, json], i): Numbered => {
      const entry = decodeEntry(json);
      const receipt = statuses[i] as Entry['receipt'] | null;
      return { seq, entry: receipt ? { ...entry, receipt } : entry };
    });
    return all.sort((a, b) => a.entry.sentMs - b.entry.sentMs || Number(a.seq) - Number(b.seq));
  };
}

/** HGETALL by `call` gives a list, or a map, as the protocol has it. */
function pairs(answer: unknown): (readonly [string, string])[] {
  if (!Array.isArray(answer)) return Object.entries(answer as Record<string, string>);
  return Array.from({ length: answer.length / 2 }, (_, i) => [
    String(answer[2 * i]),
    String(answer[2 * i + 1]),
  ]);
}
