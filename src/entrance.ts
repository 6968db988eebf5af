/**
 * Where HTTP comes in: webhooks of platforms, each to its channel's adapter, and what routing
 * partners insert. A webhook is acknowledged once what it says is in the store.
 */
import { unixNow } from './clock/unix-now.ts';
import { StackError } from './errors.ts';
import { type HttpHandler, type HttpResponse, pathOf, respond } from './http.ts';
import type { InboundEvent } from './message.ts';
import type { Org } from './org.ts';
import { isInsert, type Partners } from './partners.ts';
import type { ChannelAdapter, Clock, Received, Recorder } from './ports.ts';
import type { Router } from './router/router.ts';

export interface EntranceParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly adapters: ReadonlyMap<string, ChannelAdapter>;
}

type Inbound = (channelId: string, event: InboundEvent) => Promise<void>;

const WEBHOOKS = '/webhooks/';

/** Webhooks of platforms, and routing partners' inserts. */
export function createEntrance(
  parts: EntranceParts,
  inbound: Inbound,
  partners: Partners,
  router: Router,
): HttpHandler {
  const webhooks = createWebhooks(parts, inbound);
  if (parts.org.routingPartners === undefined) return webhooks;
  return (request) =>
    isInsert(request) ? Promise.resolve(partners.insert(request, router)) : webhooks(request);
}

function createWebhooks(parts: EntranceParts, inbound: Inbound): HttpHandler {
  return (request) => {
    const path = pathOf(request.url);
    const id = path.startsWith(WEBHOOKS) ? path.slice(WEBHOOKS.length).split('/', 1)[0] : undefined;
    const channel = decode(id ?? '');
    const adapter = parts.adapters.get(channel);
    if (adapter === undefined) return Promise.resolve(respond(404, 'no such channel\n'));
    const received = adapter.receive(request, unixNow(parts.clock));
    if (!received.ok) {
      const { reason, response } = received;
      const at = parts.clock.now();
      const { status } = response;
      parts.recorder.record({ type: 'webhookRefused', at, channel, reason, status });
      return Promise.resolve(response);
    }
    return keep(channel, received, inbound);
  };
}

/** The text of a path segment; what can't be decoded names no channel. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

type Accepted = Extract<Received, { ok: true }>;

/** Acknowledges a webhook once what it says is in the store. */
async function keep(
  channel: string,
  { events, response }: Accepted,
  inbound: Inbound,
): Promise<HttpResponse> {
  try {
    for (const event of events) await inbound(channel, event);
    return response;
  } catch (error) {
    // The platform will try again; what was saved before is known by its claim.
    if (error instanceof StackError) return respond(503, `${error.message}\n`);
    throw error;
  }
}
