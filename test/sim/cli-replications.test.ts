/** `rehearse run --replications`, `--precision` and `rehearse staff`. */
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
