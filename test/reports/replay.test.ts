/** The facts a run writes down give, folded again, the result the run gave. */
import { expect, it } from 'vitest';
import { createSummary } from '../../reports/summarise.ts';
import { runPlan, summaryOptions } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';

it('comes to the same result from the facts alone', async () => {
  const plan = loadPlan('scenarios/first-rehearsal.yaml');
  const lines: string[] = [];
  const onFact = (fact: Fact) => lines.push(JSON.stringify(fact));
  const { result } = await runPlan(plan, { clock: 'virtual', onFact });
  const summary = createSummary(summaryOptions(plan, { clock: 'virtual' }));
  for (const line of lines) summary.record(JSON.parse(line) as Fact);
  expect(lines.length).toBeGreaterThan(1000);
  expect(summary.finish({ endedAtMs: result.period.endedAtMs, meta: {} })).toEqual(result);
});
