/** `rehearse run --store` and `rehearse privacy`: what is held where, handed out, forgotten. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSummary } from '../../reports/summarise.ts';
import { EXIT } from '../../sim/exit-codes.ts';
import { summaryOptions } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { change, entry, NOW, thread } from '../contracts/threads.ts';
import { type Folder, makeFolder, rehearse } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());
const ROOT = join(import.meta.dirname, '../..');

const meta = ({ meta: _, ...result }: object & { meta?: unknown }) => result;

describe('run --store', () => {
  it('gives the same result on sqlite as in memory, and leaves the sessions there', async () => {
    const scenario = folder.scenario();
    const store = `sqlite:${folder.at('run.db')}`;
    await rehearse('run', scenario, '--quiet', '--out', folder.at('memory'));
    const run = ['run', scenario, '--quiet', '--out', folder.at('sqlite'), '--store', store];
    const { code } = await rehearse(...run);
    expect(code).toBe(EXIT.pass);
    expect(meta(folder.result('sqlite'))).toEqual(meta(folder.result('memory')));
    const again = await rehearse(...run);
    expect(again.code).toBe(EXIT.store);
    expect(again.err).toMatch('run.db has been used');
    expect(again.err).not.toMatch(/ at .*\.ts/);
  });

  it.each([
    ['sqlit:x.db', "did you mean 'sqlite'?"],
    ['redis://127.0.0.1:1', 'can not be reached'],
    ['sqlite:/nowhere/at/all.db', 'no folder'],
  ])('says what is wrong with %s', async (store, text) => {
    const { code, err } = await rehearse('run', folder.scenario(), '--quiet', '--store', store);
    expect(code).toBe(EXIT.store);
    expect(err).toMatch(text);
    expect(err).not.toMatch(/ at .*\.ts/);
  });
});

describe('privacy', () => {
  const KEYS = ['chat:ada', 'sms:+15551234567', 'chat:eve'];
  const store = () => `sqlite:${folder.at('people.db')}`;
  beforeAll(async () => {
    const made = openSqliteStore(folder.at('people.db'));
    for (const key of KEYS) {
      const person = key === 'chat:eve' ? undefined : 'Contact-1';
      const content = { kind: 'text', text: `I am ${key}` } as const;
      const entries = [entry(`m-${key}`, { content })];
      await made.update(key, NOW, () => change({ thread: thread({ key, person }), entries }));
    }
    await made.close();
  });

  it('hands out all that is held of a person, on all channels, and nothing of others', async () => {
    const { code, out } = await rehearse(
      'privacy',
      'export',
      '--person',
      'Contact-1',
      '--store',
      store(),
    );
    expect(code).toBe(EXIT.pass);
    const { endUsers } = JSON.parse(out);
    expect(endUsers).toMatchObject([
      { endUser: { key: KEYS[0] }, entries: [{ content: { text: 'I am chat:ada' } }] },
      { endUser: { key: KEYS[1] }, entries: [{ content: { text: `I am ${KEYS[1]}` } }] },
    ]);
    expect(out).not.toMatch('eve');
  });

  it('forgets a person in the store', async () => {
    const whose = ['--person', 'Contact-1', '--store', store()];
    const { code, out } = await rehearse('privacy', 'erase', ...whose);
    expect(code).toBe(EXIT.pass);
    expect(out).toMatch('2 end users and 2 entries erased');
    const left = await rehearse('privacy', 'export', ...whose);
    expect(JSON.parse(left.out)).toEqual({ endUsers: [], facts: [] });
    const eve = await rehearse('privacy', 'export', '--of', 'chat:eve', '--store', store());
    expect(JSON.parse(eve.out).endUsers).toHaveLength(1);
  });

  it('forgets an end user in a facts file, and leaves every measure as it was', async () => {
    const facts = folder.at('facts.ndjson');
    await rehearse('run', folder.scenario(), '--quiet', '--out', folder.at('f'), '--facts', facts);
    const before = readFileSync(facts, 'utf8');
    const [, address = ''] = /"endUser":"sms-main:([^"]+)"/.exec(before) ?? [];
    expect(address).not.toBe('');
    const whose = ['--of', `sms-main:${address}`, '--facts', facts];
    const held = await rehearse('privacy', 'export', ...whose);
    expect(JSON.parse(held.out).facts.length).toBeGreaterThan(2);
    const { code, out } = await rehearse('privacy', 'erase', ...whose);
    expect([code, /\d+ facts rewritten/.test(out)]).toEqual([EXIT.pass, true]);
    const after = readFileSync(facts, 'utf8');
    expect(after).not.toMatch(address);
    expect(after.split('\n')).toHaveLength(before.split('\n').length);
    expect(measuresOf(after)).toEqual(measuresOf(before));
    expect(JSON.parse((await rehearse('privacy', 'export', ...whose)).out).facts).toEqual([]);
  });

  it.each([
    [['erase', '--store', 'memory'], EXIT.usage, 'say whose'],
    [['erase', '--of', 'ada', '--store', 'memory'], EXIT.usage, 'CHANNEL:ADDRESS'],
    [['erase', '--of', 'chat:ada'], EXIT.usage, 'say where'],
    [['erase', '--person', 'ada', '--facts', 'f'], EXIT.usage, '--person needs --store'],
    [['erase', '--of', 'chat:ada', '--facts', '/nowhere'], EXIT.invalidInput, 'leads nowhere'],
  ])('refuses %j', async (args, expected, text) => {
    const { code, err } = await rehearse('privacy', ...args);
    expect(code).toBe(expected);
    expect(err).toMatch(text);
  });

  it('leaves a file alone that is no facts file', async () => {
    const file = folder.at('notes.txt');
    writeFileSync(file, 'dear diary\n');
    const { code, err } = await rehearse('privacy', 'erase', '--of', 'a:b', '--facts', file);
    expect([code, /no facts file/.test(err)]).toEqual([EXIT.invalidInput, true]);
    expect(readFileSync(file, 'utf8')).toBe('dear diary\n');
  });
});

function measuresOf(text: string): unknown {
  const plan = loadPlan(join(ROOT, 'test/fixtures/cli/tiny.yaml'));
  const summary = createSummary(summaryOptions(plan, { clock: 'virtual' }));
  for (const line of text.trim().split('\n').slice(1)) summary.record(JSON.parse(line) as Fact);
  return summary.finish({ endedAtMs: 3_600_000, meta: {} });
}
