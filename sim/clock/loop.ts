/** The event loop of virtual time. It knows timers and held I/O, not processes or signals. */
import { afterDrain, asJob } from './drain.ts';
import type { Heap } from './heap.ts';
import type { Holds } from './holds.ts';

export type RunEnd = 'idle' | 'cut' | 'stopped';

export interface LoopParts {
  readonly heap: Heap;
  readonly holds: Holds;
  /** What is not finished although nothing is left to happen; `undefined` when all is done. */
  unfinished(): readonly string[] | undefined;
  /** What waits for what, for a report. */
  waiting(): readonly string[];
  readonly holdTimeoutMs: number;
}

/** Nothing can ever happen again, yet somebody waits. */
export class DeadlockError extends Error {
  constructor(summary: string, waiting: readonly string[]) {
    const shown = waiting.slice(0, 20);
    if (waiting.length > shown.length) shown.push(`and ${waiting.length - shown.length} more`);
    super([`deadlock: ${summary}`, ...shown.map((line) => `  ${line}`)].join('\n'));
    this.name = 'DeadlockError';
  }
}

/** Every so many events, real timers, signals and sockets get a turn. */
const YIELD_EVERY = 2048;

export function createLoop({ heap, holds, unfinished, waiting, holdTimeoutMs }: LoopParts) {
  let time = 0;
  let events = 0;
  let until = Number.POSITIVE_INFINITY;
  let parked = false;
  let stopped = false;
  let failure: { readonly error: unknown } | undefined;
  let end: ((outcome: RunEnd) => void) | undefined;

  /** Entered only as a promise job, with every promise chain drained. */
  const turn = () => {
    if (stopped || failure !== undefined) return end?.('stopped');
    if (holds.busy()) {
      parked = !holds.release();
      if (!parked) afterDrain(turn);
      return;
    }
    const next = heap.nextTime();
    if (next === undefined) return end?.('idle');
    // A process may wait for what happens in the background.
    if (heap.foreground() === 0 && unfinished() === undefined) return end?.('idle');
    if (next > until) return end?.('cut');
    time = next;
    events += 1;
    try {
      heap.pop()?.();
    } catch (error) {
      failure ??= { error };
    }
    if (events % YIELD_EVERY === 0) setImmediate(asJob, turn);
    else afterDrain(turn);
  };

  /** A hold that makes no progress between two looks is a deadlock: nothing else can wake us. */
  const watch = () => {
    let seen = -1;
    return setInterval(() => {
      const progress = events + holds.released();
      if (holds.busy() && progress === seen) {
        failure ??= { error: new DeadlockError('held I/O never finished', waiting()) };
        end?.('stopped');
      }
      seen = progress;
    }, holdTimeoutMs / 2);
  };

  return {
    now: () => time,
    events: () => events,
    stop() {
      stopped = true;
    },
    fail(error: unknown) {
      failure ??= { error };
    },
    /** Held I/O is done: go on, if the loop had to stand still for it. */
    wake() {
      if (!parked) return;
      parked = false;
      afterDrain(turn);
    },
    async run(untilMs = Number.POSITIVE_INFINITY): Promise<RunEnd> {
      until = untilMs;
      const watchdog = watch();
      const outcome = await new Promise<RunEnd>((resolve) => {
        end = resolve;
        asJob(() => afterDrain(turn));
      });
      clearInterval(watchdog);
      if (failure !== undefined) throw failure.error;
      const left = outcome === 'idle' ? unfinished() : undefined;
      if (left !== undefined) throw new DeadlockError('nothing is left to happen', left);
      return outcome;
    },
  };
}
