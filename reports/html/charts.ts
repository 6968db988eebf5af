/** The places of the charts, each with words for who cannot see it. */
import { count, duration } from '../console/format.ts';
import { LATENCIES, type LatencyName } from '../measures.ts';
import type { RunResult } from '../result.ts';
import { isSeenInside } from './inside.ts';
import { type Html, html } from './markup.ts';

export function charts(result: RunResult): Html {
  const { series, latencies, distributions, conversations } = result;
  const followed = Object.entries(series.latencies).filter(([, { n }]) => n.some((one) => one > 0));
  const spread = [...new Set(distributions.map(({ measure }) => measure))];
  const answer = latencies.speedToAnswer;
  const peak = Math.max(0, ...series.stretches.map(({ maxWaiting }) => maxWaiting));
  const stretch = duration(series.stretchMs);
  return html`<h2 id="time">Over time</h2>
<p class="soft">The whole run, warm-up included, in stretches of ${stretch}; times are UTC.</p>
<div class="charts">
${figure(
  'latency',
  'Latency',
  latencyWords(answer),
  select(
    'latency-of',
    followed.map(([name]) => name),
    'speedToAnswer',
  ),
)}
${figure(
  'spread',
  'Distribution',
  latencyWords(answer),
  select('spread-of', spread, 'speedToAnswer'),
)}
${figure(
  'flow',
  'Arrivals',
  `${count(conversations.arrived)} conversations; in stretches of
${stretch}`,
)}
${
  isSeenInside(result) &&
  html`${figure('backlog', 'Backlog', `At most ${count(peak)} work items waited at a time`)}
${figure('staff', 'Reps', 'Reps online and reps with work over time')}`
}
</div>`;
}

function latencyWords(answer: RunResult['latencies']['speedToAnswer']): string {
  if (answer === undefined) return 'Nobody was accepted';
  const { p50, p95, max } = answer;
  return `Speed to answer: median ${duration(p50)}, p95 ${duration(p95)}, at most ${duration(max)}`;
}

function select(id: string, names: readonly string[], usual: string): Html {
  return html`<label for="${id}">of <select id="${id}">${names.map(
    (name) =>
      html`<option value="${name}"
title="${LATENCIES[name as LatencyName].meaning}"${
        name === usual &&
        html`
selected`
      }>${name}</option>`,
  )}</select></label>`;
}

function figure(id: string, title: string, words: string, more?: Html): Html {
  return html`<figure><figcaption>${title} ${more}</figcaption>
<div class="plot"><canvas id="${id}" role="img"
aria-label="${title}: ${words}"></canvas></div></figure>`;
}

export function timeline({ series, reps }: RunResult): Html {
  if (series.reps.length === 0) return html``;
  const more = reps.each.length - series.reps.length;
  return html`<h3>Load of each rep</h3>
<figure><div class="heat scroll" tabindex="0"><canvas id="heat" role="img"
aria-label="A row for each rep: when they were online, and how much of their capacity was held.
The pools above have the same in numbers."></canvas></div>
<p class="hint" id="heat-hint"
aria-live="polite">Pale: online without work. Full colour: at capacity. Red: beyond it. Point at
it for numbers.</p>
</figure>${more > 0 && html`<p class="soft">And ${count(more)} more reps in result.json.</p>`}`;
}
