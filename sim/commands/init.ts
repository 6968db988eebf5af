/** `rehearse init`: a starter scenario, its org and a CI workflow. It overwrites nothing. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { shippedText } from '../shipped.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { reason } from './out-folder.ts';

interface Arguments {
  readonly folder: string;
  readonly ci: keyof typeof CI | 'none';
}

/** Where each CI looks for its file. */
const CI = {
  github: ['ci/github.yml', '.github/workflows/rehearsal.yml'],
  gitlab: ['ci/gitlab.yml', '.gitlab-ci.yml'],
  jenkins: ['ci/Jenkinsfile', 'Jenkinsfile'],
} as const;

const STARTERS: readonly (readonly [from: string, to: string])[] = [
  ['first-rehearsal.yaml', 'rehearsal/first-rehearsal.yaml'],
  ['scenario.schema.json', 'rehearsal/scenario.schema.json'],
  ['orgs/web-shop.yaml', 'rehearsal/orgs/web-shop.yaml'],
  ['org.schema.json', 'rehearsal/org.schema.json'],
];

export const INIT_OPTIONS = {
  ci: {
    describe: 'whose workflow to write',
    choices: [...(Object.keys(CI) as (keyof typeof CI)[]), 'none'] as const,
    default: 'github' as const,
  },
} as const;

export function initCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: 'init [folder]',
    describe: 'Write a starter scenario, org and CI workflow',
    builder: (yargs) =>
      yargs
        .positional('folder', { describe: 'Where to', type: 'string', default: '.' })
        .options(INIT_OPTIONS),
    handler({ folder, ci }) {
      const files = new Map<string, string>();
      for (const [from, to] of [...STARTERS, ...(ci === 'none' ? [] : [CI[ci]])]) {
        files.set(to, shippedText(from));
      }
      if (!existsSync(join(folder, 'package.json'))) files.set('package.json', packageJson());
      if (!existsSync(join(folder, '.gitignore'))) {
        files.set('.gitignore', 'node_modules/\nrehearsal-out/\n');
      }
      refuseToOverwrite(folder, [...files.keys()]);
      for (const [name, text] of files) {
        put(join(folder, name), text);
        terminal.out(`wrote ${join(folder, name)}\n`);
      }
      terminal.out('\nNow: npm install, then npx rehearse run rehearsal/first-rehearsal.yaml\n');
      exit(EXIT.pass);
    },
  };
}

function packageJson(): string {
  const contents = { private: true, devDependencies: { rehearsal: `^${VERSION}` } };
  return `${JSON.stringify(contents, null, 2)}\n`;
}

function refuseToOverwrite(folder: string, names: readonly string[]): void {
  const there = names.filter((name) => existsSync(join(folder, name)));
  if (there.length === 0) return;
  const text = `rehearse: ${there.join(', ')} would be overwritten; nothing was written.`;
  throw new Obstacle(EXIT.usage, `${text} Take another folder.`);
}

function put(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new Obstacle(EXIT.cannotWrite, `can't write ${file}: ${reason(error)}.`);
  }
}
