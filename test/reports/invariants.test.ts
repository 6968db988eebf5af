/** Rules no run may break: each is noticed when it is broken, and silent when it is not. */
import { describe, expect, it } from 'vitest';
import { createInvariants } from '../../reports/invariants.ts';
import type { Fact } from '../../src/facts.ts';
import { accepted, closed, queued, withdrawn } from './build.ts';

const TEAM = [
  { id: 'ann', pool: 'ann', capacity: 2, interruptibleCapacity: 1, skills: { dutch: 5 } },
  { id: 'ben', pool: 'ben', capacity: 1 },
];

function broken(...facts: readonly (Fact | readonly Fact[])[]): string[] {
  const invariants = createInvariants(TEAM);
  for (const fact of facts.flat() as Fact[]) invariants.record(fact);
  return invariants.broken();
}

const [pushed, answered] = [0, 1].map((i) => (id: number, at: number, changes: object = {}) => ({
  ...accepted(id, at, 0)[i]!,
  ...changes,
})) as [Make, Make];
type Make = (id: number, at: number, changes?: object) => Fact;

const asking = (id: number, at: number, changes: object): Fact => ({
  ...queued(id, at),
  ...changes,
});

describe('the rules', () => {
  it('are kept by ordinary work, one thing after another', () => {
    const facts = [1, 2, 3, 4, 5].flatMap((id) => [
      queued(id, id * 10),
      ...accepted(id, id * 10, 1),
      closed(id, id * 10 + 5, 4),
    ]);
    expect(broken(facts)).toEqual([]);
  });

  it('say that what waits is pushed once, and to one rep', () => {
    expect(broken(pushed(1, 5))).toEqual(['at 5 ms: w1 was pushed to ann, but does not wait']);
    expect(
      broken(queued(1, 0), pushed(1, 1), pushed(1, 2, { rep: 'ben', agentWork: 'b' })),
    ).toEqual(['at 2 ms: w1 rings twice, now at ben']);
    const answeredBy = answered(1, 2, { agentWork: 'another' });
    expect(broken(queued(1, 0), pushed(1, 1), answeredBy)).toEqual([
      'at 2 ms: another was accepted, but did not ring',
    ]);
    expect(broken(queued(1, 0), withdrawn(1, 1, 1), pushed(1, 2))).toHaveLength(1);
    expect(broken(queued(1, 0), queued(1, 1))).toEqual(['at 1 ms: w1 is queued twice']);
  });

  it('let it be pushed again once it does not ring any more', () => {
    const declined = { ...pushed(1, 2), type: 'declined', sincePushMs: 1 } as Fact;
    expect(broken(queued(1, 0), pushed(1, 1), declined, pushed(1, 3, { agentWork: 'b' }))).toEqual(
      [],
    );
  });

  it('say that capacity is held from the push to the close, in each pool by itself', () => {
    const three = [1, 2, 3].flatMap((id) => [queued(id, id), pushed(id, id)]);
    expect(broken(three)).toEqual(['at 3 ms: w3 fills ann to 3 units of 2']);
    const pool = { pool: 'interruptible' };
    const mails = [1, 2, 3].flatMap((id) => [
      queued(id, id),
      pushed(id, id, pool),
      answered(id, id, pool),
      { ...closed(id, id, 0), ...pool } as Fact,
    ]);
    expect(
      broken(
        mails,
        three.map((fact) => ({ ...fact, work: `m${fact.at}` }) as Fact),
      ),
    ).toHaveLength(1);
    expect(broken(queued(1, 0), pushed(1, 0, pool), queued(2, 1), pushed(2, 1, pool))).toEqual([
      'at 1 ms: w2 fills ann to 2 units of 1',
    ]);
  });

  it('let a supervisor and a partner exceed it', () => {
    const facts = [1, 2, 3].flatMap((id) => [
      queued(id, id),
      pushed(id, id, id === 3 ? { beyond: 'supervisor' } : {}),
    ]);
    expect(broken(facts)).toEqual([]);
  });

  it('say that required skills are there, at their level', () => {
    const dutch = { skills: [{ skill: 'dutch', level: 5 }] };
    const more = { skills: [{ skill: 'dutch', level: 6 }] };
    const ben = { rep: 'ben' };
    expect(broken(asking(1, 0, dutch), pushed(1, 1))).toEqual([]);
    expect(broken(asking(1, 0, more), pushed(1, 1))).toEqual([
      'at 1 ms: w1 needs dutch at level 6, which ann has not',
    ]);
    expect(broken(asking(1, 0, dutch), pushed(1, 1, ben))).toHaveLength(1);
    expect(broken(asking(1, 0, dutch), pushed(1, 1, { ...ben, dropped: ['dutch'] }))).toEqual([]);
    expect(broken(asking(1, 0, { ...dutch, preferredRep: 'ben' }), pushed(1, 1, ben))).toEqual([]);
  });

  it('name the first few breaches, not all of a broken run', () => {
    const facts = Array.from({ length: 100 }, (_, i) => pushed(i, i));
    expect(broken(facts).length).toBeLessThan(50);
  });
});
