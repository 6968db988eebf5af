/** One run of a plan, as a command line wants it: its clock, its store, its load generator. */
import type { SessionStore } from '../../src/ports.ts';
import { openStore } from '../../src/stores/open.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Engine } from '../k6/engine.ts';
import { withGenerator } from '../meter.ts';
import type { Plan } from '../plan.ts';
import { type Outcome, type RunOptions, runPlan } from '../run.ts';
import type { Terminal } from '../terminal.ts';
import { complaintAboutGenerator, type GeneratorArguments, openGenerator } from './generator.ts';
import { complaintAboutTarget, type TargetArguments } from './target.ts';

export interface OnceArguments extends GeneratorArguments, TargetArguments {
  readonly clock: 'virtual' | 'real';
  readonly speed: number;
  readonly port: number;
  readonly store: string;
}

export interface Watching extends Pick<RunOptions, 'meta' | 'onStart' | 'onFact'> {
  /** Where the generator's files are kept; absent: nowhere. */
  readonly generatorFolder?: string;
}

/** Rejects with `Obstacle` or `StackError`; nothing is left running then. */
export async function runOnce(
  plan: Plan,
  args: OnceArguments,
  terminal: Terminal,
  { generatorFolder: folder, ...watching }: Watching,
): Promise<Outcome> {
  const { clock, speed, port } = args;
  const onTrouble = tellOnce(terminal);
  const k6 = await openGenerator(plan, { ...args, folder, onTrouble }, terminal);
  const gone = new AbortController();
  k6?.ended.then(() => gone.abort());
  const signal = AbortSignal.any([terminal.signal, gone.signal]);
  try {
    const outcome = await runPlan(plan, {
      ...(clock === 'virtual' ? { clock } : { clock, speed, port }),
      ...{ store: await openEmpty(args.store), signal, onTrouble },
      ...(k6 && { webhooks: k6.transport, onLatency: k6.tell }),
      ...watching,
    });
    if (k6 === undefined) return outcome;
    return gone.signal.aborted ? await abandoned(outcome, k6) : await finished(outcome, k6);
  } catch (error) {
    await k6?.kill();
    throw error;
  }
}

/** The first few: what fails once in a load test may fail a thousand times. */
function tellOnce({ err }: Terminal): (text: string) => void {
  let told = 0;
  return (text) => {
    told += 1;
    if (told <= MOST_TROUBLES) err(`warning: ${text}\n`);
    if (told === MOST_TROUBLES) err('warning: and so on; no more of these are shown.\n');
  };
}

const MOST_TROUBLES = 5;

async function finished({ result, ...rest }: Outcome, k6: Engine): Promise<Outcome> {
  const director = result.generator?.lateness;
  try {
    const generator = { ...(await k6.finish()), ...(director && { director }) };
    return { result: withGenerator(result, generator), ...rest };
  } catch (failure) {
    // What was seen from here is kept; nobody knows whether k6 kept up.
    const partial = 'k6 left no summary';
    return { result: { ...result, verdict: 'partial', partial }, failure };
  }
}

/** K6 has ended before the run: what was seen until then is kept, whatever k6 has left. */
async function abandoned({ result }: Outcome, k6: Engine): Promise<Outcome> {
  const text = 'k6 has ended before the run did';
  const failure = await k6.finish().then(
    () => new Obstacle(EXIT.generator, `rehearse: ${text}.`),
    (error: unknown) => error,
  );
  return { result: { ...result, verdict: 'partial', partial: text }, failure };
}

/** What is wrong with the arguments, if anything is. */
export function complaintAboutOnce(args: OnceArguments): string | undefined {
  const { clock, speed, port } = args;
  if (!(speed > 0 && speed <= 1000)) return '--speed takes a number above 0, at most 1000.';
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    return '--port takes a whole number from 0 to 65535.';
  }
  if (clock === 'virtual' && speed !== 1) return '--speed needs --clock real.';
  if (clock === 'virtual' && port !== 0) return '--port needs --clock real.';
  return complaintAboutGenerator(args) ?? complaintAboutTarget(args);
}

/** A rehearsal begins with nobody known. A Redis that is shared gets a prefix for this run. */
async function openEmpty(url: string): Promise<SessionStore> {
  const isShared = /^rediss?:/.test(url) && !/[?&]prefix=/.test(url);
  const run = `prefix=run-${new Date().toISOString().replaceAll(/[^0-9]/g, '')}`;
  const store = await openStore(isShared ? `${url}${url.includes('?') ? '&' : '?'}${run}` : url);
  if (!(await store.isUsed())) return store;
  await store.close();
  const text = `rehearse: ${url} has been used; a rehearsal begins with an empty store.`;
  throw new Obstacle(EXIT.store, `${text} Take a new file, or another prefix.`);
}
