/** What becomes of a push: accepted, declined, timed out, its rep gone; and then of the item. */
import { StackError } from '../errors.ts';
import { compareItems } from './backlog.ts';
import { type Core, cancelPush, forget, isExternal, offer } from './core.ts';
import type { AgentWork, RepState } from './work.ts';

export type Handling = ReturnType<typeof createHandling>;

export interface HandlingParts {
  readonly core: Core;
  readonly setStatus: (rep: RepState, status: string) => void;
}

export function createHandling({ core, setStatus }: HandlingParts) {
  const { pushes, assigner, requests, events, decide, clock, waits } = core;

  const refused = ({ item, rep }: AgentWork, status: string | undefined) => {
    const next = () => (status === undefined ? assigner.fill(rep) : setStatus(rep, status));
    item.candidates = requests.candidatesOf(item);
    if (!isExternal(item)) return assigner.putBack(item, next);
    next();
    events.onExternal?.(item);
  };
  return {
    timedOut(work: AgentWork): void {
      pushes.decline(work, 'DeclinedOnPushTimeout');
      events.onPushOver(work);
      refused(work, work.rep.presence.statusOnPushTimeout);
    },
    /** The rep went away: what rings there is routed again, and what waited for them first. */
    reroute(rep: RepState): void {
      const ringing = [...rep.work].filter(({ status }) => status === 'Assigned');
      for (const work of ringing) cancelPush(core, work, 'Unavailable', 'the rep went offline');
      const waiting = [...core.roster.only(rep.id).waiting]
        .flatMap(({ items }) => items)
        .filter(({ repRequired }) => !repRequired);
      for (const item of waiting) core.backlog.remove(item);
      const items = [...ringing.map(({ item }) => item), ...waiting];
      for (const item of items.sort(compareItems)) offer(core, item);
    },
    /** Of the service channel, or of the presence configuration: either will do (choice C1). */
    acceptsByItself({ rep, item }: AgentWork): boolean {
      const byChannel = item.demand.channel.hasAutoAcceptEnabled;
      const byPresence = rep.presence.enableAutoAccept === true;
      if (byChannel !== byPresence) decide('C1', item);
      return byChannel || byPresence;
    },
    /** False when the push is no longer ringing. */
    accept(work: AgentWork): boolean {
      if (work.status !== 'Assigned') return false;
      forget(core, work.item);
      if (work.item.attempts > 1) decide('C25', work.item);
      waits.accepted(work.item, clock.now());
      pushes.open(work);
      return true;
    },
    /** False when the push is no longer ringing. Throws `StackError` where reps may not. */
    decline(work: AgentWork, reason?: string): boolean {
      if (work.status !== 'Assigned') return false;
      const { enableDecline, declineReasons } = work.rep.presence;
      const unknown = reason !== undefined && declineReasons?.includes(reason) === false;
      if (enableDecline === false || unknown) {
        const what = unknown ? `decline reason '${reason}'` : 'decline';
        throw new StackError('notAllowed', `rep ${work.rep.id}: ${what}`);
      }
      pushes.decline(work, 'Declined', reason);
      decide('C8', work.item);
      refused(work, work.rep.presence.statusOnDecline);
      return true;
    },
  };
}
