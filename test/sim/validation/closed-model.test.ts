/** A closed model through the whole stack, next to the finite-source queue M/M/1//N. */
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../sim/replications/estimate.ts';
import { runPlan } from '../../../sim/run.ts';
import { modelOf } from '../../../sim/validation/cases.ts';
import { queuePlan, UNIT_MS } from '../../../sim/validation/plan.ts';
import { CASES } from '../../../sim/validation/validate.ts';

const CUSTOMERS = 6;
/** Mean time between conversations, in mean service times of 2 units. */
const BETWEEN = 4;

describe('six customers of one rep', () => {
  it('wait as long, and keep the rep as busy, as the formula says', async () => {
    const found = CASES.find(({ id }) => id === 'mmc-1-0.5');
    if (found === undefined) throw new Error('no case mmc-1-0.5');
    const model = modelOf(found);
    const between = {
      name: 'exponential',
      params: { mean: BETWEEN * model.meanService * UNIT_MS },
    } as const;
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, i) => {
        const plan = queuePlan(model, { seed: 1 + i, warmUp: 100, lasts: 8000 });
        const arrivals = plan.arrivals.map((arrival) => ({
          ...arrival,
          ...{ pattern: 'closed' as const, stages: [] },
          closed: { customers: CUSTOMERS, between },
        }));
        // They stay until the rep ends it.
        const channels = Object.fromEntries(
          Object.entries(plan.org.channels).map(([id, channel]) => {
            return [id, { ...channel, autoResponses: { agentEnd: 'over' } }];
          }),
        );
        const never = 1e9 * UNIT_MS;
        const scripts = plan.scripts.map((one) => ({
          ...one,
          steps: [
            { do: 'say', text: 'hello' },
            { do: 'expect', from: 'rep', withinMs: never },
          ] as const,
        }));
        const org = { ...plan.org, channels };
        return runPlan({ ...plan, org, scripts, arrivals }, { clock: 'virtual' });
      }),
    );
    // p(k) is in proportion to N! / (N - k)! / BETWEEN^k.
    let term = 1;
    let sum = 1;
    for (let k = 1; k <= CUSTOMERS; k += 1) {
      term *= (CUSTOMERS - k + 1) / BETWEEN;
      sum += term;
    }
    const busy = 1 - 1 / sum;
    const wait = (CUSTOMERS / busy - BETWEEN - 1) * model.meanService;
    const occupancy = estimate(runs.map(({ result }) => result.rates.occupancy));
    const waited = estimate(
      runs.map(({ result }) => {
        const { n = 0, mean = 0 } = result.latencies.speedToAnswer ?? {};
        return { part: (n * mean) / UNIT_MS, whole: n };
      }),
    );
    for (const [seen, exact] of [
      [occupancy, busy],
      [waited, wait],
    ] as const) {
      expect(Math.abs(seen.value - exact) / seen.standardError).toBeLessThan(4);
      expect(seen.halfWidth / exact).toBeLessThan(0.03);
    }
  });
});
