/**
 * The methods of the Pub/Sub API: who may call, what is looked up and published, and streams
 * opened and ended. The events are the log's; flow control is the subscription's.
 */
import grpc from '@grpc/grpc-js';
import { uuidOf } from '../src/channels/uuid.ts';
import type { Timer } from '../src/ports.ts';
import type { PubSubParts } from './pubsub.ts';
import { PubSubError, REFUSAL } from './pubsub-errors.ts';
import type { BusEvent, EventLog } from './pubsub-log.ts';
import {
  type ConsumerEvent,
  type FetchRequest,
  type FetchResponse,
  type ProducerEvent,
  type PublishRequest,
  type PublishResponse,
  type PublishResult,
  replayIdOf,
  type SchemaInfo,
  type SchemaRequest,
  type TopicInfo,
  type TopicRequest,
} from './pubsub-proto.ts';
import { createEventSchema, type EventSchema } from './pubsub-schema.ts';
import { createSubscription } from './pubsub-subscription.ts';

export interface RpcParts extends PubSubParts {
  readonly log: EventLog;
  readonly keepAliveMs: number;
}

/** `ManagedSubscribe` is not among them: gRPC answers it UNIMPLEMENTED. */
export function createMethods(parts: RpcParts): grpc.UntypedServiceImplementation {
  const { topic } = parts;
  const schema = createEventSchema(parts.schemaName, parts.fields);
  const accept = createDoor(parts);
  const idOf = createIds(parts);
  const publish = createPublisher(parts, schema, idOf);
  return {
    GetTopic: unary<TopicRequest, TopicInfo>(accept, ({ topic_name }, { rpcId, tenant }) => {
      if (topic_name === '') throw REFUSAL.noTopic();
      if (topic_name !== topic) throw REFUSAL.unknownTopic(topic_name, tenant);
      const can = { can_publish: true, can_subscribe: true };
      return { topic_name, tenant_guid: tenant, ...can, schema_id: schema.id, rpc_id: rpcId };
    }),
    GetSchema: unary<SchemaRequest, SchemaInfo>(accept, ({ schema_id }, { rpcId, tenant }) => {
      if (schema_id === '') throw REFUSAL.noSchema();
      if (schema_id !== schema.id) throw REFUSAL.unknownSchema(schema_id, tenant);
      return { schema_json: schema.json, schema_id, rpc_id: rpcId };
    }),
    Publish: unary(accept, publish),
    PublishStream: createPublishStream(parts, accept, publish),
    Subscribe: createSubscribe(parts, accept, (event) => ({
      event: { id: idOf(event), schema_id: schema.id, payload: schema.encode(event) },
      replay_id: replayIdOf(event.number),
    })),
  };
}

/** A publisher's stream ends so long after its last request (as seen in clients' logs). */
const PUBLISH_SILENCE_MS = 1_800_000;

/** Of one event (Pub/Sub API guide, Allocations). */
const MAX_EVENT_BYTES = 1024 * 1024;

interface Caller {
  readonly rpcId: string;
  /** As errors and `GetTopic` name an org. */
  readonly tenant: string;
  readonly refusal: PubSubError | undefined;
}

type Door = (metadata: grpc.Metadata) => Caller;

/** Looks at who calls, once a call: a stream outlives its token, as with Salesforce. */
function createDoor({ topic, random, isAuthorised }: RpcParts): Door {
  let calls = 0;
  return (metadata) => {
    calls += 1;
    const rpcId = uuidOf(`${topic} rpc ${calls} ${random('pubsub rpc', calls)}`);
    const [token, url, org] = ['accesstoken', 'instanceurl', 'tenantid'].map((name) =>
      String(metadata.get(name)[0] ?? '').trim(),
    );
    const tenant = `CORE/prod/${org}`;
    if (!token || !url || !org) return { rpcId, tenant, refusal: REFUSAL.headers() };
    const refusal = isAuthorised(token, url, org) ? undefined : REFUSAL.auth();
    return { rpcId, tenant, refusal };
  };
}

/** The publisher's name for an event, or the bus's. */
function createIds({ topic, random }: RpcParts): (event: BusEvent) => string {
  return ({ id, number }) => id ?? uuidOf(`${topic} ${number} ${random('pubsub event', number)}`);
}

type Publisher = (request: PublishRequest, caller: Caller) => PublishResponse;

function createPublisher(
  { topic, log }: RpcParts,
  schema: EventSchema,
  idOf: (event: BusEvent) => string,
): Publisher {
  const add = ({ id, schema_id, payload }: ProducerEvent): PublishResult => {
    const refuse = (msg: string): PublishResult => {
      return { error: { code: 'PUBLISH', msg }, correlation_key: id };
    };
    if (payload.length > MAX_EVENT_BYTES) return refuse('The event is larger than 1 MB.');
    if (schema_id !== schema.id) return refuse(`${schema_id} is not the schema of ${topic}.`);
    const values = schema.decode(payload);
    if (values === undefined) return refuse('The payload does not follow the schema.');
    const event = log.append(values, id);
    return { replay_id: replayIdOf(event.number), correlation_key: idOf(event) };
  };
  return ({ topic_name, events }, { rpcId, tenant }) => {
    if (topic_name === '') throw REFUSAL.noPublishTopic();
    if (topic_name !== topic) throw REFUSAL.unknownTopic(topic_name, tenant);
    if (events.length === 0) throw REFUSAL.nothingToPublish();
    return { results: events.map(add), schema_id: schema.id, rpc_id: rpcId };
  };
}

function unary<Q, A>(
  accept: Door,
  answer: (request: Q, caller: Caller) => A,
): grpc.handleUnaryCall<Q, A> {
  return ({ metadata, request }, callback) => {
    const caller = accept(metadata);
    try {
      if (caller.refusal !== undefined) throw caller.refusal;
      callback(null, answer(request, caller));
    } catch (error) {
      if (!(error instanceof PubSubError)) throw error;
      callback(errorOf(error, caller));
    }
  };
}

function createPublishStream(
  { clock }: RpcParts,
  accept: Door,
  publish: Publisher,
): grpc.handleBidiStreamingCall<PublishRequest, PublishResponse> {
  return (call) => {
    const caller = accept(call.metadata);
    let topic: string | undefined;
    let silence: Timer | undefined;
    let isOver = false;
    const fail = (error: PubSubError) => {
      isOver = true;
      silence?.cancel();
      call.emit('error', errorOf(error, caller));
    };
    const wait = () => {
      silence?.cancel();
      const seconds = PUBLISH_SILENCE_MS / 1000;
      silence = clock.after(PUBLISH_SILENCE_MS, () => fail(REFUSAL.publishSilence(seconds)));
    };
    if (caller.refusal !== undefined) return fail(caller.refusal);
    wait();
    call.on('data', ({ topic_name, events }: PublishRequest) => {
      if (isOver) return;
      try {
        if (topic !== undefined && topic_name !== '' && topic_name !== topic) {
          throw REFUSAL.publishTopicChanged();
        }
        topic ??= topic_name;
        call.write(publish({ topic_name: topic, events }, caller));
        wait();
      } catch (error) {
        if (!(error instanceof PubSubError)) throw error;
        fail(error);
      }
    });
    call.on('end', () => {
      silence?.cancel();
      call.end();
    });
    call.on('cancelled', () => silence?.cancel());
  };
}

function createSubscribe(
  { clock, log, topic, keepAliveMs }: RpcParts,
  accept: Door,
  wireOf: (event: BusEvent) => ConsumerEvent,
): grpc.handleBidiStreamingCall<FetchRequest, FetchResponse> {
  return (call) => {
    const caller = accept(call.metadata);
    if (caller.refusal !== undefined) {
      call.emit('error', errorOf(caller.refusal, caller));
      return;
    }
    const subscription = createSubscription({
      clock,
      log,
      topic,
      tenant: caller.tenant,
      keepAliveMs,
      wireOf,
      send: (response) => call.write({ ...response, rpc_id: caller.rpcId }),
      end(error) {
        if (error === undefined) call.end();
        else call.emit('error', errorOf(error, caller));
      },
    });
    call.on('data', subscription.fetch);
    call.on('end', () => {
      subscription.finish();
      call.end();
    });
    call.on('cancelled', subscription.close);
  };
}

function errorOf({ status, code, message }: PubSubError, { rpcId }: Caller) {
  const metadata = new grpc.Metadata();
  metadata.set('error-code', code);
  metadata.set('rpc-id', rpcId);
  const details = `${message} rpcId: ${rpcId}`;
  return { code: grpc.status[status], details, metadata };
}
