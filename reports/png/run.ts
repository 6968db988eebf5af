/** Pictures of a run, for mail, chat and comments: what the page's charts show. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChartConfiguration } from 'chart.js';
import { chartData } from '../html/data.ts';
import { colourOf } from '../palette.ts';
import type { Reporter } from '../reporter.ts';
import type { RunResult } from '../result.ts';
import { type Draw, openCanvas } from './canvas.ts';

const SIZE = { width: 800, height: 420 };

/** Says where it has put them; nothing where no canvas is installed. */
export function createPngReporter(directory: string): Reporter {
  return {
    name: 'png',
    async report(result) {
      const draw = await openCanvas();
      if (draw === undefined) return undefined;
      await mkdir(directory, { recursive: true });
      const pictures = runPictures(result, draw);
      for (const [name, picture] of pictures) await writeFile(join(directory, name), picture);
      return [...pictures.keys()].map((name) => join(directory, name)).join(', ');
    },
  };
}

/** PNG by the name of the file. */
export function runPictures(result: RunResult, draw: Draw): ReadonlyMap<string, Buffer> {
  const { times, flow, backlog, staff, overTime } = chartData(result);
  const { scenario, verdict } = result;
  const title = `${verdict.toUpperCase()}: ${scenario.title ?? scenario.name}`;
  const chart = (subtitle: string, unit: string, lines: Lines) =>
    draw(configuration(title, subtitle, unit, times, lines), SIZE);
  const pictures = new Map<string, Buffer>();
  const answers = overTime.find(({ name }) => name === 'speedToAnswer');
  if (answers !== undefined) {
    const lines = { median: answers.p50, '95th percentile': answers.p95 };
    pictures.set('speed-to-answer.png', chart('speed to answer, by arrival', 'seconds', lines));
  }
  const { arrived, accepted, abandoned } = flow;
  const load = { arrived, accepted, abandoned, 'waiting, on average': backlog.mean };
  pictures.set('load.png', chart('in each stretch of the run', '', load));
  const reps = { 'reps online': staff.online, 'reps with work': staff.busy };
  pictures.set('reps.png', chart('reps', '', reps));
  return pictures;
}

type Lines = Readonly<Record<string, readonly (number | null)[]>>;

function configuration(
  title: string,
  subtitle: string,
  unit: string,
  times: readonly string[],
  lines: Lines,
): ChartConfiguration {
  const datasets = Object.entries(lines).map(([label, data], i) => ({
    ...{ label, data: [...data], borderColor: colourOf(i), backgroundColor: colourOf(i) },
    ...{ borderWidth: 2, pointRadius: 0, spanGaps: true },
  }));
  return {
    type: 'line',
    data: { labels: [...times], datasets },
    options: {
      plugins: {
        title: { display: true, text: title },
        subtitle: { display: true, text: subtitle },
      },
      scales: {
        x: { ticks: { maxRotation: 0, autoSkipPadding: 24 } },
        y: { beginAtZero: true, title: { display: unit !== '', text: unit } },
      },
    },
  };
}
