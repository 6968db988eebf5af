/** The order of the waiting items, against a plain sort. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBacklog } from '../../src/router/backlog.ts';
import type { Demand, PendingRouting } from '../../src/router/work.ts';
import { config, demand, setsOf, waiting } from './lab.ts';

const demands = new Map<string, Demand>();
const demandAt = (queue: string, routingPriority: number): Demand => {
  const key = `${queue} ${routingPriority}`;
  const found = demands.get(key) ?? demand({ queue, config: config({ routingPriority }) });
  demands.set(key, found);
  return found;
};
let sets = setsOf();
beforeEach(() => {
  sets = setsOf();
  demands.clear();
});

const at = (
  queue: string,
  routingPriority: number,
  requestedAtMs: number,
  more: Partial<PendingRouting> = {},
) => {
  const candidates = sets(queue);
  return waiting({ demand: demandAt(queue, routingPriority), candidates, requestedAtMs, ...more });
};

const ids = (items: Iterable<PendingRouting>) => Array.from(items, ({ workId }) => workId);

describe('the backlog', () => {
  it('puts the lower priority number first, 0 highest, then the older item', () => {
    const backlog = createBacklog();
    const [late, low, high, first] = [at('q', 1, 9), at('q', 2, 0), at('q', 0, 50), at('q', 1, 3)];
    for (const item of [late, low, high, first]) backlog.add(item);
    expect(ids(backlog.list('q'))).toEqual(ids([high, first, late, low]));
  });

  it('keeps the order of asking among items of one moment', () => {
    const backlog = createBacklog();
    const items = Array.from({ length: 20 }, () => at('q', 1, 5));
    for (const item of items.toReversed()) backlog.add(item);
    expect(ids(backlog.list('q'))).toEqual(ids(items));
  });

  it('puts secondary priority before due date, due date before age, and blanks last (C3)', () => {
    const backlog = createBacklog();
    const plain = at('q', 1, 0);
    const due = at('q', 1, 5, { acceptByMs: 900 });
    const sooner = at('q', 1, 9, { acceptByMs: 100 });
    const gold = at('q', 1, 20, { secondaryPriority: 0 });
    const silver = at('q', 1, 1, { secondaryPriority: 1, acceptByMs: 1 });
    const urgent = at('q', 0, 99, { secondaryPriority: 5 });
    for (const item of [plain, due, sooner, gold, silver, urgent]) backlog.add(item);
    expect(ids(backlog.list('q'))).toEqual(ids([urgent, gold, silver, sooner, due, plain]));
    expect([urgent, gold, plain].map(backlog.ahead)).toEqual([0, 1, 5]);
  });

  it('gives an item that comes back its old place', () => {
    const backlog = createBacklog();
    const [first, second, third] = [at('q', 1, 1), at('q', 1, 2), at('q', 1, 3)];
    for (const item of [first, second, third]) backlog.add(item);
    backlog.remove(first);
    backlog.remove(second);
    expect(ids(backlog.list('q'))).toEqual(ids([third]));
    backlog.add(second);
    backlog.add(first);
    expect(ids(backlog.list('q'))).toEqual(ids([first, second, third]));
  });

  it('forgives the removal of what is not in it', () => {
    const backlog = createBacklog();
    const [item, stranger] = [at('q', 1, 1), at('q', 1, 1)];
    backlog.add(item);
    backlog.remove(stranger);
    backlog.remove(at('never seen', 1, 1));
    expect([backlog.size('q'), backlog.size('never seen')]).toEqual([1, 0]);
    backlog.remove(item);
    backlog.remove(item);
    expect(backlog.size('q')).toBe(0);
  });

  it('agrees with a plain sort after any adds and removes', () => {
    const add = fc.record({
      queue: fc.constantFrom('a', 'b', 'c'),
      priority: fc.nat(2),
      atMs: fc.nat(30),
    });
    const taking = fc.record({ take: fc.nat(), fromFront: fc.boolean() });
    const moves = fc.array(fc.oneof(add, taking), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(moves, (all) => {
        const backlog = createBacklog();
        sets = setsOf();
        let model: PendingRouting[] = [];
        for (const move of all) {
          if ('queue' in move) {
            const item = at(move.queue, move.priority, move.atMs);
            backlog.add(item);
            model = sorted([...model, item]);
          } else if (model.length > 0) {
            const gone = model[move.fromFront ? 0 : move.take % model.length]!;
            backlog.remove(gone);
            model = model.filter((item) => item !== gone);
          }
        }
        for (const name of ['a', 'b', 'c']) {
          const wanted = model.filter(({ demand: { queue } }) => queue === name);
          expect(backlog.size(name)).toBe(wanted.length);
          expect(ids(backlog.list(name))).toEqual(ids(wanted));
          // The heaps themselves: whatever is first in a lot goes before all others in it.
          for (const lot of sets(name).waiting) {
            expect(ids(lot.items.slice(0, 1))).toEqual(
              ids(wanted.filter((item) => item.lot === lot).slice(0, 1)),
            );
          }
        }
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('stays right through a long life of arrivals and departures', () => {
    const backlog = createBacklog();
    const kept: PendingRouting[] = [];
    for (let i = 0; i < 5000; i += 1) {
      const item = at('q', 1, i);
      backlog.add(item);
      kept.push(item);
      if (i % 3 !== 0) backlog.remove(kept.shift()!);
    }
    expect(backlog.size('q')).toBe(kept.length);
    expect(ids(backlog.list('q'))).toEqual(ids(kept));
  });
});

/** Word for word the rule of the docs, by key after key. */
function sorted(items: PendingRouting[]): PendingRouting[] {
  return items
    .toSorted((a, b) => a.sequence - b.sequence)
    .sort((a, b) => a.requestedAtMs - b.requestedAtMs)
    .sort((a, b) => a.demand.config.routingPriority - b.demand.config.routingPriority);
}
