/**
 * What a customer sees beside messages: that a rep has read or is writing, that the session was
 * opened or is over. Best effort: what comes of a notice changes nothing.
 */
import type { Announcement, IndicationKind, Outbound } from './message.ts';
import type { Org } from './org.ts';
import type { Clock, Outbox } from './ports.ts';
import type { EndedBy, Session, Thread } from './sessions/thread.ts';

export interface NoticesParts {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly channels: Org['channels'];
  readonly outboundTo: (thread: Thread) => Outbound;
  /** Settles when what is being sent to this end user is out. */
  readonly sendsUnderWay: (key: string) => Promise<unknown> | undefined;
}

export interface Notices {
  /** A read mark or a typing indicator, where the channel is set to show them. */
  indicate(thread: Thread, kind: IndicationKind): void;
  /** What became of a session, after what was sent in it, where the platform has words for it. */
  announce(thread: Thread, kind: Announcement['kind'], session: Session, by?: EndedBy): void;
}

export function createNotices(parts: NoticesParts): Notices {
  const { clock, outbox, channels, outboundTo } = parts;
  return {
    indicate(thread, kind) {
      const { channelId, lastMessageId: messageId, readToken, consent } = thread;
      const shown = channels[channelId]?.indicators ?? [];
      if (!shown.includes(kind === 'read' ? 'read' : 'typing') || consent === 'OptedOut') return;
      const about = { ...outboundTo(thread), kind, messageId };
      const indication = readToken === undefined ? about : { ...about, readToken };
      clock.spawn(`${kind} to ${thread.key}`, () => outbox.indicate(channelId, indication));
    },
    announce(thread, kind, { id: sessionId, startedMs }, by) {
      const { channelId, key } = thread;
      const session = { sessionId, startedMs, ...(by === undefined ? {} : { by }) };
      const about = { ...outboundTo(thread), kind, ...session };
      const before = parts.sendsUnderWay(key);
      if (before !== undefined) {
        clock.spawn(`${kind} to ${key}`, async () => {
          await before;
          await outbox.announce(channelId, about);
        });
        return;
      }
      const telling = outbox.announce(channelId, about);
      if (telling !== undefined) clock.spawn(`${kind} to ${key}`, () => telling);
    },
  };
}
