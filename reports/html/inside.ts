/** Whether a result tells of queues and reps, or only of what is seen of a stack from outside. */
import type { RunResult } from '../result.ts';

export function isSeenInside({ queues }: RunResult): boolean {
  return queues.length > 0;
}
