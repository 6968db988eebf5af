/**
 * `rehearse limit SCENARIO --find rate`: the highest rate of arrivals that still meets the budgets,
 * on either clock, and what broke first.
 */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CommandModule } from 'yargs';
import { checkBudget, parseBudget } from '../../reports/budgets.ts';
import { baselineOf } from '../../reports/compare/readings.ts';
import { renderLimit, triedLine } from '../../reports/console/limit.ts';
import { limitCsv } from '../../reports/csv/limit.ts';
import type { Limit, TriedRate } from '../../reports/limit.ts';
import { openCanvas } from '../../reports/png/canvas.ts';
import { limitPictures } from '../../reports/png/limit.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { conclude } from '../limit/conclude.ts';
import { findLimit } from '../limit/find.ts';
import { atPercent, loadOf, withPeriod } from '../limit/load.ts';
import type { Plan } from '../plan.ts';
import { withWarmUp } from '../replications/warm-up.ts';
import { complaintAboutBudget } from '../scenario/target.ts';
import { writeDuration } from '../scenario/units.ts';
import { knownNames } from '../scenario.ts';
import type { Terminal } from '../terminal.ts';
import {
  checkArguments,
  LIMIT_OPTIONS,
  type LimitArguments,
  type LimitSettings,
  nextOf,
  settingsOf,
} from './limit-options.ts';
import { createRealRuns, createVirtualRuns, type Runs } from './limit-runs.ts';
import { load } from './load.ts';
import { prepareFolder, writeFiles } from './out-folder.ts';
import { NO_PICTURES, readResult } from './report.ts';
import { describePlatforms, openTarget } from './target.ts';
import { watchRuns } from './watch.ts';

export function limitCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, LimitArguments> {
  return {
    command: 'limit <scenario>',
    describe: 'Find the highest rate that still meets the budgets, and what breaks first',
    builder: (yargs) =>
      yargs
        .positional('scenario', { describe: 'A scenario file', type: 'string', demandOption: true })
        .options(LIMIT_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const [loaded] = load([args.scenario], args.seed, openTarget(args, terminal), {
        hasOtherBudgets: args.budget.length > 0,
      });
      if (loaded === undefined) throw new Error('nothing was loaded');
      const settings = settingsOf(args);
      const plan = await withWarmUp(prepared(loaded.plan, args, settings));
      if (!args.quiet) terminal.err(describePlatforms(plan));
      for (const warning of warningsOf(plan)) terminal.err(`warning: ${warning}\n`);
      const folder = args.out ?? join('rehearsal-out', plan.name, 'limit');
      prepareFolder(folder);
      const { tried, isFinished, failure } = await tryOut(plan, args, settings, terminal);
      if (failure !== undefined && tried.length === 0) throw failure;
      const limit = limitOf(plan, args, settings, conclude(tried, isFinished));
      terminal.out(renderLimit(limit));
      const files = await write(limit, folder);
      terminal.out(`\nFiles in ${folder}: ${files.join(', ')}\n`);
      if (tried.length > 0 && !files.some((file) => file.endsWith('.png'))) {
        terminal.err(NO_PICTURES);
      }
      if (failure !== undefined) throw failure;
      exit(CODES[limit.outcome]);
    },
  };
}

const CODES: Readonly<Record<Limit['outcome'], ExitCode>> = {
  found: EXIT.pass,
  all: EXIT.pass,
  none: EXIT.budgetMissed,
  generator: EXIT.budgetMissed,
  unfinished: EXIT.interrupted,
};

/** The scenario with the budgets and the length it shall have here. Throws `Obstacle`. */
function prepared(loaded: Plan, args: LimitArguments, settings: LimitSettings): Plan {
  const wrong = (text: string) => new Obstacle(EXIT.usage, `rehearse: ${text}`);
  const { budget: asked, baseline } = args;
  for (const text of asked) {
    const unseen = loaded.target && complaintAboutBudget(text);
    const complaint = checkBudget(text, knownNames(loaded.org)) ?? unseen;
    if (complaint !== undefined) throw wrong(`--budget: ${complaint}.`);
  }
  const budgets = asked.length > 0 ? asked.map((text) => ({ text, line: 0 })) : loaded.budgets;
  if (budgets.length === 0) {
    const advice = `say what must hold with --budget 'serviceLevel(20s) >= 80%'`;
    throw wrong(`${loaded.file} has no budgets, so every rate would do: ${advice}.`);
  }
  if (loaded.arrivals.some(({ pattern }) => pattern === 'listed')) {
    const advice = 'give them a rate (poisson, constant, stages, wave, mmpp, closed)';
    throw wrong(`${loaded.file}: arrivals by their times (at, trace) can't be scaled: ${advice}.`);
  }
  const plan = withPeriod({ ...loaded, budgets }, settings);
  if (plan.warmUpMs >= plan.lastsMs) {
    const [warmUp, lasts] = [plan.warmUpMs, plan.lastsMs].map(writeDuration);
    throw wrong(`the warm-up (${warmUp}) must be shorter than what is run (${lasts}).`);
  }
  const { customersPerHour, closedCustomers } = loadOf(plan);
  if (customersPerHour + closedCustomers === 0) {
    throw wrong(`nobody arrives within ${writeDuration(plan.lastsMs)}.`);
  }
  if (baseline === undefined) return plan;
  return { ...plan, baseline: baselineOf(readResult(baseline)) };
}

function* warningsOf({ budgets }: Plan): Iterable<string> {
  for (const { text } of budgets) {
    const budget = parseBudget(text);
    if ('error' in budget || budget.subject.kind !== 'count' || budget.bound === 0) continue;
    yield `'${text}' is a count: it goes with the rate, whatever the stack does.`;
  }
}

interface TriedOut {
  readonly tried: readonly TriedRate[];
  readonly isFinished: boolean;
  /** What ended it. */
  readonly failure?: unknown;
}

async function tryOut(
  plan: Plan,
  args: LimitArguments,
  { search }: LimitSettings,
  terminal: Terminal,
): Promise<TriedOut> {
  const isReal = args.clock === 'real';
  const watch = watchRuns(terminal, args.quiet);
  const options = {
    ...{ count: search.runs, signal: terminal.signal },
    onDone: (done: number) => watch.tell({ done }),
  };
  const runs: Runs = isReal
    ? createRealRuns({ ...options, settleMs: search.settleMs ?? 0, args, terminal })
    : createVirtualRuns(options);
  const arrivalsAt = (percent: number) => atPercent(plan, percent).arrivals;
  const tried: TriedRate[] = [];
  try {
    const isFinished = await findLimit(plan, {
      next: nextOf(search, (a, b) => isDeepStrictEqual(arrivalsAt(a), arrivalsAt(b))),
      run: runs.run,
      asksAgain: isReal && search.runs === 1,
      onTried(one) {
        tried.push(one);
        watch.done();
        if (!args.quiet) terminal.err(`${triedLine(one)}\n`);
      },
    });
    return { tried, isFinished };
  } catch (failure) {
    return { tried, isFinished: false, failure };
  } finally {
    watch.done();
    await runs.close();
  }
}

function limitOf(
  { name, title, file, sha256, seed, warmUpMs, lastsMs, target }: Plan,
  { clock, speed, engine }: LimitArguments,
  { search }: LimitSettings,
  conclusion: ReturnType<typeof conclude>,
): Limit {
  return {
    version: 1,
    scenario: { name, ...(title !== undefined && { title }), file, sha256 },
    ...{ clock, seed, engine },
    ...(clock === 'real' && { speed }),
    ...(target && { target: target.name }),
    period: { warmUpMs, lastsMs },
    search: { find: 'rate', ...search },
    ...conclusion,
  };
}

/** The names of the files. */
async function write(limit: Limit, folder: string): Promise<readonly string[]> {
  const draw = await openCanvas();
  const files = new Map<string, string | Buffer>([
    ['limit.json', `${JSON.stringify(limit, null, 2)}\n`],
    ['limit.csv', limitCsv(limit)],
    ...(draw === undefined ? [] : limitPictures(limit, draw)),
  ]);
  return writeFiles(folder, files);
}
