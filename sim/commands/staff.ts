/**
 * `rehearse staff SCENARIO --target 'serviceLevel(20s) >= 80%'`: the smallest number of reps, or of
 * conversations at a time, that meets a target with confidence; beside what Erlang would say.
 */
import type { CommandModule } from 'yargs';
import { checkBudget } from '../../reports/budgets.ts';
import { renderStaffing, type StaffingRow } from '../../reports/console/staffing.ts';
import type { RunResult } from '../../reports/result.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Plan } from '../plan.ts';
import { createRunPool, type RunPool } from '../replications/pool.ts';
import { type Replications, replicate, together } from '../replications/replicate.ts';
import { withWarmUp } from '../replications/warm-up.ts';
import { knownNames } from '../scenario.ts';
import { smallest } from '../staffing/search.ts';
import { theoryOf } from '../staffing/theory.ts';
import { type Knob, knobOf } from '../staffing/vary.ts';
import type { Terminal } from '../terminal.ts';
import { load } from './load.ts';
import { watchRuns } from './watch.ts';

interface StaffArguments {
  readonly scenario: string;
  readonly target: string;
  readonly vary: string | undefined;
  readonly replications: number;
  readonly most: number;
  readonly seed: number | undefined;
}

export const STAFF_OPTIONS = {
  target: {
    describe: "a budget that must be kept: 'serviceLevel(20s) >= 80%'",
    type: 'string',
    demandOption: true,
  },
  vary: {
    describe: 'what may change: reps.POOL.count or reps.POOL.capacity; absent: the only pool',
    type: 'string',
    default: undefined,
  },
  replications: { describe: 'runs for each number tried', type: 'number', default: 20 },
  most: { describe: 'the highest number to try', type: 'number', default: 500 },
  seed: { describe: "instead of the scenario's own", type: 'number', default: undefined },
} as const;

export function staffCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, StaffArguments> {
  return {
    command: 'staff <scenario>',
    describe: 'Find the smallest number of reps that meets a target',
    builder: (yargs) =>
      yargs
        .positional('scenario', {
          describe: 'A scenario file',
          type: 'string',
          demandOption: true,
        })
        .options(STAFF_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const [loaded] = load([args.scenario], args.seed);
      if (loaded === undefined) throw new Error('nothing was loaded');
      const plan = await withWarmUp(targeted(loaded.plan, args.target));
      const knob = chosen(plan, args.vary);
      const pool = createRunPool();
      const watch = watchRuns(terminal, false);
      let before = 0;
      const tryOut = async (number: number) => {
        const onDone = (done: number) => watch.tell({ done: before + done });
        const tried = await attempt(knob, number, pool, { ...args, onDone });
        before += args.replications;
        return tried;
      };
      try {
        const { found, tried } = await smallest(tryOut, {
          start: knob.now,
          most: args.most,
        });
        watch.done();
        const seen = found ?? tried.at(-1);
        const theory = seen && theoryOf(plan, knob, args.target, seen.result, args.most);
        terminal.out(
          renderStaffing({
            ...{ target: args.target, vary: knob.text, now: knob.now, most: args.most },
            replications: args.replications,
            found: found?.number,
            rows: tried.map(({ row }) => row).toSorted((a, b) => a.number - b.number),
            ...(theory && { theory }),
          }),
        );
        exit(found === undefined ? EXIT.budgetMissed : EXIT.pass);
      } finally {
        await pool.close();
      }
    },
  };
}

function checkArguments({ target, replications, most, seed }: StaffArguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  const complaint = checkBudget(target);
  if (complaint !== undefined) wrong(`--target: ${complaint}.`);
  if (!(Number.isInteger(replications) && replications >= 5 && replications <= 500)) {
    wrong('--replications takes a whole number from 5 to 500.');
  }
  if (!(Number.isInteger(most) && most >= 1 && most <= 2000)) {
    wrong('--most takes a whole number from 1 to 2000.');
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  return true;
}

/** The plan with the target as its only budget. */
function targeted(plan: Plan, target: string): Plan {
  const complaint = checkBudget(target, knownNames(plan.org));
  if (complaint !== undefined) throw new Obstacle(EXIT.usage, `rehearse: --target: ${complaint}.`);
  return { ...plan, budgets: [{ text: target, line: 0 }] };
}

function chosen(plan: Plan, vary: string | undefined): Knob {
  const pools = Object.keys(plan.org.reps);
  if (vary === undefined && pools.length > 1) {
    const texts = pools.map((pool) => `reps.${pool}.count`).join(', ');
    throw new Obstacle(EXIT.usage, `rehearse: say what may change with --vary: ${texts}.`);
  }
  const knob = knobOf(vary ?? `reps.${pools[0]}.count`, plan);
  if ('wrong' in knob) throw new Obstacle(EXIT.usage, `rehearse: --vary: ${knob.wrong}`);
  return knob;
}

interface Attempt {
  readonly number: number;
  readonly isMet: boolean;
  readonly row: StaffingRow;
  readonly result: RunResult;
}

async function attempt(
  knob: Knob,
  number: number,
  pool: RunPool,
  { replications, onDone }: Pick<StaffArguments, 'replications'> & Pick<Replications, 'onDone'>,
): Promise<Attempt> {
  const how = { count: replications, ...(onDone && { onDone }) };
  const results = await replicate(knob.set(number), pool, how);
  const result = together(results);
  const [budget] = result.budgets;
  if (budget === undefined) throw new Error('the target was not judged');
  const { halfWidth = 0, margin } = budget;
  const isMet = budget.ok && margin !== null && margin >= halfWidth;
  const occupancy = result.replications?.estimates.find(
    (one) => one.by === 'rep' && one.id === knob.pool && one.measure === 'occupancy',
  );
  return { number, isMet, result, row: { number, isMet, budget, occupancy: occupancy?.value } };
}
