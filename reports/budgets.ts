/**
 * Budgets against a run: which values they need, whether they are kept, by how much. A budget on
 * something that was never observed is broken and says why. The text format: `budget-grammar.ts`.
 */
import {
  type Budget,
  measureOf,
  parseBudget,
  type Subject,
  suggest,
  type Window,
} from './budget-grammar.ts';
import { mean, quantile } from './histogram.ts';
import { LATENCIES } from './measures.ts';
import type { BudgetVerdict } from './result.ts';
import { roundMs, roundShare, settle } from './rounding.ts';
import type { Row, Where } from './rows.ts';
import { DEFAULT_THRESHOLDS_MS, RATES, SERVICE_LEVELS } from './shares.ts';

export { type Budget, measureOf, parseBudget } from './budget-grammar.ts';

export interface Known {
  readonly channels: readonly string[];
  readonly queues: readonly string[];
  readonly skills: readonly string[];
  /** Reps and pools. */
  readonly reps: readonly string[];
}

/**
 * What is wrong with a budget as written, for an org with these names; nothing if it is fine.
 * Without names only the text is looked at.
 */
export function checkBudget(text: string, known?: Known): string | undefined {
  const budget = parseBudget(text);
  if ('error' in budget) return budget.error;
  if (budget.where === undefined || known === undefined) return undefined;
  const { by, id } = budget.where;
  const ids = {
    ...{ channel: known.channels, queue: known.queues },
    ...{ skill: known.skills, rep: known.reps },
  }[by];
  return ids.includes(id) ? undefined : `unknown ${by} '${id}'${suggest(id, ids)}`;
}

/** The service-level times a run must count: its budgets' and the usual ones, ascending. */
export function thresholdsOf(budgets: readonly Budget[]): readonly number[] {
  const asked = budgets.flatMap(({ subject }) =>
    subject.kind === 'serviceLevel' ? [subject.withinMs] : [],
  );
  return [...new Set([...DEFAULT_THRESHOLDS_MS, ...asked])].sort((a, b) => a - b);
}

export interface Judged {
  /** Of everything, or of what began in a window. */
  rowsOf(window: Window | undefined): { find(where: Where | undefined): Row | undefined };
  readonly thresholds: readonly number[];
  /** What measures were in the baseline, by name; absent: there is no baseline. */
  readonly baseline?: Readonly<Record<string, number>>;
}

export function judge(
  budgets: readonly (Budget & { readonly line: number })[],
  { rowsOf, thresholds, baseline }: Judged,
): BudgetVerdict[] {
  return budgets.map((written) => {
    const { text, line, subject, unit, where } = written;
    const budget = boundBy(written, baseline);
    if ('reason' in budget) {
      return {
        text,
        line,
        ok: false,
        measured: null,
        bound: 0,
        unit,
        n: 0,
        margin: null,
        ...budget,
      };
    }
    const { bound } = budget;
    const row = rowsOf(budget.window).find(where);
    const found = row === undefined ? undefined : measure(subject, row, thresholds);
    if (found?.value === undefined) {
      const why = row === undefined ? `there is no ${where?.by} '${where?.id}'` : whyNone(budget);
      const reason = `no data: ${why}`;
      return { text, line, ok: false, measured: null, bound, unit, n: 0, margin: null, reason };
    }
    const { value, n } = found;
    const round = unit === 'ms' ? roundMs : roundShare;
    const margin = round(marginOf(budget, value));
    const ok = keeps(budget, value);
    return { text, line, ok, measured: round(value), bound: round(bound), unit, n, margin };
  });
}

/** The budget with the bound that the baseline gives it, or why there is none. */
function boundBy(
  budget: Budget,
  baseline: Judged['baseline'],
): Budget | { readonly reason: string } {
  if (budget.relative === undefined) return budget;
  if (baseline === undefined) {
    return { reason: 'no baseline: give an earlier result.json with --baseline' };
  }
  const value = baseline[measureOf(budget)];
  if (value === undefined) return { reason: 'no data: the baseline has no such measure' };
  return { ...budget, bound: value * budget.relative.factor + budget.relative.plus };
}

interface Found {
  readonly value: number | undefined;
  readonly n: number;
}

function measure(subject: Subject, row: Row, thresholds: readonly number[]): Found {
  if (subject.kind === 'count')
    return { value: row.counts[subject.name], n: row.counts[subject.name] };
  if (subject.kind === 'latency') {
    const histogram = row.latencies[subject.name];
    if (histogram === undefined) return { value: undefined, n: 0 };
    const { stat } = subject;
    const { n } = histogram;
    if (stat === 'mean') return { value: mean(histogram), n };
    if (typeof stat === 'string') return { value: histogram[stat], n };
    return { value: quantile(histogram, stat.quantile), n };
  }
  const { part, whole } =
    subject.kind === 'rate'
      ? RATES[subject.name].of(row)
      : SERVICE_LEVELS[subject.name].of(row, thresholds.indexOf(subject.withinMs));
  return { value: whole > 0 ? part / whole : undefined, n: roundMs(whole) };
}

/** Whether a value is within the bound. */
export function keeps({ operator, bound }: Budget, value: number): boolean {
  const measured = settle(value);
  const limit = settle(bound);
  switch (operator) {
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    case '>=':
      return measured >= limit;
    case '=':
      return measured === limit;
  }
}

/** Room left; below 0 when the budget is broken. */
export function marginOf({ operator, bound }: Budget, value: number): number {
  if (operator === '=') return 0 - Math.abs(value - bound);
  return operator.startsWith('<') ? bound - value : value - bound;
}

const PREPOSITIONS = { channel: 'on', queue: 'in', skill: 'for', rep: 'for' } as const;

function whyNone({ subject, where }: Budget): string {
  const place = where === undefined ? '' : ` ${PREPOSITIONS[where.by]} ${where.id}`;
  if (subject.kind === 'latency') return `${LATENCIES[subject.name].noData}${place}`;
  if (subject.kind === 'rate') return `${RATES[subject.name].noData}${place}`;
  if (subject.kind === 'serviceLevel') return `${SERVICE_LEVELS[subject.name].noData}${place}`;
  return `nothing was counted${place}`;
}
