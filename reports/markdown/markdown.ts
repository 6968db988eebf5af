/** For a comment on a pull request, and GitHub's step summary: verdict, budgets, numbers. */
import { count, duration, inUnit, percent, points } from '../console/format.ts';
import { createFileReporter, type Reporter } from '../reporter.ts';
import type { BudgetVerdict, RunResult } from '../result.ts';

export function createMarkdownReporter(directory: string): Reporter {
  return createFileReporter('markdown', directory, 'report.md', renderMarkdown);
}

const SIGNS = { pass: '✅ PASS', fail: '❌ FAIL', partial: '⚠️ PARTIAL' } as const;
/** GitHub refuses a step summary of a megabyte as a whole. */
const MOST_ROWS = 50;

export function renderMarkdown(result: RunResult): string {
  const { scenario, verdict, clock, seed, period, budgets, partial, invariants } = result;
  const kept = budgets.filter(({ ok }) => ok).length;
  const { replications } = result;
  const runs = replications === undefined ? '' : `, ${replications.count} replications`;
  return [
    `### ${SIGNS[verdict]}: ${cell(scenario.title ?? scenario.name)}`,
    '',
    `${kept} of ${budgets.length} budgets kept · ${clock} time, seed ${seed}${runs}, ` +
      `${duration(period.lastsMs)} · ${count(result.conversations.arrived)} conversations`,
    '',
    ...(partial === undefined ? [] : [`**The run is not whole:** ${cell(partial)}`, '']),
    ...invariants.flatMap((rule) => [`**The router broke its own rules:** ${cell(rule)}`, '']),
    ...budgetTable(budgets),
    ...(result.notJudged ?? []).map(({ text, reason }) => `- \`${code(text)}\`: ${cell(reason)}\n`),
    ...numbers(result),
    ...byChannel(result),
    '',
  ].join('\n');
}

function budgetTable(budgets: readonly BudgetVerdict[]): string[] {
  if (budgets.length === 0) return ['No budgets: this run could not fail.', ''];
  const brokenFirst = [...budgets].sort((a, b) => Number(a.ok) - Number(b.ok));
  return [
    '| | budget | measured | bound | to spare |',
    '| --- | --- | ---: | ---: | ---: |',
    ...brokenFirst.map(({ ok, text, measured, halfWidth, bound, unit, margin, reason }) => {
      const sure = halfWidth === undefined ? '' : ` ± ${points(halfWidth, unit)}`;
      const found = measured === null ? cell(reason ?? 'no data') : inUnit(measured, unit) + sure;
      const room = margin === null ? '' : points(margin, unit);
      const limit = inUnit(bound, unit);
      return `| ${ok ? '✅' : '❌'} | \`${code(text)}\` | ${found} | ${limit} | ${room} |`;
    }),
    '',
  ];
}

function numbers({ latencies, serviceLevels, rates }: RunResult): string[] {
  const [within = '', level] = Object.entries(serviceLevels.serviceLevel ?? {})[1] ?? [];
  const other = serviceLevels.serviceLevelExcludingShortAbandons?.[within];
  const rows = (['routingLatency', 'speedToAnswer', 'firstReply', 'webhookToReply'] as const)
    .flatMap((name) => {
      const found = latencies[name];
      return found === undefined ? [] : [[name, found] as const];
    })
    .map(([name, { n, p50, p95, p99, max }]) => {
      const values = [p50, p95, p99, max].map(duration).join(' | ');
      return `| ${name} | ${values} | ${count(n)} |`;
    });
  return [
    `Service level (${within}): **${percent(level?.share)}** of all, ` +
      `${percent(other?.share)} without short abandons · abandonment ` +
      `${percent(rates.abandonment.share)} · occupancy ${percent(rates.occupancy.share)}`,
    '',
    ...(rows.length === 0
      ? []
      : [
          '| | median | p95 | p99 | max | n |',
          '| --- | ---: | ---: | ---: | ---: | ---: |',
          ...rows,
          '',
        ]),
  ];
}

function byChannel({ channels }: RunResult): string[] {
  const busiest = [...channels].sort((a, b) => b.counts.queued - a.counts.queued);
  const rows = busiest.slice(0, MOST_ROWS).map(({ channel, counts, rates, latencies }) => {
    const { p50, p95 } = latencies.speedToAnswer ?? {};
    const gone = percent(rates.abandonment.share);
    return `| ${cell(channel)} | ${count(counts.queued)} | ${gone} | ${time(p50)} | ${time(p95)} |`;
  });
  const more = channels.length - rows.length;
  return [
    '<details><summary>By channel</summary>',
    '',
    '| channel | queued | abandoned | speed to answer, median | p95 |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    ...(more > 0 ? ['', `and ${count(more)} more`] : []),
    '',
    '</details>',
  ];
}

const time = (ms: number | undefined) => (ms === undefined ? '–' : duration(ms));

/** Text that can't leave its cell or become markup. */
export function cell(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|~]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

const code = (text: string) => text.replaceAll('|', '\\|').replaceAll('`', "'");
