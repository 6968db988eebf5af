/**
 * The two triggers of Omni-Channel: an item looks for a rep, and a rep who becomes able looks for
 * items. Carries out what `match` decides, one push at a time.
 */
import type { Backlog } from './backlog.ts';
import { bestRep, firstItem } from './match.ts';
import type { Roster } from './roster.ts';
import type { AgentWork, PendingRouting, RepState } from './work.ts';

export interface AssignerParts {
  readonly backlog: Backlog;
  readonly roster: Roster;
  readonly ring: (item: PendingRouting, rep: RepState) => AgentWork;
  readonly onPush: (work: AgentWork) => void;
}

export function createAssigner({ backlog, roster, ring, onPush }: AssignerParts) {
  const push = (item: PendingRouting, rep: RepState) => {
    backlog.remove(item);
    onPush(ring(item, rep));
  };
  /** Looks for a rep for a waiting item. */
  const place = (item: PendingRouting) => {
    const rep = bestRep(item, roster.members(item.queue));
    if (rep !== undefined) push(item, rep);
  };
  return {
    /** Puts an item where its age and priority belong, and looks for a rep. */
    offer(item: PendingRouting): void {
      backlog.add(item);
      place(item);
    },
    /**
     * Puts a refused item back. The rep who refused it looks for other work first (`next`), so
     * that the item can't come round to them ahead of something more urgent.
     */
    putBack(item: PendingRouting, next: () => void): void {
      backlog.add(item);
      next();
      if (backlog.has(item)) place(item);
    },
    /** Gives a rep all the waiting work they may have. */
    fill(rep: RepState): void {
      for (;;) {
        const item = firstItem(rep, backlog);
        if (item === undefined) return;
        push(item, bestRep(item, roster.members(item.queue)) ?? rep);
      }
    },
  };
}
