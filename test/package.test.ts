/** The package as npm would publish it, installed where there is nothing else, and run there. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunResult } from '../reports/result.ts';

const ROOT = join(import.meta.dirname, '..');
const MINUTES = 60_000;

let folder = '';
let packed: readonly string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearse-package-'));
  const { stdout } = run('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed];
  packed = files.map(({ path }) => path);
  const app = join(folder, 'app');
  mkdirSync(app);
  // Without the leave, later versions of npm would not run the script that brings Node 24; the
  // other one only prints a warning about versions.
  const manifest = { private: true, allowScripts: { node: true, protobufjs: false } };
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest));
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  const { all } = run('npm', ['install', ...options, join(folder, filename)], app);
  expect(all, 'no install script is left undecided').not.toMatch(/install-scripts|blocked/);
}, 5 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('holds what runs and what explains it, and nothing else', () => {
  for (const file of [
    'LICENSE',
    'README.md',
    'package.json',
    'sim/bin.js',
    'dist/sim/cli.js',
    'scenarios/README.md',
    'scenarios/first-rehearsal.yaml',
    'scenarios/orgs/web-shop.yaml',
    'scenarios/scenario.schema.json',
    'scenarios/org.schema.json',
    'scenarios/ci/github.yml',
    'reports/result.schema.json',
  ]) {
    expect(packed, 'see "files" in package.json').toContain(file);
  }
  const foreign = packed.filter(
    (file) => /\.[cm]?tsx?$/.test(file) || /^(?:dist\/)?(?:test|bench|\.)/.test(file),
  );
  expect(foreign, 'no tests, no TypeScript').toEqual([]);
});

it('says its version, whatever Node starts it', () => {
  const { stdout, status } = rehearse('--version');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(stdout).toBe(`${version}\n`);
  expect(status).toBe(0);
});

it('runs a scenario that came with it, on the Node that came with it', () => {
  const shipped = join('node_modules', 'rehearsal', 'scenarios', 'first-rehearsal.yaml');
  const { stdout, stderr, status } = rehearse('run', shipped, '--out', 'out', '--quiet');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toMatch(/^first-rehearsal/);
  expect(status, stderr).toBe(0);
  const text = readFileSync(join(folder, 'app', 'out', 'result.json'), 'utf8');
  const { verdict, meta } = JSON.parse(text) as RunResult;
  expect(verdict).toBe('pass');
  expect(Number(/^v(\d+)/.exec(String(meta.node))?.[1])).toBeGreaterThanOrEqual(24);
});

it('validates what it ships', () => {
  const shipped = ['first-rehearsal', 'sms-only', 'all-channels'].map((name) =>
    join('node_modules', 'rehearsal', 'scenarios', `${name}.yaml`),
  );
  expect(rehearse('validate', ...shipped)).toMatchObject({ status: 0, stderr: '' });
});

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** The installed command, by npx. */
function rehearse(...args: readonly string[]): SpawnSyncReturns<string> {
  const app = join(folder, 'app');
  return spawnSync('npx', ['--no-install', '--loglevel=error', 'rehearse', ...args], {
    cwd: app,
    env: outside(),
    encoding: 'utf8',
  });
}

/** What a command says on stdout, and on both; throws when it fails. */
function run(command: string, args: readonly string[], cwd: string) {
  const ended = spawnSync(command, args, { cwd, env: outside(), encoding: 'utf8' });
  const all = `${ended.stdout}${ended.stderr}`;
  if (ended.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${all}`);
  return { stdout: ended.stdout, all };
}

/** The environment of a user: nothing of the npm that runs this test, nor of its Node 24. */
function outside(): NodeJS.ProcessEnv {
  const settings = /^npm_config_(?:registry|cache|cafile|userconfig|globalconfig|.*proxy)$/i;
  const ours = (name: string) =>
    !settings.test(name) && /^(?:npm_|INIT_CWD$|VITEST|NODE_ENV$)/i.test(name);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
  const path = (process.env.PATH ?? '').split(delimiter);
  const theirs = path.filter((one) => !one.includes('node_modules') && existsSync(one));
  return { ...env, PATH: theirs.join(delimiter) };
}
