/**
 * `rehearse export k6 SCENARIO --out DIR --target URL`: the scenario's webhooks as a k6 script that
 * needs nothing else, for one machine or many.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { guide, testRun } from '../k6/operator.ts';
import { REPLAYABLE, type RecordedWebhook, recordWebhooks } from '../k6/record.ts';
import { recordingOf } from '../k6/recording.ts';
import { k6Script } from '../k6/script.ts';
import { withWarmUp } from '../replications/warm-up.ts';
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
  machines: { describe: 'that share the webhooks', type: 'number', default: 2 },
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
      const plan = await withWarmUp(loaded.plan);
      prepareFolder(out);
      const { webhooks, leftOut } = await recordWebhooks(plan, target, Date.now());
      if (leftOut.length > 0) {
        const kinds = REPLAYABLE.join(', ');
        terminal.err(`warning: left out ${leftOut.join(', ')}: only ${kinds} can be replayed.\n`);
      }
      if (webhooks.length === 0) {
        const text = plan.wire ? 'no webhook that can be replayed' : 'wire: false, so no webhooks';
        throw new Obstacle(EXIT.invalidInput, `${scenario}: ${text}.`);
      }
      const parts = { target: target.replace(/\/$/, ''), machines, webhooks };
      const recording = recordingOf(plan, parts);
      const bytes = writeWebhooks(join(out, 'webhooks.json'), webhooks);
      const files = {
        'rehearsal.ts': k6Script(recording),
        'recording.json': `${JSON.stringify(recording, null, 2)}\n`,
        'testrun.yaml': testRun(recording, bytes),
        'README.md': guide(recording, bytes),
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
      const { count } = recording;
      terminal.out(`${count} webhooks in ${out}: k6 run ${join(out, 'rehearsal.ts')}\n`);
      exit(EXIT.pass);
    },
  };
}

/** One by one: all together may be more than a string can hold. How many bytes. */
function writeWebhooks(file: string, webhooks: readonly RecordedWebhook[]): number {
  const to = openSync(file, 'w');
  let bytes = 0;
  for (const [i, webhook] of webhooks.entries()) {
    bytes += writeSync(to, `${i === 0 ? '[' : ','}\n${JSON.stringify(webhook)}`);
  }
  bytes += writeSync(to, '\n]\n');
  closeSync(to);
  return bytes;
}

function checkArguments({ target, machines, seed }: Arguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  if (!/^https?:\/\/[^/\s]+\/?$/.test(target) || !URL.canParse(target)) {
    wrong('--target takes an http(s) address without a path: http://127.0.0.1:4000.');
  }
  if (!(Number.isInteger(machines) && machines >= 1 && machines <= 1000)) {
    wrong('--machines takes a whole number from 1 to 1000.');
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  return true;
}
