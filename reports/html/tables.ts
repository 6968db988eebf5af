/** Tables: channels, queues and skills; pools; platforms. */
import { count, duration, percent } from '../console/format.ts';
import { LATENCIES } from '../measures.ts';
import type { LatencyResult, RunResult, ShareResult } from '../result.ts';
import { RATES, SERVICE_LEVELS } from '../shares.ts';
import { type Html, html } from './markup.ts';

/** More rows make a page that nobody scrolls through. */
const MOST = 300;

interface Served {
  readonly id: string;
  readonly queued: number;
  readonly serviceLevels: RunResult['serviceLevels'];
  readonly abandonment: ShareResult;
  readonly speedToAnswer: LatencyResult | undefined;
  readonly firstReply?: LatencyResult | undefined;
}

export function services(result: RunResult): Html {
  const { channels, queues, skills } = result;
  const within = Object.keys(result.serviceLevels.serviceLevel ?? {});
  const shown = within.includes('60s') ? '60s' : (within[0] ?? '');
  return html`<h2 id="services">Channels, queues, skills</h2>
${servedTable(
  'channel',
  shown,
  channels.map(({ channel, ...row }) => served(channel, row)),
)}
${servedTable(
  'queue',
  shown,
  queues.map(({ queue, ...row }) => served(queue, row)),
)}
${
  skills.length > 0 &&
  servedTable(
    'skill',
    shown,
    skills.map(({ skill, ...row }) => served(skill, row)),
  )
}`;
}

type ServedRow = Pick<Served, 'serviceLevels'> & {
  readonly counts: { readonly queued: number };
  readonly rates: Pick<Served, 'abandonment'>;
  readonly latencies: Pick<Served, 'firstReply'> & {
    readonly speedToAnswer?: LatencyResult | undefined;
  };
};

function served(id: string, { counts, rates, latencies, serviceLevels }: ServedRow): Served {
  const { speedToAnswer, firstReply } = latencies;
  const { abandonment } = rates;
  return { id, queued: counts.queued, serviceLevels, abandonment, speedToAnswer, firstReply };
}

function servedTable(by: string, within: string, rows: readonly Served[]): Html {
  const busiest = [...rows].sort((a, b) => b.queued - a.queued);
  return html`<div class="scroll" tabindex="0"><table>
<caption>By ${by}${more(rows.length)}</caption>
<thead><tr><th>${by}</th><th title="work items offered to a queue">queued</th>
<th title="${SERVICE_LEVELS.serviceLevel.meaning}">service level, ${within}</th>
<th title="${SERVICE_LEVELS.serviceLevelExcludingShortAbandons.meaning}">without short abandons</th>
<th title="${RATES.abandonment.meaning}">abandoned</th>
<th title="${LATENCIES.speedToAnswer.meaning}">answer p50</th><th>p95</th><th>max</th>
<th title="${LATENCIES.firstReply.meaning}">first reply p95</th></tr></thead>
<tbody>${busiest.slice(0, MOST).map((row) => servedRow(row, within))}</tbody></table></div>`;
}

function servedRow(row: Served, within: string): Html {
  const level = row.serviceLevels.serviceLevel?.[within]?.share ?? null;
  const other = row.serviceLevels.serviceLevelExcludingShortAbandons?.[within]?.share ?? null;
  const answer = row.speedToAnswer;
  return html`<tr><td>${row.id}</td><td>${count(row.queued)}</td>
<td>${percent(level)}${bar(level)}</td>
<td>${percent(other)}</td><td>${percent(row.abandonment.share)}</td><td>${time(answer?.p50)}</td>
<td>${time(answer?.p95)}</td><td>${time(answer?.max)}</td>
<td>${time(row.firstReply?.p95)}</td></tr>`;
}

export function pools({ reps }: RunResult): Html {
  return html`<h2 id="reps">Reps</h2>
<div class="scroll" tabindex="0"><table><caption>By pool${more(reps.pools.length)}</caption>
<thead><tr><th>pool</th><th>reps</th><th>accepted</th>
<th title="${RATES.occupancy.meaning}">occupancy</th><th
title="${RATES.utilisation.meaning}">utilisation</th>
<th title="${LATENCIES.handleTime.meaning}">handle time mean</th><th>p95</th>
<th title="${RATES.declines.meaning}">declined</th><th
title="${RATES.pushTimeouts.meaning}">rang in vain</th>
<th>passed on</th></tr></thead>
<tbody>${reps.pools.slice(0, MOST).map(
    ({ pool, reps: size, counts, rates, latencies }) => html`<tr><td>${pool}</td>
<td>${count(size)}</td><td>${count(counts.accepted)}</td>
<td>${percent(rates.occupancy.share)}${bar(rates.occupancy.share)}</td>
<td>${percent(rates.utilisation.share)}</td><td>${time(latencies.handleTime?.mean)}</td>
<td>${time(latencies.handleTime?.p95)}</td>
<td>${percent(rates.declines.share)}</td><td>${percent(rates.pushTimeouts.share)}</td>
<td>${count(counts.transfers)}</td></tr>`,
  )}</tbody></table></div>`;
}

export function platforms({ channels, counts }: RunResult): Html {
  const wired = counts.webhooks + counts.apiCalls > 0;
  if (!wired) return html`<h2 id="platforms">Platforms</h2><p>This run had no wire formats.</p>`;
  const busiest = [...channels].sort((a, b) => b.counts.webhooks - a.counts.webhooks);
  return html`<h2 id="platforms">Platforms</h2>
<div class="scroll" tabindex="0"><table>
<caption>Calls both ways, and what became of messages${more(channels.length)}</caption>
<thead><tr><th>channel</th><th>webhooks</th><th>refused</th><th>failed</th>
<th title="${LATENCIES.webhookAck.meaning}">answered p95</th><th>API calls</th><th>failed</th>
<th title="${LATENCIES.apiLatency.meaning}">took p95</th><th
title="${LATENCIES.deliveryLatency.meaning}">delivery p95</th>
<th title="${RATES.deliveryFailures.meaning}">not delivered</th><th>uncertain</th>
<th>faults put in</th></tr></thead>
<tbody>${busiest.slice(0, MOST).map(
    ({ channel, counts: of, rates, latencies }) => html`<tr><td>${channel}</td>
<td>${count(of.webhooks)}</td><td>${count(of.webhookRefusals)}</td>
<td>${count(of.webhookErrors)}</td>
<td>${time(latencies.webhookAck?.p95)}</td><td>${count(of.apiCalls)}</td>
<td>${count(of.apiErrors)}</td>
<td>${time(latencies.apiLatency?.p95)}</td><td>${time(latencies.deliveryLatency?.p95)}</td>
<td>${percent(rates.deliveryFailures.share)}</td><td>${count(of.sendsUncertain)}</td>
<td>${count(of.faultsInjected)}</td></tr>`,
  )}</tbody></table></div>`;
}

function bar(share: number | null): Html {
  if (share === null) return html``;
  const width = (Math.min(1, share) * 100).toFixed(1);
  return html`<span class="bar" aria-hidden="true"><i style="width:${width}%"></i></span>`;
}

const time = (ms: number | undefined) => (ms === undefined ? '–' : duration(ms));

const more = (rows: number) =>
  rows > MOST ? `: the first ${MOST} of ${count(rows)}, the others are in result.json` : '';
