/** `rehearse run --replications N`, `--precision`: one scenario many times, on all cores. */
import type { RunResult } from '../../reports/result.ts';
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Plan } from '../plan.ts';
import { createRunPool } from '../replications/pool.ts';
import { parsePrecision } from '../replications/precision.ts';
import { replicate, together } from '../replications/replicate.ts';
import type { Terminal } from '../terminal.ts';
import { watchRuns } from './watch.ts';

export const REPLICATION_OPTIONS = {
  replications: {
    describe: 'virtual clock: so many runs with seeds one after the other; intervals for all',
    type: 'number',
    default: 1,
  },
  precision: {
    describe: "virtual clock: replicate until a measure is known: '2% of mean(speedToAnswer)'",
    type: 'string',
    default: undefined,
  },
} as const;

export interface ReplicationArguments {
  readonly replications: number;
  readonly precision: string | undefined;
}

/** Fewer say nothing about how sure a number is. */
const FEWEST = 5;
const MOST = 500;

/** What is wrong with the arguments, if anything is. */
export function complaintAbout({
  replications,
  precision,
}: ReplicationArguments): string | undefined {
  if (!(Number.isInteger(replications) && replications >= 1 && replications <= MOST)) {
    return `--replications takes a whole number from 1 to ${MOST}.`;
  }
  const parsed = precision === undefined ? undefined : parsePrecision(precision);
  return parsed !== undefined && 'wrong' in parsed ? `--precision: ${parsed.wrong}.` : undefined;
}

export const isReplicated = ({ replications, precision }: ReplicationArguments) =>
  replications > 1 || precision !== undefined;

/** Runs, and puts together. `ticks` shows progress. */
export async function runReplicated(
  plan: Plan,
  { replications, precision, quiet }: ReplicationArguments & { readonly quiet: boolean },
  terminal: Terminal,
): Promise<RunResult> {
  const wanted = precision === undefined ? undefined : parsePrecision(precision);
  if (wanted !== undefined && 'wrong' in wanted) throw new Obstacle(EXIT.usage, wanted.wrong);
  const pool = createRunPool();
  const watch = watchRuns(terminal, quiet);
  const probed =
    wanted === undefined ? plan : { ...plan, budgets: [...plan.budgets, wanted.probe] };
  try {
    const results = await replicate(probed, pool, {
      count: wanted === undefined ? replications : Math.max(FEWEST, replications),
      ...(wanted !== undefined && {
        most: MOST,
        isPrecise: (all) => wanted.isReached(all.map(({ budgets }) => budgets.at(-1))),
      }),
      signal: terminal.signal,
      onDone(done) {
        const of = wanted === undefined ? { of: replications } : {};
        watch.tell({ done, ...of });
      },
    });
    const own = results.map((result) =>
      wanted === undefined ? result : { ...result, budgets: result.budgets.slice(0, -1) },
    );
    return together(own);
  } finally {
    watch.done();
    await pool.close();
  }
}
