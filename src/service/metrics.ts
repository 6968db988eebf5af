/**
 * What a stack process tells Prometheus, by prom-client. Names and units are those of the field:
 * seconds, `_total` for counters. Counts come from facts; what waits is asked for at each scrape.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Fact } from '../facts.ts';
import type { Recorder } from '../ports.ts';

/** What is asked for at each scrape. */
export interface Load {
  readonly isLeading: boolean;
  readonly queues: readonly {
    readonly queue: string;
    readonly waiting: number;
    readonly repsOnline: number;
  }[];
}

export interface Metrics {
  readonly recorder: Recorder;
  /** A webhook was answered. */
  answered(channel: string, status: number, tookMs: number): void;
  /** Something failed that nobody was waiting for. */
  failed(): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

export function createMetrics(load: () => Load): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Counter({ name: `rehearsal_${name}_total`, help, labelNames, registers });
  const seconds = (name: string, help: string, labelNames: readonly string[]) =>
    new Histogram({
      name: `rehearsal_${name}_seconds`,
      help,
      labelNames,
      buckets: SECONDS,
      registers,
    });
  gauges(registry, load);
  const webhooks = seconds('webhook_duration', 'From a webhook to its answer', [
    'channel',
    'status',
  ]);
  const failures = counter('failures', 'Things done in the background that failed');
  return {
    recorder: { record: createCounts(counter, seconds) },
    answered: (channel, status, tookMs) =>
      webhooks.observe({ channel, status: String(status) }, tookMs / 1000),
    failed: () => failures.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type Make<T> = (name: string, help: string, labelNames: readonly string[]) => T;

/** Facts, counted. */
function createCounts(counter: Make<Counter>, seconds: Make<Histogram>): (fact: Fact) => void {
  const messages = counter('messages_received', 'Messages of customers', ['channel']);
  const duplicates = counter('duplicates', 'Messages delivered again and ignored', ['channel']);
  const refused = counter('webhooks_refused', 'Webhooks that were not accepted', ['channel']);
  const sends = counter('sends', 'Messages that platforms have taken', ['channel', 'by']);
  const failed = counter('send_failures', 'Sends that failed', ['channel', 'failure']);
  const uncertain = counter('sends_uncertain', 'Sends of which nobody can tell', ['channel']);
  const queued = counter('work_items', 'Work items, let into a queue or not', ['queue']);
  const keptOut = counter('limit_exceeded', "Work items kept out by the org's limits", ['limit']);
  const declined = counter('declines', 'Pushes declined or timed out', ['queue']);
  const ended = counter('sessions_ended', 'Messaging sessions ended', ['channel', 'by']);
  const answer = seconds('speed_to_answer', 'From the request to the accept', ['queue']);
  const reply = seconds('reply', "From a customer's message to the reply", ['channel']);
  return (fact) => {
    if (fact.type === 'received') messages.inc({ channel: fact.channel });
    else if (fact.type === 'duplicateIgnored') duplicates.inc({ channel: fact.channel });
    else if (fact.type === 'webhookRefused') refused.inc({ channel: fact.channel });
    else if (fact.type === 'replied') {
      sends.inc({ channel: fact.channel, by: fact.by });
      const { sinceCustomerMs } = fact;
      if (sinceCustomerMs !== undefined) {
        reply.observe({ channel: fact.channel }, sinceCustomerMs / 1000);
      }
    } else if (fact.type === 'sendFailed') {
      if (fact.definite) failed.inc({ channel: fact.channel, failure: fact.failure });
      else uncertain.inc({ channel: fact.channel });
    } else if (fact.type === 'sendUncertain') uncertain.inc({ channel: fact.channel });
    else if (fact.type === 'queued') queued.inc({ queue: fact.queue });
    else if (fact.type === 'limitExceeded') keptOut.inc({ limit: fact.limit });
    else if (fact.type === 'declined' || fact.type === 'pushTimedOut') {
      declined.inc({ queue: fact.queue });
    } else if (fact.type === 'accepted') {
      answer.observe({ queue: fact.queue }, fact.sinceRequestMs / 1000);
    } else if (fact.type === 'sessionEnded') ended.inc({ channel: fact.channel, by: fact.by });
  };
}

function gauges(registry: Registry, load: () => Load): void {
  const registers = [registry];
  const byQueue = (name: string, help: string, of: (one: Load['queues'][number]) => number) =>
    new Gauge({
      name: `rehearsal_${name}`,
      help,
      labelNames: ['queue'],
      registers,
      collect() {
        for (const one of load().queues) this.set({ queue: one.queue }, of(one));
      },
    });
  byQueue('queue_waiting', 'Work items that wait', ({ waiting }) => waiting);
  byQueue('queue_reps_online', 'Reps online for messaging', ({ repsOnline }) => repsOnline);
  new Gauge({
    name: 'rehearsal_leading',
    help: 'Whether this process routes and has the desks',
    registers,
    collect() {
      this.set(load().isLeading ? 1 : 0);
    },
  });
}
