/** What tests of k6 share: the binary, scenarios of one word, exports, what stands for a stack. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EXIT } from '../../../sim/exit-codes.ts';
import { findK6 } from '../../../sim/k6/find.ts';
import type { RecordedWebhook } from '../../../sim/k6/record.ts';
import { type Change, type Folder, rehearse } from '../command.ts';

export const K6 = findK6(process.env.REHEARSE_K6);
if ('missing' in K6 && process.env.CI !== undefined) throw new Error(K6.missing);
if ('missing' in K6) process.stderr.write(`skipped: ${K6.missing}\n`);

/** Customers say a word and are gone; nobody answers. */
export const ONE_WORD: readonly Change[] = [
  ['      - expect: { from: rep, matches: "yes", within: 5m }\n', ''],
  ['replies: ["Yes."]', 'replies: []'],
];

/** So many of them each second. */
export function steadily(perSecond: number, lasts: string): readonly Change[] {
  const rate = `constant: ${perSecond}/s`;
  return [...ONE_WORD, ['poisson: 60/h', rate], ['lasts: 10m', `lasts: ${lasts}`]];
}

export interface Exported {
  /** The folder. */
  readonly at: string;
  readonly webhooks: readonly RecordedWebhook[];
}

let exports = 0;

/** Exports the tiny scenario, with changes, for a target. */
export async function exported(
  folder: Folder,
  target: string,
  changes: readonly Change[] = [],
  more: readonly string[] = [],
): Promise<Exported> {
  exports += 1;
  const at = folder.at(`export-${exports}`);
  const scenario = folder.scenario(['wire: false', 'wire: true'], ...changes);
  const ran = await rehearse('export', 'k6', scenario, '--out', at, '--target', target, ...more);
  expect(ran.err).toBe('');
  expect(ran.code).toBe(EXIT.pass);
  return { at, webhooks: JSON.parse(readFileSync(join(at, 'webhooks.json'), 'utf8')) };
}

export interface Taken {
  readonly path: string;
  readonly body: string;
  /** Unix ms. */
  readonly atMs: number;
}

export interface Sink {
  readonly url: string;
  readonly taken: readonly Taken[];
  close(): void;
}

export interface Answer {
  readonly status: number;
  readonly delayMs: number;
}

/** A server in the place of a stack, that keeps what comes. `sinceMs`: since the first one. */
export async function startSink(
  answer: (sinceMs: number) => Partial<Answer> = () => ({}),
): Promise<Sink> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    const atMs = Date.now();
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      taken.push({ path: request.url ?? '', body, atMs });
      const { status = 200, delayMs = 0 } = answer(atMs - (taken[0]?.atMs ?? atMs));
      const send = () => response.writeHead(status).end();
      if (delayMs > 0) setTimeout(send, delayMs);
      else send();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, taken, close: () => server.close() };
}

export interface K6Run {
  readonly code: number | null;
  /** The summary. */
  readonly out: string;
  readonly log: string;
}

/** `k6 run` of the exported script in a folder. */
export function runK6(at: string, ...args: readonly string[]): Promise<K6Run> {
  const file = 'file' in K6 ? K6.file : '';
  const all = ['run', '--quiet', '--no-usage-report', ...args, 'rehearsal.ts'];
  const child = spawn(file, all, { cwd: at });
  const texts = { out: '', log: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.log += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

/** Which part of the webhooks: `runK6(at, ...segment('1/3:2/3', '0,1/3,2/3,1'))`. */
export function segment(part: string, sequence: string): readonly string[] {
  return ['--execution-segment', part, '--execution-segment-sequence', sequence];
}

/** What the compiler, strict and with k6's own types, has against `rehearsal.ts` in a folder. */
export function typeErrors(at: string): string {
  const root = join(import.meta.dirname, '../../..');
  const compilerOptions = {
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
    ...{ noUnusedLocals: true, noUnusedParameters: true, noImplicitReturns: true },
    ...{ noEmit: true, skipLibCheck: true, target: 'es2022', module: 'esnext' },
    ...{ moduleResolution: 'bundler', lib: ['es2022'], types: ['k6'] },
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'k6/*': [join(root, 'node_modules/@types/k6/*')] },
  };
  const config = { compilerOptions, files: ['rehearsal.ts'] };
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', at], { encoding: 'utf8' }).stdout.trim();
}
