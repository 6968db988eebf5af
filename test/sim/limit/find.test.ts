/** From runs to the answer: what holds, what broke first, and what is not the stack's fault. */
import { describe, expect, it } from 'vitest';
import type { TriedRate } from '../../../reports/limit.ts';
import type { BudgetVerdict, RunResult } from '../../../reports/result.ts';
import { conclude } from '../../../sim/limit/conclude.ts';
import { findLimit } from '../../../sim/limit/find.ts';
import { judge } from '../../../sim/limit/judge.ts';
import { bisection } from '../../../sim/limit/search.ts';
import type { Plan } from '../../../sim/plan.ts';
import { summarise } from '../../reports/build.ts';
import { load } from '../scenario/files.ts';

const plan = load();
const none = { customersPerHour: 0, closedCustomers: 0 };
const quantiles = { p50: 1, p95: 2, p99: 3, max: 4 };

function budget(changes: Partial<BudgetVerdict>): BudgetVerdict {
  const text = 'serviceLevel(60s) >= 80%';
  const whole = { text, line: 1, ok: true, measured: 0.9, bound: 0.8, unit: 'share', n: 100 };
  return { ...whole, margin: 0.1, ...changes } as BudgetVerdict;
}

function result(budgets: readonly BudgetVerdict[], changes: Partial<RunResult> = {}): RunResult {
  const verdict = budgets.every(({ ok }) => ok) ? 'pass' : 'fail';
  return { ...summarise([]), budgets: [...budgets], verdict, ...changes };
}

const generator = (saturated: boolean, p99 = 3): RunResult['generator'] => ({
  ...{ name: 'k6', version: '2', vus: 1, sent: 9, sinceDue: quantiles, service: quantiles },
  ...{ lateness: { ...quantiles, p99 }, saturated },
});

describe('a rate', () => {
  const judged = (...results: readonly RunResult[]) => judge(100, none, results);

  it('holds if every budget does, and breaks if one does not', () => {
    expect(judged(result([budget({})]))).toMatchObject({ verdict: 'holds', runs: 1 });
    const broken = budget({ ok: false, measured: 0.7, margin: -0.1 });
    expect(judged(result([budget({}), broken]))).toMatchObject({ verdict: 'breaks' });
  });

  it('breaks without data', () => {
    const empty = budget({ ok: false, measured: null, margin: null, reason: 'no data: none' });
    expect(judged(result([empty]))).toMatchObject({ verdict: 'breaks' });
  });

  it('breaks when the router breaks its own rules', () => {
    const bug = result([budget({})], { invariants: ['an item was lost'], verdict: 'fail' });
    expect(judged(bug).verdict).toBe('breaks');
  });

  it('holds over several runs if the whole interval is on the right side', () => {
    const runs = (...measured: readonly number[]) =>
      judged(
        ...measured.map((value) => result([budget({ measured: value, margin: value - 0.8 })])),
      );
    expect(runs(0.85, 0.86, 0.84, 0.85, 0.85)).toMatchObject({ verdict: 'holds', runs: 5 });
    expect(runs(0.95, 0.86, 0.74, 0.85, 0.85)).toMatchObject({ verdict: 'not certain' });
    expect(runs(0.75, 0.76, 0.74, 0.75, 0.75)).toMatchObject({ verdict: 'breaks' });
  });

  it('says nothing of the stack if the generator was too slow in any run', () => {
    const fine = result([budget({})], { generator: generator(false, 200) });
    const slow = result([budget({})], { generator: generator(true, 900), verdict: 'partial' });
    const seen = judged(fine, slow, fine);
    expect(seen).toMatchObject({ verdict: 'generator', generator: { lateness: { p99: 900 } } });
    const both = result([budget({ ok: false })], { generator: generator(true), verdict: 'fail' });
    expect(judged(both).verdict).toBe('generator');
    expect(judged(fine).verdict).toBe('holds');
  });
});

describe('a search', () => {
  const next = bisection({ from: 100, most: 400, precision: 0.34 });

  /** Runs that hold up to a threshold; the n-th run of all may be spoilt. */
  async function find(asksAgain: boolean, spoilt: readonly number[] = [], interruptedAt = 99) {
    const tried: TriedRate[] = [];
    const ran: number[] = [];
    const isFinished = await findLimit(plan, {
      next,
      asksAgain,
      onTried: (one) => tried.push(one),
      async run({ arrivals }: Plan) {
        const percent = (arrivals[0]!.stages[0]!.from / plan.arrivals[0]!.stages[0]!.from) * 100;
        ran.push(Math.round(percent));
        if (ran.length === interruptedAt) return undefined;
        const ok = percent <= 160 && !spoilt.includes(ran.length);
        return [result([budget(ok ? {} : { ok, measured: 0.7, margin: -0.1 })])];
      },
    });
    return { ran, isFinished, ...conclude(tried, isFinished) };
  }

  it('runs each rate once', async () => {
    const found = await find(false);
    expect(found.ran).toEqual([100, 200, 150]);
    expect(found).toMatchObject({ outcome: 'found', holds: 150, breaks: 200 });
    expect(found.tried.map(({ customersPerHour }) => customersPerHour)).toEqual([120, 180, 240]);
  });

  it('asks once more on a machine that may have hiccuped', async () => {
    const found = await find(true, [1]);
    expect(found.ran).toEqual([100, 100, 200, 200, 150]);
    expect(found).toMatchObject({ outcome: 'found', holds: 150, breaks: 200 });
    expect(found.tried.map(({ again }) => again)).toEqual([true, false, true]);
    const twice = await find(true, [1, 2]);
    expect(twice.ran.slice(0, 3)).toEqual([100, 100, 50]);
  });

  it('that is interrupted keeps what it knows, and believes no single break', async () => {
    const { outcome, holds, breaks } = await find(true, [], 3);
    expect({ outcome, holds, breaks }).toEqual({ outcome: 'unfinished', holds: 100, breaks: null });
    expect(await find(false, [], 3)).toMatchObject({ outcome: 'unfinished', breaks: 200 });
  });
});

describe('the conclusion', () => {
  const at = (percent: number, changes: Partial<TriedRate> = {}): TriedRate => ({
    ...judge(percent, none, [result([budget({})])]),
    ...changes,
  });
  const broken: Partial<TriedRate> = {
    verdict: 'breaks',
    budgets: [budget({ ok: false, margin: -0.1 })],
  };

  it.each([
    ['found', [at(100), at(200, broken)], { holds: 100, breaks: 200 }],
    ['all', [at(100), at(200)], { holds: 200, breaks: null }],
    ['none', [at(100, broken), at(50, broken)], { holds: null, breaks: 50 }],
    ['generator', [at(100), at(200, { verdict: 'generator' })], { holds: 100, breaks: 200 }],
    [
      'found',
      [at(100), at(200, { verdict: 'generator' }), at(150, broken)],
      { holds: 100, breaks: 150 },
    ],
    ['generator', [at(100, { verdict: 'generator' })], { holds: null, breaks: 100 }],
    ['found', [at(100), at(120, { verdict: 'not certain' })], { holds: 100, breaks: 120 }],
  ])('is %s', (outcome, tried, ends) => {
    expect(conclude(tried, true)).toMatchObject({ outcome, ...ends });
    expect(conclude(tried, false)).toMatchObject({ outcome: 'unfinished', ...ends });
  });

  it('names what broke first: what meets its bound at the lower rate', () => {
    const level = (margin: number) => budget({ text: 'level', margin, ok: margin >= 0 });
    const wait = (margin: number) =>
      budget({ text: 'wait', unit: 'ms', bound: 60_000, margin, ok: margin >= 0 });
    const tried = (...budgets: readonly BudgetVerdict[]) => ({ budgets: [...budgets] });
    const { broke } = conclude(
      [
        at(100, tried(level(0.1), wait(5_000), budget({ text: 'kept' }))),
        at(200, {
          ...tried(level(-0.1), wait(-15_000), budget({ text: 'kept' })),
          ...{ verdict: 'breaks' },
        }),
      ],
      true,
    );
    // Half way, and a quarter of the way.
    expect(broke).toEqual(['wait', 'level']);
  });

  it('counts the interval: what is not certain is what broke', () => {
    const budgets = [budget({ halfWidth: 0.12 }), budget({ text: 'sure', halfWidth: 0.01 })];
    const { broke } = conclude([at(100), at(200, { verdict: 'not certain', budgets })], true);
    expect(broke).toEqual(['serviceLevel(60s) >= 80%']);
  });

  it("points at the org's limits, at reps who are full, or at webhooks that got slow", () => {
    const busy = (occupancy: number) => ({ busiest: { pool: 'team', occupancy } });
    const of = (first: Partial<TriedRate>, last: Partial<TriedRate>) =>
      conclude([at(100, first), at(200, { ...broken, ...last })], true).bottleneck;
    expect(of(busy(0.5), busy(0.97))).toBe('reps');
    expect(of(busy(0.5), { ...busy(0.97), keptOut: 4712 })).toBe('orgLimits');
    expect(of(busy(0.5), busy(0.6))).toBeUndefined();
    expect(conclude([at(100, busy(0.97))], true).bottleneck, 'nothing broke').toBeUndefined();
    expect(of({ ...busy(0.5), ackP95Ms: 5 }, { ...busy(0.6), ackP95Ms: 300 })).toBe('webhooks');
    expect(of({ ...busy(0.5), ackP95Ms: 5 }, { ...busy(0.6), ackP95Ms: 30 })).toBeUndefined();
    expect(of({ ...busy(0.5), ackP95Ms: 200 }, { ...busy(0.6), ackP95Ms: 300 })).toBeUndefined();
  });
});
