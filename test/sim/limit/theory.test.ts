/** The limit found by simulation against the one that Erlang C has. */
import { afterAll, describe, expect, it } from 'vitest';
import type { TriedRate } from '../../../reports/limit.ts';
import { conclude } from '../../../sim/limit/conclude.ts';
import { findLimit } from '../../../sim/limit/find.ts';
import { bisection, steps } from '../../../sim/limit/search.ts';
import { createRunPool } from '../../../sim/replications/pool.ts';
import { replicate } from '../../../sim/replications/replicate.ts';
import { predict } from '../../../sim/staffing/erlang.ts';
import { simpleQueue } from '../../../sim/validation/model.ts';
import { queuePlan, UNIT_MS } from '../../../sim/validation/plan.ts';

const SERVERS = 5;
/** Service takes a minute in the mean; so many come in a minute at 100 %. */
const LAM = 2;
const model = simpleQueue('M/M/5', { lam: LAM, mu: 1, c: SERVERS });
const plan = {
  ...queuePlan(model, { seed: 1, warmUp: 100, lasts: 1500 }),
  budgets: [{ text: 'serviceLevel(20s) >= 80%', line: 1 }],
};

/** What Erlang C says of the service level at a percentage. */
const levelAt = (percent: number) =>
  predict(
    { lambda: ((percent / 100) * LAM) / UNIT_MS, meanServiceMs: UNIT_MS },
    SERVERS,
  )!.serviceLevel(20_000);

const pool = createRunPool();
afterAll(() => pool.close());

async function find(next: Parameters<typeof findLimit>[1]['next']) {
  const tried: TriedRate[] = [];
  await findLimit(plan, {
    ...{ next, asksAgain: false },
    run: (scaled) => replicate(scaled, pool, { count: 10 }),
    onTried: (one) => tried.push(one),
  });
  return conclude(tried, true);
}

describe('the limit of M/M/5', () => {
  it('by bisection is that of Erlang C within precision and interval', async () => {
    let exact = 100;
    while (levelAt(exact) >= 0.8) exact += 0.01;
    expect(exact).toBeCloseTo(169.3, 1);
    const { outcome, holds, breaks, tried } = await find(
      bisection({ from: 100, most: 245, precision: 0.03 }),
    );
    expect(outcome).toBe('found');
    const at = (percent: number | null) => tried.find((one) => one.percent === percent)!;
    const halfWidth = (percent: number | null) => at(percent).budgets[0]?.halfWidth ?? 0;
    expect(breaks! / holds!).toBeLessThanOrEqual(1.03);
    // The lower end is certain to hold, and does; the upper one may be short of it by luck alone.
    expect(levelAt(holds!)).toBeGreaterThan(0.8 - 0.5 * halfWidth(holds));
    expect(levelAt(breaks!)).toBeLessThan(0.8 + 2 * halfWidth(breaks));
    expect(halfWidth(breaks)).toBeLessThan(0.025);
    expect(Math.abs(holds! / exact - 1)).toBeLessThan(0.06);
    for (const { percent, budgets } of tried) {
      const { measured, halfWidth: half } = budgets[0]!;
      expect(Math.abs(measured! - levelAt(percent))).toBeLessThan(2 * half!);
    }
  });

  it('by steps is the last before it', async () => {
    const { holds, breaks } = await find(steps({ from: 140, step: 15, most: 245 }));
    expect([holds, breaks]).toEqual([155, 170]);
  });
});
