/**
 * How far a run is: one line rewritten in place on a terminal, elsewhere a quiet line at each
 * quarter. Asks no clock: the caller says how much wall time has passed.
 */
import type { Progress } from '../summarise.ts';
import { count, duration } from './format.ts';

export interface ProgressOptions {
  write(text: string): void;
  readonly isTty: boolean;
  /** Columns of the terminal; longer lines are cut so that they can be rewritten. */
  readonly columns?: number;
}

export interface ProgressLine {
  /** `wallMs`: real time since the run began. */
  update(progress: Progress, wallMs: number): void;
  /** So many of so many runs are done, or of nobody knows how many. */
  tell(runs: { readonly done: number; readonly of?: number }, wallMs: number): void;
  /** Takes the line away again. */
  done(): void;
}

const QUARTERS = [0.25, 0.5, 0.75];
const ERASE_LINE = '\r\u001b[2K';

export function createProgress({ write, isTty, columns = 100 }: ProgressOptions): ProgressLine {
  let told = 0;
  let shown = false;
  return {
    update(progress, wallMs) {
      if (isTty) {
        write(ERASE_LINE + describe(progress, wallMs).slice(0, columns - 1));
        shown = true;
        return;
      }
      const reached = shareReached(progress);
      const passed = QUARTERS.filter((quarter) => reached >= quarter).length;
      if (passed <= told) return;
      told = passed;
      // A run that ends at once needs no news of itself.
      if (reached < 1) write(`${describe(progress, wallMs)}\n`);
    },
    tell({ done, of }, wallMs) {
      const share = of === undefined ? 0 : done / of;
      const so = of === undefined ? '' : ` of ${count(of)}`;
      const text = `${count(done)}${so} runs done${timeLeft(share, wallMs)}`;
      if (isTty) {
        write(ERASE_LINE + text.slice(0, columns - 1));
        shown = true;
        return;
      }
      const passed = QUARTERS.filter((quarter) => share >= quarter).length;
      if (passed > told && share < 1) write(`${text}\n`);
      told = passed;
    },
    done() {
      if (shown) write(ERASE_LINE);
      shown = false;
    },
  };
}

function shareReached({ reachedMs, lastsMs }: Progress): number {
  return lastsMs > 0 ? reachedMs / lastsMs : 1;
}

function describe(progress: Progress, wallMs: number): string {
  const { reachedMs, lastsMs, arrived, left, waiting } = progress;
  const share = Math.floor(Math.min(1, shareReached(progress)) * 100);
  const place =
    reachedMs > lastsMs
      ? `no more arrivals, ${duration(reachedMs - lastsMs)} over`
      : `${duration(reachedMs)} of ${duration(lastsMs)}`;
  const parts = [
    `${String(share).padStart(3)}%  ${place}${timeLeft(shareReached(progress), wallMs)}`,
    `${count(arrived)} begun, ${count(left)} finished`,
    `${count(waiting)} waiting`,
  ];
  if (wallMs > 0) {
    const speed = reachedMs / wallMs;
    parts.push(`${speed < 10 ? speed.toFixed(1) : count(speed)}x real time`);
    parts.push(`${count((progress.facts / wallMs) * 1000)} events/s`);
  }
  return parts.join('  ');
}

/** Nothing before there is anything to go by. */
function timeLeft(share: number, wallMs: number): string {
  if (share <= 0 || share >= 1 || wallMs < 1000) return '';
  return `, ${duration((wallMs * (1 - share)) / share)} left`;
}
