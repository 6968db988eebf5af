/** Presence statuses: what a change of status does to a rep's ringing and waiting work. */
import type { Clock, Recorder } from '../ports.ts';
import { OFFLINE, type Roster } from './roster.ts';
import type { AgentWork, RepState } from './work.ts';

export interface PresenceParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly roster: Roster;
  /** Looks for work for a rep who may take some. */
  readonly fill: (rep: RepState) => void;
  /** Ends a push because its rep went away, and routes the item again. */
  readonly reroute: (work: AgentWork) => void;
}

/**
 * Gives the function that sets a rep's status. A busy status does not stop what rings already
 * (Enhanced Omni-Channel; Salesforce Knowledge 004576806); going offline does.
 */
export function createPresence({ clock, recorder, roster, fill, reroute }: PresenceParts) {
  return (rep: RepState, status: string): void => {
    const at = clock.now();
    const able = roster.setStatus(rep, status, at);
    const { id, online, presence } = rep;
    const { capacity } = presence;
    recorder.record({ type: 'presence', at, rep: id, status, online, capacity });
    if (status === OFFLINE) {
      for (const work of [...rep.work]) if (work.status === 'Assigned') reroute(work);
    }
    if (able) fill(rep);
  };
}
