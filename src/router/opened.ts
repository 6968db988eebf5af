/** What becomes of opened work: closed, finished, passed on, paused; and of the rep's capacity. */
import type { ClosedBy } from '../facts.ts';
import type { AfterConversationWork } from '../org.ts';
import { freeUnits, TOLERANCE, unitsFor } from './capacity.ts';
import type { Core } from './core.ts';
import type { AgentWork, RoutingRequest } from './work.ts';

export type Opened = ReturnType<typeof createOpened>;

export interface OpenedParts {
  readonly core: Core;
  readonly enqueue: (request: RoutingRequest) => unknown;
}

export function createOpened({ core, enqueue }: OpenedParts) {
  const { pushes, assigner, events, decide } = core;
  const close = (work: AgentWork, by: ClosedBy) => {
    pushes.close(work, by);
    if (by !== 'rep') events.onClosed?.(work, by);
  };
  return {
    close,
    afterWorkOver(work: AgentWork): void {
      close(work, work.leaving ? 'transfer' : 'afterWork');
      assigner.fill(work.rep);
    },
    ...createPausing(core, close),
    /** The rep closed the tab, or is done with the after-work. False when it was not open. */
    shut(work: AgentWork): boolean {
      if (work.status !== 'Opened') return false;
      // Work whose capacity hangs on the record's status is not over with its tab.
      const { capacityModel } = work.item.demand.channel;
      if (capacityModel === 'STATUS_BASED' && !work.finished) return false;
      close(work, work.leaving ? 'transfer' : 'rep');
      assigner.fill(work.rep);
      return true;
    },
    /** The conversation is over: after-conversation work begins, or the status frees the rep. */
    finish(work: AgentWork): void {
      if (work.status !== 'Opened' || work.finished) return;
      work.finished = true;
      const settings = afterWorkOf(work);
      if (settings !== undefined) {
        const { presence } = work.rep;
        const both =
          presence.afterConversationWork && work.item.demand.channel.afterConversationWork;
        if (both !== undefined) decide('C13', work.item);
        decide('C14', work.item);
        pushes.startAfterWork(work, settings);
      } else if (work.item.demand.channel.capacityModel === 'STATUS_BASED') {
        close(work, 'status');
        assigner.fill(work.rep);
      }
    },
    /** False when the rep is not in after-conversation work, or has extended it enough. */
    extend(work: AgentWork): boolean {
      const settings = afterWorkOf(work);
      return settings !== undefined && pushes.extendAfterWork(work, settings);
    },
    /** Passes opened work on; it waits as `request` says. False when it was not open. */
    transfer(work: AgentWork, request: RoutingRequest): boolean {
      if (work.status !== 'Opened' || work.finished) return false;
      const settings = afterWorkOf(work);
      work.leaving = true;
      work.finished = true;
      if (settings === undefined) close(work, 'transfer');
      else pushes.startAfterWork(work, settings);
      decide(request.wants?.rep === undefined ? 'C9' : 'C15', request);
      enqueue(request);
      if (settings === undefined) assigner.fill(work.rep);
      return true;
    },
  };
}

/** Of status-based work only: the record's status decides what it takes. */
function createPausing({ pushes, assigner }: Core, close: (work: AgentWork, by: ClosedBy) => void) {
  return {
    /** The record's status is one of the paused ones: it takes fewer units. */
    pause(work: AgentWork): void {
      if (work.status !== 'Opened' || work.item.demand.channel.capacityModel === 'TAB_BASED')
        return;
      pushes.pause(work, true);
      assigner.fill(work.rep);
    },
    /**
     * The record is in progress again. Where the channel checks capacity on a change of status and
     * there is none, it is closed here and false returned: it must be routed to the same rep.
     */
    resume(work: AgentWork): boolean {
      const { demand } = work.item;
      const more = unitsFor(work.rep, demand) - work.units;
      const fits = more <= freeUnits(work.rep, demand.pool) + TOLERANCE;
      if (demand.channel.doesCheckCapOnStatusChange && !fits) {
        close(work, 'status');
        return false;
      }
      pushes.pause(work, false);
      return true;
    },
  };
}

function afterWorkOf({ rep, item }: AgentWork): AfterConversationWork | undefined {
  return rep.presence.afterConversationWork ?? item.demand.channel.afterConversationWork;
}
