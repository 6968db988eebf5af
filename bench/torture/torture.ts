/**
 * Kills stack processes with SIGKILL at random moments under load, on the real clock, and then
 * looks whether anything was lost, done twice or held for ever. Redis is also frozen and restarted.
 *
 * `npm run torture [-- kills per store] [sqlite|redis ...]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/stores/open.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { createCustomers } from './customers.ts';
import { startPlatform } from './platform.ts';
import { type StackProcess, stackProcess } from './processes.ts';
import { seatReps } from './reps.ts';
import { judge } from './verdict.ts';

const kills = Number(process.argv[2] ?? 200);
const stores = process.argv.length > 3 ? process.argv.slice(3) : ['sqlite', 'redis'];
const PUBLIC_URL = 'http://stack.test';
const ARRIVALS_EACH_MS = 60;
const ALL_DONE_WITHIN_MS = 120_000;
const OUTAGES = 6;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string) => process.stdout.write(`${text}\n`);

async function torture(kind: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-torture-'));
  const persistent = ['--appendonly', 'yes', '--appendfsync', 'always'];
  const redis = kind === 'redis' ? await startRedis(persistent) : undefined;
  const url = redis?.url ?? `sqlite:${join(folder, 'sessions.db')}`;
  const platform = await startPlatform();
  const trouble = new Map<string, number>();
  const processes: StackProcess[] = [];
  for (let i = 0; i < (redis === undefined ? 1 : 2); i += 1) {
    processes.push(
      stackProcess({
        ...{ port: await freePort(), store: url, publicUrl: PUBLIC_URL },
        platformPort: platform.port,
        onTrouble: (text) => trouble.set(text, (trouble.get(text) ?? 0) + 1),
      }),
    );
  }
  const any = () => processes[Math.floor(Math.random() * processes.length)]?.url ?? '';
  await Promise.all(processes.map((one) => one.start()));
  const customers = createCustomers({
    ...{ publicUrl: PUBLIC_URL, url: any, address: '+15005550006', authToken: 'torture' },
    accountSid: 'AC00000000000000000000000000000001',
  });
  platform.onTaken = ({ to, text }) => {
    if (text.includes('answer')) customers.heard(to);
  };
  const ids = Array.from({ length: 8 }, (_, i) => `front-line-${i + 1}`);
  const reps = seatReps({ ids, capacity: 3, url: any });
  const arrivals = setInterval(() => {
    // Bounded: nobody comes while hundreds wait.
    if (customers.underWay() < 50) customers.arrive();
  }, ARRIVALS_EACH_MS);
  const began = performance.now();
  for (let kill = 1; kill <= kills; kill += 1) {
    await pause(100 + Math.random() * 700);
    const victim = processes[Math.floor(Math.random() * processes.length)];
    await victim?.kill();
    await victim?.start();
    if (kill % 25 === 0) say(`${kind}: ${kill} kills, ${customers.acknowledged.length} webhooks`);
  }
  const outages = redis === undefined ? 0 : await shake(redis);
  clearInterval(arrivals);
  const isDone = await settled(url, customers);
  reps.stop();
  customers.stop();
  const held = await heldBy(ids, processes);
  await Promise.all(processes.map((one) => one.kill()));
  const store = await openStore(url);
  const { counts, faults } = await judge(store, customers.acknowledged, platform.taken);
  await store.close();
  await redis?.stop();
  platform.close();
  rmSync(folder, { recursive: true, force: true });
  const all = [...faults];
  if (!isDone) all.push('not everything was done in the end');
  if (reps.overloads() > 0) all.push(`reps had too much ${reps.overloads()} times`);
  if (held > 0) all.push(`reps still hold ${held} pieces of work`);
  const tookS = Math.round((performance.now() - began) / 1000);
  say(`${kind}: ${kills} kills, ${outages} outages in ${tookS} s`);
  say(`  conversations ${customers.people()}, ${JSON.stringify(counts)}`);
  say(`  answers to webhooks by status ${JSON.stringify(Object.fromEntries(customers.statuses))}`);
  for (const [text, times] of [...trouble].filter(([text]) => /\n\s+at /.test(text)).slice(0, 10)) {
    all.push(`${times}x ${text}`);
  }
  for (const fault of all.slice(0, 20)) say(`  FAULT ${fault}`);
  if (all.length > 20) say(`  and ${all.length - 20} more`);
  return all.length === 0;
}

/** Redis is stopped for seconds, and restarted with what it had written. */
async function shake(redis: RedisServer): Promise<number> {
  for (let i = 0; i < OUTAGES; i += 1) {
    if (i % 2 === 0) await redis.freeze(1500 + Math.random() * 3000);
    else {
      await redis.kill();
      await pause(1000 + Math.random() * 2000);
      await redis.restart();
    }
    await pause(2000 + Math.random() * 2000);
  }
  return OUTAGES;
}

/** Every session is over and every webhook acknowledged. */
async function settled(
  url: string,
  customers: ReturnType<typeof createCustomers>,
): Promise<boolean> {
  const until = performance.now() + ALL_DONE_WITHIN_MS;
  let before = -1;
  while (performance.now() < until) {
    await pause(5000);
    const now = customers.acknowledged.length;
    // A store of one process can't be read meanwhile.
    const open = url.startsWith('sqlite') ? undefined : await unfinishedIn(url);
    const toDo = customers.underWay() + customers.unfinished() + (open ?? 0);
    if (toDo === 0 && now === before) return true;
    if (now === before) say(`  waiting for ${toDo} things to be done`);
    before = now;
  }
  return false;
}

async function unfinishedIn(url: string): Promise<number> {
  const store = await openStore(url);
  let count = 0;
  for await (const _ of store.unfinished()) count += 1;
  await store.close();
  return count;
}

async function heldBy(ids: readonly string[], processes: readonly StackProcess[]) {
  let held = 0;
  for (const id of ids) {
    const response = await fetch(`${processes[0]?.url}/desk/${id}/works`);
    const { works } = (await response.json()) as { readonly works: readonly unknown[] };
    held += works.length;
  }
  return held;
}

let isWell = true;
for (const kind of stores) isWell = (await torture(kind)) && isWell;
say(isWell ? 'nothing lost, nothing twice, nothing held' : 'FAULTS, see above');
process.exit(isWell ? 0 : 1);
