/**
 * Scenario files for the tests: the good pair of fixtures, changed here and there, written to a
 * folder of their own.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { InputError, type LoadOptions, loadPlan } from '../../../sim/scenario.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/scenarios');

export const GOOD = {
  scenario: readFileSync(join(FIXTURES, 'shop.yaml'), 'utf8'),
  org: readFileSync(join(FIXTURES, 'orgs/shop.yaml'), 'utf8'),
};

/** Pairs of what to find in the good file and what to put there instead. */
export type Changes = readonly (readonly [string, string])[];

export function changed(text: string, changes: Changes): string {
  return changes.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`the fixture has no '${from}'`);
    return current.replace(from, () => to);
  }, text);
}

const ROOT = mkdtempSync(join(tmpdir(), 'rehearsal-scenario-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

/** Writes a scenario and its org; the path of the scenario. */
export function write(scenario: string | Uint8Array, org: string | Uint8Array = GOOD.org): string {
  const folder = mkdtempSync(join(ROOT, 'one-'));
  mkdirSync(join(folder, 'orgs'));
  writeFileSync(join(folder, 'orgs/shop.yaml'), org);
  const file = join(folder, 'shop.yaml');
  writeFileSync(file, scenario);
  return file;
}

export function load(changes: { scenario?: Changes; org?: Changes } = {}) {
  return loadPlan(
    write(changed(GOOD.scenario, changes.scenario ?? []), changed(GOOD.org, changes.org ?? [])),
  );
}

/** The complaints about a file, as shown, less the folder. */
export function complaintsOf(file: string, options?: LoadOptions): readonly string[] {
  try {
    loadPlan(file, options);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    return error.message.replaceAll(folder, '').split('\n');
  }
}

export function complaints(changes: { scenario?: Changes; org?: Changes }): readonly string[] {
  return complaintsOf(
    write(changed(GOOD.scenario, changes.scenario ?? []), changed(GOOD.org, changes.org ?? [])),
  );
}
