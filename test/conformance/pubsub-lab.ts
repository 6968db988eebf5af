/**
 * A mock event bus served over real sockets, and a gRPC client of the interface as Salesforce
 * publishes it. No tests.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import avro from 'avsc';
import { createPubSub, type PubSub } from '../../mock-providers/pubsub.ts';
import { numberOf } from '../../mock-providers/pubsub-proto.ts';
import type { Clock } from '../../src/ports.ts';

export const TOPIC = '/event/Messaging__e';
export const ORG = '00D000000000001EAA';
export const TOKEN = `${ORG}!a-token`;
export const INSTANCE = 'https://example.my.salesforce.test';
export const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** As Salesforce publishes it; its community client brings a copy. */
export const PROTO = join(
  dirname(createRequire(import.meta.url).resolve('salesforce-pubsub-api-client')),
  '../pubsub_api.proto',
);

export function createBus(clock: Clock, keepAliveMs?: number): PubSub {
  return createPubSub({
    topic: TOPIC,
    schemaName: 'Messaging__e',
    fields: ['EventType__c', 'Payload__c'],
    isAuthorised: (token, url, org) => token === TOKEN && url === INSTANCE && org === ORG,
    clock,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    ...(keepAliveMs !== undefined && { keepAliveMs }),
  });
}

/** Polls: what is looked for comes over a socket. */
export async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return check();
    } catch (error) {
      if (tries > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Loosely: the published interface has no types of its own. */
// biome-ignore lint/suspicious/noExplicitAny: generated at run time from the published interface
export type Loose = any;

export function createRaw(bus: PubSub, address: string) {
  const definition = protoLoader.loadSync(PROTO, { keepCase: true, enums: String, defaults: true });
  const { PubSub: Client } = (grpc.loadPackageDefinition(definition) as Loose).eventbus.v1;
  // By name and with the chain checked: the certificate is good for localhost.
  const roots = Buffer.from(bus.certificate() ?? '');
  const client: Loose = new Client(address, grpc.credentials.createSsl(roots));
  const metadataOf = (headers: Record<string, string> = {}) => {
    const metadata = new grpc.Metadata();
    const all = { accesstoken: TOKEN, instanceurl: INSTANCE, tenantid: ORG, ...headers };
    for (const [name, value] of Object.entries(all)) metadata.set(name, value);
    return metadata;
  };
  return {
    metadataOf,
    close: () => client.close(),
    /** The answer or the error. */
    call: (method: string, request: object, headers?: Record<string, string>): Promise<Loose> =>
      new Promise((resolve) =>
        client[method](request, metadataOf(headers), (error: Loose, answer: Loose) =>
          resolve(error ?? answer),
        ),
      ),
    open(method = 'Subscribe', headers?: Record<string, string>) {
      const stream: Loose = client[method](metadataOf(headers));
      const responses: Loose[] = [];
      const ends: Loose[] = [];
      stream.on('data', (response: Loose) => responses.push(response));
      stream.on('error', () => {});
      stream.on('status', (status: Loose) => ends.push(status));
      return { stream, responses, ends };
    },
  };
}

/** `error-code` without its prefix. */
export function codeOf({ metadata }: { metadata: grpc.Metadata }): string {
  const [code = ''] = metadata.get('error-code');
  return String(code).replace('sfdc.platform.eventbus.grpc.', '');
}

/** The replay id of an event published now, as a number: who starts there misses nothing. */
export async function here(bus: PubSub, address: string): Promise<number> {
  const { call, close } = createRaw(bus, address);
  const { schema_id } = await call('GetTopic', { topic_name: TOPIC });
  const { schema_json } = await call('GetSchema', { schema_id });
  const values = { CreatedDate: 1, CreatedById: '005', EventType__c: null, Payload__c: 'here' };
  const payload = avro.Type.forSchema(JSON.parse(schema_json)).toBuffer(values);
  const { results } = await call('Publish', {
    topic_name: TOPIC,
    events: [{ schema_id, payload }],
  });
  close();
  return numberOf(results[0].replay_id) ?? 0;
}
