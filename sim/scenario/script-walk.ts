/** All steps of a script, nested ones too, each with its path in the file. */
import type { Step } from '../script.ts';
import type { Path } from './complaints.ts';

export interface Placed {
  readonly step: Step;
  readonly path: Path;
}

/** Steps within a step, and where they stand from there. */
export interface StepList {
  readonly at: Path;
  readonly steps: readonly Step[];
}

export function* walk(steps: readonly Step[], at: Path): Iterable<Placed> {
  for (const [i, step] of steps.entries()) {
    const path = [...at, i];
    yield { step, path };
    for (const list of listsOf(step)) yield* walk(list.steps, [...path, ...list.at]);
  }
}

function listsOf(step: Step): readonly StepList[] {
  const lists: StepList[] = [];
  withSteps(step, [], (list) => {
    lists.push(list);
    return [...list.steps];
  });
  return lists;
}

/** The step with others in the place of those within it. */
export function withSteps(step: Step, at: Path, change: (list: StepList) => Step[]): Step {
  const of = (steps: readonly Step[], ...place: Path) => change({ steps, at: [...at, ...place] });
  if (step.do === 'branch') {
    const consequent = of(step.consequent, 'then');
    return { ...step, consequent, otherwise: of(step.otherwise, 'else') };
  }
  if (step.do === 'repeat') return { ...step, steps: of(step.steps, 'repeat', 'steps') };
  if (step.do === 'include') return { ...step, steps: of(step.steps, 'include') };
  if (step.do === 'either') {
    const ways = step.ways.map((way, i) => ({
      ...way,
      steps: of(way.steps, 'either', i, 'steps'),
    }));
    return { ...step, ways };
  }
  if (step.do === 'expect' && step.otherwise !== undefined) {
    return { ...step, otherwise: of(step.otherwise, 'expect', 'otherwise') };
  }
  return step;
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
