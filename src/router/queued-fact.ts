/** The fact of a new PendingServiceRouting. What is usual is left out: most items are plain. */
import type { Fact } from '../facts.ts';
import type { PendingRouting } from './work.ts';

type Queued = Extract<Fact, { type: 'queued' }>;

export function queuedFact(item: PendingRouting, at: number): Queued {
  const fact: Queued = {
    type: 'queued',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.demand.queue,
    priority: item.demand.config.routingPriority,
  };
  const isPlain =
    item.skills.length === 0 &&
    item.preferredRep === undefined &&
    item.transferredBy === undefined &&
    item.secondaryPriority === Number.POSITIVE_INFINITY &&
    item.acceptByMs === Number.POSITIVE_INFINITY &&
    item.requestedAtMs === at;
  return isPlain ? fact : { ...fact, ...extras(item, at) };
}

function extras(item: PendingRouting, at: number): Partial<Queued> {
  const { skills, preferredRep, transferredBy, secondaryPriority, acceptByMs } = item;
  return {
    ...(skills.length > 0 && { skills }),
    ...(preferredRep !== undefined && { preferredRep, repRequired: item.repRequired }),
    ...(transferredBy !== undefined && { transferredBy }),
    ...(Number.isFinite(secondaryPriority) && { secondaryPriority }),
    ...(Number.isFinite(acceptByMs) && { acceptByMs }),
    ...(item.requestedAtMs !== at && { requestedAtMs: item.requestedAtMs }),
  };
}
