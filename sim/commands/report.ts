/** `rehearse report result.json --html`: any report, later, from a saved result. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import { createConsoleReporter } from '../../reports/console/console.ts';
import { type RunResult, runResultSchema } from '../../reports/result.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { prepareFolder, reason } from './out-folder.ts';
import { REPORT_OPTIONS, type ReportArguments, reportersOf } from './reports.ts';

interface Arguments extends ReportArguments {
  readonly result: string;
  readonly out: string | undefined;
}

export const REPORT_COMMAND_OPTIONS = {
  ...REPORT_OPTIONS,
  out: { describe: "folder; absent: the result's own", type: 'string', default: undefined },
} as const;

export function reportCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: 'report <result>',
    describe: 'Make reports from a result.json',
    builder: (yargs) =>
      yargs
        .positional('result', { describe: 'A result.json', type: 'string', demandOption: true })
        .options(REPORT_COMMAND_OPTIONS),
    async handler(args) {
      const result = readResult(args.result);
      const folder = args.out ?? dirname(args.result);
      const reporters = reportersOf(args, folder, terminal);
      if (reporters.length === 0) {
        await createConsoleReporter({ write: terminal.out, colour: terminal.colour }).report(
          result,
        );
      } else {
        prepareFolder(folder);
      }
      for (const reporter of reporters) {
        const path = await reporter.report(result);
        if (path !== undefined) terminal.out(`${reporter.name}: ${path}\n`);
        else if (reporter.name === 'png') terminal.err(NO_PICTURES);
      }
      exit(EXIT.pass);
    },
  };
}

export const NO_PICTURES =
  "No pictures: the optional package chartjs-node-canvas, or its 'canvas', is not installed.\n";

/** Throws `Obstacle` for what is no result of this version. */
export function readResult(file: string): RunResult {
  const wrong = (message: string) => new Obstacle(EXIT.invalidInput, `${file}: ${message}`);
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof SyntaxError ? `is no JSON: ${error.message}` : reason(error));
  }
  const { version } = (read ?? {}) as { version?: unknown };
  if (version !== 1) throw wrong(`expected a result of version 1, found ${version ?? 'none'}.`);
  const parsed = runResultSchema.safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw wrong(`is no result: ${at}: ${issue?.message}. Was it made by another build? Run again.`);
}
