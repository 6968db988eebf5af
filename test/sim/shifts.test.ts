/** Shifts and breaks over presence statuses. */
import { describe, expect, it } from 'vitest';
import { runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';
import type { Fact } from '../../src/facts.ts';
import { type Changes, changed, complaints, GOOD, write } from './scenario/files.ts';

const MINUTE = 60_000;

/** A run of the good scenario whose reps have this key beside. */
async function run(key: string, value: string) {
  const changes: Changes = [['  front-line:\n', `  front-line:\n    ${key}: ${value}\n`]];
  const facts: Fact[] = [];
  const plan = loadPlan(write(changed(GOOD.scenario, changes), GOOD.org));
  const { result, failure } = await runPlan(plan, {
    clock: 'virtual',
    onFact: (fact) => facts.push(fact),
  });
  expect(failure).toBeUndefined();
  expect(result.invariants).toEqual([]);
  /** Of a rep: minute and status. */
  const presence = (rep: string) =>
    facts.flatMap((fact) =>
      fact.type === 'presence' && fact.rep === rep ? [[fact.at / MINUTE, fact.status]] : [],
    );
  return { facts, presence, result };
}

describe('a shift', () => {
  it('logs in, has its breaks, and logs out at once', async () => {
    const { presence } = await run(
      'shifts',
      '[{ from: 10m, to: 40m, breaks: [{ at: 10m, for: 5m }], ends: atOnce }]',
    );
    expect(presence('front-line-1')).toEqual([
      [10, 'Available'],
      [20, 'Busy'],
      [25, 'Available'],
      [40, 'Offline'],
    ]);
  });

  it('is staggered over a pool, and so are its breaks', async () => {
    const { presence } = await run(
      'shifts',
      '[{ from: 0s, to: 50m, stagger: 2m, ends: atOnce, ' +
        'breaks: [{ at: 10m, for: 5m, stagger: 5m }] }]',
    );
    expect(presence('front-line-1').map(([at]) => at)).toEqual([0, 10, 15, 50]);
    expect(presence('front-line-2').map(([at]) => at)).toEqual([2, 17, 22, 52]);
  });

  it('comes again', async () => {
    const { presence } = await run('shifts', '[{ from: 5m, to: 10m, every: 20m, ends: atOnce }]');
    expect(presence('front-line-1').map(([at]) => at)).toEqual([5, 10, 25, 30, 45, 50]);
  });

  it('ends when what is open is done: no new work, none lost', async () => {
    const { facts, presence } = await run('shifts', '[{ from: 0s, to: 20m }]');
    const end = presence('front-line-1');
    expect(end.slice(0, 2)).toEqual([
      [0, 'Available'],
      [20, 'Busy'],
    ]);
    expect(end.at(-1)?.[1]).toBe('Offline');
    const pushes = facts.filter(({ type, at }) => type === 'pushed' && at > 20 * MINUTE);
    expect(pushes).toEqual([]);
    const byLogout = facts.filter((fact) => fact.type === 'closed' && fact.by === 'logout');
    expect(byLogout).toEqual([]);
    const last = Math.max(...facts.flatMap(({ type, at }) => (type === 'closed' ? [at] : [])));
    expect(last).toBeGreaterThan(20 * MINUTE);
    expect(Number(end.at(-1)?.[0]) * MINUTE).toBeLessThanOrEqual(last);
  });

  it('is refused when it cannot be', () => {
    const wrong = (shifts: string) =>
      complaints({ scenario: [['  front-line:\n', `  front-line:\n    shifts: ${shifts}\n`]] })[0];
    expect(wrong('[{ from: 10m, to: 5m }]')).toContain('shifts[0].to: must be after from');
    expect(wrong('[{ from: 0s, to: 30m, every: 20m }]')).toContain(
      'the next begins before the end',
    );
    expect(wrong('[{ from: 0s, to: 30m, breaks: [{ at: 20m, for: 20m }] }]')).toContain(
      'shifts[0].breaks[0]: ends after the shift does',
    );
    expect(wrong('[{ from: 0s, to: 30m, status: Availabel }]')).toContain(
      "no presence status 'Availabel'; did you mean 'Available'?",
    );
  });
});

describe('a console that loses its connection', () => {
  const lose = async (every: string, gone: string) => {
    const { presence } = await run('disconnects', `{ every: ${every}, for: ${gone} }`);
    return presence('front-line-1');
  };

  it('for longer than the grace is logged out, and logs in again', async () => {
    const seen = await lose('20m', '90s');
    expect(seen).toEqual([
      [0, 'Available'],
      [21, 'Offline'],
      [21.5, 'Available'],
      [42.5, 'Offline'],
      [43, 'Available'],
    ]);
  });

  it('for a moment is not even noticed', async () => {
    expect(await lose('exponential(mean 5m)', '20s')).toEqual([[0, 'Available']]);
  });
});
