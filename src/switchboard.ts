/**
 * Behind the desk: connects what the router and the sessions say to whoever sits at a rep's desk,
 * and what that person does to the router and the sessions. Knows no platform.
 */
import type { Desk, HeldWork, Offer, RepEvents, RepSession } from './desk.ts';
import type { Dispatch } from './dispatch.ts';
import { StackError } from './errors.ts';
import type { ClosedBy } from './facts.ts';
import type { Clock } from './ports.ts';
import type { Router } from './router/router.ts';
import type { AgentWork, AgentWorkStatus } from './router/work.ts';
import type { Moment } from './sessions/lifecycle.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Destination, EndedBy, Entry, Thread } from './sessions/thread.ts';
import type { Talk } from './talk.ts';

export interface SwitchboardParts {
  readonly router: Router;
  readonly sessions: Sessions;
  readonly dispatch: Pick<Dispatch, 'transfer'>;
  readonly talk: Talk;
  readonly clock: Pick<Clock, 'spawn'>;
}

/** The desk, with the stack's side of it: what the router and the sessions tell it. */
export interface Switchboard extends Desk {
  ring(work: AgentWork): void;
  stopRinging(work: AgentWork): void;
  closed(work: AgentWork, by: ClosedBy): void;
  message(workId: string, entry: Entry, thread: Thread): void;
  typing(workId: string, on: boolean): void;
  ended(workId: string, by: EndedBy): void;
  /** Its customer has gone quiet: the rep is let go. */
  wentInactive(workId: string): void;
  /** The work a rep has open for this item, if any. */
  opened(workId: string): AgentWork | undefined;
  /** A rep has this open since before this process began. */
  restored(work: AgentWork): void;
  /** Somebody else has it in truth. */
  takeAway(work: AgentWork): void;
}

export function createSwitchboard(parts: SwitchboardParts): Switchboard {
  const { router, sessions, talk } = parts;
  const people = new Map<string, RepEvents>();
  /** Assigned and Opened work by AgentWork id, Opened work by work item id. */
  const works = new Map<string, AgentWork>();
  const opened = new Map<string, AgentWork>();

  const forget = (work: AgentWork) => {
    works.delete(work.id);
    if (opened.get(work.item.workId) === work) opened.delete(work.item.workId);
  };
  const closedBy = (work: AgentWork, by: ClosedBy, close?: (work: AgentWork) => unknown) => {
    people.get(work.rep.id)?.closed?.(work.id, by);
    close?.(work);
    forget(work);
  };
  const open = (work: AgentWork): Promise<boolean> => {
    const { endUser, channelId, workId } = work.item;
    opened.set(workId, work);
    const accept = (thread: Thread, at: Moment) =>
      lifecycle.accepted(thread, workId, at, work.rep.id);
    return sessions.update(endUser, channelId, accept).then((thread) => {
      // The session ended between the push and the accept.
      if (thread === undefined) {
        router.finish(work);
        people.get(work.rep.id)?.ended(work.id, 'EndUser');
      } else talk.begin(thread);
      return true;
    });
  };
  const partings = createPartings(parts, forget, opened);
  return {
    connect(repId, events) {
      people.set(repId, events);
      return createSeat(repId, works, { ...parts, ...partings, open, forget });
    },
    opened: (workId) => opened.get(workId),
    restored(work) {
      works.set(work.id, work);
      opened.set(work.item.workId, work);
    },
    takeAway: (work) => closedBy(work, 'transfer', router.drop),
    ring(work) {
      works.set(work.id, work);
      const autoAccepted = router.acceptsByItself(work);
      people.get(work.rep.id)?.offered(offerOf(work, autoAccepted));
      if (!autoAccepted || !router.accept(work)) return;
      parts.clock.spawn(`rep ${work.rep.id} is given ${work.id}`, () => open(work));
    },
    stopRinging(work) {
      works.delete(work.id);
      people.get(work.rep.id)?.withdrawn(work.id);
    },
    closed(work, by) {
      closedBy(work, by);
      // Nobody attends to it now, until the customer writes again (choice C24).
      if (by === 'logout') partings.abandon(work);
    },
    message(workId, entry, thread) {
      const work = opened.get(workId);
      if (work === undefined) return;
      talk.seen(thread);
      people.get(work.rep.id)?.message(work.id, entry);
    },
    typing(workId, on) {
      const work = opened.get(workId);
      if (work !== undefined) people.get(work.rep.id)?.typing?.(work.id, on);
    },
    ended(workId, by) {
      const work = opened.get(workId);
      if (work === undefined) return;
      if (by !== 'Agent') people.get(work.rep.id)?.ended(work.id, by);
      router.finish(work);
    },
    wentInactive(workId) {
      const work = opened.get(workId);
      if (work !== undefined) closedBy(work, 'inactivity', router.close);
    },
  };
}

/** How a rep parts with a session that goes on. */
function createPartings(
  { sessions, router, dispatch, clock }: SwitchboardParts,
  forget: (work: AgentWork) => void,
  opened: Map<string, AgentWork>,
) {
  const letGo = (work: AgentWork) => {
    if (router.close(work)) forget(work);
  };
  return {
    /** Nobody attends to it now; the customer's next message wakes it. */
    abandon({ item: { endUser, channelId, workId } }: AgentWork): void {
      clock.spawn(`session of ${endUser} goes inactive`, () =>
        sessions.update(endUser, channelId, (thread, at) =>
          lifecycle.inactivated(thread, workId, at),
        ),
      );
    },
    async handOn(work: AgentWork, to: Destination): Promise<boolean> {
      const { endUser, channelId, workId, demand } = work.item;
      const from = { queue: demand.queue, rep: work.rep.id };
      const wanted = { text: '', to, from };
      const wait = (thread: Thread, at: Moment) => lifecycle.passedOn(thread, workId, wanted, at);
      const thread = await sessions.update(endUser, channelId, wait);
      if (thread?.session === undefined) return false;
      const request = dispatch.transfer(thread, thread.session, to, from);
      if (request === undefined) return false;
      opened.delete(workId);
      return router.transfer(work, request);
    },
    async inactivate(work: AgentWork): Promise<void> {
      const { endUser, channelId, workId, demand } = work.item;
      const quiet = (thread: Thread, at: Moment) => lifecycle.inactivated(thread, workId, at);
      await sessions.update(endUser, channelId, quiet);
      if (work.status !== 'Opened') return;
      if (demand.channel.capacityModel === 'STATUS_BASED') router.pause(work);
      else letGo(work);
    },
    /** The rep sets the session aside; it stays theirs. */
    async pause(work: AgentWork): Promise<boolean> {
      const { endUser, channelId, workId } = work.item;
      const aside = (thread: Thread) => lifecycle.paused(thread, workId);
      const thread = await sessions.update(endUser, channelId, aside);
      if (thread === undefined) return false;
      router.pause(work);
      return true;
    },
    letGo,
  };
}

type Partings = ReturnType<typeof createPartings>;

interface Hands extends SwitchboardParts, Partings {
  readonly open: (work: AgentWork) => Promise<boolean>;
  readonly forget: (work: AgentWork) => void;
}

/** What one rep may do, with their own work only. */
function createSeat(
  repId: string,
  works: ReadonlyMap<string, AgentWork>,
  { router, sessions, talk, open, handOn, inactivate, pause, abandon, forget }: Hands,
): RepSession {
  const mine = (id: string, status: AgentWorkStatus): AgentWork => {
    const work = works.get(id);
    if (work === undefined || work.rep.id !== repId || work.status !== status) {
      throw new StackError('unknownWork', `rep ${repId}, work ${id}`);
    }
    return work;
  };
  const rings = (id: string) => works.get(id)?.status === 'Assigned';
  return {
    setStatus: (status) => router.setStatus(repId, status),
    disconnect: () => router.disconnect(repId),
    reconnect: () => router.reconnect(repId),
    accept(id) {
      if (!rings(id)) return Promise.resolve(false);
      const work = mine(id, 'Assigned');
      router.accept(work);
      return open(work);
    },
    decline(id, reason) {
      if (!rings(id)) return false;
      const work = mine(id, 'Assigned');
      const declined = router.decline(work, reason);
      forget(work);
      return declined;
    },
    typing: (id, on) => talk.typing(mine(id, 'Opened'), on),
    reply: (id, content) => talk.reply(mine(id, 'Opened'), content),
    end: (id) => talk.end(mine(id, 'Opened')),
    transfer: (id, to) => handOn(mine(id, 'Opened'), to),
    extend: (id) => router.extend(mine(id, 'Opened')),
    inactivate: (id) => inactivate(mine(id, 'Opened')),
    pause: (id) => pause(mine(id, 'Opened')),
    close(id) {
      const work = mine(id, 'Opened');
      const isOver = work.finished;
      if (!router.close(work)) return;
      forget(work);
      if (!isOver) abandon(work);
    },
    works: () => [...works.values()].filter(({ rep }) => rep.id === repId).map(held),
    async entries(id) {
      const { endUser, sessionId } = mine(id, 'Opened').item;
      return sessions.entries(endUser, sessionId);
    },
  };
}

function held(work: AgentWork): HeldWork {
  const { status, finished } = work;
  return { ...offerOf(work, false), opened: status === 'Opened', finished };
}

function offerOf({ id, item }: AgentWork, autoAccepted: boolean): Offer {
  const { channelId, sessionId, endUser, ordinal, attempts, demand } = item;
  const of = { channelId, queue: demand.queue, sessionId, endUser, ordinal };
  return { id, ...of, attempt: attempts, autoAccepted };
}
