/** `rehearse explain FILE --work ID`: why a work item went to whom it went, when it did. */
import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import type { CommandModule } from 'yargs';
import type { Paint } from '../../reports/console/format.ts';
import type { Fact } from '../../src/facts.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { routingOf } from '../explain/replay.ts';
import { createStoryteller, type Storyteller } from '../explain/story.ts';
import { renderStory } from '../explain/text.ts';
import type { FactsHeader } from '../facts-file.ts';
import { Obstacle } from '../failure.ts';
import { runPlan } from '../run.ts';
import { loadPlan } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import { reason } from './out-folder.ts';

interface ExplainArguments {
  readonly file: string;
  readonly work: string;
}

export const EXPLAIN_OPTIONS = {
  work: {
    describe: 'the work item (W12) or session (S12) to explain',
    type: 'string',
    demandOption: true,
  },
} as const;

export function explainCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, ExplainArguments> {
  return {
    command: 'explain <file>',
    describe: 'Say why a work item went where it went: from a facts file or a result.json',
    builder: (yargs) =>
      yargs
        .positional('file', {
          describe: 'Facts of a run (run --facts), or its result.json',
          type: 'string',
          demandOption: true,
        })
        .options(EXPLAIN_OPTIONS),
    async handler({ file, work }) {
      const teller = await listen(file, work);
      const story = teller.story();
      if (story === undefined) {
        const { count, first, last } = teller.known();
        const there = count === 0 ? 'nothing was ever queued' : `there are ${first} to ${last}`;
        throw new Obstacle(EXIT.usage, `rehearse: no work item or session '${work}': ${there}.`);
      }
      const paint: Paint = (style, text) =>
        terminal.colour ? styleText(style, text, { validateStream: false }) : text;
      terminal.out(renderStory(story, paint));
      exit(EXIT.pass);
    },
  };
}

async function listen(file: string, work: string): Promise<Storyteller> {
  const first = await firstLine(file);
  if (first !== undefined && isHeader(first)) return listenToFacts(file, first, work);
  return listenToRerun(file, work);
}

async function listenToFacts(file: string, header: FactsHeader, work: string) {
  const teller = createStoryteller(header.org, work);
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    if (line === 1 || text === '') continue;
    const fact = parse(text) as Fact | undefined;
    if (typeof fact?.type !== 'string') throw invalid(`${file}:${line}  is no fact of a run`);
    teller.record(fact);
  }
  return teller;
}

/** Results hold no facts; a virtual run gives the same again. */
async function listenToRerun(file: string, work: string): Promise<Storyteller> {
  const result = parse(read(file)) as Partial<Result> | undefined;
  if (result?.scenario === undefined || typeof result.seed !== 'number') {
    throw invalid(`${file}: is neither a facts file (run --facts FILE) nor a result.json`);
  }
  const { scenario, seed, clock } = result;
  if (clock !== 'virtual') {
    throw invalid(
      `${file}: a run in real time can't be repeated; explain its facts (--facts FILE)`,
    );
  }
  const plan = loadPlan(scenario.file, { seed });
  if (plan.sha256 !== scenario.sha256) {
    throw invalid(
      `${scenario.file} or its org has changed since ${file} was written; run it again`,
    );
  }
  const teller = createStoryteller(routingOf(plan.org), work);
  const { failure } = await runPlan(plan, { clock, onFact: teller.record });
  if (failure !== undefined) throw failure;
  return teller;
}

interface Result {
  readonly scenario: { readonly file: string; readonly sha256: string };
  readonly seed: number;
  readonly clock: 'virtual' | 'real';
}

async function firstLine(file: string): Promise<unknown> {
  // A folder can be opened, but not read.
  attempt(file, () => {
    const descriptor = openSync(file, 'r');
    readSync(descriptor, new Uint8Array(1));
    closeSync(descriptor);
  });
  const lines = createInterface({ input: createReadStream(file) });
  for await (const line of lines) {
    lines.close();
    return parse(line);
  }
  return undefined;
}

function isHeader(value: unknown): value is FactsHeader {
  return (value as { type?: unknown } | undefined)?.type === 'run';
}

function read(file: string): string {
  return attempt(file, () => readFileSync(file, 'utf8'));
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw invalid(`${file}: can't be read: ${reason(error)}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(text: string): Obstacle {
  return new Obstacle(EXIT.invalidInput, text);
}
