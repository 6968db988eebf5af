/**
 * How long work takes a rep who shares attention between conversations: each goes at the speed that
 * belongs to their number, and is re-rated whenever that number changes. A duration drawn with the
 * load of its beginning is another model.
 */
import type { Clock, Signal, Timer } from '../src/ports.ts';

export interface Effort {
  /** Begins work that would take `ms` alone. */
  begin(ms: number): Task;
}

export interface Task {
  /** When the work is done. */
  readonly done: Promise<void>;
  /** It is given up; what goes on beside it goes faster from now on. */
  abandon(): void;
}

interface Open {
  /** Progress of the rep's conversations at which this one is done. */
  readonly doneAt: number;
  readonly finished: Signal<true>;
}

/** A hair of work, in ms: what is left after rounding errors. */
const HAIR = 1e-7;

export function createEffort(clock: Clock, slowdown: readonly number[]): Effort {
  const tasks = new Set<Open>();
  /** What each conversation that has been there all along has got done, in ms of work alone. */
  let progress = 0;
  let countedMs = 0;
  let timer: Timer | undefined;

  const speed = () => slowdown[Math.min(tasks.size, slowdown.length) - 1] ?? 1;
  const count = () => {
    const now = clock.now();
    if (tasks.size > 0) progress += (now - countedMs) * speed();
    countedMs = now;
  };
  const plan = () => {
    timer?.cancel();
    timer = undefined;
    let next: Open | undefined;
    for (const task of tasks) if (next === undefined || task.doneAt < next.doneAt) next = task;
    if (next !== undefined) timer = clock.after((next.doneAt - progress) / speed(), finish);
  };
  const finish = () => {
    count();
    for (const task of [...tasks]) {
      if (task.doneAt > progress + HAIR) continue;
      tasks.delete(task);
      task.finished.fire(true);
    }
    plan();
  };
  return {
    begin(ms) {
      count();
      const finished = clock.signal<true>('a rep works');
      const task = { doneAt: progress + ms, finished };
      tasks.add(task);
      plan();
      return {
        done: finished.wait().then(() => {}),
        abandon() {
          count();
          if (!tasks.delete(task)) return;
          finished.fire(true);
          plan();
        },
      };
    },
  };
}
