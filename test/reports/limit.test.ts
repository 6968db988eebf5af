/** The answer of `rehearse limit` on paper: table and sentences, CSV, JSON, pictures. */
import { describe, expect, it } from 'vitest';
import { width } from '../../reports/console/format.ts';
import { renderLimit, triedLine } from '../../reports/console/limit.ts';
import { limitCsv } from '../../reports/csv/limit.ts';
import { type Limit, limitSchema, type TriedRate } from '../../reports/limit.ts';
import { openCanvas } from '../../reports/png/canvas.ts';
import { limitPictures } from '../../reports/png/limit.ts';
import type { BudgetVerdict } from '../../reports/result.ts';

const level = (measured: number, halfWidth: number): BudgetVerdict => ({
  ...{ text: 'serviceLevel(60s) >= 80%', line: 9, ok: measured >= 0.8, measured, bound: 0.8 },
  ...{ unit: 'share', halfWidth, n: 120, margin: measured - 0.8 },
});
const wait = (measured: number): BudgetVerdict => ({
  ...{ text: 'p95(firstReply) < 3m where queue = front-line', line: 10, ok: measured < 180_000 },
  ...{ measured, bound: 180_000, unit: 'ms', n: 120, margin: 180_000 - measured },
});
const noData: BudgetVerdict = {
  ...{ text: 'p95(deliveryLatency) < 1s', line: 11, ok: false, measured: null, bound: 1000 },
  ...{ unit: 'ms', n: 0, margin: null, reason: 'no data: no message was reported' },
};

function tried(percent: number, changes: Partial<TriedRate>): TriedRate {
  return {
    ...{ percent, customersPerHour: (112 * percent) / 100, closedCustomers: 0, verdict: 'holds' },
    ...{ runs: 10, again: false, budgets: [level(0.95, 0.02), wait(60_000)], invariants: [] },
    ...{ busiest: { pool: 'front-line', occupancy: percent / 200 } },
    ...changes,
  };
}

const FOUND: Limit = {
  version: 1,
  scenario: { name: 'lunch', file: 'lunch.yaml', sha256: 'ab' },
  ...{ clock: 'virtual', seed: 3, engine: 'own', period: { warmUpMs: 0, lastsMs: 3_600_000 } },
  search: {
    ...{ find: 'rate', by: 'bisection', fromPercent: 100, mostPercent: 1000, precision: 0.05 },
    runs: 10,
  },
  ...{ outcome: 'found', holds: 150, breaks: 175 },
  broke: ['serviceLevel(60s) >= 80%'],
  tried: [
    tried(100, {}),
    tried(150, {}),
    tried(175, { verdict: 'not certain', budgets: [level(0.82, 0.04), wait(120_000)] }),
    tried(200, { verdict: 'breaks', budgets: [level(0.5, 0.04), wait(200_000)] }),
  ],
};

describe('the answer', () => {
  it('reads like this', () => {
    expect(renderLimit(FOUND)).toMatchInlineSnapshot(`
      "lunch: virtual time, 10 replications of each rate, the same customers in all

                                                             p95(firstReply)
      of the                             serviceLevel(60s)              < 3m  busiest
      scenario  customers      verdict              >= 80%        front-line     pool
      100%          112/h        holds       95.0% (+15.0)  1m 00s (+2m 00s)    50.0%
      150%          168/h        holds       95.0% (+15.0)  1m 00s (+2m 00s)    75.0%
      175%          196/h  not certain  82.0% (+2.0 ± 4.0)  2m 00s (+1m 00s)    87.5%
      200%          224/h       breaks       50.0% (-30.0)  3m 20s (-20.0 s)   100.0%

      150% of the scenario (168/h) is the highest rate that holds both budgets.
      At 175% of the scenario (196/h), the lowest that does not:
        - serviceLevel(60s) >= 80% is not certain: 82.0% ± 4.0 points (more runs narrow it)
        - p95(firstReply) < 3m where queue = front-line holds, 1m 00s to spare
        - reps of front-line had 87.5% of their capacity taken
      "
    `);
    expect(triedLine(FOUND.tried[2]!)).toBe('175%  196/h  not certain');
  });

  it('says by how much a budget broke, which broke first, and what has no data', () => {
    const budgets = [level(0.7, 0.04), wait(200_000), noData];
    const broke = [budgets[1]!.text, budgets[0]!.text, noData.text];
    const last = tried(175, { verdict: 'breaks', budgets });
    const first = tried(150, { budgets: [level(0.95, 0.02), wait(60_000), noData] });
    const text = renderLimit({ ...FOUND, broke, bottleneck: 'reps', tried: [first, last] });
    expect(text.slice(text.indexOf('At 175%'))).toMatchInlineSnapshot(`
      "At 175% of the scenario (196/h), the lowest that does not:
        - p95(firstReply) < 3m where queue = front-line broke first: 3m 20s, misses 3m 00s by 20.0 s
        - serviceLevel(60s) >= 80% broke too: 70.0% ± 4.0 points, misses 80.0% by 10.0 points
        - p95(deliveryLatency) < 1s broke too: no data, no message was reported
        - bottleneck: reps of front-line had 87.5% of their capacity taken
      "
    `);
  });

  it('says that the generator, not the stack, was the limit', () => {
    const quantiles = { p50: 1, p95: 2, p99: 465, max: 900 };
    const generator: TriedRate['generator'] = {
      ...{ name: 'k6', version: '2', vus: 1, sent: 9, saturated: true },
      ...{ lateness: quantiles, sinceDue: quantiles, service: quantiles },
    };
    const director = { ...quantiles, p99: 700 };
    const behind = { ...generator, director };
    const driven = tried(9, { verdict: 'generator', generator: behind });
    expect(triedLine(driven)).toBe('9%  10.1/h  rehearsal too slow');
    const search = { ...FOUND.search, runs: 1, settleMs: 10_000 };
    const slow = tried(200, { verdict: 'generator', generator, again: true });
    const again = tried(150, { again: true });
    const text = renderLimit({
      ...{ ...FOUND, search, clock: 'real', speed: 20, engine: 'k6', outcome: 'generator' },
      ...{ breaks: 200, broke: [], tried: [again, slow] },
    });
    expect(text).toMatchInlineSnapshot(`
      "lunch: real time, 20 times as fast, sent by k6
      one run of each rate, two if it does not hold, 10.0 s between

                                                            p95(firstReply)
      of the                            serviceLevel(60s)              < 3m  busiest    late
      scenario  customers      verdict             >= 80%        front-line     pool     p99
      150%          168/h  holds (2nd)      95.0% (+15.0)  1m 00s (+2m 00s)    75.0%
      200%          224/h  k6 too slow      95.0% (+15.0)  1m 00s (+2m 00s)   100.0%  465 ms

      The generator was the limit. Of the stack is known: it held 150% of the scenario (168/h).
      At 200% of the scenario (224/h):
        - the generator was 465 ms late (p99): nothing else there is of the stack
      "
    `);
  });

  it.each([
    [{ outcome: 'all', breaks: null, holds: 200 }, 'the limit is above --most'],
    [{ outcome: 'none', breaks: 100, holds: null }, 'Not met: even 100% of the scenario'],
    [{ outcome: 'unfinished', breaks: null }, 'Cut off. So far:'],
    [{ outcome: 'unfinished', breaks: null, holds: null, tried: [] }, 'Cut off: nothing is known.'],
  ] as const)('when it is %j', (changes, words) => {
    const text = renderLimit({ ...FOUND, ...changes, broke: [], tried: [...FOUND.tried] });
    expect(text).toContain(words);
  });

  it("says when it is the org's own limits", () => {
    const tried = FOUND.tried.map((one, i) => (i < 2 ? one : { ...one, keptOut: 4712 }));
    expect(renderLimit({ ...FOUND, bottleneck: 'orgLimits', tried })).toContain(
      "bottleneck: the org's limits kept 4,712 work items out of their queue\n",
    );
  });

  it('says why webhooks are the bottleneck', () => {
    const acks = FOUND.tried.map((one, i) => ({ ...one, ackP95Ms: [5, 6, 400, 900][i] ?? 0 }));
    expect(renderLimit({ ...FOUND, bottleneck: 'webhooks', tried: acks })).toContain(
      'bottleneck: webhooks were answered in 400 ms (p95), at the lowest rate in 5.0 ms',
    );
  });

  it('fits a terminal however many budgets there are: what broke is shown', () => {
    const many = (verdicts: readonly BudgetVerdict[]) => [
      ...Array.from({ length: 6 }, (_, i) => ({ ...wait(1000), text: `p9${i}(firstReply) < 3m` })),
      ...verdicts,
    ];
    const rates = FOUND.tried.map((one) => ({ ...one, budgets: many(one.budgets) }));
    const text = renderLimit({ ...FOUND, tried: rates });
    const table = text.slice(0, text.indexOf('\n150% of'));
    for (const line of table.split('\n')) expect(width(line), line).toBeLessThanOrEqual(100);
    expect(table).toContain('serviceLevel(60s)');
    expect(table).toMatch(/\d more budgets: limit\.csv/);
  });
});

describe('files', () => {
  it('are JSON of one shape', () => {
    expect(limitSchema.parse(JSON.parse(JSON.stringify(FOUND)))).toEqual(FOUND);
    expect(limitSchema.safeParse({ ...FOUND, version: 2 }).success).toBe(false);
  });

  it('are CSV: a line for each rate', () => {
    const [head = '', ...lines] = limitCsv(FOUND).trimEnd().split('\r\n');
    expect(head).toContain('percent,customers per hour,closed customers,verdict,runs,again,');
    expect(head).toContain('serviceLevel(60s) >= 80% [share],serviceLevel(60s) >= 80% half-width');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/^175,196,0,not certain,10,false,0\.82,0\.04,0\.0\d+,120000,,60000,/);
  });

  it('are pictures, one for each budget', async () => {
    const draw = await openCanvas();
    if (draw === undefined) throw new Error('no canvas');
    const pictures = limitPictures(FOUND, draw);
    expect([...pictures.keys()]).toEqual([
      'limit-1-serviceLevel-60s-80.png',
      'limit-2-p95-firstReply-3m-where-queue-front-line.png',
    ]);
    for (const picture of pictures.values()) {
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
    }
    expect(limitPictures({ ...FOUND, tried: [] }, draw).size).toBe(0);
  });
});
