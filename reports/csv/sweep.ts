/** A sweep as CSV: a column for each axis, and for each measure its value and half-width. */
import type { Sweep } from '../sweep.ts';
import { toCsv } from './csv.ts';

export function sweepCsv({ axes, measures, points }: Sweep): string {
  const head = [
    ...axes.map(({ name }) => name),
    ...measures.flatMap((measure, i) => {
      const unit = points.find(({ seen }) => seen[i])?.seen[i]?.unit ?? '';
      return [`${measure} [${unit}]`, `${measure} half-width`];
    }),
  ];
  const rows = points.map(({ at, seen }) => [
    ...at,
    ...seen.flatMap(({ value, halfWidth }) => [value, halfWidth]),
  ]);
  return toCsv([head, ...rows]);
}
