/** `warmUp: auto`: a run in virtual time beforehand says how long the beginning is not typical. */
import type { Fact } from '../../src/facts.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Plan } from '../plan.ts';
import { runPlan } from '../run.ts';
import { mser5 } from './mser.ts';

/** The plan with its warm-up found, where that was asked for. Throws `Obstacle`. */
export async function withWarmUp(plan: Plan): Promise<Plan> {
  if (plan.warmUpRule === undefined) return plan;
  if (plan.target !== undefined) {
    const advice = 'write the warm-up as a duration';
    const text = `${plan.file}: warmUp: auto needs a stack of ours: ${advice}.`;
    throw new Obstacle(EXIT.invalidInput, text);
  }
  const waits: { readonly began: number; readonly ms: number }[] = [];
  const onFact = (fact: Fact) => {
    if (fact.type !== 'accepted' && fact.type !== 'withdrawn') return;
    waits.push({ began: fact.at - fact.sinceRequestMs, ms: fact.sinceRequestMs });
  };
  const { failure } = await runPlan({ ...plan, budgets: [] }, { clock: 'virtual', onFact });
  if (failure !== undefined) throw failure;
  waits.sort((a, b) => a.began - b.began);
  const cut = mser5(waits.map(({ ms }) => ms));
  if (cut === undefined) {
    const text = `${plan.file}: warmUp: auto finds no steady state in ${waits.length} waits`;
    const advice = 'make the scenario longer, or write the warm-up as a duration';
    throw new Obstacle(EXIT.invalidInput, `${text} (MSER-5): ${advice}.`);
  }
  return { ...plan, warmUpMs: cut === 0 ? 0 : Math.ceil(waits[cut]?.began ?? 0) };
}
