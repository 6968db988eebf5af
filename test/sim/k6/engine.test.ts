/** `rehearse run --engine k6`, by the real k6. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../sim/exit-codes.ts';
import { type Folder, makeFolder, rehearse, start } from '../command.ts';
import { K6, ONE_WORD } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

describe.skipIf('missing' in K6)('the real k6 as the sender of a run', () => {
  it('drives whole conversations on the real clock, with the counts of virtual time', async () => {
    const scenario = join(import.meta.dirname, '../../fixtures/scenarios/parity.yaml');
    const counts = async (...args: readonly string[]) => {
      const out = folder.at(`k6-run-${args.length}`);
      const ran = await rehearse('run', scenario, '--quiet', '--out', out, ...args);
      expect([ran.code, ran.err]).toEqual([EXIT.pass, '']);
      return folder.result(`k6-run-${args.length}`);
    };
    const [virtual, real] = [
      await counts(),
      await counts('--clock', 'real', '--speed', '20', '--engine', 'k6'),
    ];
    expect(real.counts).toEqual(virtual.counts);
    expect(real.conversations).toEqual(virtual.conversations);
    expect(real.generator).toMatchObject({ name: 'k6', saturated: false });
    expect(real.generator?.sent).toBe(virtual.counts.webhooks);
    expect(virtual.generator).toBeUndefined();
  }, 90_000);

  it('that can not keep up makes no pass', async () => {
    const many = folder.scenario(
      ['wire: false', 'wire: true'],
      ...ONE_WORD,
      ['poisson: 60/h', 'constant: 1500/s'],
      ['lasts: 10m', 'lasts: 3s\ndrain: 8s'],
    );
    const args = ['--clock', 'real', '--engine', 'k6', '--vus', '1', '--quiet'];
    const { code, out } = await rehearse('run', many, ...args, '--out', folder.at('slow'));
    expect(code).toBe(EXIT.budgetMissed);
    const { partial, verdict, generator } = folder.result('slow');
    expect([partial, verdict]).toEqual([expect.stringMatching(/^generator saturated: /), verdict]);
    expect(verdict).not.toBe('pass');
    expect(generator?.saturated).toBe(true);
    expect(out).toContain('generator saturated');
  }, 120_000);
});

describe('without k6', () => {
  it('says how to install it', async () => {
    const scenario = folder.scenario(['wire: false', 'wire: true']);
    const missing = { REHEARSE_K6: '/nowhere/k6' };
    const args = ['run', scenario, '--clock', 'real', '--engine', 'k6'];
    const { code, err } = await start(args, undefined, missing).ended;
    expect(code).toBe(EXIT.generator);
    expect(err).toContain('REHEARSE_K6=/nowhere/k6 does not run. Install it:');
    expect(err).toContain('npm run setup:k6');
  });

  it('is asked for on the real clock only', async () => {
    const { code, err } = await rehearse('run', folder.scenario(), '--engine', 'k6');
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining('needs --clock real')]);
  });
});
