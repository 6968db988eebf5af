/**
 * The same scenario and seed give the same result, to the byte, but for `meta`: again, with both
 * cores busy, and over a store whose answers take random real time.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import type { RunResult } from '../reports/result.ts';
import { runPlan } from '../sim/run.ts';
import { loadPlan } from '../sim/scenario.ts';
import type { SessionStore } from '../src/ports.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { delayed } from './stores/delayed.ts';

const FILE = 'scenarios/first-rehearsal.yaml';
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-determinism-'));
afterAll(() => rmSync(folder, { recursive: true }));

function digest({ meta: _, ...rest }: RunResult): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

async function digestOf(
  options: { seed?: number; store?: SessionStore; file?: string } = {},
): Promise<string> {
  const { file = FILE } = options;
  const plan = loadPlan(file, options.seed === undefined ? {} : { seed: options.seed });
  const store = options.store === undefined ? {} : { store: options.store };
  const { result, failure } = await runPlan(plan, { clock: 'virtual', ...store });
  if (failure !== undefined) throw failure;
  expect(result.counts.accepted).toBeGreaterThan(50);
  return digest(result);
}

it('gives the same result twice, and another one for another seed', async () => {
  const first = await digestOf();
  expect(await digestOf()).toBe(first);
  expect(await digestOf({ seed: 43 })).not.toBe(first);
});

it('gives the same result twice on all eight channels, with faults', async () => {
  const file = 'scenarios/all-channels.yaml';
  expect(await digestOf({ file })).toBe(await digestOf({ file }));
});

it('gives the same result over a store with random real latency', async () => {
  const first = await digestOf();
  expect(await digestOf({ store: delayed(createMemoryStore()) })).toBe(first);
  expect(await digestOf({ store: delayed(createMemoryStore()) })).toBe(first);
});

it('gives the same result from several processes at once', async () => {
  const outs = [1, 2, 3].map((n) => join(folder, String(n)));
  const command = (out: string) => ['sim/bin.js', 'run', FILE, '--quiet', '--out', out];
  await Promise.all(outs.map((out) => promisify(execFile)(process.execPath, command(out))));
  const results = outs.map(
    (out) => JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult,
  );
  const digests = results.map(digest);
  expect(new Set(digests).size).toBe(1);
});
