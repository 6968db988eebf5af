/** `rehearse limit`: the highest rate that meets the budgets, as a user asks for it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Limit, limitSchema } from '../../reports/limit.ts';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Change, type Folder, makeFolder, rehearse, start } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

const read = (name: string): Limit =>
  limitSchema.parse(JSON.parse(readFileSync(folder.at(name, 'limit.json'), 'utf8')));
const BUDGET: Change = ['serviceLevel(60s) >= 1%', 'serviceLevel(60s) >= 80%'];
const REAL = ['--clock', 'real', '--speed', '120', '--lasts', '5m', '--settle', '0s'];

describe.concurrent('limit', () => {
  it('finds the rate by bisection, says what broke, and writes it all', async () => {
    const args = ['--find', 'rate', '--replications', '5', '--precision', '20%', '--quiet'];
    const out = folder.at('found');
    const ran = await rehearse('limit', folder.scenario(BUDGET), ...args, '--out', out);
    expect([ran.code, ran.err]).toEqual([EXIT.pass, '']);
    expect(ran.out).toMatch('5 replications of each rate, the same customers in all');
    expect(ran.out).toMatch(
      /^(\d+)% of the scenario \([\d.]+\/h\) is the highest rate that holds/m,
    );
    expect(ran.out).toMatch(/^ {2}- serviceLevel\(60s\) >= 80% (?:broke|is not certain): /m);
    const { outcome, holds, breaks, tried, broke, search, version } = read('found');
    expect({ outcome, broke, version }).toMatchObject({ outcome: 'found', version: 1 });
    expect(broke).toEqual(['serviceLevel(60s) >= 80%']);
    expect(breaks! / holds!).toBeLessThanOrEqual(1.2);
    expect(search).toMatchObject({ by: 'bisection', precision: 0.2, runs: 5 });
    // 60 an hour is what the scenario says; and what was asked is in order.
    for (const { percent, customersPerHour } of tried) {
      expect(customersPerHour).toBeCloseTo(0.6 * percent, 6);
    }
    expect(tried.map(({ percent }) => percent)).toEqual(
      tried.map(({ percent }) => percent).toSorted((a, b) => a - b),
    );
    expect(tried.find(({ percent }) => percent === holds)?.verdict).toBe('holds');
    const csv = readFileSync(folder.at('found', 'limit.csv'), 'utf8').trimEnd().split('\r\n');
    expect(csv).toHaveLength(tried.length + 1);
    const picture = readFileSync(folder.at('found', 'limit-1-serviceLevel-60s-80.png'));
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1600, 900]);
  });

  it('has the figures that a run at that rate has', async () => {
    const half: Change = ['poisson: 60/h', 'poisson: 30/h'];
    const runOut = ['--out', folder.at('same-run'), '--quiet', '--replications', '5'];
    await rehearse('run', folder.scenario(BUDGET, half), ...runOut);
    const limitOut = ['--out', folder.at('same-limit'), '--quiet', '--replications', '5'];
    // Which is where it begins then, too.
    const only = ['--most', '50%'];
    const { code } = await rehearse('limit', folder.scenario(BUDGET), ...limitOut, ...only);
    expect(code).toBe(EXIT.pass);
    expect(read('same-limit').tried[0]?.budgets).toEqual(folder.result('same-run').budgets);
  });

  it('goes up by steps, tells of each, and has budgets of the command line', async () => {
    const budgets = ['--budget', 'p95(speedToAnswer) < 90s', '--budget', 'abandonment < 50%'];
    const steps = ['--by', 'steps', '--from', '50%', '--step', '75%', '--replications', '5'];
    const args = [...budgets, ...steps, '--out', folder.at('steps')];
    const { code, err } = await rehearse('limit', folder.scenario(), ...args);
    expect(code).toBe(EXIT.pass);
    const { tried, holds, breaks, broke } = read('steps');
    expect(tried.map(({ percent }) => percent)).toEqual([50, 125, 200].slice(0, tried.length));
    expect(breaks! - holds!).toBe(75);
    expect(broke).toEqual(['p95(speedToAnswer) < 90s']);
    expect(tried[0]?.budgets.map(({ text }) => text)).toEqual([budgets[1], budgets[3]]);
    expect(err).toMatch(/^50% {2}30\/h {2}holds$/m);
  });

  it('says so when the highest holds, and when the lowest does not', async () => {
    const few = ['--replications', '5', '--quiet', '--out'];
    const all = await rehearse(
      'limit',
      folder.scenario(),
      ...few,
      folder.at('a'),
      '--most',
      '150%',
    );
    expect([all.code, read('a').outcome]).toEqual([EXIT.pass, 'all']);
    expect(all.out).toMatch('Even 150% of the scenario (90/h) holds the budget');
    // Without a wire nobody ever reports a delivery: no data is no pass.
    const noData = ['--budget', 'p95(deliveryLatency) < 1s', '--by', 'steps'];
    const none = await rehearse('limit', folder.scenario(), ...few, folder.at('n'), ...noData);
    expect([none.code, read('n').outcome]).toEqual([EXIT.budgetMissed, 'none']);
    expect(none.out).toMatch('Not met: even 50% of the scenario');
    expect(none.out).toMatch('broke: no data, no message was reported as delivered');
  });

  it('counts the customers of a closed model, and asks no number twice', async () => {
    const closed: Change = ['poisson: 60/h', 'closed: { customers: 2, between: constant(1m) }'];
    const args = ['--replications', '5', '--quiet', '--out', folder.at('closed')];
    const { out } = await rehearse('limit', folder.scenario(BUDGET, closed), ...args);
    expect(out).toMatch(/% of the scenario \(\d customers?\) is the highest/);
    const customers = read('closed').tried.map(({ closedCustomers }) => closedCustomers);
    expect(new Set(customers).size).toBe(customers.length);
  });

  it.each<[readonly string[], string, (readonly Change[])?]>([
    [['--find', 'reps'], 'Given: "reps", Choices: "rate"'],
    [['--precison', '5%'], "did you mean 'precision'"],
    [['--budget', 'servicelevel(20s) >= 80%'], "did you mean 'serviceLevel'"],
    [['--budget', 'abandonment < 5% where queue = front'], "unknown queue 'front'"],
    [['--from', '50'], 'has no unit; write for example 50%'],
    [['--from', '2000%'], '--from 2000% is above --most 1000%'],
    [['--from', '0.5%'], '1% at least'],
    [['--precision', '0.1%'], 'takes 1% to 50%'],
    [['--step', '5%'], '--step needs --by steps'],
    [['--by', 'steps', '--precision', '5%'], '--precision needs --by bisection'],
    [['--by', 'steps', '--step', '1%'], 'more than 200 steps'],
    [['--replications', '2'], 'from 5 to 500'],
    [['--settle', '3s'], '--settle needs --clock real'],
    [['--repeat', '3'], 'in virtual time there is --replications'],
    [['--store', 'sqlite:x'], '--store needs --clock real'],
    [['--speed', '2'], '--speed needs --clock real'],
    [['--engine', 'k6'], '--engine k6 needs --clock real'],
    [[...REAL, '--replications', '5'], 'in real time there is --repeat'],
    [[...REAL, '--repeat', '2'], 'two say nothing of luck'],
    [['--lasts', '5x'], "unknown unit 'x'"],
    [['--warmUp', '20m'], 'the warm-up (20m) must be shorter than what is run (10m)'],
    [[], "say what must hold with --budget '", [['budgets:\n  - serviceLevel(60s) >= 1%\n', '']]],
    [[], "arrivals by their times (at, trace) can't be scaled", [['poisson: 60/h', 'at: [1m]']]],
    [
      ['--lasts', '5m'],
      'nobody arrives within 5m',
      [['poisson: 60/h', 'stages: [{ for: 6m, rate: 0/h }, { for: 4m, rate: 60/h }]']],
    ],
  ])('refuses %j: %s', async (args, text, changes = []) => {
    const { code, err, out } = await rehearse('limit', folder.scenario(...changes), ...args);
    expect([code, err, out]).toEqual([EXIT.usage, expect.stringContaining(text), '']);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('warns of a budget that is a count', async () => {
    const args = ['--budget', 'count(accepted) >= 1', '--most', '100%', '--replications', '5'];
    const { err } = await rehearse('limit', folder.scenario(), ...args, '--out', folder.at('w'));
    expect(err).toContain("warning: 'count(accepted) >= 1' is a count: it goes with the rate");
  });
});

describe('limit on the real clock', () => {
  it('runs one rate after the other, each with a store of its own; what breaks twice', async () => {
    const store = ['--store', `sqlite:${folder.at('sessions.db')}`];
    const args = [...REAL, '--by', 'steps', '--from', '100%', '--step', '400%', ...store];
    const out = ['--out', folder.at('real')];
    const short: Change = ['lasts: 10m', 'lasts: 10m\ndrain: 3m'];
    const ran = await rehearse('limit', folder.scenario(BUDGET, short), ...args, ...out);
    expect(ran.code).toBe(EXIT.pass);
    expect(ran.err).toMatch(/^100% {2}60\/h {2}holds\n500% {2}300\/h {2}breaks$/m);
    const { clock, speed, outcome, holds, breaks, tried, period } = read('real');
    expect({ clock, speed, outcome, holds, breaks }).toEqual({
      ...{ clock: 'real', speed: 120, outcome: 'found', holds: 100, breaks: 500 },
    });
    expect(period.lastsMs).toBe(300_000);
    expect(tried.map(({ again, runs }) => [again, runs])).toEqual([
      [false, 1],
      [true, 1],
    ]);
    for (const run of [1, 2, 3]) readFileSync(folder.at(`sessions.db-${run}`));
  });

  it('interrupted says what is known so far', async () => {
    const settle = ['--settle', '1h', '--out', folder.at('cut')];
    const args = [...REAL.slice(0, -2), ...settle];
    const { child, ended } = start(['limit', folder.scenario(BUDGET), ...args]);
    let seen = '';
    child.stderr?.on('data', (text: string) => {
      seen += text;
    });
    while (!seen.includes('holds') && child.exitCode === null) await sleep(50);
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(EXIT.interrupted);
    expect(out).toMatch(/Cut off\. So far:\n100% of the scenario \(60\/h\) is the highest rate/);
    expect(read('cut')).toMatchObject({ outcome: 'unfinished', holds: 100, breaks: null });
  });
});
