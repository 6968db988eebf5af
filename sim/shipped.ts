/** What comes with Rehearsal beside its code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, or the installed package, whose code is a folder deeper (`dist/sim`). */
export const PACKAGE_ROOT: string = fileURLToPath(rootUrl());

function rootUrl(): URL {
  const near = new URL('..', import.meta.url);
  return existsSync(new URL('package.json', near)) ? near : new URL('../..', import.meta.url);
}

/** A file of `scenarios/`. */
export function shippedText(name: string): string {
  return readFileSync(join(PACKAGE_ROOT, 'scenarios', name), 'utf8');
}

/** The same with `{{name}}` filled in. */
export function shippedTemplate(name: string, values: Readonly<Record<string, string>>): string {
  return shippedText(name).replaceAll(
    /\{\{(\w+)\}\}/g,
    (whole, key: string) => values[key] ?? whole,
  );
}
