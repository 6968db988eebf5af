/**
 * Forgets end users in a facts file: their addresses, and message ids, which on some platforms hold
 * a number. What is left gives the same measures: it is told of somebody who has no name.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Fact } from '../src/facts.ts';

export interface Forgetting {
  /** The line as it may be kept. */
  rewrite(line: string): string;
  /** Lines that were changed. */
  changed(): number;
}

/** Reads the file once to learn which sessions are whose. */
export async function learnToForget(
  file: string,
  endUsers: ReadonlySet<string>,
): Promise<Forgetting> {
  const owners = await ownersIn(file);
  const names = new Map([...endUsers].map((endUser, i) => [endUser, `erased-${i + 1}`]));
  let changed = 0;
  return {
    rewrite(line) {
      const fact = parse(line);
      if (fact === undefined) return line;
      const next: Record<string, unknown> = { ...fact };
      if ('endUser' in fact) next.endUser = names.get(fact.endUser) ?? fact.endUser;
      const session = 'session' in fact ? String(fact.session) : '';
      const owner = owners.get(session);
      // Whose a session is that nobody ever wrote in, is not said: it may be theirs.
      const isTheirs = owner === undefined || endUsers.has(owner);
      if ('messageId' in fact && isTheirs) next.messageId = 'erased';
      const rewritten = JSON.stringify(next);
      if (rewritten !== line) changed += 1;
      return rewritten;
    },
    changed: () => changed,
  };
}

/** The facts that are about these end users, by name or by a session of theirs. */
export async function factsOf(file: string, endUsers: ReadonlySet<string>): Promise<Fact[]> {
  const owners = await ownersIn(file);
  const found: Fact[] = [];
  for await (const line of linesOf(file)) {
    const fact = parse(line);
    if (fact === undefined) continue;
    const named = 'endUser' in fact ? fact.endUser : undefined;
    const owner = 'session' in fact ? owners.get(String(fact.session)) : undefined;
    if (endUsers.has(String(named ?? owner))) found.push(fact);
  }
  return found;
}

/** Whose each session is, where it is said. */
async function ownersIn(file: string): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for await (const line of linesOf(file)) {
    const fact = parse(line);
    if (fact !== undefined && 'endUser' in fact && 'session' in fact) {
      owners.set(String(fact.session), String(fact.endUser));
    }
  }
  return owners;
}

export function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

/** A fact, or nothing for the header and for what is none. */
function parse(line: string): Fact | undefined {
  if (line === '') return undefined;
  const value = JSON.parse(line) as { readonly type?: unknown };
  return typeof value.type === 'string' && value.type !== 'run' ? (value as Fact) : undefined;
}
