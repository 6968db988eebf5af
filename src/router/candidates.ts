/**
 * Who may be asked for an item: the members of a queue, whoever has certain skills, or one rep. A
 * set keeps its reps ranked, and knows what waits for them.
 */
import type { OmniSettings, RoutingConfig } from '../org.ts';
import { createRanking, type Ranking } from './ranking.ts';
import type { Demand, PendingRouting, Pool, RepState } from './work.ts';

export interface Candidates {
  readonly reps: ReadonlySet<RepState>;
  /** Non-empty lots of items that wait for these reps. */
  readonly waiting: Set<Lot>;
  /** The lot of items that ask for the same, and were declined last by the same login. */
  lot(demand: Demand, lastDecliner: number | undefined): Lot;
  /** Drops a lot that has become empty. */
  forget(lot: Lot): void;
  ranking(model: RoutingConfig['routingModel'], pool: Pool): Ranking;
  /** The rep's load, presence, queues or skills are others now. */
  changed(rep: RepState): void;
}

/**
 * Waiting items that no rep can tell apart but by their order: who may have one may have any, so
 * only the first needs a look. A binary heap.
 */
export interface Lot {
  readonly demand: Demand;
  readonly lastDecliner: number | undefined;
  readonly candidates: Candidates;
  readonly items: PendingRouting[];
}

export interface CandidatesOptions {
  readonly admits: (rep: RepState) => boolean;
  /** How many dropped skills a rep has all the same. */
  readonly matches: (rep: RepState) => number;
  readonly tieBreak: OmniSettings['tieBreak'];
}

export function createCandidates(
  everybody: Iterable<RepState>,
  { admits, matches, tieBreak }: CandidatesOptions,
): Candidates {
  const reps = new Set<RepState>();
  const lots = new Map<Demand, Map<number, Lot>>();
  const rankings = new Map<string, Ranking>();
  const candidates: Candidates = {
    reps,
    waiting: new Set(),
    lot(demand, lastDecliner) {
      let byDecliner = lots.get(demand);
      if (byDecliner === undefined) {
        byDecliner = new Map();
        lots.set(demand, byDecliner);
      }
      let lot = byDecliner.get(lastDecliner ?? NOBODY);
      if (lot === undefined) {
        lot = { demand, lastDecliner, candidates, items: [] };
        byDecliner.set(lastDecliner ?? NOBODY, lot);
      }
      return lot;
    },
    forget({ demand, lastDecliner }) {
      if (lastDecliner !== undefined) lots.get(demand)?.delete(lastDecliner);
    },
    ranking(model, pool) {
      const name = `${model} ${pool}`;
      let ranking = rankings.get(name);
      if (ranking === undefined) {
        ranking = createRanking([...reps], { model, pool, tieBreak, matches });
        rankings.set(name, ranking);
      }
      return ranking;
    },
    changed(rep) {
      if (admits(rep)) {
        if (!reps.has(rep)) {
          reps.add(rep);
          rep.sets.push(candidates);
        }
        for (const ranking of rankings.values()) ranking.update(rep);
      } else if (reps.delete(rep)) {
        rep.sets.splice(rep.sets.indexOf(candidates), 1);
        for (const ranking of rankings.values()) ranking.remove(rep);
      }
    },
  };
  for (const rep of everybody) candidates.changed(rep);
  return candidates;
}

/** In place of a login: nobody has declined it. */
const NOBODY = 0;
