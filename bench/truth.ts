/**
 * Who tells the truth about a stall: Artillery, k6 and ourselves send signed WhatsApp webhooks at
 * exact intervals to a server that answers each in 5 ms, but stalls once for 3 s. What p95 each
 * reports, beside what was injected; what each costs. `node bench/truth.ts [rate...] [--rounds N]`
 * `[--only NAME] [--calm]`, the latter without a stall: how much each can send.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandOf, startWebhookServer } from './load-tools.ts';
import { median } from './stopwatch.ts';
import { CONTESTANTS, type Command, type Contestant, type Setting } from './truth-contestants.ts';
import { watched } from './usage.ts';
import type { Log, Terms } from './webhook-server.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '1' },
    calm: { type: 'boolean', default: false },
  },
});
const SECONDS = 20;
const TERMS: Terms = { serviceMs: 5, stallFromMs: 8500, stallMs: options.calm ? 0 : 3000 };
/** What starts, sends, reports and ends must not take longer, all together. */
const MOST_MS = SECONDS * 1000 + 100_000;
const HEADS = ['came', 'per s', 'p95 ms', 'min..max', 'error ms', 'error', 'seen', 'CPU s', 'MiB'];

interface Run {
  readonly came: number;
  readonly perSecond: number;
  readonly p95: number;
  readonly seen: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly remark: string;
}

const rates = positionals.length === 0 ? [50, 500, 1000, 2000] : positionals.map(Number);
const contestants = Object.entries(CONTESTANTS).flatMap(([name, contestant]) => {
  if (!name.toLowerCase().includes(options.only.toLowerCase())) return [];
  const tool: Command | undefined =
    contestant.tool === undefined ? [process.execPath] : commandOf(contestant.tool);
  return tool === undefined ? [] : [{ name, contestant, tool, runs: [] as Run[] }];
});

const server = await startWebhookServer();
for (const rate of rates) {
  for (const { runs } of contestants) runs.length = 0;
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const { contestant, tool, runs } of contestants) {
      runs.push(await compete(contestant, tool, rate));
    }
  }
  const truth = p95(scheduled(rate).map((at) => Math.max(TERMS.serviceMs, leftOfStall(at))));
  const all = (rate * SECONDS).toLocaleString('en');
  process.stdout.write(`\n${rate}/s for ${SECONDS} s, ${all} webhooks; `);
  process.stdout.write(`true p95 ${truth.toFixed(0)} ms; medians of ${options.rounds}\n`);
  print('', HEADS);
  for (const { name, runs } of contestants) print(name, cellsOf(runs, truth));
}
await server.stop();

async function compete(contestant: Contestant, tool: Command, rate: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-truth-'));
  try {
    const { stallMs } = TERMS;
    const setting: Setting = { rate, seconds: SECONDS, stallMs, origin: server.url, folder };
    const command = await contestant.prepare(setting, tool);
    await server.reset(TERMS);
    const { output, ...usage } = await watched(command, { mostMs: MOST_MS, cwd: folder });
    const log = await server.log();
    if (log.refused > 0) throw new Error(`${log.refused} webhooks were not signed`);
    const inTime = log.arrivals.filter((at) => at < SECONDS * 1000).length;
    return {
      ...usage,
      ...reported(contestant, setting, output),
      came: log.arrivals.length,
      perSecond: inTime / SECONDS,
      seen: seenBy(log, rate),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A contestant that broke down says so in its row. */
function reported(contestant: Contestant, setting: Setting, output: string) {
  try {
    return contestant.read(setting);
  } catch {
    const last = output.trim().split('\n').at(-1) ?? '';
    return { p95: Number.NaN, remark: `no report: ${last.slice(0, 100)}` };
  }
}

/** When each webhook is meant to come, in ms from the first. */
function scheduled(rate: number): readonly number[] {
  return Array.from({ length: rate * SECONDS }, (_, i) => (i * 1000) / rate);
}

/** What of the stall is still to come for who comes then. */
function leftOfStall(at: number): number {
  const { stallFromMs, stallMs } = TERMS;
  return at < stallFromMs ? 0 : stallFromMs + stallMs - at;
}

/**
 * A cross-check by the server's own log: p95 from when each was meant to come until it was
 * answered, if all came. What it is above the truth, generator or server was late.
 */
function seenBy({ arrivals, answers }: Log, rate: number): number {
  const schedule = scheduled(rate);
  if (arrivals.length < schedule.length) return Number.NaN;
  return p95(schedule.map((at, i) => (answers[i] ?? Number.NaN) - at));
}

function p95(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}

function cellsOf(runs: readonly Run[], truth: number): readonly string[] {
  const of = (value: (run: Run) => number) => median(runs.map(value));
  const said = of((run) => run.p95);
  const all = runs.map((run) => Math.round(run.p95));
  const seen = of((run) => run.seen);
  return [
    of(({ came }) => came).toLocaleString('en'),
    of(({ perSecond }) => perSecond).toFixed(0),
    said.toFixed(0),
    `${Math.min(...all)}..${Math.max(...all)}`,
    signed(said - truth, 0),
    `${signed((said / truth - 1) * 100, 1)} %`,
    Number.isNaN(seen) ? '-' : seen.toFixed(0),
    of(({ cpuSeconds }) => cpuSeconds).toFixed(1),
    of(({ peakMiB }) => peakMiB).toFixed(0),
    runs.at(-1)?.remark ?? '',
  ];
}

function signed(value: number, digits: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}

function print(name: string, cells: readonly string[]): void {
  const numbers = cells.slice(0, HEADS.length).map((cell) => cell.padStart(11));
  const line = [name.padEnd(37), ...numbers, `  ${cells[HEADS.length] ?? ''}`].join('');
  process.stdout.write(`${line.trimEnd()}\n`);
}
