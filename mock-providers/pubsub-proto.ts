/**
 * The wire format of Salesforce's Pub/Sub API, `eventbus.v1`: names and numbers as of
 * `pubsub_api.proto` (github.com/forcedotcom/pub-sub-api), and the same messages as types.
 */

const MESSAGES = {
  TopicInfo: [
    'string topic_name = 1',
    'string tenant_guid = 2',
    'bool can_publish = 3',
    'bool can_subscribe = 4',
    'string schema_id = 5',
    'string rpc_id = 6',
  ],
  TopicRequest: ['string topic_name = 1'],
  EventHeader: ['string key = 1', 'bytes value = 2'],
  ProducerEvent: [
    'string id = 1',
    'string schema_id = 2',
    'bytes payload = 3',
    'repeated EventHeader headers = 4',
  ],
  ConsumerEvent: ['ProducerEvent event = 1', 'bytes replay_id = 2'],
  PublishResult: ['bytes replay_id = 1', 'Error error = 2', 'string correlation_key = 3'],
  Error: ['ErrorCode code = 1', 'string msg = 2'],
  FetchRequest: [
    'string topic_name = 1',
    'ReplayPreset replay_preset = 2',
    'bytes replay_id = 3',
    'int32 num_requested = 4',
    'string auth_refresh = 5',
  ],
  FetchResponse: [
    'repeated ConsumerEvent events = 1',
    'bytes latest_replay_id = 2',
    'string rpc_id = 3',
    'int32 pending_num_requested = 4',
  ],
  SchemaRequest: ['string schema_id = 1'],
  SchemaInfo: ['string schema_json = 1', 'string schema_id = 2', 'string rpc_id = 3'],
  PublishRequest: [
    'string topic_name = 1',
    'repeated ProducerEvent events = 2',
    'string auth_refresh = 3',
  ],
  PublishResponse: [
    'repeated PublishResult results = 1',
    'string schema_id = 2',
    'string rpc_id = 3',
  ],
  ManagedFetchRequest: [
    'string subscription_id = 1',
    'string developer_name = 2',
    'int32 num_requested = 3',
    'string auth_refresh = 4',
    'CommitReplayRequest commit_replay_id_request = 5',
  ],
  ManagedFetchResponse: [
    'repeated ConsumerEvent events = 1',
    'bytes latest_replay_id = 2',
    'string rpc_id = 3',
    'int32 pending_num_requested = 4',
    'CommitReplayResponse commit_response = 5',
  ],
  CommitReplayRequest: ['string commit_request_id = 1', 'bytes replay_id = 2'],
  CommitReplayResponse: [
    'string commit_request_id = 1',
    'bytes replay_id = 2',
    'Error error = 3',
    'int64 process_time = 4',
  ],
} as const;

const ENUMS = {
  ErrorCode: { UNKNOWN: 0, PUBLISH: 1, COMMIT: 2 },
  ReplayPreset: { LATEST: 0, EARLIEST: 1, CUSTOM: 2 },
} as const;

const METHODS = {
  Subscribe: 'stream FetchRequest -> stream FetchResponse',
  GetSchema: 'SchemaRequest -> SchemaInfo',
  GetTopic: 'TopicRequest -> TopicInfo',
  Publish: 'PublishRequest -> PublishResponse',
  PublishStream: 'stream PublishRequest -> stream PublishResponse',
  ManagedSubscribe: 'stream ManagedFetchRequest -> stream ManagedFetchResponse',
} as const;

export const SERVICE = 'eventbus.v1.PubSub';

/** All of it, in protobuf's JSON form. */
export function pubSubProto() {
  const types = mapped(MESSAGES, (lines) => ({ fields: Object.fromEntries(lines.map(fieldOf)) }));
  const enums = mapped(ENUMS, (values) => ({ values }));
  const PubSub = { methods: mapped(METHODS, methodOf) };
  return { nested: { eventbus: { nested: { v1: { nested: { ...types, ...enums, PubSub } } } } } };
}

export interface ProducerEvent {
  readonly id: string;
  readonly schema_id: string;
  /** Avro, binary. */
  readonly payload: Buffer;
}

export interface ConsumerEvent {
  readonly event: ProducerEvent;
  readonly replay_id: Buffer;
}

export interface FetchRequest {
  readonly topic_name: string;
  readonly replay_preset: keyof typeof ENUMS.ReplayPreset;
  readonly replay_id: Buffer;
  readonly num_requested: number;
}

export interface FetchResponse {
  readonly events: readonly ConsumerEvent[];
  readonly latest_replay_id: Buffer;
  readonly rpc_id: string;
  readonly pending_num_requested: number;
}

export interface TopicRequest {
  readonly topic_name: string;
}

export interface TopicInfo extends TopicRequest {
  readonly tenant_guid: string;
  readonly can_publish: boolean;
  readonly can_subscribe: boolean;
  readonly schema_id: string;
  readonly rpc_id: string;
}

export interface SchemaRequest {
  readonly schema_id: string;
}

export interface SchemaInfo extends SchemaRequest {
  readonly schema_json: string;
  readonly rpc_id: string;
}

export interface PublishRequest {
  readonly topic_name: string;
  readonly events: readonly ProducerEvent[];
}

export interface PublishResponse {
  readonly results: readonly PublishResult[];
  readonly schema_id: string;
  readonly rpc_id: string;
}

/** Has an error or a replay id. */
export interface PublishResult {
  readonly replay_id?: Buffer;
  readonly error?: { readonly code: keyof typeof ENUMS.ErrorCode; readonly msg: string };
  readonly correlation_key: string;
}

/**
 * 8 bytes, big endian, and two zero bytes: seen in subscribers' logs since 2022 (for instance
 * github.com/pozil/pub-sub-api-node-client/issues/36), though documented as opaque.
 */
export function replayIdOf(number: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

/** What it stands for; nothing if it is of another form. Clients also send the 8 bytes alone. */
export function numberOf(replayId: Buffer): number | undefined {
  if (replayId.length !== 8 && replayId.length !== 10) return undefined;
  if (replayId.subarray(8).some((byte) => byte !== 0)) return undefined;
  const number = Number(replayId.readBigUInt64BE());
  return Number.isSafeInteger(number) ? number : undefined;
}

function fieldOf(line: string) {
  const [declaration = '', id] = line.split(' = ');
  const [name = '', type = '', rule] = declaration.split(' ').reverse();
  return [name, { type, id: Number(id), ...(rule && { rule }) }] as const;
}

function methodOf(line: string) {
  const [request = '', response = ''] = line.split(' -> ');
  const typeOf = (side: string) => side.replace('stream ', '');
  return {
    requestType: typeOf(request),
    requestStream: request.startsWith('stream '),
    responseType: typeOf(response),
    responseStream: response.startsWith('stream '),
  };
}

function mapped<T, R>(table: Readonly<Record<string, T>>, change: (value: T) => R) {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}
