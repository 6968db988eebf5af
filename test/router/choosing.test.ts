/** Capacity, routing models and matching: who may have an item, and who gets it. */
import { describe, expect, it } from 'vitest';
import type { RoutingConfig } from '../../src/org.ts';
import { createBacklog } from '../../src/router/backlog.ts';
import { whyNoRoom } from '../../src/router/capacity.ts';
import { bestRep, firstItem, whyNot } from '../../src/router/match.ts';
import type { AgentWork, RepState } from '../../src/router/work.ts';
import { config, createLab, demand, rep, setsOf, state, waiting } from './lab.ts';

type Model = RoutingConfig['routingModel'];

const weighing = (capacityWeight: number) => demand({ config: config({ capacityWeight }) });
const hasRoomFor = (rep: RepState, units: number) => whyNoRoom(rep, weighing(units)) === undefined;
const isEligible = (rep: RepState, item: ReturnType<typeof waiting>) =>
  whyNot(rep, item) === undefined;

const withCapacity = (id: string, capacity: number, usedUnits: number, more = {}) =>
  state(id, { presence: { capacity }, usedUnits, ...more });

describe('capacity', () => {
  it('lets in what fits exactly, and nothing more', () => {
    expect(hasRoomFor(withCapacity('a', 3, 2), 1)).toBe(true);
    expect(hasRoomFor(withCapacity('a', 3, 2), 1.000001)).toBe(false);
    expect(hasRoomFor(withCapacity('a', 3, 3), 0.001)).toBe(false);
    expect(hasRoomFor(withCapacity('a', 0, 0), 1)).toBe(false);
  });

  it('lets three items of 0.1 into 0.3, and ten into 1, as doubles add up', () => {
    const room = withCapacity('a', 0.3, 0.1 + 0.1);
    expect(0.3 - room.usedUnits).toBeLessThan(0.1);
    expect(hasRoomFor(room, 0.1)).toBe(true);
    const lab = createLab({
      reps: [rep('a', { capacity: 1 })],
      configs: { q: config({ capacityWeight: 0.1 }) },
    });
    lab.online('a');
    for (let i = 1; i <= 12; i += 1) lab.ask(`w${i}`);
    expect(lab.pushes).toHaveLength(10);
  });

  it('stops at 100 open items, however light', () => {
    const configs = { q: config({ capacityWeight: 0 }), heavy: config({ capacityWeight: 0.01 }) };
    const lab = createLab({ reps: [rep('a', { capacity: 1000 }, ['q', 'heavy'])], configs });
    lab.online('a');
    for (let i = 1; i <= 101; i += 1) lab.ask(`w${i}`, i % 2 === 0 ? 'q' : 'heavy');
    expect(lab.pushes).toHaveLength(100);
    lab.accept(lab.pushes[0]!);
    expect(lab.pushes).toHaveLength(100);
    lab.close(lab.pushes[0]!);
    expect(lab.routed().at(-1)).toBe('w101>a');
  });
});

describe('the routing models', () => {
  const winner = (model: Model, ...reps: RepState[]) => {
    const item = waiting({ demand: demand({ config: config({ routingModel: model }) }) });
    const found = [reps, reps.toReversed()].map((all) => {
      const { order } = setsOf(...all)('q').ranking(model, 'primary');
      return bestRep(item, order)?.rep.id;
    });
    expect(found[0]).toBe(found[1]);
    return found[0];
  };

  it('differ where capacities differ: least work against most room', () => {
    const small = withCapacity('small', 5, 1);
    const large = withCapacity('large', 10, 3);
    expect(winner('LEAST_ACTIVE', small, large)).toBe('small');
    expect(winner('MOST_AVAILABLE', small, large)).toBe('large');
  });

  it('agree where capacities are equal', () => {
    const [idle, busy] = [withCapacity('idle', 5, 1), withCapacity('busy', 5, 2)];
    expect(winner('LEAST_ACTIVE', busy, idle)).toBe('idle');
    expect(winner('MOST_AVAILABLE', busy, idle)).toBe('idle');
  });

  it('count work in units, not in items', () => {
    const items = (n: number) => new Set(Array.from({ length: n }, () => ({}) as AgentWork));
    const many = withCapacity('many', 5, 1, { work: items(4) });
    const one = withCapacity('one', 5, 2, { work: items(1) });
    expect(winner('LEAST_ACTIVE', many, one)).toBe('many');
  });

  it.each(['LEAST_ACTIVE', 'MOST_AVAILABLE'] as const)(
    '%s breaks ties by oldest push, then earliest login, then id (C2)',
    (model) => {
      const pushed = state('a', { lastPushAtMs: 50, loggedInAtMs: 1, login: 1 });
      const older = state('b', { lastPushAtMs: 40, loggedInAtMs: 9, login: 9 });
      const never = state('c', { lastPushAtMs: -1, loggedInAtMs: 20, login: 20 });
      expect(winner(model, pushed, older)).toBe('b');
      expect(winner(model, pushed, older, never)).toBe('c');
      const early = state('z', { loggedInAtMs: 10, login: 8 });
      expect(winner(model, never, early)).toBe('z');
      const twin = state('y', { loggedInAtMs: 10, login: 8 });
      expect(winner(model, early, twin)).toBe('y');
    },
  );

  it.each(['LEAST_ACTIVE', 'MOST_AVAILABLE'] as const)(
    '%s does not take the last digit of a double for a difference',
    (model) => {
      const summed = withCapacity('summed', 2, 0.1 + 0.2, { lastPushAtMs: 10 });
      const whole = withCapacity('whole', 2, 0.3, { lastPushAtMs: 20 });
      expect(winner(model, summed, whole)).toBe('summed');
    },
  );

  it('takes turns among idle reps in the whole router', () => {
    const lab = createLab({ reps: [rep('a'), rep('b'), rep('c')] });
    lab.online('b', 'c', 'a');
    for (let i = 1; i <= 6; i += 1) {
      lab.ask(`w${i}`);
      const work = lab.latest(`w${i}`);
      lab.accept(work);
      lab.close(work);
    }
    expect(lab.routed().slice(0, 3)).toEqual(['w1>b', 'w2>c', 'w3>a']);
  });
});

describe('matching', () => {
  it('needs a rep who is online, has room, and did not decline it last', () => {
    const item = waiting({ lastDecliner: 7 });
    expect(isEligible(state('a'), item)).toBe(true);
    expect(isEligible(state('a', { online: false }), item)).toBe(false);
    expect(isEligible(withCapacity('a', 1, 1), item)).toBe(false);
    expect(isEligible(state('a', { login: 7 }), item)).toBe(false);
  });

  it('lets no heavy item block the lighter ones behind it (C5)', () => {
    const of = (units: number, offline = false) => {
      const rep = withCapacity('a', 5, units, offline ? { online: false } : {});
      const candidates = setsOf(rep)('q');
      const backlog = createBacklog();
      const heavy = waiting({ workId: 'heavy', demand: weighing(5), candidates, requestedAtMs: 1 });
      const light = waiting({ workId: 'light', demand: weighing(1), candidates, requestedAtMs: 2 });
      for (const item of [light, heavy]) backlog.add(item);
      const found = firstItem(rep);
      return found && [found.item.workId, found.passedOver];
    };
    expect(of(3)).toEqual(['light', 'full']);
    expect(of(0)).toEqual(['heavy', undefined]);
    expect(of(3, true)).toBeUndefined();
  });

  it('skips the item its rep declined last, and takes the next', () => {
    const take = (login: number) => {
      const rep = state('a', { login });
      const candidates = setsOf(rep)('q');
      const backlog = createBacklog();
      const wants = demand();
      const more = { demand: wants, candidates };
      backlog.add(waiting({ workId: 'declined', ...more, requestedAtMs: 1, lastDecliner: 4 }));
      backlog.add(waiting({ workId: 'next', ...more, requestedAtMs: 2 }));
      const found = firstItem(rep);
      return found && [found.item.workId, found.passedOver];
    };
    expect(take(4)).toEqual(['next', 'declinedLast']);
    expect(take(5)).toEqual(['declined', undefined]);
  });

  it('has items pick their rep, each by its own model (C6)', async () => {
    const lab = createLab({
      reps: [
        rep('small', { capacity: 3 }, ['most', 'least', 'fill']),
        rep('large', { capacity: 9 }, ['most', 'least', 'fill', 'fill-large']),
      ],
      configs: {
        most: config({ routingModel: 'MOST_AVAILABLE' }),
        least: config({ routingModel: 'LEAST_ACTIVE' }),
        fill: config(),
        'fill-large': config({ capacityWeight: 2 }),
      },
    });
    lab.online('large', 'small');
    lab.ask('x1', 'fill-large');
    lab.ask('y1', 'most');
    lab.ask('y2', 'least');
    expect(lab.routed()).toEqual(['x1>large', 'y1>large', 'y2>small']);
  });

  it('gives a waiting item to the rep who becomes able, though it could fit others later', () => {
    const lab = createLab({ reps: [rep('a'), rep('b')] });
    lab.ask('w1');
    lab.ask('w2');
    lab.ask('w3');
    expect(lab.routed()).toEqual([]);
    lab.online('b');
    expect(lab.routed()).toEqual(['w1>b']);
    lab.online('a');
    expect(lab.routed()).toEqual(['w1>b', 'w2>a']);
  });
});
