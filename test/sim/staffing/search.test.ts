/** The smallest number that meets a target, with few attempts. */
import { describe, expect, it } from 'vitest';
import { smallest } from '../../../sim/staffing/search.ts';

const meetsFrom = (threshold: number) => {
  const asked: number[] = [];
  const attempt = async (number: number) => {
    asked.push(number);
    return { number, isMet: number >= threshold };
  };
  return { asked, attempt };
};

describe('the smallest number', () => {
  it('is found from any start, and nothing is tried twice', async () => {
    for (let threshold = 1; threshold <= 70; threshold += 1) {
      for (const start of [1, 7, 64, 200]) {
        const { asked, attempt } = meetsFrom(threshold);
        const { found } = await smallest(attempt, { start, most: 100 });
        expect(found?.number).toBe(threshold);
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.length).toBeLessThanOrEqual(15);
      }
    }
  });

  it('is none when the highest is not enough', async () => {
    const { asked, attempt } = meetsFrom(101);
    expect((await smallest(attempt, { start: 30, most: 100 })).found).toBeUndefined();
    expect(asked).toEqual([30, 60, 100]);
  });
});
