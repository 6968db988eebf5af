/** The locales that faker has data for. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

let known: readonly string[] | undefined;

/** Such as `de`, `en_GB`. `base`, what they have in common, is none. */
export function fakerLocales(): readonly string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@faker-js/faker/locale/en'));
  known ??= readdirSync(folder)
    .flatMap((name) => (name.endsWith('.js') ? [name.slice(0, -3)] : []))
    .filter((name) => name !== 'base');
  return known;
}
