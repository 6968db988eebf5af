/** Whether one run is worse than another, and how sure that is. */
import { describe, expect, it } from 'vitest';
import { compare, isWorse } from '../../reports/compare/compare.ts';
import { renderComparison } from '../../reports/compare/console.ts';
import { comparisonMarkdown } from '../../reports/compare/markdown.ts';
import { median, paired, rankTest, signFlip, unpaired } from '../../reports/compare/statistics.ts';
import type { RunResult } from '../../reports/result.ts';
import { createRandom } from '../../sim/random.ts';
import { accepted, conversation, queued, summarise } from './build.ts';

describe("Mann and Whitney's test", () => {
  it.each([
    [[1, 2, 3], [4, 5, 6], 1 / 20],
    [[1, 2, 3, 4], [5, 6, 7, 8], 1 / 70],
    [[4, 5, 6], [1, 2, 3], 1],
    [[1, 3, 5], [2, 4, 6], 7 / 20],
    // Ties share their rank: 2 of the 6 ways are as high.
    [[1, 2], [2, 3], 2 / 6],
  ] as const)('of %j and %j has p %d', (base, next, p) => {
    expect(rankTest(base, next)).toBeCloseTo(p, 12);
  });
});

describe("Fisher's test of pairs", () => {
  it('counts the patterns of signs that are as high', () => {
    expect(signFlip([1, 2, 3])).toBe(1 / 8);
    expect(signFlip([1, 2, -3])).toBe(5 / 8);
    expect(signFlip([0, 0])).toBe(1);
    const many = Array.from({ length: 30 }, (_, i) => i + 1);
    expect(signFlip(many)).toBeLessThan(0.001);
  });
});

describe('a shift', () => {
  const random = createRandom(9);
  const normal = { name: 'normal', params: { mean: 100, sd: 4 } } as const;
  const runs = (n: number, purpose: string) =>
    Array.from({ length: n }, (_, i) => random.draw(normal, purpose, i));

  it('has an interval that holds the truth as often as it says', () => {
    let held = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const base = runs(12, `base ${trial}`);
      const pairs = base.map((value, i) => value + 5 + runs(1, `own ${trial}/${i}`)[0]! - 100);
      const { low, high } = paired(base, pairs);
      if (low <= 5 && 5 <= high) held += 1;
    }
    // A percentile bootstrap of 12 is a little narrow: 0.92 to 0.95.
    expect(held / 200).toBeGreaterThan(0.87);
    expect(held / 200).toBeLessThan(0.99);
  });

  it('is the same each time', () => {
    const [base, next] = [runs(7, 'a'), runs(7, 'b')];
    expect(unpaired(base, next)).toEqual(unpaired(base, next));
    expect(unpaired(base, next).difference).toBe(median(next) - median(base));
  });
});

/** A run in which everybody waits so long. */
function run(waitMs: number, more: Partial<RunResult> = {}): RunResult {
  const facts = Array.from({ length: 20 }, (_, i) => 200_000 + i * 20_000).flatMap((at, i) => [
    ...conversation(i, at, 60_000, 'completed'),
    queued(i, at),
    ...accepted(i, at, waitMs, { rep: 'team-1', units: 0.1 }),
  ]);
  const budgets = [{ text: 'p95(speedToAnswer) < 30s', line: 3 }];
  return { ...summarise(facts, { budgets }), ...more };
}

const OPTIONS = { gates: ['p95(speedToAnswer)'], by: 0.05 };
const verdictOf = (base: readonly RunResult[], next: readonly RunResult[], by = 0.05) =>
  compare(base, next, { ...OPTIONS, by }).lines.find(
    ({ measure }) => measure === 'p95(speedToAnswer)',
  )?.verdict;

describe('two runs of one seed in virtual time', () => {
  it('are the same when nothing has changed', () => {
    const comparison = compare([run(10_000)], [run(10_000)], OPTIONS);
    expect(comparison.kind).toBe('exact');
    expect(comparison.lines.every(({ verdict }) => verdict === 'same')).toBe(true);
    expect(isWorse(comparison)).toBe(false);
  });

  it('differ exactly: worse from the bound on, better the other way', () => {
    expect(verdictOf([run(10_000)], [run(10_400)])).toBe('changed');
    expect(verdictOf([run(10_000)], [run(10_600)])).toBe('worse');
    expect(verdictOf([run(10_000)], [run(9000)])).toBe('better');
    expect(verdictOf([run(10_000)], [run(10_400)], 0.01)).toBe('worse');
  });

  it('fail when a budget is newly broken, whatever the gates', () => {
    const comparison = compare([run(29_500)], [run(30_500)], OPTIONS);
    expect(comparison.newlyBroken).toEqual(['p95(speedToAnswer) < 30s']);
    expect(isWorse(comparison)).toBe(true);
    expect(isWorse(compare([run(30_500)], [run(31_000)], OPTIONS))).toBe(false);
  });
});

describe('sets of runs', () => {
  const set = (waits: readonly number[], clock: 'virtual' | 'real', seed = 1) =>
    waits.map((wait, i) => run(wait, { clock, seed: seed + i }));

  it('of the real clock are compared by ranks', () => {
    const base = set([10_000, 10_200, 10_400, 10_600, 10_800], 'real');
    const slow = set([12_000, 12_200, 12_400, 12_600, 12_800], 'real');
    expect(compare(base, slow, OPTIONS).kind).toBe('unpaired');
    expect(verdictOf(base, slow)).toBe('worse');
    expect(verdictOf(slow, base)).toBe('better');
    expect(verdictOf(base, set([10_100, 10_300, 10_500, 10_700, 9900], 'real'))).toBe('unclear');
  });

  it('of too few say so, and never fail', () => {
    const comparison = compare([run(10_000, { clock: 'real' })], [run(29_000)], OPTIONS);
    expect(comparison.kind).toBe('too few');
    expect(isWorse(comparison)).toBe(false);
    expect(renderComparison(comparison, (_, text) => text)).toContain('NOT KNOWN');
  });

  it('of the same seeds in virtual time are paired: small shifts are seen', () => {
    const luck = [9000, 12_000, 15_000, 8000, 11_000, 17_000];
    const base = set(luck, 'virtual');
    const next = set(
      luck.map((wait) => wait + 900),
      'virtual',
    );
    expect(compare(base, next, OPTIONS).kind).toBe('paired');
    expect(verdictOf(base, next)).toBe('worse');
    // The same by ranks, without the pairs, is lost in luck.
    expect(
      verdictOf(
        base,
        set(
          luck.map((wait) => wait + 900),
          'virtual',
          50,
        ),
      ),
    ).toBe('unclear');
  });
});

describe('a comparison in words', () => {
  const comparison = compare([run(10_000)], [run(15_000)], OPTIONS);

  it('says on the terminal what is worse', () => {
    const text = renderComparison(comparison, (_, plain) => plain);
    expect(text).toMatch(/✗ p95\(speedToAnswer\) +10\.0 s +15\.0 s +\+5\.0 s \(\+50\.0%\)/);
    expect(text).toContain('Same seed in virtual time: every difference is exact.');
    expect(text.trimEnd().endsWith('WORSE')).toBe(true);
  });

  it('says so in Markdown', () => {
    const text = comparisonMarkdown(comparison);
    expect(text).toMatch(/^### ❌ worse: monday against monday/);
    const line = '| ❌ | `p95(speedToAnswer)` | 10.0 s | 15.0 s | +5.0 s (+50.0%) |  |';
    expect(text.split('\n')).toContain(line);
  });
});
