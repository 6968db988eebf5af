/**
 * Who gets what: the pure heart of the router. An item picks its best rep by the model of its own
 * routing configuration (choice C6); a rep who becomes able takes the first item that fits, and a
 * heavy one does not block lighter ones behind it (choice C5).
 */
import type { Backlog } from './backlog.ts';
import { hasRoomFor } from './capacity.ts';
import { POLICIES } from './policies.ts';
import type { PendingRouting, RepState } from './work.ts';

/** Online, room enough, and not the presence session that declined it last (choice C7). */
export function isEligible(rep: RepState, item: PendingRouting): boolean {
  return (
    rep.online && item.lastDecliner !== rep.login && hasRoomFor(rep, item.config.capacityWeight)
  );
}

/** The rep who gets `item`, out of the members of its queue. */
export function bestRep(item: PendingRouting, members: readonly RepState[]): RepState | undefined {
  const compare = POLICIES[item.config.routingModel];
  let best: RepState | undefined;
  for (const rep of members) {
    if (isEligible(rep, item) && (best === undefined || compare(rep, best) < 0)) best = rep;
  }
  return best;
}

/** The first waiting item this rep may have. */
export function firstItem(rep: RepState, backlog: Backlog): PendingRouting | undefined {
  if (!rep.online) return undefined;
  for (const item of backlog.inOrder(rep.queues)) {
    if (isEligible(rep, item)) return item;
  }
  return undefined;
}
