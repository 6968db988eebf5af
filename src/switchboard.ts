/**
 * Behind the desk: connects what the router and the sessions say to whoever sits at a rep's desk,
 * and what that person does to the router and the sessions. Knows no platform.
 */
import type { Desk, Offer, RepEvents, RepSession } from './desk.ts';
import { StackError } from './errors.ts';
import type { Content, SendOutcome } from './message.ts';
import type { Messenger } from './messenger.ts';
import type { Notices } from './notices.ts';
import type { Router } from './router/router.ts';
import type { AgentWork, AgentWorkStatus } from './router/work.ts';
import type { Moment } from './sessions/lifecycle.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { EndedBy, Entry, Thread } from './sessions/thread.ts';

export interface SwitchboardParts {
  readonly router: Router;
  readonly sessions: Sessions;
  readonly messenger: Messenger;
  readonly notices: Notices;
}

/** The desk, with the stack's side of it: what the router and the sessions tell it. */
export interface Switchboard extends Desk {
  ring(work: AgentWork): void;
  stopRinging(work: AgentWork): void;
  message(workId: string, entry: Entry, thread: Thread): void;
  typing(workId: string, on: boolean): void;
  ended(workId: string, by: EndedBy): void;
}

export function createSwitchboard(parts: SwitchboardParts): Switchboard {
  const { router, sessions, notices } = parts;
  const people = new Map<string, RepEvents>();
  /** Assigned and Opened work by AgentWork id, Opened work by work item id. */
  const works = new Map<string, AgentWork>();
  const opened = new Map<string, AgentWork>();

  const mine = (repId: string, id: string, status: AgentWorkStatus): AgentWork => {
    const work = works.get(id);
    if (work === undefined || work.rep.id !== repId || work.status !== status) {
      throw new StackError('unknownWork', `rep ${repId}, work ${id}`);
    }
    return work;
  };
  const talk = createTalk(parts);
  const open = (work: AgentWork): Promise<boolean> => {
    const { endUser, channelId, workId } = work.item;
    opened.set(workId, work);
    const accept = (thread: Thread, at: Moment) => lifecycle.accepted(thread, workId, at);
    return sessions.update(endUser, channelId, accept).then((thread) => {
      // The session ended between the push and the accept.
      if (thread === undefined) people.get(work.rep.id)?.ended(work.id, 'EndUser');
      else talk.begin(thread);
      return true;
    });
  };
  const seat = (repId: string): RepSession => ({
    setStatus: (status) => router.setStatus(repId, status),
    accept(id) {
      if (works.get(id)?.status !== 'Assigned') return Promise.resolve(false);
      const work = mine(repId, id, 'Assigned');
      router.accept(work);
      return open(work);
    },
    decline(id, reason) {
      if (works.get(id)?.status !== 'Assigned') return false;
      const work = mine(repId, id, 'Assigned');
      works.delete(id);
      return router.decline(work, reason);
    },
    typing: (id, on) => talk.typing(mine(repId, id, 'Opened'), on),
    reply: (id, content) => talk.reply(mine(repId, id, 'Opened'), content),
    end: (id) => talk.end(mine(repId, id, 'Opened')),
    close(id) {
      const work = mine(repId, id, 'Opened');
      works.delete(id);
      opened.delete(work.item.workId);
      router.close(work);
    },
  });
  return {
    connect(repId, events) {
      people.set(repId, events);
      return seat(repId);
    },
    ring(work) {
      works.set(work.id, work);
      people.get(work.rep.id)?.offered(offerOf(work));
    },
    stopRinging(work) {
      works.delete(work.id);
      people.get(work.rep.id)?.withdrawn(work.id);
    },
    message(workId, entry, thread) {
      const work = opened.get(workId);
      if (work === undefined) return;
      notices.indicate(thread, 'read');
      people.get(work.rep.id)?.message(work.id, entry);
    },
    typing(workId, on) {
      const work = opened.get(workId);
      if (work !== undefined) people.get(work.rep.id)?.typing?.(work.id, on);
    },
    ended(workId, by) {
      const work = opened.get(workId);
      if (work !== undefined && by !== 'Agent') people.get(work.rep.id)?.ended(work.id, by);
    },
  };
}

/** What a rep does to the customer, in work that is open. */
function createTalk({ sessions, messenger, notices }: SwitchboardParts) {
  return {
    begin(thread: Thread): void {
      if (thread.session !== undefined) notices.announce(thread, 'joined', thread.session);
      notices.indicate(thread, 'read');
    },
    async reply({ item, rep }: AgentWork, content: Content): Promise<SendOutcome> {
      const { endUser, queue, requestedAtMs, sessionId } = item;
      const thread = await sessions.load(endUser);
      if (thread === undefined) return SESSION_OVER;
      // An opt-out ends the session too; it is the messenger's to say that it was that.
      const { session, consent } = thread;
      const over = session?.id !== sessionId || !lifecycle.isOpen(session);
      if (over && consent !== 'OptedOut') return SESSION_OVER;
      return messenger.send(thread, content, { by: 'rep', rep: rep.id, queue, requestedAtMs });
    },
    async typing({ item }: AgentWork, on: boolean): Promise<void> {
      const thread = await sessions.load(item.endUser);
      if (thread !== undefined) notices.indicate(thread, on ? 'typingOn' : 'typingOff');
    },
    async end({ item: { endUser, channelId, workId } }: AgentWork): Promise<void> {
      await sessions.update(endUser, channelId, (thread, at) =>
        thread.session?.workId === workId ? lifecycle.ended(thread, 'Agent', at) : undefined,
      );
    },
  };
}

const SESSION_OVER: SendOutcome = {
  ok: false,
  failure: 'invalid',
  code: 'stack',
  detail: 'the session is over',
  definite: true,
};

function offerOf({ id, item }: AgentWork): Offer {
  const { channelId, queue, sessionId, endUser, ordinal, attempts } = item;
  return { id, channelId, queue, sessionId, endUser, ordinal, attempt: attempts };
}
