/**
 * The Pub/Sub API over gRPC and TLS, as Salesforce serves it at api.pubsub.salesforce.com:7443:
 * the socket and its certificate. What is called is in pubsub-rpcs.ts.
 */
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import selfsigned from 'selfsigned';
import { unixNow } from '../src/clock/unix-now.ts';
import type { Listening } from './provider.ts';
import { pubSubProto, SERVICE } from './pubsub-proto.ts';
import { createMethods, type RpcParts } from './pubsub-rpcs.ts';

export interface PubSubServer extends Listening {
  /** PEM. */
  readonly certificate: string;
}

export async function servePubSub(parts: RpcParts, port: number): Promise<PubSubServer> {
  made ??= makeCertificate(unixNow(parts.clock));
  const { cert, key } = await made;
  const server = new grpc.Server();
  server.addService(serviceOf(), createMethods(parts));
  const credentials = grpc.ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) },
  ]);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`localhost:${port}`, credentials, (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  return {
    name: 'Pub/Sub API (gRPC over TLS)',
    address: `localhost:${bound}`,
    certificate: cert,
    close: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => resolve());
        // Subscribers would stay for ever.
        server.forceShutdown();
      }),
  };
}

/** One for the process: whoever was given it can still use it after a reset. */
let made: ReturnType<typeof makeCertificate> | undefined;

const DAY_MS = 24 * 60 * 60 * 1000;

type ProtoJson = Parameters<typeof protoLoader.fromJSON>[0];

function serviceOf(): grpc.ServiceDefinition {
  const options = { keepCase: true, enums: String, longs: Number, defaults: true };
  const definition = protoLoader.fromJSON(pubSubProto() as ProtoJson, options);
  return definition[SERVICE] as grpc.ServiceDefinition;
}

/** For localhost by name and number, for a year. */
async function makeCertificate(nowMs: number) {
  const { cert, private: key } = await selfsigned.generate(
    [{ name: 'commonName', value: 'localhost' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(nowMs - DAY_MS),
      notAfterDate: new Date(nowMs + 365 * DAY_MS),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
            { type: 7, ip: '::1' },
          ],
        },
      ],
    },
  );
  return { cert: `${cert}\n`, key };
}
