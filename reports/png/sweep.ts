/**
 * A sweep as a picture for each measure: the first axis to the right, a line for each value of the
 * others, and a bar for the 95 % confidence interval.
 */
import type { ChartConfiguration } from 'chart.js';
import { colourOf } from '../palette.ts';
import type { Sweep, SweepValue } from '../sweep.ts';
import type { Draw } from './canvas.ts';

const SIZE = { width: 800, height: 450 };

/** PNG by the name of the file. */
export function sweepPictures(sweep: Sweep, draw: Draw): ReadonlyMap<string, Buffer> {
  return new Map(
    sweep.measures.map((measure, i) => [
      `${measure.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}.png`,
      draw(pictureOf(sweep, measure, i), SIZE),
    ]),
  );
}

const SCALE = { ms: 1 / 1000, share: 100, count: 1 } as const;
const UNIT = { ms: 's', share: '%', count: '' } as const;

function pictureOf(sweep: Sweep, measure: string, index: number): ChartConfiguration {
  const [first, ...others] = sweep.axes;
  const unit = sweep.points[0]?.seen[index]?.unit ?? 'count';
  const scaled = (value: number | null) => (value === null ? null : value * SCALE[unit]);
  const lines = new Map<string, (SweepValue | undefined)[]>();
  for (const { at, seen } of sweep.points) {
    const name = others.map((axis, i) => `${axis.name} ${at[i + 1]}`).join(', ');
    lines.set(name, [...(lines.get(name) ?? []), seen[index]]);
  }
  const datasets = [...lines].flatMap(([label, seen], i) => {
    const colour = colourOf(i);
    const ends = (value: number) => (unit === 'share' ? Math.min(1, value) : value);
    const end = (side: 1 | -1) =>
      seen.map((one) => {
        if (one === undefined || one.value === null) return null;
        return scaled(Math.max(0, ends(one.value + side * (one.halfWidth ?? 0))));
      });
    const band = { borderWidth: 0, pointRadius: 0, backgroundColor: `${colour}33` };
    return [
      {
        ...{ label: label || measure, borderColor: colour, backgroundColor: colour },
        data: seen.map((one) => scaled(one?.value ?? null)),
      },
      { ...band, label: '', data: end(1), fill: '+1' as const },
      { ...band, label: '', data: end(-1), fill: false as const },
    ];
  });
  return {
    type: 'line',
    data: { labels: [...(first?.values ?? [])], datasets },
    options: {
      plugins: {
        title: { display: true, text: `${sweep.scenario}: ${measure}` },
        subtitle: { display: true, text: 'bands: 95 % confidence interval' },
        legend: {
          display: lines.size > 1,
          labels: { filter: ({ text }) => text !== '' },
        },
      },
      scales: {
        x: { title: { display: true, text: first?.name ?? '' } },
        y: {
          title: { display: true, text: UNIT[unit] },
          beginAtZero: true,
          ...(unit === 'share' && { max: 100 }),
        },
      },
    },
  };
}
