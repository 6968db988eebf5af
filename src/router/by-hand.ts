/** Waiting items given to somebody by hand, or by a partner who routes them. */
import { whyNoRoom } from './capacity.ts';
import { type Core, cancelPush, forget, isExternal, itemIds } from './core.ts';
import { OFFLINE } from './match.ts';
import type { Circumstances } from './pushes.ts';
import type { AgentWork, PendingRouting, RoutingRequest } from './work.ts';

export function createByHand(core: Core, enqueue: (request: RoutingRequest) => unknown) {
  const { clock, recorder, roster, pushes, assigner, pending } = core;
  /** Rings at once, whatever the routing model says. */
  const give = (item: PendingRouting, repId: string, beyond?: Circumstances['beyond']) => {
    const rep = roster.get(repId);
    const { ringing } = item;
    if (ringing !== undefined) cancelPush(core, ringing, 'Canceled', 'it was given to another rep');
    core.backlog.remove(item);
    const work = pushes.ring(item, rep, { tied: 1, ...(beyond && { beyond }) });
    // It may be accepted, or even closed, before this returns.
    core.events.onPush(work);
    if (ringing !== undefined) assigner.fill(ringing.rep);
    return work;
  };

  return {
    /** A supervisor gives a waiting item to a rep: no capacity is asked for (choice C16). */
    assign(workId: string, repId: string): boolean {
      const item = pending.get(workId);
      const rep = roster.find(repId);
      if (item === undefined || rep === undefined || rep.status === OFFLINE) return false;
      core.decide('C16', item);
      give(item, repId, 'supervisor');
      return true;
    },
    /** A partner's AgentWork for an item that it routes; what is against it, if anything. */
    assignExternally(
      workId: string,
      repId: string,
      skipsCapacityCheck: boolean,
    ): Refusal | AgentWork {
      const item = pending.get(workId);
      if (item === undefined || !isExternal(item)) return 'notWaiting';
      if (item.ringing !== undefined) return 'ringing';
      const rep = roster.find(repId);
      if (rep === undefined) return 'unknownRep';
      if (!rep.online) return 'notOnline';
      if (!skipsCapacityCheck && whyNoRoom(rep, item.demand) !== undefined) return 'noRoom';
      return give(item, repId, skipsCapacityCheck ? 'partner' : undefined);
    },
    /** Reassigned to another queue: it keeps its age. Only while it does not ring. */
    move(workId: string, request: RoutingRequest): boolean {
      const item = pending.get(workId);
      if (item === undefined || item.ringing !== undefined) return false;
      forget(core, item);
      const { requestedAtMs } = item;
      enqueue({ ...request, wants: { ...request.wants, requestedAtMs } });
      return true;
    },
    /**
     * Somebody became its owner by hand: it is in no queue any more and rings nowhere. Where the
     * channel checks capacity on reassigned work, a rep has it pushed once there is room.
     */
    takeOver(workId: string, owner: string): boolean {
      const item = pending.get(workId);
      if (item === undefined) return false;
      forget(core, item);
      const at = clock.now();
      const sinceRequestMs = at - item.requestedAtMs;
      recorder.record({ type: 'takenOver', at, ...itemIds(item), owner, sinceRequestMs });
      const { channel } = item.demand;
      const checks = channel.capacityModel === 'STATUS_BASED' && channel.doesCheckCapOnOwnerChange;
      if (checks && roster.find(owner) !== undefined) enqueue(requestFor(item, owner));
      const { ringing } = item;
      if (ringing === undefined) return true;
      cancelPush(core, ringing, 'Canceled', 'its owner was changed');
      assigner.fill(ringing.rep);
      return true;
    },
  };
}

/** The same item, for one rep and nobody else; it keeps its age. */
function requestFor(item: PendingRouting, rep: string): RoutingRequest {
  const { workId, channelId, sessionId, endUser, ordinal, demand, requestedAtMs } = item;
  const { queue, serviceChannel } = demand;
  const ids = { workId, channelId, sessionId, endUser, ordinal };
  return { ...ids, queue, serviceChannel, wants: { rep, repRequired: true, requestedAtMs } };
}

/** Why a partner may not give an item to a rep. */
export type Refusal = 'notWaiting' | 'ringing' | 'unknownRep' | 'notOnline' | 'noRoom';
