/** Which budgets k6 can judge by what it sees of a stack, and as which of its thresholds. */
import { type Budget, parseBudget } from '../../reports/budgets.ts';
import { TOO_LATE_MS } from '../meter.ts';
import type { BudgetLine } from '../plan.ts';

/** Of all webhooks; more without success is no load test of a stack that works. */
export const MOST_FAILED = 0.01;

const COUNTED: readonly string[] = ['webhooks', 'webhookErrors', 'webhookRefusals'];

/** Why a budget can not be judged by k6 alone; nothing if it can. `channels`: those recorded. */
export function whyUnseen(budget: Budget, channels: readonly string[]): string | undefined {
  const { subject, window, relative, where } = budget;
  const seen = subject.kind === 'count' ? COUNTED : ['webhookAck', 'webhookRefusals'];
  if (!seen.includes(subject.name)) return `k6 alone does not see ${subject.name}`;
  if (window !== undefined) return 'k6 keeps no times';
  if (relative !== undefined) return 'it goes by a baseline';
  if (where === undefined || channels.includes(where.id)) return undefined;
  return `no webhook of ${where.id} was recorded`;
}

/** As k6 wants them. None is silent: a metric without samples would pass. */
export function thresholdsOf(
  budgets: readonly Pick<BudgetLine, 'text'>[],
  channels: readonly string[],
): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {
    rehearsal_webhooks: ['count>0'],
    http_req_failed: [`rate<${MOST_FAILED}`],
    // What was not sent was not measured either.
    dropped_iterations: ['count==0'],
    rehearsal_lateness: [`p(99)<${TOO_LATE_MS}`],
  };
  for (const { text } of budgets) {
    const budget = parseBudget(text);
    if ('error' in budget || whyUnseen(budget, channels) !== undefined) continue;
    const { operator, bound, where } = budget;
    const found = inK6(budget);
    if (found === undefined || operator === '=') continue;
    const filter = where === undefined ? '' : `{channel:${where.id}}`;
    const metric = `${found.metric}${filter}`;
    const guard = `rehearsal_webhooks${filter}`;
    thresholds[guard] ??= ['count>0'];
    thresholds[metric] = [...(thresholds[metric] ?? []), `${found.statistic}${operator}${bound}`];
  }
  return thresholds;
}

/** Nothing for counts: each machine has a part of them. */
function inK6({ subject }: Budget): { metric: string; statistic: string } | undefined {
  if (subject.kind === 'rate') return { metric: 'rehearsal_refusals', statistic: 'rate' };
  if (subject.kind !== 'latency') return undefined;
  const { stat } = subject;
  const names = { min: 'min', mean: 'avg', max: 'max' } as const;
  const statistic =
    typeof stat === 'string' ? names[stat] : `p(${Number((stat.quantile * 100).toFixed(6))})`;
  return { metric: 'rehearsal_service', statistic };
}
