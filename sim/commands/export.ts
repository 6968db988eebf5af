/**
 * `rehearse export k6 SCENARIO --out DIR --target URL`: the scenario's webhooks as a k6 script that
 * needs nothing else, for one machine or many.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { REPLAYABLE, recordWebhooks } from '../k6/record.ts';
import { guide, k6Script, testRun, thresholdsOf, vusFor } from '../k6/script.ts';
import type { Terminal } from '../terminal.ts';
import { load } from './load.ts';
import { prepareFolder } from './out-folder.ts';

interface Arguments {
  readonly tool: 'k6';
  readonly scenario: string;
  readonly out: string;
  readonly target: string;
  readonly machines: number;
  readonly seed: number | undefined;
}

export const EXPORT_OPTIONS = {
  out: { describe: 'folder for the files', type: 'string', demandOption: true },
  target: { describe: "the stack's address", type: 'string', default: 'http://127.0.0.1:4000' },
  machines: { describe: 'of k6-operator', type: 'number', default: 2 },
  seed: { describe: "instead of the scenario's own", type: 'number', default: undefined },
} as const;

export function exportCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: 'export <tool> <scenario>',
    describe: 'Write a self-contained load script: export k6',
    builder: (yargs) =>
      yargs
        .positional('tool', { choices: ['k6'] as const, demandOption: true })
        .positional('scenario', { describe: 'A scenario file', type: 'string', demandOption: true })
        .options(EXPORT_OPTIONS)
        .check(checkArguments),
    async handler({ scenario, out, target, machines, seed }) {
      const [loaded] = load([scenario], seed);
      if (loaded === undefined) throw new Error('nothing was loaded');
      const { plan } = loaded;
      prepareFolder(out);
      const { webhooks, leftOut } = await recordWebhooks(plan, target, Date.now());
      if (leftOut.length > 0) {
        const kinds = REPLAYABLE.join(', ');
        terminal.err(`warning: left out ${leftOut.join(', ')}: only ${kinds} can be replayed.\n`);
      }
      const last = webhooks.at(-1);
      if (last === undefined) {
        const text = plan.wire ? 'no webhook that can be replayed' : 'wire: false, so no webhooks';
        throw new Obstacle(EXIT.invalidInput, `${scenario}: ${text}.`);
      }
      const vus = vusFor(webhooks);
      const thresholds = thresholdsOf(plan);
      const count = webhooks.length;
      const options = {
        target: target.replace(/\/$/, ''),
        vus,
        thresholds,
        lastsMs: last.at,
        count,
      };
      const files = {
        'rehearsal.ts': k6Script(plan, options),
        'webhooks.json': `[\n${webhooks.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`,
        'testrun.yaml': testRun(plan, machines),
        'README.md': guide(plan, options),
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
      terminal.out(`${count} webhooks in ${out}: k6 run ${join(out, 'rehearsal.ts')}\n`);
      exit(EXIT.pass);
    },
  };
}

function checkArguments({ target, machines, seed }: Arguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  if (!/^https?:\/\/[^/\s]+/.test(target)) wrong('--target takes an http(s) URL.');
  if (!(Number.isInteger(machines) && machines >= 1 && machines <= 1000)) {
    wrong('--machines takes a whole number from 1 to 1000.');
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  return true;
}
