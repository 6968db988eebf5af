/**
 * The connection to Redis, one server or a cluster: made, checked, its errors in our words. A
 * command that gets no answer fails within seconds; the connection comes back by itself.
 */
import { Cluster, Redis } from 'ioredis';
import { type ErrorCode, StackError } from '../../errors.ts';
import { SCRIPTS } from './scripts.ts';

export interface Client {
  call<T>(command: string, ...args: readonly (string | number)[]): Promise<T>;
  save(keys: readonly string[], args: readonly (string | number)[]): Promise<string>;
  receipts(key: string, args: readonly (string | number)[]): Promise<readonly string[]>;
  leave(index: string, name: string, version: number): Promise<string>;
  lead(key: string, me: string, forMs: number): Promise<string>;
  close(): Promise<void>;
  /** Another each time, and none that another client of this server gets. */
  newId(): string;
  /** Which client under this prefix it is, from 1. */
  number(): number;
  /** Before the key of everything. */
  readonly prefix: string;
}

const TIMEOUT_MS = 2000;
/** Of the keys below the prefix. */
const VERSION = '1';

const OPTIONS = {
  lazyConnect: true,
  connectTimeout: TIMEOUT_MS,
  commandTimeout: TIMEOUT_MS,
  maxRetriesPerRequest: 2,
  retryStrategy: (times: number) => Math.min(50 * 2 ** times, 500),
  scripts: SCRIPTS,
};

/** `redis://[user:password@]host[:port][/db][?cluster][&prefix=name]`. Throws `StackError`. */
export async function connect(url: string): Promise<Client> {
  const address = parse(url);
  const isCluster = address.searchParams.has('cluster');
  const prefix = address.searchParams.get('prefix') ?? 'rehearsal';
  const shown = `${address.protocol}//${address.host}`;
  const connection = isCluster ? clusterAt(address) : new Redis(plain(address), OPTIONS);
  // Commands say for themselves what went wrong, but not why a server closes the connection.
  let refusal: Error | undefined;
  connection.on('error', (error: Error) => {
    if (codeOf(error) !== undefined) refusal = error;
  });
  connection.on('ready', () => {
    refusal = undefined;
  });
  const scripted = connection as typeof connection & Scripted;
  const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw inWords(shown, refusal ?? (error as Error));
    }
  };
  let number = 0;
  let ids = 0;
  const client: Client = {
    prefix,
    number: () => number,
    newId() {
      ids += 1;
      return `;${number}-${ids};`;
    },
    call: (command, ...args) => attempt(() => connection.call(command, ...args) as Promise<never>),
    save: (keys, args) => attempt(() => scripted.rehearsalSave(...keys, ...args)),
    receipts: (key, args) => attempt(() => scripted.rehearsalReceipts(key, ...args)),
    lead: (...args) => attempt(() => scripted.rehearsalLead(...args)),
    leave: (...args) => attempt(() => scripted.rehearsalLeave(...args)),
    close: async () => connection.disconnect(),
  };
  try {
    await inTime(
      shown,
      attempt(() => connection.connect()).then(async () => {
        await check(client, shown);
        number = await client.call<number>('INCR', `${prefix}:clients`);
      }),
    );
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  return client;
}

interface Scripted {
  rehearsalSave(...args: readonly (string | number)[]): Promise<string>;
  rehearsalReceipts(...args: readonly (string | number)[]): Promise<readonly string[]>;
  rehearsalLead(key: string, me: string, forMs: number): Promise<string>;
  rehearsalLeave(index: string, name: string, version: number): Promise<string>;
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new StackError('unknownStore', `'${url}' is no address such as redis://localhost:6379`);
  }
}

function plain(address: URL): string {
  const bare = new URL(address);
  bare.search = '';
  return bare.href;
}

function clusterAt({ hostname: host, port, username, password, protocol }: URL): Cluster {
  const { lazyConnect, retryStrategy: _, ...rest } = OPTIONS;
  return new Cluster([{ host, port: Number(port || 6379) }], {
    lazyConnect,
    scripts: SCRIPTS,
    slotsRefreshTimeout: TIMEOUT_MS,
    clusterRetryStrategy: (times) => (times > 3 ? null : Math.min(50 * 2 ** times, 500)),
    redisOptions: {
      ...rest,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}

/** A cluster whose nodes name addresses that lead nowhere would be looked for without end. */
async function inTime(shown: string, opening: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new StackError('storeUnavailable', `${shown} did not answer in time`);
    timer = setTimeout(() => reject(error), 2 * TIMEOUT_MS);
  });
  opening.catch(() => {});
  await Promise.race([opening, late]).finally(() => clearTimeout(timer));
}

async function check(client: Client, shown: string): Promise<void> {
  const key = `${client.prefix}:version`;
  await client.call('SET', key, VERSION, 'NX');
  const found = await client.call<string>('GET', key);
  if (Number(found) > Number(VERSION)) {
    throw new StackError('storeNewer', `${shown} has schema ${found}, this is ${VERSION}`);
  }
}

function inWords(shown: string, error: Error): Error {
  if (error instanceof StackError) return error;
  return new StackError(codeOf(error) ?? 'storeUnavailable', `${shown}: ${error.message}`);
}

const codeOf = ({ message }: Error) => CODES.find(([pattern]) => pattern.test(message))?.[1];

/** By how Redis begins its errors; everything else means that it can't be reached. */
const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)|DB index is out of range/,
    'storeDenied',
  ],
  [/^READONLY/, 'storeDenied'],
  [/^OOM/, 'storeFull'],
  [/^WRONGTYPE/, 'storeCorrupt'],
];
