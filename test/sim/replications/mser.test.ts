/** How much of the beginning MSER-5 leaves out. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../sim/random.ts';
import { mser5 } from '../../../sim/replications/mser.ts';
import { withWarmUp } from '../../../sim/replications/warm-up.ts';
import { runPlan } from '../../../sim/run.ts';
import { loadPlan } from '../../../sim/scenario.ts';
import { type Changes, changed, complaints, GOOD, write } from '../scenario/files.ts';

const random = createRandom(5);
const NORMAL = { name: 'normal', params: { mean: 100, sd: 10 } } as const;
const noise = (n: number) => Array.from({ length: n }, (_, i) => random.draw(NORMAL, 'noise', i));

describe('MSER-5', () => {
  it('leaves little out of what is steady', () => {
    expect(mser5(noise(2000)) ?? Number.NaN).toBeLessThan(300);
  });

  it('leaves out the beginning that differs, all of it and not much more', () => {
    const series = noise(2000).map((x, i) => (i < 400 ? x + 200 * (1 - i / 400) : x));
    const cut = mser5(series) ?? Number.NaN;
    expect(cut).toBeGreaterThanOrEqual(330);
    expect(cut).toBeLessThan(700);
  });

  it('finds nothing in what grows without end, and in little', () => {
    expect(mser5(noise(2000).map((x, i) => x + i))).toBeUndefined();
    expect(mser5(noise(40))).toBeUndefined();
  });

  it('takes the cut that has the least variance over the square of what is left', () => {
    const series = noise(300).map((x, i) => (i < 60 ? x * 3 : x));
    const batches = Array.from({ length: 60 }, (_, i) =>
      series.slice(5 * i, 5 * i + 5).reduce((sum, x) => sum + x / 5, 0),
    );
    const value = (cut: number) => {
      const left = batches.slice(cut);
      const mean = left.reduce((sum, x) => sum + x / left.length, 0);
      return left.reduce((sum, x) => sum + (x - mean) ** 2, 0) / left.length ** 2;
    };
    const cuts = Array.from({ length: 56 }, (_, cut) => cut);
    const best = cuts.reduce((a, b) => (value(b) < value(a) ? b : a));
    expect(mser5(series)).toBe(5 * best);
  });
});

describe('warmUp: auto', () => {
  const AUTO: Changes = [['lasts: 1h', 'lasts: 8h\nwarmUp: auto']];

  it('is found by a run beforehand, and said in the result', async () => {
    const plan = loadPlan(write(changed(GOOD.scenario, AUTO)));
    const found = await withWarmUp(plan);
    expect(found.warmUpMs).toBeGreaterThanOrEqual(0);
    expect(found.warmUpMs).toBeLessThan(4 * 3_600_000);
    expect(await withWarmUp(plan)).toEqual(found);
    const { result } = await runPlan(found, { clock: 'virtual' });
    expect(result.period).toMatchObject({ warmUpMs: found.warmUpMs, warmUpRule: 'MSER-5' });
  });

  it('is refused where there is none', async () => {
    const few: Changes = [...AUTO, ['poisson: 120/h', 'at: [1m, 2m]']];
    const plan = loadPlan(write(changed(GOOD.scenario, few)));
    await expect(withWarmUp(plan)).rejects.toThrow(/finds no steady state in 2 waits/);
    expect(complaints({ scenario: [['lasts: 1h', 'lasts: 1h\nwarmUp: outo']] })[0]).toContain(
      'warmUp: expected a duration such as 10m, or auto',
    );
  });
});
