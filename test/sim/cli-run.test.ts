/** How runs of the real command end: exit codes, files, interrupts, closed pipes. */
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/exit-codes.ts';
import { type Folder, makeFolder, type Running, rehearse, start } from './command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

const BUDGET = 'serviceLevel(60s) >= 1%';

describe.concurrent('a run', () => {
  it('that keeps its budgets passes', async () => {
    const args = ['run', folder.scenario(), '--out', folder.at('pass')];
    const { code, out, err } = await rehearse(...args);
    expect({ code, err }).toEqual({ code: EXIT.pass, err: '' });
    expect(out).toMatch(/^tiny/);
    expect(out).toMatch(/\nPASS {2}1 budget kept\n/);
    expect(out).toContain(folder.at('pass', 'result.json'));
    expect(folder.result('pass')).toMatchObject({ verdict: 'pass', clock: 'virtual', seed: 3 });
  });

  it('that breaks a budget fails', async () => {
    const scenario = folder.scenario([BUDGET, 'p95(firstReply) < 1s']);
    const { code, out } = await rehearse('run', scenario, '--out', folder.at('fail'));
    expect(out).toMatch(/FAIL {2}1 of 1 budget broken/);
    expect(code).toBe(EXIT.budgetMissed);
    expect(folder.result('fail').verdict).toBe('fail');
  });

  it('without data for a budget fails and says so', async () => {
    // Without a wire nobody ever reports a delivery.
    const scenario = folder.scenario([BUDGET, 'p95(deliveryLatency) < 1s']);
    const { code, out } = await rehearse('run', scenario, '--out', folder.at('no-data'));
    expect(out).toContain('no data');
    expect(out).toContain('no message was reported as delivered');
    expect(code).toBe(EXIT.budgetMissed);
    expect(folder.result('no-data').budgets[0]).toMatchObject({ ok: false, measured: null });
  });

  it('with the same seed gives the same bytes but for meta', async () => {
    const scenario = folder.scenario(['lasts: 10m', 'lasts: 2h']);
    const out = (name: string) => ['--out', folder.at(name), '--quiet'];
    await rehearse('run', scenario, ...out('same-1'));
    await rehearse('run', scenario, ...out('same-2'));
    await rehearse('run', scenario, ...out('other'), '--seed', '4');
    const [one, two, other] = ['same-1', 'same-2', 'other'].map((name) => {
      const { meta, ...rest } = folder.result(name);
      expect(meta).toMatchObject({ node: expect.any(String) });
      return JSON.stringify(rest);
    });
    expect(two).toBe(one);
    expect(other).not.toBe(one);
    expect(folder.result('other').seed).toBe(4);
  });

  it('of several scenarios gives each a folder and the worst code', async () => {
    const bad = folder.scenario(
      ['scenario: tiny', 'scenario: slow'],
      [BUDGET, 'p95(firstReply) < 1s'],
    );
    const args = ['run', bad, folder.scenario(), '--out', folder.at('several')];
    const { code, out } = await rehearse(...args);
    expect(out).toMatch(/FAIL[\s\S]*PASS/);
    expect(code).toBe(EXIT.budgetMissed);
    expect(folder.result('several', 'slow').verdict).toBe('fail');
    expect(folder.result('several', 'tiny').verdict).toBe('pass');
  });

  it('never overwrites the result of another in the same call', async () => {
    const args = ['run', folder.scenario(), folder.scenario(), '--out', folder.at('twice')];
    const { code, err } = await rehearse(...args);
    expect(err).toMatch(/tiny/);
    expect(code).toBe(EXIT.usage);
  });

  it('streams its facts', async () => {
    const facts = folder.at('facts.ndjson');
    const args = ['run', folder.scenario(), '--out', folder.at('facts'), '--facts', facts];
    expect(await rehearse(...args)).toMatchObject({ code: EXIT.pass });
    const lines = readFileSync(facts, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    const parsed = lines.map((line) => JSON.parse(line) as { type: string; at: number });
    expect(parsed[0]).toMatchObject({
      type: 'run',
      clock: 'virtual',
      org: { name: 'corner-shop' },
    });
    expect(parsed[1]).toMatchObject({ type: expect.any(String), at: 0 });
    expect(parsed.map(({ type }) => type)).toContain('arrived');
  });
});

describe.concurrent('what it prints', () => {
  it('has no escape codes when nobody is at a terminal', async () => {
    const { out, err } = await rehearse('run', folder.scenario(), '--out', folder.at('plain'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(out + err).not.toMatch(/[\u001b\r]/);
  });

  it('is only the summary when quiet', async () => {
    const long = folder.scenario(['lasts: 10m', 'lasts: 60d']);
    const args = ['run', long, '--out', folder.at('quiet')];
    const [loud, quiet] = await Promise.all([rehearse(...args), rehearse(...args, '--quiet')]);
    expect(loud.err).toMatch(/%.*begun/);
    expect(quiet).toEqual({ ...loud, err: '' });
  });

  it.each(['stdout', 'stderr'] as const)('may go to a closed %s', async (name) => {
    const scenario = folder.scenario([BUDGET, 'p95(firstReply) < 1s']);
    const { child, ended } = start(['run', scenario, '--out', folder.at(`closed-${name}`)]);
    child[name]?.destroy();
    const { code, out, err } = await ended;
    expect(out + err).not.toMatch(/EPIPE|Unhandled|\n\s+at /);
    expect(code, 'the verdict is still the exit code').toBe(EXIT.budgetMissed);
    expect(folder.result(`closed-${name}`).verdict).toBe('fail');
  });

  it('may be complaints that nobody reads', async () => {
    const { child, ended } = start(['run', folder.at('nowhere.yaml')]);
    child.stderr?.destroy();
    expect((await ended).code).toBe(EXIT.invalidInput);
  });
});

describe('an interrupt', () => {
  /** Waits until the run is under way: facts come. */
  async function begin(name: string, ...extra: readonly string[]): Promise<Running> {
    const long = folder.scenario(['lasts: 10m', 'lasts: 36500d']);
    const facts = folder.at(`${name}.ndjson`);
    const args = ['run', long, '--out', folder.at(name), '--facts', facts, ...extra];
    const running = start(args);
    const size = () => statSync(facts, { throwIfNoEntry: false })?.size ?? -1;
    // Facts are written in blocks; of a run in real time the first takes long.
    const enough = extra.includes('real') ? 0 : 1;
    while (size() < enough && running.child.exitCode === null) await sleep(20);
    await sleep(300);
    return running;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s leaves a partial result', async (signal) => {
    const { child, ended } = await begin(signal);
    child.kill(signal);
    const { code, out, err } = await ended;
    expect(out).toMatch(/PARTIAL.*interrupted/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(EXIT.interrupted);
    const result = folder.result(signal);
    expect(result).toMatchObject({ verdict: 'partial', partial: 'interrupted' });
    expect(result.conversations.arrived).toBeGreaterThan(0);
  });

  it('that comes twice at once, as from a terminal by way of npx, is one', async () => {
    const { child, ended } = await begin('twice-at-once');
    child.kill('SIGINT');
    child.kill('SIGINT');
    await sleep(1);
    child.kill('SIGINT');
    expect((await ended).code).toBe(EXIT.interrupted);
    expect(folder.result('twice-at-once').verdict).toBe('partial');
  });

  it('ends a run in real time at once, were it longer than a timer can be', async () => {
    const { child, ended } = await begin('real', '--clock', 'real');
    const began = performance.now();
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(out).toContain('interrupted');
    expect(code).toBe(EXIT.interrupted);
    expect(folder.result('real').partial).toBe('interrupted');
  });
});
