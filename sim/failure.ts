/** Failures a user can do something about: one paragraph and an exit code, no stack trace. */
import { StackError } from '../src/errors.ts';
import { DeadlockError } from './clock/virtual.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { InputError } from './scenario.ts';

/** Something outside the scenario stands in the way. */
export class Obstacle extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'Obstacle';
    this.exitCode = exitCode;
  }
}

/** The exit code and the text for an error; bugs keep their stack. */
export function explain(error: unknown): { readonly exitCode: ExitCode; readonly text: string } {
  if (error instanceof Obstacle) return { exitCode: error.exitCode, text: error.message };
  if (error instanceof InputError) return { exitCode: EXIT.invalidInput, text: error.message };
  if (error instanceof DeadlockError) return { exitCode: EXIT.deadlock, text: error.message };
  if (error instanceof StackError && isAboutPorts(error)) {
    const advice = 'Choose another with --port, or any free one with --port 0.';
    const text = `${error.message}. ${advice}`;
    return { exitCode: EXIT.cannotListen, text };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.internal, text: `this is a bug in Rehearsal: ${detail}` };
}

function isAboutPorts({ code }: StackError): boolean {
  return code === 'addressInUse' || code === 'addressDenied';
}
