/**
 * The stores beside each other: a save by itself, the same scenario in virtual time, and signed
 * webhooks over HTTP into stack processes of their own: one, and two on one Redis.
 * `node bench/stores.ts [webhooks]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import querystring from 'node:querystring';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import { sign } from '../src/channels/sms/signature.ts';
import type { SessionStore } from '../src/ports.ts';
import type { Thread } from '../src/sessions/thread.ts';
import { openStore } from '../src/stores/open.ts';
import { freePort, startRedis } from './redis-server.ts';
import { inTurn, median, seconds, show } from './stopwatch.ts';
import { type StackProcess, stackProcess } from './torture/processes.ts';

const webhooks = Number(process.argv[2] ?? 4000);
const SAVES = 2000;
const AT_ONCE = 32;
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'));
const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec']);
let places = 0;
/** A fresh place of each kind. */
const PLACES = {
  memory: () => 'memory',
  sqlite: () => `sqlite:${join(folder, `${++places}.db`)}`,
  redis: () => `${redis.url}?prefix=p${++places}`,
} as const;
type Kind = keyof typeof PLACES;
const KINDS = Object.keys(PLACES) as Kind[];

const THREAD: Thread = {
  ...{ key: '', channelId: 'chat', address: 'ada', profileName: undefined, person: undefined },
  ...{ language: undefined, consent: 'ImplicitlyOptedIn', lastInboundMs: 0, lastMessageId: '' },
  ...{ readToken: undefined, replyToken: undefined, consentSentMs: 0, session: undefined },
  ...{ sessionCount: 1, sends: [], keepUntilMs: 1e15 },
};

function save(store: SessionStore, i: number): unknown {
  const key = `chat:${i % 500}`;
  const content = { kind: 'text', text: 'Hi, where is my order?' } as const;
  const ids = { id: `m${i}`, sessionId: 's1', actor: 'EndUser' } as const;
  const entry = { ...ids, atMs: i, sentMs: i, content };
  return store.update(key, i, (thread = { ...THREAD, key }) => ({
    thread: { ...thread, lastInboundMs: i },
    ...{ entries: [entry], claims: [entry.id], claimsUntilMs: 1e15 },
  }));
}

/** Alone: how long a save takes. At once: how many there are in a second. */
async function saves(kind: Kind): Promise<void> {
  const store = await openStore(PLACES[kind]());
  const took: number[] = [];
  for (let i = 0; i < SAVES; i += 1) took.push((await seconds(() => save(store, i))) * 1000);
  let next = SAVES;
  const worker = async () => {
    while (next < 3 * SAVES) await save(store, next++);
  };
  const all = await seconds(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));
  await store.close();
  const p99 = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;
  show(`${kind}: a save, p50 / p99 in ms`, `${median(took).toFixed(3)} / ${p99.toFixed(3)}`);
  show(`${kind}: saves/s, ${AT_ONCE} at once`, (2 * SAVES) / all);
}

/** Conversations per second of computing, wire signed, in virtual time. */
async function virtual(kind: Kind): Promise<number> {
  const plan = loadPlan('bench/wire.yaml');
  const lastsMs = 20 * 60_000;
  const store = await openStore(PLACES[kind]());
  let conversations = 0;
  const took = await seconds(async () => {
    const { result, failure } = await runPlan({ ...plan, lastsMs }, { clock: 'virtual', store });
    if (failure !== undefined) throw failure;
    conversations = result.conversations.completed;
  });
  return conversations / took;
}

/** Webhooks per second over HTTP into so many stack processes on one store. */
async function ingress(kind: Kind, count: number): Promise<number> {
  const store = PLACES[kind]();
  const publicUrl = 'http://stack.test';
  const onTrouble = (text: string) => void process.stderr.write(text);
  const processes: StackProcess[] = [];
  for (let i = 0; i < count; i += 1) {
    const parts = { port: await freePort(), store, platformPort: 9, publicUrl, onTrouble };
    processes.push(stackProcess(parts));
  }
  for (const one of processes) await one.start();
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections: AT_ONCE, pipelining: 1 });
  const path = '/webhooks/sms-main';
  const requests = Array.from({ length: webhooks }, (_, i) => {
    const form = {
      ...{ AccountSid: 'AC00000000000000000000000000000001', To: '+15005550006', NumMedia: '0' },
      ...{ From: `+1${2005550000 + i}`, Body: 'HELP', MessageSid: `SM${i}` },
    };
    const signature = sign('torture', publicUrl + path, form);
    return { body: querystring.stringify(form), signature };
  });
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < requests.length; i = next++) {
      const { body, signature } = requests[i] ?? { body: '', signature: '' };
      const response = await request(`${processes[i % count]?.url}${path}`, {
        ...{ dispatcher, method: 'POST', body },
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': signature,
        },
      });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
    }
  };
  const took = await seconds(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));
  await dispatcher.close();
  for (const one of processes) await one.kill();
  return webhooks / took;
}

for (const kind of KINDS) await saves(kind);
const byKind = await inTurn(3, {
  memory: () => virtual('memory'),
  sqlite: () => virtual('sqlite'),
  redis: () => virtual('redis'),
});
for (const kind of KINDS) show(`${kind}: conversations/s, virtual time, median of 3`, byKind[kind]);
const over = await inTurn(3, {
  memory: () => ingress('memory', 1),
  sqlite: () => ingress('sqlite', 1),
  redis: () => ingress('redis', 1),
  both: () => ingress('redis', 2),
});
for (const kind of KINDS) show(`${kind}: webhooks/s over HTTP, one process`, over[kind]);
show('redis: webhooks/s over HTTP, two processes', over.both);
show('two processes against one', (over.both / over.redis).toFixed(2));
await redis.stop();
rmSync(folder, { recursive: true, force: true });
