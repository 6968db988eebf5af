/** `rehearse explain`: what it says of a work item, from facts and from a result. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder, rehearse } from './command.ts';

const SURPRISES = join(import.meta.dirname, '../../scenarios/surprises');
let folder: Folder;

beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

async function explained(surprise: string, work: string, from: 'facts' | 'result' = 'facts') {
  const [facts, out] = [folder.at(`${surprise}.ndjson`), folder.at(surprise)];
  const ran = await rehearse(
    ...['run', join(SURPRISES, `${surprise}.yaml`), '--quiet', '--facts', facts, '--out', out],
  );
  expect(ran.err).not.toContain('bug');
  const file = from === 'facts' ? facts : join(out, 'result.json');
  const { out: text, err, code } = await rehearse('explain', file, '--work', work);
  expect([err, code]).toEqual(['', 0]);
  return text;
}

describe('explain', () => {
  it('tells why nobody could have it, rep by rep', async () => {
    const text = await explained('09-too-many-skills', 'W1');
    expect(text).toContain('waits in vip-billing');
    expect(text).toContain('whoever has billing, french (level 3), vip-care');
    expect(text).toMatch(/nobody could have it:\n {2}- anna has french 2 instead of 3\n/);
    expect(text).toContain('- bob has no vip-care\n  - cleo has no billing');
    const busy = await explained('05-rings-on-the-busy', 'W1');
    expect(busy).toMatch(/is pushed to anna as A1\n.*the members of support/);
    expect(busy).toContain('bob is Busy, a status without service channels');
  });

  it('tells of declines, and of the session that is kept from it', async () => {
    const text = await explained('01-one-rep-declines', 'S1');
    const [stuck, again] = [text.indexOf('anna declines'), text.indexOf('push 2')];
    expect(stuck).toBeGreaterThan(0);
    expect(again).toBeGreaterThan(stuck);
    const weight = await explained('07-heavier-than-anybody', 'W2');
    expect(weight).toContain('team-1 has 5 units free of the 6 it takes');
    expect(weight).toContain('1 item before it');
  });

  it('names the order of the reps and the tie rule', async () => {
    const text = await explained('12-models-look-alike', 'W2');
    expect(text).toMatch(/> 1\. team-2: 0 units in use, 3 free, never pushed to\n {4}2\. team-3/);
    expect(text).toContain('the tie rule chose (C2)');
  });

  it('says the same from a result as from the facts', async () => {
    const [facts, result] = [
      await explained('13-preferred-without-skills', 'W4'),
      await explained('13-preferred-without-skills', 'W4', 'result'),
    ];
    expect(result).toBe(facts);
    expect(facts).toContain('is pushed to anna');
  });

  it('says what is wrong with what it was given', async () => {
    const none = folder.at('none.ndjson');
    const said = async (file: string, work = 'W1') => {
      const { err, code } = await rehearse('explain', file, '--work', work);
      return [code, err.replaceAll(folder.path, '.').trim()];
    };
    expect(await said(none)).toEqual([104, "./none.ndjson: can't be read: the path leads nowhere"]);
    writeFileSync(none, 'hello\n');
    expect(await said(none)).toEqual([
      104,
      './none.ndjson: is neither a facts file (run --facts FILE) nor a result.json',
    ]);
    await explained('09-too-many-skills', 'W1');
    const facts = folder.at('09-too-many-skills.ndjson');
    expect(await said(facts, 'W9')).toEqual([
      2,
      "rehearse: no work item or session 'W9': there are W1 to W2.",
    ]);
    writeFileSync(facts, `${readFileSync(facts, 'utf8').split('\n')[0]}\nnonsense\n`);
    expect(await said(facts)).toEqual([104, './09-too-many-skills.ndjson:2  is no fact of a run']);
  });

  it('keeps accounts and their secrets out of the facts', async () => {
    await explained('12-models-look-alike', 'W1');
    const [header = ''] = readFileSync(folder.at('12-models-look-alike.ndjson'), 'utf8').split(
      '\n',
    );
    expect(JSON.parse(header).org.channels).toEqual({ chat: {} });
  });
});
