/** What a bot does to a session in its hands: takes it, replies, gives it up, ends it. */
import type { BotsParts } from './bots.ts';
import type { Messenger } from './messenger.ts';
import type { Clock } from './ports.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import { isOpen, type Thread } from './sessions/thread.ts';

export interface BotTalkParts {
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly messenger: Messenger;
}

export function createBotTalk({ clock, sessions, messenger }: BotTalkParts): BotsParts['talk'] {
  return {
    engaged({ endUser, channelId, workId }) {
      clock.spawn(`a bot takes the session of ${endUser}`, () =>
        sessions.update(endUser, channelId, (thread) => lifecycle.engaged(thread, workId)),
      );
    },
    async waitsAgain({ endUser, channelId, workId, queue }) {
      const wanted = { text: '', to: { queue }, from: { queue } };
      const wait = (thread: Thread, at: lifecycle.Moment) =>
        lifecycle.waitsAgain(thread, workId, wanted, at);
      return (await sessions.update(endUser, channelId, wait)) !== undefined;
    },
    async ended({ endUser, channelId, workId }) {
      await sessions.update(endUser, channelId, (thread, at) =>
        thread.session?.workId === workId ? lifecycle.ended(thread, 'Bot', at) : undefined,
      );
    },
    async reply({ endUser, sessionId }, content) {
      const thread = await sessions.load(endUser);
      const { session } = thread ?? {};
      if (thread === undefined || session?.id !== sessionId || !isOpen(session)) {
        return undefined;
      }
      return messenger.send(thread, content, { by: 'bot' });
    },
  };
}
