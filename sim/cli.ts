/**
 * The command line: reads arguments, calls one command, turns what came of it into an exit code.
 * One of the few files that may touch the process.
 */
import yargs from 'yargs';
import { COMPARE_OPTIONS, compareCommand } from './commands/compare.ts';
import { EXPLAIN_OPTIONS, explainCommand } from './commands/explain.ts';
import { EXPORT_OPTIONS, exportCommand } from './commands/export.ts';
import { INIT_OPTIONS, initCommand } from './commands/init.ts';
import { limitCommand } from './commands/limit.ts';
import { LIMIT_OPTIONS } from './commands/limit-options.ts';
import { MERGE_OPTIONS, mergeCommand } from './commands/merge.ts';
import { PRIVACY_OPTIONS, privacyCommand } from './commands/privacy.ts';
import { PROVIDERS_OPTIONS, providersCommand } from './commands/providers.ts';
import { REPORT_COMMAND_OPTIONS, reportCommand } from './commands/report.ts';
import { RUN_OPTIONS, runCommand } from './commands/run.ts';
import { STACK_OPTIONS, stackCommand } from './commands/stack.ts';
import { STAFF_OPTIONS, staffCommand } from './commands/staff.ts';
import { SWEEP_OPTIONS, sweepCommand } from './commands/sweep.ts';
import { validateCommand } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { explain, Obstacle } from './failure.ts';
import { nearest } from './scenario/complaints.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  let exitCode: ExitCode = EXIT.pass;
  const terminal = createTerminal();
  const exit = (code: ExitCode) => {
    exitCode = code;
  };
  const parser = yargs([...argv])
    .scriptName('rehearse')
    .usage('$0 <command>\n\nA soundcheck for customer-messaging channels: one stack, two clocks.')
    .command(runCommand(terminal, exit))
    .command(initCommand(terminal, exit))
    .command(validateCommand(terminal, exit))
    .command(explainCommand(terminal, exit))
    .command(providersCommand(terminal, exit))
    .command(staffCommand(terminal, exit))
    .command(reportCommand(terminal, exit))
    .command(compareCommand(terminal, exit))
    .command(exportCommand(terminal, exit))
    .command(mergeCommand(terminal, exit))
    .command(sweepCommand(terminal, exit))
    .command(limitCommand(terminal, exit))
    .command(stackCommand(terminal, exit))
    .command(privacyCommand(terminal, exit))
    .demandCommand(1, 'Say what to do: rehearse run SCENARIO, for example.')
    .strict()
    .version(VERSION)
    .wrap(Math.min(100, terminal.columns))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Obstacle(EXIT.usage, complain(message));
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    const failure = explain(error);
    terminal.err(`${failure.text}\n`);
    exitCode = failure.exitCode;
  }
  process.exitCode = exitCode;
}

const COMMANDS = [
  ...['run', 'init', 'validate', 'report', 'compare', 'explain', 'providers', 'staff', 'sweep'],
  ...['stack', 'privacy', 'export', 'limit', 'merge'],
];
const OPTIONS = [
  RUN_OPTIONS,
  PROVIDERS_OPTIONS,
  EXPLAIN_OPTIONS,
  STACK_OPTIONS,
  PRIVACY_OPTIONS,
  STAFF_OPTIONS,
  SWEEP_OPTIONS,
  REPORT_COMMAND_OPTIONS,
  COMPARE_OPTIONS,
  INIT_OPTIONS,
  EXPORT_OPTIONS,
  LIMIT_OPTIONS,
  MERGE_OPTIONS,
].flatMap(Object.keys);
const WORDS = [...COMMANDS, 'help', 'version', ...OPTIONS];

/** What yargs has to say, with the nearest right words. */
function complain(message: string): string {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ') ?? [];
  const near = unknown.map((word) => nearest(word, WORDS)).find((word) => word !== undefined);
  const suggestion = near === undefined ? '' : `; did you mean '${near}'?`;
  return `rehearse: ${message.trim()}${suggestion}\nSee 'rehearse --help'.`;
}

/** One Ctrl-C may arrive more than once: from the terminal, npx and the launcher. */
const ONE_INTERRUPT_MS = 500;

function createTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const controller = new AbortController();
  let interruptedAt: number | undefined;
  const interrupt = () => {
    const now = performance.now();
    interruptedAt ??= now;
    if (now - interruptedAt > ONE_INTERRUPT_MS) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // A closed pipe (`| head`) is the reader's choice; the run, its files and its verdict go on.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTty: stderr.isTTY === true,
    colour: stdout.isTTY === true && env.NO_COLOR === undefined,
    columns: stdout.columns ?? 100,
    signal: controller.signal,
    k6: env.REHEARSE_K6,
    env,
    github: {
      ...(env.GITHUB_STEP_SUMMARY && { summaryFile: env.GITHUB_STEP_SUMMARY }),
      ...(env.GITHUB_OUTPUT && { outputFile: env.GITHUB_OUTPUT }),
    },
  };
}
