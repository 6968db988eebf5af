/** Loads scenario files for a command: all of them, or every complaint about any of them. */
import type { Plan } from '../plan.ts';
import type { ReadTarget } from '../scenario/target.ts';
import { type Complaint, InputError, type LoadOptions, loadPlan } from '../scenario.ts';

export interface Loaded {
  readonly file: string;
  readonly plan: Plan;
}

/** `target`: what takes the stack's place. Throws `InputError`. */
export function load(
  files: readonly string[],
  seed?: number,
  target?: ReadTarget,
  more: Pick<LoadOptions, 'hasOtherBudgets'> = {},
): readonly Loaded[] {
  const complaints: Complaint[] = [];
  const loaded: Loaded[] = [];
  for (const file of files) {
    try {
      const chosen = { ...(seed !== undefined && { seed }), ...(target && { target }), ...more };
      loaded.push({ file, plan: loadPlan(file, chosen) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complaints.push(...error.complaints);
    }
  }
  if (complaints.length > 0) throw new InputError(complaints);
  return loaded;
}
