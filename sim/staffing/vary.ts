/** `reps.front-line.count`: one number of an org, and a plan with another in its place. */

import type { Plan } from '../plan.ts';
import { nearest } from '../scenario/complaints.ts';

export interface Knob {
  /** As the user wrote it. */
  readonly text: string;
  readonly pool: string;
  readonly of: 'count' | 'capacity';
  readonly now: number;
  /** The plan with another number there. */
  set(value: number): Plan;
}

/** What is wrong with the text for this plan, or the knob. */
export function knobOf(text: string, plan: Plan): Knob | { readonly wrong: string } {
  const { org } = plan;
  const pools = Object.keys(org.reps);
  const texts = pools.flatMap((pool) => [`reps.${pool}.count`, `reps.${pool}.capacity`]);
  const [, pool = '', of] = /^reps\.(.+)\.(count|capacity)$/.exec(text) ?? [];
  const setup = Object.hasOwn(org.reps, pool) ? org.reps[pool] : undefined;
  if (setup === undefined || (of !== 'count' && of !== 'capacity')) {
    const near = nearest(text, texts);
    const known = near === undefined ? `there are ${texts.join(', ')}` : `did you mean '${near}'?`;
    return { wrong: `unknown number '${text}'; ${known}` };
  }
  const presence = org.presenceConfigs[setup.presenceConfig];
  if (presence === undefined) throw new Error(`no presence config '${setup.presenceConfig}'`);
  if (of === 'count') {
    const set = (count: number): Plan => ({
      ...plan,
      org: { ...org, reps: { ...org.reps, [pool]: { ...setup, count } } },
    });
    return { text, pool, of, now: setup.count, set };
  }
  // Of this pool only: others may share its presence configuration.
  const own = `${setup.presenceConfig} of ${pool}`;
  const set = (capacity: number): Plan => ({
    ...plan,
    org: {
      ...org,
      presenceConfigs: { ...org.presenceConfigs, [own]: { ...presence, capacity } },
      reps: { ...org.reps, [pool]: { ...setup, presenceConfig: own } },
    },
  });
  return { text, pool, of, now: presence.capacity, set };
}
