/**
 * Soak: a stack in a process of its own on a real Redis, the real k6, customers on all eight
 * channels, reps at its desks, for half an hour. Memory of every process over time, and whether all
 * sides have counted the same. `node bench/soak.ts [minutes] [customers a second]`; how many a
 * second this machine bears at most: `node bench/soak.ts --limit`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../reports/result.ts';
import { command, startRedis } from './redis-server.ts';
import { show } from './stopwatch.ts';

const isSearch = process.argv[2] === '--limit';
const [minutes = 30, rate = 10] = isSearch ? [1, 10] : process.argv.slice(2).map(Number);
const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'sim/bin.js');
const STACK = 'http://127.0.0.1:4600';
const SAMPLES_PER_MINUTE = 6;
const DURATIONS = 'webhook_duration_seconds_count';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-soak-'));
const redis = await startRedis();
const stack = start('stack', 'bench/soak-org.yaml', '--store', redis.url, ...ports());
await once(stack.stdout as NodeJS.ReadableStream, 'data');
if (isSearch) await search();
else await soak();
rmSync(folder, { recursive: true });

async function search(): Promise<void> {
  const rates = ['--from', '400%', '--most', '4000%', '--precision', '15%'];
  const how = [...rates, '--lasts', '40s', '--warmUp', '10s', '--settle', '5s'];
  const limit = start('limit', scenario(), ...driven(), ...how);
  limit.stdout?.pipe(process.stdout);
  await once(limit, 'close');
  await stop();
}

async function soak(): Promise<void> {
  const run = start('run', scenario(), ...driven(), '--no-html');
  run.stdout?.pipe(process.stdout);
  const ended = once(run, 'close');
  const samples = await sample(run.pid, ended);
  const [code] = await ended;
  const metrics = await (await fetch(`${STACK}/metrics`)).text();
  await stop();
  reportCounts(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')), metrics);
  reportMemory(samples);
  show('exit code of the run', String(code));
}

async function stop(): Promise<void> {
  stack.kill('SIGINT');
  await once(stack, 'close');
  await redis.stop();
}

function ports(): string[] {
  return ['--port', '4600', '--platforms', '4610'];
}

function driven(): string[] {
  const how = ['--clock', 'real', '--engine', 'k6', '--quiet'];
  return ['--target', target(), '--out', folder, ...how];
}

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 2] });
}

function scenario(): string {
  const text = readFileSync(join(ROOT, 'bench/soak.yaml'), 'utf8')
    .replace('org: soak-org.yaml', `org: ${join(ROOT, 'bench/soak-org.yaml')}`)
    .replace('lasts: 60s', `lasts: ${minutes}m`)
    .replace('poisson: 5/s', `poisson: ${rate}/s`);
  const file = join(folder, 'soak.yaml');
  writeFileSync(file, text);
  return file;
}

function target(): string {
  const file = join(folder, 'target.yaml');
  const lines = [
    ...['target: stack', `webhooks: "${STACK}/webhooks/{channel}"`, `desk: ${STACK}`],
    'platforms: { port: 4610 }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

interface Sample {
  readonly minute: number;
  /** Resident, in MiB, by process; of Redis what it keeps. */
  readonly mib: Readonly<Record<string, number>>;
}

/** Of the director `pid`, and of all that it has to do with. */
async function sample(pid: number | undefined, over: Promise<unknown>): Promise<readonly Sample[]> {
  const taken: Sample[] = [];
  let isOver = false;
  over.then(() => {
    isOver = true;
  });
  for (let i = 0; !isOver; i += 1) {
    const mib = {
      stack: mibOf(stack.pid),
      director: mibOf(pid),
      k6: mibOf(childOf(pid)),
      redis: redisMib(),
    };
    taken.push({ minute: i / SAMPLES_PER_MINUTE, mib });
    await Promise.race([over, new Promise((go) => setTimeout(go, 60_000 / SAMPLES_PER_MINUTE))]);
  }
  return taken;
}

function mibOf(pid: number | undefined): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  } catch {
    return 0;
  }
}

function redisMib(): number {
  const [, bytes] = /^used_memory:(\d+)/m.exec(command(redis.port, 'INFO', 'memory')) ?? [];
  return Number(bytes) / 2 ** 20;
}

/** k6 is the director's only child. */
function childOf(pid: number | undefined): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return Number(children.split(' ')[0]);
  } catch {
    return undefined;
  }
}

function reportCounts({ counts, conversations, generator }: RunResult, text: string): void {
  const sum = (metric: string, labels = '') =>
    [...text.matchAll(new RegExp(`^rehearsal_${metric}\\{(.*)\\} (\\d+)$`, 'gm'))]
      .filter(([, own = '']) => own.includes(labels))
      .reduce((total, [, , value]) => total + Number(value), 0);
  const sides: readonly [what: string, ...counted: number[]][] = [
    ['webhooks: k6, platforms, stack', generator?.sent ?? 0, counts.webhooks, sum(DURATIONS)],
    ['customers: said, stack received', counts.said, sum('messages_received_total')],
    ['reps: stack sent, heard', sum('sends_total', 'by="rep"'), counts.heardFromRep],
    ['automatic: stack sent, heard', sum('sends_total', 'by="auto"'), counts.heardAuto],
    ['conversations: begun, completed', conversations.arrived, conversations.completed],
    ['sessions: begun, ended at the stack', conversations.arrived, sum('sessions_ended_total')],
  ];
  for (const [what, ...counted] of sides) {
    const verdict = new Set(counted).size === 1 ? 'equal' : 'NOT EQUAL';
    show(what, `${counted.join(' = ')} ${verdict}`);
  }
}

function reportMemory(samples: readonly Sample[]): void {
  for (const name of Object.keys(samples[0]?.mib ?? {})) {
    const at = (from: number, to: number) => {
      const part = samples.slice(samples.length * from, samples.length * to);
      return part.reduce((total, { mib }) => total + (mib[name] ?? 0), 0) / part.length;
    };
    const thirds = [at(0.1, 0.4), at(0.4, 0.7), at(0.7, 0.98)];
    show(`${name}: MiB early, midway, late`, thirds.map(Math.round).join(' / '));
  }
}
