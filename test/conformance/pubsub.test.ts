/** The mock event bus against Salesforce's community client, unmodified, over real sockets. */
import grpc from '@grpc/grpc-js';
import PubSubApiClient from 'salesforce-pubsub-api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../../mock-providers/provider.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import { createBus, eventually, here, INSTANCE, ORG, TOKEN, TOPIC, UUID } from './pubsub-lab.ts';

const clock = createSystemClock();
const bus = createBus(clock);
let listening: Listening;

beforeAll(async () => {
  listening = await bus.listen();
});

/** Closed last: `close` lets go of streams that are open, and their errors would be nobody's. */
const clients: PubSubApiClient[] = [];

afterAll(async () => {
  await listening.close();
  await clock.sleep(50);
  for (const client of clients) client.close();
  clock.close();
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface Parsed {
  readonly id: string;
  readonly replayId: number;
  readonly payload: Record<string, unknown>;
}

describe('salesforce-pubsub-api-client', () => {
  async function connect(accessToken = TOKEN) {
    const client = new PubSubApiClient(
      {
        authType: 'user-supplied',
        accessToken,
        instanceUrl: INSTANCE,
        organizationId: ORG,
        pubSubEndpoint: listening.address,
        rejectUnauthorizedSsl: false,
      },
      quiet,
    );
    await client.connect();
    clients.push(client);
    const events: Parsed[] = [];
    const others: string[] = [];
    const errors: { code?: number; details?: string }[] = [];
    const hear = (_: unknown, kind: string, data?: unknown) => {
      if (kind === 'event') events.push(data as Parsed);
      else others.push(kind);
      if (kind === 'error') errors.push(data as (typeof errors)[number]);
    };
    return { client, events, others, errors, hear };
  }

  it('hears what was published before, and what is while it listens', async () => {
    const { client, events, hear } = await connect();
    bus.publish({ EventType__c: 'Interaction', Payload__c: '{"before":"é☕"}' });
    client.subscribeFromEarliestEvent(TOPIC, hear);
    await eventually(() => expect(events).toHaveLength(1));
    bus.publish({ EventType__c: 'RoutingRequested', CreatedById: '005000000000002AAA' });
    await eventually(() => expect(events).toHaveLength(2));
    expect(events).toMatchObject([
      { payload: { EventType__c: 'Interaction', Payload__c: '{"before":"é☕"}' } },
      { payload: { CreatedById: '005000000000002AAA', Payload__c: null } },
    ]);
    for (const { id, payload } of events) {
      expect(id).toMatch(UUID);
      expect(Math.abs(Number(payload.CreatedDate) - clock.originMs)).toBeLessThan(60_000);
    }
    expect(events[1]?.replayId).toBe((events[0]?.replayId ?? 0) + 1);
  });

  it('hears nothing old unless it asks', async () => {
    const { events, client, hear } = await connect();
    bus.publish({ Payload__c: 'old' });
    client.subscribe(TOPIC, hear);
    // Nothing tells when the subscription has begun.
    await eventually(() => {
      bus.publish({ Payload__c: 'new' });
      expect(events.length).toBeGreaterThan(0);
    });
    expect(new Set(events.map(({ payload }) => payload.Payload__c))).toEqual(new Set(['new']));
  });

  it('goes on for ever, asking again for each hundred', async () => {
    const { client, events, others, hear } = await connect();
    client.subscribeFromReplayId(TOPIC, hear, null, await here(bus, listening.address));
    for (let i = 0; i < 250; i += 1) bus.publish({ Payload__c: `${i}` });
    await eventually(() => expect(events).toHaveLength(250));
    expect(events.map(({ payload }) => Number(payload.Payload__c))).toEqual(
      Array.from({ length: 250 }, (_, i) => i),
    );
    expect(others).not.toContain('error');
  });

  it('replays from where it was', async () => {
    const first = await connect();
    for (const text of ['a', 'b', 'c']) bus.publish({ Payload__c: text });
    first.client.subscribeFromEarliestEvent(TOPIC, first.hear);
    const isThere =
      (text: string) =>
      ({ payload }: Parsed) =>
        payload.Payload__c === text;
    await eventually(() => expect(first.events.some(isThere('c'))).toBe(true));
    const a = first.events.findLast(isThere('a'))?.replayId ?? 0;

    const second = await connect();
    second.client.subscribeFromReplayId(TOPIC, second.hear, 2, a);
    await eventually(() => expect(second.others).toContain('lastEvent'));
    expect(second.events.map(({ payload }) => payload.Payload__c)).toEqual(['b', 'c']);
  });

  it('publishes one event, and several by a stream', async () => {
    const { client, events, hear } = await connect();
    client.subscribeFromReplayId(TOPIC, hear, null, await here(bus, listening.address));
    const payload = {
      CreatedDate: 1_700_000_000_000,
      CreatedById: '005000000000003AAA',
      EventType__c: { string: 'Mine' },
      Payload__c: null,
    };
    const result = await client.publish(TOPIC, payload, 'my-own-key');
    expect(result).toEqual({ correlationKey: 'my-own-key', replayId: expect.any(Number) });
    await eventually(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({
      id: 'my-own-key',
      replayId: result.replayId,
      payload: { ...payload, EventType__c: 'Mine' },
    });

    const answers: { results: { correlationKey: string; replayId: number }[] }[] = [];
    await client.publishBatch(
      TOPIC,
      [
        { id: 'k1', payload },
        { id: '', payload },
      ],
      (_, kind, data) => {
        if (kind === 'publishResponse') answers.push(data as (typeof answers)[number]);
      },
    );
    await eventually(() => expect(events).toHaveLength(3));
    expect(answers[0]?.results.map(({ replayId }) => replayId)).toEqual(
      events.slice(1).map(({ replayId }) => replayId),
    );
    expect(answers[0]?.results[0]?.correlationKey).toBe('k1');
  });

  it('is told what it did wrong', async () => {
    const stranger = await connect('another');
    stranger.client.subscribe(TOPIC, stranger.hear);
    const lost = await connect();
    lost.client.subscribe('/event/No__e', lost.hear);
    const late = await connect();
    late.client.subscribeFromReplayId(TOPIC, late.hear, 1, 1);
    await eventually(() => {
      expect(stranger.errors[0]).toMatchObject({ code: grpc.status.UNAUTHENTICATED });
      expect(lost.errors[0]).toMatchObject({
        code: grpc.status.NOT_FOUND,
        details: expect.stringMatching(
          /^The topic information for org CORE.* topic \/event\/No__e not found\./,
        ),
      });
      expect(late.errors[0]).toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    });
    await expect(lost.client.publish('/event/No__e', {})).rejects.toMatchObject({
      cause: { code: grpc.status.NOT_FOUND },
    });
  });
});
