/**
 * What runs in the reader's browser. These functions are written into the page as they stand, so
 * they use nothing from outside but each other and their arguments.
 */
import type { ChartData } from './data.ts';

/** The little of a browser that is used. */
interface Page {
  getElementById(id: string): Element | null;
  readonly documentElement: Element;
}
interface Element {
  textContent: string | null;
  value: string;
  width: number;
  height: number;
  readonly clientWidth: number;
  readonly style: { height: string };
  addEventListener(type: string, listener: (event: Pointer) => void): void;
  getContext(kind: '2d'): Pen;
  getBoundingClientRect(): { readonly left: number; readonly top: number; readonly width: number };
}
interface Pointer {
  readonly clientX: number;
  readonly clientY: number;
}
interface Pen {
  fillStyle: string;
  globalAlpha: number;
  font: string;
  textBaseline: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number, most?: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  scale(x: number, y: number): void;
}
export interface Viewer {
  readonly devicePixelRatio: number;
  getComputedStyle(element: Element): { getPropertyValue(name: string): string };
  matchMedia(query: string): { addEventListener(type: 'change', listener: () => void): void };
  addEventListener(type: string, listener: () => void): void;
}
interface Chart {
  destroy(): void;
}
type ChartMaker = new (canvas: Element, configuration: object) => Chart;

/** The script of the page: `data` is the id of the element with the data. */
export function clientScript(data: string): string {
  const functions = [createTools, drawTrends, drawLatency, drawSpread, drawHeat, tellHeat, client];
  const call = `client(JSON.parse(document.getElementById('${data}').textContent), Chart,
document, window);`;
  return `${functions.map(String).join('\n')}\n${call}`;
}

export interface Tools {
  colour(name: string): string;
  line(label: string, values: readonly unknown[], tone: string, more?: object): object;
  axis(title: string, more?: object): object;
  draw(id: string, type: 'line' | 'scatter', lines: object[], x: object, y: object): void;
}

export function createTools(data: ChartData, Chart: ChartMaker, page: Page, viewer: Viewer): Tools {
  const charts = new Map<string, Chart>();
  const colour = (name: string) =>
    viewer.getComputedStyle(page.documentElement).getPropertyValue(`--${name}`).trim();
  return {
    colour,
    line: (label, values, tone, more = {}) => ({
      ...{ label, data: values, borderColor: tone, backgroundColor: tone },
      ...{ borderWidth: 2, pointRadius: 0, pointHitRadius: 8, spanGaps: true },
      ...more,
    }),
    axis: (title, more = {}) => ({
      title: { display: title !== '', text: title, color: colour('soft') },
      ticks: { color: colour('soft'), maxRotation: 0, autoSkipPadding: 16 },
      grid: { color: colour('line') },
      ...more,
    }),
    draw(id, type, datasets, x, y) {
      const canvas = page.getElementById(id);
      if (canvas === null) return;
      charts.get(id)?.destroy();
      const options = {
        ...{ animation: false, responsive: true, maintainAspectRatio: false },
        interaction: { mode: type === 'scatter' ? 'nearest' : 'index', intersect: false },
        plugins: { legend: { labels: { color: colour('ink'), boxWidth: 22, boxHeight: 2 } } },
        scales: { x, y },
      };
      const labels = type === 'line' ? data.times : undefined;
      charts.set(id, new Chart(canvas, { type, data: { labels, datasets }, options }));
    },
  };
}

function drawTrends({ flow, backlog, staff }: ChartData, { draw, line, axis }: Tools): void {
  const [blue, orange, green] = ['#2f7fc1', '#D55E00', '#009E73'] as const;
  const zero = { beginAtZero: true };
  const arrived = line('arrived', flow.arrived, blue);
  const accepted = line('accepted', flow.accepted, green, { borderDash: [6, 3] });
  const abandoned = line('abandoned', flow.abandoned, orange, { borderDash: [2, 2] });
  draw('flow', 'line', [arrived, accepted, abandoned], axis(''), axis('per stretch', zero));
  const most = line('at most', backlog.max, orange, { stepped: true, borderDash: [4, 3] });
  const mean = line('on average', backlog.mean, blue);
  draw('backlog', 'line', [mean, most], axis(''), axis('work items', zero));
  const online = line('online', staff.online, blue, { stepped: true });
  const busy = line('with work', staff.busy, green, { borderDash: [6, 3] });
  draw('staff', 'line', [online, busy], axis(''), axis('reps', zero));
}

function drawLatency(data: ChartData, { draw, line, axis }: Tools, page: Page): void {
  const wanted = page.getElementById('latency-of')?.value;
  const chosen = data.overTime.find(({ name }) => name === wanted) ?? data.overTime[0];
  if (chosen === undefined) return;
  const dots = { pointRadius: 2 };
  const median = line('median', chosen.p50, '#2f7fc1', dots);
  const p95 = line('95th percentile', chosen.p95, '#D55E00', { ...dots, borderDash: [6, 3] });
  const seconds = axis('seconds', { beginAtZero: true });
  draw('latency', 'line', [median, p95], axis('by when it began'), seconds);
}

function drawSpread(data: ChartData, { draw, line, axis }: Tools, page: Page): void {
  const measure = page.getElementById('spread-of')?.value;
  const tones = ['#2f7fc1', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8C8C00'];
  const lines = data.spread
    .filter(({ name }) => name === measure)
    .slice(0, 14)
    .map(({ of, n, points }, i) => {
      const values = points.map(([x, y]) => ({ x, y }));
      const dash = i < tones.length ? [] : [5, 3];
      const more = {
        showLine: true,
        pointRadius: 0,
        borderWidth: i === 0 ? 3 : 1.5,
        borderDash: dash,
      };
      return line(`${of} (${n})`, values, tones[i % tones.length] ?? '#2f7fc1', more);
    });
  const percent = axis('% took no longer', { min: 0, max: 100 });
  draw('spread', 'scatter', lines, axis('seconds', { beginAtZero: true }), percent);
}

/** A row for each rep: pale while online, the stronger the more of the capacity is held. */
function drawHeat(data: ChartData, { colour }: Tools, page: Page, viewer: Viewer): void {
  const canvas = page.getElementById('heat');
  if (canvas === null || data.reps.length === 0) return;
  const tall = data.reps.length > 60 ? 6 : 16;
  const width = Math.max(280, canvas.clientWidth);
  const gutter = Math.min(116, width / 3);
  const ratio = viewer.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = data.reps.length * tall * ratio;
  canvas.style.height = `${data.reps.length * tall}px`;
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '12px system-ui, sans-serif';
  pen.textBaseline = 'middle';
  const step = (width - gutter) / data.times.length;
  const [ink, accent, bad] = [colour('soft'), colour('accent'), colour('bad')];
  for (const [row, { rep, capacity, online, held }] of data.reps.entries()) {
    const y = row * tall;
    pen.globalAlpha = 1;
    pen.fillStyle = ink;
    if (tall > 10 || row % 3 === 0) pen.fillText(rep, 0, y + tall / 2, gutter - 8);
    for (const [i, share] of online.entries()) {
      if (share === null || share === 0) continue;
      const load = capacity > 0 ? (held[i] ?? 0) / 10 / capacity : 0;
      pen.globalAlpha = 0.12 + 0.88 * Math.min(1, load);
      pen.fillStyle = load > 1.02 ? bad : accent;
      pen.fillRect(gutter + i * step, y, step + 0.4, tall - 1);
    }
  }
}

function tellHeat(data: ChartData, page: Page, { clientX, clientY }: Pointer): void {
  const canvas = page.getElementById('heat');
  const hint = page.getElementById('heat-hint');
  if (canvas === null || hint === null) return;
  const { left, top, width } = canvas.getBoundingClientRect();
  const gutter = Math.min(116, width / 3);
  const row = data.reps[Math.floor((clientY - top) / (data.reps.length > 60 ? 6 : 16))];
  const i = Math.floor((clientX - left - gutter) / ((width - gutter) / data.times.length));
  const share = row?.online[i];
  if (row === undefined || share === undefined) return;
  const held = (row.held[i] ?? 0) / 10;
  const load = share ? `online ${share} % of it, ${held} of ${row.capacity} units` : 'offline';
  hint.textContent = `${row.rep}, ${data.times[i]}: ${load}`;
}

function client(data: ChartData, Chart: ChartMaker, page: Page, viewer: Viewer): void {
  const tools = createTools(data, Chart, page, viewer);
  const latency = () => drawLatency(data, tools, page);
  const spread = () => drawSpread(data, tools, page);
  const heat = () => drawHeat(data, tools, page, viewer);
  const all = () => {
    drawTrends(data, tools);
    latency();
    spread();
    heat();
  };
  page.getElementById('latency-of')?.addEventListener('change', latency);
  page.getElementById('spread-of')?.addEventListener('change', spread);
  page.getElementById('heat')?.addEventListener('mousemove', (at) => tellHeat(data, page, at));
  viewer.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
  viewer.addEventListener('resize', heat);
  all();
}
