/** A comparison as a page of its own, with the two runs' charts laid over each other. */
import { inUnit } from '../console/format.ts';
import { chartData } from '../html/data.ts';
import { document } from '../html/document.ts';
import { dataScript, type Html, html } from '../html/markup.ts';
import type { RunResult } from '../result.ts';
import { overlayScript } from './client.ts';
import { type Comparison, type ComparisonLine, isWorse } from './compare.ts';
import { differenceOf, howJudged, important, intervalOf } from './console.ts';

export function comparisonHtml(comparison: Comparison, base: RunResult, next: RunResult): string {
  const { kind, newlyBroken } = comparison;
  const worse = isWorse(comparison);
  const tone = worse ? 'fail' : kind === 'too few' ? 'partial' : 'pass';
  const word = worse ? 'WORSE' : kind === 'too few' ? 'NOT KNOWN' : 'NOT WORSE';
  const body = html`<header><h1>${next.scenario.name} against ${base.scenario.name}</h1>
<p class="soft">${howJudged(comparison)}</p><p class="verdict ${tone}" role="status">${word}</p>
${newlyBroken.map(
  (text) => html`<p class="fail">Kept before, broken now: <code>${text}</code></p>`,
)}
</header><main>
<h2>What may fail it</h2>${lines(comparison.lines.filter(({ gates }) => gates))}
<h2>Over time</h2><p class="soft">The first run of each side; dashed is the base.</p>
<div class="charts">${FIGURES.map(
    ([id, title]) => html`<figure><figcaption>${title}</figcaption>
<div class="plot"><canvas id="${id}" role="img" aria-label="${title}, base and new"></canvas></div>
</figure>`,
  )}</div>
<h2>What else changed</h2>${lines(important(comparison.lines).filter(({ gates }) => !gates))}
</main>
<footer>Made by Rehearsal from two results.</footer>
${dataScript('data', { base: chartData(base), next: chartData(next) })}`;
  return document(`${word}: ${next.scenario.name}`, body, overlayScript('data'));
}

const FIGURES = [
  ['answer', 'Speed to answer, 95th percentile'],
  ['spread', 'Speed to answer, distribution'],
  ['backlog', 'Backlog'],
  ['busy', 'Reps with work'],
] as const;

function lines(all: readonly ComparisonLine[]): Html {
  if (all.length === 0) return html`<p>Nothing.</p>`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th>measure</th><th></th>
<th>base</th><th>new</th><th>difference</th><th>95 % interval</th><th>p</th></tr></thead>
<tbody>${all.map(row)}</tbody></table></div>`;
}

function row(line: ComparisonLine): Html {
  const { measure, verdict, unit, p } = line;
  const tone = { worse: 'fail', better: 'pass', changed: 'partial', same: 'soft', unclear: 'soft' };
  return html`<tr><td><code>${measure}</code></td>
<td class="${tone[verdict]}">${verdict}</td><td>${inUnit(line.base, unit)}</td>
<td>${inUnit(line.next, unit)}</td><td>${differenceOf(line)}</td><td>${intervalOf(line)}</td>
<td>${p?.toFixed(3)}</td></tr>`;
}
