/**
 * A mock of Salesforce's event bus with one topic: keeps what is published and, in real time,
 * serves it by the Pub/Sub API. What the events mean is for those who publish and subscribe.
 */
import { unixNow } from '../src/clock/unix-now.ts';
import type { Listening, ProviderParts } from './provider.ts';
import { createEventLog, type EventValues } from './pubsub-log.ts';

export interface PubSubParts extends Pick<ProviderParts, 'clock' | 'random'> {
  /** `/event/Messaging__e`: there is no other. */
  readonly topic: string;
  /** Of the Avro record; the event's API name, `Messaging__e`. */
  readonly schemaName: string;
  /** The custom ones, all nullable text; `CreatedDate` and `CreatedById` come with every event. */
  readonly fields: readonly string[];
  /** Of the metadata of a call, none of them blank. */
  isAuthorised(accessToken: string, instanceUrl: string, tenantId: string): boolean;
  /** Without events for so long, a subscriber who wants some is sent an empty answer. */
  readonly keepAliveMs?: number;
}

export interface PubSub {
  /**
   * Adds an event: values by field, kept as they are. Missing ones are null; `CreatedDate` is now
   * and `CreatedById` some user unless given. Any number may be published without listening: the
   * newest are kept.
   */
  publish(values: EventValues): void;
  /** Real time only: opens the API on loopback, on any free port unless told which, over TLS. */
  listen(port?: number): Promise<Listening>;
  /** Of this process, in PEM, for clients that check it; nothing before `listen`. */
  certificate(): string | undefined;
}

/** Salesforce sends it within 270 s (Pub/Sub API reference, Subscribe). */
const KEEP_ALIVE_MS = 270_000;

export function createPubSub(parts: PubSubParts): PubSub {
  const { clock, random, keepAliveMs = KEEP_ALIVE_MS } = parts;
  const log = createEventLog({ nowMs: () => unixNow(clock), random });
  let certificate: string | undefined;
  return {
    publish: (values) => void log.append(values),
    async listen(port = 0) {
      // Virtual runs never come here, and so don't pay for loading gRPC.
      const { servePubSub } = await import('./pubsub-server.ts');
      const server = await servePubSub({ ...parts, log, keepAliveMs }, port);
      certificate = server.certificate;
      return server;
    },
    certificate: () => certificate,
  };
}
