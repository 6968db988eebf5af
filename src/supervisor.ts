/**
 * What a supervisor, an admin or an automation does to the work of others: assigns what waits,
 * moves it, takes it over, ends it, gives reps other queues and skills.
 */
import type { Clock } from './ports.ts';
import type { Router } from './router/router.ts';
import type { PendingRouting } from './router/work.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';

/** Some of what waits in a queue: the first `count` that have waited this long, or all. */
export interface Selection {
  readonly queue: string;
  readonly count?: number;
  readonly waitingForMs?: number;
}

export interface Supervisor {
  /** Pushes to a rep at once, whatever their capacity (choice C16); how many it could. */
  assign(which: Selection, repId: string): number;
  /** Reassigns to another queue. The items keep their age. */
  move(which: Selection, queue: string): number;
  /** Makes somebody the owner: the items are in no queue any more, and ring nowhere. */
  takeOver(which: Selection, owner: string): number;
  /** Ends sessions that wait, as from a list view: they show as ended by an agent. */
  end(which: Selection): number;
  /** Gives a rep other queues or skills, at once. */
  change(
    repId: string,
    to: {
      readonly queues?: readonly string[];
      readonly skills?: Readonly<Record<string, number>>;
    },
  ): void;
}

export interface SupervisorParts {
  readonly clock: Clock;
  readonly router: Router;
  readonly sessions: Sessions;
}

export function createSupervisor({ clock, router, sessions }: SupervisorParts): Supervisor {
  const select = ({ queue, count, waitingForMs = 0 }: Selection) =>
    router
      .waitingIn(queue)
      .filter(({ requestedAtMs }) => clock.now() - requestedAtMs >= waitingForMs)
      .slice(0, count);
  const each = (which: Selection, act: (item: PendingRouting) => boolean) =>
    select(which).filter(act).length;
  return {
    assign: (which, repId) => each(which, ({ workId }) => router.assign(workId, repId)),
    move: (which, queue) =>
      each(which, (item) => {
        const { workId, channelId, sessionId, endUser, ordinal, demand, skills } = item;
        const { serviceChannel } = demand;
        const request = { workId, channelId, sessionId, endUser, ordinal, queue, serviceChannel };
        return router.move(workId, skills.length > 0 ? { ...request, wants: { skills } } : request);
      }),
    takeOver: (which, owner) => each(which, ({ workId }) => router.takeOver(workId, owner)),
    end: (which) =>
      each(which, ({ endUser, channelId, workId }) => {
        clock.spawn(`the session of ${endUser} is ended by hand`, () =>
          sessions.update(endUser, channelId, (thread, at) =>
            thread.session?.workId === workId ? lifecycle.ended(thread, 'Agent', at) : undefined,
          ),
        );
        return true;
      }),
    change: router.change,
  };
}
