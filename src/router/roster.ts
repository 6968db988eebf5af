/** The reps as the router sees them: presence and load. Presence sessions are numbered. */
import { StackError } from '../errors.ts';
import type { PresenceStatus, Rep } from '../org.ts';
import type { RepState } from './work.ts';

export interface Roster {
  get(repId: string): RepState;
  /** The reps of a queue, in the order of the org. */
  members(queue: string): readonly RepState[];
  /** Sets a presence status; `Offline` logs out. True when the rep may now be able to take work. */
  setStatus(rep: RepState, status: string, nowMs: number): boolean;
}

/** Built in: it has no file in Salesforce's metadata. */
export const OFFLINE = 'Offline';

const NOBODY: readonly RepState[] = [];

export function createRoster(
  reps: readonly Rep[],
  statuses: Readonly<Record<string, PresenceStatus>>,
): Roster {
  const states = new Map(reps.map((rep) => [rep.id, offline(rep)]));
  const queues = new Map<string, RepState[]>();
  for (const rep of states.values()) {
    for (const queue of rep.queues) {
      const members = queues.get(queue);
      if (members === undefined) queues.set(queue, [rep]);
      else members.push(rep);
    }
  }
  let logins = 0;
  return {
    get(repId) {
      const rep = states.get(repId);
      if (rep === undefined) throw new Error(`no rep '${repId}'`);
      return rep;
    },
    members: (queue) => queues.get(queue) ?? NOBODY,
    setStatus(rep, status, nowMs) {
      const online = status === OFFLINE ? false : statuses[status]?.online;
      if (online === undefined) throw new StackError('unknownStatus', `rep ${rep.id}: '${status}'`);
      if (rep.status === OFFLINE && status !== OFFLINE) {
        logins += 1;
        rep.login = logins;
        rep.loggedInAtMs = nowMs;
      }
      rep.status = status;
      rep.online = online;
      return online;
    },
  };
}

function offline({ id, queues, presence }: Rep): RepState {
  return {
    id,
    queues,
    presence,
    status: OFFLINE,
    online: false,
    login: 0,
    loggedInAtMs: -1,
    lastPushAtMs: -1,
    usedUnits: 0,
    work: new Set(),
  };
}
