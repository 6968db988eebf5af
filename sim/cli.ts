/**
 * The command line: reads arguments, calls one command, turns what came of it into an exit code.
 * One of the few files that may touch the process.
 */
import yargs from 'yargs';
import { runCommand } from './commands/run.ts';
import { validateCommand } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { explain } from './failure.ts';
import { VERSION } from './version.ts';

/** What a command needs of the process it runs in. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly err: (text: string) => void;
  readonly isTty: boolean;
  readonly colour: boolean;
  readonly columns: number;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly signal: AbortSignal;
}

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  let exitCode: ExitCode = EXIT.usage;
  const terminal = createTerminal();
  const parser = yargs([...argv])
    .scriptName('rehearse')
    .usage('$0 <command>\n\nA soundcheck for customer-messaging channels: one stack, two clocks.')
    .command(runCommand(terminal, (code) => (exitCode = code)))
    .command(validateCommand(terminal, (code) => (exitCode = code)))
    .demandCommand(1, 'Say what to do: rehearse run SCENARIO, for example.')
    .recommendCommands()
    .strict()
    .version(VERSION)
    .wrap(Math.min(100, terminal.columns))
    .exitProcess(false)
    .fail((message, error, usage) => {
      if (error !== undefined && error !== null) throw error;
      terminal.err(`rehearse: ${message}\n`);
      terminal.err(`${usage.help() === undefined ? '' : "See 'rehearse --help'."}\n`);
      exitCode = EXIT.usage;
    });
  try {
    if (argv.includes('--help') || argv.includes('--version')) exitCode = EXIT.pass;
    await parser.parseAsync();
  } catch (error) {
    const failure = explain(error);
    terminal.err(`${failure.text}\n`);
    exitCode = failure.exitCode;
  }
  process.exitCode = exitCode;
}

function createTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // A closed pipe (`| head`) is the reader's choice, not an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.pass);
  });
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTty: stderr.isTTY === true,
    colour: stdout.isTTY === true && env.NO_COLOR === undefined,
    columns: stdout.columns ?? 100,
    signal: controller.signal,
  };
}
