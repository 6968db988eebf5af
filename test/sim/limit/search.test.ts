/** The search for the highest rate that holds: few attempts, and never a false one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisection, endsOf, type Next, search, steps } from '../../../sim/limit/search.ts';

/** What was asked, and where the search ended, if all up to a threshold hold. */
async function find(threshold: number, next: Next) {
  const asked: number[] = [];
  const ask = async (percent: number) => {
    asked.push(percent);
    return { percent, holds: percent <= threshold };
  };
  return { asked, ...endsOf(await search(ask, next)) };
}

const most = 1000;

describe('bisection', () => {
  it.each([
    [160, { asked: [100, 200, 150, 175, 163, 157], holds: 157, breaks: 163 }],
    [100, { asked: [100, 200, 150, 125, 113, 107, 104], holds: 100, breaks: 104 }],
    [30, { asked: [100, 50, 25, 37.5, 31.3, 28.1, 29.7, 30.5], holds: 29.7, breaks: 30.5 }],
    [900, { asked: [100, 200, 400, 800, 1000, 900, 950, 925], holds: 900, breaks: 925 }],
  ])('finds %d%%', async (threshold, expected) => {
    expect(await find(threshold, bisection({ from: 100, most, precision: 0.05 }))).toEqual(
      expected,
    );
  });

  it('has the limit between two that are near, whatever it is, and asks little', async () => {
    const settings = fc.record({
      threshold: fc.double({ min: 1, max: 999, noNaN: true }),
      from: fc.double({ min: 1, max: 1000, noNaN: true }),
      precision: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ threshold, from, precision }) => {
        const { asked, holds, breaks } = await find(
          threshold,
          bisection({ from, most, precision }),
        );
        expect(holds).toBeLessThanOrEqual(threshold);
        expect(breaks).toBeGreaterThan(threshold);
        expect((breaks! - holds!) / holds!).toBeLessThanOrEqual(precision * 1.001);
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.length).toBeLessThanOrEqual(11 + Math.log2(1 / precision) + 1);
        expect(Math.max(...asked)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('comes to an end on noise, with one that held below one that did not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), async (answers) => {
        const asked: number[] = [];
        const ask = async (percent: number) => {
          asked.push(percent);
          const { value } = answers.next();
          return { percent, holds: value };
        };
        const tried = await search(ask, bisection({ from: 100, most, precision: 0.05 }));
        expect(asked.length).toBeLessThanOrEqual(16);
        expect(new Set(asked).size).toBe(asked.length);
        const { holds = 0, breaks = Number.POSITIVE_INFINITY } = endsOf(tried);
        expect(holds).toBeLessThan(breaks);
      }),
    );
  });

  it('ends at the highest and at the lowest', async () => {
    const next = bisection({ from: 100, most: 300, precision: 0.05 });
    expect(await find(400, next)).toEqual({ asked: [100, 200, 300], holds: 300 });
    expect(await find(0.5, next)).toEqual({
      asked: [100, 50, 25, 12.5, 6.25, 3.13, 1.56, 1],
      breaks: 1,
    });
  });

  it('asks nothing that comes to the same, as with three customers', async () => {
    const customers = (percent: number) => Math.max(1, Math.round((3 * percent) / 100));
    const isSame = (a: number, b: number) => customers(a) === customers(b);
    const found = async (threshold: number) => {
      const next = bisection({ from: 100, most, precision: 0.01, isSame });
      return (await find((100 * threshold) / 3 + 0.1, next)).asked.map(customers);
    };
    expect(await found(3)).toEqual([3, 6, 5, 4]);
    expect(await found(0)).toEqual([3, 2, 1]);
  });
});

describe('steps', () => {
  const next = steps({ from: 50, step: 10, most: 95 });

  it('go up to the first that does not hold', async () => {
    expect(await find(70, next)).toEqual({ asked: [50, 60, 70, 80], holds: 70, breaks: 80 });
  });

  it('end at the highest and at the lowest', async () => {
    expect(await find(100, next)).toEqual({ asked: [50, 60, 70, 80, 90, 95], holds: 95 });
    expect(await find(40, next)).toEqual({ asked: [50], breaks: 50 });
  });
});

describe('a search that is cut off', () => {
  it('keeps what is known', async () => {
    let left = 2;
    const ask = async (percent: number) => {
      left -= 1;
      return left < 0 ? undefined : { percent, holds: percent < 150 };
    };
    const tried = await search(ask, bisection({ from: 100, most, precision: 0.05 }));
    expect(endsOf(tried)).toEqual({ holds: 100, breaks: 200 });
  });
});
