/** A comparison for a comment on a pull request. */
import { inUnit } from '../console/format.ts';
import { cell } from '../markdown/markdown.ts';
import { type Comparison, isWorse } from './compare.ts';
import { differenceOf, howJudged, important, intervalOf } from './console.ts';

const MARKS = {
  ...{ worse: '❌', better: '✅', changed: '🔸', same: '➖', unclear: '❔' },
} as const;
/** A comment has its limits. */
const SHOWN = 60;

export function comparisonMarkdown(comparison: Comparison): string {
  const { base, next, lines, newlyBroken, kind } = comparison;
  const verdict = isWorse(comparison)
    ? '❌ worse'
    : kind === 'too few'
      ? '❔ not known'
      : '✅ not worse';
  const rows = important(lines)
    .slice(0, SHOWN)
    .map((line) => {
      const { measure, unit } = line;
      const values = [inUnit(line.base, unit), inUnit(line.next, unit), differenceOf(line)];
      const cells = [MARKS[line.verdict], `\`${measure}\``, ...values, intervalOf(line)];
      return `| ${cells.join(' | ')} |`;
    });
  return [
    `### ${verdict}: ${cell(next.name)} against ${cell(base.name)}`,
    '',
    howJudged(comparison),
    '',
    ...newlyBroken.map((text) => `- ❌ kept before, broken now: \`${text.replaceAll('`', "'")}\``),
    ...(newlyBroken.length > 0 ? [''] : []),
    '| | measure | base | new | difference | 95 % interval |',
    '| --- | --- | ---: | ---: | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
}
