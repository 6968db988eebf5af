/** What must hold after all the killing, read from the store itself. */
import type { SessionStore } from '../../src/ports.ts';
import type { Webhook } from './customers.ts';
import type { Taken } from './platform.ts';

export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  /** What must not be; empty when all is well. */
  readonly faults: readonly string[];
}

export async function judge(
  store: SessionStore,
  acknowledged: readonly Webhook[],
  taken: readonly Taken[],
): Promise<Verdict> {
  const faults: string[] = [];
  const times = tally(taken.map(({ to, text }) => `${to} ${text}`));
  let [sent, uncertain, uncertainTaken, lost] = [0, 0, 0, 0];
  const known = new Set<string>();
  for (const key of new Set(acknowledged.map((one) => one.key))) {
    const entries = await store.history(key);
    const heard = tally(entries.flatMap(({ actor, id }) => (actor === 'EndUser' ? [id] : [])));
    for (const { messageId } of acknowledged.filter((one) => one.key === key)) {
      const found = heard.get(messageId) ?? 0;
      if (found !== 1) faults.push(`webhook ${messageId} is in the store ${found} times`);
      if (found === 0) lost += 1;
    }
    const thread = await store.load(key, 0);
    const status = thread?.session?.status;
    if (status !== 'Ended') faults.push(`the session of ${key} is ${status}`);
    if (thread?.sends.length !== 0) faults.push(`${key} has sends that nobody has settled`);
    const to = key.slice(key.indexOf(':') + 1);
    for (const entry of entries) {
      if (entry.actor === 'EndUser' || entry.content.kind !== 'text') continue;
      const what = `${to} ${entry.content.text}`;
      known.add(what);
      const count = times.get(what) ?? 0;
      if (count > 1) faults.push(`'${what}' was sent ${count} times`);
      if (entry.uncertain === true) {
        uncertain += 1;
        uncertainTaken += count;
      } else {
        sent += 1;
        if (count !== 1) faults.push(`'${what}' is kept as sent, and was sent ${count} times`);
      }
    }
  }
  for (const what of times.keys()) {
    if (!known.has(what)) faults.push(`'${what}' was sent, and is not in the store`);
  }
  const webhooks = acknowledged.length;
  return { counts: { webhooks, lost, sent, uncertain, uncertainTaken }, faults };
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
