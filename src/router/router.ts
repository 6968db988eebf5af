/**
 * The Omni-Channel router's shell: keeps the backlog and the roster, and pushes what `match`
 * decides. Synchronous; it knows no sessions and no people. Two triggers, as in Salesforce: a new
 * item looks for a rep, and a rep who becomes able looks for items.
 */
import type { PresenceStatus, Rep, RoutingConfig } from '../org.ts';
import type { Clock, Recorder } from '../ports.ts';
import type { EndedBy } from '../sessions/thread.ts';
import { createAssigner } from './assigner.ts';
import { createBacklog } from './backlog.ts';
import { createPresence } from './presence.ts';
import { createPushes } from './pushes.ts';
import { createRoster } from './roster.ts';
import type { AgentWork, PendingRouting, RoutingRequest } from './work.ts';

export interface RouterParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly reps: readonly Rep[];
  readonly statuses: Readonly<Record<string, PresenceStatus>>;
  /** The routing configuration of a queue; without one its items wait for ever. */
  readonly configOf: (queue: string) => RoutingConfig | undefined;
  readonly newId: (kind: 'agentWork') => string;
  /** A push began: the rep's desk rings. */
  readonly onPush: (work: AgentWork) => void;
  /** A push ended without the rep's doing: time-out, or the item went away. */
  readonly onPushOver: (work: AgentWork) => void;
}

export interface Router {
  enqueue(request: RoutingRequest): void;
  /** Takes an item out of the backlog, ringing or not; false when it was not waiting. */
  withdraw(workId: string, by: EndedBy): boolean;
  setStatus(repId: string, status: string): void;
  /** False when the push is no longer ringing. */
  accept(work: AgentWork): boolean;
  /** False when the push is no longer ringing. */
  decline(work: AgentWork, reason?: string): boolean;
  /** The rep closed the tab: the capacity is free. False when it was not open. */
  close(work: AgentWork): boolean;
}

/** Priority of items in a queue without a routing configuration; they are never compared. */
const UNROUTED: RoutingConfig = {
  routingModel: 'LEAST_ACTIVE',
  routingPriority: 0,
  capacityWeight: 1,
};

export function createRouter(parts: RouterParts): Router {
  const { clock, recorder } = parts;
  const roster = createRoster(parts.reps, parts.statuses);
  const backlog = createBacklog();
  const pending = new Map<string, PendingRouting>();
  const pushes = createPushes({ ...parts, onTimeout: (work) => timedOut(work) });
  let sequence = 0;

  const assigner = createAssigner({ backlog, roster, ring: pushes.ring, onPush: parts.onPush });

  const cancel = (work: AgentWork, status: 'Canceled' | 'Unavailable', reason: string) => {
    pushes.cancel(work, status, reason);
    parts.onPushOver(work);
  };
  const reroute = (work: AgentWork) => {
    cancel(work, 'Unavailable', 'the rep went offline');
    assigner.offer(work.item);
  };
  const { fill } = assigner;
  const setStatus = createPresence({ clock, recorder, roster, fill, reroute });
  const refused = ({ item, rep }: AgentWork, status: string | undefined) => {
    assigner.putBack(item, () => (status === undefined ? fill(rep) : setStatus(rep, status)));
  };
  const timedOut = (work: AgentWork) => {
    pushes.decline(work, 'DeclinedOnPushTimeout');
    parts.onPushOver(work);
    refused(work, work.rep.presence.statusOnPushTimeout);
  };

  return {
    enqueue(request) {
      const config = parts.configOf(request.queue);
      sequence += 1;
      const item = pendingRouting(request, config ?? UNROUTED, clock.now(), sequence);
      pending.set(item.workId, item);
      const priority = item.config.routingPriority;
      recorder.record({ type: 'queued', at: item.requestedAtMs, ...ids(item), priority });
      if (config !== undefined) assigner.offer(item);
    },
    withdraw(workId, by) {
      const item = pending.get(workId);
      if (item === undefined) return false;
      pending.delete(workId);
      backlog.remove(item);
      recorder.record({ ...withdrawal(item, clock.now()), by });
      const { ringing } = item;
      if (ringing === undefined) return true;
      cancel(ringing, 'Canceled', 'the customer left');
      fill(ringing.rep);
      return true;
    },
    setStatus: (repId, status) => setStatus(roster.get(repId), status),
    accept(work) {
      if (work.status !== 'Assigned') return false;
      pending.delete(work.item.workId);
      pushes.open(work);
      return true;
    },
    decline(work, reason) {
      if (work.status !== 'Assigned') return false;
      pushes.decline(work, 'Declined', reason);
      refused(work, work.rep.presence.statusOnDecline);
      return true;
    },
    close(work) {
      if (work.status !== 'Opened') return false;
      pushes.close(work);
      fill(work.rep);
      return true;
    },
  };
}

function pendingRouting(
  request: RoutingRequest,
  config: RoutingConfig,
  requestedAtMs: number,
  sequence: number,
): PendingRouting {
  const { workId, channelId, sessionId, endUser, ordinal, queue } = request;
  return {
    workId,
    channelId,
    sessionId,
    endUser,
    ordinal,
    queue,
    config,
    requestedAtMs,
    sequence,
    attempts: 0,
    ringing: undefined,
    lastDecliner: undefined,
  };
}

function withdrawal(item: PendingRouting, at: number) {
  const sinceRequestMs = at - item.requestedAtMs;
  return { type: 'withdrawn' as const, at, ...ids(item), sinceRequestMs };
}

function ids({ channelId, sessionId, workId, queue }: PendingRouting) {
  return { channel: channelId, session: sessionId, work: workId, queue };
}
