/** `rehearse run` with reports, `rehearse report`, `rehearse compare`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, makeFolder, rehearse } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

const FILES = ['report.html', 'report.md', 'junit.xml', 'measures.csv', 'load.png'];

describe('run', () => {
  it('writes the page, and others when asked', async () => {
    const out = folder.at('plain');
    const { code } = await rehearse('run', folder.scenario(), '--quiet', '--out', out);
    expect(code).toBe(EXIT.pass);
    expect(FILES.filter((name) => existsSync(join(out, name)))).toEqual(['report.html']);
    const all = ['--markdown', '--junit', '--csv', '--png', '--no-html'];
    await rehearse('run', folder.scenario(), '--quiet', '--out', folder.at('all'), ...all);
    const written = FILES.filter((name) => existsSync(folder.at(join('all', name))));
    expect(written).toEqual(FILES.slice(1));
  });
});

describe('report', () => {
  it('makes the same page later', async () => {
    const out = folder.at('later');
    await rehearse('run', folder.scenario(), '--quiet', '--out', out);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    const { code, out: said } = await rehearse(
      ...['report', join(out, 'result.json'), '--html', '--junit', '--out', folder.at('again')],
    );
    expect(code).toBe(EXIT.pass);
    expect(said).toContain('report.html');
    expect(readFileSync(folder.at('again/report.html'), 'utf8')).toBe(page);
  });

  it('shows the summary when nothing else is asked for', async () => {
    const { out } = await rehearse('report', folder.at('later/result.json'));
    expect(out).toMatch(/PASS|FAIL/);
  });

  it.each([
    ['missing.json', undefined, 'the path leads nowhere'],
    ['broken.json', '{', 'is no JSON'],
    ['old.json', '{"version": 0}', 'expected a result of version 1, found 0'],
    ['other.json', '{"version": 1}', 'is no result'],
  ])('refuses %s', async (name, text, message) => {
    if (text !== undefined) writeFileSync(folder.at(name), text);
    const { code, err } = await rehearse('report', folder.at(name), '--html');
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(EXIT.invalidInput);
  });
});

describe('compare', () => {
  it('finds nothing between two runs of the same', async () => {
    for (const name of ['one', 'two']) {
      await rehearse('run', folder.scenario(), '--quiet', '--out', folder.at(name));
    }
    const files = ['one', 'two'].map((name) => folder.at(join(name, 'result.json')));
    const { code, out } = await rehearse('compare', ...files);
    expect(out).toContain('every difference is exact');
    expect(out).toContain('NOT WORSE');
    expect(code).toBe(EXIT.pass);
  });

  it('pairs the replications of two results, and writes files', async () => {
    for (const name of ['many-1', 'many-2']) {
      const args = ['run', folder.scenario(), '--quiet', '--out', folder.at(name)];
      await rehearse(...args, '--replications', '5');
    }
    const files = ['many-1', 'many-2'].map((name) => folder.at(join(name, 'result.json')));
    const { code, out } = await rehearse(
      ...['compare', ...files, '--html', '--markdown', '--out', folder.at('compared')],
    );
    expect(out).toContain('(5 runs) against');
    expect(out).toContain('the same seeds, pair by pair');
    expect(code).toBe(EXIT.pass);
    for (const name of ['compare.html', 'compare.md', 'compare.json']) {
      expect(existsSync(folder.at(join('compared', name)))).toBe(true);
    }
  });

  it('refuses a gate that no result has', async () => {
    const file = folder.at('one/result.json');
    const { code, err } = await rehearse('compare', file, file, '--gate', 'p95(speedToAnser)');
    expect(err).toContain("did you mean 'p95(speedToAnswer)'");
    expect(code).toBe(EXIT.usage);
  });
});
