/** All steps of a script, nested ones too, each with its path in the file. */
import type { Step } from '../plan.ts';
import type { Path } from './complaints.ts';

export interface Placed {
  readonly step: Step;
  readonly path: Path;
}

export function* walk(steps: readonly Step[], at: Path): Iterable<Placed> {
  for (const [i, step] of steps.entries()) {
    const path = [...at, i];
    yield { step, path };
    if (step.do === 'branch') {
      yield* walk(step.consequent, [...path, 'then']);
      yield* walk(step.otherwise, [...path, 'else']);
    } else if (step.do === 'repeat') yield* walk(step.steps, [...path, 'repeat', 'steps']);
    else if (step.do === 'either') {
      for (const [way, { steps: own }] of step.ways.entries()) {
        yield* walk(own, [...path, 'either', way, 'steps']);
      }
    } else if (step.do === 'expect' && step.otherwise !== undefined) {
      yield* walk(step.otherwise, [...path, 'expect', 'otherwise']);
    }
  }
}

/** Names that a script gives to values: by `set`, or by a named group of what it expects. */
export function variablesOf(steps: readonly Step[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { step } of walk(steps, [])) {
    if (step.do === 'set') for (const name of Object.keys(step.values)) names.add(name);
    if (step.do !== 'expect' || step.matches === undefined) continue;
    for (const [, name = ''] of step.matches.matchAll(/\(\?<([A-Za-z]\w*)>/g)) names.add(name);
  }
  return names;
}
