/** Erlang C and A against the exact values of textbook queues. */
import { describe, expect, it } from 'vitest';
import { predict } from '../../../sim/staffing/erlang.ts';
import { CASES } from '../../../sim/validation/validate.ts';

interface Params {
  readonly lam: number;
  readonly mu: number;
  readonly theta?: number;
  readonly c: number;
  readonly t: number;
}

const erlang = CASES.filter(({ model }) => model === 'M/M/c' || model === 'M/M/c+M');

describe('Erlang C and A', () => {
  it.each(erlang.map((one) => [one.id, one] as const))('%s', (_, { params, exact }) => {
    const { lam, mu, theta, c, t } = params as unknown as Params;
    const meanPatienceMs = theta === undefined ? undefined : 1 / theta;
    const queue = { lambda: lam, meanServiceMs: 1 / mu };
    const found = predict(meanPatienceMs === undefined ? queue : { ...queue, meanPatienceMs }, c);
    const all = exact.all ?? {};
    const close = (value: number | undefined, expected: number | undefined) => {
      if (expected !== undefined) expect(value).toBeCloseTo(expected, 6);
    };
    close(found?.pWait, all.pWait);
    close(found?.abandonment, all.pAbandon);
    close(found?.serviceLevel(t), all.serviceLevel ?? all.pServedWithinT);
    close(found?.meanSpeedToAnswerMs, all.asa ?? all.meanWaitServed);
  });

  it('has nothing to say of more work than servers, if nobody leaves', () => {
    expect(predict({ lambda: 2, meanServiceMs: 1 }, 2)).toBeUndefined();
    expect(predict({ lambda: 2, meanServiceMs: 1, meanPatienceMs: 1 }, 2)).toBeDefined();
  });
});
