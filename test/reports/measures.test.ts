import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/facts.ts';
import { accepted, closed, presence, queued, summarise } from './build.ts';

describe('messages and the wire', () => {
  const channel = 'wa-main';
  const session = 's1';
  const customer = { channel, conversation: 1 };
  const facts: Fact[] = [
    { ...customer, type: 'said', at: 200_000, turn: 1 },
    { type: 'received', at: 200_100, channel, session, endUser: '+1', messageId: 'm1' },
    { type: 'duplicateIgnored', at: 200_200, channel, messageId: 'm1' },
    { type: 'replied', at: 200_300, channel, session, by: 'auto', messageId: 'm2', first: false },
    { ...customer, type: 'heard', at: 200_500, from: 'auto', first: false, sinceSaidMs: 500 },
    {
      type: 'replied',
      at: 230_000,
      channel,
      session,
      by: 'rep',
      rep: 'ann',
      queue: 'front-line',
      messageId: 'm3',
      first: true,
      sinceCustomerMs: 29_900,
      sinceRequestMs: 29_800,
    },
    { ...customer, type: 'heard', at: 230_400, from: 'rep', first: true, sinceSaidMs: 30_400 },
    { type: 'receipt', at: 230_700, channel, session, status: 'delivered', sinceSentMs: 700 },
    { type: 'receipt', at: 231_000, channel, session, status: 'failed', sinceSentMs: 1_000 },
    {
      type: 'sendFailed',
      at: 240_000,
      channel,
      session,
      failure: 'optedOut',
      code: '1',
      definite: true,
    },
    {
      type: 'sendFailed',
      at: 240_000,
      channel,
      session,
      failure: 'platformError',
      code: '500',
      definite: false,
    },
    { type: 'called', at: 200_100, channel, direction: 'webhook', status: 200, tookMs: 12 },
    { type: 'called', at: 200_200, channel, direction: 'webhook', status: 403, tookMs: 2 },
    { type: 'webhookRefused', at: 200_200, channel, reason: 'signature', status: 403 },
    { type: 'called', at: 230_000, channel, direction: 'api', status: 0, tookMs: 5_000 },
  ];

  it('agree with a hand count', () => {
    const { latencies, counts, rates, channels } = summarise(facts);
    expect(latencies.webhookToReply).toMatchObject({ n: 1, max: 30_400 });
    expect(latencies.replyTurnaround).toMatchObject({ n: 1, max: 29_900 });
    expect(latencies.firstReply).toMatchObject({ n: 1, max: 29_800 });
    expect(latencies.deliveryLatency).toMatchObject({ n: 1, max: 700 });
    expect(latencies.webhookAck).toMatchObject({ n: 2, mean: 7 });
    expect(latencies.apiLatency).toMatchObject({ n: 1, max: 5_000 });
    expect(counts).toMatchObject({
      said: 1,
      received: 1,
      duplicates: 1,
      autoReplies: 1,
      repliesByRep: 1,
      heardAuto: 1,
      heardFromRep: 1,
      sendFailures: 1,
      sendsUncertain: 1,
      webhooks: 2,
      webhookErrors: 1,
      apiErrors: 1,
    });
    expect(rates.deliveryFailures).toEqual({ share: 0.666667, part: 2, whole: 3 });
    expect(rates.webhookRefusals).toEqual({ share: 0.5, part: 1, whole: 2 });
    expect(channels.find((row) => row.channel === 'sms-main')?.latencies).toEqual({});
  });
});

describe('time averages', () => {
  it('occupancy and utilisation, over the time online within the measured period', () => {
    const { reps, rates } = summarise([
      presence('ann', 0, true, 2),
      // Holds 1 unit over 200-500 s and another over 300-400 s.
      ...accepted(1, 200_000, 0),
      ...accepted(2, 300_000, 0),
      closed(2, 400_000, 100_000),
      closed(1, 500_000, 300_000),
      presence('ann', 600_000, false, 2),
    ]);
    const ann = reps.each.find(({ rep }) => rep === 'ann');
    expect(ann?.rates.occupancy).toEqual({ share: 0.4, part: 400_000, whole: 1_000_000 });
    expect(ann?.rates.utilisation).toEqual({ share: 0.6, part: 300_000, whole: 500_000 });
    expect(rates.occupancy.share).toBe(0.4);
    expect(reps.pools.find(({ pool }) => pool === 'team')?.rates.occupancy.share).toBeNull();
  });

  it('follow a capacity that changes, and units beyond one', () => {
    const of = { rep: 'team-1', units: 2 };
    const { reps } = summarise([
      presence('team-1', 100_000, true, 4),
      presence('team-2', 100_000, true, 4),
      ...accepted(1, 100_000, 0, of),
      presence('team-1', 550_000, true, 2),
    ]);
    const team = reps.pools.find(({ pool }) => pool === 'team');
    expect(team?.reps).toBe(2);
    // team-1: 2 of 4 units, then 2 of 2; team-2: 0 of 4.
    expect(team?.rates.occupancy).toMatchObject({
      part: 2 * 900_000,
      whole: 450_000 * 6 + 900_000 * 4,
    });
    expect(team?.rates.utilisation.share).toBe(0.5);
  });

  it('a push that ends without an accept frees the capacity', () => {
    const push = {
      channel: 'sms-main',
      queue: 'front-line',
      session: 's',
      work: 'w',
      agentWork: 'a',
      rep: 'ann',
      units: 1,
    };
    const { reps } = summarise([
      presence('ann', 0, true, 1),
      { ...push, type: 'pushed', tied: 1, at: 200_000, attempt: 1, sinceRequestMs: 0 },
      { ...push, type: 'pushCancelled', at: 290_000, reason: 'withdrawn' },
    ]);
    expect(reps.each[0]?.rates.occupancy.share).toBe(0.1);
  });

  it('queue length: mean over time and the maximum that lasted, of each queue', () => {
    const { waiting, queues, series } = summarise([
      queued(1, 0),
      ...accepted(1, 0, 190_000),
      queued(2, 145_000),
      ...accepted(2, 145_000, 45_000),
      queued(3, 400_000),
      ...accepted(3, 400_000, 0),
    ]);
    // 90 s + 45 s of waiting within 900 s; the third did not wait.
    expect(waiting).toEqual({ mean: 0.15, max: 2 });
    expect(queues.map((row) => row.waiting)).toEqual([
      { mean: 0.15, max: 2 },
      { mean: 0, max: 0 },
    ]);
    expect(series.stretches).toHaveLength(120);
    expect(series.stretches[0]).toMatchObject({ meanWaiting: 1, maxWaiting: 1, accepted: 0 });
    expect(series.stretches[48]).toMatchObject({ meanWaiting: 0, accepted: 1 });
  });

  it('a run that was cut off is averaged over what it reached', () => {
    const facts = [queued(1, 100_000)];
    const cut = summarise(facts, {}, { endedAtMs: 300_000, partial: 'interrupted' });
    expect(cut.waiting.mean).toBe(1);
    expect(cut.verdict).toBe('partial');
    expect(cut.series.stretches.at(-1)?.meanWaiting).toBeNull();
    expect(summarise([], {}, { endedAtMs: 300_000 }).series.stretches.at(-1)?.meanWaiting).toBe(0);
  });
});
