/**
 * The reps of one set of candidates in the order in which a routing model asks them, kept in order
 * as they change. Only reps with something free are in it, so that a full house costs nothing.
 */
import type { OmniSettings, RoutingConfig } from '../org.ts';
import { freeUnits, MAX_OPEN_ITEMS, TOLERANCE } from './capacity.ts';
import type { Pool, RepState } from './work.ts';

/** A rep, with what their place was found by. */
export interface Ranked {
  readonly rep: RepState;
  /** How many of the skills that were dropped they have all the same (choice C19). */
  readonly matches: number;
  /** What the routing model compares; lower goes first. Alike: a tie. */
  readonly load: number;
  readonly lastPushAtMs: number;
  readonly loggedInAtMs: number;
  readonly login: number;
}

export interface Ranking {
  /** First to be asked first. Don't change anybody meanwhile. */
  readonly order: readonly Ranked[];
  /** This rep has changed, or is new. */
  update(rep: RepState): void;
  /** No candidate any more. */
  remove(rep: RepState): void;
}

export interface RankingOptions {
  readonly model: RoutingConfig['routingModel'];
  readonly pool: Pool;
  readonly tieBreak: OmniSettings['tieBreak'];
  readonly matches: (rep: RepState) => number;
}

export function createRanking(reps: readonly RepState[], options: RankingOptions): Ranking {
  const compare = options.tieBreak === 'longestSincePush' ? byLastPush : byName;
  const order: Ranked[] = [];
  const known = new Map<RepState, Ranked>();
  const placeOf = (ranked: Ranked) => {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(order[middle] as Ranked, ranked) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const remove = (rep: RepState) => {
    const ranked = known.get(rep);
    if (ranked === undefined) return;
    known.delete(rep);
    order.splice(placeOf(ranked), 1);
  };
  const update = (rep: RepState) => {
    const free = rep.online && rep.work.size < MAX_OPEN_ITEMS ? freeUnits(rep, options.pool) : 0;
    remove(rep);
    if (free <= TOLERANCE) return;
    const ranked = rank(rep, free, options);
    known.set(rep, ranked);
    const last = order.at(-1);
    if (last === undefined || compare(last, ranked) < 0) order.push(ranked);
    else order.splice(placeOf(ranked), 0, ranked);
  };
  for (const rep of reps) update(rep);
  return { order, update, remove };
}

/**
 * The routing models (facts: omni-channel 1.3): LEAST_ACTIVE goes by the open work, in units, of
 * both pools and paused work included; MOST_AVAILABLE by the free units of the pool it would take.
 * The last digits of a sum of doubles decide nothing.
 */
function rank(rep: RepState, free: number, { model, matches }: RankingOptions): Ranked {
  const load = model === 'MOST_AVAILABLE' ? -free : rep.usedUnits + rep.usedInterruptible;
  const { lastPushAtMs, loggedInAtMs, login } = rep;
  const rounded = Math.round(load / TOLERANCE) * TOLERANCE;
  return { rep, matches: matches(rep), load: rounded, lastPushAtMs, loggedInAtMs, login };
}

/**
 * Salesforce documents no tie rule: choice C2 is the oldest last push (never pushed first), then
 * the earliest login, then the rep's id.
 */
function byLastPush(a: Ranked, b: Ranked): number {
  return (
    byLoad(a, b) ||
    a.lastPushAtMs - b.lastPushAtMs ||
    a.loggedInAtMs - b.loggedInAtMs ||
    a.login - b.login ||
    byId(a, b)
  );
}

function byName(a: Ranked, b: Ranked): number {
  return byLoad(a, b) || byId(a, b);
}

/** 0: the routing model sees no difference. */
export function byLoad(a: Ranked, b: Ranked): number {
  return b.matches - a.matches || a.load - b.load;
}

function byId(a: Ranked, b: Ranked): number {
  if (a.rep.id === b.rep.id) return 0;
  return a.rep.id < b.rep.id ? -1 : 1;
}
