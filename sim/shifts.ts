/** Shifts and breaks: when reps are there, over presence statuses. */
import { repsOf } from '../src/org.ts';
import type { Clock } from '../src/ports.ts';
import { setStatus } from './events.ts';
import type { Plan, Shift } from './plan.ts';
import type { SeatedRep } from './rep.ts';

export interface ShiftsParts {
  readonly plan: Plan;
  readonly clock: Clock;
  /** By name. */
  readonly seats: ReadonlyMap<string, SeatedRep>;
}

export function planShifts({ plan, clock, seats }: ShiftsParts): void {
  const statuses = Object.entries(plan.org.presenceStatuses);
  const working = statuses.find(([, { online }]) => online)?.[0];
  const away = statuses.find(([, { online }]) => !online)?.[0] ?? 'Offline';
  const at = (ms: number, act: () => void) => {
    if (ms <= plan.lastsMs + plan.drainMs) clock.after(ms - clock.now(), act);
  };
  const place = new Map<string, number>();
  for (const { id, pool } of repsOf(plan.org)) {
    const index = place.get(pool) ?? 0;
    place.set(pool, index + 1);
    const seat = seats.get(id);
    if (seat === undefined) continue;
    for (const shift of plan.reps[pool]?.shifts ?? []) {
      const { status = working, breaks, ends, staggerMs } = shift;
      const show = (shown = away) => setStatus(seat, shown);
      for (const beginsMs of beginnings(shift, plan.lastsMs)) {
        const from = beginsMs + index * staggerMs;
        const to = from + shift.toMs - shift.fromMs;
        at(from, () => show(status));
        for (const pause of breaks) {
          const leaves = from + pause.atMs + index * pause.staggerMs;
          // Who is late for a break at the end of the shift has none.
          if (leaves + pause.forMs > to) continue;
          at(leaves, () => show(pause.status));
          at(leaves + pause.forMs, () => show(status));
        }
        at(to, () => {
          show(ends === 'atOnce' ? 'Offline' : away);
          if (ends === 'finishing') seat.leaveWhenDone();
        });
      }
    }
  }
}

/** When a shift begins, while customers come. */
function beginnings({ fromMs, everyMs }: Shift, lastsMs: number): readonly number[] {
  if (everyMs === undefined) return [fromMs];
  const count = Math.max(1, Math.ceil((lastsMs - fromMs) / everyMs));
  return Array.from({ length: count }, (_, i) => fromMs + i * everyMs);
}
