/** Every rate that `rehearse limit` tried as CSV: a line for each, columns for each budget. */
import { type Limit, latenessOf } from '../limit.ts';
import { toCsv } from './csv.ts';

export function limitCsv({ tried }: Limit): string {
  const budgets = tried[0]?.budgets ?? [];
  const head = [
    ...['percent', 'customers per hour', 'closed customers', 'verdict', 'runs', 'again'],
    ...budgets.flatMap(({ text, unit }) => [
      `${text} [${unit}]`,
      `${text} half-width`,
      `${text} margin`,
    ]),
    ...['busiest pool', 'occupancy', 'webhookAck p95 [ms]', 'generator lateness p99 [ms]'],
  ];
  const rows = tried.map((one) => [
    ...[one.percent, one.customersPerHour, one.closedCustomers, one.verdict, one.runs],
    String(one.again),
    ...one.budgets.flatMap(({ measured, halfWidth, margin }) => [measured, halfWidth, margin]),
    ...[
      one.busiest?.pool,
      one.busiest?.occupancy,
      one.ackP95Ms,
      one.generator && latenessOf(one.generator),
    ],
  ]);
  return toCsv([head, ...rows]);
}
