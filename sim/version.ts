/** The version of this package, as its package.json says. */
import { existsSync, readFileSync } from 'node:fs';

export const VERSION: string = readVersion();

/** package.json is one folder up in a checkout, two in an installed package (`dist/sim`). */
function readVersion(): string {
  const near = new URL('../package.json', import.meta.url);
  const far = new URL('../../package.json', import.meta.url);
  const text = readFileSync(existsSync(near) ? near : far, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
