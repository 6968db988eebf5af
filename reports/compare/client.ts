/** Charts of two runs laid over each other, in the reader's browser; see `html/client.ts`. */
import { createTools, type Tools, type Viewer } from '../html/client.ts';
import type { ChartData } from '../html/data.ts';

interface Both {
  readonly base: ChartData;
  readonly next: ChartData;
}

/** The script of the page: `data` is the id of the element with the data. */
export function overlayScript(data: string): string {
  const call =
    `const both = JSON.parse(document.getElementById('${data}').textContent);\n` +
    'overlay(both, createTools(both.next, Chart, document, window), window);';
  return [createTools, overlay].map(String).concat(call).join('\n');
}

function overlay({ base, next }: Both, { draw, line, axis }: Tools, viewer: Viewer): void {
  const two = (before: readonly unknown[], after: readonly unknown[], more: object = {}) => [
    line('new', after, '#2f7fc1', more),
    line('base', before, '#D55E00', { ...more, borderDash: [6, 3] }),
  ];
  const answers = ({ overTime }: ChartData) =>
    overTime.find(({ name }) => name === 'speedToAnswer')?.p95 ?? [];
  const spread = ({ spread: all }: ChartData) =>
    all
      .find(({ name, of }) => name === 'speedToAnswer' && of === 'everything')
      ?.points.map(([x, y]) => ({ x, y })) ?? [];
  const zero = { beginAtZero: true };
  const all = () => {
    const dots = { pointRadius: 2 };
    draw(
      'answer',
      'line',
      two(answers(base), answers(next), dots),
      axis(''),
      axis('seconds', zero),
    );
    const shares = axis('% took no longer', { min: 0, max: 100 });
    const curves = two(spread(base), spread(next), { showLine: true });
    draw('spread', 'scatter', curves, axis('seconds', zero), shares);
    const backlog = two(base.backlog.mean, next.backlog.mean);
    draw('backlog', 'line', backlog, axis(''), axis('work items', zero));
    draw('busy', 'line', two(base.staff.busy, next.staff.busy), axis(''), axis('reps', zero));
  };
  viewer.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
  all();
}
