/** Loads scenario files for a command: all of them, or every complaint about any of them. */
import type { Plan } from '../plan.ts';
import { type Complaint, InputError, loadPlan } from '../scenario.ts';

export interface Loaded {
  readonly file: string;
  readonly plan: Plan;
}

export function load(files: readonly string[], seed?: number): readonly Loaded[] {
  const complaints: Complaint[] = [];
  const loaded: Loaded[] = [];
  for (const file of files) {
    try {
      const chosen = seed === undefined ? {} : { seed };
      loaded.push({ file, plan: loadPlan(file, chosen) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complaints.push(...error.complaints);
    }
  }
  if (complaints.length > 0) throw new InputError(complaints);
  return loaded;
}
