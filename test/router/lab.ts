/** A router on the virtual clock, with everything it did: for the tests in this folder. */
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import type { Fact, FactType } from '../../src/facts.ts';
import {
  OMNI_DEFAULTS,
  type OmniSettings,
  type PresenceConfig,
  type PresenceStatus,
  type Rep,
  type RoutingConfig,
  type ServiceChannel,
} from '../../src/org.ts';
import { type Candidates, createCandidates } from '../../src/router/candidates.ts';
import { createRouter } from '../../src/router/router.ts';
import type {
  AgentWork,
  Demand,
  PendingRouting,
  RepState,
  RoutingRequest,
  Wishes,
} from '../../src/router/work.ts';

export const STATUSES = { Online: { online: true }, Busy: { online: false } };

const PRESENCE: PresenceConfig = { capacity: 1 };
const CONFIG: RoutingConfig = {
  routingModel: 'LEAST_ACTIVE',
  routingPriority: 1,
  capacityWeight: 1,
};

export const config = (changes: Partial<RoutingConfig> = {}): RoutingConfig => ({
  ...CONFIG,
  ...changes,
});

export const rep = (id: string, presence: Partial<PresenceConfig> = {}, queues = ['q']): Rep => ({
  id,
  pool: id,
  queues,
  presence: { ...PRESENCE, ...presence },
});

/** A rep's state as the pure parts of the router see it. */
export function state(id: string, changes: Partial<RepState> = {}): RepState {
  return {
    id,
    queues: ['q'],
    skills: {},
    presence: { ...PRESENCE, capacity: 10 },
    status: 'Online',
    online: true,
    channels: undefined,
    login: 1,
    loggedInAtMs: 0,
    lastPushAtMs: -1,
    usedUnits: 0,
    usedInterruptible: 0,
    work: new Set(),
    sets: [],
    ...changes,
  };
}

export const CHANNEL: ServiceChannel = {
  relatedEntity: 'MessagingSession',
  capacityModel: 'TAB_BASED',
  isInterruptible: false,
  hasAutoAcceptEnabled: false,
  doesCheckCapOnOwnerChange: false,
  doesCheckCapOnStatusChange: false,
};

export function demand(changes: Partial<Demand> = {}): Demand {
  return {
    queue: 'q',
    serviceChannel: 'messaging',
    channel: CHANNEL,
    config: CONFIG,
    pool: 'primary',
    ...changes,
  };
}

/** Sets of candidates, kept like a roster does: by queue, with these reps in it. */
export function setsOf(...reps: RepState[]) {
  const sets = new Map<string, Candidates>();
  return (queue: string): Candidates => {
    let found = sets.get(queue);
    if (found === undefined) {
      const admits = ({ queues }: RepState) => queues.includes(queue);
      found = createCandidates(reps, { admits, matches: () => 0, tieBreak: 'longestSincePush' });
      sets.set(queue, found);
    }
    return found;
  };
}

const nobody = setsOf();
let made = 0;

export function waiting(changes: Partial<PendingRouting> = {}): PendingRouting {
  made += 1;
  const wanted = changes.demand ?? demand();
  return {
    workId: `w${made}`,
    channelId: 'chat',
    sessionId: `s${made}`,
    endUser: `chat:${made}`,
    ordinal: 1,
    demand: wanted,
    secondaryPriority: Number.POSITIVE_INFINITY,
    acceptByMs: Number.POSITIVE_INFINITY,
    requestedAtMs: 0,
    sequence: made,
    skills: [],
    preferredRep: undefined,
    repRequired: false,
    transferredBy: undefined,
    candidates: nobody(wanted.queue),
    dropped: [],
    timer: undefined,
    attempts: 0,
    ringing: undefined,
    lastDecliner: undefined,
    lot: undefined,
    place: 0,
    ...changes,
  };
}

export interface LabOptions {
  readonly reps: readonly Rep[];
  readonly channels?: Readonly<Record<string, Partial<ServiceChannel>>>;
  readonly settings?: Partial<OmniSettings>;
  readonly statuses?: Readonly<Record<string, PresenceStatus>>;
  readonly random?: (id: string) => number;
  /** By queue; default: one queue `q`. */
  readonly configs?: Readonly<Record<string, RoutingConfig>>;
  readonly onFact?: (fact: Fact) => void;
  readonly onPush?: (work: AgentWork) => void;
}

export type Lab = ReturnType<typeof createLab>;

export function createLab(options: LabOptions) {
  const { reps, configs = { q: CONFIG }, onFact, onPush } = options;
  const clock = createVirtualClock({ originMs: 1_700_000_000_000 });
  const facts: Fact[] = [];
  const pushes: AgentWork[] = [];
  const over: AgentWork[] = [];
  /** Opened work that ended by itself, as `item by what`. */
  const closed: string[] = [];
  const external: PendingRouting[] = [];
  let ids = 0;
  const router = createRouter({
    clock,
    recorder: {
      record(fact) {
        facts.push(fact);
        onFact?.(fact);
      },
    },
    reps,
    statuses: { ...STATUSES, ...options.statuses },
    settings: { ...OMNI_DEFAULTS, ...options.settings },
    random: options.random ?? (() => 0),
    serviceChannelOf: (name) => ({ ...CHANNEL, ...options.channels?.[name] }),
    configOf: (queue) => configs[queue],
    newId: () => {
      ids += 1;
      return `A${ids}`;
    },
    onPush(work) {
      pushes.push(work);
      onPush?.(work);
    },
    onPushOver: (work) => over.push(work),
    onClosed: (work, by) => closed.push(`${work.item.workId} by ${by}`),
    onExternal: (item) => external.push(item),
  });
  return {
    ...router,
    clock,
    facts,
    pushes,
    over,
    closed,
    external,
    /** Lets `ms` pass, and everything that happens meanwhile. */
    async pass(ms: number): Promise<void> {
      clock.after(ms, () => {});
      await clock.run(clock.now() + ms);
    },
    online(...names: string[]) {
      for (const name of names) router.setStatus(name, 'Online');
    },
    ask: (workId: string, queue = 'q', wants?: Wishes, serviceChannel = 'messaging') =>
      router.enqueue(request(workId, queue, wants, serviceChannel)),
    request,
    /** Asks, and has the first push accepted. */
    serve(workId: string, queue = 'q', wants?: Wishes, serviceChannel = 'messaging'): AgentWork {
      router.enqueue(request(workId, queue, wants, serviceChannel));
      const work = pushes.at(-1);
      if (work?.item.workId !== workId) throw new Error(`${workId} was not pushed`);
      router.accept(work);
      return work;
    },
    /** The latest push, which must be of this item. */
    latest(workId: string): AgentWork {
      const work = pushes.at(-1);
      if (work?.item.workId !== workId) throw new Error(`the latest push is ${work?.item.workId}`);
      return work;
    },
    /** Every push so far, as `item>rep`. */
    routed: () => pushes.map(({ item, rep }) => `${item.workId}>${rep.id}`),
    of: <T extends FactType>(type: T) =>
      facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type),
  };
}

function request(workId: string, queue = 'q', wants?: Wishes, serviceChannel = 'messaging') {
  const plain: RoutingRequest = {
    workId,
    channelId: 'chat',
    sessionId: `s-${workId}`,
    endUser: `chat:${workId}`,
    ordinal: 1,
    queue,
    serviceChannel,
  };
  return wants === undefined ? plain : { ...plain, wants };
}
