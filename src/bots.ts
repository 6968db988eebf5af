/**
 * Bots: what takes sessions before people do. A bot has room for any number of sessions unless the
 * org says otherwise (choice C17); when it is done it hands over to a queue, or ends the session.
 * What a bot says is somebody else's business: this is its seat.
 */
import type { Content, SendOutcome } from './message.ts';
import type { Org } from './org.ts';
import type { Clock, Recorder } from './ports.ts';
import type { Router } from './router/router.ts';
import type { RoutingRequest } from './router/work.ts';
import type { EndedBy, Entry } from './sessions/thread.ts';

/** What happens to a bot. Called at the moment it happens; must not throw. */
export interface BotEvents {
  engaged(work: BotWork): void;
  /** The customer wrote. */
  message(workId: string, entry: Entry): void;
  ended(workId: string, by: EndedBy): void;
}

/** A session in a bot's hands. */
export interface BotWork {
  readonly id: string;
  readonly channelId: string;
  /** `<channelId>:<address>`. */
  readonly endUser: string;
  /** Which session of this end user it is, from 1. */
  readonly ordinal: number;
}

/** What a bot can do. After the session has left its hands nothing happens. */
export interface BotSession {
  reply(workId: string, content: Content): Promise<SendOutcome | undefined>;
  /** Hands the session over to its fallback queue, or to another. */
  handOver(workId: string, queue?: string): Promise<void>;
  end(workId: string): Promise<void>;
}

export interface BotsParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly router: Pick<Router, 'enqueue'>;
  readonly talk: {
    engaged(request: RoutingRequest): void;
    /** False when the session was over before. */
    waitsAgain(request: RoutingRequest): Promise<boolean>;
    ended(request: RoutingRequest): Promise<void>;
    reply(request: RoutingRequest, content: Content): Promise<SendOutcome | undefined>;
  };
}

export type Bots = ReturnType<typeof createBots>;

interface Held {
  readonly bot: string;
  readonly request: RoutingRequest;
  readonly sinceMs: number;
}

export function createBots(parts: BotsParts) {
  const { org, clock, recorder } = parts;
  const seats = new Map<string, BotEvents>();
  const held = new Map<string, Held>();
  const counts = new Map<string, number>();

  const leave = (workId: string, outcome: 'handedOver' | 'ended'): Held | undefined => {
    const work = held.get(workId);
    if (work === undefined) return undefined;
    held.delete(workId);
    const { bot, sinceMs, request } = work;
    counts.set(bot, (counts.get(bot) ?? 1) - 1);
    const at = clock.now();
    const lastedMs = at - sinceMs;
    recorder.record({ type: 'botLeft', at, ...idsOf(request), bot, outcome, lastedMs });
    return work;
  };
  const seat: BotSession = {
    async reply(workId, content) {
      const work = held.get(workId);
      return work && parts.talk.reply(work.request, content);
    },
    async handOver(workId, queue) {
      const work = leave(workId, 'handedOver');
      if (work === undefined) return;
      const request = queue === undefined ? work.request : { ...work.request, queue };
      if (await parts.talk.waitsAgain(request)) parts.router.enqueue(request);
    },
    async end(workId) {
      const work = leave(workId, 'ended');
      if (work !== undefined) await parts.talk.ended(work.request);
    },
  };
  return {
    connect(botId: string, events: BotEvents): BotSession {
      seats.set(botId, events);
      return seat;
    },
    /** False when there is no such bot, or it has no room: the queue is the fallback. */
    engage(bot: string, request: RoutingRequest): boolean {
      const events = seats.get(bot);
      const { maxSessions } = org.bots?.[bot] ?? {};
      const count = counts.get(bot) ?? 0;
      if (events === undefined) return false;
      const at = clock.now();
      const { workId, channelId, endUser, ordinal } = request;
      if (maxSessions !== undefined && count >= maxSessions) {
        recorder.record({ type: 'decided', at, choice: 'C17', work: workId });
        return false;
      }
      counts.set(bot, count + 1);
      held.set(workId, { bot, request, sinceMs: at });
      recorder.record({ type: 'botEngaged', at, ...idsOf(request), bot });
      parts.talk.engaged(request);
      events.engaged({ id: workId, channelId, endUser, ordinal });
      return true;
    },
    has: (workId: string) => held.has(workId),
    /** True when a bot has the session. */
    message(workId: string, entry: Entry): boolean {
      const work = held.get(workId);
      if (work === undefined) return false;
      seats.get(work.bot)?.message(workId, entry);
      return true;
    },
    /** True when a bot had the session. */
    ended(workId: string, by: EndedBy): boolean {
      const work = leave(workId, 'ended');
      if (work === undefined) return false;
      seats.get(work.bot)?.ended(workId, by);
      return true;
    },
  };
}

function idsOf({ channelId, sessionId, workId }: RoutingRequest) {
  return { channel: channelId, session: sessionId, work: workId };
}
