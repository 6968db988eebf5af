/** k6 as the sender of a run's webhooks: starts it, hands it work, reads what it measured. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OnLatency } from '../../reports/rows.ts';
import type { Transport } from '../../src/ports.ts';
import { serve } from '../../src/server.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Generator } from '../meter.ts';
import type { Plan } from '../plan.ts';
import { shippedTemplate } from '../shipped.ts';
import { type Courier, createCourier } from './courier.ts';
import { findK6 } from './find.ts';
import { AS_READ_HERE, ASKED_FOR, generatorOf } from './summary.ts';
import { liveThresholds, METRICS } from './thresholds.ts';

export interface Engine {
  /** The way of a channel's webhooks; `lateMs` says by how much what is sent now is late. */
  transport(channel: string, lateMs: () => number): Transport;
  /** Measures of ours, for k6's own outputs and thresholds. */
  readonly tell: OnLatency;
  /** When k6 is gone, by itself or because it was told to. */
  readonly ended: Promise<void>;
  /** Ends k6; what it measured. Rejects with `Obstacle` when it left nothing. */
  finish(): Promise<Generator>;
  /** Ends it whatever it does. */
  kill(): Promise<void>;
}

export interface EngineOptions {
  /** What `REHEARSE_K6` says. */
  readonly named: string | undefined;
  readonly vus: number;
  /** Real time the run may take. */
  readonly lastsMs: number;
  readonly budgets: Plan['budgets'];
  /** As k6's own `--out`: `json=points.json` and the like. */
  readonly outputs: readonly string[];
  /** Where the script and k6's summary are kept; absent: nowhere. */
  readonly folder?: string | undefined;
  /** Told what k6 itself complains of. */
  readonly onTrouble?: (text: string) => void;
  /** Unix ms, by which webhooks are due; absent: as this machine has it. */
  readonly now?: () => number;
}

const START_MS = 30_000;

/** Rejects with `Obstacle` when there is no k6, or it does not start. */
export async function startK6(options: EngineOptions): Promise<Engine> {
  const found = findK6(options.named);
  if ('missing' in found) throw new Obstacle(EXIT.generator, `rehearse: ${found.missing}`);
  const courier = createCourier({
    now: options.now ?? Date.now,
    after: (ms, act) => setTimeout(act, ms).unref(),
    soon: setImmediate,
  });
  const place = openFolder(options.folder);
  const server = await serve(courier.handle, { name: 'k6 courier', port: 0 });
  writeFileSync(place.script, scriptOf(server.url, place.summary, options));
  const outputs = options.outputs.flatMap((output) => ['--out', output]);
  const args = ['run', '--quiet', '--no-usage-report', ...AS_READ_HERE, ...outputs, place.script];
  // A group of its own: Ctrl-C is for the director, who tells k6 when all is over.
  const child = spawn(found.file, args, { detached: true });
  const output = listen(child, courier, options.onTrouble);
  const tidy = async () => {
    courier.end();
    await server.close();
    place.close();
  };
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const started = await Promise.race([courier.ready.then(() => true), output.then(() => false)]);
  clearTimeout(late);
  if (!started) {
    await tidy();
    throw new Obstacle(EXIT.generator, `rehearse: k6 did not start:\n${lastOf(await output)}`);
  }
  return {
    transport: courier.transport,
    tell: courier.tell,
    ended: output.then(() => {}),
    async finish() {
      courier.end();
      const said = await output;
      try {
        const { version } = found;
        const summary = JSON.parse(readFileSync(place.summary, 'utf8'));
        return generatorOf(summary, { version, vus: options.vus });
      } catch {
        throw new Obstacle(EXIT.generator, `rehearse: k6 left no summary:\n${lastOf(said)}`);
      } finally {
        await tidy();
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await output;
      await tidy();
    },
  };
}

/**
 * Where the script and the summary are while k6 runs, and what is kept of them. Throws `Obstacle`
 * where neither can be written.
 */
function openFolder(kept: string | undefined) {
  try {
    const folder = kept ?? mkdtempSync(join(tmpdir(), 'rehearsal-k6-'));
    mkdirSync(folder, { recursive: true });
    const summary = join(folder, 'summary.json');
    rmSync(summary, { force: true });
    const script = join(folder, 'rehearsal.ts');
    writeFileSync(script, '');
    const close = () => {
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    };
    return { script, summary, close };
  } catch (error) {
    const text = `rehearse: the script of k6 can't be written: ${(error as Error).message}`;
    throw new Obstacle(EXIT.cannotWrite, text);
  }
}

function scriptOf(courier: string, summary: string, { vus, lastsMs, budgets }: EngineOptions) {
  const seconds = Math.ceil(lastsMs / 1000) + 120;
  const thresholds = { ...liveThresholds(budgets), ...ASKED_FOR };
  const values = { courier, vus, seconds, summary, thresholds, metrics: METRICS };
  const written = Object.entries(values).map(([name, value]) => [
    name,
    JSON.stringify(value, null, 2).replaceAll('\n', name === 'thresholds' ? '\n  ' : '\n'),
  ]);
  return shippedTemplate('k6/courier.ts.txt', Object.fromEntries(written));
}

/** The last that k6 says, once it has ended; what it complains of at once. */
function listen(
  child: ChildProcess,
  courier: Courier,
  onTrouble: (text: string) => void = () => {},
): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      said = `${said}${line}\n`.slice(-MOST_KEPT);
      const [, what] = COMPLAINT.exec(line) ?? [];
      if (what !== undefined && !line.includes(MISSED_THRESHOLDS)) onTrouble(`k6: ${what}`);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      said += error.message;
    });
    child.on('close', () => {
      courier.fail('k6 has ended');
      resolve(said);
    });
  });
}

/** A line of k6's log, without the time. */
const COMPLAINT = /level=(?:warning|error) msg=(.*)/;
/** Which those are is in the result. */
const MISSED_THRESHOLDS = 'thresholds on metrics';
const MOST_KEPT = 2000;

function lastOf(said: string): string {
  return said.trim();
}
