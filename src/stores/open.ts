/** Stores by their addresses: a literal table of schemes. */
import { distance } from 'fastest-levenshtein';
import { StackError } from '../errors.ts';
import type { SessionStore } from '../ports.ts';
import { createMemoryStore } from './memory/store.ts';
import { openRedisStore } from './redis/store.ts';
import { openSqliteStore } from './sqlite/store.ts';

type Open = (rest: string, url: string) => SessionStore | Promise<SessionStore>;

const SCHEMES: Readonly<Record<string, Open>> = {
  memory: createMemoryStore,
  sqlite: (file, url) => openSqliteStore(fileOf(file, url)),
  redis: (_, url) => openRedisStore(url),
  rediss: (_, url) => openRedisStore(url),
};

export const STORE_EXAMPLES = 'memory, sqlite:sessions.db, redis://localhost:6379';

/** Opens `memory`, `sqlite:FILE`, `redis://HOST`. Throws `StackError`. */
export async function openStore(url: string): Promise<SessionStore> {
  const scheme = /^[^:]*/.exec(url)?.[0] ?? '';
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (open === undefined) {
    const near = Object.keys(SCHEMES).find((known) => distance(known, scheme) <= 2);
    const hint = near === undefined ? `such as ${STORE_EXAMPLES}` : `did you mean '${near}'?`;
    throw new StackError('unknownStore', `store '${url}' (${hint})`);
  }
  return open(url.slice(scheme.length + 1), url);
}

function fileOf(rest: string, url: string): string {
  const file = rest.replace(/^\/\/(?=\/)/, '');
  if (file === '') throw new StackError('unknownStore', `'${url}' names no file: sqlite:FILE`);
  return file;
}
