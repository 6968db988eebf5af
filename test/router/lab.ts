/** A router on the virtual clock, with everything it did: for the tests in this folder. */
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import type { Fact, FactType } from '../../src/facts.ts';
import type { PresenceConfig, Rep, RoutingConfig } from '../../src/org.ts';
import { createRouter } from '../../src/router/router.ts';
import type { AgentWork, PendingRouting, RepState } from '../../src/router/work.ts';

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
    presence: { ...PRESENCE, capacity: 10 },
    status: 'Online',
    online: true,
    login: 1,
    loggedInAtMs: 0,
    lastPushAtMs: -1,
    usedUnits: 0,
    work: new Set(),
    ...changes,
  };
}

let made = 0;

export function waiting(changes: Partial<PendingRouting> = {}): PendingRouting {
  made += 1;
  return {
    workId: `w${made}`,
    channelId: 'chat',
    sessionId: `s${made}`,
    endUser: `chat:${made}`,
    ordinal: 1,
    queue: 'q',
    config: CONFIG,
    requestedAtMs: 0,
    sequence: made,
    attempts: 0,
    ringing: undefined,
    lastDecliner: undefined,
    ...changes,
  };
}

export interface LabOptions {
  readonly reps: readonly Rep[];
  /** By queue; default: one queue `q`. */
  readonly configs?: Readonly<Record<string, RoutingConfig>>;
  readonly onFact?: (fact: Fact) => void;
  readonly onPush?: (work: AgentWork) => void;
}

export type Lab = ReturnType<typeof createLab>;

export function createLab({ reps, configs = { q: CONFIG }, onFact, onPush }: LabOptions) {
  const clock = createVirtualClock({ originMs: 1_700_000_000_000 });
  const facts: Fact[] = [];
  const pushes: AgentWork[] = [];
  const over: AgentWork[] = [];
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
    statuses: STATUSES,
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
  });
  return {
    ...router,
    clock,
    facts,
    pushes,
    over,
    /** Lets `ms` pass, and everything that happens meanwhile. */
    async pass(ms: number): Promise<void> {
      clock.after(ms, () => {});
      await clock.run(clock.now() + ms);
    },
    online(...names: string[]) {
      for (const name of names) router.setStatus(name, 'Online');
    },
    ask(workId: string, queue = 'q') {
      const endUser = `chat:${workId}`;
      router.enqueue({
        workId,
        channelId: 'chat',
        sessionId: `s-${workId}`,
        endUser,
        ordinal: 1,
        queue,
      });
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
