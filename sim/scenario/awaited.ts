/** What the scripts of a scenario await, in words, with its line: a test case each in reports. */
import type { SummaryOptions } from '../../reports/summarise.ts';
import type { Step } from '../script.ts';
import type { Scenario } from './compose.ts';
import { walk } from './script-walk.ts';
import { writeDuration } from './units.ts';
import type { Source } from './yaml.ts';

type Awaited = NonNullable<SummaryOptions['expectations']>[number];

/** Steps are counted at the top of a script; what is within one belongs to it. */
export function awaited({ customers }: Scenario, source: Source): readonly Awaited[] {
  return Object.entries(customers).flatMap(([script, { script: steps }]) =>
    steps.flatMap((step, i) => {
      const path = ['customers', script, 'script'];
      const all = [...walk([step], path)].flatMap(({ step: one }) => wordsFor(one));
      if (all.length === 0) return [];
      const { line } = source.complain([...path, i], '');
      return [{ script, step: i + 1, what: all.join('; '), line }];
    }),
  );
}

/** Who has another way misses nothing. */
function wordsFor(step: Step): readonly string[] {
  if (step.do !== 'expect' || step.otherwise !== undefined) return [];
  const { from, has, matches, withinMs } = step;
  const who = from === 'any' ? 'a message' : from === 'auto' ? 'an automatic message' : `a ${from}`;
  const more = [
    ...(has === undefined ? [] : [` with ${has}`]),
    ...(matches === undefined ? [] : [` that matches /${matches}/i`]),
    ...(withinMs === undefined ? [] : [` within ${writeDuration(withinMs)}`]),
  ];
  return [`expects ${who}${more.join('')}`];
}
