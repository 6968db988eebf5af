/** One run in a thread of its own; `pool.ts` starts it by name. */
import type { RunResult } from '../../reports/result.ts';
import type { Plan } from '../plan.ts';
import { runPlan } from '../run.ts';

export async function run(plan: Plan): Promise<RunResult> {
  const { result, failure } = await runPlan(plan, { clock: 'virtual' });
  if (failure !== undefined) throw failure;
  return result;
}
