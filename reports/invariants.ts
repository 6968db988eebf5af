/**
 * What the router must never do, whatever the run, told from its facts alone: lose an item, push it
 * to two reps at once, exceed a capacity without a rule that allows it, give skilled work to who
 * has not the skills. Checked on every run; a broken one fails it.
 */
import type { Fact } from '../src/facts.ts';
import type { SummaryOptions } from './summarise.ts';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

interface Rep {
  capacity: number;
  interruptible: number | undefined;
  skills: Readonly<Record<string, number>>;
  units: number;
  interruptibleUnits: number;
}

export interface Invariants {
  record(fact: Fact): void;
  /** In words, the first few. */
  broken(): string[];
}

const SHOWN = 20;
const IDLE = { units: 0, interruptibleUnits: 0 };
/** Of capacity units, which are doubles. */
const SLACK = 1e-6;

export function createInvariants(team: SummaryOptions['reps']): Invariants {
  const reps = new Map<string, Rep>();
  for (const { id, capacity, interruptibleCapacity, skills = {} } of team) {
    reps.set(id, { capacity, interruptible: interruptibleCapacity, skills, ...IDLE });
  }
  /** Work that waits or rings: the push that rings, if one does, and the skills it asks for. */
  const pending = new Map<string, { ringing?: string; readonly skills?: Of<'queued'>['skills'] }>();
  const found: string[] = [];
  const complain = (at: number, what: string) => {
    if (found.length < SHOWN) found.push(`at ${at} ms: ${what}`);
  };
  const release = ({
    rep,
    pool,
    units,
  }: Of<'closed' | 'declined' | 'pushTimedOut' | 'pushCancelled'>) => {
    const holder = reps.get(rep);
    if (holder !== undefined) hold(holder, pool, -units);
  };
  const pushed = (fact: Of<'pushed'>) => {
    const { at, work, rep, agentWork, units, pool, beyond, dropped = [] } = fact;
    const item = pending.get(work);
    const holder = reps.get(rep);
    if (item === undefined) complain(at, `${work} was pushed to ${rep}, but does not wait`);
    else if (item.ringing !== undefined) complain(at, `${work} rings twice, now at ${rep}`);
    if (item !== undefined) item.ringing = agentWork;
    if (holder === undefined) return;
    const held = hold(holder, pool, units);
    if (beyond !== undefined) return;
    const room = pool === undefined ? holder.capacity : (holder.interruptible ?? holder.capacity);
    if (held > room + SLACK) complain(at, `${work} fills ${rep} to ${held} units of ${room}`);
    for (const { skill, level } of item?.skills ?? []) {
      if (dropped.includes(skill) || (holder.skills[skill] ?? -1) >= level) continue;
      complain(at, `${work} needs ${skill} at level ${level}, which ${rep} has not`);
    }
  };
  const record = (fact: Fact): void => {
    if (fact.type === 'queued') {
      const { at, work, skills, preferredRep } = fact;
      if (pending.has(work)) complain(at, `${work} is queued twice`);
      // Who is preferred gets it whatever their skills.
      const asks = skills !== undefined && preferredRep === undefined;
      pending.set(work, asks ? { skills } : {});
    } else if (fact.type === 'pushed') {
      pushed(fact);
    } else if (fact.type === 'accepted') {
      if (pending.get(fact.work)?.ringing !== fact.agentWork) {
        complain(fact.at, `${fact.agentWork} was accepted, but did not ring`);
      }
      pending.delete(fact.work);
    } else if (fact.type === 'declined' || fact.type === 'pushTimedOut') {
      release(fact);
      const item = pending.get(fact.work);
      if (item !== undefined) delete item.ringing;
    } else if (fact.type === 'pushCancelled') {
      release(fact);
      const item = pending.get(fact.work);
      if (item?.ringing === fact.agentWork) delete item.ringing;
    } else if (fact.type === 'closed') {
      release(fact);
    } else if (fact.type === 'withdrawn' || fact.type === 'takenOver') {
      pending.delete(fact.work);
    } else if (fact.type === 'limitExceeded') {
      pending.delete(fact.work);
    } else change(fact, reps);
  };
  return { record, broken: () => [...found] };
}

/** What the pool holds now. */
function hold(rep: Rep, pool: Of<'pushed'>['pool'], units: number): number {
  if (pool === undefined) rep.units += units;
  else rep.interruptibleUnits += units;
  return pool === undefined ? rep.units : rep.interruptibleUnits;
}

/** What changes a rep but is no push. */
function change(fact: Fact, reps: ReadonlyMap<string, Rep>): void {
  if (fact.type === 'paused' || fact.type === 'resumed') {
    const rep = reps.get(fact.rep);
    if (rep !== undefined) hold(rep, fact.pool, fact.units - fact.heldBefore);
  } else if (fact.type === 'repChanged') {
    const rep = reps.get(fact.rep);
    if (rep !== undefined) rep.skills = fact.skills;
  } else if (fact.type === 'presence') {
    const rep = reps.get(fact.rep);
    if (rep === undefined) return;
    rep.capacity = fact.capacity;
    rep.interruptible = fact.interruptible;
  }
}
