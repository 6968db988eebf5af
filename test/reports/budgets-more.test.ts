/** Budgets within a window of time, by skill, by a baseline, and those that end a run. */
import { describe, expect, it } from 'vitest';
import { parseBudget } from '../../reports/budgets.ts';
import { baselineOf } from '../../reports/compare/readings.ts';
import type { BudgetVerdict } from '../../reports/result.ts';
import type { BudgetText } from '../../reports/summarise.ts';
import { GIVEN_UP, runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';
import { type Changes, changed, complaints, GOOD, write } from '../sim/scenario/files.ts';
import { accepted, queued, summarise, withdrawn } from './build.ts';

/** A work item each 10 s from 200 s on, accepted after `waits[i]` seconds. */
const waiting = (waits: readonly number[], more: Partial<Fact> = {}): Fact[] =>
  waits.flatMap((wait, i) => {
    const at = 200_000 + i * 10_000;
    const item = { ...queued(i, at), ...more } as Fact;
    return [item, ...accepted(i, at, wait * 1000, { rep: 'team-1', units: 0.1 })];
  });

function judged(text: string, facts: readonly Fact[], more = {}): BudgetVerdict {
  const [verdict] = summarise(facts, { budgets: [{ text, line: 1 }], ...more }).budgets;
  if (verdict === undefined) throw new Error('not judged');
  return verdict;
}

describe('a window', () => {
  const facts = waiting([10, 20, 30, 40, 50]);

  it('counts what began within it, the end left out', () => {
    const text = 'max(speedToAnswer) < 60s between 210s and 230s';
    expect(judged(text, facts)).toMatchObject({ measured: 30_000, n: 2, ok: true });
    expect(judged('count(queued) >= 1 between 3m and 1h', facts).measured).toBe(5);
    const all = 'mean(speedToAnswer) < 60s where queue = front-line between 0 and 220s';
    expect(judged(all, facts)).toMatchObject({ measured: 15_000, n: 2 });
  });

  it('without data fails', () => {
    const verdict = judged('p95(speedToAnswer) < 60s between 0s and 1m', facts);
    expect(verdict).toMatchObject({ ok: false, measured: null });
    expect(verdict.reason).toContain('nobody was accepted');
  });

  it('leaves the others as they are', () => {
    const budgets = ['count(queued) >= 1', 'count(queued) >= 1 between 0s and 225s'].map(
      (text, line) => ({ text, line }),
    );
    expect(summarise(facts, { budgets }).budgets.map(({ measured }) => measured)).toEqual([5, 3]);
  });

  it.each([
    ['abandonment < 5% between 2h and 1h', /2h is not before 1h/],
    ['abandonment < 5% between 9 and 10', /write two times from the beginning/],
  ])('%s is refused', (text, message) => {
    expect(parseBudget(text)).toEqual({ error: expect.stringMatching(message) });
  });
});

describe('a skill', () => {
  const skills = [{ skill: 'dutch', level: 2 }];

  it('tells work apart that asks for it', () => {
    const dutch = waiting([10, 20], { skills } as Partial<Fact>);
    const other = [queued(9, 300_000), withdrawn(9, 310_000, 10_000)];
    const verdict = judged('p95(speedToAnswer) < 15s where skill = dutch', [...dutch, ...other]);
    expect(verdict).toMatchObject({ measured: 20_000, n: 2, ok: false });
    const { skills: rows } = summarise([...dutch, ...other]);
    expect(rows.map(({ skill, counts }) => [skill, counts.queued, counts.abandoned])).toEqual([
      ['dutch', 2, 0],
    ]);
  });

  it('that nobody has is refused with the nearest', () => {
    const text = 'p95(speedToAnswer) < 2m where skill = dutsch';
    const scenario: Changes = [['serviceLevel(60s) >= 80%', text]];
    expect(complaints({ scenario })[0]).toContain("unknown skill 'dutsch'");
  });
});

describe('a baseline', () => {
  const baseline = baselineOf(summarise(waiting([10, 20, 30, 40])));
  const verdict = (text: string, waits: readonly number[]) =>
    judged(text, waiting(waits), { baseline });

  it.each([
    ['p95(speedToAnswer) <= baseline + 10%', 44_000],
    ['mean(speedToAnswer) <= baseline + 500ms', 25_500],
    ['serviceLevel(20s) >= baseline - 10 points', 0.4],
    ['p99.9(speedToAnswer) <= baseline', 40_000],
    ['count(queued) >= baseline - 1', 3],
    ['max(speedToAnswer) < baseline where channel = sms-main', 40_000],
  ])('gives %s its bound', (text, bound) => {
    expect(verdict(text, [1]).bound).toBeCloseTo(bound, 6);
  });

  it('is kept or broken as any other', () => {
    expect(verdict('max(speedToAnswer) <= baseline + 10%', [44])).toMatchObject({ ok: true });
    expect(verdict('max(speedToAnswer) <= baseline + 10%', [45])).toMatchObject({
      ok: false,
      margin: -1000,
    });
  });

  it('that is not there, or has no such measure, fails it', () => {
    const text = 'p95(speedToAnswer) <= baseline + 10%';
    const without = judged(text, waiting([1]));
    expect(without).toMatchObject({ ok: false, measured: null });
    expect(without.reason).toContain('no baseline: give an earlier result.json with --baseline');
    const none = verdict('p95(firstReply) <= baseline', [1]);
    expect(none.reason).toBe('no data: the baseline has no such measure');
  });

  it('within a time goes by the same budget of the earlier run', () => {
    const text = 'max(speedToAnswer) <= baseline + 10% between 0s and 215s';
    const before = summarise(waiting([10, 20, 30]), {
      budgets: [{ text: 'max(speedToAnswer) < 1h between 0s and 215s', line: 1 }],
    });
    const judgedBy = { baseline: baselineOf(before) };
    expect(judged(text, waiting([1, 22, 99]), judgedBy)).toMatchObject({ bound: 22_000, ok: true });
    expect(judged(text, waiting([1, 23, 1]), judgedBy)).toMatchObject({ ok: false });
    expect(judged(text, waiting([1]), { baseline }).reason).toContain('no such measure');
  });

  it.each([
    ['p95(speedToAnswer) <= baseline + 5', /write baseline, baseline \+ 10% or baseline \+ 500ms/],
    ['abandonment <= baseline + 5s', /baseline - 2 points/],
    ['abandonment <= baselin', /abandonment is a share/],
  ])('%s is refused', (text, message) => {
    expect(parseBudget(text)).toEqual({ error: expect.stringMatching(message) });
  });
});

describe('a budget that ends the run', () => {
  const run = async (budget: string) => {
    const budgets: Changes = [['  - serviceLevel(60s) >= 80%', `  - ${budget}`]];
    const plan = loadPlan(write(changed(GOOD.scenario, budgets)));
    return (await runPlan(plan, { clock: 'virtual' })).result;
  };

  it('ends it as soon as it is broken, from its time on', async () => {
    const result = await run('{ budget: count(arrived) < 20, abortAfter: 5m }');
    expect(result.partial).toBe(`${GIVEN_UP}: count(arrived) < 20`);
    expect(result.verdict).toBe('fail');
    expect(result.period.endedAtMs).toBeLessThan(20 * 60_000);
    expect(result.period.endedAtMs).toBeGreaterThanOrEqual(5 * 60_000);
    expect(result.conversations.arrived).toBeLessThan(30);
  });

  it('lets it go on while it is kept, and before its time', async () => {
    const late = await run('{ budget: count(arrived) < 20, abortAfter: 2h }');
    expect([late.partial, late.verdict]).toEqual([undefined, 'fail']);
    const kept = await run('{ budget: count(arrived) < 2000, abortAfter: 0s }');
    expect(kept.partial).toBeUndefined();
  });

  it('does not end it for want of data', () => {
    const budgets: BudgetText[] = [{ text: 'p95(firstReply) < 1s', line: 1, abortAfterMs: 0 }];
    expect(summarise(waiting([1]), { budgets }).partial).toBeUndefined();
  });
});
