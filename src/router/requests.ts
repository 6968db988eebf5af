/**
 * From a request to a PendingServiceRouting: what it demands, who may be asked, and how that widens
 * as additional skills are dropped.
 */
import type { RoutingConfig, ServiceChannel } from '../org.ts';
import type { Clock } from '../ports.ts';
import type { Candidates } from './candidates.ts';
import { poolOf } from './capacity.ts';
import type { Decide } from './choices.ts';
import type { SkillRequirement } from './flow.ts';
import { OFFLINE } from './match.ts';
import type { Roster } from './roster.ts';
import { dropGroups } from './skills.ts';
import type { Demand, PendingRouting, RoutingRequest } from './work.ts';

export interface RequestsParts {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly roster: Roster;
  readonly decide: Decide;
  /** The routing configuration of a queue; without one its items wait for ever. */
  readonly configOf: (queue: string) => RoutingConfig | undefined;
  readonly serviceChannelOf: (name: string) => ServiceChannel;
  /** More reps may be asked for this item than before. */
  readonly onWidened: (item: PendingRouting) => void;
}

export type Requests = ReturnType<typeof createRequests>;

/** In a queue without a routing configuration; such items are never compared. */
const UNROUTED: RoutingConfig = {
  routingModel: 'LEAST_ACTIVE',
  routingPriority: 0,
  capacityWeight: 1,
};

export function createRequests(parts: RequestsParts) {
  const { clock, roster } = parts;
  const demandOf = createDemands(parts);
  let sequence = 0;

  return {
    isRouted: (queue: string) => parts.configOf(queue) !== undefined,
    create(request: RoutingRequest): PendingRouting {
      const { workId, channelId, sessionId, endUser, ordinal, queue, wants } = request;
      const demand = demandOf(queue, request.serviceChannel);
      const skills = wants === undefined ? demand.config.skills : wants.skills;
      sequence += 1;
      return {
        ...{ workId, channelId, sessionId, endUser, ordinal, demand, sequence },
        secondaryPriority: wants?.priority ?? Number.POSITIVE_INFINITY,
        acceptByMs: wants?.acceptByMs ?? Number.POSITIVE_INFINITY,
        requestedAtMs: wants?.requestedAtMs ?? clock.now(),
        skills: skills ?? demand.config.skills ?? NONE,
        preferredRep: wants?.rep,
        repRequired: wants?.repRequired === true,
        transferredBy: wants?.transferredBy,
        candidates: roster.members(queue),
        dropped: NO_NAMES,
        timer: undefined,
        attempts: 0,
        ringing: undefined,
        lastDecliner: undefined,
        lot: undefined,
        place: 0,
      };
    },
    /**
     * Who may be asked now. The preferred rep, if they are there and have not refused it; else it
     * falls back to the others for good, unless the rep is required (facts: omni-channel 1.11).
     */
    candidatesOf(item: PendingRouting): Candidates {
      if (item.preferredRep !== undefined) {
        const rep = roster.find(item.preferredRep);
        const isThere = rep !== undefined && rep.status !== OFFLINE;
        const refused = rep !== undefined && item.lastDecliner === rep.login;
        if (item.repRequired || (isThere && !refused)) return roster.only(item.preferredRep);
        item.preferredRep = undefined;
      }
      if (item.skills.length === 0) return roster.members(item.demand.queue);
      const isDropped = ({ skill }: SkillRequirement) => item.dropped.includes(skill);
      const dropped = item.skills.filter(isDropped);
      return roster.skilled(
        item.skills.filter((one) => !isDropped(one)),
        dropped,
      );
    },
    /** Lets groups of additional skills go, each at its time; those overdue at once. */
    startDrops(item: PendingRouting): void {
      const groups = dropGroups(item.skills);
      if (groups.length === 0) return;
      const { dropAdditionalSkillsTimeoutMs: each } = item.demand.config;
      if (each === undefined) {
        parts.decide('C20', item);
        return;
      }
      const next = (n: number) => {
        const group = groups[n];
        if (group === undefined) return;
        const dropAtMs = item.requestedAtMs + (n + 1) * each;
        item.timer = clock.after(Math.max(0, dropAtMs - clock.now()), () => {
          item.dropped = [...item.dropped, ...group.map(({ skill }) => skill)];
          next(n + 1);
          parts.onWidened(item);
        });
      };
      next(0);
    },
  };
}

/** What is the same for all items of a queue and service channel is made once. */
function createDemands({ configOf, serviceChannelOf }: RequestsParts) {
  const demands = new Map<string, Map<string, Demand>>();
  return (queue: string, serviceChannel: string): Demand => {
    let byChannel = demands.get(queue);
    if (byChannel === undefined) {
      byChannel = new Map();
      demands.set(queue, byChannel);
    }
    let demand = byChannel.get(serviceChannel);
    if (demand === undefined) {
      const config = configOf(queue) ?? UNROUTED;
      const channel = serviceChannelOf(serviceChannel);
      demand = { queue, serviceChannel, channel, config, pool: poolOf(config, channel) };
      byChannel.set(serviceChannel, demand);
    }
    return demand;
  };
}

const NONE: readonly never[] = [];
const NO_NAMES: readonly string[] = [];
