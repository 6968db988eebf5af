/** What stands below: how sure, what was decided, what words mean, what run this was. */
import { count, inUnit, points } from '../console/format.ts';
import { CONVERSATION_COUNTS, LATENCIES, STACK_COUNTS } from '../measures.ts';
import type { Estimate, RunResult } from '../result.ts';
import { RATES, SERVICE_LEVELS } from '../shares.ts';
import { type Html, html } from './markup.ts';

/** Of everything, not of each row: those are in result.json. */
export function estimates({ replications }: RunResult): Html {
  if (replications === undefined) return html``;
  const own = replications.estimates.filter(
    ({ by, statistic }) => by === undefined && statistic !== 'count',
  );
  return html`<h2 id="sure">How sure</h2>
<details><summary>${replications.count} replications, ${replications.confidence * 100} %
confidence intervals.
Everything else on this page but the budgets is of the first.</summary>
<div class="scroll" tabindex="0"><table><thead><tr><th>measure</th><th class="text">of it</th>
<th>value</th><th>±</th></tr></thead>
<tbody>${own.map(estimateRow)}</tbody></table></div></details>`;
}

function estimateRow({ measure, statistic, value, halfWidth }: Estimate): Html {
  const unit = measure in LATENCIES ? 'ms' : 'share';
  const of = statistic === 'share' ? '' : statistic;
  return html`<tr><td>${measure}</td><td class="text">${of}</td><td>${inUnit(value, unit)}</td>
<td>${points(halfWidth, unit)}</td></tr>`;
}

export function choices({ choices: all }: RunResult): Html {
  if (all.length === 0) return html``;
  return html`<h2 id="choices">What our choices decided</h2>
<p class="soft">Where Salesforce's documents leave a point open, a numbered choice of ours settles
it.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th>choice</th>
<th class="text">what it settles</th><th>times</th></tr></thead>
<tbody>${all.map(
    ({ choice, meaning, times }) => html`<tr><td>${choice}</td>
<td class="text">${meaning}</td><td>${count(times)}</td></tr>`,
  )}</tbody></table></div>`;
}

export function definitions(): Html {
  const table = (title: string, terms: Readonly<Record<string, { readonly meaning: string }>>) =>
    html`<h3>${title}</h3><table><tbody>${Object.entries(terms).map(
      ([name, { meaning }]) => html`<tr><td>${name}</td><td class="text">${meaning}</td></tr>`,
    )}</tbody></table>`;
  return html`<h2 id="terms">Definitions</h2>
<p class="soft">A figure counts if what it measures began after the warm-up, however late it
ended.</p>
<details><summary>Every measure and what it means</summary><div>
${table('Service levels, within T', SERVICE_LEVELS)}${table('Shares', RATES)}
${table('Latencies', LATENCIES)}${table('Counts of conversations', CONVERSATION_COUNTS)}
${table('Counts of work, messages and the wire', STACK_COUNTS)}</div></details>`;
}

export function metadata(result: RunResult): Html {
  const { meta, scenario, seed, clock, period } = result;
  const all = {
    scenario: scenario.file,
    sha256: scenario.sha256,
    ...{ clock, seed, began: period.startsAt },
    ...meta,
  };
  return html`<h2 id="run">This run</h2>
<div class="scroll" tabindex="0"><table><tbody>${Object.entries(all).map(
    ([name, value]) => html`<tr><td>${name}</td><td class="text">${String(value)}</td></tr>`,
  )}</tbody></table></div>`;
}
