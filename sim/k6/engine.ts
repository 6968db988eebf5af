/** k6 as the sender of a run's webhooks: starts it, hands it work, reads what it measured. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../reports/result.ts';
import type { Transport } from '../../src/ports.ts';
import { serve } from '../../src/server.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { shippedTemplate } from '../shipped.ts';
import { type Courier, createCourier } from './courier.ts';
import { findK6 } from './find.ts';

export type Generator = NonNullable<RunResult['generator']>;

export interface Engine {
  readonly transport: Transport;
  /** Ends k6; what it measured. */
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
}

/** As budgets: k6 judges what it sees as well. */
const THRESHOLDS = { rehearsal_lateness: ['p(99)<250'], rehearsal_webhooks: ['count>0'] };
/** Later than this at one of a hundred: the figures are the generator's, not the stack's. */
const TOO_LATE_MS = 250;
const START_MS = 30_000;

/** Rejects with `Obstacle` when there is no k6, or it does not start. */
export async function startK6({ named, vus, lastsMs }: EngineOptions): Promise<Engine> {
  const found = findK6(named);
  if ('missing' in found) throw new Obstacle(EXIT.generator, `rehearse: ${found.missing}`);
  const courier = createCourier({
    now: Date.now,
    after: (ms, act) => setTimeout(act, ms).unref(),
  });
  const server = await serve(courier.handle, { name: 'k6 courier', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-k6-'));
  const summary = join(folder, 'summary.json');
  const script = join(folder, 'rehearsal.ts');
  const seconds = Math.ceil(lastsMs / 1000) + 120;
  writeFileSync(script, scriptOf({ courier: server.url, vus, seconds, summary }));
  const child = spawn(found.file, ['run', '--quiet', '--no-usage-report', script]);
  const output = listen(child, courier);
  const tidy = async () => {
    courier.end();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const started = await Promise.race([courier.ready.then(() => true), output.then(() => false)]);
  clearTimeout(late);
  if (!started) {
    await tidy();
    throw new Obstacle(
      EXIT.generator,
      `rehearse: k6 did not start:\n${(await output).slice(-2000)}`,
    );
  }
  return {
    transport: courier.transport,
    async finish() {
      courier.end();
      const said = await output;
      try {
        const version = found.version;
        return generatorOf(JSON.parse(readFileSync(summary, 'utf8')), { version, vus });
      } catch {
        throw new Obstacle(EXIT.generator, `rehearse: k6 left no summary:\n${said.slice(-2000)}`);
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

function scriptOf(values: Readonly<Record<string, string | number>>): string {
  const all = Object.entries({ ...values, thresholds: THRESHOLDS });
  const written = all.map(([name, value]) => [name, JSON.stringify(value)]);
  return shippedTemplate('k6/courier.ts.txt', Object.fromEntries(written));
}

/** Everything k6 says, once it has ended. */
function listen(child: ChildProcess, courier: Courier): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
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

interface Summary {
  readonly metrics: Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;
}

export function generatorOf(
  { metrics }: Summary,
  { version, vus }: { readonly version: string; readonly vus: number },
): Generator {
  const trend = (name: string) => {
    const values = metrics[name]?.values ?? {};
    const of = (statistic: string) => Math.round((values[statistic] ?? 0) * 1000) / 1000;
    return { p50: of('med'), p95: of('p(95)'), p99: of('p(99)'), max: of('max') };
  };
  const lateness = trend('rehearsal_lateness');
  return {
    ...{ name: 'k6', version, vus, sent: metrics.rehearsal_webhooks?.values.count ?? 0 },
    ...{ lateness, sinceDue: trend('rehearsal_since_due'), service: trend('rehearsal_service') },
    saturated: lateness.p99 >= TOO_LATE_MS,
  };
}
