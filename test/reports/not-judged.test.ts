/** Budgets that could not be judged: in every report, and in none of them kept or broken. */
import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../reports/console/summary.ts';
import { renderAnnotations } from '../../reports/github/annotations.ts';
import { renderHtml } from '../../reports/html/html.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import { runResultSchema } from '../../reports/result.ts';
import { summarise } from './build.ts';

const reason = 'not judged: k6 alone does not see speedToAnswer';
const result = {
  ...summarise([], { budgets: [{ text: 'count(webhooks) < 9', line: 3 }] }),
  notJudged: [{ text: 'p95(speedToAnswer) < 30s', line: 4, reason }],
};

describe('a budget that was not judged', () => {
  it('has a place in results', () => {
    expect(runResultSchema.parse(result)).toEqual(result);
    expect(result.verdict).toBe('pass');
  });

  it('is named on the terminal, also in the verdict', () => {
    const text = renderSummary(result, { colour: false });
    expect(text).toContain(`  - p95(speedToAnswer) < 30s\n    ${reason}\n`);
    expect(text).toContain('PASS  1 budget kept, 1 not judged');
    const alone = renderSummary({ ...result, budgets: [] }, { colour: false });
    expect(alone).toContain('PASS  no budgets, 1 not judged');
  });

  it('is skipped in JUnit', () => {
    const xml = renderJunit(result);
    expect(xml).toContain('tests="4" failures="0" errors="0" skipped="1"');
    expect(xml).toContain(`<skipped message="${reason}" type="budgets">${reason}</skipped>`);
  });

  it('is told of in Markdown and on the page, and is no annotation', () => {
    expect(renderMarkdown(result)).toContain('`p95(speedToAnswer) < 30s`: not judged: k6 alone');
    expect(renderMarkdown(result)).toContain('1 of 1 budgets kept');
    expect(renderHtml(result)).toContain('p95(speedToAnswer) &lt; 30s</code>: not judged: k6');
    expect(renderAnnotations(result)).toBe('');
  });
});
