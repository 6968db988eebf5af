/** The top of the page: did it pass, by how much, and the numbers people ask for first. */
import { count, duration, inUnit, percent, points } from '../console/format.ts';
import { LATENCIES, type LatencyName } from '../measures.ts';
import type { BudgetVerdict, RunResult } from '../result.ts';
import { RATES, SERVICE_LEVELS, type ServiceLevelName } from '../shares.ts';
import { isSeenInside } from './inside.ts';
import { type Html, html } from './markup.ts';

const WORDS = { pass: 'PASS', fail: 'FAIL', partial: 'PARTIAL' } as const;

export function headline(result: RunResult): Html {
  const { scenario, verdict, clock, target, seed, speed, period, partial, replications } = result;
  const pace = clock === 'real' && speed !== undefined && speed !== 1 ? ` at ${speed}x` : '';
  const warm = period.warmUpMs > 0 ? `, the first ${duration(period.warmUpMs)} not measured` : '';
  const against = target === undefined ? '' : ` against ${target}`;
  const times = replications ? `${replications.count} replications from seed ` : 'seed ';
  return html`<header>
<h1>${scenario.title ?? scenario.name}</h1>
<p class="soft">${scenario.name} · ${clock} time${pace}${against} · ${times}${seed} ·
${duration(period.lastsMs)} from ${period.startsAt}${warm}</p>
<p class="verdict ${verdict}" role="status">${WORDS[verdict]}: ${why(result)}</p>
${partial !== undefined && html`<p class="partial">The run is not whole: ${partial}.</p>`}
${broken(result)}
<nav aria-label="Sections"><a href="#budgets">Budgets</a> <a href="#time">Over time</a>
${
  isSeenInside(result) && html`<a href="#services">Channels and queues</a> <a href="#reps">Reps</a>`
}
<a href="#platforms">Platforms</a> <a href="#worst">Conversations</a> <a
href="#terms">Definitions</a></nav>
</header>`;
}

function why({ budgets, invariants }: RunResult): string {
  if (invariants.length > 0) return 'the router broke its own rules';
  if (budgets.length === 0) return 'no budgets to keep';
  const missed = budgets.filter(({ ok }) => !ok).length;
  const of = `${budgets.length} ${budgets.length === 1 ? 'budget' : 'budgets'}`;
  return missed === 0 ? `${of} kept` : `${missed} of ${of} broken`;
}

function broken({ invariants }: RunResult): Html {
  return html`${invariants.map((rule) => html`<p class="fail">${rule}</p>`)}`;
}

export function budgets({ budgets: all, notJudged = [] }: RunResult): Html {
  if (all.length + notJudged.length === 0) {
    return html`<h2 id="budgets">Budgets</h2><p>This scenario has none: it cannot fail.</p>`;
  }
  return html`<h2 id="budgets">Budgets</h2>
<div class="scroll" tabindex="0"><table><thead><tr><th>budget</th><th>kept</th><th>measured</th>
<th>bound</th><th>to spare</th><th title="How many observations stand behind it">n</th></tr></thead>
<tbody>${all.map(budgetRow)}</tbody></table></div>
${notJudged.map(({ text, reason }) => html`<p class="soft"><code>${text}</code>: ${reason}.</p>`)}`;
}

function budgetRow({
  text,
  ok,
  measured,
  bound,
  unit,
  margin,
  n,
  halfWidth,
  reason,
}: BudgetVerdict) {
  const sure = halfWidth === undefined ? '' : ` ± ${points(halfWidth, unit)}`;
  const close = halfWidth !== undefined && margin !== null && Math.abs(margin) < halfWidth;
  const kept = ok ? '✓ kept' : '✗ broken';
  return html`<tr><td><code>${text}</code>${
    reason &&
    html`<br>
<small class="fail">${reason}</small>`
  }</td>
<td class="${ok ? 'pass' : 'fail'}">${kept}${close && ', not certain'}</td>
<td>${inUnit(measured, unit)}${sure}</td><td>${inUnit(bound, unit)}</td>
<td>${margin === null ? '' : `${margin < 0 ? '−' : ''}${points(Math.abs(margin), unit)}`}</td>
<td>${count(unit === 'share' ? Math.round(n) : n)}</td></tr>`;
}

export function tiles(result: RunResult): Html {
  if (!isSeenInside(result)) return tilesFromOutside(result);
  const { conversations, serviceLevels, rates } = result;
  const level = (name: ServiceLevelName) => {
    const [within, found] = preferred(serviceLevels[name] ?? {});
    return tile(`${LEVELS[name]}, ${within}`, percent(found), SERVICE_LEVELS[name].meaning);
  };
  return html`<h2 id="numbers">Numbers</h2><div class="tiles">
${tile('conversations', count(conversations.arrived), 'conversations begun after the warm-up')}
${tile('completed', count(conversations.completed), 'the script ran to its end')}
${level('serviceLevel')}
${level('serviceLevelExcludingShortAbandons')}
${tile('abandonment', percent(rates.abandonment.share), RATES.abandonment.meaning)}
${latency(result, 'routingLatency', 'routing latency')}
${latency(result, 'speedToAnswer', 'speed to answer')}
${latency(result, 'firstReply', 'first reply')}
${latency(result, 'webhookToReply', 'webhook to reply')}
${latency(result, 'handleTime', 'handle time')}
${tile('occupancy', percent(rates.occupancy.share), RATES.occupancy.meaning)}
${tile('utilisation', percent(rates.utilisation.share), RATES.utilisation.meaning)}
</div>`;
}

function tilesFromOutside(result: RunResult): Html {
  const { conversations, counts, rates } = result;
  const back = counts.heardFromRep + counts.heardFromBot + counts.heardAuto;
  return html`<h2 id="numbers">Numbers</h2><div class="tiles">
${tile('conversations', count(conversations.arrived), 'conversations begun after the warm-up')}
${tile('completed', count(conversations.completed), 'the script ran to its end')}
${tile('gave up', percent(rates.gaveUp.share), RATES.gaveUp.meaning)}
${latency(result, 'webhookToReply', 'webhook to reply')}
${tile('webhooks', count(counts.webhooks), 'webhook calls')}
${latency(result, 'webhookAck', 'webhook answered')}
${tile('messages back', count(back), 'messages that reached customers')}
</div>`;
}

const LEVELS: Readonly<Record<ServiceLevelName, string>> = {
  serviceLevel: 'service level of all',
  serviceLevelOfAnswered: 'of the answered',
  serviceLevelCountingShortAbandons: 'counting short abandons',
  serviceLevelExcludingShortAbandons: 'without short abandons',
};

/** Within a minute, where that is counted. */
function preferred(by: Readonly<Record<string, { readonly share: number | null }>>) {
  const [within = ''] = '60s' in by ? ['60s'] : Object.keys(by);
  return [within, by[within]?.share ?? null] as const;
}

function latency({ latencies }: RunResult, name: LatencyName, title: string): Html {
  const found = latencies[name];
  const shown = found === undefined ? '–' : `${duration(found.p50)} / ${duration(found.p95)}`;
  return tile(`${title}, median / p95`, shown, LATENCIES[name].meaning);
}

function tile(label: string, value: string, meaning: string): Html {
  return html`<div class="tile" title="${meaning}"><b>${value}</b><small>${label}</small></div>`;
}
