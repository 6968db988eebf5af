/** Things that hold until a moment (windows, debts), by key, without growing with the run. */
import type { Clock } from '../src/ports.ts';

export interface Deadlines {
  /** The deadline, on the clock; nothing once it has passed. */
  get(key: string): number | undefined;
  set(key: string, deadline: number): void;
  /** How many are kept, passed ones included. */
  size(): number;
}

/** Deadlines by key. Those passed are swept out whenever there are twice as many as were left. */
export function createDeadlines(clock: Pick<Clock, 'now'>): Deadlines {
  const deadlines = new Map<string, number>();
  const isOver = (deadline: number) => deadline <= clock.now();
  let sweepAt = SMALL;

  const sweep = () => {
    for (const [key, deadline] of deadlines) {
      if (isOver(deadline)) deadlines.delete(key);
    }
    sweepAt = Math.max(deadlines.size * 2, SMALL);
  };
  return {
    get(key) {
      const deadline = deadlines.get(key);
      return deadline === undefined || isOver(deadline) ? undefined : deadline;
    },
    set(key, deadline) {
      deadlines.set(key, deadline);
      if (deadlines.size >= sweepAt) sweep();
    },
    size: () => deadlines.size,
  };
}

const SMALL = 1024;
