/**
 * One subscriber's stream: where it starts, how many events it still wants, and when it is told
 * that there are none (Pub/Sub API reference, Subscribe; guide, Pull Subscription and Flow
 * Control). It knows nothing of gRPC: what it sends goes to whoever made it.
 */
import type { Clock, Timer } from '../src/ports.ts';
import { type PubSubError, REFUSAL } from './pubsub-errors.ts';
import type { BusEvent, EventLog } from './pubsub-log.ts';
import {
  type ConsumerEvent,
  type FetchRequest,
  type FetchResponse,
  numberOf,
  replayIdOf,
} from './pubsub-proto.ts';

export interface Subscription {
  fetch(request: FetchRequest): void;
  /** Sends what is there and wanted, now; then nothing more. */
  finish(): void;
  close(): void;
}

export interface SubscriptionParts {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly topic: string;
  readonly tenant: string;
  readonly keepAliveMs: number;
  wireOf(event: BusEvent): ConsumerEvent;
  send(response: Omit<FetchResponse, 'rpc_id'>): void;
  /** The stream is over; without an error if the subscriber just did not ask for more. */
  end(error?: PubSubError): void;
}

/** Across all requests of a stream; a request beyond it counts as one up to it. */
const MAX_WANTED = 100;

/** The stream ends so long after the last event that was wanted. */
const UNWANTED_MS = 70_000;

/** Clients take 4 MB in one message if not told otherwise; an event has up to 1 MB. */
const MAX_BYTES = 3 * 1024 * 1024;

export function createSubscription(parts: SubscriptionParts): Subscription {
  const { clock, log, keepAliveMs, wireOf, send } = parts;
  /** The number of the last event sent; nothing before the first request. */
  let position: number | undefined;
  let wanted = 0;
  let delivery: Timer | undefined;
  let silence: Timer | undefined;
  let isOver = false;

  const close = () => {
    isOver = true;
    delivery?.cancel();
    silence?.cancel();
    unwatch();
  };
  const end = (error?: PubSubError) => {
    close();
    parts.end(error);
  };
  const waitQuietly = () => {
    silence?.cancel();
    silence =
      wanted > 0 ? clock.after(keepAliveMs, keepAlive) : clock.after(UNWANTED_MS, () => end());
  };
  const respond = (events: readonly ConsumerEvent[], upTo: number) => {
    wanted -= events.length;
    const latest_replay_id = replayIdOf(upTo);
    send({ events, latest_replay_id, pending_num_requested: wanted });
  };
  const keepAlive = () => {
    respond([], position ?? log.latest());
    waitQuietly();
  };
  const deliver = () => {
    delivery?.cancel();
    delivery = undefined;
    if (isOver || position === undefined || wanted === 0) return;
    // A subscriber who was away for longer than the bus remembers must not miss events unawares.
    if (position < log.earliest()) return end(REFUSAL.badReplayId());
    const events = log.after(position, wanted).map(wireOf);
    if (events.length === 0) return;
    for (const batch of batchesOf(events)) {
      position += batch.length;
      respond(batch, position);
    }
    waitQuietly();
  };
  // Later, not at once: whoever publishes does not wait for subscribers, who get more at a time.
  const wake = () => {
    if (wanted > 0) delivery ??= clock.after(0, deliver);
  };
  const unwatch = log.watch(wake);

  waitQuietly();
  return {
    fetch(request) {
      if (isOver) return;
      const refusal = refusalOf(request, parts, position === undefined);
      if (refusal !== undefined) return end(refusal);
      position ??= startOf(request, log);
      const wasQuiet = wanted === 0;
      wanted = Math.min(wanted + request.num_requested, MAX_WANTED);
      if (wasQuiet) waitQuietly();
      deliver();
    },
    finish() {
      deliver();
      close();
    },
    close,
  };
}

/** Topic and replay preset count in the first request; later ones may repeat the topic. */
function refusalOf(
  { topic_name, num_requested, replay_preset, replay_id }: FetchRequest,
  { topic, tenant, log }: SubscriptionParts,
  isFirst: boolean,
): PubSubError | undefined {
  if (!isFirst && topic_name !== '' && topic_name !== topic) return REFUSAL.fetchTopicChanged();
  if (isFirst && topic_name === '') return REFUSAL.noTopic();
  if (isFirst && topic_name !== topic) return REFUSAL.unknownTopic(topic_name, tenant);
  if (num_requested <= 0) return REFUSAL.nothingRequested();
  if (!isFirst || replay_preset !== 'CUSTOM') return undefined;
  if (replay_id.length === 0) return REFUSAL.noReplayId();
  const number = numberOf(replay_id);
  return number !== undefined && log.holds(number) ? undefined : REFUSAL.badReplayId();
}

function startOf({ replay_preset, replay_id }: FetchRequest, log: EventLog): number {
  if (replay_preset === 'CUSTOM') return numberOf(replay_id) ?? log.latest();
  return replay_preset === 'EARLIEST' ? log.earliest() : log.latest();
}

/** In order, none empty, none longer than a client takes. */
function batchesOf(events: readonly ConsumerEvent[]): readonly (readonly ConsumerEvent[])[] {
  const batches: ConsumerEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of events) {
    bytes += one.event.payload.length;
    if (bytes > MAX_BYTES) {
      batches.push([]);
      bytes = one.event.payload.length;
    }
    batches.at(-1)?.push(one);
  }
  return batches;
}
