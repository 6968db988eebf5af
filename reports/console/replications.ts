/** What several replications say, with how sure it is. */
import type { Estimate, RunResult } from '../result.ts';
import { count, duration, type Paint, percent } from './format.ts';
import { table } from './table.ts';

/** What people ask for first; the rest stands in result.json. */
const SHOWN: readonly (readonly [measure: string, statistic: string, text: string])[] = [
  ['speedToAnswer', 'mean', 'speed to answer, mean'],
  ['speedToAnswer', 'p95', 'speed to answer, p95'],
  ['routingLatency', 'p95', 'routing latency, p95'],
  ['firstReply', 'p95', 'first reply, p95'],
  ['webhookToReply', 'p95', 'any reply, p95'],
  ['serviceLevel', '20s', 'answered in 20 s'],
  ['serviceLevel', '60s', 'answered in 60 s'],
  ['abandonment', 'share', 'abandoned'],
  ['occupancy', 'share', 'occupancy'],
  ['utilisation', 'share', 'utilisation'],
  ['handleTime', 'mean', 'handle time, mean'],
];

export function replicationLines({ replications }: RunResult, paint: Paint): string[] {
  if (replications === undefined) return [];
  const { estimates, count: runs, firstSeed } = replications;
  const rows = SHOWN.flatMap(([measure, statistic, text]) => {
    const found = estimates.find(
      (one) => one.by === undefined && one.measure === measure && one.statistic === statistic,
    );
    return found === undefined ? [] : [[text, inUnit(found, found.value), range(found)]];
  });
  const { head, body } = table({ heads: ['Of all', 'mean', 'half-width'], rows });
  const seeds = `seeds ${firstSeed} to ${firstSeed + runs - 1}`;
  return [
    paint('bold', `${count(runs)} replications (${seeds}); 95 % confidence intervals`),
    ...head.map((text) => paint('dim', text)),
    ...body,
    paint('dim', 'Tables above are of the first one. Every measure: result.json, replications.'),
  ];
}

function inUnit({ statistic, measure }: Estimate, value: number): string {
  const isShare = statistic === 'share' || measure.startsWith('serviceLevel');
  if (isShare) return percent(value);
  return statistic === 'count' ? count(value) : duration(value);
}

function range(found: Estimate): string {
  const text = inUnit(found, found.halfWidth);
  return `± ${text.replace('%', ' points')}`;
}
