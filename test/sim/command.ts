/** The real command as a child process, and scenario files to give it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../reports/result.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const COMMAND = join(ROOT, 'sim', 'bin.js');
/** Spares each of many short processes the reading of the same code. */
const COMPILED = join(ROOT, 'node_modules', '.vitest', 'compiled');
const FIXTURES = join(ROOT, 'test', 'fixtures', 'cli');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

const running = new Set<ChildProcess>();

/** `rehearse ARGS`, with a pipe for each of its outputs. */
export function start(
  args: readonly string[],
  cwd = ROOT,
  more: Readonly<Record<string, string>> = {},
): Running {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  const env = { ...rest, ...more, NODE_COMPILE_CACHE: COMPILED };
  const child = spawn(NODE, [COMMAND, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.on('close', () => running.delete(child));
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
  return { child, ended };
}

export function rehearse(...args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

/** What it has written on either of its outputs, once these words are among it. */
export function heardFrom(child: ChildProcess, words: string): Promise<string> {
  let heard = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        heard += text;
        if (heard.includes(words)) resolve(heard);
      });
    }
    child.on('close', () => reject(new Error(`it ended before it said '${words}': ${heard}`)));
  });
}

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Folder {
  readonly path: string;
  /** A file in it. */
  at(...names: readonly string[]): string;
  /** The tiny scenario with changes, beside its org; its path. */
  scenario(...changes: readonly Change[]): string;
  result(...folder: readonly string[]): RunResult;
  /** Ends what still runs, too: a command that should have refused to. */
  remove(): void;
}

/** What stands in the tiny scenario, and what shall stand there. */
export type Change = readonly [from: string, to: string];

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'rehearse-cli-'));
  const at = (...names: readonly string[]) => join(path, ...names);
  copyFileSync(join(FIXTURES, 'org.yaml'), at('org.yaml'));
  let files = 0;
  return {
    path,
    at,
    scenario(...changes) {
      let text = readFileSync(join(FIXTURES, 'tiny.yaml'), 'utf8');
      for (const [from, to] of changes) {
        if (!text.includes(from)) throw new Error(`the tiny scenario has no '${from}'`);
        text = text.replace(from, to);
      }
      files += 1;
      const file = at(`scenario-${files}.yaml`);
      writeFileSync(file, text);
      return file;
    },
    result: (...folder) => JSON.parse(readFileSync(at(...folder, 'result.json'), 'utf8')),
    remove() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true });
    },
  };
}
