/** One run of a plan, as a command line wants it: its clock, its store, its load generator. */
import type { SessionStore } from '../../src/ports.ts';
import { openStore } from '../../src/stores/open.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Plan } from '../plan.ts';
import { type Outcome, type RunOptions, runPlan } from '../run.ts';
import type { Terminal } from '../terminal.ts';
import { type GeneratorArguments, openGenerator, withGenerator } from './generator.ts';

export interface OnceArguments extends GeneratorArguments {
  readonly clock: 'virtual' | 'real';
  readonly speed: number;
  readonly port: number;
  readonly store: string;
}

export type Watching = Pick<RunOptions, 'meta' | 'onStart' | 'onFact'>;

/** Rejects with `Obstacle` or `StackError`; nothing is left running then. */
export async function runOnce(
  plan: Plan,
  args: OnceArguments,
  terminal: Terminal,
  watching: Watching,
): Promise<Outcome> {
  const { clock, speed, port } = args;
  const k6 = await openGenerator(plan, args, terminal);
  try {
    const { result, ...rest } = await runPlan(plan, {
      ...(k6 !== undefined && { webhooks: k6.transport }),
      ...(clock === 'virtual' ? { clock } : { clock, speed, port }),
      ...{ store: await openEmpty(args.store), signal: terminal.signal },
      ...watching,
    });
    if (k6 === undefined) return { result, ...rest };
    return { result: withGenerator(result, await k6.finish()), ...rest };
  } catch (error) {
    await k6?.kill();
    throw error;
  }
}

/** What is wrong with the arguments, if anything is. */
export function complaintAboutOnce(args: OnceArguments): string | undefined {
  const { clock, speed, port, engine, vus } = args;
  if (!(speed > 0 && speed <= 1000)) return '--speed takes a number above 0, at most 1000.';
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    return '--port takes a whole number from 0 to 65535.';
  }
  if (clock === 'virtual' && speed !== 1) return '--speed needs --clock real.';
  if (clock === 'virtual' && engine === 'k6') return '--engine k6 needs --clock real.';
  if (!(Number.isInteger(vus) && vus >= 1 && vus <= 5000)) {
    return '--vus takes a whole number from 1 to 5000.';
  }
  if (clock === 'virtual' && port !== 0) return '--port needs --clock real.';
  return undefined;
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
