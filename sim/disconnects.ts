/** Consoles that lose their connection now and then, each rep by chance of their own. */
import { omniOf, repsOf } from '../src/org.ts';
import type { Clock } from '../src/ports.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { SeatedRep } from './rep.ts';

export interface DisconnectsParts {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly random: Random;
  /** By name. */
  readonly seats: ReadonlyMap<string, SeatedRep>;
}

export function planDisconnects({ plan, clock, random, seats }: DisconnectsParts): void {
  const { disconnectGraceMs } = omniOf(plan.org);
  for (const { id, pool } of repsOf(plan.org)) {
    const seat = seats.get(id);
    const disconnects = plan.reps[pool]?.disconnects;
    if (seat === undefined || disconnects === undefined) continue;
    const { every, lasts } = disconnects;
    const next = (time: number) => {
      // Never at once, or time would stand still.
      const waitMs = Math.max(1, random.draw(every, 'disconnects', `${id}/${time}`));
      if (clock.now() + waitMs > plan.lastsMs) return;
      clock.after(waitMs, () => {
        const goneMs = random.draw(lasts, 'disconnected for', `${id}/${time}`);
        seat.disconnect();
        clock.after(goneMs, () => {
          seat.reconnect();
          // Who was logged out meanwhile logs in again.
          if (goneMs >= disconnectGraceMs) seat.logInAgain();
          next(time + 1);
        });
      });
    };
    next(0);
  }
}
