/** Where the scenarios that come with Rehearsal are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder up in a checkout, two in an installed package (`dist/sim`). */
export function shippedScenarios(): string {
  const near = fileURLToPath(new URL('../scenarios', import.meta.url));
  const far = fileURLToPath(new URL('../../scenarios', import.meta.url));
  return existsSync(join(near, 'first-rehearsal.yaml')) ? near : far;
}
