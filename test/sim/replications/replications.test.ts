/** Replications: on all cores the same as on one, intervals that hold what they say. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../reports/result.ts';
import { estimatesOf } from '../../../sim/replications/estimates.ts';
import { createRunPool } from '../../../sim/replications/pool.ts';
import { parsePrecision } from '../../../sim/replications/precision.ts';
import { replicate, together } from '../../../sim/replications/replicate.ts';
import { runPlan } from '../../../sim/run.ts';
import { loadPlan } from '../../../sim/scenario.ts';
import { CASES, modelOf, queuePlan } from './queue.ts';

const tiny = loadPlan(join(import.meta.dirname, '../../fixtures/cli/tiny.yaml'));
const pool = createRunPool(2);
afterAll(() => pool.close());

const one = {
  size: 1,
  async run(plan: typeof tiny): Promise<RunResult> {
    return (await runPlan(plan, { clock: 'virtual' })).result;
  },
};

describe('replications', () => {
  it('are the same on several cores as on one, in the order of their seeds', async () => {
    const many = await replicate(tiny, pool, { count: 5 });
    expect(many.map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7]);
    expect(many).toEqual(await replicate(tiny, one, { count: 5 }));
  });

  it('judge budgets by the mean of all', async () => {
    const plan = { ...tiny, budgets: [{ text: 'count(accepted) >= 8', line: 1 }] };
    const results = await replicate(plan, one, { count: 4 });
    const { budgets, replications, seed } = together(results);
    expect([seed, replications?.count, replications?.firstSeed]).toEqual([3, 4, 3]);
    // 7, 14, 8 and 9: one alone would have missed it.
    expect(results.map((result) => result.budgets[0]?.measured)).toEqual([7, 14, 8, 9]);
    expect(budgets[0]).toMatchObject({ ok: true, measured: 9.5, margin: 1.5 });
    expect(budgets[0]?.halfWidth).toBeCloseTo(3.18245 * Math.sqrt(9.666667 / 4), 3);
    const spoilt = results.map((result, i) =>
      i === 2
        ? {
            ...result,
            budgets: [{ ...result.budgets[0]!, ok: false, measured: null, margin: null }],
          }
        : result,
    );
    expect(together(spoilt).verdict).toBe('fail');
  });

  it('hold the true value in about 95 of 100 intervals', async () => {
    const model = modelOf(CASES.find(({ id }) => id === 'erlangA-c10-l10-th0.5')!);
    const truth = CASES.find(({ id }) => id === 'erlangA-c10-l10-th0.5')!.exact.all!.pAbandon!;
    let held = 0;
    for (let round = 0; round < 100; round += 1) {
      const plan = queuePlan(model, { seed: 1000 * round, warmUp: 10, lasts: 25 });
      const estimates = estimatesOf(await replicate(plan, one, { count: 6 }));
      const found = estimates.find(
        ({ by, measure, statistic }) =>
          by === undefined && measure === 'abandonment' && statistic === 'share',
      );
      if (Math.abs(found!.value - truth) <= found!.halfWidth) held += 1;
    }
    // Binomial(100, 0.95): outside of 87 to 100 once in 2,000.
    expect(held).toBeGreaterThanOrEqual(87);
  });

  it('go on until a measure is known well enough', async () => {
    const precision = parsePrecision('15% of count(accepted)');
    if ('wrong' in precision) throw new Error(precision.wrong);
    const plan = { ...tiny, budgets: [precision.probe] };
    const results = await replicate(plan, one, {
      count: 5,
      most: 100,
      isPrecise: (all) => precision.isReached(all.map(({ budgets }) => budgets[0])),
    });
    expect(results.length).toBeGreaterThanOrEqual(5);
    expect(results.length).toBeLessThan(100);
    const found = estimatesOf(results).find(
      ({ by, measure, statistic }) =>
        by === undefined && measure === 'accepted' && statistic === 'count',
    );
    expect(found!.halfWidth / found!.value).toBeLessThanOrEqual(0.15);
  });
});

describe('a precision', () => {
  it.each([
    ['2% of mean(speedToAnswer)', 'mean(speedToAnswer) >= 0s'],
    ['1.5% of serviceLevel(20s)', 'serviceLevel(20s) >= 0%'],
    ['5% of count(accepted)', 'count(accepted) >= 0'],
    [
      '2% of p95(firstReply) where queue = front-line',
      'p95(firstReply) >= 0s where queue = front-line',
    ],
  ])('%s', (text, probe) => {
    expect(parsePrecision(text)).toMatchObject({ probe: { text: probe } });
  });

  it.each([
    ['mean(speedToAnswer)', 'write it as'],
    ['0% of mean(speedToAnswer)', 'write it as'],
    ['2% of mean(speedToAnser)', "did you mean 'speedToAnswer'"],
  ])('%s is refused', (text, wrong) => {
    expect(parsePrecision(text)).toMatchObject({ wrong: expect.stringMatching(wrong) });
  });
});
