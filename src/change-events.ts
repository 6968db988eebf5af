/**
 * What a routing partner hears: changes of records, shaped as Change Data Capture has them, for
 * waiting work that it routes (PendingServiceRouting), pushes (AgentWork) and presence
 * (UserServicePresence). Real orgs send these over Pub/Sub; here they come as webhooks.
 */
import type { Fact } from './facts.ts';
import type { PendingRouting } from './router/work.ts';

export interface ChangeEvent {
  readonly ChangeEventHeader: {
    readonly entityName: 'PendingServiceRouting' | 'AgentWork' | 'UserServicePresence';
    readonly changeType: 'CREATE' | 'UPDATE' | 'DELETE';
    readonly recordIds: readonly string[];
    /** Unix ms. */
    readonly commitTimestamp: number;
  };
  readonly [field: string]: unknown;
}

/** Work that waits for the partner's decision, for the first time or again. */
export function pendingEvent(item: PendingRouting, atMs: number): ChangeEvent {
  const { workId, demand, attempts, lastDecliner } = item;
  return {
    ChangeEventHeader: header(
      'PendingServiceRouting',
      attempts === 0 ? 'CREATE' : 'UPDATE',
      workId,
      atMs,
    ),
    WorkItemId: workId,
    ServiceChannelId: demand.serviceChannel,
    QueueId: demand.queue,
    RoutingModel: 'ExternalRouting',
    RoutingPriority: demand.config.routingPriority,
    CapacityWeight: demand.config.capacityWeight,
    IsPushed: false,
    IsPushAttempted: attempts > 0,
    LastDeclinedAgentSession: lastDecliner ?? null,
  };
}

/** What a fact means for a partner; nothing for most. */
export function eventOf(fact: Fact, unixMs: number): ChangeEvent | undefined {
  if (fact.type === 'presence') {
    const { rep, status, online, capacity } = fact;
    return {
      ChangeEventHeader: header('UserServicePresence', 'CREATE', rep, unixMs),
      UserId: rep,
      ServicePresenceStatusId: status,
      IsAway: !online,
      ConfiguredCapacity: capacity,
    };
  }
  const status = STATUS[fact.type];
  if (status === undefined || !('agentWork' in fact)) return undefined;
  return {
    ChangeEventHeader: header(
      'AgentWork',
      status === 'Assigned' ? 'CREATE' : 'UPDATE',
      fact.agentWork,
      unixMs,
    ),
    WorkItemId: fact.work,
    UserId: fact.rep,
    Status: status,
    CapacityWeight: fact.units,
  };
}

const STATUS: Readonly<Partial<Record<Fact['type'], string>>> = {
  pushed: 'Assigned',
  accepted: 'Opened',
  declined: 'Declined',
  pushTimedOut: 'DeclinedOnPushTimeout',
  pushCancelled: 'Canceled',
  closed: 'Closed',
};

/** The work item waits no more: its PendingServiceRouting is deleted. */
export function deletedEvent(workId: string, unixMs: number): ChangeEvent {
  return { ChangeEventHeader: header('PendingServiceRouting', 'DELETE', workId, unixMs) };
}

type Header = ChangeEvent['ChangeEventHeader'];

function header(
  entityName: Header['entityName'],
  changeType: Header['changeType'],
  id: string,
  commitTimestamp: number,
): Header {
  return { entityName, changeType, recordIds: [id], commitTimestamp };
}
