/** k6 instances share an exported script; `rehearse merge` makes one result of their logs. */
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../reports/result.ts';
import { EXIT } from '../../../sim/exit-codes.ts';
import { type Change, type Folder, makeFolder, rehearse } from '../command.ts';
import { exported, K6, runK6, type Sink, segment, startSink, steadily, type Taken } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

let sink: Sink | undefined;
afterEach(() => sink?.close());

/** Two budgets of which k6 sees one. */
const BUDGET: Change = [
  'serviceLevel(60s) >= 1%',
  'serviceLevel(60s) >= 1%\n  - p95(webhookAck) < 2s where channel = sms-main',
];

function kept(name: string, log: string): string {
  const file = folder.at(name);
  writeFileSync(file, log);
  return file;
}

const key = ({ path, body }: Pick<Taken, 'path' | 'body'>) => `${path} ${body}`;

/** Its histogram of answers, as a map from bucket to how many are in it. */
function cellsOf({ distributions }: RunResult): ReadonlyMap<number, number> {
  const { cells = [] } = distributions.find(({ by }) => by === undefined) ?? {};
  const pairs = cells.flatMap((index, i) => (i % 2 === 0 ? [[index, cells[i + 1]] as const] : []));
  return new Map(pairs.map(([index, times = 0]) => [index, times]));
}

describe.skipIf('missing' in K6)('instances of the real k6', () => {
  it('share the webhooks, and make one result', async () => {
    sink = await startSink();
    const { at, webhooks } = await exported(folder, sink.url, [...steadily(50, '6s'), BUDGET]);
    // Uneven parts, each with another format of logs.
    const sequence = '0,1/10,1/2,1';
    const runs = await Promise.all([
      runK6(at, ...segment('0:1/10', sequence)),
      runK6(at, ...segment('1/10:1/2', sequence), '--log-format', 'json'),
      runK6(at, ...segment('1/2:1', sequence), '--log-format', 'raw'),
    ]);
    for (const { code, out } of runs) expect([code, out]).toEqual([0, out]);
    expect(sink.taken.map(key).sort()).toEqual(webhooks.map(key).sort());
    const logs = runs.map(({ log }, i) => kept(`k6-${i}.log`, log));

    const merge = async (name: string, ...files: readonly string[]) => {
      const ran = await rehearse('merge', ...files, '--out', folder.at(name));
      return { ...ran, result: folder.result(name) };
    };
    const all = await merge('all', ...logs);
    expect([all.code, all.err]).toEqual([EXIT.pass, '']);
    expect(all.out).toContain('PASS  1 budget kept, 1 not judged');
    expect(all.out).toContain('not judged: k6 alone does not see serviceLevel');
    expect(all.out).toMatch(/sms-main +300 +0 +0\.0%/);
    expect(all.result.generator).toMatchObject({ sent: webhooks.length, saturated: false });
    expect(all.result.latencies.webhookAck?.n).toBe(webhooks.length);

    // Bucket by bucket the sum of what each has by itself; alone none is a whole run.
    const sum = new Map<number, number>();
    for (const [i, log] of logs.entries()) {
      const one = await merge(`one-${i}`, log);
      expect(one.code).toBe(EXIT.budgetMissed);
      for (const [index, times] of cellsOf(one.result)) {
        sum.set(index, (sum.get(index) ?? 0) + times);
      }
    }
    expect(sum).toEqual(new Map(cellsOf(all.result)));

    const [first = '', , last = ''] = logs;
    const gap = await merge('gap', first, last);
    expect(gap.code).toBe(EXIT.budgetMissed);
    expect(gap.result.partial).toMatch(/^\d+ of 300 webhooks were never sent: \d+/);
    const twice = await merge('twice', ...logs, last);
    expect(twice.code).toBe(EXIT.budgetMissed);
    expect(twice.result.partial).toMatch(/^\d+ of 300 webhooks were sent more than once: \d+/);
  }, 120_000);

  it('show a stall of 3 s at 50/s as it is by hand, begun at one time', async () => {
    const stall = (sinceMs: number) => (sinceMs >= 4000 && sinceMs < 7000 ? 7000 - sinceMs : 0);
    sink = await startSink((sinceMs) => ({ delayMs: stall(sinceMs) }));
    const { at, webhooks } = await exported(folder, sink.url, steadily(50, '12s'));
    expect(webhooks).toHaveLength(600);
    const startMs = Date.now() + 9000;
    const start = ['-e', `START=${startMs}`];
    const parts = ['0:1/2', '1/2:1'];
    const runs = await Promise.all(
      parts.map((part) => runK6(at, ...segment(part, '0,1/2,1'), ...start)),
    );
    for (const { code, out } of runs) expect([code, out]).toEqual([0, out]);
    const log = kept('stall.log', runs.map((run) => run.log).join(''));
    await rehearse('merge', log, '--out', folder.at('stall'));
    const { generator, period } = folder.result('stall');
    expect(period.startsAt).toBe(new Date(startMs).toISOString());
    const first = webhooks[0]?.at ?? 0;
    expect(Math.abs((sink.taken[0]?.atMs ?? 0) - startMs - first)).toBeLessThan(250);
    const delays = webhooks.map((one) => stall(one.at - first)).sort((a, b) => a - b);
    const byHand = delays[Math.floor(0.95 * delays.length)] ?? 0;
    expect(byHand).toBeGreaterThan(500);
    expect(Math.abs((generator?.sinceDue.p95 ?? 0) - byHand)).toBeLessThan(150);
  }, 120_000);

  it('say so when there were too few VUs for a stack that is slow', async () => {
    sink = await startSink(() => ({ delayMs: 4000 }));
    const { at } = await exported(folder, sink.url, [...steadily(5, '8s'), BUDGET]);
    const { code, out, log } = await runK6(at, '-e', 'VUS=1');
    expect(code).toBe(99);
    expect(out).toMatch(/dropped_iterations\s+✗ 'count==0'/);
    const merged = await rehearse('merge', kept('slow.log', log), '--out', folder.at('slow'));
    expect(merged.code).toBe(EXIT.budgetMissed);
    expect(folder.result('slow').partial).toMatch(/^\d+ of 40 webhooks were never sent/);
  }, 120_000);
});

describe('rehearse merge', () => {
  it('says what it wants when there is nothing of the kind', async () => {
    const garbage = kept('garbage.log', 'INFO[0000] a log\n\u0000\u0001 of something else\n');
    const { code, err } = await rehearse('merge', garbage, '--out', folder.at('never'));
    expect(code).toBe(EXIT.invalidInput);
    expect(err).toContain('expected logs of `k6 run rehearsal.ts`');
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('says what is not there', async () => {
    const { code, err } = await rehearse('merge', folder.at('nowhere.log'));
    expect([code, err]).toEqual([
      EXIT.invalidInput,
      expect.stringContaining('nowhere.log: the path leads nowhere.'),
    ]);
  });
});
