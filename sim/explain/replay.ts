/**
 * The router's view of the reps, kept up from the facts of a run, with the router's own pure parts:
 * who was online with what load at any moment. It decides nothing.
 */
import type { Fact } from '../../src/facts.ts';
import { type Org, omniOf, repsOf, serviceChannelsOf } from '../../src/org.ts';
import { createRequests } from '../../src/router/requests.ts';
import { createRoster } from '../../src/router/roster.ts';
import type { AgentWork, PendingRouting, RepState } from '../../src/router/work.ts';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** What of an org decides about routing; facts files carry it. */
export type RoutingOrg = Pick<
  Org,
  | 'name'
  | 'queues'
  | 'routingConfigs'
  | 'presenceStatuses'
  | 'presenceConfigs'
  | 'reps'
  | 'serviceChannels'
  | 'omni'
> & {
  /** Service channel by channel. */
  readonly channels: Readonly<Record<string, { readonly serviceChannel?: string }>>;
};

export function routingOf(org: Org): RoutingOrg {
  const { name, queues, routingConfigs, presenceStatuses, presenceConfigs, reps } = org;
  const { serviceChannels, omni } = org;
  return {
    ...{ name, queues, routingConfigs, presenceStatuses, presenceConfigs, reps },
    ...(serviceChannels !== undefined && { serviceChannels }),
    ...(omni !== undefined && { omni }),
    channels: Object.fromEntries(
      Object.entries(org.channels).map(([id, { serviceChannel }]) => [
        id,
        serviceChannel === undefined ? {} : { serviceChannel },
      ]),
    ),
  };
}

export type Replay = ReturnType<typeof createReplay>;

export function createReplay(org: RoutingOrg) {
  const { tieBreak } = omniOf(org);
  const reps = repsOf(org);
  const roster = createRoster({ reps, statuses: org.presenceStatuses, tieBreak });
  const works = new Map<string, Held>();
  let now = 0;
  const requests = createRequests({
    clock: { now: () => now, after: () => ({ cancel() {} }) },
    roster,
    decide: () => {},
    configOf: (queue) => org.routingConfigs[org.queues[queue]?.routingConfig ?? ''],
    serviceChannelOf: serviceChannelsOf(org),
    onWidened: () => {},
  });
  const hold = (held: Held, units: number) => {
    if (held.interruptible) held.rep.usedInterruptible += units;
    else held.rep.usedUnits += units;
  };
  const apply = (fact: Fact): void => {
    now = fact.at;
    if (fact.type === 'presence') {
      roster.setStatus(roster.get(fact.rep), fact.status, fact.at);
    } else if (fact.type === 'repChanged') {
      roster.change(roster.get(fact.rep), fact);
    } else if (fact.type === 'pushed') {
      const held = heldBy(fact, roster.get(fact.rep));
      works.set(fact.agentWork, held);
      held.rep.work.add(held.token);
      held.rep.lastPushAtMs = fact.at;
      hold(held, fact.units);
    } else if (fact.type === 'paused' || fact.type === 'resumed') {
      const held = works.get(fact.agentWork);
      if (held !== undefined) hold(held, fact.units - fact.heldBefore);
    } else if (isRelease(fact)) {
      const held = works.get(fact.agentWork);
      if (held === undefined) return;
      works.delete(fact.agentWork);
      held.rep.work.delete(held.token);
      hold(held, -fact.units);
    }
  };
  return {
    apply,
    roster,
    /** The waiting item that a `queued` fact tells of. */
    itemOf(fact: Of<'queued'>): PendingRouting {
      now = fact.at;
      const { work: workId, channel: channelId, session: sessionId, queue } = fact;
      const { skills, preferredRep, repRequired, secondaryPriority, acceptByMs } = fact;
      const serviceChannel = org.channels[channelId]?.serviceChannel ?? '';
      return requests.create({
        ...{ workId, channelId, sessionId, queue, serviceChannel },
        ...{ endUser: '', ordinal: 0 },
        wants: {
          ...(skills !== undefined && { skills }),
          ...(preferredRep !== undefined && { rep: preferredRep }),
          ...(repRequired !== undefined && { repRequired }),
          ...(secondaryPriority !== undefined && { priority: secondaryPriority }),
          ...(acceptByMs !== undefined && { acceptByMs }),
          requestedAtMs: fact.requestedAtMs ?? fact.at,
        },
      });
    },
    candidatesOf: requests.candidatesOf,
    everybody: () => reps.map(({ id }) => roster.get(id)),
  };
}

interface Held {
  readonly rep: RepState;
  readonly interruptible: boolean;
  /** Stands for the AgentWork among the rep's work. */
  readonly token: AgentWork;
}

function heldBy({ pool, units }: Of<'pushed'>, rep: RepState): Held {
  return { rep, interruptible: pool === 'interruptible', token: { units } as AgentWork };
}

type Release = Of<'closed' | 'declined' | 'pushTimedOut' | 'pushCancelled'>;

function isRelease(fact: Fact): fact is Release {
  return (
    fact.type === 'closed' ||
    fact.type === 'declined' ||
    fact.type === 'pushTimedOut' ||
    fact.type === 'pushCancelled'
  );
}
