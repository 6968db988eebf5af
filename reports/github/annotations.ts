/**
 * GitHub's workflow commands: an annotation at the line of each broken budget (ten of a kind are
 * shown for each step), the step's summary, and `verdict` as its output.
 */
import { appendFile } from 'node:fs/promises';
import { inUnit, points } from '../console/format.ts';
import { renderMarkdown } from '../markdown/markdown.ts';
import type { Reporter } from '../reporter.ts';
import type { BudgetVerdict, RunResult } from '../result.ts';

export interface GithubStep {
  /** To the log of the step, where GitHub reads annotations. */
  write(text: string): void;
  /** `GITHUB_STEP_SUMMARY`. */
  readonly summaryFile?: string;
  /** `GITHUB_OUTPUT`. */
  readonly outputFile?: string;
}

export function createGithubReporter({ write, summaryFile, outputFile }: GithubStep): Reporter {
  return {
    name: 'github',
    async report(result) {
      write(renderAnnotations(result));
      if (summaryFile !== undefined) await appendFile(summaryFile, renderMarkdown(result));
      if (outputFile !== undefined) await appendFile(outputFile, `verdict=${result.verdict}\n`);
      return undefined;
    },
  };
}

export function renderAnnotations(result: RunResult): string {
  const { scenario, budgets, invariants, partial } = result;
  const at = (line: number, title: string, message: string) =>
    `::error file=${property(scenario.file)},line=${line},title=${property(title)}::` +
    `${data(message)}\n`;
  return [
    ...budgets.filter(({ ok }) => !ok).map((one) => at(one.line, one.text, broken(one))),
    ...invariants.map((rule) => at(1, 'The router broke its own rules', rule)),
    ...(partial === undefined ? [] : [at(1, 'The run is not whole', partial)]),
  ].join('');
}

function broken({ measured, bound, unit, margin, reason }: BudgetVerdict): string {
  if (measured === null || margin === null) return reason ?? 'no data';
  const by = points(Math.abs(margin), unit);
  return `measured ${inUnit(measured, unit)}, bound ${inUnit(bound, unit)}: misses it by ${by}`;
}

const data = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
