/** Which reports a command writes beside the summary on the terminal. */
import { createCsvReporter } from '../../reports/csv/measures.ts';
import { createGithubReporter } from '../../reports/github/annotations.ts';
import { createHtmlReporter } from '../../reports/html/html.ts';
import { createJunitReporter } from '../../reports/junit/junit.ts';
import { createMarkdownReporter } from '../../reports/markdown/markdown.ts';
import { createPngReporter } from '../../reports/png/run.ts';
import type { Reporter } from '../../reports/reporter.ts';
import type { Terminal } from '../terminal.ts';

const flag = (describe: string, usual = false) => {
  return { describe, type: 'boolean', default: usual } as const;
};

export const REPORT_OPTIONS = {
  html: flag('report.html: one page that opens from disk'),
  markdown: flag('report.md: for a comment on a pull request'),
  junit: flag('junit.xml: a test case for each budget and expectation'),
  csv: flag('measures.csv: every measure'),
  png: flag('pictures of latency, load and reps'),
  github: flag("GitHub's annotations, step summary and output"),
} as const;

export type ReportArguments = Readonly<Record<keyof typeof REPORT_OPTIONS, boolean>>;

export function reportersOf(
  asked: ReportArguments,
  folder: string,
  { out: write, github }: Terminal,
): readonly Reporter[] {
  const makers: Readonly<Record<keyof ReportArguments, () => Reporter>> = {
    html: () => createHtmlReporter(folder),
    markdown: () => createMarkdownReporter(folder),
    junit: () => createJunitReporter(folder),
    csv: () => createCsvReporter(folder),
    png: () => createPngReporter(folder),
    github: () => createGithubReporter({ write, ...github }),
  };
  const names = Object.keys(makers) as (keyof ReportArguments)[];
  return names.filter((name) => asked[name]).map((name) => makers[name]());
}
