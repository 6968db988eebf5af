/** What is put together of notes that instances leave in their logs: figures, and the verdict. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COARSE, createHistogram, encode, recordMs } from '../../../reports/histogram.ts';
import { type RunResult, runResultSchema } from '../../../reports/result.ts';
import { createMerge, rangesOf } from '../../../sim/k6/merge.ts';
import { notesIn } from '../../../sim/k6/notes.ts';
import type { Recording } from '../../../sim/k6/recording.ts';
import { resultOf } from '../../../sim/k6/verdict.ts';

const ZERO_MS = Date.UTC(2026, 0, 5, 9);

const RECORDING: Recording = {
  id: '0123456789abcdef',
  scenario: { name: 'rush', file: 'rush.yaml', sha256: 'ab' },
  ...{ seed: 1, target: 'http://stack', count: 6, lastsMs: 60_000, warmUpMs: 0, lastAtMs: 50_000 },
  ...{ busiest: 2, machines: 2, channels: ['line-main', 'sms-main'] },
  budgets: [{ text: 'p95(webhookAck) < 200ms', line: 9 }],
};

const COMMON = { id: RECORDING.id, speed: 1, zeroMs: ZERO_MS };

type Change = Readonly<Record<string, unknown>>;

/** As the script writes it into a log. */
function line(note: Change): string {
  const text = Buffer.from(JSON.stringify({ ...COMMON, ...note })).toString('base64');
  return `time="2026-01-05T09:00:00Z" level=info msg="rehearsal-k6 ${text}" source=console`;
}

function begins(recording: Partial<Recording> = {}, change: Change = {}): string {
  const all = { ...RECORDING, ...recording };
  return line({ kind: 'instance', vus: 12, target: all.target, recording: all, ...change });
}

/** Milliseconds as the script encodes them. */
function histogramOf(values: readonly number[]) {
  const histogram = createHistogram(COARSE);
  for (const value of values) recordMs(histogram, value);
  const { precision: _, cells, min, max, ...rest } = encode(histogram);
  let before = 0;
  const near = cells.map((value, i) => {
    if (i % 2 === 1) return value;
    const distance = value - before;
    before = value;
    return distance;
  });
  return values.length === 0
    ? { ...rest, min: 0, max: 0, cells: [] }
    : { ...rest, min, max, cells: near };
}

interface Calls {
  readonly first: number;
  readonly step?: number;
  readonly tookMs: readonly number[];
  readonly status?: number;
  readonly channel?: string;
  readonly lateMs?: number;
}

function calls({ first, step = 1, tookMs, status = 200, ...rest }: Calls, change: Change = {}) {
  const { channel = 'sms-main', lateMs = 1 } = rest;
  const service = histogramOf(tookMs);
  return line({
    ...{ kind: 'calls', first, step },
    lateness: histogramOf(tookMs.map(() => lateMs)),
    sinceDue: histogramOf(tookMs.map((ms) => ms + lateMs)),
    channels: [{ channel, statuses: { [status]: tookMs.length }, service }],
    ...change,
  });
}

function mergeOf(...lines: readonly string[]) {
  const merge = createMerge();
  for (const text of lines) {
    for (const note of notesIn(text)) if (note !== undefined) merge.add(note, 'k6.log');
  }
  return merge.finish();
}

function result(...lines: readonly string[]): RunResult {
  const merged = mergeOf(...lines);
  if ('error' in merged) throw new Error(merged.error);
  return resultOf(merged, { rehearsal: 'test' });
}

const GOOD = calls({ first: 0, tookMs: [10, 20, 30, 40, 50, 60] });

describe('notes', () => {
  it('stand in any format of logs, in any company', () => {
    const [, text = ''] = /msg="(.*?)"/.exec(GOOD) ?? [];
    const others = [
      text,
      JSON.stringify({ level: 'info', msg: text, source: 'console' }),
      `[pod/rehearsal-1-x/k6] INFO[0007] ${text}   source=console`,
      `${GOOD} ${text}`,
    ];
    const found = others.map((each) => notesIn(each).map((note) => note?.kind));
    expect(found).toEqual([['calls'], ['calls'], ['calls'], ['calls', 'calls']]);
    expect(notesIn('level=info msg="rehearsal-k6" nothing')).toEqual([]);
  });

  it('are damaged when they were cut off, or do not add up', () => {
    expect(notesIn(GOOD.slice(0, -60))).toEqual([undefined]);
    const short = { channels: [{ channel: 'x', statuses: { 200: 2 }, service: histogramOf([]) }] };
    expect(notesIn(calls({ first: 0, tookMs: [1] }, short))).toEqual([undefined]);
    expect(notesIn(calls({ first: 0, tookMs: [1] }, { zeroMs: 1e30 }))).toEqual([undefined]);
  });
});

describe('a merge', () => {
  it('adds up buckets, exactly', () => {
    const any = fc.double({ min: 0, max: 60_000, noNaN: true });
    // The same bucket in several parts, too.
    const ms = fc.array(fc.oneof(any, fc.integer({ min: 0, max: 9 })), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 5 }), (parts) => {
        let first = 0;
        const lines = parts.map((tookMs) => {
          first += tookMs.length;
          return calls({ first: first - tookMs.length, tookMs });
        });
        const whole = createHistogram(COARSE);
        for (const each of parts.flat()) recordMs(whole, each);
        const { distributions, latencies, counts } = result(begins({ count: first }), ...lines);
        const { measure, by, ...found } = distributions[0] ?? {};
        expect([measure, by]).toEqual(['webhookAck', undefined]);
        expect(found).toEqual(encode(whole));
        expect([latencies.webhookAck?.n, counts.webhooks]).toEqual([first, first]);
      }),
    );
  });

  it('makes a result of version 1, with what k6 says of itself', () => {
    const merged = result(begins(), begins(), GOOD);
    expect(runResultSchema.parse(merged)).toEqual(merged);
    expect(merged).toMatchObject({
      ...{ clock: 'real', speed: 1, verdict: 'pass', scenario: RECORDING.scenario },
      period: { startsAt: '2026-01-05T09:00:00.000Z', lastsMs: 60_000 },
      generator: { name: 'k6', vus: 24, sent: 6, saturated: false, lateness: { max: 1 } },
    });
    expect(merged.partial).toBeUndefined();
    expect(merged.latencies.webhookAck).toMatchObject({ n: 6, min: 10, max: 60 });
    expect(merged.generator?.sinceDue.max).toBe(61);
  });

  it('does not measure the warm-up, whose webhooks were sent all the same', () => {
    const warm = { sinceDue: histogramOf([]), channels: [] };
    const lines = [
      calls({ first: 0, step: 2, tookMs: [9, 9, 9] }, warm),
      calls({ first: 1, step: 2, tookMs: [7, 8, 9] }),
    ];
    const merged = result(begins({ warmUpMs: 30_000 }), ...lines);
    expect(merged.verdict).toBe('pass');
    expect([merged.generator?.sent, merged.counts.webhooks]).toEqual([6, 3]);
  });

  it('refuses what is not of one run', () => {
    const others = [
      calls({ first: 0, tookMs: [1] }, { id: 'fedcba9876543210' }),
      calls({ first: 0, tookMs: [1] }, { speed: 2 }),
    ];
    for (const other of others) {
      const error = expect.stringContaining('these are not of one run');
      expect(mergeOf(begins(), GOOD, other)).toEqual({ error });
    }
    expect(mergeOf(GOOD)).toEqual({ error: expect.stringContaining('no log has its beginning') });
    expect(mergeOf(begins({ count: 5 }), GOOD)).toEqual({
      error: 'webhook 6 of 5 is none of the recording',
    });
  });

  it('names ranges', () => {
    expect(rangesOf([1, 2, 3, 5, 7, 8])).toBe('1-3, 5, 7-8');
    expect(rangesOf([1, 3, 5, 7], 2)).toBe('1, 3, ...');
  });
});

describe('the verdict', () => {
  const partialOf = (...lines: readonly string[]) => {
    const { verdict, partial } = result(...lines);
    return [verdict, partial];
  };

  it('is no pass where webhooks are missing, or came twice', () => {
    const part = calls({ first: 0, step: 3, tookMs: [10, 20] });
    expect(partialOf(begins(), part)).toEqual([
      'partial',
      '4 of 6 webhooks were never sent: 2-3, 5-6',
    ]);
    expect(partialOf(begins(), GOOD, part)).toEqual([
      'partial',
      '2 of 6 webhooks were sent more than once: 1, 4',
    ]);
  });

  it('is no pass where the generator was late, or instances began apart', () => {
    const late = calls({ first: 0, tookMs: [1, 1, 1, 1, 1, 1], lateMs: 250 });
    expect(partialOf(begins(), late)).toEqual([
      'partial',
      expect.stringMatching(/^generator saturated: webhooks went out 250 ms late/),
    ]);
    const barely = calls({ first: 0, tookMs: [1, 1, 1, 1, 1, 1], lateMs: 240 });
    expect(partialOf(begins(), barely)).toEqual(['pass', undefined]);
    const later = begins({}, { zeroMs: ZERO_MS + 5001 });
    const apart = ['partial', 'the instances began 5.0 s apart'];
    expect(partialOf(begins(), later, GOOD)).toEqual(apart);
  });

  it('is no pass where webhooks were not answered with success', () => {
    for (const status of [0, 302, 403, 503]) {
      const failed = calls({ first: 0, tookMs: [1, 1, 1, 1, 1, 1], status });
      expect(partialOf(begins(), failed)).toEqual([
        'partial',
        '100.0 % of webhooks were not answered with success',
      ]);
    }
  });

  it('is that of the budgets that k6 can judge, by channel too', () => {
    const budgets = [
      { text: 'p95(webhookAck) < 55ms', line: 1 },
      { text: 'max(webhookAck) < 200ms where channel = sms-main', line: 2 },
      { text: 'count(webhooks) >= 6', line: 3 },
      { text: 'count(webhookErrors) = 0', line: 4 },
      { text: 'p95(speedToAnswer) < 30s', line: 5 },
      { text: 'p95(webhookAck) < 1s where channel = web-main', line: 6 },
    ];
    const merged = result(begins({ budgets }), GOOD);
    expect(merged.budgets.map(({ ok, measured }) => [ok, measured])).toEqual([
      [false, 60],
      [true, 60],
      [true, 6],
      [true, 0],
    ]);
    expect(merged.notJudged).toEqual([
      { ...budgets[4], reason: 'not judged: k6 alone does not see speedToAnswer' },
      { ...budgets[5], reason: 'not judged: no webhook of web-main was recorded' },
    ]);
    expect(merged.verdict).toBe('fail');
  });

  it('is no pass when no budget could be judged', () => {
    const budgets = [{ text: 'p95(speedToAnswer) < 30s', line: 5 }];
    const none = ['partial', 'no budget could be judged by what k6 sees'];
    expect(partialOf(begins({ budgets }), GOOD)).toEqual(none);
  });

  it('misses a budget on a channel that was recorded and got nothing', () => {
    const budgets = [{ text: 'p95(webhookAck) < 1s where channel = line-main', line: 1 }];
    const { verdict, budgets: judged } = result(begins({ budgets }), GOOD);
    expect(verdict).toBe('fail');
    expect(judged[0]?.reason).toBe('no data: no webhook was called on line-main');
  });

  it('counts refusals', () => {
    const budgets = [{ text: 'webhookRefusals < 1%', line: 1 }];
    const lines = [
      calls({ first: 0, tookMs: [1, 1, 1], status: 403 }),
      calls({ first: 3, tookMs: [1, 1, 1], status: 500 }),
    ];
    const { counts, rates, verdict } = result(begins({ budgets }), ...lines);
    expect(counts).toMatchObject({ webhooks: 6, webhookErrors: 6, webhookRefusals: 3 });
    expect([rates.webhookRefusals.share, verdict]).toEqual([0.5, 'fail']);
  });
});
