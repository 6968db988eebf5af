/** Which part of the project may import which. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Import, importsOf } from './code.ts';

/** By top-level folder: the folders it may import, and those of which it may import types only. */
const WALLS: Readonly<Record<string, { readonly all: string[]; readonly types?: string[] }>> = {
  src: { all: ['src'] },
  'mock-providers': { all: ['mock-providers', 'src'] },
  reports: { all: ['reports'], types: ['src'] },
  sim: { all: ['sim', 'reports', 'mock-providers', 'src', 'scenarios'] },
  scenarios: { all: ['scenarios', 'sim'] },
  bench: { all: ['bench', 'sim', 'reports', 'mock-providers', 'src', 'scenarios'] },
};

/** Of a channel, its platform may know the shapes, the signature and the documented limits. */
const SHARED =
  /^src\/channels\/(?:[^/]+\/(?:wire|signature|limits)|index|json|limits|multipart|uuid)\.ts$/;

/** `file:line imports what` for each import that crosses a wall. */
export function forbiddenImports(file: string, source: string): readonly string[] {
  return importsOf(source)
    .filter((one) => one.from.startsWith('.') && !allowed(file, one))
    .map(({ from, line }) => `${file}:${line} imports ${from}`);
}

function allowed(file: string, { from, typeOnly }: Import): boolean {
  const target = posix.join(posix.dirname(file), from);
  const [here = '', there = ''] = [file.split('/')[0], target.split('/')[0]];
  const { all = [], types = [] } = WALLS[here] ?? {};
  const channel = channelOf(target);
  if (target.startsWith('src/channels/') && here === 'mock-providers' && !SHARED.test(target)) {
    return false;
  }
  const own = channelOf(file);
  if (channel !== undefined && own !== undefined && own !== channel) {
    // `byoc-ccaas` is `byoc` and more.
    if (!own.startsWith(`${channel}-`)) return false;
  }
  return all.includes(there) || (typeOnly && types.includes(there)) || target === 'package.json';
}

/** The channel to whose folder, on either side, a file belongs. */
function channelOf(file: string): string | undefined {
  return /^(?:src\/channels|mock-providers)\/([^/]+)\//.exec(file)?.[1];
}

/** The package an import comes from; nothing for a file of the project or of Node itself. */
export function packageOf(from: string): string | undefined {
  if (from.startsWith('.') || (from.startsWith('node:') && isBuiltin(from))) return undefined;
  const [scope = '', name] = from.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
