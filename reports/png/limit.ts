/**
 * A capacity search as a picture for each budget: what was measured against the rate, its bound,
 * and where the limit is. Rates far beyond the limit are left out.
 */
import type { ChartConfiguration } from 'chart.js';
import { percentText, rateText } from '../console/limit.ts';
import type { Limit, TriedRate } from '../limit.ts';
import { PALETTE } from '../palette.ts';
import type { BudgetVerdict } from '../result.ts';
import type { Draw } from './canvas.ts';

const SIZE = { width: 800, height: 450 };
const [BLUE, RED, GREEN] = PALETTE;
const GREY = '#666666';

/** PNG by the name of the file. */
export function limitPictures(limit: Limit, draw: Draw): ReadonlyMap<string, Buffer> {
  const shown = nearLimit(limit);
  const budgets = shown[0]?.budgets ?? [];
  return new Map(
    budgets.map(({ text }, i) => [
      `limit-${i + 1}-${text.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}.png`,
      draw(pictureOf(limit, shown, i), SIZE),
    ]),
  );
}

/** An overloaded queue grows and grows: it would press all others flat. */
const FAR = 1.6;

function nearLimit({ tried, breaks }: Limit): readonly TriedRate[] {
  return tried.filter(({ percent }) => breaks === null || percent <= FAR * breaks);
}

const SCALE = { ms: 1 / 1000, share: 100, count: 1 } as const;
const UNIT = { ms: 's', share: '%', count: '' } as const;

function pictureOf(limit: Limit, shown: readonly TriedRate[], index: number): ChartConfiguration {
  const budgets = shown.map((one) => one.budgets[index] as BudgetVerdict);
  const [{ text, unit, bound }] = budgets as [BudgetVerdict];
  const points = (of: (budget: BudgetVerdict) => number | null) =>
    shown.map(({ percent }, i) => {
      const value = of(budgets[i] as BudgetVerdict);
      return { x: percent, y: value === null ? null : value * SCALE[unit] };
    });
  const end = (side: 1 | -1) =>
    points(({ measured, halfWidth = 0 }) => {
      if (measured === null) return null;
      const value = Math.max(0, measured + side * halfWidth);
      return unit === 'share' ? Math.min(1, value) : value;
    });
  // Beyond the points, as a line needs two ends.
  const edges = [0.95 * (shown[0]?.percent ?? 0), 1.05 * (shown.at(-1)?.percent ?? 0)];
  const band = { borderWidth: 0, pointRadius: 0, backgroundColor: `${BLUE}33`, label: '' };
  const datasets = [
    {
      label: 'measured',
      ...{ borderColor: BLUE, backgroundColor: BLUE, pointRadius: 5 },
      data: points(({ measured }) => measured),
      pointBackgroundColor: shown.map(({ verdict }) => (verdict === 'holds' ? GREEN : RED)),
      pointBorderColor: shown.map(({ verdict }) => (verdict === 'holds' ? GREEN : RED)),
    },
    { ...band, data: end(1), fill: '+1' },
    { ...band, data: end(-1), fill: false },
    {
      label: 'bound',
      ...{ borderColor: GREY, borderDash: [6, 4], pointRadius: 0, backgroundColor: 'white' },
      data: edges.map((x) => ({ x, y: bound * SCALE[unit] })),
    },
  ];
  return {
    type: 'line',
    data: { datasets },
    options: {
      plugins: {
        title: { display: true, text: `${limit.scenario.name}: ${text}` },
        subtitle: { display: true, text: subtitle(limit) },
        legend: {
          labels: { filter: ({ text: label }) => label !== '' },
        },
      },
      scales: {
        x: {
          type: 'linear',
          title: { display: true, text: `% of the scenario (100% = ${whole(limit)})` },
        },
        y: {
          title: { display: true, text: UNIT[unit] },
          beginAtZero: true,
          ...(unit === 'share' && { max: 100 }),
        },
      },
    },
  };
}

function subtitle({ holds, breaks, clock, search: { runs } }: Limit): string {
  const known = [
    ...(holds === null ? [] : [`${percentText(holds)} holds`]),
    ...(breaks === null ? [] : [`${percentText(breaks)} does not`]),
  ].join(', ');
  const band = clock === 'real' && runs === 1 ? '' : '; band: 95 % confidence interval';
  return `${known}. Green: all budgets hold; red: they do not${band}`;
}

/** What the scenario brings as it is written. */
function whole({ tried }: Limit): string {
  const [first] = tried;
  if (first === undefined) return '';
  const { percent, customersPerHour, closedCustomers } = first;
  return rateText({
    customersPerHour: (customersPerHour / percent) * 100,
    closedCustomers: Math.round((closedCustomers / percent) * 100),
  });
}
