/**
 * The life of an AgentWork: ring, open, close. Holds and frees the rep's capacity (from the push
 * on, not from the accept), times pushes out, records facts. It does not choose who gets what.
 */
import type { Fact } from '../facts.ts';
import type { Clock, Recorder } from '../ports.ts';
import type { AgentWork, AgentWorkStatus, PendingRouting, RepState } from './work.ts';

export interface PushesParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly newId: (kind: 'agentWork') => string;
  readonly onTimeout: (work: AgentWork) => void;
}

export function createPushes({ clock, recorder, newId, onTimeout }: PushesParts) {
  const release = (work: AgentWork, status: AgentWorkStatus) => {
    const { rep } = work;
    work.status = status;
    rep.work.delete(work);
    // An idle rep has exactly nothing in use, whatever the doubles added up to.
    rep.usedUnits = rep.work.size === 0 ? 0 : rep.usedUnits - work.units;
  };
  const silence = (work: AgentWork) => {
    work.timeout?.cancel();
    work.timeout = undefined;
    work.item.ringing = undefined;
  };

  return {
    ring(item: PendingRouting, rep: RepState): AgentWork {
      const at = clock.now();
      const units = item.config.capacityWeight;
      const id = newId('agentWork');
      const work: AgentWork = {
        id,
        item,
        rep,
        units,
        pushedAtMs: at,
        status: 'Assigned',
        openedAtMs: undefined,
        timeout: undefined,
      };
      item.ringing = work;
      item.attempts += 1;
      rep.usedUnits += units;
      rep.lastPushAtMs = at;
      rep.work.add(work);
      recorder.record(pushedFact(work, at));
      const { pushTimeoutMs } = item.config;
      if (pushTimeoutMs !== undefined) {
        work.timeout = clock.after(pushTimeoutMs, () => onTimeout(work));
      }
      return work;
    },
    open(work: AgentWork): void {
      const at = clock.now();
      silence(work);
      work.status = 'Opened';
      work.openedAtMs = at;
      recorder.record(acceptedFact(work, at));
    },
    /** The rep said no, or did not answer in time. That login is not asked again next. */
    decline(work: AgentWork, status: 'Declined' | 'DeclinedOnPushTimeout', reason?: string): void {
      const at = clock.now();
      silence(work);
      release(work, status);
      work.item.lastDecliner = work.rep.login;
      const sincePushMs = at - work.pushedAtMs;
      if (status === 'DeclinedOnPushTimeout') {
        recorder.record({ type: 'pushTimedOut', at, ...ids(work), sincePushMs });
      } else {
        const why = reason === undefined ? {} : { reason };
        recorder.record({ type: 'declined', at, ...ids(work), sincePushMs, ...why });
      }
    },
    /** The item or the rep went away while it rang. */
    cancel(work: AgentWork, status: 'Canceled' | 'Unavailable', reason: string): void {
      silence(work);
      release(work, status);
      recorder.record({ type: 'pushCancelled', at: clock.now(), ...ids(work), reason });
    },
    close(work: AgentWork): void {
      const at = clock.now();
      release(work, 'Closed');
      recorder.record(closedFact(work, at));
    },
  };
}

// The facts of every push are written out: records made by spreading cost several times as much.

function pushedFact({ id, item, rep, units }: AgentWork, at: number): Fact {
  return {
    type: 'pushed',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.queue,
    agentWork: id,
    rep: rep.id,
    units,
    attempt: item.attempts,
    sinceRequestMs: at - item.requestedAtMs,
  };
}

function acceptedFact({ id, item, rep, units, pushedAtMs }: AgentWork, at: number): Fact {
  return {
    type: 'accepted',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.queue,
    agentWork: id,
    rep: rep.id,
    units,
    sincePushMs: at - pushedAtMs,
    sinceRequestMs: at - item.requestedAtMs,
  };
}

function closedFact({ id, item, rep, units, openedAtMs }: AgentWork, at: number): Fact {
  return {
    type: 'closed',
    at,
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.queue,
    agentWork: id,
    rep: rep.id,
    units,
    handleMs: at - (openedAtMs ?? at),
  };
}

function ids(work: AgentWork) {
  const { item, rep } = work;
  return {
    channel: item.channelId,
    session: item.sessionId,
    work: item.workId,
    queue: item.queue,
    agentWork: work.id,
    rep: rep.id,
    units: work.units,
  };
}
