/**
 * A partner who routes instead of Omni-Channel: hears of waiting work and of reps, decides after a
 * moment, and inserts AgentWorks. It keeps its own books, from what it is told. It can do what
 * Omni-Channel can't: let every agent prefer queues of their own, or fill one agent up first.
 */
import type { ChangeEvent } from '../src/change-events.ts';
import { type HttpHandler, json, respond } from '../src/http.ts';
import type { Clock, Transport } from '../src/ports.ts';

export interface RoutingPartnerParts {
  readonly clock: Clock;
  readonly transport: Transport;
  /** The org's. */
  readonly stackUrl: string;
  readonly token: string;
  readonly behaviour: PartnerBehaviour;
}

export interface PartnerBehaviour {
  /** From hearing to deciding. */
  readonly decidesAfterMs: number;
  /** Its agents by user id, with the queues they serve, the most preferred first; absent: all. */
  readonly agents?: ReadonlyMap<string, readonly string[]>;
  /** Who gets it of agents who prefer it alike: by time without work, or by work at hand. */
  readonly picks: 'longestIdle' | 'leastBusy' | 'busiest';
}

interface Agent {
  readonly userId: string;
  online: boolean;
  capacity: number;
  used: number;
  lastAtMs: number;
}

interface Waiting {
  readonly workItemId: string;
  readonly queue: string;
  readonly units: number;
  /** Who refused it last is not asked next. */
  refusedBy: string | undefined;
  /** An insert is under way, or it rings. */
  busy: boolean;
}

export function createRoutingPartner(parts: RoutingPartnerParts): { readonly handle: HttpHandler } {
  const { clock } = parts;
  const agents = new Map<string, Agent>();
  const waiting = new Map<string, Waiting>();
  let deciding = false;

  const decideSoon = () => {
    if (deciding) return;
    deciding = true;
    clock.after(parts.behaviour.decidesAfterMs, () => {
      deciding = false;
      decide();
    });
  };
  const decide = () => {
    for (;;) {
      const pair = choose(waiting.values(), [...agents.values()], parts.behaviour);
      if (pair === undefined) return;
      const { work, agent } = pair;
      work.busy = true;
      agent.lastAtMs = clock.now();
      agent.used += work.units;
      clock.spawn('a routing partner decides', () => insert(work, agent));
    }
  };
  const insert = async (work: Waiting, agent: Agent) => {
    const { token, stackUrl, transport } = parts;
    const record = { WorkItemId: work.workItemId, UserId: agent.userId };
    const answer = await transport
      .send({
        method: 'POST',
        url: `${stackUrl}/services/data/v67.0/sobjects/AgentWork`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: Buffer.from(JSON.stringify(record)),
      })
      .catch(() => respond(503));
    if (answer.status === 201) return;
    work.busy = false;
    agent.used -= work.units;
  };
  const hear = (event: ChangeEvent) => {
    const { entityName, changeType, recordIds } = event.ChangeEventHeader;
    if (entityName === 'UserServicePresence') hearPresence(agents, event);
    else if (entityName === 'AgentWork') hearWork(agents, waiting, event);
    else if (changeType === 'DELETE') waiting.delete(recordIds[0] ?? '');
    else {
      const workItemId = String(event.WorkItemId);
      const known = waiting.get(workItemId);
      const units = Number(event.CapacityWeight);
      const queue = String(event.QueueId);
      if (known !== undefined) known.busy = false;
      else waiting.set(workItemId, { workItemId, queue, units, refusedBy: undefined, busy: false });
    }
    decideSoon();
  };
  return {
    async handle({ method, headers, body }) {
      if (headers.authorization !== `Bearer ${parts.token}`) return respond(401);
      if (method !== 'POST') return respond(405);
      try {
        hear(JSON.parse(body.toString()));
      } catch {
        return json(400, { error: 'no change event' });
      }
      return respond(204);
    },
  };
}

/** Who gets what next: by the agents' preferences, then the oldest work, then `picks`. */
function choose(
  waiting: Iterable<Waiting>,
  agents: readonly Agent[],
  { agents: preferences, picks }: PartnerBehaviour,
) {
  const rankOf = ({ queue }: Waiting, { userId }: Agent) =>
    preferences === undefined ? 0 : (preferences.get(userId)?.indexOf(queue) ?? -1);
  let best: { work: Waiting; agent: Agent; rank: number } | undefined;
  for (const work of waiting) {
    if (work.busy) continue;
    for (const agent of agents) {
      const room = agent.online && agent.capacity - agent.used >= work.units;
      const rank = rankOf(work, agent);
      if (!room || agent.userId === work.refusedBy || rank < 0) continue;
      const alike = best?.rank === rank && best.work === work;
      if (
        best === undefined ||
        rank < best.rank ||
        (alike && ORDER[picks](agent, best.agent) < 0)
      ) {
        best = { work, agent, rank };
      }
    }
    if (best?.rank === 0) break;
  }
  return best;
}

const longestIdle = (a: Agent, b: Agent) => a.lastAtMs - b.lastAtMs;
const ORDER = {
  longestIdle,
  leastBusy: (a: Agent, b: Agent) => a.used - b.used || longestIdle(a, b),
  busiest: (a: Agent, b: Agent) => b.used - a.used || longestIdle(a, b),
};

function hearPresence(agents: Map<string, Agent>, event: ChangeEvent): void {
  const userId = String(event.UserId);
  const online = event.IsAway !== true;
  const capacity = Number(event.ConfiguredCapacity);
  const known = agents.get(userId);
  if (known === undefined) agents.set(userId, { userId, online, capacity, used: 0, lastAtMs: -1 });
  else Object.assign(known, { online, capacity });
}

const OVER: ReadonlySet<unknown> = new Set([
  'Closed',
  'Declined',
  'DeclinedOnPushTimeout',
  'Canceled',
]);

/** Its own inserts are in its books already; what is over frees the agent. */
function hearWork(
  agents: Map<string, Agent>,
  waiting: Map<string, Waiting>,
  event: ChangeEvent,
): void {
  const agent = agents.get(String(event.UserId));
  const work = waiting.get(String(event.WorkItemId));
  if (!OVER.has(event.Status) || agent === undefined) return;
  agent.used = Math.max(0, agent.used - Number(event.CapacityWeight));
  if (work === undefined) return;
  work.refusedBy = agent.userId;
}
