/**
 * What the router must never do, told from its facts alone: a second set of books, kept without a
 * look into the router, and checked at each fact and each pause.
 */
import { expect } from 'vitest';
import type { Fact } from '../../src/facts.ts';
import type { Rep, RoutingConfig } from '../../src/org.ts';

interface Item {
  readonly id: string;
  readonly queue: string;
  readonly config: RoutingConfig | undefined;
  readonly order: number;
  readonly asked: Of<'queued'>;
  dropped: readonly string[];
  preferred?: Seat;
  state: 'waiting' | 'ringing' | 'open' | 'closed' | 'gone';
  holder?: Seat;
  push?: string;
  lastDecliner?: string;
}

interface Seat {
  readonly rep: Rep;
  online: boolean;
  status: string;
  logins: number;
  queues: readonly string[];
  skills: Readonly<Record<string, number>>;
  readonly items: Set<Item>;
}

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

const SLACK = 1e-6;

export type Model = ReturnType<typeof createModel>;

export function createModel(
  reps: readonly Rep[],
  configs: Readonly<Record<string, RoutingConfig | undefined>>,
  /** Supervisors assign work without asking for capacity. */
  supervised = false,
) {
  const items = new Map<string, Item>();
  const seats = new Map<string, Seat>(reps.map((rep) => [rep.id, newSeat(rep)]));
  const waiting = () => [...items.values()].filter(({ state }) => state === 'waiting');
  const take = (work: string, from: Item['state'][], push?: string): Item => {
    const item = items.get(work)!;
    expect(from, `${work} is ${item.state}`).toContain(item.state);
    if (push !== undefined) expect(item.push).toBe(push);
    return item;
  };
  const put = (item: Item, state: Item['state']) => {
    item.state = state;
    item.holder?.items.delete(item);
    delete item.holder;
    delete item.push;
  };

  const able = (seat: Seat, item: Item) => canTake(seat, item);
  /** What is not the preferred rep's for sure falls back to the others, for good. */
  const fallBack = (item: Item, gone: Seat) => {
    if (item.preferred === gone && item.asked.repRequired !== true) delete item.preferred;
  };
  const pushed = (item: Item, seat: Seat, { agentWork: push, beyond, dropped }: Of<'pushed'>) => {
    item.dropped = dropped ?? [];
    if (beyond === undefined) {
      expect(able(seat, item), `${seat.rep.id} can't take ${item.id}`).toBe(true);
      const sooner = waiting().filter((other) => able(seat, other) && before(other, item));
      expect(sooner, `${item.id} went to ${seat.rep.id} first`).toEqual([]);
    }
    Object.assign(item, { state: 'ringing', holder: seat, push });
    seat.items.add(item);
  };

  return {
    waiting: () => waiting().map(({ id }) => id),
    states: () => [...items.values()].map(({ state }) => state),
    item: (id: string) => items.get(id),
    unitsOf: (repId: string, pool: Pool) => units(seats.get(repId)!, pool),
    record(fact: Fact): void {
      if (fact.type === 'queued') {
        const { work: id, queue } = fact;
        expect(items.has(id)).toBe(false);
        const order = items.size;
        const item = { id, queue, config: configs[queue], order, asked: fact, dropped: [] };
        const preferred = seats.get(fact.preferredRep ?? '');
        items.set(id, { ...item, state: 'waiting', ...(preferred && { preferred }) });
        if (preferred?.status === 'Offline') fallBack(items.get(id)!, preferred);
      } else if (fact.type === 'pushed') {
        pushed(take(fact.work, ['waiting']), seats.get(fact.rep)!, fact);
      } else if (fact.type === 'accepted') {
        take(fact.work, ['ringing'], fact.agentWork).state = 'open';
      } else if (fact.type === 'declined' || fact.type === 'pushTimedOut') {
        const item = take(fact.work, ['ringing'], fact.agentWork);
        item.lastDecliner = loginOf(seats.get(fact.rep)!);
        fallBack(item, seats.get(fact.rep)!);
        put(item, 'waiting');
      } else if (fact.type === 'withdrawn') {
        const item = take(fact.work, ['waiting', 'ringing']);
        if (item.state === 'waiting') put(item, 'gone');
        else item.state = 'gone';
      } else if (fact.type === 'pushCancelled') {
        const item = take(fact.work, ['gone', 'ringing'], fact.agentWork);
        put(item, item.state === 'gone' ? 'gone' : 'waiting');
      } else if (fact.type === 'closed') {
        put(take(fact.work, ['open'], fact.agentWork), 'closed');
      } else if (fact.type === 'presence') {
        const seat = seats.get(fact.rep)!;
        if (seat.status === 'Offline' && fact.status !== 'Offline') seat.logins += 1;
        seat.status = fact.status;
        seat.online = fact.online;
        if (fact.status === 'Offline') for (const item of items.values()) fallBack(item, seat);
      } else if (fact.type === 'repChanged') {
        Object.assign(seats.get(fact.rep)!, { queues: fact.queues, skills: fact.skills });
      }
    },
    /** Reps who, alone and empty, could have this item at some time. */
    whoCouldEver(id: string): readonly string[] {
      const item = items.get(id)!;
      return [...seats.values()]
        .filter((seat) => {
          const idle = { ...seat, items: new Set<Item>(), online: true };
          return able(idle, { ...item, lastDecliner: 'nobody' });
        })
        .map(({ rep }) => rep.id);
    },
    /** What must hold whenever the router is at rest. */
    check(): void {
      for (const seat of seats.values()) {
        if (!supervised) {
          for (const pool of POOLS) {
            expect(units(seat, pool)).toBeLessThanOrEqual(capacity(seat, pool) + SLACK);
          }
        }
        const idleFor = waiting().filter((item) => able(seat, item));
        expect(idleFor, `waits while ${seat.rep.id} could take it`).toEqual([]);
      }
    },
  };
}

function newSeat(rep: Rep): Seat {
  const { queues, skills = {} } = rep;
  return { rep, queues, skills, online: false, status: 'Offline', logins: 0, items: new Set() };
}

function loginOf({ rep, logins }: Seat): string {
  return `${rep.id} ${logins}`;
}

type Pool = 'primary' | 'interruptible';
const POOLS: readonly Pool[] = ['primary', 'interruptible'];

const poolOf = ({ config }: Item): Pool =>
  config?.capacityType === 'INTERRUPTIBLE' ? 'interruptible' : 'primary';

function capacity({ rep: { presence } }: Seat, pool: Pool): number {
  return pool === 'primary'
    ? presence.capacity
    : (presence.interruptibleCapacity ?? presence.capacity);
}

function weight(seat: Seat, item: Item): number {
  const { capacityPercentage: share, capacityWeight = 0 } = item.config ?? {};
  return share === undefined ? capacityWeight : share * capacity(seat, poolOf(item));
}

function units(seat: Seat, pool: Pool): number {
  let sum = 0;
  for (const item of seat.items) if (poolOf(item) === pool) sum += weight(seat, item);
  return sum;
}

/** Nobody but the preferred rep, as long as there is one. */
function mayAsk(seat: Seat, { asked, queue, dropped, preferred }: Item): boolean {
  if (preferred !== undefined) return seat.rep === preferred.rep;
  if (asked.skills === undefined) return seat.queues.includes(queue);
  const needed = asked.skills.filter(({ skill }) => !dropped.includes(skill));
  return needed.every(({ skill, level }) => (seat.skills[skill] ?? -1) >= level);
}

function canTake(seat: Seat, item: Item): boolean {
  if (item.config === undefined || !seat.online || !mayAsk(seat, item)) return false;
  if (item.lastDecliner === loginOf(seat) || seat.items.size >= 100) return false;
  const pool = poolOf(item);
  const full = capacity(seat, 'primary') - units(seat, 'primary') <= SLACK;
  if (pool === 'interruptible' && full) return false;
  return units(seat, pool) + weight(seat, item) <= capacity(seat, pool) + SLACK;
}

/** The order of the fact sheet, key after key; blank comes last. */
function before(a: Item, b: Item): boolean {
  const keys = ({ config, asked, order }: Item) => [
    config?.routingPriority ?? 0,
    asked.secondaryPriority ?? Number.POSITIVE_INFINITY,
    asked.acceptByMs ?? Number.POSITIVE_INFINITY,
    order,
  ];
  const [x, y] = [keys(a), keys(b)];
  const at = x.findIndex((key, i) => key !== y[i]);
  return at >= 0 && (x[at] ?? 0) < (y[at] ?? 0);
}
