import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../../sim/scenario.ts';
import { changed, complaintsOf, GOOD, load, write } from './files.ts';

const MINUTE = 60_000;

describe('a good scenario', () => {
  it('becomes a plan with units resolved', () => {
    const plan = load();
    expect(plan).toMatchObject({ name: 'shop', seed: 1, lastsMs: 60 * MINUTE, warmUpMs: 0 });
    expect(plan).toMatchObject({ drainMs: 60 * MINUTE, wire: true });
    expect(plan.startsAtMs).toBe(Date.UTC(2026, 0, 5, 9));
    expect(plan.scripts).toEqual([
      {
        name: 'asker',
        leaves: 'announced',
        patience: { name: 'exponential', params: { mean: 5 * MINUTE } },
        steps: [
          { do: 'say', text: 'Hello, it is {{customer}}' },
          { do: 'expect', from: 'auto' },
          { do: 'expect', from: 'rep', matches: 'shipped|on its way', withinMs: 5 * MINUTE },
          { do: 'think', for: { name: 'lognormal', params: { mean: 20_000, sd: 15_000 } } },
          { do: 'choose', title: 'Yes' },
          { do: 'leave' },
        ],
      },
    ]);
    expect(plan.arrivals).toEqual([
      {
        script: 'asker',
        channels: [
          { channel: 'sms-main', weight: 2 },
          { channel: 'whatsapp-main', weight: 1 },
        ],
        pattern: 'poisson',
        stages: [{ forMs: 60 * MINUTE, from: 120 / 3_600_000, to: 120 / 3_600_000 }],
      },
    ]);
    expect(plan.budgets).toEqual([
      { text: 'serviceLevel(60s) >= 80%', line: 24 },
      { text: 'p95(firstReply) < 2m where channel = sms-main', line: 25 },
    ]);
  });

  it('fills in what reps, platforms and the org leave out', () => {
    const plan = load();
    expect(plan.reps['front-line']).toMatchObject({
      answersPush: { name: 'constant', params: { value: 3000 } },
      replyTime: { name: 'lognormal', params: { mean: 25_000, sd: 15_000 } },
      replies: [
        { text: 'Your order has shipped.' },
        { text: 'Was that all?', choices: ['Yes', 'No'] },
      ],
      closesWhenSilentForMs: 2 * MINUTE,
      afterWork: { name: 'constant', params: { value: 0 } },
      declines: 0,
      overlooks: 0,
    });
    expect(plan.platforms.reads).toBe(0.7);
    const channel = plan.org.channels['sms-main'];
    expect(channel?.keywords.optOut).toContain('stop');
    expect(channel?.keywords).toMatchObject({
      optIn: ['start', 'unstop'],
      help: ['help'],
      end: [],
    });
    expect(channel?.account).toEqual({});
    expect(plan.org.presenceStatuses).toEqual({
      Available: { online: true },
      Busy: { online: false },
    });
    expect(plan.org.routingConfigs.standard).toEqual({
      routingModel: 'LEAST_ACTIVE',
      routingPriority: 1,
      capacityWeight: 1,
      pushTimeoutMs: 30_000,
    });
  });

  it('takes the seed it is told', () => {
    expect(loadPlan(write(GOOD.scenario), { seed: 7 }).seed).toBe(7);
  });

  it('hashes the bytes of both files', () => {
    const hash = createHash('sha256').update(GOOD.scenario).update(GOOD.org).digest('hex');
    expect(load().sha256).toBe(hash);
    expect(load({ org: [['count: 12', 'count: 13']] }).sha256).not.toBe(hash);
  });

  it('takes stages, constant rates and one channel', () => {
    const rates = (to: string) => load({ scenario: [['    poisson: 120/h', to]] }).arrivals[0];
    const stages = 'stages: [{ for: 10m, from: 0/h, to: 3/s }, { for: 20m, rate: 2/min }]';
    expect(rates(`    ${stages}`)?.pattern).toBe('poisson');
    expect(rates(`    ${stages}\n    pattern: even`)).toMatchObject({
      pattern: 'even',
      stages: [
        { forMs: 10 * MINUTE, from: 0, to: 0.003 },
        { forMs: 20 * MINUTE, from: 2 / MINUTE, to: 2 / MINUTE },
      ],
    });
    expect(rates('    constant: 24/d')?.pattern).toBe('even');
    const one = load({ scenario: [['{ sms-main: 2, whatsapp-main: 1 }', 'sms-main']] });
    expect(one.arrivals[0]?.channels).toEqual([{ channel: 'sms-main', weight: 1 }]);
  });

  it('lets `default` stand for every pool without an entry', () => {
    const plan = load({ scenario: [['  front-line:\n', '  default:\n']] });
    expect(Object.keys(plan.reps)).toEqual(['front-line']);
  });
});

describe('the file as text', () => {
  it('may have a byte order mark and CRLF line ends', () => {
    const windows = `\ufeff${GOOD.scenario.replaceAll('\n', '\r\n')}`;
    const plan = loadPlan(write(windows));
    expect(plan.name).toBe('shop');
    expect(plan.budgets[0]?.line).toBe(24);
    const wrong = complaintsOf(write(windows.replace('lasts: 1h', 'lasts: 1x')));
    expect(wrong[0]).toMatch(/^shop\.yaml:3:8 {2}lasts: unknown unit 'x'/);
  });

  it('may use anchors, aliases and merge keys, with places at what they stand for', () => {
    const aliased = changed(GOOD.scenario, [
      ['patience: exponential', 'patience: &calm exponential'],
      ['reps:\n  front-line:\n', 'reps:\n  front-line: &usual\n    answersPush: *calm\n'],
      ['budgets:', '  default: { <<: *usual, declines: 2% }\nbudgets:'],
    ]);
    expect(loadPlan(write(aliased)).reps['front-line']?.answersPush.name).toBe('exponential');
    const wrong = complaintsOf(write(aliased.replace('shipped.\n', 'shipped.\n      - 7\n')));
    expect(wrong).toHaveLength(2);
    expect(wrong[0]).toMatch(/^shop\.yaml:23:9 {2}reps\.front-line\.replies\[1\]: expected text/);
    expect(wrong[1]).toMatch(/^shop\.yaml:23:9 {2}reps\.default\.replies\[1\]: expected text/);
  });

  it('is refused when its aliases explode or go round in circles', () => {
    const level = (n: number) =>
      `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join(', ')}]\n`;
    const laughs = `l0: &l0 [ha]\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(level).join('')}`;
    expect(complaintsOf(write(laughs))).toEqual([
      'shop.yaml  its aliases refer to each other too often, or to themselves',
    ]);
    expect(complaintsOf(write('customers: &a { b: *a }\n')).length).toBeGreaterThan(0);
    expect(complaintsOf(write('['.repeat(100_000))).length).toBeLessThanOrEqual(10);
  });

  it('may hold 2,000 channels that share an account', () => {
    const channel = (n: number) =>
      `  c${n}: { type: sms, address: "+1${2_000_000 + n}", queue: front-line, account: *a }\n`;
    const extra = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        channel(n).replace(n === 0 ? '*a' : '', (it) =>
          it === '' ? '' : '&a { accountSid: AC1 }',
        ),
      ).join('');
    const org = (count: number) =>
      changed(GOOD.org, [['channels:\n', `channels:\n${extra(count)}`]]);
    const plan = loadPlan(write(GOOD.scenario, org(1998)));
    expect(Object.keys(plan.org.channels)).toHaveLength(2000);
    expect(complaintsOf(write(GOOD.scenario, org(1999)))).toEqual([
      'orgs/shop.yaml:2:1  channels: an org has at most 2000 channels; these are 2001',
    ]);
  });
});
