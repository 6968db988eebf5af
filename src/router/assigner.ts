/**
 * The two triggers of Omni-Channel: an item looks for a rep, and a rep who becomes able looks for
 * items. Carries out what `match` decides, one push at a time.
 */
import { type Backlog, compareItems } from './backlog.ts';
import type { Decide } from './choices.ts';
import { bestRep, firstItem } from './match.ts';
import type { Circumstances } from './pushes.ts';
import type { AgentWork, PendingRouting, RepState } from './work.ts';

export interface AssignerParts {
  readonly backlog: Backlog;
  readonly ring: (item: PendingRouting, rep: RepState, how: Circumstances) => AgentWork;
  readonly onPush: (work: AgentWork) => void;
  readonly decide: Decide;
  /** Chooses one of `n` by lot, if ties are broken so; the same for the same id. */
  readonly pick: ((n: number, id: string) => number) | undefined;
}

export type Assigner = ReturnType<typeof createAssigner>;

export function createAssigner({ backlog, ring, onPush, decide, pick }: AssignerParts) {
  const choose = (item: PendingRouting) => {
    const { config, pool } = item.demand;
    const { order } = item.candidates.ranking(config.routingModel, pool);
    if (order.length === 0) return undefined;
    if (pick === undefined) return bestRep(item, order);
    return bestRep(item, order, (n) => pick(n, `${item.workId}/${item.attempts}`));
  };
  const push = (item: PendingRouting, rep: RepState, tied: number) => {
    backlog.remove(item);
    if (item.skills.length > 0) {
      if (!rep.queues.includes(item.demand.queue)) decide('C18', item);
      if (item.dropped.length > 0) decide('C19', item);
    }
    onPush(ring(item, rep, { tied }));
  };
  /** Refused items that have not looked for a rep again yet. */
  const unsettled = new Set<PendingRouting>();
  const settle = (item: PendingRouting) => {
    unsettled.delete(item);
    const found = item.lot === undefined ? undefined : choose(item);
    if (found !== undefined) push(item, found.rep, found.tied);
  };
  /** Looks for a rep for a waiting item; those that go before it look first. */
  const place = (item: PendingRouting) => {
    if (unsettled.size > 0) {
      const sooner = [...unsettled].filter((other) => compareItems(other, item) < 0);
      for (const other of sooner.sort(compareItems)) settle(other);
    }
    settle(item);
  };
  return {
    /** Puts an item where it belongs, and looks for a rep. */
    offer(item: PendingRouting): void {
      // Where one like it waits already, nobody can take it.
      if (backlog.add(item)) place(item);
    },
    /**
     * Puts a refused item back. The rep who refused it looks for other work first (`next`), so
     * that the item can't come round to them ahead of something more urgent.
     */
    putBack(item: PendingRouting, next: () => void): void {
      backlog.add(item);
      unsettled.add(item);
      next();
      place(item);
    },
    /** Gives a rep all the waiting work they may have. */
    fill(rep: RepState): void {
      for (;;) {
        const found = firstItem(rep);
        if (found === undefined) return;
        const { item, passedOver } = found;
        if (passedOver === 'full') decide('C5', item);
        else if (passedOver === 'declinedLast') decide('C7', item);
        else if (passedOver === 'primaryFull') decide('C11', item);
        // Nobody else can take what waits, or they would have it already.
        push(item, rep, 1);
      }
    },
  };
}
