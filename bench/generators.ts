/**
 * k6, autocannon and wrk, each as fast as it can over as many connections, against one bare
 * node:http server that verifies the signature of a WhatsApp webhook: what a request costs whom.
 * `node bench/generators.ts [seconds] [connections]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf, startWebhookServer, type Tool } from './load-tools.ts';
import { bytesOf } from './replay.ts';
import { median } from './stopwatch.ts';
import { cpuSeconds, type Usage, watched } from './usage.ts';
import { type SignedWebhook, WEBHOOKS } from './webhooks.ts';
import { wrk } from './wrk.ts';

const seconds = Number(process.argv[2] ?? 8);
const connections = Number(process.argv[3] ?? 32);
const ROUNDS = 3;
const MOST_MS = seconds * 1000 + 30_000;

interface Run extends Usage {
  readonly rate: number;
  readonly serverCpuSeconds: number;
  readonly requests: number;
}

type Command = readonly [string, ...string[]];
type Generator = (command: Command, url: string, folder: string) => Promise<Usage>;

/** One signed webhook, again and again: the server keeps nothing. */
const GENERATORS: Readonly<Partial<Record<Tool, Generator>>> = {
  k6: runK6,
  autocannon: runAutocannon,
  wrk: (_, url) => {
    const { headers, body } = webhookFor(url);
    return wrk({ url, requests: [bytesOf(url, headers, body)], connections, seconds });
  },
};

const server = await startWebhookServer();
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-generators-'));
const url = `${server.url}/webhooks/whatsapp-main`;
const runs = new Map<Tool, Run[]>();
const tools = (Object.keys(GENERATORS) as Tool[]).flatMap((tool) => {
  const command = commandOf(tool);
  return command === undefined ? [] : [{ tool, command }];
});
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { tool, command } of tools) {
    runs.set(tool, [...(runs.get(tool) ?? []), await measure(tool, command)]);
  }
}
await server.stop();
rmSync(folder, { recursive: true });
print();

async function measure(tool: Tool, command: Command): Promise<Run> {
  await server.reset({ serviceMs: 0, stallFromMs: 0, stallMs: 0 });
  const before = cpuSeconds(server.pid);
  const usage = await GENERATORS[tool]?.(command, url, folder);
  const serverCpuSeconds = cpuSeconds(server.pid) - before;
  const { arrivals, refused } = await server.log();
  if (usage === undefined || refused > 0) throw new Error(`${tool}: ${refused} were refused`);
  const rate = (arrivals.length / (arrivals.at(-1) ?? 0)) * 1000;
  return { ...usage, serverCpuSeconds, rate, requests: arrivals.length };
}

function webhookFor(url: string): SignedWebhook {
  return WEBHOOKS.whatsapp.make(1, url);
}

async function runK6(command: Command, url: string, folder: string): Promise<Usage> {
  const { headers, body } = webhookFor(url);
  const script = join(folder, 'script.js');
  const options = {
    scenarios: { all: { executor: 'constant-vus', vus: connections, duration: `${seconds}s` } },
    discardResponseBodies: true,
  };
  const lines = [
    "import http from 'k6/http';",
    `export const options = ${JSON.stringify(options)};`,
    `const body = ${JSON.stringify(body)};`,
    `const params = ${JSON.stringify({ headers })};`,
    `export default () => { http.post('${url}', body, params); };`,
  ];
  writeFileSync(script, lines.join('\n'));
  return watched([...command, 'run', '--quiet', '--no-usage-report', script], { mostMs: MOST_MS });
}

async function runAutocannon(command: Command, url: string, folder: string): Promise<Usage> {
  const { headers, body } = webhookFor(url);
  const input = join(folder, 'body.json');
  writeFileSync(input, body);
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const sizes = ['-c', String(connections), '-d', String(seconds)];
  const args = [...sizes, '-m', 'POST', ...fields, '-i', input, '--no-progress', url];
  return watched([...command, ...args], { mostMs: MOST_MS });
}

function print(): void {
  const heads = ['requests/s', 'its CPU s', 'us each', 'server CPU s', 'us each', 'peak MiB'];
  const lines = [['', ...heads]];
  for (const [tool, list] of runs) {
    const of = (value: (run: Run) => number) => median(list.map(value));
    lines.push([
      tool,
      Math.round(of(({ rate }) => rate)).toLocaleString('en'),
      of((run) => run.cpuSeconds).toFixed(2),
      of((run) => (run.cpuSeconds * 1e6) / run.requests).toFixed(1),
      of((run) => run.serverCpuSeconds).toFixed(2),
      of((run) => (run.serverCpuSeconds * 1e6) / run.requests).toFixed(1),
      of(({ peakMiB }) => peakMiB).toFixed(0),
    ]);
  }
  process.stdout.write(`${connections} connections, ${seconds} s, median of ${ROUNDS}\n`);
  for (const [name = '', ...cells] of lines) {
    process.stdout.write(`${name.padEnd(12)}${cells.map((cell) => cell.padStart(13)).join('')}\n`);
  }
}
