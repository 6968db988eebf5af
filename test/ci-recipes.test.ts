/**
 * `rehearse init` and the recipes for CI, in a real shell: what their steps run is taken out of the
 * files and run as each system runs it. `npm ci` is left out: the package is not in a registry.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../sim/exit-codes.ts';

const BIN = join(import.meta.dirname, '../sim/bin.js');
const ROOT = mkdtempSync(join(tmpdir(), 'rehearsal-init-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const rehearse = (cwd: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: 'utf8' });

/** A folder with what `init` writes, where `npx rehearse` finds this checkout. */
function started(ci: string): string {
  const folder = join(ROOT, ci);
  mkdirSync(folder);
  const { status, stdout } = rehearse(folder, 'init', '--ci', ci);
  expect([status, stdout]).toEqual([EXIT.pass, expect.stringContaining('wrote rehearsal/')]);
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(BIN, join(folder, 'node_modules/.bin/rehearse'));
  return folder;
}

/** What each system runs of a file, and how. */
const SYSTEMS = {
  github: {
    file: '.github/workflows/rehearsal.yml',
    steps: (text: string): string[] =>
      parse(text).jobs.rehearse.steps.flatMap(({ run }: { run?: string }) => run ?? []),
    shell: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'],
  },
  gitlab: {
    file: '.gitlab-ci.yml',
    steps: (text: string): string[] => parse(text).rehearse.script,
    shell: ['bash', '-eo', 'pipefail', '-c'],
  },
  jenkins: {
    file: 'Jenkinsfile',
    steps: (text: string) => Array.from(text.matchAll(/\bsh '([^']+)'/g), ([, step = '']) => step),
    shell: ['sh', '-xe', '-c'],
  },
} as const;

describe.each(Object.entries(SYSTEMS))('%s', (ci, { file, steps, shell }) => {
  let folder: string;
  let own: string[];
  beforeAll(() => {
    folder = started(ci);
    own = steps(readFileSync(join(folder, file), 'utf8'));
  });

  const run = () => {
    const [command = '', ...args] = shell;
    const github = {
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      GITHUB_OUTPUT: join(folder, 'o'),
    };
    const step = own.filter((one) => one !== 'npm ci').join('\n');
    const env = { ...process.env, ...github };
    return spawnSync(command, [...args, step], { cwd: folder, encoding: 'utf8', env });
  };

  it('installs, and runs the scenarios there are', () => {
    expect(own).toHaveLength(2);
    const { status, stdout, stderr } = run();
    expect([status, stderr]).toEqual([0, expect.anything()]);
    expect(stdout).toContain('PASS');
    for (const name of ['junit.xml', 'report.html', 'report.md']) {
      expect(existsSync(join(folder, 'rehearsal-out', name))).toBe(true);
    }
    if (ci !== 'github') return;
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toContain('✅ PASS');
    expect(readFileSync(join(folder, 'o'), 'utf8')).toBe('verdict=pass\n');
  });

  it('fails the job when a budget is broken, and says where', () => {
    const scenario = join(folder, 'rehearsal/first-rehearsal.yaml');
    const text = readFileSync(scenario, 'utf8');
    const broken = text.replace('p95(firstReply) < 3m', 'p95(firstReply) < 3s');
    expect(broken).not.toBe(text);
    writeFileSync(scenario, broken);
    const { status, stdout } = run();
    expect(status).toBe(EXIT.budgetMissed);
    const line = broken.split('\n').findIndex((one) => one.includes('< 3s')) + 1;
    const junit = readFileSync(join(folder, 'rehearsal-out/junit.xml'), 'utf8');
    expect(junit).toContain(`file="rehearsal/first-rehearsal.yaml" line="${line}"`);
    expect(junit).toContain('failures="1"');
    if (ci !== 'github') return;
    expect(stdout).toContain(`::error file=rehearsal/first-rehearsal.yaml,line=${line},title=`);
  });
});

describe('init', () => {
  it('writes a scenario and org that are right, and a package that asks for this version', () => {
    const folder = join(ROOT, 'github');
    expect(rehearse(folder, 'validate', 'rehearsal/first-rehearsal.yaml').status).toBe(EXIT.pass);
    const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const version = execFileSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' }).trim();
    expect(devDependencies).toEqual({ rehearsal: `^${version}` });
  });

  it('overwrites nothing', () => {
    const folder = join(ROOT, 'github');
    const { status, stderr } = rehearse(folder, 'init');
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('rehearsal/first-rehearsal.yaml');
    expect(stderr).toContain('nothing was written');
  });
});
