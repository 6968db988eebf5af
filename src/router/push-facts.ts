/**
 * The facts of a push. Every one is written out: records made by spreading cost several times as
 * much.
 */
import type { ClosedBy, Fact } from '../facts.ts';
import type { Circumstances } from './pushes.ts';
import type { AgentWork } from './work.ts';

export function pushedFact(
  { id, item, rep, units }: AgentWork,
  at: number,
  { tied, beyond }: Circumstances,
): Fact {
  const fact: Fact & { type: 'pushed' } = {
    type: 'pushed',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.demand.queue,
    agentWork: id,
    rep: rep.id,
    units,
    attempt: item.attempts,
    sinceRequestMs: at - item.requestedAtMs,
    tied,
  };
  if (beyond === undefined && item.dropped.length === 0) return pooled(fact, item);
  const dropped = item.dropped.length === 0 ? {} : { dropped: item.dropped };
  return pooled({ ...fact, ...(beyond === undefined ? {} : { beyond }), ...dropped }, item);
}

export function acceptedFact({ id, item, rep, units, pushedAtMs }: AgentWork, at: number): Fact {
  const fact: Fact = {
    type: 'accepted',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.demand.queue,
    agentWork: id,
    rep: rep.id,
    units,
    sincePushMs: at - pushedAtMs,
    sinceRequestMs: at - item.requestedAtMs,
  };
  return pooled(fact, item);
}

export function closedFact(
  { id, item, rep, units, openedAtMs }: AgentWork,
  at: number,
  by: ClosedBy,
): Fact {
  const fact: Fact = {
    type: 'closed',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.demand.queue,
    agentWork: id,
    rep: rep.id,
    units,
    handleMs: at - (openedAtMs ?? at),
    by,
  };
  return pooled(fact, item);
}

export function workIds({ id, item, rep, units }: AgentWork) {
  const ids = {
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.demand.queue,
    agentWork: id,
    rep: rep.id,
    units,
  };
  return pooled(ids, item);
}

/** Names the pool where it is not the usual one. */
function pooled<T extends object>(fact: T, { demand }: AgentWork['item']): T {
  return demand.pool === 'primary' ? fact : { ...fact, pool: demand.pool };
}
