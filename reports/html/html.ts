/**
 * One page that opens from disk with no network: verdict first, then why. Numbers stand in the page
 * itself; only charts need its script.
 */
import { createFileReporter, type Reporter } from '../reporter.ts';
import type { RunResult } from '../result.ts';
import { budgets, headline, tiles } from './answers.ts';
import { charts, timeline } from './charts.ts';
import { clientScript } from './client.ts';
import { chartData } from './data.ts';
import { document } from './document.ts';
import { choices, definitions, estimates, metadata } from './footnotes.ts';
import { isSeenInside } from './inside.ts';
import { dataScript, type Html, html } from './markup.ts';
import { sender } from './sender.ts';
import { platforms, pools, services } from './tables.ts';
import { worst } from './talks.ts';

export function createHtmlReporter(directory: string): Reporter {
  return createFileReporter('html', directory, 'report.html', renderHtml);
}

export function renderHtml(result: RunResult): string {
  const { scenario, verdict } = result;
  const body: readonly Html[] = [
    budgets(result),
    tiles(result),
    charts(result),
    ...(isSeenInside(result) ? [services(result), pools(result), timeline(result)] : []),
    platforms(result),
    sender(result),
    worst(result),
    estimates(result),
    choices(result),
    definitions(),
    metadata(result),
  ];
  const page = html`${headline(result)}
<main>
${body}
</main>
<footer>Made by Rehearsal from <code>result.json</code>. It holds no message bodies and fetches
nothing.</footer>
${dataScript('data', chartData(result))}`;
  const title = `${verdict.toUpperCase()}: ${scenario.title ?? scenario.name}`;
  return document(title, page, clientScript('data'));
}
