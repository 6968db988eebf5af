import { describe, expect, it } from 'vitest';
import { checkBudget, parseBudget } from '../../reports/budgets.ts';
import { createSummary } from '../../reports/summarise.ts';
import { accepted, conversation, options, presence, queued, summarise } from './build.ts';

const KNOWN = {
  channels: ['sms-main', 'wa-main'],
  queues: ['front-line'],
  skills: ['refunds'],
  reps: ['front-line', 'front-line-1'],
};

describe('the budget format', () => {
  it.each([
    ['p95(speedToAnswer) < 30s', { bound: 30_000, unit: 'ms', operator: '<' }],
    [
      'p99.9( firstReply )<=1m 30s',
      { bound: 90_000, subject: { stat: { quantile: 0.9990000000000001 } } },
    ],
    ['avg(handleTime) > 1.5min', { bound: 90_000, subject: { stat: 'mean' } }],
    ['med(apiLatency) < 850ms', { bound: 850, subject: { stat: { quantile: 0.5 } } }],
    ['serviceLevel(60s) >= 80%', { bound: 0.8, unit: 'share', subject: { withinMs: 60_000 } }],
    ['abandonment == 0%', { bound: 0, operator: '=', subject: { kind: 'rate' } }],
    ['count(webhookRefusals) = 0', { bound: 0, unit: 'count', operator: '=' }],
    ['occupancy < 85% where rep = front-line', { where: { by: 'rep', id: 'front-line' } }],
    ["max(speedToAnswer) < 1h where queue = 'Front line'", { where: { id: 'Front line' } }],
  ])('reads %s', (text, expected) => {
    expect(parseBudget(text)).toMatchObject({ text, ...expected });
  });

  it.each([
    ['fast please', /^expected a budget such as 'p95\(speedToAnswer\) < 30s'/],
    ['', /^expected a budget/],
    ['p95(speedToAnwser) < 30s', "unknown measure 'speedToAnwser'; did you mean 'speedToAnswer'?"],
    ['abandonmnt < 5%', "unknown measure 'abandonmnt'; did you mean 'abandonment'?"],
    ['count(acepted) > 1', "unknown count 'acepted'; did you mean 'accepted'?"],
    ['average(handleTime) < 1s', /^unknown statistic 'average'; expected one of min, avg/],
    ['p0(handleTime) < 1s', /is no percentile/],
    ['p101(handleTime) < 1s', /is no percentile/],
    ['abandonment < 5s', 'abandonment is a share: write 5%, not 5s'],
    ['abandonment < 5', 'abandonment is a share: write 5%, not 5'],
    ['abandonment < 500%', 'abandonment is a share: write 5%, not 500%'],
    ['p95(handleTime) < 30', 'handleTime is a duration: write 30s or 850ms, not 30'],
    ['count(accepted) > 5%', 'accepted is a count: write a whole number without unit, not 5%'],
    ['speedToAnswer < 30s', /say which of its values, as in p95\(speedToAnswer\)/],
    ['accepted > 30', 'accepted is a count: write count(accepted)'],
    ['serviceLevel > 80%', 'serviceLevel needs a time, as in serviceLevel(60s)'],
    ['serviceLevel(80%) > 80%', 'serviceLevel needs a time, as in serviceLevel(60s)'],
    ['p95(abandonment) < 5%', 'abandonment is a share: write it bare, as in abandonment < 5%'],
    ['max(handleTime) < 1h where chanel = x', "unknown filter 'chanel'; did you mean 'channel'?"],
    ['abandonment < 5% where rep = x', /not told apart by rep, only by channel and queue/],
    ['occupancy < 85% where queue = x', 'occupancy is not told apart by queue, only by rep'],
    ['gaveUp < 5% where channel = sms-man', "unknown channel 'sms-man'; did you mean 'sms-main'?"],
    ['gaveUp < 5% where channel = x', "unknown channel 'x'; expected one of sms-main, wa-main"],
  ])('refuses %s', (text, message) => {
    expect(checkBudget(text, KNOWN)).toMatch(message);
  });

  it('is content with names that exist', () => {
    expect(checkBudget('gaveUp < 5% where channel = wa-main', KNOWN)).toBeUndefined();
    expect(checkBudget('occupancy < 85% where rep = front-line-1', KNOWN)).toBeUndefined();
    expect(checkBudget('occupancy < 85%', KNOWN)).toBeUndefined();
  });
});

describe('judging', () => {
  const facts = [
    presence('team-1', 100_000, true, 80),
    ...Array.from({ length: 100 }, (_, i) => {
      const of = { rep: 'team-1', channel: i < 40 ? 'sms-main' : 'wa-main' };
      const at = 200_000 + i;
      return [queued(i, at, of), ...(i < 80 ? accepted(i, at, (i + 1) * 1_000, of) : [])];
    }).flat(),
    ...conversation(1, 200_000, 1_000, 'completed'),
  ];
  const judged = (...texts: string[]) =>
    summarise(facts, { budgets: texts.map((text, i) => ({ text, line: i + 1 })) });
  const one = (text: string) => judged(text).budgets[0];

  it.each([
    ['p95(speedToAnswer) < 80s', { ok: true, measured: 76_000, margin: 4_000, n: 80, unit: 'ms' }],
    ['p95(speedToAnswer) < 76s', { ok: false, measured: 76_000, margin: 0 }],
    ['p95(speedToAnswer) <= 76s', { ok: true }],
    ['p50(speedToAnswer) < 30s where channel = sms-main', { ok: true, measured: 20_000, n: 40 }],
    ['min(speedToAnswer) > 2s', { ok: false, margin: -1_000 }],
    ['serviceLevel(45s) >= 45%', { ok: true, measured: 0.45, margin: 0, n: 100 }],
    ['serviceLevel(45s) > 45%', { ok: false }],
    ['serviceLevelOfAnswered(10s) >= 12.5%', { ok: true, measured: 0.125, n: 80 }],
    ['count(accepted) >= 100', { ok: false, measured: 80, margin: -20, unit: 'count' }],
    ['count(accepted) = 80', { ok: true, margin: 0 }],
    ['count(accepted) >= 40 where rep = team', { ok: true, measured: 80 }],
    ['max(speedToAnswer) < 2m where rep = team-1', { ok: true, measured: 80_000 }],
    ['gaveUp = 0%', { ok: true, measured: 0 }],
  ])('%s', (text, expected) => {
    expect(one(text)).toMatchObject({ text, line: 1, ...expected });
  });

  it.each([
    [
      'p95(speedToAnswer) < 1s where queue = second-line',
      'no data: nobody was accepted in second-line',
    ],
    ['gaveUp < 5% where channel = wa-main', 'no data: no customer arrived on wa-main'],
    ['occupancy < 85% where rep = ann', 'no data: no rep was online for ann'],
    ['p95(deliveryLatency) < 1s', 'no data: no message was reported as delivered'],
    ['serviceLevel(1s) > 1% where queue = nowhere', "no data: there is no queue 'nowhere'"],
  ])('fails without data: %s', (text, reason) => {
    expect(one(text)).toMatchObject({ ok: false, measured: null, margin: null, n: 0, reason });
  });

  it('a run passes when every budget is kept', () => {
    expect(judged().verdict).toBe('pass');
    expect(judged('count(accepted) > 1').verdict).toBe('pass');
    expect(judged('count(accepted) > 1', 'count(accepted) > 100').verdict).toBe('fail');
  });

  it('a run that was cut off can fail but not pass', () => {
    const cut = (text: string) =>
      summarise(facts, { budgets: [{ text, line: 1 }] }, { partial: 'interrupted' }).verdict;
    expect(cut('count(accepted) > 1')).toBe('partial');
    expect(cut('count(accepted) > 100')).toBe('fail');
  });

  it('does not begin with a budget that cannot be read', () => {
    expect(() => createSummary(options({ budgets: [{ text: 'fast', line: 1 }] }))).toThrow(
      /'fast'/,
    );
  });
});
