/** What `--vary` of `rehearse sweep` takes, and what comes of it. */
import { describe, expect, it } from 'vitest';
import { axisOf } from '../../../sim/staffing/axis.ts';
import { load } from '../scenario/files.ts';

const plan = load();
const axis = (text: string) => {
  const found = axisOf(text, plan);
  if ('wrong' in found) throw new Error(found.wrong);
  return found;
};

describe('an axis', () => {
  it.each([
    ['reps.front-line.count=8..11', ['8', '9', '10', '11']],
    ['reps.front-line.count = 8..20/4', ['8', '12', '16', '20']],
    ['reps.front-line.capacity=1, 2,4', ['1', '2', '4']],
    ['arrivals=80%..120%', ['80%', '90%', '100%', '110%', '120%']],
    ['arrivals=100%..200%/50%', ['100%', '150%', '200%']],
  ])('%s has its values', (text, values) => expect(axis(text).values).toEqual(values));

  it('sets numbers of reps, capacities and loads, one upon the other', () => {
    const count = axis('reps.front-line.count=8..11').set(plan, 2);
    const both = axis('reps.front-line.capacity=1,5').set(count, 1);
    expect(both.org.reps['front-line']?.count).toBe(10);
    const config = both.org.reps['front-line']?.presenceConfig ?? '';
    expect(both.org.presenceConfigs[config]?.capacity).toBe(5);
    const [stage] = axis('arrivals=150%').set(both, 0).arrivals[0]?.stages ?? [];
    expect(stage?.from).toBeCloseTo((1.5 * 120) / 3_600_000, 12);
    expect(plan.arrivals[0]?.stages[0]?.from).toBeCloseTo(120 / 3_600_000, 12);
  });

  it.each([
    ['reps.front-line.count', /write it as reps.POOL.count=8..14/],
    ['reps.front-lin.count=8', /did you mean 'reps.front-line.count'\?; or arrivals/],
    ['reps.front-line.count=0..3', /expected whole numbers from 1/],
    ['reps.front-line.count=5..3', /expected whole numbers from 1/],
    ['reps.front-line.count=1..900', /more than 200 values/],
    ['arrivals=80..120', /expected percentages such as 80%..120%\/10%/],
  ])('%s is refused', (text, message) => {
    expect(axisOf(text, plan)).toEqual({ wrong: expect.stringMatching(message) });
  });

  it('does not scale arrivals at given times', () => {
    const listed = load({ scenario: [['poisson: 120/h', 'at: [1m]']] });
    expect(axisOf('arrivals=50%', listed)).toEqual({
      wrong: 'arrivals that are given by their times cannot be scaled',
    });
  });
});
