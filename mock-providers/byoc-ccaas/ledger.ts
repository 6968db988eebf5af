/** What the org remembers of routing: the newest requests for it, and the work it led to. */
import type { RoutingType } from '../../src/channels/byoc-ccaas/wire.ts';

/** A conversation that wants somebody. */
export interface Routing {
  /** Of the event by which it was asked for: the correlation id. */
  readonly eventId: string;
  /** PendingServiceRouting, once there is one. */
  psrId: string | undefined;
}

/** An AgentWork. */
export interface Work {
  readonly id: string;
  readonly userId: string;
  readonly workItemId: string;
  readonly routingType: RoutingType;
  isActive: boolean;
}

export interface RoutingLedger {
  ask(conversationIdentifier: string, eventId: string): Routing;
  routing(conversationIdentifier: string): Routing | undefined;
  add(work: Work): void;
  work(id: string): Work | undefined;
  hasActive(userId: string, workItemId: string): boolean;
  /** Nobody works on this item any more. */
  endWork(workItemId: string): void;
}

const KEPT = 50_000;

export function createRoutingLedger(): RoutingLedger {
  const routings = new Map<string, Routing>();
  const works = new Map<string, Work>();
  /** By user and work item: the newest. */
  const byPair = new Map<string, Work>();
  const byItem = new Map<string, Work>();
  return {
    ask(conversationIdentifier, eventId) {
      const routing: Routing = { eventId, psrId: undefined };
      keep(routings, conversationIdentifier, routing);
      return routing;
    },
    routing: (conversationIdentifier) => routings.get(conversationIdentifier),
    add(work) {
      keep(works, work.id, work);
      keep(byItem, work.workItemId, work);
      keep(byPair, `${work.userId} ${work.workItemId}`, work);
    },
    work: (id) => works.get(id),
    endWork(workItemId) {
      const work = byItem.get(workItemId);
      if (work !== undefined) work.isActive = false;
    },
    hasActive: (userId, workItemId) => byPair.get(`${userId} ${workItemId}`)?.isActive === true,
  };
}

/** As the newest; the oldest is forgotten. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > KEPT ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
