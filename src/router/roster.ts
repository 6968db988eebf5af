/**
 * The reps as the router sees them, and the sets of them that items ask for. Presence sessions are
 * numbered.
 */
import { StackError } from '../errors.ts';
import type { OmniSettings, PresenceStatus, Rep } from '../org.ts';
import { type Candidates, createCandidates } from './candidates.ts';
import type { SkillRequirement } from './flow.ts';
import { OFFLINE } from './match.ts';
import { hasSkills, matches, signature } from './skills.ts';
import type { RepState } from './work.ts';

export interface Roster {
  get(repId: string): RepState;
  find(repId: string): RepState | undefined;
  /** Queue-based: the members of a queue. */
  members(queue: string): Candidates;
  /** Skills-based: who has all of `needed`, and of those first who has most of `dropped`. */
  skilled(needed: readonly SkillRequirement[], dropped: readonly SkillRequirement[]): Candidates;
  /** Direct to a rep. */
  only(repId: string): Candidates;
  /** A rep's load or last push has changed. */
  changed(rep: RepState): void;
  /** A supervisor gives a rep other queues or skills. */
  change(
    rep: RepState,
    to: { readonly queues?: readonly string[]; readonly skills?: Skills },
  ): void;
  /** Whether a profile or permission set grants the rep this status (choice C10). */
  mayUse(rep: RepState, status: string): boolean;
  /** Sets a presence status; `Offline` logs out. True when the rep may now be able to take work. */
  setStatus(rep: RepState, status: string, nowMs: number): boolean;
}

type Skills = Readonly<Record<string, number>>;

export interface RosterParts {
  readonly reps: readonly Rep[];
  readonly statuses: Readonly<Record<string, PresenceStatus>>;
  readonly tieBreak: OmniSettings['tieBreak'];
}

export function createRoster({ reps, statuses, tieBreak }: RosterParts): Roster {
  const states = new Map(reps.map((rep) => [rep.id, offline(rep)]));
  const grants = new Map(reps.map((rep) => [rep.id, rep.presenceStatuses]));
  const sets = new Map<string, Candidates>();
  const set = (
    key: string,
    admits: (rep: RepState) => boolean,
    count: (rep: RepState) => number = () => 0,
  ) => {
    let candidates = sets.get(key);
    if (candidates === undefined) {
      candidates = createCandidates(states.values(), { admits, matches: count, tieBreak });
      sets.set(key, candidates);
    }
    return candidates;
  };
  const get = (repId: string) => {
    const rep = states.get(repId);
    if (rep === undefined) throw new Error(`no rep '${repId}'`);
    return rep;
  };
  const changed = (rep: RepState) => {
    for (const candidates of rep.sets) candidates.changed(rep);
  };
  let logins = 0;
  return {
    get,
    find: (repId) => states.get(repId),
    members: (queue) => set(`queue ${queue}`, ({ queues }) => queues.includes(queue)),
    skilled: (needed, dropped) =>
      set(
        `skills ${signature(needed)}/${signature(dropped)}`,
        ({ skills }) => hasSkills(skills, needed),
        ({ skills }) => matches(skills, dropped),
      ),
    only: (repId) => set(`rep ${repId}`, ({ id }) => id === repId),
    changed,
    change(rep, { queues, skills }) {
      rep.queues = queues ?? rep.queues;
      rep.skills = skills ?? rep.skills;
      for (const candidates of sets.values()) candidates.changed(rep);
    },
    mayUse({ id }, status) {
      const granted = grants.get(id);
      return status === OFFLINE || granted === undefined || granted.includes(status);
    },
    setStatus(rep, status, nowMs) {
      const known = status === OFFLINE ? LOGGED_OUT : statuses[status];
      if (known === undefined) throw new StackError('unknownStatus', `rep ${rep.id}: '${status}'`);
      if (rep.status === OFFLINE && status !== OFFLINE) {
        logins += 1;
        rep.login = logins;
        rep.loggedInAtMs = nowMs;
      }
      rep.status = status;
      rep.online = known.online;
      rep.channels = known.channels;
      changed(rep);
      return rep.online;
    },
  };
}

const LOGGED_OUT: PresenceStatus = { online: false };

function offline({ id, queues, presence, skills }: Rep): RepState {
  return {
    id,
    queues,
    skills: skills ?? {},
    presence,
    status: OFFLINE,
    online: false,
    channels: undefined,
    login: 0,
    loggedInAtMs: -1,
    lastPushAtMs: -1,
    usedUnits: 0,
    usedInterruptible: 0,
    work: new Set(),
    sets: [],
  };
}
