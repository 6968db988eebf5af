/**
 * Work that was opened in another life of this stack. The rep has it again, and what it takes of
 * their capacity, until they come back or count as gone (choice C24).
 */
import type { Core } from './core.ts';
import type { Presence } from './presence.ts';
import type { AgentWork, RoutingRequest } from './work.ts';

export function createRestoring(core: Core, presence: Presence) {
  return {
    /** Nothing for a rep whom the org does not know any more. */
    restore(request: RoutingRequest, repId: string): AgentWork | undefined {
      const rep = core.roster.find(repId);
      if (rep === undefined) return undefined;
      const work = core.pushes.reopen(core.requests.create(request), rep);
      presence.expect(rep);
      return work;
    },
    /** Takes opened work from a rep who does not have it in truth. */
    drop(work: AgentWork): void {
      if (work.status !== 'Opened') return;
      core.pushes.close(work, 'transfer');
      core.assigner.fill(work.rep);
    },
  };
}
