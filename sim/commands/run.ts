/** `rehearse run SCENARIO...`: runs scenarios, shows what came of them, and judges. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { baselineOf } from '../../reports/compare/readings.ts';
import { createConsoleReporter } from '../../reports/console/console.ts';
import { createProgress } from '../../reports/console/progress.ts';
import { createJsonReporter } from '../../reports/json/json.ts';
import type { RunResult } from '../../reports/result.ts';
import type { Progress } from '../../reports/summarise.ts';
import { STORE_EXAMPLES } from '../../src/stores/open.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { routingOf } from '../explain/replay.ts';
import { createFactsFile, type FactsHeader } from '../facts-file.ts';
import { explain, Obstacle } from '../failure.ts';
import { SATURATED } from '../meter.ts';
import type { Plan } from '../plan.ts';
import { withWarmUp } from '../replications/warm-up.ts';
import { GIVEN_UP, type Outcome } from '../run.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { GENERATOR_OPTIONS } from './generator.ts';
import { type Loaded, load } from './load.ts';
import { complaintAboutOnce, type OnceArguments, runOnce } from './once.ts';
import { prepareFolder, refuseTwins } from './out-folder.ts';
import {
  complaintAbout,
  isReplicated,
  REPLICATION_OPTIONS,
  type ReplicationArguments,
  runReplicated,
} from './replicated.ts';
import { readResult } from './report.ts';
import { REPORT_OPTIONS, type ReportArguments, reportersOf } from './reports.ts';
import { describePlatforms, openTarget, TARGET_OPTIONS } from './target.ts';
import { openOtlp, send, TELEMETRY_OPTIONS } from './telemetry.ts';

interface RunArguments extends ReplicationArguments, ReportArguments, OnceArguments {
  readonly scenarios: readonly string[];
  readonly seed: number | undefined;
  readonly out: string | undefined;
  readonly facts: string | undefined;
  readonly baseline: string | undefined;
  readonly otlp: string | undefined;
  readonly pushgateway: string | undefined;
  readonly quiet: boolean;
}

export function runCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): CommandModule<object, RunArguments> {
  return {
    command: 'run <scenarios..>',
    describe: 'Run scenarios and judge them by their budgets',
    builder: (yargs) =>
      yargs
        .positional('scenarios', {
          describe: 'Scenario files',
          type: 'string',
          array: true,
          demandOption: true,
        })
        .options(RUN_OPTIONS)
        .check(checkArguments),
    async handler(args) {
      const loaded = load(args.scenarios, args.seed, openTarget(args, terminal));
      const folders = loaded.map((one) => folderOf(one, args, loaded.length));
      refuseTwins(folders);
      folders.forEach(prepareFolder);
      let worst: ExitCode = EXIT.pass;
      for (const [index, one] of loaded.entries()) {
        const code = await runOne(one, folders[index] ?? '', args, terminal);
        if (worst === EXIT.pass || code === EXIT.interrupted) worst = code;
        if (code === EXIT.interrupted) break;
      }
      exit(worst);
    },
  };
}

export const RUN_OPTIONS = {
  clock: {
    describe: 'virtual: in process, a day in seconds; real: over HTTP on loopback',
    choices: ['virtual', 'real'] as const,
    default: 'virtual' as const,
  },
  ...GENERATOR_OPTIONS,
  ...TARGET_OPTIONS,
  speed: { describe: 'real clock: times as fast as the wall', type: 'number', default: 1 },
  port: { describe: "real clock: the stack's port; 0 for any", type: 'number', default: 0 },
  seed: { describe: "instead of the scenario's own", type: 'number', default: undefined },
  out: { describe: 'folder for result.json', type: 'string', default: undefined },
  facts: { describe: 'file for every fact, one JSON a line', type: 'string', default: undefined },
  store: {
    describe: `where sessions live, empty at first: ${STORE_EXAMPLES}`,
    type: 'string',
    default: 'memory',
  },
  baseline: {
    describe: "an earlier result.json, for budgets such as 'p95(firstReply) <= baseline + 10%'",
    type: 'string',
    default: undefined,
  },
  ...TELEMETRY_OPTIONS,
  ...REPLICATION_OPTIONS,
  ...REPORT_OPTIONS,
  html: { ...REPORT_OPTIONS.html, default: true },
  quiet: { describe: 'no progress', type: 'boolean', default: false },
} as const;

function checkArguments(args: RunArguments): true {
  const { seed, clock, facts, store, scenarios } = args;
  const wrong = (text: string) => {
    throw new Obstacle(EXIT.usage, `rehearse: ${text}`);
  };
  const unfit = complaintAboutOnce(args) ?? complaintAbout(args);
  if (unfit !== undefined) wrong(unfit);
  if (seed !== undefined && !Number.isSafeInteger(seed)) wrong('--seed takes a whole number.');
  if (facts !== undefined && scenarios.length > 1) wrong('--facts takes one scenario at a time.');
  const isPlain = clock === 'virtual' && store === 'memory' && facts === undefined;
  if (isReplicated(args) && !isPlain) {
    wrong('--replications and --precision go with the virtual clock, without --store and --facts.');
  }
  for (const name of ['otlp', 'pushgateway'] as const) {
    const url = args[name];
    if (url !== undefined && !/^https?:\/\//.test(url)) wrong(`--${name} takes an http(s) URL.`);
  }
  if (store !== 'memory' && scenarios.length > 1) wrong('--store takes one scenario at a time.');
  return true;
}

function folderOf({ plan }: Loaded, { out }: RunArguments, count: number): string {
  if (out !== undefined && count === 1) return out;
  return join(out ?? 'rehearsal-out', plan.name);
}

async function runOne(
  loaded: Loaded,
  folder: string,
  args: RunArguments,
  terminal: Terminal,
): Promise<ExitCode> {
  const { clock, quiet } = args;
  const before = args.baseline === undefined ? undefined : readResult(args.baseline);
  const plan = await withWarmUp({
    ...loaded.plan,
    ...(before !== undefined && { baseline: baselineOf(before) }),
  });
  for (const warning of plan.warnings) terminal.err(`warning: ${warning}\n`);
  if (!quiet) terminal.err(describePlatforms(plan));
  const facts =
    args.facts === undefined ? undefined : createFactsFile(args.facts, header(plan, clock));
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const meta = () => {
    const wallMs = Math.round(performance.now() - began);
    return { rehearsal: VERSION, node: process.version, startedAt, wallMs };
  };
  const telemetry = args.otlp === undefined ? undefined : await openOtlp(args.otlp, plan.name);
  const progress = watchProgress(terminal, quiet, began);
  const once = (): Promise<Outcome> =>
    runOnce(plan, args, terminal, {
      ...{ meta, generatorFolder: join(folder, 'k6') },
      onStart(ask) {
        progress.start(ask);
        telemetry?.watch(ask);
      },
      ...(facts === undefined ? {} : { onFact: facts.write }),
    });
  const often = async (): Promise<Outcome> => {
    const result = await runReplicated(plan, args, terminal);
    return { result: { ...result, meta: meta() } };
  };
  const { result, failure } = await (isReplicated(args) ? often() : once()).finally(() => {
    progress.stop();
    facts?.close();
  });
  const resultPath = await createJsonReporter(folder).report(result);
  const { out: write, colour } = terminal;
  await createConsoleReporter({
    write,
    colour,
    ...(resultPath === undefined ? {} : { resultPath }),
  }).report(result);
  for (const reporter of reportersOf(args, folder, terminal)) {
    const path = await reporter.report(result);
    if (path !== undefined) write(`${reporter.name}: ${path}\n`);
  }
  await send(result, telemetry, args.pushgateway, terminal);
  if (failure !== undefined) {
    const { exitCode, text } = explain(failure);
    terminal.err(`${text}\n`);
    return exitCode;
  }
  return verdictCode(result);
}

/** What facts are of. Accounts and their secrets stay out. */
function header({ name, sha256, seed, org }: Plan, clock: FactsHeader['clock']): FactsHeader {
  return { type: 'run', scenario: { name, sha256 }, seed, clock, org: routingOf(org) };
}

function verdictCode({ verdict, partial }: RunResult): ExitCode {
  if (partial?.startsWith(GIVEN_UP) || partial?.startsWith(SATURATED)) return EXIT.budgetMissed;
  if (partial !== undefined) return EXIT.interrupted;
  return verdict === 'pass' ? EXIT.pass : EXIT.budgetMissed;
}

/** Shows progress until stopped. Its timer gets its turns between the events of virtual time. */
function watchProgress(terminal: Terminal, quiet: boolean, began: number) {
  const line = createProgress({
    write: terminal.err,
    isTty: terminal.isTty,
    columns: terminal.columns,
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    start(progress: () => Progress) {
      if (quiet) return;
      timer = setInterval(() => line.update(progress(), performance.now() - began), 200);
    },
    stop() {
      clearInterval(timer);
      line.done();
    },
  };
}
