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
  readonly items: Set<Item>;
}

const SLACK = 1e-6;

export type Model = ReturnType<typeof createModel>;

export function createModel(
  reps: readonly Rep[],
  configs: Readonly<Record<string, RoutingConfig | undefined>>,
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

  const pushed = (item: Item, seat: Seat, push: string) => {
    expect(canTake(seat, item), `${seat.rep.id} can't take ${item.id}`).toBe(true);
    const sooner = waiting().filter((other) => canTake(seat, other) && before(other, item));
    expect(sooner, `${item.id} went to ${seat.rep.id} first`).toEqual([]);
    Object.assign(item, { state: 'ringing', holder: seat, push });
    seat.items.add(item);
  };

  return {
    waiting: () => waiting().map(({ id }) => id),
    states: () => [...items.values()].map(({ state }) => state),
    item: (id: string) => items.get(id),
    unitsOf: (repId: string) => units(seats.get(repId)!),
    record(fact: Fact): void {
      if (fact.type === 'queued') {
        const { work: id, queue } = fact;
        expect(items.has(id)).toBe(false);
        const order = items.size;
        items.set(id, { id, queue, config: configs[queue], order, state: 'waiting' });
      } else if (fact.type === 'pushed') {
        pushed(take(fact.work, ['waiting']), seats.get(fact.rep)!, fact.agentWork);
      } else if (fact.type === 'accepted') {
        take(fact.work, ['ringing'], fact.agentWork).state = 'open';
      } else if (fact.type === 'declined' || fact.type === 'pushTimedOut') {
        const item = take(fact.work, ['ringing'], fact.agentWork);
        item.lastDecliner = loginOf(seats.get(fact.rep)!);
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
      }
    },
    /** What must hold whenever the router is at rest. */
    check(): void {
      for (const seat of seats.values()) {
        expect(units(seat)).toBeLessThanOrEqual(seat.rep.presence.capacity + SLACK);
        const idleFor = waiting().filter((item) => canTake(seat, item));
        expect(idleFor, `waits while ${seat.rep.id} could take it`).toEqual([]);
      }
    },
  };
}

function newSeat(rep: Rep): Seat {
  return { rep, online: false, status: 'Offline', logins: 0, items: new Set() };
}

function loginOf({ rep, logins }: Seat): string {
  return `${rep.id} ${logins}`;
}

function units({ items }: Seat): number {
  let sum = 0;
  for (const { config } of items) sum += config?.capacityWeight ?? 0;
  return sum;
}

function canTake(seat: Seat, { config, queue, lastDecliner }: Item): boolean {
  if (config === undefined || !seat.online || !seat.rep.queues.includes(queue)) return false;
  if (lastDecliner === loginOf(seat) || seat.items.size >= 100) return false;
  return units(seat) + config.capacityWeight <= seat.rep.presence.capacity + SLACK;
}

function before(a: Item, b: Item): boolean {
  const [x, y] = [a.config?.routingPriority ?? 0, b.config?.routingPriority ?? 0];
  return x < y || (x === y && a.order < b.order);
}
