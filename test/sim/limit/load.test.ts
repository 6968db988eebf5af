/** How many customers a scenario brings, scaled or of another length. */
import { describe, expect, it } from 'vitest';
import { arrivalTimes } from '../../../sim/arrivals.ts';
import { atPercent, loadOf, withPeriod } from '../../../sim/limit/load.ts';
import type { Arrival, Plan } from '../../../sim/plan.ts';
import { createRandom } from '../../../sim/random.ts';
import { load } from '../scenario/files.ts';

const base = load();
const HOUR = 3_600_000;
const perHour = (rate: number) => rate / HOUR;
const common = { script: 'x', channels: [], stages: [] };

function planOf(...arrivals: readonly Partial<Arrival>[]): Plan {
  const all = arrivals.map((one): Arrival => ({ ...common, pattern: 'poisson', ...one }));
  return { ...base, lastsMs: HOUR, warmUpMs: 0, arrivals: all };
}

const flat = (rate: number, forMs = HOUR) => ({
  stages: [{ forMs, from: perHour(rate), to: perHour(rate) }],
});
const ramp = {
  stages: [
    { forMs: HOUR / 3, from: perHour(30), to: perHour(90) },
    { forMs: HOUR / 3, from: perHour(90), to: perHour(90) },
    { forMs: HOUR / 3, from: perHour(90), to: perHour(30) },
  ],
};
const wave = {
  pattern: 'wave' as const,
  wave: {
    ...{ forMs: HOUR, mean: perHour(600), amplitude: perHour(400) },
    ...{ periodMs: 4 * HOUR, peakAtMs: HOUR / 2 },
  },
};
const phased = {
  pattern: 'mmpp' as const,
  mmpp: {
    forMs: HOUR,
    phases: [
      { rate: perHour(600), meanMs: 10_000 },
      { rate: 0, meanMs: 20_000 },
    ],
  },
};
const bursts = { ...flat(60), burst: { size: 5, isMean: false, withinMs: 0 } };
const closed = {
  pattern: 'closed' as const,
  closed: { customers: 12, between: { name: 'constant' as const, params: { value: 1000 } } },
};

describe('the rate of a scenario', () => {
  it.each([
    ['one rate', [flat(120)], 120, 0],
    ['stages', [ramp], 70, 0],
    ['arrivals that end before the scenario does', [flat(120, HOUR / 4)], 30, 0],
    ['phases', [phased], 200, 0],
    ['bursts', [bursts], 300, 0],
    ['a closed model', [closed], 0, 12],
    ['all together', [flat(120), ramp, bursts, closed], 490, 12],
  ])('of %s', (_, arrivals, customersPerHour, closedCustomers) => {
    const plan = planOf(...arrivals);
    expect(loadOf(plan).customersPerHour).toBeCloseTo(customersPerHour, 6);
    expect(loadOf(plan).closedCustomers).toBe(closedCustomers);
    const scaled = loadOf(atPercent(plan, 250));
    expect(scaled.customersPerHour).toBeCloseTo(2.5 * customersPerHour, 6);
    expect(scaled.closedCustomers).toBe(2.5 * closedCustomers);
  });

  it.each([
    ['stages', ramp],
    ['a wave', wave],
    ['phases', phased],
    ['bursts', bursts],
  ])('is what comes of %s', (_, arrival) => {
    const plan = planOf(arrival);
    let came = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      came += [...arrivalTimes(plan.arrivals[0]!, createRandom(seed), '0')].length;
    }
    expect(came / 200 / loadOf(plan).customersPerHour).toBeCloseTo(1, 1);
  });
});

describe('another length', () => {
  const stagesOf = (plan: Plan) => plan.arrivals[0]!.stages.map(({ forMs, to }) => [forMs, to]);

  it('cuts arrivals off, within a ramp too', () => {
    const plan = withPeriod(planOf(ramp), { lastsMs: HOUR / 6, warmUpMs: 60_000 });
    expect([plan.lastsMs, plan.warmUpMs]).toEqual([HOUR / 6, 60_000]);
    expect(stagesOf(plan)).toEqual([[HOUR / 6, expect.closeTo(perHour(60), 12)]]);
    expect(loadOf(plan).customersPerHour).toBeCloseTo(45, 6);
  });

  it('has arrivals go on as they ended', () => {
    const plan = withPeriod(planOf(ramp), { lastsMs: 2 * HOUR });
    expect(stagesOf(plan).at(-1)).toEqual([HOUR, perHour(30)]);
    expect(loadOf(withPeriod(planOf(flat(90)), { lastsMs: 2 * HOUR })).customersPerHour).toBe(90);
    const ended = withPeriod(planOf(flat(90, HOUR / 2)), { lastsMs: 2 * HOUR });
    expect(stagesOf(ended)).toHaveLength(1);
  });

  it('changes waves and phases, and takes a given warm-up instead of a rule', () => {
    const plan = { ...planOf(wave, phased), warmUpRule: 'MSER-5' as const };
    const longer = withPeriod(plan, { lastsMs: 2 * HOUR });
    expect(longer.arrivals[0]?.wave?.forMs).toBe(2 * HOUR);
    expect(longer.arrivals[1]?.mmpp?.forMs).toBe(2 * HOUR);
    expect(longer.warmUpRule).toBe('MSER-5');
    expect(withPeriod(plan, { warmUpMs: 0 })).not.toHaveProperty('warmUpRule');
  });
});
