/**
 * The life of an AgentWork: ring, open, pause, after-conversation work, close. Holds and frees the
 * rep's capacity (from the push on, not from the accept), times pushes out, records facts. It does
 * not choose who gets what.
 */
import type { ClosedBy } from '../facts.ts';
import type { AfterConversationWork } from '../org.ts';
import type { Clock, Recorder } from '../ports.ts';
import { pausedUnitsFor, unitsFor } from './capacity.ts';
import { createHolding, type Hold } from './holding.ts';
import { acceptedFact, closedFact, pushedFact, workIds } from './push-facts.ts';
import type { Roster } from './roster.ts';
import type { AgentWork, PendingRouting, RepState } from './work.ts';

export interface PushesParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly roster: Pick<Roster, 'changed'>;
  readonly newId: (kind: 'agentWork') => string;
  readonly onTimeout: (work: AgentWork) => void;
  /** The time for after-conversation work is up. */
  readonly onAfterWorkOver: (work: AgentWork) => void;
}

/** How a push came about, where a routing model did not choose freely. */
export interface Circumstances {
  /** Eligible reps the routing model could not tell apart; 1: no tie. */
  readonly tied: number;
  /** The rule by which it may exceed the rep's capacity. */
  readonly beyond?: 'supervisor' | 'partner';
}

export type Pushes = ReturnType<typeof createPushes>;

export function createPushes(parts: PushesParts) {
  const { clock, recorder, roster } = parts;
  const { hold, release } = createHolding(roster);
  const silence = (work: AgentWork) => {
    work.timeout?.cancel();
    work.timeout = undefined;
    work.item.ringing = undefined;
  };

  return {
    ring(item: PendingRouting, rep: RepState, how: Circumstances): AgentWork {
      const at = clock.now();
      const work = agentWork(parts.newId('agentWork'), item, rep, at);
      item.ringing = work;
      item.attempts += 1;
      rep.lastPushAtMs = at;
      rep.work.add(work);
      hold(work, work.units);
      roster.changed(rep);
      recorder.record(pushedFact(work, at, how));
      const { pushTimeoutMs } = item.demand.config;
      if (pushTimeoutMs !== undefined) {
        work.timeout = clock.after(pushTimeoutMs, () => parts.onTimeout(work));
      }
      return work;
    },
    /** It was opened in another life of this stack: nobody is asked. */
    reopen(item: PendingRouting, rep: RepState): AgentWork {
      const at = clock.now();
      const work = agentWork(parts.newId('agentWork'), item, rep, at);
      work.status = 'Opened';
      work.openedAtMs = at;
      rep.work.add(work);
      hold(work, work.units);
      roster.changed(rep);
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
        recorder.record({ type: 'pushTimedOut', at, ...workIds(work), sincePushMs });
      } else {
        const why = reason === undefined ? {} : { reason };
        recorder.record({ type: 'declined', at, ...workIds(work), sincePushMs, ...why });
      }
    },
    /** The item or the rep went away while it rang. */
    cancel(work: AgentWork, status: 'Canceled' | 'Unavailable', reason: string): void {
      silence(work);
      release(work, status);
      recorder.record({ type: 'pushCancelled', at: clock.now(), ...workIds(work), reason });
    },
    close(work: AgentWork, by: ClosedBy): void {
      const at = clock.now();
      release(work, by === 'transfer' ? 'Transferred' : 'Closed');
      recorder.record(closedFact(work, at, by));
    },
    ...createRest(parts, hold),
  };
}

function agentWork(id: string, item: PendingRouting, rep: RepState, at: number): AgentWork {
  return {
    id,
    item,
    rep,
    pushedAtMs: at,
    units: unitsFor(rep, item.demand),
    paused: false,
    status: 'Assigned',
    openedAtMs: undefined,
    timeout: undefined,
    finished: false,
    leaving: false,
    extensions: undefined,
    afterWorkUntilMs: 0,
  };
}

/** What becomes of opened work before it is closed. */
function createRest(parts: PushesParts, hold: Hold) {
  const { clock, recorder, roster } = parts;
  return {
    /** Takes fewer units while it is paused, or again all of them. */
    pause(work: AgentWork, paused: boolean): void {
      if (work.paused === paused) return;
      const { rep, item } = work;
      const units = paused ? pausedUnitsFor(rep, item.demand) : unitsFor(rep, item.demand);
      const heldBefore = work.units;
      work.paused = paused;
      hold(work, units - heldBefore);
      work.units = units;
      roster.changed(rep);
      const type = paused ? ('paused' as const) : ('resumed' as const);
      recorder.record({ type, at: clock.now(), ...workIds(work), heldBefore });
    },
    startAfterWork(work: AgentWork, { maxMs }: AfterConversationWork): void {
      work.extensions = 0;
      work.afterWorkUntilMs = clock.now() + maxMs;
      work.timeout = clock.after(maxMs, () => parts.onAfterWorkOver(work));
    },
    /** False when there are no more extensions. */
    extendAfterWork(work: AgentWork, settings: AfterConversationWork): boolean {
      const { extensions } = work;
      if (extensions === undefined || extensions >= settings.maxExtensions) return false;
      work.extensions = extensions + 1;
      work.timeout?.cancel();
      work.afterWorkUntilMs += settings.extensionMs;
      const left = work.afterWorkUntilMs - clock.now();
      work.timeout = clock.after(left, () => parts.onAfterWorkOver(work));
      return true;
    },
  };
}
