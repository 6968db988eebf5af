/**
 * The contestants of bench/truth.ts: how each is told to send so many signed WhatsApp webhooks a
 * second, as its own documents say, and where its report has the p95.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../reports/result.ts';
import { whatsappAccount } from '../src/channels/whatsapp/wire.ts';
import type { Tool } from './load-tools.ts';
import { watched } from './usage.ts';
import { WEBHOOKS } from './webhooks.ts';

export interface Setting {
  readonly rate: number;
  readonly seconds: number;
  readonly stallMs: number;
  /** Of the server: `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Of this run, empty. */
  readonly folder: string;
}

export type Command = readonly [string, ...string[]];

export interface Contestant {
  /** What it needs beside ourselves. */
  readonly tool?: Tool;
  /** Writes its files; the command line that sends. */
  prepare(setting: Setting, tool: Command): Promise<Command>;
  /** What it reports, in ms. */
  read(setting: Setting): { readonly p95: number; readonly remark: string };
}

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'sim/bin.js');
const PATH = '/webhooks/whatsapp-main';
const { appSecret } = whatsappAccount(WEBHOOKS.whatsapp.channel);

export const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  Artillery: artillery(),
  'Artillery, http.pool: 5': artillery('  http: { pool: 5 }\n'),
  'k6 constant-arrival-rate, maxVUs: 50': k6(({ rate, seconds }) => ({
    ...{ executor: 'constant-arrival-rate', rate, timeUnit: '1s', duration: `${seconds}s` },
    ...{ preAllocatedVUs: 50, maxVUs: 50 },
  })),
  'k6 constant-arrival-rate, VUs enough': k6(({ rate, seconds, stallMs }) => {
    const vus = Math.ceil(rate * (stallMs / 1000 + 1));
    const how = { executor: 'constant-arrival-rate', rate, timeUnit: '1s' };
    return { ...how, duration: `${seconds}s`, preAllocatedVUs: vus, maxVUs: vus };
  }),
  'k6 constant-vus, sleep(1)': k6(
    ({ rate, seconds }) => ({ executor: 'constant-vus', vus: rate, duration: `${seconds}s` }),
    'sleep(1);',
  ),
  'rehearse export k6': exported(),
  'rehearse run --engine k6': rehearsed('k6'),
  'rehearse run --engine own': rehearsed('own'),
};

function artillery(more = ''): Contestant {
  return {
    tool: 'artillery',
    async prepare({ rate, seconds, origin, folder }, tool) {
      writeFileSync(join(folder, 'sign.mjs'), filled('truth.artillery.txt', {}));
      const script = `config:
  target: ${origin}
  processor: ./sign.mjs
  phases: [{ duration: ${seconds}, arrivalRate: ${rate} }]
${more}scenarios:
  - flow: [{ post: { url: ${PATH}, beforeRequest: sign } }]
`;
      writeFileSync(join(folder, 'script.yaml'), script);
      return [...tool, 'run', '--quiet', '--output', 'report.json', 'script.yaml'];
    },
    read({ folder }) {
      const { counters, summaries } = json<ArtilleryReport>(folder, 'report.json').aggregate;
      const errors = Object.entries(counters).filter(([name]) => name.startsWith('errors.'));
      const remarks = errors.map(([name, count]) => `${name.slice(7)} ${count}`);
      return { p95: summaries['http.response_time']?.p95 ?? Number.NaN, remark: remarks.join(' ') };
    },
  };
}

interface ArtilleryReport {
  readonly aggregate: {
    readonly counters: Readonly<Record<string, number>>;
    readonly summaries: Readonly<Record<string, { readonly p95: number } | undefined>>;
  };
}

function k6(scenario: (setting: Setting) => object, after = ''): Contestant {
  return {
    tool: 'k6',
    async prepare(setting, tool) {
      const url = setting.origin + PATH;
      const values = { url, after, scenario: JSON.stringify(scenario(setting)) };
      writeFileSync(join(setting.folder, 'script.js'), filled('truth.k6.txt', values));
      return [...tool, ...K6_RUN, 'script.js'];
    },
    read({ folder }) {
      const { metrics } = json<K6Summary>(folder, 'summary.json');
      const dropped = metrics.dropped_iterations?.count ?? 0;
      const remark = dropped > 0 ? `dropped_iterations ${dropped}` : '';
      return { p95: metrics.http_req_duration?.['p(95)'] ?? Number.NaN, remark };
    },
  };
}

const K6_RUN = ['run', '--quiet', '--no-usage-report', '--summary-export', 'summary.json'] as const;

interface K6Summary {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>> | undefined>>;
}

/** K6 by itself, with the script that we write. */
function exported(): Contestant {
  return {
    tool: 'k6',
    async prepare(setting, tool) {
      const scenario = scenarioFor(setting);
      const where = ['--out', setting.folder, '--target', setting.origin];
      const command = [process.execPath, BIN, 'export', 'k6', scenario, ...where] as const;
      const { code, output } = await watched(command, { mostMs: 120_000 });
      if (code !== 0) throw new Error(output);
      return [...tool, ...K6_RUN, 'rehearsal.ts'];
    },
    read({ folder }) {
      const { metrics } = json<K6Summary>(folder, 'summary.json');
      const late = metrics.rehearsal_lateness?.['p(99)'] ?? Number.NaN;
      const remark = late < 250 ? '' : `fails: lateness p99 ${Math.round(late)} ms`;
      return { p95: metrics.rehearsal_since_due?.['p(95)'] ?? Number.NaN, remark };
    },
  };
}

/** The director holds the conversations; the server is the stack that is not ours. */
function rehearsed(engine: 'k6' | 'own'): Contestant {
  return {
    ...(engine === 'k6' && { tool: engine }),
    async prepare(setting) {
      const { origin, folder } = setting;
      const target = join(folder, 'target.yaml');
      const written = `target: truth\nwebhooks: ${origin}/webhooks/{channel}\n`;
      writeFileSync(target, `${written}platforms: { port: ${PLATFORMS} }\n`);
      const how = ['--clock', 'real', '--engine', engine, '--target', target];
      const quiet = ['--out', folder, '--quiet', '--no-html'];
      return [process.execPath, BIN, 'run', scenarioFor(setting), ...how, ...quiet];
    },
    read({ folder }) {
      const { generator } = json<RunResult>(folder, 'result.json');
      const late = Math.round(generator?.lateness.p99 ?? Number.NaN);
      const remark = generator?.saturated === true ? `never passes: ${late} ms late (p99)` : '';
      return { p95: generator?.sinceDue.p95 ?? Number.NaN, remark };
    },
  };
}

/** Where the platforms of a target listen: out of the way of who has the usual ones. */
const PLATFORMS = 4710;

/** bench/truth.yaml at this rate, for so long. */
function scenarioFor({ rate, seconds, folder }: Setting): string {
  const text = readFileSync(join(import.meta.dirname, 'truth.yaml'), 'utf8')
    .replace('wire-org.yaml', join(import.meta.dirname, 'wire-org.yaml'))
    .replace('lasts: 20s', `lasts: ${seconds}s`)
    .replace('constant: 50/s', `constant: ${rate}/s`);
  const file = join(folder, 'truth.yaml');
  writeFileSync(file, text);
  return file;
}

/** A script of others, with what differs put in. */
function filled(file: string, values: Readonly<Record<string, string>>): string {
  const all = Object.entries({ ...values, secret: appSecret });
  return all.reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value),
    readFileSync(join(import.meta.dirname, file), 'utf8'),
  );
}

function json<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}
