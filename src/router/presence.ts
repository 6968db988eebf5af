/**
 * Presence: what a change of status, a logout or a lost connection does to a rep's ringing, opened
 * and waiting work (facts: omni-channel 1.6 to 1.8, 1.15).
 */
import type { ClosedBy } from '../facts.ts';
import type { Clock, Recorder, Timer } from '../ports.ts';
import { capacityOf } from './capacity.ts';
import { OFFLINE } from './match.ts';
import type { Roster } from './roster.ts';
import type { AgentWork, RepState } from './work.ts';

export interface PresenceParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly roster: Roster;
  /** Looks for work for a rep who may take some. */
  readonly fill: (rep: RepState) => void;
  /** Ends opened work that the rep did not close. */
  readonly close: (work: AgentWork, by: ClosedBy) => void;
  /** What rings at this rep, or waits for them before others, is routed again. */
  readonly reroute: (rep: RepState) => void;
  readonly graceMs: number;
  /** The grace is over: choice C24 decided it. */
  readonly onLost: (rep: RepState) => void;
}

export type Presence = ReturnType<typeof createPresence>;

export function createPresence(parts: PresenceParts) {
  const { clock, recorder, roster } = parts;
  const lost = new Map<RepState, Timer>();
  /** Whose console is connected, as far as anybody has said. */
  const there = new Set<RepState>();

  /**
   * A busy status does not stop what rings already (Enhanced Omni-Channel; Salesforce Knowledge
   * 004576806); going offline does. Tab-based work counts as closed at a logout and its capacity is
   * free, though the conversation goes on; status-based work stays.
   */
  const setStatus = (rep: RepState, status: string): void => {
    const at = clock.now();
    const wasAt = rep.status;
    const able = roster.setStatus(rep, status, at);
    if (status !== OFFLINE) there.add(rep);
    recorder.record(presenceFact(rep, at));
    if (status !== wasAt) {
      for (const work of [...rep.work])
        if (work.extensions !== undefined) parts.close(work, 'afterWork');
    }
    if (status === OFFLINE) {
      forgive(rep);
      for (const work of [...rep.work]) {
        const isTabBased = work.item.demand.channel.capacityModel === 'TAB_BASED';
        if (work.status === 'Opened' && isTabBased) parts.close(work, 'logout');
      }
      parts.reroute(rep);
    }
    if (able) parts.fill(rep);
  };
  const forgive = (rep: RepState): void => {
    lost.get(rep)?.cancel();
    lost.delete(rep);
  };
  /** The status stays as it is until the grace is over (choice C24). */
  const waitFor = (rep: RepState): void => {
    const hasNothing = rep.status === OFFLINE && rep.work.size === 0;
    if (hasNothing || lost.has(rep)) return;
    const timer = clock.after(parts.graceMs, () => {
      parts.onLost(rep);
      setStatus(rep, OFFLINE);
    });
    lost.set(rep, timer);
  };
  return {
    setStatus,
    reconnect(rep: RepState): void {
      there.add(rep);
      forgive(rep);
    },
    /** The connection is gone. */
    disconnect(rep: RepState): void {
      there.delete(rep);
      waitFor(rep);
    },
    /** They have work from another life of this stack, and may not have come back to it. */
    expect(rep: RepState): void {
      if (!there.has(rep)) waitFor(rep);
    },
  };
}

function presenceFact(rep: RepState, at: number) {
  const { id, status, online, login, channels, presence } = rep;
  const { capacity } = presence;
  const fact = { type: 'presence' as const, at, rep: id, status, online, capacity, login };
  const interruptible = capacityOf(rep, 'interruptible');
  return {
    ...fact,
    ...(channels === undefined ? {} : { channels }),
    ...(interruptible === capacity ? {} : { interruptible }),
  };
}
