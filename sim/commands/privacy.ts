/**
 * `rehearse privacy export|erase`: hands out, or forgets, all that is held about an end user or a
 * person, in a store and in a facts file.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import type { SessionStore } from '../../src/ports.ts';
import type { EndUserRecord } from '../../src/records.ts';
import { openStore, STORE_EXAMPLES } from '../../src/stores/open.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { factsOf, learnToForget, linesOf } from '../forget.ts';
import type { Terminal } from '../terminal.ts';
import { reason } from './out-folder.ts';

type Act = 'export' | 'erase';

interface PrivacyArguments {
  readonly act: Act;
  readonly store: string | undefined;
  readonly of: string | undefined;
  readonly person: string | undefined;
  readonly facts: string | undefined;
}

export const PRIVACY_OPTIONS = {
  of: { describe: 'an end user, as CHANNEL:ADDRESS', type: 'string', default: undefined },
  person: { describe: "a person: a customer record's id", type: 'string', default: undefined },
  store: { describe: `where sessions live: ${STORE_EXAMPLES}`, type: 'string', default: undefined },
  facts: { describe: 'a facts file (run --facts)', type: 'string', default: undefined },
} as const;

export function privacyCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, PrivacyArguments> {
  return {
    command: 'privacy <act>',
    describe: 'Hand out, or forget, all that is held about an end user or a person',
    builder: (yargs) =>
      yargs
        .positional('act', {
          describe: 'export or erase',
          choices: ['export', 'erase'] as const,
          demandOption: true,
        })
        .options(PRIVACY_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const store = args.store === undefined ? undefined : await openStore(args.store);
      try {
        const held = store === undefined ? [] : await recordsIn(store, args);
        const keys = new Set(held.map(({ endUser }) => endUser.key));
        if (args.of !== undefined) keys.add(args.of);
        await (args.act === 'export' ? hand : erase)({ held, keys, store, args, terminal });
      } finally {
        await store?.close();
      }
      exit(EXIT.pass);
    },
  };
}

function checkArguments({ of, person, store, facts }: PrivacyArguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  if ((of === undefined) === (person === undefined)) {
    wrong('say whose: --of CHANNEL:ADDRESS, or --person ID.');
  }
  if (of !== undefined && !/^[^:]+:./.test(of)) wrong('--of takes CHANNEL:ADDRESS.');
  if (store === undefined && facts === undefined) wrong('say where: --store, --facts, or both.');
  if (store === undefined && person !== undefined) {
    wrong('--person needs --store: facts know addresses only.');
  }
  return true;
}

async function recordsIn(
  store: SessionStore,
  { of, person }: PrivacyArguments,
): Promise<readonly EndUserRecord[]> {
  // Open sessions and opt-outs have no end, and what may be forgotten is held until it is.
  const now = Number.NEGATIVE_INFINITY;
  const one = of === undefined ? undefined : await store.load(of, now);
  const found = person === undefined ? [one] : await store.ofPerson(person, now);
  const records: EndUserRecord[] = [];
  for (const endUser of found) {
    if (endUser === undefined) continue;
    records.push({ endUser, entries: await store.history(endUser.key) });
  }
  return records;
}

interface Case {
  readonly held: readonly EndUserRecord[];
  readonly keys: ReadonlySet<string>;
  readonly store: SessionStore | undefined;
  readonly args: PrivacyArguments;
  readonly terminal: Terminal;
}

async function hand({ held, keys, args, terminal }: Case): Promise<void> {
  const facts =
    args.facts === undefined
      ? []
      : await readable(args.facts, () => factsOf(args.facts ?? '', keys));
  terminal.out(`${JSON.stringify({ endUsers: held, facts }, undefined, 2)}\n`);
}

async function erase({ held, keys, store, args, terminal }: Case): Promise<void> {
  const { facts } = args;
  if (facts !== undefined) {
    const changed = await readable(facts, () => rewrite(facts, keys));
    terminal.out(`${facts}: ${changed} facts rewritten; they give the same measures.\n`);
  }
  if (store === undefined) return;
  let entries = 0;
  for (const { endUser, entries: all } of held) {
    entries += all.length;
    await store.erase(endUser.key);
  }
  terminal.out(`${args.store}: ${held.length} end users and ${entries} entries erased.\n`);
}

/** All or nothing: the file is replaced when the new one is whole. */
async function rewrite(file: string, keys: ReadonlySet<string>): Promise<number> {
  const forgetting = await learnToForget(file, keys);
  const next = `${file}.erasing`;
  try {
    writeFileSync(next, '');
    let block = '';
    for await (const line of linesOf(file)) {
      block += `${forgetting.rewrite(line)}\n`;
      if (block.length < 1 << 16) continue;
      writeFileSync(next, block, { flag: 'a' });
      block = '';
    }
    writeFileSync(next, block, { flag: 'a' });
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
  return forgetting.changed();
}

async function readable<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no facts file' : reason(error);
    throw new Obstacle(EXIT.invalidInput, `can't forget in ${file}: ${why}. Nothing was changed.`);
  }
}
