/** The house rules that no compiler or linter checks: walls, names, lengths, ambient calls. */
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../mock-providers/index.ts';
import { CHANNEL_KINDS } from '../src/channels/index.ts';
import { ambientImports, ambientUses, isAllowed, LEAVE } from './house/ambient.ts';
import { importsOf } from './house/code.ts';
import {
  CODE,
  FILES,
  FOLDERS,
  foldersIn,
  namesIn,
  read,
  readJson,
  SHIPPED,
} from './house/files.ts';
import { type FolderMap, readMap } from './house/map.ts';
import { forbiddenImports, packageOf } from './house/walls.ts';

/** Fails with every problem and with what to do about them. */
function expectNone(problems: readonly string[], advice: string): void {
  expect(problems, `\n${advice}\n`).toEqual([]);
}

describe('the walls', () => {
  it('only lets imports point towards the stack', () => {
    expectNone(
      SHIPPED.concat(CODE.filter((file) => file.startsWith('bench/'))).flatMap((file) =>
        forbiddenImports(file, read(file)),
      ),
      'Imports go src <- mock-providers <- sim -> reports -> src (types only); nothing imports ' +
        'test. Move what is needed to the side that may be imported, or pass it as an argument.',
    );
  });

  it('keeps scenarios to data', () => {
    const code = SHIPPED.filter((file) => file.startsWith('scenarios/'));
    expect(code, 'scenarios/ holds data; code belongs in sim/').toEqual([
      'scenarios/generate-schema.ts',
    ]);
  });

  it('gives every channel the same files on both sides', () => {
    const [here, there] = ['src/channels', 'mock-providers'] as const;
    const channels = foldersIn(here).map((folder) => folder.slice(here.length + 1));
    const platforms = foldersIn(there).map((folder) => folder.slice(there.length + 1));
    expect(platforms, 'each channel needs a mock platform of its name').toEqual(channels);
    expect(Object.keys(CHANNEL_KINDS).sort(), `${here}/index.ts lists its folders`).toEqual(
      channels,
    );
    expect(Object.keys(PROVIDERS).sort(), `${there}/index.ts lists its folders`).toEqual(platforms);
    for (const name of channels) {
      const adapter = namesIn(`${here}/${name}`).filter((file) => file !== 'content.ts');
      expect(adapter, `${here}/${name} has these, perhaps content.ts, and no others`).toEqual([
        'adapter.ts',
        'limits.ts',
        'signature.ts',
        'wire.ts',
      ]);
      const optional = ['account.ts', 'content.ts', 'rules.ts'];
      const platform = namesIn(`${there}/${name}`).filter((file) => !optional.includes(file));
      expect(platform, `${there}/${name} has these, perhaps ${optional}, and no others`).toEqual([
        'api.ts',
        'ledger.ts',
        'provider.ts',
        'webhook.ts',
      ]);
    }
  });

  it('gives every store a store.ts', () => {
    const without = foldersIn('src/stores').filter((name) => !FILES.includes(`${name}/store.ts`));
    expectNone(without, 'A store folder needs a store.ts with the contract of SessionStore.');
  });
});

describe('the launcher', () => {
  it('can be executed, as npx does in a fresh clone', () => {
    const mode = statSync('sim/bin.js').mode & 0o111;
    expect(mode, 'sim/bin.js has lost its executable bit: git update-index --chmod=+x').toBe(0o111);
  });
});

describe('the shape of code', () => {
  it('keeps files short and lines narrow', () => {
    const tooLong = CODE.concat('.ci/run').flatMap((file) => {
      const lines = read(file).replace(/\n$/, '').split('\n');
      const wide = lines.flatMap((line, i) =>
        [...line].length > 100 ? [`${file}:${i + 1} has ${[...line].length} columns`] : [],
      );
      return lines.length > 300 ? [`${file} has ${lines.length} lines`, ...wide] : wide;
    });
    expectNone(tooLong, 'At most 300 lines a file and 100 columns a line: split it by concern.');
  });

  it('begins every file with what it is', () => {
    const bald = CODE.filter((file) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/) ?\S?/.test(read(file)));
    expectNone(
      bald.filter((file) => !CONFIG.test(file) && !file.endsWith('.test.ts')),
      'Begin the file with one comment: what it is and what it is not.',
    );
  });

  it('has no default exports and no utils', () => {
    const defaults = CODE.filter(
      (file) =>
        !CONFIG.test(file) && !file.endsWith('.d.ts') && /^export default\b/m.test(read(file)),
    );
    expectNone(defaults, 'Export by name: one thing has one name everywhere.');
    const vague = FILES.filter((file) =>
      /(?:^|\/)(?:utils?|helpers?|misc)\.[cm]?[jt]s$/.test(file),
    );
    expectNone(vague, 'Name the file after what it does.');
  });

  it('has the linter hold the rest', () => {
    const { linter, overrides } = readJson<Biome>('biome.json');
    const { complexity, style, suspicious } = linter.rules;
    const long = complexity?.noExcessiveLinesPerFunction;
    expect(long, 'functions have at most 60 lines').toMatchObject({ level: 'error' });
    expect(long?.options?.maxLines, 'functions have at most 60 lines').toBeLessThanOrEqual(60);
    expect(style?.noDefaultExport, 'no default exports').toBe('error');
    expect(suspicious?.noExplicitAny, 'no any').toBe('error');
    const loosened = overrides
      .filter(({ linter }) => linter?.rules?.complexity?.noExcessiveLinesPerFunction)
      .flatMap(({ includes }) => includes);
    const shipped = loosened.filter((glob) => !/^(?:test|bench)\//.test(glob));
    expectNone(shipped, 'Only test/ and bench/ may have functions over 60 lines.');
  });
});

const CONFIG = /^[\w.-]+\.config\.ts$/;

type Rules = Record<string, Record<string, unknown> | undefined> & {
  readonly complexity?: {
    readonly noExcessiveLinesPerFunction?: 'off' | { readonly options?: { maxLines?: number } };
  };
};

interface Biome {
  readonly linter: {
    readonly rules: Rules & {
      readonly complexity?: {
        readonly noExcessiveLinesPerFunction?: { readonly options?: { maxLines?: number } };
      };
    };
  };
  readonly overrides: readonly {
    readonly includes: readonly string[];
    readonly linter?: { readonly rules?: Rules };
  }[];
}

describe('ambient calls', () => {
  const uses = SHIPPED.flatMap((file) => ambientUses(file, read(file)));

  it('are made by the shells alone', () => {
    const stray = uses.filter((use) => !isAllowed(use));
    expectNone(
      stray
        .map(({ file, line, what }) => `${file}:${line} uses ${what}`)
        .concat(SHIPPED.flatMap((file) => ambientImports(file, read(file)))),
      'Take a Clock, a Random or a write() as an argument instead. If this file is a shell that ' +
        'must touch the machine, add it to LEAVE in test/house/ambient.ts with its reason.',
    );
  });

  it('are still made by every shell that may', () => {
    const stale = LEAVE.flatMap(({ file, may }) =>
      may
        .filter((what) => !uses.some((use) => use.file === file && use.what === what))
        .map((what) => `${file} no longer uses ${what}`),
    );
    expectNone(stale, 'Take the entry out of LEAVE in test/house/ambient.ts.');
  });
});

describe('the map in README.md', () => {
  const map = (): FolderMap => {
    expect(FILES, 'README.md is missing: write it, with a map of the folders').toContain(
      'README.md',
    );
    const found = readMap(read('README.md'));
    if (found === undefined) {
      throw new Error('README.md needs a section "Where things are" that names the folders');
    }
    return found;
  };

  it('names every folder there is', () => {
    const parents = ['.', 'src', 'sim', 'mock-providers', 'reports'];
    const folders = parents.flatMap(foldersIn).filter((folder) => !folder.startsWith('.'));
    const named = new Set(map().claims.flatMap(({ candidates }) => candidates));
    expectNone(
      folders.filter((folder) => !named.has(folder)),
      'Name these folders in the map of README.md, such as `src/router/`, and what is in them.',
    );
  });

  it('names nothing that is not there', () => {
    const ignored = read('.gitignore').split('\n');
    const there = (folder: string) => FOLDERS.has(folder) || ignored.includes(`${folder}/`);
    const { claims, files } = map();
    const gone = claims
      .filter(({ candidates }) => !candidates.some(there))
      .concat(files.filter(({ text }) => !FILES.includes(text)));
    expectNone(
      gone.map(({ text, line }) => `README.md:${line} ${text}`),
      'The map of README.md names what does not exist: take it out, or make it.',
    );
  });
});

describe('dependencies', () => {
  const { dependencies, optionalDependencies, devDependencies } = readJson<{
    readonly dependencies: Record<string, string>;
    readonly optionalDependencies: Record<string, string>;
    readonly devDependencies: Record<string, string>;
  }>('package.json');
  const shippable = { ...dependencies, ...optionalDependencies };
  const packages = (files: readonly string[]) =>
    files.flatMap((file) =>
      importsOf(read(file)).flatMap(({ from, line }) => {
        const name = packageOf(from);
        return name === undefined ? [] : [{ name, place: `${file}:${line}` }];
      }),
    );

  it('are all imported', () => {
    const used = new Set(packages(SHIPPED).map(({ name }) => name));
    // `node` is not imported: sim/bin.js starts it.
    const idle = Object.keys(shippable).filter((name) => name !== 'node' && !used.has(name));
    expectNone(idle, 'npm uninstall these, or move them to devDependencies.');
  });

  it('are the only packages imported', () => {
    const shipped = packages(SHIPPED).filter(({ name }) => !(name in shippable));
    expectNone(
      shipped.map(({ name, place }) => `${place} imports ${name}`),
      'What ships may import `dependencies` only: npm install --save these.',
    );
    const all = { ...shippable, ...devDependencies };
    const others = packages(CODE.filter((file) => !SHIPPED.includes(file)));
    expectNone(
      others.filter(({ name }) => !(name in all)).map(({ name, place }) => `${place} ${name}`),
      'npm install --save-dev these.',
    );
  });
});

describe('what is private', () => {
  it('stays out of the files', () => {
    // Put together here, so that this file does not break its own rule.
    const folders = ['work', 'root', 'tmp/me'].map((name) => `/${name}/`);
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['registry', 'npmmirror', 'com'],
      ['deb', 'debian', 'org'],
      ['security', 'debian', 'org'],
      ['files', 'pythonhosted', 'org'],
      ['pypi', 'org'],
      ['proxy', 'golang', 'org'],
      ['repo1', 'maven', 'org'],
      ['static', 'crates', 'io'],
    ].map((parts) => parts.join('.'));
    const isPrivate = (line: string) =>
      hosts.some((host) => line.includes(host)) ||
      folders.some((folder) => new RegExp(`(?<![\\w.:/}-])${folder}`).test(line));
    const found = FILES.filter((file) => !/\.(?:png|ico|gz|woff2?)$/.test(file)).flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, i) => (isPrivate(line) ? [`${file}:${i + 1}`] : [])),
    );
    expectNone(found, 'Take out paths of this machine and hosts of package registries.');
  });
});
