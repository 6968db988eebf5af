/**
 * `rehearse sweep SCENARIO --vary reps.front-line.count=8..14 [--vary ...]`: the measures at every
 * point of a grid, over replications, to a table, CSV, JSON and pictures.
 */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { checkBudget } from '../../reports/budgets.ts';
import { renderSweep } from '../../reports/console/sweep.ts';
import { sweepCsv } from '../../reports/csv/sweep.ts';
import { openCanvas } from '../../reports/png/canvas.ts';
import { sweepPictures } from '../../reports/png/sweep.ts';
import type { Sweep, SweepPoint } from '../../reports/sweep.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import type { Plan } from '../plan.ts';
import { createRunPool, type RunPool } from '../replications/pool.ts';
import { probeOf } from '../replications/precision.ts';
import { replicate, together } from '../replications/replicate.ts';
import { withWarmUp } from '../replications/warm-up.ts';
import { knownNames } from '../scenario.ts';
import { type Axis, axisOf } from '../staffing/axis.ts';
import type { Terminal } from '../terminal.ts';
import { load } from './load.ts';
import { prepareFolder, writeFiles } from './out-folder.ts';
import { NO_PICTURES } from './report.ts';
import { watchRuns } from './watch.ts';

interface SweepArguments {
  readonly scenario: string;
  readonly vary: readonly string[];
  readonly show: readonly string[];
  readonly replications: number;
  readonly seed: number | undefined;
  readonly out: string | undefined;
  readonly quiet: boolean;
}

const USUAL = ['serviceLevel(20s)', 'mean(speedToAnswer)', 'abandonment', 'occupancy'];

export const SWEEP_OPTIONS = {
  vary: {
    describe: 'what changes: reps.POOL.count=8..14, reps.POOL.capacity=1,2,4, arrivals=80%..120%',
    type: 'string',
    array: true,
    demandOption: true,
  },
  show: {
    describe: `measures to show; absent: ${USUAL.join(', ')}`,
    type: 'string',
    array: true,
    default: USUAL,
  },
  replications: { describe: 'runs for each point', type: 'number', default: 10 },
  seed: { describe: "instead of the scenario's own", type: 'number', default: undefined },
  out: { describe: 'folder for the files', type: 'string', default: undefined },
  quiet: { describe: 'no progress', type: 'boolean', default: false },
} as const;

export function sweepCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, SweepArguments> {
  return {
    command: 'sweep <scenario>',
    describe: 'Measure over a grid of numbers of reps, capacities and loads',
    builder: (yargs) =>
      yargs
        .positional('scenario', { describe: 'A scenario file', type: 'string', demandOption: true })
        .options(SWEEP_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const [loaded] = load([args.scenario], args.seed);
      if (loaded === undefined) throw new Error('nothing was loaded');
      const { plan } = loaded;
      const probes = args.show.map((text) => probe(text, plan));
      const axes = args.vary.map((text) => axis(text, plan));
      const folder = args.out ?? join('rehearsal-out', plan.name, 'sweep');
      prepareFolder(folder);
      const pool = createRunPool();
      try {
        const grid = pointsOf(axes);
        const points = await measure(grid, { plan, axes, probes, pool, args, terminal });
        const sweep: Sweep = {
          ...{ scenario: plan.name, replications: args.replications, measures: args.show },
          axes: axes.map(({ name, values }) => ({ name, values })),
          points,
        };
        terminal.out(renderSweep(sweep));
        const files = await write(sweep, folder);
        terminal.out(`\nFiles in ${folder}: ${files.join(', ')}\n`);
        if (!files.some((file) => file.endsWith('.png'))) terminal.err(NO_PICTURES);
        exit(terminal.signal.aborted ? EXIT.interrupted : EXIT.pass);
      } finally {
        await pool.close();
      }
    },
  };
}

function checkArguments({ replications, seed, vary, show }: SweepArguments): true {
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  if (!(Number.isInteger(replications) && replications >= 2 && replications <= 500)) {
    wrong('--replications takes a whole number from 2 to 500.');
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  if (vary.length === 0) wrong('--vary needs what changes.');
  if (show.length === 0) wrong('--show needs a measure.');
  return true;
}

/** A budget that is always kept: by it each run tells the measure. */
function probe(text: string, plan: Plan): string {
  const found = probeOf(text);
  const wrong = typeof found === 'string' ? checkBudget(found, knownNames(plan.org)) : found.wrong;
  if (wrong !== undefined) throw new Obstacle(EXIT.usage, `rehearse: --show: ${wrong}.`);
  return String(found);
}

function axis(text: string, plan: Plan): Axis {
  const found = axisOf(text, plan);
  if (!('wrong' in found)) return found;
  throw new Obstacle(EXIT.usage, `rehearse: --vary: ${found.wrong}.`);
}

/** Beyond that it is a mistake more often than not. */
const MOST_POINTS = 2000;

/** For each point the index of each axis' value; the last axis goes fastest. */
function pointsOf(axes: readonly Axis[]): readonly (readonly number[])[] {
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  if (size > MOST_POINTS) {
    throw new Obstacle(EXIT.usage, `rehearse: ${size} points; ${MOST_POINTS} at most.`);
  }
  return axes.reduce<readonly (readonly number[])[]>(
    (points, { values }) => points.flatMap((at) => values.map((_, i) => [...at, i])),
    [[]],
  );
}

interface MeasureParts {
  readonly plan: Plan;
  readonly axes: readonly Axis[];
  readonly probes: readonly string[];
  readonly pool: RunPool;
  readonly args: SweepArguments;
  readonly terminal: Terminal;
}

async function measure(
  grid: readonly (readonly number[])[],
  { plan, axes, probes, pool, args, terminal }: MeasureParts,
): Promise<readonly SweepPoint[]> {
  const { replications: count } = args;
  const { signal } = terminal;
  const watch = watchRuns(terminal, args.quiet);
  let before = 0;
  const points: SweepPoint[] = [];
  for (const at of grid) {
    if (signal.aborted) break;
    const set = at.reduce((current, index, i) => axes[i]?.set(current, index) ?? current, plan);
    const own = probes.map((text) => ({ text, line: 0 }));
    const point = await withWarmUp({ ...set, budgets: [...own, ...plan.budgets] });
    const results = await replicate(point, pool, {
      count,
      signal,
      onDone: (done) => watch.tell({ done: before + done, of: grid.length * count }),
    });
    before += count;
    if (results.length < 2) break;
    const { budgets } = together(results);
    const judged = budgets.slice(probes.length);
    points.push({
      at: at.map((index, i) => axes[i]?.values[index] ?? ''),
      seen: budgets.slice(0, probes.length).map(({ measured, halfWidth = null, unit }) => {
        return { value: measured, halfWidth: measured === null ? null : halfWidth, unit };
      }),
      ...(judged.length > 0 && { isKept: judged.every(({ ok }) => ok) }),
    });
  }
  watch.done();
  return points;
}

/** The names of the files. */
async function write(sweep: Sweep, folder: string): Promise<readonly string[]> {
  const draw = await openCanvas();
  const files = new Map<string, string | Buffer>([
    ['sweep.json', `${JSON.stringify(sweep, null, 2)}\n`],
    ['sweep.csv', sweepCsv(sweep)],
    ...(draw === undefined ? [] : sweepPictures(sweep, draw)),
  ]);
  return writeFiles(folder, files);
}
