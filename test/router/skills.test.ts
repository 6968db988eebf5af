/** Skills-based and direct-to-rep routing (fact sheet omni-channel 1.11 and 1.13). */
import { describe, expect, it } from 'vitest';
import type { PresenceConfig, Rep, RoutingConfig } from '../../src/org.ts';
import type { SkillRequirement } from '../../src/router/flow.ts';
import type { Wishes } from '../../src/router/work.ts';
import { config, createLab, type Lab, rep } from './lab.ts';

type Skills = Readonly<Record<string, number>>;

const skilled = (
  id: string,
  skills: Skills,
  presence: Partial<PresenceConfig> = {},
  queues = ['q'],
): Rep => ({ ...rep(id, presence, queues), skills });

const need = (skill: string, level = 1): SkillRequirement => ({ skill, level });
const extra = (skill: string, additionalPriority: number, level = 1): SkillRequirement => ({
  skill,
  level,
  additionalPriority,
});
const wanting = (...skills: SkillRequirement[]): Wishes => ({ skills });
const choices = (lab: Lab, work: string) =>
  lab.of('decided').flatMap((fact) => (fact.work === work ? [fact.choice] : []));

/** A lab whose additional skills drop every ten seconds, everybody online. */
function dropping(reps: readonly Rep[], changes: Partial<RoutingConfig> = {}): Lab {
  const q = config({ dropAdditionalSkillsTimeoutMs: 10_000, ...changes });
  const lab = createLab({ reps, configs: { q } });
  lab.online(...reps.map(({ id }) => id));
  return lab;
}

describe('a skills-based item', () => {
  it('needs all its skills, each at its level or above; level 0 is any', () => {
    const reps = [
      skilled('one', { dutch: 10 }),
      skilled('low', { dutch: 4, refunds: 9 }),
      skilled('all', { dutch: 5, refunds: 0 }),
    ];
    const lab = createLab({ reps });
    lab.online('one', 'low', 'all');
    lab.ask('w1', 'q', wanting(need('dutch', 5), need('refunds', 0)));
    expect(lab.routed()).toEqual(['w1>all']);
    lab.ask('w2', 'q', wanting(need('dutch', 5), need('refunds', 0)));
    lab.ask('w3', 'q', wanting(need('dutch', 5), need('refunds', 1)));
    expect(lab.routed()).toEqual(['w1>all']);
    lab.ask('w4', 'q', wanting(need('dutch', 4), need('refunds', 9)));
    expect(lab.routed()).toEqual(['w1>all', 'w4>low']);
  });

  it('takes doubles for levels', () => {
    const lab = createLab({ reps: [skilled('a', { dutch: 4.5 }), skilled('b', { dutch: 4.51 })] });
    lab.online('a', 'b');
    lab.ask('w1', 'q', wanting(need('dutch', 4.51)));
    expect(lab.routed()).toEqual(['w1>b']);
  });

  it.each(['LEAST_ACTIVE', 'MOST_AVAILABLE'] as const)(
    'goes by %s among those who have the skills, not by level',
    (routingModel) => {
      const team = [
        skilled('master', { dutch: 10 }, { capacity: 3 }),
        skilled('able', { dutch: 5 }, { capacity: 3 }),
      ];
      const lab = createLab({ reps: team, configs: { q: config({ routingModel }) } });
      lab.online('master');
      lab.serve('load');
      lab.online('able');
      lab.ask('w1', 'q', wanting(need('dutch', 5)));
      lab.ask('w2', 'q', wanting(need('dutch', 5)));
      expect(lab.routed().slice(1)).toEqual(['w1>able', 'w2>master']);
    },
  );

  it('ignores who is a member of its queue (C18), but neither channel, status nor room', () => {
    const statuses = { Mail: { online: true, channels: ['mail'] } };
    const reps = [
      rep('member'),
      skilled('mail', { dutch: 5 }, {}, []),
      skilled('away', { dutch: 5 }, {}, []),
      skilled('stranger', { dutch: 5 }, {}, ['other']),
    ];
    const lab = createLab({ reps, statuses });
    lab.online('member', 'stranger');
    lab.setStatus('mail', 'Mail');
    lab.setStatus('away', 'Busy');
    lab.ask('w1', 'q', wanting(need('dutch')));
    lab.ask('w2', 'q', wanting(need('dutch')));
    expect(lab.routed()).toEqual(['w1>stranger']);
    expect(choices(lab, 'w1')).toContain('C18');
    lab.online('mail');
    expect(lab.routed()).toEqual(['w1>stranger', 'w2>mail']);
  });

  it('waits for ever for a skill that nobody has', async () => {
    const lab = dropping([skilled('ann', { dutch: 5 })]);
    lab.ask('w1', 'q', wanting(need('klingon')));
    await lab.pass(7 * 86_400_000);
    expect([lab.routed(), lab.queueSize('q')]).toEqual([[], 1]);
    lab.change('ann', { skills: { klingon: 1 } });
    expect(lab.routed()).toEqual(['w1>ann']);
  });

  it('takes its turn among queue-based items by the same order', async () => {
    const reps = [skilled('ann', { dutch: 5 }, {}, ['q', 'low'])];
    const lab = createLab({ reps, configs: { q: config(), low: config({ routingPriority: 2 }) } });
    lab.ask('l1', 'low', wanting(need('dutch')));
    await lab.pass(1000);
    lab.ask('s1', 'q', wanting(need('dutch')));
    await lab.pass(1000);
    lab.ask('p1');
    await lab.pass(1000);
    lab.ask('s2', 'q', wanting(need('dutch')));
    lab.online('ann');
    for (const id of ['s1', 'p1', 's2', 'l1']) {
      const work = lab.latest(id);
      lab.accept(work);
      lab.close(work);
    }
  });

  it('has the default skills of its queue’s routing configuration', () => {
    const q = config({ skills: [need('dutch', 3)] });
    const lab = createLab({ reps: [rep('bare'), skilled('able', { dutch: 3 })], configs: { q } });
    lab.online('bare', 'able');
    lab.ask('w1');
    lab.ask('w2', 'q', { priority: 1 });
    expect(lab.routed()).toEqual(['w1>able']);
    expect(lab.of('queued')[0]!.skills).toEqual([need('dutch', 3)]);
    expect(lab.queueSize('q')).toBe(1);
  });
});

describe('additional skills', () => {
  const all = [need('dutch'), extra('vip', 2), extra('night', 6), extra('fax', 6)];

  it('drop by group, highest number first, one time-out each, equal numbers together', async () => {
    const lab = dropping([
      skilled('bare', { dutch: 1 }),
      skilled('fax', { dutch: 1, fax: 1, night: 1 }),
      skilled('vip', { dutch: 1, vip: 1 }),
    ]);
    lab.ask('w1', 'q', wanting(...all));
    lab.ask('w2', 'q', wanting(...all));
    await lab.pass(9999);
    expect(lab.pushes).toEqual([]);
    await lab.pass(1);
    expect(lab.routed()).toEqual(['w1>vip']);
    expect(new Set(lab.of('pushed')[0]!.dropped)).toEqual(new Set(['fax', 'night']));
    await lab.pass(9999);
    expect(lab.pushes).toHaveLength(1);
    await lab.pass(1);
    expect(lab.routed()).toEqual(['w1>vip', 'w2>fax']);
    expect(new Set(lab.of('pushed')[1]!.dropped)).toEqual(new Set(['fax', 'night', 'vip']));
    expect(lab.of('pushed').map(({ at }) => at)).toEqual([10_000, 20_000]);
  });

  it('are dropped from the request on, not from the last push', async () => {
    const both = skilled('both', { dutch: 1, vip: 1 });
    const lab = dropping([both, skilled('bare', { dutch: 1 })], { pushTimeoutMs: 7000 });
    lab.ask('w1', 'q', wanting(need('dutch'), extra('vip', 1)));
    await lab.pass(9999);
    expect(lab.routed()).toEqual(['w1>both']);
    await lab.pass(1);
    expect(lab.routed()).toEqual(['w1>both', 'w1>bare']);
  });

  it('that drop while it rings are not asked for when it is declined', async () => {
    const both = skilled('both', { dutch: 1, vip: 1 });
    const lab = dropping([both, skilled('bare', { dutch: 1 })]);
    lab.ask('w1', 'q', wanting(need('dutch'), extra('vip', 1)));
    await lab.pass(15_000);
    expect(lab.routed()).toEqual(['w1>both']);
    lab.decline(lab.latest('w1'));
    expect(lab.routed()).toEqual(['w1>both', 'w1>bare']);
  });

  it('that are overdue drop at once: the time counts from the request on', async () => {
    const lab = dropping([skilled('bare', { dutch: 1 })]);
    await lab.pass(100_000);
    const requestedAtMs = 100_000 - 25_000;
    const [c, b, a] = [extra('c', 9), extra('b', 5), extra('a', 1)];
    lab.ask('w1', 'q', { ...wanting(need('dutch'), a, b), requestedAtMs });
    await lab.pass(0);
    expect(lab.of('pushed')).toMatchObject([{ at: 100_000, work: 'w1', dropped: ['b', 'a'] }]);
    lab.accept(lab.latest('w1'));
    lab.close(lab.latest('w1'));
    lab.ask('w2', 'q', { ...wanting(need('dutch'), a, b, c), requestedAtMs });
    await lab.pass(4999);
    expect(lab.routed()).toEqual(['w1>bare']);
    await lab.pass(1);
    expect(lab.of('pushed')[1]).toMatchObject({ at: 105_000, dropped: ['c', 'b', 'a'] });
  });

  it('drop, required ones never', async () => {
    const lab = dropping([skilled('close', { dutch: 4, vip: 9 })]);
    lab.ask('w1', 'q', wanting(need('dutch', 5), extra('vip', 0)));
    await lab.pass(86_400_000);
    expect(lab.routed()).toEqual([]);
    lab.change('close', { skills: { dutch: 5 } });
    expect(lab.routed()).toEqual(['w1>close']);
  });

  it('that were dropped decide among those left: most first, then the model (C19)', async () => {
    const reps = [
      skilled('none', { dutch: 1 }, { capacity: 9 }),
      skilled('two', { dutch: 1, a: 1, b: 1 }, { capacity: 9 }),
      skilled('other', { dutch: 1, b: 1, c: 1 }, { capacity: 9 }),
      skilled('one', { dutch: 1, c: 1 }, { capacity: 9 }),
    ];
    const lab = dropping(reps);
    for (const id of ['l1', 'l2']) lab.ask(id, 'q', { rep: 'two' });
    lab.ask('l3', 'q', { rep: 'other' });
    const skills = [need('dutch'), extra('a', 1), extra('b', 1), extra('c', 1)];
    lab.ask('w1', 'q', wanting(...skills));
    await lab.pass(10_000);
    lab.ask('w2', 'q', { ...wanting(...skills), requestedAtMs: 0 });
    await lab.pass(0);
    expect(lab.routed().slice(3)).toEqual(['w1>other', 'w2>two']);
    expect(choices(lab, 'w1')).toContain('C19');
  });

  it('never drop without a time-out (C20)', async () => {
    const lab = dropping([skilled('bare', { dutch: 1 })], {
      dropAdditionalSkillsTimeoutMs: undefined as never,
    });
    lab.ask('w1', 'q', wanting(need('dutch'), extra('vip', 10)));
    await lab.pass(30 * 86_400_000);
    expect(lab.routed()).toEqual([]);
    expect(choices(lab, 'w1')).toContain('C20');
  });
});

describe('direct-to-rep routing', () => {
  it('asks the rep alone, who needs neither skills nor membership', () => {
    const lab = createLab({ reps: [rep('ann', {}, []), skilled('bob', { dutch: 5 })] });
    lab.online('ann', 'bob');
    lab.ask('w1', 'q', { ...wanting(need('dutch')), rep: 'ann' });
    lab.ask('w2', 'q', { rep: 'ann' });
    // Logged in, but full: it respects capacity and waits (C15).
    expect(lab.routed()).toEqual(['w1>ann']);
  });

  it('falls back to queue or skills when the rep is away, unknown, or refuses', () => {
    const bob = skilled('bob', { dutch: 5 }, { capacity: 9 }, []);
    const lab = createLab({ reps: [rep('ann'), rep('cyd', { capacity: 9 }), bob] });
    lab.online('bob', 'cyd');
    lab.ask('w1', 'q', { ...wanting(need('dutch')), rep: 'ann' });
    lab.ask('w2', 'q', { rep: 'ann' });
    lab.ask('w3', 'q', { rep: 'who left long ago' });
    lab.online('ann');
    lab.ask('w4', 'q', { ...wanting(need('dutch')), rep: 'ann' });
    lab.decline(lab.latest('w4'));
    expect(lab.routed()).toEqual(['w1>bob', 'w2>cyd', 'w3>cyd', 'w4>ann', 'w4>bob']);
  });

  it('falls back when the rep leaves, while it waits or rings', () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob', { capacity: 9 })] });
    lab.online('ann', 'bob');
    lab.ask('w1', 'q', { rep: 'ann' });
    lab.ask('w2', 'q', { rep: 'ann' });
    lab.setStatus('ann', 'Offline');
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann', 'w1>bob', 'w2>bob']);
  });

  it('stays with a required rep, away or unwilling', async () => {
    const lab = createLab({ reps: [rep('ann'), rep('bob', { capacity: 9 })] });
    lab.online('bob');
    lab.ask('w1', 'q', { rep: 'ann', repRequired: true });
    await lab.pass(86_400_000);
    expect(lab.routed()).toEqual([]);
    lab.online('ann');
    lab.decline(lab.latest('w1'));
    lab.setStatus('ann', 'Offline');
    expect(lab.routed()).toEqual(['w1>ann']);
    lab.online('ann');
    lab.setStatus('ann', 'Offline');
    lab.online('ann');
    expect(lab.routed()).toEqual(['w1>ann', 'w1>ann', 'w1>ann']);
  });
});
