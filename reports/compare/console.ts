/** A comparison on the terminal: what may fail it, what got worse, what else changed. */
import { count, inUnit, type Paint, plain, points } from '../console/format.ts';
import { table } from '../console/table.ts';
import { type Comparison, type ComparisonLine, FEWEST, isWorse } from './compare.ts';

const MARKS = { worse: '✗', better: '✓', changed: '~', same: '=', unclear: '?' } as const;
/** Changes beyond these are in Markdown and HTML. */
const SHOWN = 25;

export function renderComparison(comparison: Comparison, paint: Paint): string {
  const { base, next, lines, newlyBroken, sameFiles } = comparison;
  const shown = important(lines).slice(0, SHOWN);
  const judged = shown.some(({ interval }) => interval !== undefined);
  const { head, body } = table({
    heads: ['', 'base', 'new', 'difference', ...(judged ? ['95 % interval'] : [])],
    rows: shown.map((line) => [
      `${MARKS[line.verdict]} ${line.measure}`,
      inUnit(line.base, line.unit),
      inUnit(line.next, line.unit),
      differenceOf(line),
      ...(judged ? [intervalOf(line)] : []),
    ]),
    nameColumns: 60,
  });
  const hidden = important(lines).length - shown.length;
  const same = lines.filter(({ verdict }) => verdict === 'same').length;
  return [
    `${plain(base.name)} (${runs(base.runs)}) against ${plain(next.name)} (${runs(next.runs)})`,
    howJudged(comparison),
    ...(sameFiles ? [] : ['The scenario, its org or its data are not the same on both sides.']),
    '',
    ...(shown.length === 0 ? [] : [...head, ...body]),
    ...(hidden > 0 ? [`and ${count(hidden)} more`] : []),
    `${count(same)} of ${count(lines.length)} measures are the same.`,
    ...newlyBroken.map((text) => paint('red', `✗ kept before, broken now: ${plain(text)}`)),
    '',
    answer(comparison, paint),
    '',
  ].join('\n');
}

/** What may fail it and what changed; the worse first. */
export function important(lines: readonly ComparisonLine[]): readonly ComparisonLine[] {
  const weight = { worse: 0, better: 1, changed: 2, unclear: 3, same: 4 } as const;
  const large = (line: ComparisonLine) => Math.abs(line.relative ?? 0);
  return lines
    .filter(({ verdict, gates }) => gates || (verdict !== 'same' && verdict !== 'unclear'))
    .toSorted(
      (a, b) =>
        Number(b.gates) - Number(a.gates) ||
        weight[a.verdict] - weight[b.verdict] ||
        large(b) - large(a),
    );
}

export function howJudged({ kind, by }: Comparison): string {
  const large = `at least ${(by * 100).toFixed(0)} %, of shares as many points`;
  if (kind === 'exact')
    return `Same seed in virtual time: every difference is exact. Worse: ${large}.`;
  if (kind === 'too few') {
    return `Too few runs to tell chance from change: at least ${FEWEST} on both sides, 7 are good.`;
  }
  const how = kind === 'paired' ? 'the same seeds, pair by pair' : 'by ranks of whole runs';
  return `Judged ${how}. Worse: p < 0.05, 95 % interval beyond nothing, ${large}.`;
}

export function answer(comparison: Comparison, paint: Paint): string {
  const { kind, lines } = comparison;
  if (isWorse(comparison)) return paint('red', 'WORSE');
  if (kind === 'too few') return paint('yellow', 'NOT KNOWN');
  const better = lines.some(({ gates, verdict }) => gates && verdict === 'better');
  return paint('green', better ? 'BETTER' : 'NOT WORSE');
}

export function differenceOf({ difference, relative, unit }: ComparisonLine): string {
  const sign = difference > 0 ? '+' : '';
  if (unit === 'share') return sign + points(difference, unit);
  const part = relative === null ? '' : ` (${sign}${(relative * 100).toFixed(1)}%)`;
  return `${sign}${inUnit(difference, unit)}${part}`;
}

export function intervalOf({ interval, unit }: ComparisonLine): string {
  if (interval === undefined) return '';
  const [low, high] = interval.map((end) =>
    unit === 'share' ? `${(end * 100).toFixed(1)}` : inUnit(end, unit),
  );
  return `${low} to ${high}`;
}

const runs = (n: number) => `${count(n)} ${n === 1 ? 'run' : 'runs'}`;
