/** `rehearse compare base.json new.json`: did it get worse, and how sure is that? */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { compare, isWorse } from '../../reports/compare/compare.ts';
import { renderComparison } from '../../reports/compare/console.ts';
import { comparisonHtml } from '../../reports/compare/html.ts';
import { comparisonMarkdown } from '../../reports/compare/markdown.ts';
import { readingsOf } from '../../reports/compare/readings.ts';
import { createPaint } from '../../reports/console/paint.ts';
import { toJson } from '../../reports/json/json.ts';
import type { RunResult } from '../../reports/result.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { hint } from '../scenario/complaints.ts';
import type { Terminal } from '../terminal.ts';
import { prepareFolder } from './out-folder.ts';
import { readResult } from './report.ts';

interface Arguments {
  readonly base: string;
  readonly next: string;
  readonly gate: readonly string[];
  readonly by: number;
  readonly out: string | undefined;
  readonly html: boolean;
  readonly markdown: boolean;
}

const GATES = [
  ...['p95(speedToAnswer)', 'p95(firstReply)', 'p95(webhookToReply)', 'serviceLevel(60s)'],
  'abandonment',
];

export const COMPARE_OPTIONS = {
  gate: {
    describe: `measures that may fail it; absent: ${GATES.join(', ')}`,
    type: 'string',
    array: true,
    default: [] as string[],
  },
  by: {
    describe: 'how much worse is too much: per cent, of shares points',
    type: 'number',
    default: 5,
  },
  out: { describe: 'folder for the files', type: 'string', default: undefined },
  html: { describe: 'compare.html, charts laid over each other', type: 'boolean', default: false },
  markdown: { describe: 'compare.md, for a comment', type: 'boolean', default: false },
} as const;

export function compareCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: 'compare <base> <next>',
    describe: 'Compare two results, or two folders of results',
    builder: (yargs) =>
      yargs
        .positional('base', {
          describe: 'A result.json, or a folder of several runs',
          type: 'string',
          demandOption: true,
        })
        .positional('next', {
          describe: 'The same of what is new',
          type: 'string',
          demandOption: true,
        })
        .options(COMPARE_OPTIONS),
    handler({ base: baseFile, next: nextFile, gate, by, ...args }) {
      if (!(by >= 0 && by <= 1000)) {
        throw new Obstacle(EXIT.usage, 'rehearse: --by takes a number from 0 to 1000 (per cent).');
      }
      const [base, next] = [resultsAt(baseFile), resultsAt(nextFile)];
      const gates = gate.length === 0 ? GATES : gate.map((name) => known(name, base));
      const comparison = compare(base, next, { gates, by: by / 100 });
      terminal.out(renderComparison(comparison, createPaint(terminal.colour)));
      const folder = args.out ?? '.';
      const files: [string, string][] = [];
      const [first, second] = [base[0], next[0]];
      if (args.out !== undefined) files.push(['compare.json', toJson(comparison)]);
      if (args.markdown) files.push(['compare.md', comparisonMarkdown(comparison)]);
      if (args.html && first && second) {
        files.push(['compare.html', comparisonHtml(comparison, first, second)]);
      }
      if (files.length > 0) prepareFolder(folder);
      for (const [name, contents] of files) {
        writeFileSync(join(folder, name), contents);
        terminal.out(`${join(folder, name)}\n`);
      }
      exit(isWorse(comparison) ? EXIT.budgetMissed : EXIT.pass);
    },
  };
}

/** A file, or every result.json in a folder and the folders in it. */
function resultsAt(path: string): readonly RunResult[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [readResult(path)];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:^|[\\/])result[^\\/]*\.json$/.test(name))
    .sort();
  if (files.length === 0) {
    throw new Obstacle(EXIT.invalidInput, `${path}: holds no result.json.`);
  }
  return files.map((name) => readResult(join(path, name)));
}

function known(gate: string, [base]: readonly RunResult[]): string {
  const names = base === undefined ? [] : [...readingsOf(base).keys()];
  if (names.includes(gate)) return gate;
  throw new Obstacle(EXIT.usage, `rehearse: --gate: no measure '${gate}'${hint(gate, names, 0)}.`);
}
