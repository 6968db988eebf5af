/** What `rehearse limit` may be told, and what is wrong with it. */
import { EXIT } from '../exit-codes.ts';
import { Obstacle } from '../failure.ts';
import { bisection, LEAST_PERCENT, type Next, steps } from '../limit/search.ts';
import { needsUnit, type Parsed, parseDuration } from '../scenario/units.ts';
import { GENERATOR_OPTIONS } from './generator.ts';
import { complaintAboutOnce, type OnceArguments } from './once.ts';
import { RUN_OPTIONS } from './run.ts';
import { TARGET_OPTIONS } from './target.ts';

export interface LimitArguments extends OnceArguments {
  readonly scenario: string;
  readonly find: 'rate';
  readonly by: 'bisection' | 'steps';
  readonly from: string | undefined;
  readonly step: string | undefined;
  readonly most: string;
  readonly precision: string | undefined;
  readonly budget: readonly string[];
  readonly replications: number | undefined;
  readonly repeat: number | undefined;
  readonly settle: string | undefined;
  readonly warmUp: string | undefined;
  readonly lasts: string | undefined;
  readonly baseline: string | undefined;
  readonly seed: number | undefined;
  readonly out: string | undefined;
  readonly quiet: boolean;
}

/** Some have no default here, so that those that do not belong together can be refused. */
const text = (describe: string) => ({
  describe,
  type: 'string' as const,
  default: undefined as string | undefined,
});
const number = (describe: string) => ({
  describe,
  type: 'number' as const,
  default: undefined as number | undefined,
});

const { clock, speed, port, store, seed, baseline, out, quiet } = RUN_OPTIONS;

export const LIMIT_OPTIONS = {
  find: {
    describe: 'what is sought: the rate at which customers come, all arrivals alike',
    choices: ['rate'] as const,
    default: 'rate' as const,
  },
  by: {
    describe: 'how: doubling, then halving what lies between; or upwards until a budget breaks',
    choices: ['bisection', 'steps'] as const,
    default: 'bisection' as const,
  },
  from: text('the first to try, of the scenario; bisection: 100%, steps: 50%'),
  step: text('steps: from one to the next, of the scenario; 10%'),
  most: { describe: 'the highest to try', type: 'string', default: '1000%' },
  precision: text('bisection: how near the two ends must be; 5%'),
  budget: {
    describe: "what must hold, instead of the scenario's budgets: 'serviceLevel(20s) >= 80%'",
    type: 'string',
    array: true,
    default: [] as readonly string[],
  },
  replications: number('virtual clock: runs of each rate; 10'),
  repeat: number('real clock: runs of each rate; 1'),
  settle: text('real clock: rest between two runs, of the wall; 10s'),
  warmUp: text("what is not measured at the beginning of each run, instead of the scenario's"),
  lasts: text("how long customers come in each run, instead of the scenario's"),
  ...{ clock, ...GENERATOR_OPTIONS, ...TARGET_OPTIONS, speed, port, store },
  ...{ seed, baseline, out, quiet },
} as const;

/** How to search, and how each rate is run. */
export interface LimitSettings {
  readonly search: {
    readonly by: 'bisection' | 'steps';
    readonly fromPercent: number;
    readonly mostPercent: number;
    readonly stepPercent?: number;
    readonly precision?: number;
    readonly runs: number;
    readonly settleMs?: number;
  };
  readonly warmUpMs: number | undefined;
  readonly lastsMs: number | undefined;
}

/** Throws `Obstacle`. */
export function checkArguments(args: LimitArguments): true {
  const { clock, seed, store, by } = args;
  const complaint = complaintAboutOnce(args);
  if (complaint !== undefined) wrong(complaint);
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  const isReal = clock === 'real';
  if (!isReal && store !== 'memory') wrong('--store needs --clock real.');
  if (!isReal && args.repeat !== undefined) {
    wrong('--repeat needs --clock real; in virtual time there is --replications.');
  }
  if (!isReal && args.settle !== undefined) wrong('--settle needs --clock real.');
  if (isReal && args.replications !== undefined) {
    wrong('--replications goes with the virtual clock; in real time there is --repeat.');
  }
  if (by === 'bisection' && args.step !== undefined) wrong('--step needs --by steps.');
  if (by === 'steps' && args.precision !== undefined) wrong('--precision needs --by bisection.');
  settingsOf(args);
  return true;
}

/** Throws `Obstacle`. */
export function settingsOf(args: LimitArguments): LimitSettings {
  const { by, clock, replications = 10, repeat = 1 } = args;
  const mostPercent = percentOf('most', args.most);
  const usual = Math.min(by === 'steps' ? 50 : 100, mostPercent);
  const fromPercent = args.from === undefined ? usual : percentOf('from', args.from);
  const stepPercent = percentOf('step', args.step ?? '10%');
  const precision = percentOf('precision', args.precision ?? '5%') / 100;
  if (mostPercent > 100_000) wrong('--most takes 100000% at most.');
  if (fromPercent < LEAST_PERCENT) wrong(`--from takes ${LEAST_PERCENT}% at least.`);
  if (fromPercent > mostPercent) wrong(`--from ${args.from} is above --most ${args.most}.`);
  if (by === 'bisection' && !(precision >= 0.01 && precision <= 0.5)) {
    wrong('--precision takes 1% to 50%.');
  }
  if (by === 'steps' && (mostPercent - fromPercent) / stepPercent > MOST_STEPS) {
    wrong(`more than ${MOST_STEPS} steps: take a longer --step, or a lower --most.`);
  }
  const isReal = clock === 'real';
  if (!isReal && !(Number.isInteger(replications) && replications >= 5 && replications <= 500)) {
    wrong('--replications takes a whole number from 5 to 500.');
  }
  if (isReal && !(Number.isInteger(repeat) && repeat >= 1 && repeat <= 50 && repeat !== 2)) {
    wrong('--repeat takes 1, or a whole number from 3 to 50: two say nothing of luck.');
  }
  return {
    search: {
      ...{ by, fromPercent, mostPercent },
      ...(by === 'steps' ? { stepPercent } : { precision }),
      ...(isReal
        ? { runs: repeat, settleMs: durationOf('settle', args.settle ?? '10s') }
        : { runs: replications }),
    },
    warmUpMs: args.warmUp === undefined ? undefined : durationOf('warmUp', args.warmUp),
    lastsMs: args.lasts === undefined ? undefined : durationOf('lasts', args.lasts),
  };
}

/** Beyond that it is a mistake more often than not. */
const MOST_STEPS = 200;

/** By percent: what to try next. */
export function nextOf(
  { by, fromPercent: from, mostPercent: most, stepPercent, precision }: LimitSettings['search'],
  isSame: (a: number, b: number) => boolean,
): Next {
  if (by === 'steps') return steps({ from, most, step: stepPercent ?? most });
  return bisection({ from, most, precision: precision ?? 1, isSame });
}

function percentOf(name: string, written: string): number {
  const [, digits] = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(written) ?? [];
  if (Number(digits) > 0) return Number(digits);
  const isBare = /^\s*\d+(?:\.\d+)?\s*$/.test(written);
  return wrong(
    isBare
      ? `--${name}: ${needsUnit(written, `${written.trim()}%`)}.`
      : `--${name} takes a percentage such as 50%, not '${written}'.`,
  );
}

function durationOf(name: string, written: string): number {
  const parsed: Parsed<number> = parseDuration(written);
  return 'wrong' in parsed ? wrong(`--${name}: ${parsed.wrong}.`) : parsed.value;
}

function wrong(text: string): never {
  throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
}
