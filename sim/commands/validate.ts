/** `rehearse validate SCENARIO...`: checks the files and says what is wrong, without a run. */
import type { CommandModule } from 'yargs';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { load } from './load.ts';
import { openTarget, TARGET_OPTIONS, type TargetArguments } from './target.ts';

interface ValidateArguments extends TargetArguments {
  readonly scenarios: readonly string[];
}

export function validateCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, ValidateArguments> {
  return {
    command: 'validate <scenarios..>',
    describe: 'Check scenario files and the orgs they name',
    builder: (yargs) =>
      yargs
        .positional('scenarios', {
          describe: 'Scenario files',
          type: 'string',
          array: true,
          demandOption: true,
        })
        .options(TARGET_OPTIONS),
    handler({ scenarios, target }) {
      for (const { plan } of load(scenarios, undefined, openTarget({ target }, terminal))) {
        const { channels, queues, reps } = plan.org;
        const people = Object.values(reps).reduce((sum, { count }) => sum + count, 0);
        const parts = [
          `${Object.keys(channels).length} channels`,
          `${Object.keys(queues).length} queues`,
          `${people} reps`,
          `${plan.scripts.length} customer scripts`,
          `${plan.budgets.length} budgets`,
        ];
        for (const warning of plan.warnings) terminal.err(`warning: ${warning}\n`);
        terminal.out(`${plan.file}: ok (${parts.join(', ')})\n`);
      }
      exit(EXIT.pass);
    },
  };
}
