import { describe, expect, it } from 'vitest';
import type { PubSubError } from '../../mock-providers/pubsub-errors.ts';
import { createEventLog } from '../../mock-providers/pubsub-log.ts';
import { type FetchRequest, numberOf, replayIdOf } from '../../mock-providers/pubsub-proto.ts';
import { createSubscription } from '../../mock-providers/pubsub-subscription.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { unixNow } from '../../src/clock/unix-now.ts';

const TOPIC = '/event/Messaging__e';
const random = (purpose: string, id: number) => ((purpose.length * 31 + id * 7919) % 997) / 997;

/** What one subscriber is sent, and how its stream ends, on a virtual clock. */
function createLab({ kept = 1000, bytes = 10 } = {}) {
  const clock = createVirtualClock();
  const log = createEventLog({ nowMs: () => unixNow(clock), random, kept });
  const start = log.latest();
  const sent: { at: number; events: number[]; latest: number; pending: number }[] = [];
  const ends: { at: number; code: string | undefined }[] = [];
  const payload = Buffer.alloc(bytes);
  const relative = (id: Buffer) => (numberOf(id) ?? Number.NaN) - start;
  const subscription = createSubscription({
    ...{ clock, log, topic: TOPIC, tenant: 'CORE/prod/00D', keepAliveMs: 270_000 },
    wireOf: ({ number }) => ({
      event: { id: `${number}`, schema_id: 's', payload },
      replay_id: replayIdOf(number),
    }),
    send: ({ events, latest_replay_id, pending_num_requested }) =>
      sent.push({
        at: clock.now(),
        events: events.map(({ replay_id }) => relative(replay_id)),
        latest: relative(latest_replay_id),
        pending: pending_num_requested,
      }),
    end: (error?: PubSubError) =>
      ends.push({ at: clock.now(), code: error?.code.replace('sfdc.platform.eventbus.grpc.', '') }),
  });
  return {
    ...{ clock, log, start, sent, ends, subscription },
    publish(count: number) {
      for (let i = 0; i < count; i += 1) log.append({});
    },
    fetch: (num_requested: number, more: Partial<FetchRequest> = {}) =>
      subscription.fetch({
        ...{ topic_name: TOPIC, replay_preset: 'LATEST', replay_id: Buffer.alloc(0) },
        ...{ num_requested, ...more },
      }),
    /** Runs up to a moment. */
    async until(ms: number) {
      clock.after(ms - clock.now(), () => {});
      await clock.run(ms);
    },
  };
}

describe('a subscription', () => {
  it('is sent no more than it asked for, together what comes together', async () => {
    const { publish, fetch, until, sent } = createLab();
    publish(2);
    fetch(5);
    publish(3);
    await until(1);
    publish(4);
    await until(2);
    expect(sent).toEqual([
      { at: 0, events: [3, 4, 5], latest: 5, pending: 2 },
      { at: 1, events: [6, 7], latest: 7, pending: 0 },
    ]);
    fetch(1, { topic_name: '' });
    await until(3);
    expect(sent[2]).toEqual({ at: 2, events: [8], latest: 8, pending: 0 });
  });

  it('adds up what it is asked for, to 100 and not beyond', async () => {
    const { publish, fetch, until, sent } = createLab();
    fetch(2);
    fetch(3);
    publish(1);
    await until(1);
    expect(sent).toMatchObject([{ pending: 4 }]);
    fetch(99);
    fetch(2_000_000_000);
    publish(1);
    await until(2);
    expect(sent[1]).toMatchObject({ pending: 99 });
  });

  it('starts where it says', async () => {
    const starts = async (more: (start: number) => Partial<FetchRequest>) => {
      const { start, publish, fetch, until, sent, ends } = createLab({ kept: 5 });
      publish(8);
      fetch(100, more(start));
      publish(1);
      await until(1);
      return ends[0]?.code ?? sent.flatMap(({ events }) => events);
    };
    const custom = (number: number) => (start: number) =>
      ({ replay_preset: 'CUSTOM', replay_id: replayIdOf(start + number) }) as const;
    expect(await starts(() => ({}))).toEqual([9]);
    expect(await starts(() => ({ replay_preset: 'EARLIEST' }))).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await starts(custom(6))).toEqual([7, 8, 9]);
    expect(await starts(custom(8))).toEqual([9]);
    for (const gone of [3, 0, 9, -1]) {
      expect(await starts(custom(gone))).toBe('subscription.fetch.replayid.corrupted');
    }
    expect(await starts(() => ({ replay_preset: 'CUSTOM' }))).toBe(
      'subscription.fetch.replayid.validation.failed',
    );
    expect(
      await starts(() => ({ replay_preset: 'CUSTOM', replay_id: Buffer.from('12907414') })),
    ).toBe('subscription.fetch.replayid.corrupted');
  });

  it('honours the replay option of the first request alone', async () => {
    const { publish, fetch, until, sent } = createLab();
    publish(3);
    fetch(2);
    fetch(2, { replay_preset: 'EARLIEST' });
    publish(1);
    await until(1);
    expect(sent).toMatchObject([{ events: [4] }]);
  });

  it.each([
    ['no topic', [{ topic_name: '' }], 'topic.validation.empty'],
    ['another topic', [{ topic_name: '/event/No__e' }], 'topic.not.found'],
    ['another topic later', [{}, { topic_name: '/x' }], 'subscription.fetch.topic.mismatch'],
    ['0 events', [{ num_requested: 0 }], 'subscription.fetch.requested.events.invalid'],
    ['-1 later', [{}, { num_requested: -1 }], 'subscription.fetch.requested.events.invalid'],
  ])('ends for %s', async (_, requests, code) => {
    const { publish, fetch, until, sent, ends } = createLab();
    for (const request of requests) fetch(1, request);
    fetch(1);
    publish(1);
    await until(1_000_000);
    expect(ends).toEqual([{ at: 0, code }]);
    expect(sent).toEqual([]);
  });

  it('is told every 270 s that there is nothing, and the latest replay id', async () => {
    const { publish, fetch, until, sent, ends } = createLab();
    publish(2);
    fetch(3);
    await until(100_000);
    publish(1);
    await until(700_000);
    expect(sent).toEqual([
      { at: 100_000, events: [3], latest: 3, pending: 2 },
      { at: 370_000, events: [], latest: 3, pending: 2 },
      { at: 640_000, events: [], latest: 3, pending: 2 },
    ]);
    expect(ends).toEqual([]);
  });

  it('ends without an error when nothing more is asked for within 70 s', async () => {
    const { publish, fetch, until, sent, ends } = createLab();
    fetch(1);
    publish(2);
    await until(69_000);
    fetch(1);
    await until(500_000);
    expect(sent.map(({ at }) => at)).toEqual([0, 69_000]);
    expect(ends).toEqual([{ at: 139_000, code: undefined }]);
  });

  it('ends when nothing is asked for at all', async () => {
    const { until, ends } = createLab();
    await until(500_000);
    expect(ends).toEqual([{ at: 70_000, code: undefined }]);
  });

  it('ends when what it has not seen is forgotten, rather than miss it', async () => {
    const { publish, fetch, until, sent, ends } = createLab({ kept: 3 });
    fetch(1);
    publish(1);
    await until(1);
    publish(3);
    fetch(1);
    expect(sent).toMatchObject([{ events: [1] }, { events: [2] }]);
    publish(2);
    fetch(1);
    expect(ends).toEqual([{ at: 1, code: 'subscription.fetch.replayid.corrupted' }]);
  });

  it('gets large events in answers below 4 MB', async () => {
    const { publish, fetch, until, sent } = createLab({ bytes: 1024 * 1024 });
    fetch(100);
    publish(7);
    await until(1);
    expect(sent).toMatchObject([
      { events: [1, 2, 3], latest: 3, pending: 97 },
      { events: [4, 5, 6], latest: 6, pending: 94 },
      { events: [7], latest: 7, pending: 93 },
    ]);
  });

  it('leaves nothing behind when it finishes, but for what is there by then', async () => {
    const { clock, publish, fetch, subscription, sent, ends } = createLab();
    fetch(3);
    publish(1);
    subscription.finish();
    expect(sent).toMatchObject([{ at: 0, events: [1] }]);
    publish(1);
    fetch(1);
    expect(await clock.run()).toBe('idle');
    expect([clock.now(), sent.length, ends.length]).toEqual([0, 1, 0]);
  });
});
