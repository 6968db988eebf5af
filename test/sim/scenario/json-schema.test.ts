import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateSchemas } from '../../../scenarios/generate-schema.ts';
import { loadPlan } from '../../../sim/scenario.ts';
import { GOOD } from './files.ts';

const ROOT = join(import.meta.dirname, '../../../scenarios');
const yamlIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));

const schemas = Object.fromEntries(
  Object.entries(generateSchemas()).map(([name, text]) => [name, JSON.parse(text)]),
);
const ajv = new Ajv({ strictSchema: false, formats: { 'date-time': true } });

describe('the JSON Schemas', () => {
  it.each(Object.entries(generateSchemas()))('%s is up to date (npm run schema)', (name, text) => {
    expect(readFileSync(join(ROOT, name), 'utf8')).toBe(text);
  });

  it.each([
    ['scenario.schema.json', [...yamlIn(ROOT), join(ROOT, 'targets/bot-hour.yaml')]],
    ['org.schema.json', [...yamlIn(join(ROOT, 'orgs'))]],
    ['target.schema.json', [join(ROOT, 'targets/bot.yaml')]],
  ])('%s accepts every file shipped', (name, files) => {
    const validate = ajv.compile(schemas[name]);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      validate(parse(readFileSync(file, 'utf8')));
      expect([file, validate.errors]).toEqual([file, null]);
    }
  });

  it('refuse what the loader refuses, where a schema can', () => {
    const validate = ajv.compile(schemas['scenario.schema.json']);
    const ok = (from: string, to: string) => validate(parse(GOOD.scenario.replace(from, to)));
    expect(ok('lasts', 'lasts')).toBe(true);
    expect(ok('lasts: 1h', 'lasts: 60')).toBe(false);
    expect(ok('lasts: 1h', 'lasts: 5min')).toBe(false);
    expect(ok('within:', 'withn:')).toBe(false);
    expect(ok('- leave', '- laeve')).toBe(false);
    expect(ok('exponential', 'exponental')).toBe(false);
    expect(ok('expect: auto', 'think: 20s')).toBe(true);
    expect(ok('sms-main: 2', 'sms-main: 0')).toBe(false);
  });

  it.each(Object.keys(schemas))('%s describes every property for the editor', (name) => {
    const bare: string[] = [];
    const visit = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as { properties?: Record<string, { description?: string }> };
      for (const [key, property] of Object.entries(properties ?? {})) {
        if (property.description === undefined) bare.push(`${path}/${key}`);
      }
      for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    };
    visit(schemas[name], '');
    expect(bare).toEqual([]);
  });
});

describe('the scenarios shipped', () => {
  it.each(yamlIn(ROOT))('%s loads', (file) => {
    expect(loadPlan(file).arrivals.length).toBeGreaterThan(0);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=scenario\.schema/,
    );
  });
});
