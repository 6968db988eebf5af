/**
 * A RunResult as a page of text, at most 100 columns wide: what ran, how it went for the customers,
 * by channel, queue and pool of reps, the budgets, and last the verdict.
 */
import type { LatencyResult, RunResult } from '../result.ts';
import { budgetLines, verdictLine } from './budgets.ts';
import { count, countOf, duration, type Paint, percent, plain, shorten } from './format.ts';
import { createPaint } from './paint.ts';
import { replicationLines } from './replications.ts';
import { table } from './table.ts';
import { troubleLines } from './trouble.ts';
import { isOfWebhooks, webhookTable } from './webhooks.ts';

export interface SummaryTextOptions {
  readonly colour: boolean;
  /** Where result.json lies, if it was written. */
  readonly resultPath?: string;
}

/** Rows a table shows; the rest stands in result.json. */
const SHOWN = 10;

export function renderSummary(result: RunResult, options: SummaryTextOptions): string {
  const paint = createPaint(options.colour);
  const section = (lines: readonly string[]) => (lines.length === 0 ? [] : ['', ...lines]);
  return [
    ...headline(result, paint),
    ...section(isOfWebhooks(result) ? [] : conversationLines(result)),
    ...section(isOfWebhooks(result) ? webhookTable(result, paint) : channelTable(result, paint)),
    ...section(queueTable(result, paint)),
    ...section(poolTable(result, paint)),
    ...section(choiceLines(result, paint)),
    ...section(generatorLines(result, paint)),
    ...section(troubleLines(result, paint)),
    ...section(replicationLines(result, paint)),
    ...section(budgetLines(result, paint)),
    ...section(verdictLine(result, paint)),
    ...(options.resultPath === undefined ? [] : [paint('dim', `Result: ${options.resultPath}`)]),
    '',
  ].join('\n');
}

function headline(result: RunResult, paint: Paint): string[] {
  const { scenario, clock, target, speed, seed, period } = result;
  const title = scenario.title === undefined ? '' : `: ${plain(scenario.title)}`;
  const pace = speed === undefined || speed === 1 ? '' : ` at ${speed}x`;
  const against = target === undefined ? '' : ` against ${plain(target)}`;
  const by = period.warmUpRule === undefined ? '' : ` (${period.warmUpRule})`;
  const warmUp =
    period.warmUpMs > 0 ? `, the first ${duration(period.warmUpMs)} not measured${by}` : '';
  const from = period.startsAt.replace('T', ' ').replace(/:\d\d\.\d+Z$/, ' UTC');
  return [
    paint('bold', shorten(plain(scenario.name) + title, 100)),
    paint(
      'dim',
      `${clock} time${pace}${against}, seed ${seed}, ` +
        `${duration(period.lastsMs)} from ${from}${warmUp}`,
    ),
  ];
}

/** Where Salesforce's documents are silent, a choice of ours decided. */
function choiceLines({ choices }: RunResult, paint: Paint): string[] {
  if (choices.length === 0) return [];
  const times = choices.map(({ choice, times }) => `${choice} ${count(times)}x`).join(', ');
  return [paint('dim', shorten(`Choices that decided (fact by fact: explain): ${times}`, 100))];
}

function generatorLines({ generator }: RunResult, paint: Paint): string[] {
  if (generator === undefined) return [];
  const { name, version, sent, lateness, sinceDue, service, saturated } = generator;
  const late = `p99 ${duration(lateness.p99)} late`;
  const [due, out] = [sinceDue, service].map(({ p95 }) => duration(p95));
  const answered = `answered ${due} after due, ${out} after sent (p95)`;
  const line = `${name} ${version} sent ${countOf(sent, 'webhook')}, ${late}; ${answered}`;
  return [saturated ? paint('red', `${line}: it could not keep up`) : paint('dim', line)];
}

function conversationLines({ conversations }: RunResult): string[] {
  const { arrived, completed, gaveUp, unanswered, refused, cutShort, switched, open } =
    conversations;
  const parts = [
    [completed, 'completed'],
    [gaveUp, 'gave up'],
    [unanswered, 'left unanswered'],
    [refused, 'refused'],
    [cutShort, 'cut short'],
    [switched, 'went to another channel'],
    [open, 'still open'],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`);
  const outcomes = said.length === 0 ? '' : `: ${said.join(', ')}`;
  return [`${countOf(arrived, 'conversation')}${outcomes}`];
}

function channelTable({ channels, target }: RunResult, paint: Paint): string[] {
  const busiest = [...channels].sort((a, b) => b.conversations.arrived - a.conversations.arrived);
  if (target !== undefined) return targetTable(busiest, paint);
  const rows = busiest
    .slice(0, SHOWN)
    .map(({ channel, ...row }) => [
      plain(channel),
      count(row.conversations.arrived),
      count(row.counts.accepted),
      percent(row.rates.gaveUp.share),
      average(row.latencies.speedToAnswer),
      p95(row.latencies.speedToAnswer),
      percent(row.serviceLevels.serviceLevel['60s']?.share),
      p95(row.latencies.firstReply),
      p95(row.latencies.webhookToReply),
    ]);
  const heads = [
    'Channel',
    'conver-\nsations',
    'answered',
    'gave up',
    'to\nanswer\nmean',
    'to\nanswer\np95',
    'answered\nin 60 s',
    'first\nreply\np95',
    'any\nreply\np95',
  ];
  return lines(heads, rows, paint, channels.length - SHOWN);
}

/** Of a stack that is not ours: what is seen from outside. */
function targetTable(channels: RunResult['channels'], paint: Paint): string[] {
  const rows = channels
    .slice(0, SHOWN)
    .map(({ channel, conversations, counts, rates, latencies }) => [
      plain(channel),
      count(conversations.arrived),
      count(conversations.completed),
      percent(rates.gaveUp.share),
      count(counts.webhooks),
      p95(latencies.webhookAck),
      count(counts.heardFromRep + counts.heardFromBot + counts.heardAuto),
      p95(latencies.webhookToReply),
    ]);
  const heads = [
    'Channel',
    'conver-\nsations',
    'completed',
    'gave up',
    'webhooks',
    'answered\np95',
    'messages\nback',
    'reply\np95',
  ];
  return lines(heads, rows, paint, channels.length - SHOWN);
}

function queueTable({ queues }: RunResult, paint: Paint): string[] {
  const busiest = [...queues].sort((a, b) => b.counts.queued - a.counts.queued);
  const rows = busiest
    .slice(0, SHOWN)
    .map(({ queue, ...row }) => [
      plain(queue),
      count(row.counts.queued),
      count(row.counts.accepted),
      percent(row.rates.abandonment.share),
      percent(row.serviceLevels.serviceLevel['20s']?.share),
      percent(row.serviceLevels.serviceLevel['60s']?.share),
      average(row.latencies.speedToAnswer),
      p95(row.latencies.routingLatency),
      count(row.waiting.max),
    ]);
  const heads = [
    'Queue',
    'offered',
    'answered',
    'abandoned',
    'answered\nin 20 s',
    'answered\nin 60 s',
    'to\nanswer\nmean',
    'to\nroute\np95',
    'longest\nqueue',
  ];
  return lines(heads, rows, paint, queues.length - SHOWN);
}

function poolTable({ reps }: RunResult, paint: Paint): string[] {
  const busiest = [...reps.pools].sort((a, b) => b.counts.accepted - a.counts.accepted);
  const rows = busiest
    .slice(0, SHOWN)
    .map(({ pool, ...row }) => [
      plain(pool),
      count(row.reps),
      percent(row.rates.occupancy.share),
      percent(row.rates.utilisation.share),
      count(row.counts.accepted),
      count(row.counts.declines + row.counts.pushTimeouts),
      average(row.latencies.handleTime),
    ]);
  const heads = [
    'Reps',
    'reps',
    'occupancy',
    'utilisation',
    'accepted',
    'not taken',
    'handle time\nmean',
  ];
  return lines(heads, rows, paint, reps.pools.length - SHOWN);
}

function lines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  hidden: number,
): string[] {
  if (rows.length === 0) return [];
  const { head, body } = table({ heads, rows });
  const more = hidden > 0 ? [paint('dim', `... and ${count(hidden)} more in result.json`)] : [];
  return [...head.map((line) => paint('dim', line)), ...body, ...more];
}

function average(latency: LatencyResult | undefined): string {
  return latency === undefined ? '-' : duration(latency.mean);
}

function p95(latency: LatencyResult | undefined): string {
  return latency === undefined ? '-' : duration(latency.p95);
}
