/** Budgets as k6 thresholds on the measures that the director tells it. */

import { type Budget, parseBudget } from '../../reports/budgets.ts';
import { LATENCIES, namesOf } from '../../reports/measures.ts';
import { TOO_LATE_MS } from '../meter.ts';
import type { Plan } from '../plan.ts';

export type Thresholds = Readonly<Record<string, readonly string[]>>;

/** What k6 itself must have done in any run. */
const OWN: Thresholds = {
  rehearsal_lateness: [`p(99)<${TOO_LATE_MS}`],
  rehearsal_webhooks: ['count>0'],
};

/** K6's name of each latency: `rehearsal_speed_to_answer`. */
export const METRICS: Readonly<Record<string, string>> = Object.fromEntries(
  namesOf(LATENCIES).map((name) => [name, `rehearsal_${snake(name)}`]),
);

/**
 * Of budgets on latencies of everything, a channel or a queue. K6 knows neither windows nor
 * baselines, and takes no samples for a pass: so each comes with a count that must not be 0.
 */
export function liveThresholds(budgets: Plan['budgets']): Thresholds {
  const thresholds: Record<string, readonly string[]> = { ...OWN };
  for (const { text } of budgets) {
    const budget = parseBudget(text);
    const found = 'error' in budget ? undefined : thresholdOf(budget);
    if (found === undefined) continue;
    const { metric, condition, guard } = found;
    thresholds[metric] = [...(thresholds[metric] ?? []), condition];
    thresholds[guard] = ['count>0'];
  }
  return thresholds;
}

/** What k6 gives its aggregations for names. */
const STATS = { min: 'min', mean: 'avg', max: 'max' } as const;

/** Ids that k6's own way to write a tag has no room for. */
const UNFIT = /[{},:"']/;

function thresholdOf({ subject, where, window, relative, operator, bound }: Budget) {
  if (subject.kind !== 'latency' || window !== undefined || relative !== undefined)
    return undefined;
  const isTagged = where === undefined || where.by === 'channel' || where.by === 'queue';
  if (!isTagged || UNFIT.test(where?.id ?? '')) return undefined;
  const { name, stat } = subject;
  const of =
    typeof stat === 'string' ? STATS[stat] : `p(${Number((stat.quantile * 100).toFixed(6))})`;
  const tag = where === undefined ? '' : `${where.by}:${where.id}`;
  return {
    metric: `${METRICS[name]}${tag === '' ? '' : `{${tag}}`}`,
    condition: `${of}${operator === '=' ? '==' : operator}${bound}`,
    guard: `rehearsal_measured{measure:${name}${tag === '' ? '' : `,${tag}`}}`,
  };
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
