/**
 * One page that opens from disk with no network: verdict first, then why. Numbers stand in the page
 * itself; only charts need its script.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Reporter } from '../reporter.ts';
import type { RunResult } from '../result.ts';
import { budgets, headline, tiles } from './answers.ts';
import { charts, timeline } from './charts.ts';
import { clientScript } from './client.ts';
import { chartData } from './data.ts';
import { choices, definitions, estimates, metadata } from './footnotes.ts';
import { dataScript, type Html, html, raw } from './markup.ts';
import { STYLE } from './style.ts';
import { platforms, pools, services } from './tables.ts';
import { worst } from './talks.ts';

export function createHtmlReporter(directory: string): Reporter {
  return {
    name: 'html',
    async report(result) {
      await mkdir(directory, { recursive: true });
      const path = join(directory, 'report.html');
      await writeFile(path, renderHtml(result));
      return path;
    },
  };
}

/** Nothing may be fetched, whatever a name in a scenario says. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

export function renderHtml(result: RunResult): string {
  const { scenario, verdict } = result;
  const body: readonly Html[] = [
    budgets(result),
    tiles(result),
    charts(result),
    services(result),
    pools(result),
    timeline(result),
    platforms(result),
    worst(result),
    estimates(result),
    choices(result),
    definitions(),
    metadata(result),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${verdict.toUpperCase()}: ${scenario.title ?? scenario.name}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
${headline(result)}
<main>
${body}
</main>
<footer>Made by Rehearsal from <code>result.json</code>. It holds no message bodies and fetches
nothing.</footer>
${dataScript('data', chartData(result))}
<script>${raw(chartLibrary())}</script>
<script>${raw(clientScript('data'))}</script>
</body>
</html>
`;
  return page.html;
}

/** Chart.js as browsers take it. */
function chartLibrary(): string {
  const entry = createRequire(import.meta.url).resolve('chart.js');
  const text = readFileSync(join(dirname(entry), 'chart.umd.min.js'), 'utf8');
  return text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}
