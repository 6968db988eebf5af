import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConsoleReporter } from '../../reports/console/console.ts';
import { count, duration, percent, shorten, width } from '../../reports/console/format.ts';
import { createProgress } from '../../reports/console/progress.ts';
import { renderSummary } from '../../reports/console/summary.ts';
import { createJsonReporter } from '../../reports/json/json.ts';
import { accepted, closed, conversation, presence, queued, summarise, withdrawn } from './build.ts';

const facts = [
  presence('ann', 0, true, 2),
  presence('team-1', 0, true, 4),
  ...Array.from({ length: 40 }, (_, i) => {
    const of = i % 4 === 0 ? { channel: 'wa-main' } : { rep: 'team-1' };
    const at = 110_000 + i * 20_000;
    const channel = of.channel ?? 'sms-main';
    if (i % 10 === 3) {
      const left = conversation(i, at, 60_100, 'abandoned', channel);
      return [...left, queued(i, at, of), withdrawn(i, at + 60_000, 60_000)];
    }
    const waited = 2_000 + i * 900;
    const answered = [queued(i, at, of), ...accepted(i, at, waited, of, 1_500)];
    const done = closed(i, at + waited + 95_000, 95_000, of);
    return [...answered, done, ...conversation(i, at, waited + 83_000, 'completed', channel)];
  }).flat(),
];
const budgets = [
  { text: 'p95(speedToAnswer) < 45s', line: 31 },
  { text: 'serviceLevel(20s) >= 80%', line: 32 },
  { text: 'p95(webhookToReply) < 1m where channel = sms-main', line: 33 },
  { text: 'count(webhookRefusals) = 0', line: 34 },
];

describe('the summary page', () => {
  it('reads like this', () => {
    const result = summarise(facts, { budgets });
    const page = renderSummary(result, { colour: false, resultPath: 'out/result.json' });
    for (const line of page.split('\n')) expect(width(line), line).toBeLessThanOrEqual(100);
    expect(page).toMatchInlineSnapshot(`
      "monday: A Monday
      virtual time, seed 7, 16m 40s from 2026-01-05 09:00 UTC, the first 1m 40s not measured

      40 conversations: 36 completed, 4 gave up

                                                to      to            first    any
                conver-                     answer  answer  answered  reply  reply
      Channel   sations  answered  gave up    mean     p95   in 60 s    p95    p95
      sms-main       30        26    13.3%  20.3 s  36.2 s     86.7%      -      -
      wa-main        10        10     0.0%  18.2 s  34.4 s    100.0%      -      -

                                                                         to      to
                                                 answered  answered  answer   route  longest
      Queue        offered  answered  abandoned   in 20 s   in 60 s    mean     p95    queue
      front-line        40        36      10.0%     47.5%     90.0%  19.7 s  34.7 s        3
      second-line        0         0          -         -         -       -       -        0

                                                               handle time
      Reps  reps  occupancy  utilisation  accepted  not taken         mean
      team     2      69.0%        96.5%        26          0       1m 35s
      ann      1      53.6%        94.3%        10          0       1m 35s

      Budgets
        ✓ p95(speedToAnswer) < 45s                               36.2 s  8.8 s to spare
        ✗ serviceLevel(20s) >= 80%                                47.5%  misses 80.0% by 32.5 points
        ✗ p95(webhookToReply) < 1m where channel = sms-main     no data
          no customer heard from a rep on sms-main
        ✓ count(webhookRefusals) = 0                                  0

      FAIL  2 of 4 budgets broken
      Result: out/result.json
      "
    `);
  });

  it('colours only when asked to', () => {
    const result = summarise(facts, { budgets });
    expect(renderSummary(result, { colour: true })).toContain('\u001b[31m✗\u001b[39m');
    expect(renderSummary(result, { colour: false })).not.toContain('\u001b');
  });

  it('stays within 100 columns with 2,000 channels, long names and wide letters', () => {
    const names = [
      '客服中心的一个很长很长的渠道名字',
      'a-channel-with-quite-a-long-name-indeed',
      '🎧',
    ];
    const channels = Array.from({ length: 2000 }, (_, i) => names[i] ?? `channel-${i}`);
    const busy = channels.flatMap((channel, i) =>
      Array.from({ length: i < 3 ? 3 : 1 }, (_, k) => [
        ...conversation(i, 200_000 + k, 7_200_000, 'completed', channel),
        queued(i * 10 + k, 200_000, { channel }),
        ...accepted(i * 10 + k, 200_000, 3_599_000, { channel }),
      ]).flat(),
    );
    const text = `p95(speedToAnswer) < 30s where channel = ${'x'.repeat(90)}`;
    const page = renderSummary(summarise(busy, { channels, budgets: [{ text, line: 1 }] }), {
      colour: false,
    });
    expect(page).toContain('... and 1,990 more in result.json');
    for (const line of page.split('\n')) expect(width(line), line).toBeLessThanOrEqual(100);
  });

  it('says why a run is partial, and has something to say about nothing', () => {
    const page = renderSummary(summarise([], {}, { partial: 'interrupted after 3s' }), {
      colour: false,
    });
    expect(page).toContain('0 conversations\n');
    expect(page).toContain('PARTIAL  no budgets; the run is not whole: interrupted after 3s');
  });

  it('takes control characters out of names', () => {
    const page = renderSummary(summarise([], { channels: ['a\u001b[31mb\nc\u202e'] }), {
      colour: false,
    });
    expect(page).toContain('ab c ');
    expect(page).not.toContain('\u001b');
    expect(page).not.toContain('\u202e');
  });
});

describe('reporters', () => {
  it('the console reporter writes the page', async () => {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    const reporter = createConsoleReporter({ write, colour: false });
    expect(await reporter.report(summarise(facts))).toBeUndefined();
    expect(written.join('')).toContain('PASS  no budgets');
  });

  it('the JSON reporter writes the result as it is', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'reports-'));
    try {
      const result = summarise(facts, { budgets });
      const path = await createJsonReporter(join(directory, 'new')).report(result);
      expect(path).toBe(join(directory, 'new', 'result.json'));
      expect(JSON.parse(await readFile(path ?? '', 'utf8'))).toEqual(result);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('progress', () => {
  const at = (reachedMs: number) => ({
    reachedMs,
    lastsMs: 3_600_000,
    facts: 40_000,
    arrived: 1200,
    left: 1100,
    waiting: 12,
  });

  it('rewrites one line on a terminal', () => {
    const written: string[] = [];
    const line = createProgress({ write: (text) => written.push(text), isTty: true });
    line.update(at(1_800_000), 2_000);
    line.update(at(3_660_000), 4_000);
    line.done();
    const erase = '\r\u001b[2K';
    const counts = '1,200 begun, 1,100 finished  12 waiting';
    expect(written).toEqual([
      `${erase} 50%  30m 00s of 1h 00m, 2.0 s left  ${counts}  900x real time  20,00`,
      `${erase}100%  no more arrivals, 1m 00s over  ${counts}  915x real time  10,00`,
      erase,
    ]);
  });

  it('elsewhere says a line per quarter, once', () => {
    const written: string[] = [];
    const line = createProgress({ write: (text) => written.push(text), isTty: false });
    for (const reached of [0, 800_000, 900_000, 1_000_000, 2_800_000, 3_600_000]) {
      line.update(at(reached), 0);
    }
    line.done();
    expect(written).toEqual([
      ' 25%  15m 00s of 1h 00m  1,200 begun, 1,100 finished  12 waiting\n',
      ' 77%  46m 40s of 1h 00m  1,200 begun, 1,100 finished  12 waiting\n',
    ]);
  });
});

describe('progress over many runs', () => {
  const runs = [1, 3, 5, 6, 9, 10].map((done) => ({ done, of: 10 }));

  it('tells how many are done and how long it takes', () => {
    const written: string[] = [];
    const line = createProgress({ write: (text) => written.push(text), isTty: true });
    line.tell({ done: 5, of: 20 }, 10_000);
    line.tell({ done: 7 }, 10_000);
    line.done();
    const erase = '\r\u001b[2K';
    expect(written).toEqual([
      `${erase}5 of 20 runs done, 30.0 s left`,
      `${erase}7 runs done`,
      erase,
    ]);
  });

  it('elsewhere says a line per quarter, once', () => {
    const written: string[] = [];
    const line = createProgress({ write: (text) => written.push(text), isTty: false });
    for (const each of runs) line.tell(each, 0);
    line.done();
    expect(written).toEqual(['3 of 10 runs done\n', '5 of 10 runs done\n', '9 of 10 runs done\n']);
  });
});

describe('human units', () => {
  it.each([
    [0, '0 s'],
    [0.42, '0.42 ms'],
    [9.99, '10 ms'],
    [850, '850 ms'],
    [999.6, '1.0 s'],
    [12_345, '12.3 s'],
    [59_949, '59.9 s'],
    [59_951, '1m 00s'],
    [83_000, '1m 23s'],
    [3_599_600, '1h 00m'],
    [3_720_000, '1h 02m'],
    [-1_500, '-1.5 s'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('shares, counts, widths', () => {
    expect(percent(0.8321)).toBe('83.2%');
    expect(percent(null)).toBe('-');
    expect(count(1234567)).toBe('1,234,567');
    expect(width('渠道')).toBe(4);
    expect(shorten('渠道渠道', 5)).toBe('渠道…');
  });
});
