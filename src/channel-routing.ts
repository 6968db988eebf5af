/**
 * Channels whose partner owns the routing (BYOC for CCaaS): asks it through the channel, and gives
 * work to whom it says.
 */
import { StackError } from './errors.ts';
import type { Outbound } from './message.ts';
import { type Org, repsOf } from './org.ts';
import type { Clock, Outbox } from './ports.ts';
import type { Router } from './router/router.ts';
import type { PendingRouting } from './router/work.ts';
import type { Thread } from './sessions/thread.ts';
import { userIdOf } from './user-ids.ts';

export interface ChannelRoutingParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly router: () => Pick<Router, 'assignExternally'>;
  readonly outboundTo: (to: { readonly address: string; readonly channelId: string }) => Outbound;
}

export function createChannelRouting(parts: ChannelRoutingParts) {
  const { org, clock, outbox, outboundTo } = parts;
  const byUserId = new Map(repsOf(org).map(({ id }) => [userIdOf(id), id]));
  return {
    /** Has the channel's partner decide, if it has one who does. */
    ask({ channelId, endUser, sessionId, attempts, demand }: PendingRouting): void {
      if (demand.config.partner !== undefined) return;
      const address = endUser.slice(channelId.length + 1);
      const wanted = { ...outboundTo({ address, channelId }), sessionId, again: attempts > 0 };
      const asking = outbox.requestRouting(channelId, wanted);
      if (asking !== undefined) clock.spawn(`routing of ${endUser} is asked for`, () => asking);
    },
    /** Throws `StackError` when the rep can't have it now. */
    assigned({ session, key }: Thread, userId: string): void {
      const rep = byUserId.get(userId) ?? userId;
      const made = parts.router().assignExternally(session?.workId ?? '', rep, false);
      if (typeof made === 'string') throw new StackError('notAllowed', `${key} to ${rep}: ${made}`);
    },
  };
}
