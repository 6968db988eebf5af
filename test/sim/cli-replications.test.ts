/** `rehearse run --replications`, `--precision` and `rehearse staff`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, makeFolder, rehearse } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

describe('run --replications', () => {
  it('shows intervals, judges by the mean, and keeps every measure', async () => {
    const args = ['run', folder.scenario(), '--quiet', '--out', folder.at('many')];
    const { code, out } = await rehearse(...args, '--replications', '6');
    expect(code).toBe(EXIT.pass);
    expect(out).toMatch('6 replications (seeds 3 to 8); 95 % confidence intervals');
    expect(out).toMatch(/speed to answer, mean +\d.* ± /);
    expect(out).toMatch(/serviceLevel\(60s\) >= 1% +[\d.]+% ± [\d.]+ points/);
    const { replications } = folder.result('many');
    expect(replications).toMatchObject({ count: 6, firstSeed: 3, confidence: 0.95 });
    expect(replications!.estimates.length).toBeGreaterThan(100);
    expect(replications!.estimates).toContainEqual(
      expect.objectContaining({ by: 'queue', id: 'front-line', measure: 'handleTime', n: 6 }),
    );
  });

  it.each([
    [['--replications', '0'], 'a whole number from 1'],
    [['--precision', '2% of mean(speedToAnser)'], "did you mean 'speedToAnswer'"],
    [['--precision', 'well'], 'write it as'],
    [['--replications', '5', '--clock', 'real'], 'go with the virtual clock'],
    [['--replications', '5', '--facts', 'f'], 'go with the virtual clock'],
  ])('refuses %j', async (args, text) => {
    const { code, err } = await rehearse('run', folder.scenario(), ...args);
    expect([code, err.includes(text)]).toEqual([EXIT.usage, true]);
  });
});

describe('staff', () => {
  const staff = (...args: readonly string[]) => rehearse('staff', folder.scenario(), ...args);

  it('finds the smallest number of reps, and says what Erlang would', async () => {
    const target = ['--target', 'serviceLevel(60s) >= 95%', '--replications', '10'];
    const { code, out } = await staff(...target);
    expect(code).toBe(EXIT.pass);
    expect(out).toMatch(/reps\.front-line\.count = \d+ is the smallest that meets it \(now 2\)/);
    expect(out).toMatch(/Erlang C says \d+/);
    expect(out).toMatch('reps take time to answer a push');
  });

  it('varies what a rep may have at a time', async () => {
    const vary = ['--vary', 'reps.front-line.capacity', '--replications', '5'];
    const { out } = await staff('--target', 'serviceLevel(60s) >= 50%', ...vary);
    expect(out).toMatch(/reps\.front-line\.capacity = \d+ is the smallest/);
  });

  it('says so when nothing is enough', async () => {
    const target = ['--target', 'mean(speedToAnswer) < 1s', '--most', '4', '--replications', '5'];
    const { code, out } = await staff(...target);
    expect(code).toBe(EXIT.budgetMissed);
    expect(out).toMatch('Not met: even 4 is not enough.');
  });

  it.each([
    [['--target', 'servicelevel(20s) >= 80%'], "did you mean 'serviceLevel'"],
    [['--target', 'serviceLevel(20s) >= 80% where queue = front'], "unknown queue 'front'"],
    [['--target', 'abandonment < 5%', '--vary', 'reps.frontline.count'], 'reps.front-line.count'],
    [['--target', 'abandonment < 5%', '--replications', '2'], 'from 5 to 500'],
  ])('refuses %j', async (args, text) => {
    const { code, err } = await staff(...args);
    expect([code, err.includes(text)]).toEqual([EXIT.usage, true]);
    expect(err).not.toMatch(/ at .*\.ts/);
  });
});

describe('sweep', () => {
  const sweep = (...args: readonly string[]) => rehearse('sweep', folder.scenario(), ...args);

  it('measures over a grid, to a table, CSV, JSON and pictures', async () => {
    const vary = ['--vary', 'reps.front-line.count=1..2', 'arrivals=100%,300%'];
    const show = ['--show', 'serviceLevel(60s)', 'p95(speedToAnswer)'];
    const out = folder.at('grid');
    const ran = await sweep(...vary, ...show, '--replications', '3', '--quiet', '--out', out);
    expect(ran.err).toBe('');
    expect(ran.code).toBe(EXIT.pass);
    const rows = ran.out.split('\n').filter((line) => /^[12] /.test(line));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toMatch(/^\d +\d+% +[\d.]+% ± [\d.]+ .*(?:kept|broken)$/);
    const csv = readFileSync(join(out, 'sweep.csv'), 'utf8').split('\r\n');
    expect(csv[0]).toBe(
      'reps.front-line.count,arrivals,serviceLevel(60s) [share],serviceLevel(60s) half-width,' +
        'p95(speedToAnswer) [ms],p95(speedToAnswer) half-width',
    );
    expect(csv).toHaveLength(6);
    const { points } = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8'));
    expect(points[3]).toMatchObject({ at: ['2', '300%'] });
    // More reps, same customers: never worse.
    expect(points[2].seen[0].value).toBeGreaterThanOrEqual(points[0].seen[0].value);
    for (const name of ['serviceLevel-60s.png', 'p95-speedToAnswer.png']) {
      const picture = readFileSync(join(out, name));
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1600, 900]);
    }
  });

  it.each([
    [['--vary', 'reps.front-lin.count=1'], "did you mean 'reps.front-line.count'"],
    [['--vary', 'arrivals=100%', '--show', 'p95(speedToAnser)'], "did you mean 'speedToAnswer'"],
    [['--vary', 'arrivals=1%..200%/1%', 'reps.front-line.count=1..100'], '20000 points; 2000 at'],
    [['--vary', 'arrivals=100%', '--replications', '1'], 'a whole number from 2'],
  ])('refuses %j', async (args, text) => {
    const { code, err } = await sweep(...args);
    expect(err).toContain(text);
    expect(code).toBe(EXIT.usage);
  });
});
