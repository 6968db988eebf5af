/**
 * Webhooks over real HTTP on loopback: the stack (verify, parse, session, route) beside bare
 * node:http servers that do the same HMAC and parse, each in a process of its own, in short turns.
 * With wrk installed, its rate beside that of our own load generator. `node bench/ingress.ts`
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bytesOf, openReplay, type Replay } from './replay.ts';
import { median } from './stopwatch.ts';
import { cpuSeconds, type Started, startServer } from './usage.ts';
import { type Kind, WEBHOOKS } from './webhooks.ts';
import { wrk } from './wrk.ts';

const CONNECTIONS = 32;
const BURST = 1000;
/** What is not measured: until V8 has compiled what is hot. */
const WARM_UP = 20;
const TURNS = Number(process.argv[2] ?? 25);

interface Contestant {
  readonly server: Started;
  readonly replay: Replay;
  readonly url: string;
  readonly rates: number[];
  cpu: number;
}

const HERE = import.meta.dirname;
const SERVICE = ['stack', join(HERE, 'wire-org.yaml'), '--port', '0', '--platforms', '0'];
const NAMES = {
  stack: 'the stack',
  service: 'the stack as `rehearse stack` serves it',
  usual: 'bare node:http as usual: for await, writeHead, end',
  least: 'bare node:http at its least: events, content-length',
} as const;
type Name = keyof typeof NAMES;

for (const kind of ['whatsapp', 'sms'] as const) await compare(kind);

async function compare(kind: Kind): Promise<void> {
  const contestants = new Map<Name, Contestant>();
  for (const name of Object.keys(NAMES) as Name[]) contestants.set(name, await start(name, kind));
  let generatorCpu = 0;
  for (let turn = -WARM_UP; turn < TURNS; turn += 1) {
    for (const one of inAnyOrder([...contestants.values()])) {
      const first = (turn + WARM_UP) * BURST;
      const requests = Array.from({ length: BURST }, (_, i) => request(kind, first + i, one.url));
      const [before, ours] = [cpuSeconds(one.server.pid), process.cpuUsage()];
      const seconds = await one.replay.send(requests);
      const { user, system } = process.cpuUsage(ours);
      if (turn < 0) continue;
      one.rates.push(BURST / seconds);
      one.cpu += cpuSeconds(one.server.pid) - before;
      generatorCpu += user + system;
    }
  }
  print(kind, contestants, generatorCpu / (TURNS * BURST * contestants.size));
  const least = contestants.get('least');
  if (least !== undefined) await checkGenerator(kind, least);
  for (const { server, replay } of contestants.values()) {
    replay.close();
    await server.stop();
  }
}

async function start(name: Name, kind: Kind): Promise<Contestant> {
  const server =
    name === 'service'
      ? await startServer(join(HERE, '../sim/bin.js'), SERVICE)
      : await startServer(join(HERE, 'ingress-server.ts'), [name, kind]);
  const url = `${server.url}/webhooks/${WEBHOOKS[kind].channelId}`;
  return { server, url, replay: await openReplay(url, CONNECTIONS), rates: [], cpu: 0 };
}

function request(kind: Kind, i: number, url: string): Buffer {
  const { headers, body } = WEBHOOKS[kind].make(i, url);
  return bytesOf(url, headers, body);
}

/** Ratios are taken turn by turn, so that a machine that slows down slows both sides of them. */
function print(kind: Kind, contestants: ReadonlyMap<Name, Contestant>, generator: number): void {
  const ratio = (a: Contestant, b: Contestant | undefined) =>
    median(a.rates.map((rate, turn) => rate / (b?.rates[turn] ?? Number.NaN))).toFixed(2);
  const lines = [[kind, 'webhooks/s', 'CPU us', 'of usual', 'of least']];
  for (const [name, one] of contestants) {
    const cpuUs = (one.cpu * 1e6) / (TURNS * BURST);
    const rate = Math.round(median(one.rates)).toLocaleString('en');
    const ratios = [ratio(one, contestants.get('usual')), ratio(one, contestants.get('least'))];
    lines.push([NAMES[name], rate, cpuUs.toFixed(0), ...ratios]);
  }
  for (const [name = '', ...cells] of lines) {
    process.stdout.write(`${name.padEnd(54)}${cells.map((cell) => cell.padStart(11)).join('')}\n`);
  }
  process.stdout.write(`load generator: ${generator.toFixed(0)} us of CPU a webhook\n`);
}

/** Ours against wrk, on the fastest server: who is slower would be what is measured. */
async function checkGenerator(kind: Kind, { url, replay }: Contestant): Promise<void> {
  if (spawnSync('wrk', ['-v']).error !== undefined) {
    process.stdout.write('wrk is not installed: the load generator is not checked\n\n');
    return;
  }
  const requests = Array.from({ length: 20_000 }, (_, i) => request(kind, i, url));
  const rates: Record<'ours' | 'wrk', number[]> = { ours: [], wrk: [] };
  for (let turn = 0; turn < 5; turn += 1) {
    rates.ours.push(requests.length / (await replay.send(requests)));
    rates.wrk.push((await wrk({ url, requests, connections: CONNECTIONS, seconds: 2 })).rate);
  }
  const of = (list: readonly number[]) => Math.round(median(list)).toLocaleString('en');
  process.stdout.write(`the least server by our load generator: ${of(rates.ours)}/s, `);
  process.stdout.write(`by wrk: ${of(rates.wrk)}/s\n\n`);
}

/** So that none is always the one after the slowest. */
function inAnyOrder<T>(list: readonly T[]): readonly T[] {
  const lots = list.map((one) => ({ one, lot: Math.random() }));
  return lots.sort((a, b) => a.lot - b.lot).map(({ one }) => one);
}
