/**
 * The Kiefer-Wolfowitz recursion: whoever comes next is served by whoever is free first. Told the
 * same arrival and service times, it must give each customer the wait the whole stack gives them,
 * to the last bit.
 */
import { describe, expect, it } from 'vitest';
import { arrivalTimes } from '../../../sim/arrivals.ts';
import { createRandom } from '../../../sim/random.ts';
import { runPlan } from '../../../sim/run.ts';
import { modelOf } from '../../../sim/validation/cases.ts';
import { queuePlan } from '../../../sim/validation/plan.ts';
import { CASES } from '../../../sim/validation/validate.ts';

describe('the wait of each customer', () => {
  it.each(['mmc-1-0.5', 'mmc-10-9', 'mh2c-4', 'mdc-5', 'mg1-lognormal-cv1.5'])('%s', async (id) => {
    const model = modelOf(CASES.find((one) => one.id === id)!);
    const { count } = model.groups[0]!;
    const plan = queuePlan(model, { seed: 11, warmUp: 0, lasts: 400 });
    const waits = new Map<string, number>();
    const order: string[] = [];
    await runPlan(plan, {
      clock: 'virtual',
      onFact(fact) {
        if (fact.type === 'queued') order.push(fact.session);
        if (fact.type === 'accepted') waits.set(fact.session, fact.at);
      },
    });
    const random = createRandom(11);
    const service = plan.reps['group-1']!.handleTimeByQueue!['class-1']!;
    const free = Array.from({ length: count }, () => 0);
    const expected: number[] = [];
    let n = 0;
    for (const arrival of arrivalTimes(plan.arrivals[0]!, random, '0')) {
      const first = free.indexOf(Math.min(...free));
      const start = Math.max(arrival, free[first]!);
      free[first] = start + random.draw(service, 'handle time', `class-1:customer-${n}#1`);
      expected.push(start);
      n += 1;
    }
    expect(n).toBeGreaterThan(150);
    expect(order.map((session) => waits.get(session))).toEqual(expected);
  });
});
