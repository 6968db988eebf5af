/** What a rep does to the customer in work that is open: replies, shows typing, ends it. */
import type { Content, SendOutcome } from './message.ts';
import type { Messenger } from './messenger.ts';
import type { Notices } from './notices.ts';
import type { AgentWork } from './router/work.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import { isOpen, type Thread } from './sessions/thread.ts';

export interface TalkParts {
  readonly sessions: Sessions;
  readonly messenger: Messenger;
  readonly notices: Notices;
  /** Takes out of a rep's message what must not be sent. */
  readonly mask: (channelId: string, content: Content) => Content;
}

export type Talk = ReturnType<typeof createTalk>;

export function createTalk({ sessions, messenger, notices, mask }: TalkParts) {
  return {
    begin(thread: Thread): void {
      if (thread.session !== undefined) notices.announce(thread, 'joined', thread.session);
      notices.indicate(thread, 'read');
    },
    seen: (thread: Thread) => notices.indicate(thread, 'read'),
    async reply({ item, rep }: AgentWork, content: Content): Promise<SendOutcome> {
      const { endUser, demand, requestedAtMs, sessionId } = item;
      const thread = await sessions.load(endUser);
      if (thread === undefined) return SESSION_OVER;
      // An opt-out ends the session too; it is the messenger's to say that it was that.
      const { session, consent } = thread;
      const over = session?.id !== sessionId || !isOpen(session);
      if (over && consent !== 'OptedOut') return SESSION_OVER;
      const { queue } = demand;
      const fit = mask(item.channelId, content);
      return messenger.send(thread, fit, { by: 'rep', rep: rep.id, queue, requestedAtMs });
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
