/** What the parts of the router share. `router.ts` puts it together. */
import type { ClosedBy } from '../facts.ts';
import type { Clock, Recorder } from '../ports.ts';
import type { Assigner } from './assigner.ts';
import type { Backlog } from './backlog.ts';
import type { Decide } from './choices.ts';
import type { Intake, Limit } from './limits.ts';
import type { Pushes } from './pushes.ts';
import type { Requests } from './requests.ts';
import type { Roster } from './roster.ts';
import type { Waits } from './waits.ts';
import type { AgentWork, PendingRouting } from './work.ts';

export interface Core {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly backlog: Backlog;
  readonly roster: Roster;
  readonly requests: Requests;
  readonly pushes: Pushes;
  readonly assigner: Assigner;
  readonly waits: Waits;
  readonly intake: Intake;
  /** PendingServiceRouting by work item: waiting or ringing. */
  readonly pending: Map<string, PendingRouting>;
  readonly decide: Decide;
  readonly events: RouterEvents;
}

/** What happens in the router without somebody's having asked for it just now. */
export interface RouterEvents {
  /** A push began: the rep's desk rings. */
  readonly onPush: (work: AgentWork) => void;
  /** A push ended without the rep's doing: time-out, or the item went away. */
  readonly onPushOver: (work: AgentWork) => void;
  /** Opened work ended without the rep's doing. */
  readonly onClosed?: (work: AgentWork, by: ClosedBy) => void;
  /** A partner is to decide about this item, for the first time or again. */
  readonly onExternal?: (item: PendingRouting) => void;
  /** The org's limits keep an item out. */
  readonly onLimit?: (item: PendingRouting, limit: Limit) => void;
}

/** An item waits no more: accepted, withdrawn or taken over. */
export function forget({ pending, backlog, intake }: Core, item: PendingRouting): void {
  if (!pending.delete(item.workId)) return;
  backlog.remove(item);
  item.timer?.cancel();
  item.timer = undefined;
  intake.leave();
}

/** Puts an item where it belongs and looks for a rep, or has its partner look. */
export function offer({ requests, assigner, events }: Core, item: PendingRouting): void {
  item.candidates = requests.candidatesOf(item);
  if (isExternal(item)) events.onExternal?.(item);
  else assigner.offer(item);
}

export function isExternal({ demand }: PendingRouting): boolean {
  return demand.config.routingModel === 'EXTERNAL_ROUTING';
}

/** Ends a push that the rep did not answer, and tells the desk. */
export function cancelPush(
  { pushes, events }: Core,
  work: AgentWork,
  status: 'Canceled' | 'Unavailable',
  reason: string,
): void {
  pushes.cancel(work, status, reason);
  events.onPushOver(work);
}

export function itemIds({ channelId, sessionId, workId, demand }: PendingRouting) {
  return { channel: channelId, session: sessionId, work: workId, queue: demand.queue };
}
