/**
 * `rehearse merge LOG...`: the logs of all k6 instances that ran an exported script become one
 * result with one verdict.
 */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandModule } from 'yargs';
import { createConsoleReporter } from '../../reports/console/console.ts';
import { createJsonReporter } from '../../reports/json/json.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { createMerge, type Merge, type Merged } from '../k6/merge.ts';
import { notesIn } from '../k6/notes.ts';
import { resultOf } from '../k6/verdict.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { prepareFolder, reason } from './out-folder.ts';
import { NO_PICTURES } from './report.ts';
import { REPORT_OPTIONS, type ReportArguments, reportersOf } from './reports.ts';

interface Arguments extends ReportArguments {
  readonly logs: readonly string[];
  readonly out: string | undefined;
}

export const MERGE_OPTIONS = {
  out: {
    describe: 'folder for result.json; absent: rehearsal-out/<scenario>',
    type: 'string',
    default: undefined,
  },
  ...REPORT_OPTIONS,
} as const;

export function mergeCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: 'merge <logs..>',
    describe: 'Put the logs of k6 instances together: one result, one verdict',
    builder: (yargs) =>
      yargs
        .positional('logs', {
          describe: "k6's logs, or folders of them",
          type: 'string',
          array: true,
          demandOption: true,
        })
        .options(MERGE_OPTIONS),
    async handler(args) {
      const merged = await readAll(args.logs, terminal);
      const { recording, instances } = merged;
      const folder = args.out ?? join('rehearsal-out', recording.scenario.name);
      prepareFolder(folder);
      const meta = { rehearsal: VERSION, recording: recording.id, instances: instances.length };
      const result = resultOf(merged, meta);
      const resultPath = await createJsonReporter(folder).report(result);
      const { out: write, colour } = terminal;
      const path = resultPath === undefined ? {} : { resultPath };
      await createConsoleReporter({ write, colour, ...path }).report(result);
      for (const reporter of reportersOf(args, folder, terminal)) {
        const written = await reporter.report(result);
        if (written !== undefined) write(`${reporter.name}: ${written}\n`);
        else if (reporter.name === 'png') terminal.err(NO_PICTURES);
      }
      exit(result.verdict === 'pass' ? EXIT.pass : EXIT.budgetMissed);
    },
  };
}

/** Throws `Obstacle` for what is nothing that could be put together. */
async function readAll(paths: readonly string[], { err }: Terminal): Promise<Merged> {
  const merge = createMerge();
  let found = 0;
  for (const path of paths) {
    let here = 0;
    for (const file of filesOf(path)) {
      const { notes, damaged } = await read(file, merge);
      here += notes + damaged;
      if (damaged === 0) continue;
      const lines = damaged === 1 ? '1 line is damaged' : `${damaged} lines are damaged`;
      err(`warning: ${file}: ${lines}; were long lines cut?\n`);
    }
    if (here === 0) err(`warning: ${path}: ${NOTHING}\n`);
    found += here;
  }
  if (found === 0) {
    throw new Obstacle(EXIT.invalidInput, `rehearse: ${paths.join(', ')}: ${EXPECTED}`);
  }
  const merged = merge.finish();
  if (!('error' in merged)) return merged;
  throw new Obstacle(EXIT.invalidInput, `rehearse: ${paths.join(', ')}: ${merged.error}.`);
}

const NOTHING = "no line in it begins with 'rehearsal-k6'.";
const EXPECTED =
  'expected logs of `k6 run rehearsal.ts`, the script of `rehearse export k6`; no line has ' +
  "'rehearsal-k6' in it. Without --log-output=none k6 writes them to standard error.";

function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  } catch (error) {
    throw new Obstacle(EXIT.invalidInput, `rehearse: ${path}: ${reason(error)}.`);
  }
}

async function read(file: string, merge: Merge): Promise<{ notes: number; damaged: number }> {
  const counts = { notes: 0, damaged: 0 };
  const stream = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      for (const note of notesIn(line)) {
        if (note === undefined) counts.damaged += 1;
        else {
          counts.notes += 1;
          merge.add(note, file);
        }
      }
    }
  } catch (error) {
    throw new Obstacle(EXIT.invalidInput, `rehearse: ${file}: ${reason(error)}.`);
  }
  return counts;
}
