/** The router under random use: whatever happens, its books must balance. See `model.ts`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rep, RoutingConfig } from '../../src/org.ts';
import type { AgentWork, Wishes } from '../../src/router/work.ts';
import { config, createLab, type Lab, rep } from './lab.ts';
import { createModel, type Model } from './model.ts';

const QUEUES = ['a', 'b', 'c', 'silent'];
const REPS = ['ann', 'bob', 'cyd', 'dan'];

const routing = fc.record({
  routingModel: fc.constantFrom('LEAST_ACTIVE' as const, 'MOST_AVAILABLE' as const),
  routingPriority: fc.nat(2),
  capacityWeight: fc.constantFrom(0.1, 0.3, 1, 1, 2.5),
  more: fc.record(
    {
      capacityPercentage: fc.constantFrom(0.25, 0.5, 1),
      capacityType: fc.constantFrom('INTERRUPTIBLE' as const, 'INHERITED' as const),
      dropAdditionalSkillsTimeoutMs: fc.constantFrom(300, 3000),
    },
    { requiredKeys: [] },
  ),
});
const SKILLS = ['dutch', 'refunds', 'vip'];
const levels = fc.dictionary(fc.constantFrom(...SKILLS), fc.constantFrom(0, 3, 9));
const required = fc.record(
  {
    skill: fc.constantFrom(...SKILLS),
    level: fc.constantFrom(0, 3, 9),
    additionalPriority: fc.nat(2),
  },
  { requiredKeys: ['skill', 'level'] },
);
const wishes: fc.Arbitrary<Wishes> = fc.record(
  {
    skills: fc.uniqueArray(required, {
      selector: ({ skill }) => skill,
      minLength: 1,
      maxLength: 3,
    }),
    rep: fc.constantFrom(...REPS),
    repRequired: fc.constant(true),
    priority: fc.nat(2),
    acceptByMs: fc.nat(5000),
  },
  { requiredKeys: [] },
);
const timed = fc.record({ routing, timeout: fc.option(fc.constantFrom(500, 2000)) });
const configs = fc
  .tuple(timed, timed, timed)
  .map((all) =>
    Object.fromEntries(
      all.map(({ routing: { more, ...routing }, timeout }, i) => [
        QUEUES[i]!,
        config({ ...routing, ...more, ...(timeout === null ? {} : { pushTimeoutMs: timeout }) }),
      ]),
    ),
  );
const status = fc.constantFrom('Online', 'Busy', 'Offline');
const reps = fc.tuple(
  ...REPS.map((id) =>
    fc
      .record({
        capacity: fc.constantFrom(0.3, 1, 1, 2, 3),
        interruptible: fc.option(fc.constantFrom(0.5, 2), { nil: undefined }),
        skills: levels,
        queues: fc.subarray(QUEUES, { minLength: 1 }),
        statuses: fc.record(
          { statusOnPushTimeout: status, statusOnDecline: status },
          { requiredKeys: [] },
        ),
      })
      .map(({ capacity, interruptible, skills, queues, statuses }) => {
        const second = interruptible === undefined ? {} : { interruptibleCapacity: interruptible };
        return { ...rep(id, { capacity, ...second, ...statuses }, queues), skills };
      }),
  ),
);
const n = fc.nat(1000);
const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), n }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wish' as const), n, wishes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change' as const), n, levels }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accept' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decline' as const), n }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('close' as const), n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), n }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('status' as const), n, status }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), n }) },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % from.length];
const inState = ({ pushes }: Lab, status: AgentWork['status']) =>
  pushes.filter((work) => work.status === status);

async function carryOut(move: Move, lab: Lab, model: Model, count: number): Promise<void> {
  const work = (status: AgentWork['status']) => pick(inState(lab, status), move.n);
  if (move.do === 'ask') lab.ask(`w${count}`, pick(QUEUES, move.n)!);
  else if (move.do === 'wish') lab.ask(`w${count}`, pick(QUEUES, move.n)!, move.wishes);
  else if (move.do === 'change') lab.change(pick(REPS, move.n)!, { skills: move.levels });
  else if (move.do === 'pass') await lab.pass(move.n);
  else if (move.do === 'status') lab.setStatus(pick(REPS, move.n)!, move.status);
  else if (move.do === 'withdraw') {
    const ringing = inState(lab, 'Assigned').map(({ item }) => item.workId);
    const id = pick([...model.waiting(), ...ringing], move.n);
    if (id !== undefined) expect(lab.withdraw(id, 'EndUser')).toBe(true);
  } else {
    const wanted = work(move.do === 'close' ? 'Opened' : 'Assigned');
    if (wanted !== undefined) expect(lab[move.do](wanted)).toBe(true);
  }
}

/** The router's own count of a rep's units is the sum over the work they hold. */
function checkUnits({ pushes }: Lab, model: Model): void {
  for (const { rep } of pushes) {
    expect(rep.usedUnits).toBeCloseTo(model.unitsOf(rep.id, 'primary'), 9);
    expect(rep.usedInterruptible).toBeCloseTo(model.unitsOf(rep.id, 'interruptible'), 9);
  }
}

/** Everyone logs in anew and serves what there is, until nothing more comes. */
function serveAll(lab: Lab): void {
  for (let round = 0; round < 50; round += 1) {
    for (const id of REPS) {
      lab.setStatus(id, 'Offline');
      lab.setStatus(id, 'Online');
    }
    const held = lab.pushes.filter(({ status }) => status === 'Assigned' || status === 'Opened');
    if (held.length === 0) return;
    for (const work of held) lab.accept(work);
    for (const work of held) lab.close(work);
  }
}

async function play(
  moves: readonly Move[],
  team: readonly Rep[],
  rules: Readonly<Record<string, RoutingConfig>>,
  onPush?: (lab: Lab) => (work: AgentWork) => void,
) {
  const model = createModel(team, rules);
  const answer = { push: (_: AgentWork) => {} };
  const lab = createLab({
    reps: team,
    configs: rules,
    onFact: model.record,
    onPush: (work) => answer.push(work),
  });
  if (onPush !== undefined) answer.push = onPush(lab);
  for (const [i, move] of moves.entries()) {
    await carryOut(move, lab, model, i);
    model.check();
    checkUnits(lab, model);
  }
  return { lab, model };
}

describe('under any sequence of events the router', () => {
  it('exceeds no capacity, lets nobody idle, keeps the order and loses nothing', async () => {
    const moves = fc.array(move, { minLength: 20, maxLength: 120, size: 'max' });
    await fc.assert(
      fc.asyncProperty(moves, reps, configs, async (all, team, rules) => {
        const { lab, model } = await play(all, team, rules);
        serveAll(lab);
        model.check();
        for (const id of model.waiting()) {
          expect(model.whoCouldEver(id), `${id} was left over`).toEqual([]);
        }
        expect(model.states()).not.toContain('ringing');
        expect(model.states()).not.toContain('open');
      }),
      { numRuns: 120, seed: 7 },
    );
  });

  it('does so too when reps answer in the very moment of the push', async () => {
    const moves = fc.array(move, { minLength: 20, maxLength: 80, size: 'max' });
    const answers = fc.infiniteStream(fc.constantFrom('accept', 'decline', 'wait'));
    await fc.assert(
      fc.asyncProperty(moves, reps, configs, answers, async (all, team, rules, stream) => {
        await play(all, team, rules, (lab) => (work) => {
          const { value } = stream.next();
          // Two who always decline would play ping-pong for ever in one moment.
          if (value === 'accept') lab.accept(work);
          else if (value === 'decline' && work.item.attempts < 6) lab.decline(work);
        });
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});
