/** How items begin to wait, and leave without having been answered. */
import type { EndedBy } from '../sessions/thread.ts';
import { type Core, cancelPush, forget, itemIds, offer } from './core.ts';
import type { Limit } from './limits.ts';
import { queuedFact } from './queued-fact.ts';
import type { PendingRouting, RoutingRequest } from './work.ts';

export function createWaiting(core: Core) {
  const { clock, recorder, requests, assigner, pending, intake } = core;

  const keepOut = (item: PendingRouting, limit: Limit) => {
    const { userOverflowAssignee, queueOverflowAssignee } = item.demand.config;
    const assignee = userOverflowAssignee ?? queueOverflowAssignee;
    const to = assignee === undefined ? {} : { assignee };
    recorder.record({ type: 'limitExceeded', at: clock.now(), ...itemIds(item), limit, ...to });
    core.events.onLimit?.(item, limit);
  };
  const begin = (item: PendingRouting, startAtMs: number | undefined) => {
    const begins = () => {
      item.timer = undefined;
      requests.startDrops(item);
      offer(core, item);
    };
    if (startAtMs === undefined || startAtMs <= clock.now()) return begins();
    core.decide('C4', item);
    item.timer = clock.after(startAtMs - clock.now(), begins);
  };
  return {
    /** What kept the item out, if the org's limits did. */
    enqueue(request: RoutingRequest): Limit | undefined {
      // Asked for twice, by who has looked at the store and by who wrote to it.
      if (pending.has(request.workId)) return undefined;
      const item = requests.create(request);
      const limit = intake.admit(clock.now());
      recorder.record(queuedFact(item, clock.now()));
      if (limit !== undefined) {
        keepOut(item, limit);
        return limit;
      }
      pending.set(item.workId, item);
      if (requests.isRouted(item.demand.queue)) begin(item, request.wants?.startAtMs);
      return undefined;
    },
    /** Takes an item out of the backlog, ringing or not; false when it was not waiting. */
    withdraw(workId: string, by: EndedBy): boolean {
      const item = pending.get(workId);
      if (item === undefined) return false;
      forget(core, item);
      const at = clock.now();
      const sinceRequestMs = at - item.requestedAtMs;
      recorder.record({ type: 'withdrawn', at, ...itemIds(item), sinceRequestMs, by });
      const { ringing } = item;
      if (ringing === undefined) return true;
      cancelPush(core, ringing, 'Canceled', 'the customer left');
      assigner.fill(ringing.rep);
      return true;
    },
  };
}
