/** The mock event bus against gRPC itself, with the interface as Salesforce publishes it. */
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../../mock-providers/provider.ts';
import { createPubSub } from '../../mock-providers/pubsub.ts';
import { pubSubProto, replayIdOf } from '../../mock-providers/pubsub-proto.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import {
  codeOf,
  createBus,
  createRaw,
  eventually,
  here,
  type Loose,
  ORG,
  PROTO,
  TOPIC,
  UUID,
} from './pubsub-lab.ts';

const clock = createSystemClock();
const bus = createBus(clock);
let listening: Listening;

beforeAll(async () => {
  listening = await bus.listen();
});

afterAll(async () => {
  await listening.close();
  clock.close();
});

describe('gRPC with the published interface', () => {
  it('is the interface that the mock was written from', () => {
    const options = { keepCase: true, longs: Number, enums: String };
    const theirs = protoLoader.loadSync(PROTO, options);
    const json = pubSubProto() as Parameters<typeof protoLoader.fromJSON>[0];
    const ours = protoLoader.fromJSON(json, options);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    for (const [name, definition] of Object.entries(theirs)) {
      expect(shapeOf(ours[name]), name).toEqual(shapeOf(definition));
    }
  });

  it('looks up the topic and its schema', async () => {
    const { call, close } = createRaw(bus, listening.address);
    const topic = await call('GetTopic', { topic_name: TOPIC });
    expect(topic).toEqual({
      topic_name: TOPIC,
      tenant_guid: `CORE/prod/${ORG}`,
      can_publish: true,
      can_subscribe: true,
      schema_id: expect.stringMatching(/^[\w-]{22}$/),
      rpc_id: expect.stringMatching(UUID),
    });
    const schema = await call('GetSchema', { schema_id: topic.schema_id });
    expect(schema).toMatchObject({ schema_id: topic.schema_id });
    expect(schema.rpc_id).not.toBe(topic.rpc_id);
    expect(avro.Type.forSchema(JSON.parse(schema.schema_json)).name).toBe(
      'com.sforce.eventbus.Messaging__e',
    );
    close();
  });

  it.each([
    ['no token', 'GetTopic', {}, { accesstoken: ' ' }, 16, 'service.auth.headers.invalid'],
    ['a wrong token', 'GetTopic', {}, { accesstoken: 'x' }, 16, 'service.auth.error'],
    ['another org', 'Publish', {}, { tenantid: '00D' }, 16, 'service.auth.error'],
    ['no topic', 'GetTopic', {}, {}, 3, 'topic.validation.empty'],
    ['an unknown topic', 'GetTopic', { topic_name: '/event/X__e' }, {}, 5, 'topic.not.found'],
    ['no schema', 'GetSchema', {}, {}, 3, 'schema.validation.failed'],
    ['an unknown schema', 'GetSchema', { schema_id: 'x' }, {}, 7, 'schema.meta.permission'],
    ['no topic to publish on', 'Publish', {}, {}, 3, 'publish.topic.validation.empty'],
    ['no events', 'Publish', { topic_name: TOPIC }, {}, 3, 'publish.event.count.invalid'],
    ['an unknown one', 'Publish', { topic_name: '/event/X__e' }, {}, 5, 'topic.not.found'],
  ])('refuses %s', async (_, method, request, headers, status, code) => {
    const { call, close } = createRaw(bus, listening.address);
    const error = await call(method, request, headers as Record<string, string>);
    expect([error.code, codeOf(error)]).toEqual([status, code]);
    const [rpcId] = error.metadata.get('rpc-id');
    expect(rpcId).toMatch(UUID);
    expect(error.details).toMatch(new RegExp(`\\. rpcId: ${rpcId}$`));
    close();
  });

  it('has no managed subscriptions', async () => {
    const { open, close } = createRaw(bus, listening.address);
    const { stream, ends } = open('ManagedSubscribe');
    stream.write({ developer_name: 'x', num_requested: 1 });
    await eventually(() => expect(ends[0]?.code).toBe(grpc.status.UNIMPLEMENTED));
    close();
  });

  it('sends what is asked for, in order, and says how much is still to come', async () => {
    const { open, close } = createRaw(bus, listening.address);
    const { stream, responses } = open();
    const replay_id = replayIdOf(await here(bus, listening.address));
    for (const text of ['1', '2', '3', '4', '5']) bus.publish({ Payload__c: text });
    const start = { replay_preset: 'CUSTOM', replay_id: replay_id.subarray(0, 8) };
    stream.write({ topic_name: TOPIC, num_requested: 3, ...start });
    await eventually(() => expect(responses).toHaveLength(1));
    const [first] = responses;
    expect(first).toMatchObject({ pending_num_requested: 0, rpc_id: expect.stringMatching(UUID) });
    expect(first.events).toHaveLength(3);
    expect(first.latest_replay_id).toEqual(first.events[2].replay_id);
    expect(first.latest_replay_id).toHaveLength(10);
    stream.write({ num_requested: 4 });
    await eventually(() => expect(responses).toHaveLength(2));
    expect(responses[1].events).toHaveLength(2);
    expect(responses[1].pending_num_requested).toBe(2);
    expect(responses[1].rpc_id).toBe(first.rpc_id);
    stream.cancel();
    close();
  });

  it('ends a stream with the error, and takes no more of it', async () => {
    const { open, close } = createRaw(bus, listening.address);
    const refused = async (request: object, headers?: Record<string, string>) => {
      const { stream, ends } = open('Subscribe', headers);
      stream.write({ topic_name: TOPIC, num_requested: 1, ...request });
      await eventually(() => expect(ends).toHaveLength(1));
      return [ends[0].code, codeOf(ends[0])];
    };
    const custom = { replay_preset: 'CUSTOM' };
    expect(await refused({ num_requested: 0 })).toEqual([
      3,
      'subscription.fetch.requested.events.invalid',
    ]);
    expect(await refused(custom)).toEqual([3, 'subscription.fetch.replayid.validation.failed']);
    expect(await refused({ ...custom, replay_id: Buffer.from('12907414') })).toEqual([
      3,
      'subscription.fetch.replayid.corrupted',
    ]);
    expect(await refused({ topic_name: '/event/X__e' })).toEqual([5, 'topic.not.found']);
    expect(await refused({}, { accesstoken: 'x' })).toEqual([16, 'service.auth.error']);
    close();
  });

  it('completes a stream that its client completes', async () => {
    const { open, close } = createRaw(bus, listening.address);
    bus.publish({ Payload__c: 'still sent' });
    const { stream, responses, ends } = open();
    stream.write({ topic_name: TOPIC, num_requested: 1, replay_preset: 'EARLIEST' });
    stream.end();
    await eventually(() => expect(ends[0]?.code).toBe(grpc.status.OK));
    expect(responses).toMatchObject([{ pending_num_requested: 0 }]);
    close();
  });

  it('says by each event what was wrong with it', async () => {
    const { call, close } = createRaw(bus, listening.address);
    const { schema_id } = await call('GetTopic', { topic_name: TOPIC });
    const { schema_json } = await call('GetSchema', { schema_id });
    const values = { CreatedDate: 1, CreatedById: '005', EventType__c: null, Payload__c: 'ok' };
    const payload = avro.Type.forSchema(JSON.parse(schema_json)).toBuffer(values);
    const large = Buffer.alloc(1024 * 1024 + 1);
    const events = [
      { id: 'good', schema_id, payload },
      { id: 'schema', schema_id: 'x', payload },
      { id: 'payload', schema_id, payload: payload.subarray(2) },
      { id: 'large', schema_id, payload: large },
      { schema_id, payload },
    ];
    const answer = await call('Publish', { topic_name: TOPIC, events });
    const error = { code: 'PUBLISH', msg: expect.stringMatching(/\w\.$/) };
    expect(answer).toMatchObject({
      schema_id,
      results: [
        { correlation_key: 'good', error: null },
        { correlation_key: 'schema', error },
        { correlation_key: 'payload', error },
        { correlation_key: 'large', error },
        { correlation_key: expect.stringMatching(UUID), error: null },
      ],
    });
    expect(answer.results[0].replay_id).toHaveLength(10);
    close();
  });

  it('ends a publisher’s stream with its first error', async () => {
    const { open, close } = createRaw(bus, listening.address);
    const { stream, responses, ends } = open('PublishStream');
    stream.write({ topic_name: TOPIC, events: [{ id: 'x', schema_id: 'none' }] });
    await eventually(() => expect(responses).toHaveLength(1));
    stream.write({ topic_name: '/event/X__e', events: [{ id: 'x' }] });
    await eventually(() => expect(ends).toHaveLength(1));
    expect([ends[0].code, codeOf(ends[0])]).toEqual([3, 'publish.topic.mismatch']);
    const stranger = open('PublishStream', { accesstoken: 'x' });
    await eventually(() => expect(stranger.ends[0]?.code).toBe(16));
    close();
  });
});

describe('the server', () => {
  it('answers bytes that are no message, and goes on', async () => {
    const credentials = grpc.credentials.createSsl(Buffer.from(bus.certificate() ?? ''));
    const client = new grpc.Client(listening.address, credentials);
    const as = (bytes: Buffer) => bytes;
    const { call, close, metadataOf } = createRaw(bus, listening.address);
    for (const method of ['Subscribe', 'PublishStream', 'GetTopic', 'Publish']) {
      const path = `/eventbus.v1.PubSub/${method}`;
      const codes: number[] = [];
      const stream = client.makeBidiStreamRequest(path, as, as, metadataOf(), {});
      stream.on('data', () => {}).on('error', ({ code }: Loose) => codes.push(code));
      stream.write(Buffer.from('ffffffff0a0b0c', 'hex'));
      await eventually(() => expect(codes).toHaveLength(1));
    }
    client.close();
    expect(await call('GetTopic', { topic_name: TOPIC })).toMatchObject({ can_publish: true });
    close();
  });

  it('sends keep-alives, closes with subscribers there, and opens again where it was', async () => {
    const other = createBus(clock, 40);
    const first = await other.listen();
    const port = Number(first.address.split(':')[1]);
    expect(first).toMatchObject({ name: 'Pub/Sub API (gRPC over TLS)' });
    expect(other.certificate()).toBe(bus.certificate());
    const { open, close } = createRaw(other, first.address);
    const { stream, responses, ends } = open();
    stream.write({ topic_name: TOPIC, num_requested: 1 });
    await eventually(() => expect(responses.length).toBeGreaterThan(1));
    expect(responses[0]).toMatchObject({ events: [], pending_num_requested: 1 });
    expect(responses[0].latest_replay_id).toHaveLength(10);
    await first.close();
    await eventually(() => expect(ends[0]?.code).toBe(grpc.status.UNAVAILABLE));
    close();
    const again = await other.listen(port);
    expect(again.address).toBe(first.address);
    // It would say so on the console too.
    grpc.setLogVerbosity(grpc.logVerbosity.NONE);
    await expect(createBus(clock).listen(port)).rejects.toThrow(/EADDRINUSE/);
    grpc.setLogVerbosity(grpc.logVerbosity.ERROR);
    await again.close();
  });

  it('leaves no timers behind', async () => {
    const own = createSystemClock();
    const bare = createPubSub({
      ...{ topic: TOPIC, schemaName: 'M__e', fields: [], isAuthorised: () => true },
      ...{ clock: own, random: () => 0.5 },
    });
    const server = await bare.listen();
    const { open, close } = createRaw(bare, server.address);
    for (const method of ['Subscribe', 'PublishStream']) {
      const { stream } = open(method);
      if (method === 'Subscribe') stream.write({ topic_name: TOPIC, num_requested: 1 });
    }
    await clock.sleep(50);
    close();
    await server.close();
    await own.settled();
  });
});

/** Of a definition: names and numbers of what is in it; of a service, its methods. */
function shapeOf(definition: Loose): unknown {
  const { type, requestType } = definition;
  if (requestType !== undefined) return definition;
  if (type === undefined) {
    return Object.entries(definition).map(([name, method]: [string, Loose]) => {
      const { path, requestStream, responseStream } = method;
      return [name, path, requestStream, responseStream, method.requestType.type.name];
    });
  }
  const fields = type.field?.map(({ name, number, label, type, typeName }: Loose) => {
    return { name, number, label, type, typeName };
  });
  return { name: type.name, fields, values: type.value };
}
