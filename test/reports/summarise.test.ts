import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { resultSchemaText } from '../../reports/generate-schema.ts';
import { runResultSchema } from '../../reports/result.ts';
import { createSummary } from '../../reports/summarise.ts';
import type { Fact } from '../../src/facts.ts';
import {
  accepted,
  closed,
  conversation,
  END,
  options,
  queued,
  summarise,
  withdrawn,
} from './build.ts';

describe('the cohort rule', () => {
  it('leaves out what began in the warm-up, and counts what began after the arrivals ended', () => {
    const result = summarise([
      queued(1, 99_999),
      ...accepted(1, 99_999, 50_000),
      queued(2, 100_000),
      ...accepted(2, 100_000, 3_000),
      queued(3, 999_999),
      ...accepted(3, 999_999, 9_000),
      queued(4, 1_000_000),
      ...accepted(4, 1_000_000, 1_000),
      ...conversation(1, 99_000, 5_000, 'completed'),
      ...conversation(2, 100_000, 5_000, 'completed'),
      ...conversation(3, 999_000, 50_000, 'abandoned'),
      ...conversation(4, 1_000_000, 5_000, 'completed'),
    ]);
    expect(result.counts.queued).toBe(3);
    expect(result.counts.accepted).toBe(3);
    expect(result.latencies.speedToAnswer).toMatchObject({ n: 3, min: 1_000, max: 9_000 });
    expect(result.conversations).toMatchObject({ arrived: 3, completed: 2, gaveUp: 1, open: 0 });
    expect(result.rates.gaveUp).toEqual({ share: 0.333333, part: 1, whole: 3 });
  });

  it('is not fooled by rounding: 300000.1 - 200000.1 is at the border, not before it', () => {
    const at = 300_000.1 + 0.2;
    const result = summarise(
      [queued(1, 100_000.3), ...accepted(1, 100_000.3, 200_000)].map((fact) =>
        fact.type === 'queued' ? fact : { ...fact, at },
      ),
      { warmUpMs: 100_000.3 },
    );
    expect(result.counts.accepted).toBe(1);
  });

  it('takes a conversation that began in the warm-up out of the outcomes too', () => {
    const result = summarise(conversation(1, 50_000, 400_000, 'cutShort'));
    expect(result.conversations).toMatchObject({ arrived: 0, cutShort: 0, open: 0 });
  });

  it('counts who is not done as open', () => {
    const [arrived] = conversation(1, 500_000, 0, 'completed');
    expect(summarise([arrived!]).conversations).toMatchObject({ arrived: 1, open: 1 });
  });
});

describe('latencies and service levels', () => {
  const ten = Array.from({ length: 10 }, (_, i) => [
    queued(i, 200_000),
    ...accepted(i, 200_000, (i + 1) * 10_000, {}, 1_000),
  ]).flat();

  it('agree with a hand count', () => {
    const { latencies, serviceLevels } = summarise(ten);
    expect(latencies.speedToAnswer).toEqual({
      n: 10,
      mean: 55_000,
      sd: 30_276.504,
      min: 10_000,
      p50: 50_000,
      p75: 80_000,
      p90: 90_000,
      p95: 100_000,
      p99: 100_000,
      p999: 100_000,
      max: 100_000,
    });
    expect(latencies.routingLatency).toMatchObject({ n: 10, mean: 54_000 });
    expect(latencies.pushToAccept).toMatchObject({ n: 10, mean: 1_000, sd: 0 });
    expect(serviceLevels.serviceLevel).toEqual({
      '20s': { share: 0.2, part: 2, whole: 10 },
      '60s': { share: 0.6, part: 6, whole: 10 },
      '300s': { share: 1, part: 10, whole: 10 },
    });
  });

  it('tell the three service levels apart', () => {
    const { serviceLevels, rates, counts } = summarise([
      ...ten,
      ...[queued(20, 300_000), withdrawn(20, 305_000, 5_000)],
      ...[queued(21, 300_000), withdrawn(21, 360_000, 60_000, 'System')],
      queued(22, 300_000),
    ]);
    expect(counts).toMatchObject({ queued: 13, abandoned: 2, stillWaiting: 1 });
    expect(rates.abandonment).toEqual({ share: 0.153846, part: 2, whole: 13 });
    expect(serviceLevels.serviceLevel['60s']).toMatchObject({ part: 6, whole: 13 });
    expect(serviceLevels.serviceLevelOfAnswered['60s']).toMatchObject({ part: 6, whole: 10 });
    // Withdrawn before 60 s: the first only; at 60 s is not before.
    expect(serviceLevels.serviceLevelExcludingShortAbandons['60s']).toMatchObject({ whole: 12 });
  });

  it('count those still waiting at the end with the wait they had by then', () => {
    const { latencies } = summarise(
      [queued(1, 200_000), withdrawn(1, 230_000, 30_000), queued(2, 900_000), queued(3, 99_000)],
      {},
      { endedAtMs: 1_050_000 },
    );
    expect(latencies.waitOfNeverAccepted).toMatchObject({ n: 2, min: 30_000, max: 150_000 });
  });

  it('routing latency is of the first push only', () => {
    const push = { channel: 'sms-main', queue: 'front-line', session: 's', work: 'w', units: 1 };
    const { latencies, rates } = summarise([
      {
        ...push,
        type: 'pushed',
        tied: 1,
        at: 200_000,
        agentWork: 'a',
        rep: 'ann',
        attempt: 1,
        sinceRequestMs: 2_000,
      },
      { ...push, type: 'declined', at: 205_000, agentWork: 'a', rep: 'ann', sincePushMs: 5_000 },
      {
        ...push,
        type: 'pushed',
        tied: 1,
        at: 205_000,
        agentWork: 'b',
        rep: 'ann',
        attempt: 2,
        sinceRequestMs: 7_000,
      },
      {
        ...push,
        type: 'pushTimedOut',
        at: 225_000,
        agentWork: 'b',
        rep: 'ann',
        sincePushMs: 20_000,
      },
    ]);
    expect(latencies.routingLatency).toMatchObject({ n: 1, max: 2_000 });
    expect(rates.declines).toEqual({ share: 0.5, part: 1, whole: 2 });
    expect(rates.pushTimeouts).toEqual({ share: 0.5, part: 1, whole: 2 });
  });
});

describe('the result', () => {
  const facts = Array.from({ length: 300 }, (_, i) => [
    ...conversation(i, 100_000 + i * 1_000, 60_000, 'completed', i % 3 ? 'sms-main' : 'wa-main'),
    queued(i, 100_000 + i * 1_000),
    ...accepted(i, 100_000 + i * 1_000, (i * 7919) % 50_000),
  ]).flat();
  const changes = { budgets: [{ text: 'p95(speedToAnswer) < 60s', line: 4 }], speed: 2 };

  it('is what its JSON Schema says, with and without data', () => {
    const text = readFileSync(new URL('../../reports/result.schema.json', import.meta.url), 'utf8');
    const schema = JSON.parse(text);
    expect(schema).toEqual(JSON.parse(resultSchemaText()));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    for (const result of [
      summarise(facts, changes),
      summarise([], changes, { partial: 'interrupted' }),
    ]) {
      const written = JSON.parse(JSON.stringify(result));
      expect(written).toEqual(result);
      expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
      expect(runResultSchema.parse(written)).toEqual(result);
    }
  });

  it('is the same to the byte for the same facts', () => {
    const write = () => JSON.stringify(summarise(facts, changes));
    expect(write()).toBe(write());
  });

  it('adds up: channels to the whole, and what happens at one time in any order', () => {
    const result = summarise(facts, changes);
    const sum = result.channels.reduce((total, row) => total + row.counts.accepted, 0);
    expect(sum).toBe(result.counts.accepted);
    const ns = result.channels.map((row) => row.latencies.speedToAnswer?.n ?? 0);
    expect(ns.reduce((a, b) => a + b, 0)).toBe(result.latencies.speedToAnswer?.n);
    expect(result.serviceLevels.serviceLevel['20s']?.part).toBe(
      facts.filter((fact) => fact.type === 'accepted' && fact.sinceRequestMs <= 20_000).length,
    );
    const byChannel = [...facts].sort((a, b) => (channelOf(a) < channelOf(b) ? -1 : 1));
    expect(summarise(byChannel, changes)).toEqual(result);
  });

  it('tells how far the run is', () => {
    const summary = createSummary(options());
    for (const fact of [...conversation(1, 10, 5, 'completed'), queued(1, 20)])
      summary.record(fact);
    expect(summary.progress()).toEqual({
      reachedMs: 20,
      facts: 3,
      lastsMs: 1_000_000,
      arrived: 1,
      left: 1,
      waiting: 1,
    });
  });

  it('gives ids nobody announced their own rows', () => {
    const result = summarise([queued(1, 200_000, { channel: 'new', queue: 'other' })]);
    expect(result.channels.map(({ channel }) => channel)).toEqual(['sms-main', 'wa-main', 'new']);
    expect(result.queues.at(-1)?.counts.queued).toBe(1);
  });

  it('keeps its memory over a million facts', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const summary = createSummary(options({ lastsMs: 1e12 }));
    const used = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return (heapUsed + arrayBuffers) / 1e6;
    };
    const run = (from: number, to: number) => {
      for (let i = from; i < to; i += 1) {
        const at = 200_000 + i * 10;
        summary.record(queued(i, at));
        for (const fact of accepted(i, at, 1 + ((i * 7919) % 100_000))) summary.record(fact);
        summary.record(closed(i, at, (i * 31) % 600_000));
      }
      collect();
    };
    run(0, 50_000);
    const before = used();
    run(50_000, 250_000);
    expect(summary.progress().waiting).toBe(0);
    expect(used() - before).toBeLessThan(2);
    expect(summary.finish(END).counts.queued).toBe(250_000);
  });
});

function channelOf(fact: Fact): string {
  return 'channel' in fact ? fact.channel : '';
}
