/** How pushes hold the units of their rep's pools, and give them back. */
import type { Roster } from './roster.ts';
import type { AgentWork, AgentWorkStatus } from './work.ts';

/** So many units more, or fewer. */
export type Hold = (work: AgentWork, units: number) => void;

export function createHolding(roster: Pick<Roster, 'changed'>) {
  const hold: Hold = ({ rep, item }, units) => {
    if (item.demand.pool === 'primary') rep.usedUnits += units;
    else rep.usedInterruptible += units;
  };
  return {
    hold,
    /** The push is over: all its units are free again. */
    release(work: AgentWork, status: AgentWorkStatus): void {
      const { rep } = work;
      work.timeout?.cancel();
      work.timeout = undefined;
      work.status = status;
      rep.work.delete(work);
      hold(work, -work.units);
      // An idle rep has exactly nothing in use, whatever the doubles added up to.
      if (rep.work.size === 0) {
        rep.usedUnits = 0;
        rep.usedInterruptible = 0;
      }
      roster.changed(rep);
    },
  };
}
