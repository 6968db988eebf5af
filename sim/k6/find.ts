/** Where k6 is: `REHEARSE_K6`, the project's `.tools` folder, or on PATH. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../shipped.ts';

/** The version `npm run setup:k6` installs, and the oldest major one that will do. */
export const K6_VERSION = 'v2.2.0';
const LEAST_MAJOR = 2;

export const TOOLS = join(PACKAGE_ROOT, '.tools');

export type FoundK6 =
  | { readonly file: string; readonly version: string }
  | { readonly missing: string };

/** `named`: what `REHEARSE_K6` says. */
export function findK6(named: string | undefined): FoundK6 {
  const own = join(TOOLS, 'k6');
  const candidates = named === undefined ? [...(existsSync(own) ? [own] : []), 'k6'] : [named];
  for (const file of candidates) {
    const { stdout, status } = spawnSync(file, ['version'], { encoding: 'utf8' });
    const [, version = '', major = ''] = /\bv((\d+)\.\d+\.\d+\S*)/.exec(stdout ?? '') ?? [];
    if (status !== 0 || version === '') continue;
    if (Number(major) >= LEAST_MAJOR) return { file, version };
    return { missing: `${file} is k6 ${version}; version ${LEAST_MAJOR} or newer is needed` };
  }
  const where = named === undefined ? 'k6 is not on PATH' : `REHEARSE_K6=${named} does not run`;
  return { missing: `${where}. ${HOW_TO_INSTALL}` };
}

const HOW_TO_INSTALL = [
  'Install it:',
  '  here       npm run setup:k6 (needs Go 1.25 or newer)',
  '  macOS      brew install k6',
  '  Debian     https://grafana.com/docs/k6/latest/set-up/install-k6/',
  '  Windows    winget install k6',
].join('\n');
