/** Each shipped surprise happens as its scenario says, and would not without what causes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../sim/plan.ts';
import { runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';

const FOLDER = join(import.meta.dirname, '../../scenarios/surprises');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

const named = (number: string) => {
  const file = files.find((name) => name.startsWith(number));
  if (file === undefined) throw new Error(`no surprise ${number}`);
  return loadPlan(join(FOLDER, file));
};
const run = async (plan: Plan) => (await runPlan(plan, { clock: 'virtual' })).result;
const broken = async (plan: Plan) =>
  (await run(plan)).budgets.filter(({ ok }) => !ok).map(({ text }) => text);

describe('the surprises', () => {
  it('are the eighteen of the fact sheet, each with what it teaches and budgets', () => {
    expect(files.map((name) => Number(name.slice(0, 2)))).toEqual(
      Array.from({ length: 18 }, (_, i) => i + 1),
    );
    for (const file of files) {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      expect(text, file).toMatch(/^# yaml-language-server: .*\n# Teaches: /);
      expect(loadPlan(join(FOLDER, file)).budgets.length, file).toBeGreaterThan(1);
    }
  });

  it.each(files)('%s happens', async (file) => {
    const result = await run(loadPlan(join(FOLDER, file)));
    expect(result.budgets.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.invariants).toEqual([]);
    expect(result.verdict).toBe('pass');
  });
});

describe('without its cause there is no surprise', () => {
  it('01: a second rep takes what the first declined', async () => {
    const plan = named('01');
    const anna = plan.org.reps.anna!;
    const org = { ...plan.org, reps: { anna, bob: anna } };
    const reps = { ...plan.reps, bob: { ...plan.reps.anna!, declines: 0 } };
    expect(await broken({ ...plan, org, reps })).toContain('count(stillWaiting) = 1');
  });

  it('02: closed tabs free the capacity', async () => {
    const plan = named('02');
    const reps = { anna: { ...plan.reps.anna!, leavesTabOpen: 0 } };
    const { counts } = await run({ ...plan, reps });
    expect([counts.accepted, counts.stillWaiting]).toEqual([6, 0]);
  });

  it('03: status-based work survives the logout', async () => {
    const plan = named('03');
    const cases = { ...plan.org.serviceChannels!.cases!, capacityModel: 'STATUS_BASED' as const };
    const { counts } = await run({ ...plan, org: { ...plan.org, serviceChannels: { cases } } });
    expect([counts.closedByLogout, counts.accepted, counts.stillWaiting]).toEqual([0, 3, 3]);
  });

  it('05: with a push time-out the colleague gets it', async () => {
    const plan = named('05');
    const standard = { ...plan.org.routingConfigs.standard!, pushTimeoutMs: 30_000 };
    const { counts } = await run({ ...plan, org: { ...plan.org, routingConfigs: { standard } } });
    expect([counts.pushTimeouts, counts.accepted]).toEqual([1, 1]);
  });

  it('12: the other model gives every push to the same rep', async () => {
    const plan = named('12');
    const pushes = async (routingModel: 'LEAST_ACTIVE' | 'MOST_AVAILABLE') => {
      const seen: string[] = [];
      const standard = { ...plan.org.routingConfigs.standard!, routingModel };
      const org = { ...plan.org, routingConfigs: { standard } };
      await runPlan(
        { ...plan, org },
        {
          clock: 'virtual',
          onFact(fact) {
            if (fact.type === 'pushed') seen.push(`${fact.at} ${fact.work} ${fact.rep}`);
          },
        },
      );
      return seen;
    };
    const least = await pushes('LEAST_ACTIVE');
    expect(least.length).toBeGreaterThan(80);
    expect(await pushes('MOST_AVAILABLE')).toEqual(least);
  });

  it('17: a queue size that is true lets only three pass', async () => {
    const plan = named('17');
    const { counts } = await run({ ...plan, org: { ...plan.org, omni: {} } });
    expect(counts.queued).toBe(3);
  });
});
