/**
 * What code may not take from the machine behind the ports' back, and the few shells that may.
 * Everything else is given a `Clock`, a `Random`, a `write`; that is why a run can be repeated.
 */
import { bare, importsOf, lineAt } from './code.ts';

/** Patterns over code without comments and strings. */
const AMBIENT = {
  'Date.now': /\bDate\s*\.\s*now\b/g,
  'new Date()': /\bDate\s*\(\s*\)|\bnew\s+Date\b(?!\s*[(.])/g,
  performance: /(?<![.\w$])performance\b/g,
  timer: /(?<![\w$]|(?<!globalThis)\.)(?:set(?:Timeout|Interval|Immediate)|queueMicrotask)\b/g,
  'AbortSignal.timeout': /\bAbortSignal\s*\.\s*timeout\b/g,
  'Math.random': /\bMath\s*\.\s*random\b/g,
  randomUUID: /\b(?:randomUUID|randomBytes|randomInt|getRandomValues)\b/g,
  process: /(?<![.\w$])process\s*[.[]|=\s*process\s*[;,)]/g,
  console: /(?<![.\w$])console\s*[.[]/g,
} as const;

export type Ambient = keyof typeof AMBIENT;

/** Modules that are the same by another door. */
const DOORS = /^(?:node:)?(?:process|timers(?:\/promises)?|perf_hooks|console)$/;

interface Leave {
  readonly file: string;
  readonly may: readonly Ambient[];
  readonly because: string;
}

/** The shells. An entry that is no longer used fails the test: take it out. */
export const LEAVE: readonly Leave[] = [
  {
    file: 'src/clock/system.ts',
    may: ['Date.now', 'performance', 'timer'],
    because: 'it is the clock of real time',
  },
  {
    file: 'src/stores/redis/client.ts',
    may: ['timer'],
    because: 'a server that never answers is given up',
  },
  {
    file: 'src/service/service.ts',
    may: ['performance'],
    because: 'it measures real webhooks; it runs in real time only',
  },
  {
    file: 'sim/commands/stack.ts',
    may: ['randomUUID'],
    because: 'no two processes may make the same ids',
  },
  {
    file: 'sim/k6/engine.ts',
    may: ['Date.now', 'timer'],
    because: 'k6 is a process of its own, in real time only',
  },
  { file: 'sim/k6/setup.ts', may: ['process'], because: 'it is a command of its own' },
  {
    file: 'sim/commands/export.ts',
    may: ['Date.now'],
    because: 'what is sent to a real stack bears the time of day',
  },
  {
    file: 'sim/commands/watch.ts',
    may: ['performance'],
    because: 'it tells how long runs take',
  },
  { file: 'sim/clock/drain.ts', may: ['process'], because: 'a tick tells that promises ran out' },
  {
    file: 'sim/clock/loop.ts',
    may: ['timer'],
    because: 'virtual time gives sockets and signals a turn, and watches for stuck I/O',
  },
  { file: 'sim/world.ts', may: ['timer'], because: 'real time is cut off by the wall' },
  {
    file: 'sim/cli.ts',
    may: ['process', 'performance'],
    because: 'it is the edge of the process, and tells one Ctrl-C from two',
  },
  { file: 'sim/bin.js', may: ['process'], because: 'it starts the process' },
  {
    file: 'sim/commands/run.ts',
    may: ['performance', 'timer', 'new Date()', 'process'],
    because: 'it tells how long a run took and shows progress; none of it gets into a run',
  },
  {
    file: 'sim/commands/once.ts',
    may: ['new Date()'],
    because: 'no two runs on a shared Redis may have the same prefix',
  },
];

export interface Use {
  readonly file: string;
  readonly line: number;
  readonly what: Ambient;
}

export function ambientUses(file: string, source: string): readonly Use[] {
  const text = bare(source);
  const uses: Use[] = [];
  for (const [what, pattern] of Object.entries(AMBIENT) as [Ambient, RegExp][]) {
    for (const { index } of text.matchAll(pattern)) {
      uses.push({ file, line: lineAt(text, index), what });
    }
  }
  return uses;
}

/** Imports of modules that would get around the patterns. */
export function ambientImports(file: string, source: string): readonly string[] {
  const imports = importsOf(source).filter(({ from }) => DOORS.test(from));
  return imports.map(({ from, line }) => `${file}:${line} imports ${from}`);
}

export function isAllowed({ file, what }: Use): boolean {
  return LEAVE.some((leave) => leave.file === file && leave.may.includes(what));
}
