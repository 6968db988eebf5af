/** Who sent the webhooks of a run on the real clock, how late, and what it saw of the answers. */
import { count, duration } from '../console/format.ts';
import type { RunResult } from '../result.ts';
import { type Html, html } from './markup.ts';

type Generator = NonNullable<RunResult['generator']>;
type Quantiles = Generator['lateness'];

export function sender({ generator }: RunResult): Html {
  if (generator === undefined) return html``;
  const { name, version, sent, vus, saturated, clock, failed = 0 } = generator;
  const by = vus === undefined ? '' : `, ${count(vus)} VUs`;
  const said = saturated ? '. It could not keep up: its lateness is in every figure.' : '.';
  return html`<h2 id="load">Load generator</h2>
<p class="${saturated ? 'fail' : 'soft'}">${name} ${version}${by}: ${count(sent)} webhooks,
${count(Math.round(failed * sent))} failed${said}${clock && clockWords(clock)}</p>
<div class="scroll" tabindex="0"><table><thead><tr><th>real time</th><th>p50</th><th>p95</th>
<th>p99</th><th>max</th></tr></thead><tbody>${rowsOf(generator).map(row)}</tbody></table></div>
${thresholds(generator)}`;
}

function clockWords({ offsetMs, uncertaintyMs, driftMs }: NonNullable<Generator['clock']>): string {
  const drift = driftMs > 0 ? `, ${duration(driftMs)} apart from beginning to end` : '';
  const offset = offsetMs === 0 ? 'the same' : `${offsetMs} ms apart`;
  return ` Its clock and ours were ${offset}, within ${duration(uncertaintyMs)}${drift}.`;
}

type Line = readonly [what: string, meaning: string, Quantiles];

function rowsOf({ lateness, director, sinceDue, service, http = {} }: Generator): readonly Line[] {
  const late = 'from when a webhook (of the own sender: any timer) was due to when it went out';
  const own: Line[] = [
    ['went out late', late, lateness],
    ['response time', 'from when a webhook was due to its answer', sinceDue],
    ['service time', 'from when it went out to its answer', service],
  ];
  const timers = 'of the process that says what is due';
  if (director !== undefined) own.push(['our timers late', timers, director]);
  const k6 = Object.entries(http).map(([name, of]): Line => [`http_req_${name}`, 'by k6', of]);
  return [...own, ...k6];
}

function row([what, meaning, { p50, p95, p99, max }]: Line): Html {
  return html`<tr><td title="${meaning}">${what}</td><td>${duration(p50)}</td>
<td>${duration(p95)}</td><td>${duration(p99)}</td><td>${duration(max)}</td></tr>`;
}

function thresholds({ thresholds: all = [] }: Generator): Html {
  if (all.length === 0) return html``;
  return html`<details><summary>Its own thresholds: ${count(all.filter(({ ok }) => ok).length)} of
${count(all.length)} held. The verdict is by the budgets.</summary>
<div class="scroll" tabindex="0"><table><tbody>${all.map(
    ({ metric, condition, ok }) => html`<tr><td><code>${metric}</code></td>
<td class="text"><code>${condition}</code></td>
<td class="${ok ? 'pass' : 'fail'}">${ok ? '✓ held' : '✗ crossed'}</td></tr>`,
  )}</tbody></table></div></details>`;
}
