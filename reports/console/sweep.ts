/** The answer of `rehearse sweep` as a table. */
import type { Sweep, SweepValue } from '../sweep.ts';
import { inUnit } from './format.ts';
import { table } from './table.ts';

export function renderSweep({ scenario, replications, axes, measures, points }: Sweep): string {
  const judged = points.some(({ isKept }) => isKept !== undefined);
  const { head, body } = table({
    heads: [...axes.map(({ name }) => name), ...measures, ...(judged ? ['budgets'] : [])],
    rows: points.map(({ at, seen, isKept }) => [
      ...at,
      ...seen.map(cell),
      ...(judged ? [isKept ? 'kept' : 'broken'] : []),
    ]),
  });
  const each = `${replications} replications of each, the same customers in all`;
  return [`${scenario}: ${each}`, '', ...head, ...body, ''].join('\n');
}

function cell({ value, halfWidth, unit }: SweepValue): string {
  const sure =
    value === null || halfWidth === null ? '' : ` ± ${inUnit(halfWidth, unit).replace('%', '')}`;
  return inUnit(value, unit) + sure;
}
