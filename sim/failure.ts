/** Failures a user can do something about: one paragraph and an exit code, no stack trace. */
import { type ErrorCode, StackError } from '../src/errors.ts';
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
  if (error instanceof StackError && error.code in STORE_TROUBLE) {
    return {
      exitCode: EXIT.store,
      text: `the store: ${error.message}. ${STORE_TROUBLE[error.code]}`,
    };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.internal, text: `this is a bug in Rehearsal: ${detail}` };
}

/** What to do about it. */
const STORE_TROUBLE: Partial<Record<ErrorCode, string>> = {
  unknownStore: 'Stores are memory, sqlite:FILE, redis://HOST:PORT.',
  storeUnavailable: 'Is it running, and the address right?',
  storeFull: 'Make room; what was saved before is there.',
  storeInUse: 'A sqlite file serves one process; several share a redis:// store.',
  storeDenied: 'Check name and password, or the permissions of file and folder.',
  storeCorrupt: 'Nothing was changed; take another file, or a backup of this one.',
  storeNewer: 'Nothing was changed; use the newer version.',
};

function isAboutPorts({ code }: StackError): boolean {
  return code === 'addressInUse' || code === 'addressDenied';
}
