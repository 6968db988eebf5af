/**
 * A stack process, put together: real time, real platforms, a store that outlives it; health and
 * metrics beside the stack's own addresses.
 */

import { kindOf, replyWindowMsOf } from '../channels/index.ts';
import { StackError } from '../errors.ts';
import { type HttpHandler, json, pathOf, respond } from '../http.ts';
import { type Org, repsOf } from '../org.ts';
import { createOutbox } from '../outbox.ts';
import type { ChannelAdapter, Clock, SessionStore, Transport } from '../ports.ts';
import { createStack, type Sharing } from '../stack.ts';
import { createMember, type Member } from './member.ts';
import { createMetrics } from './metrics.ts';

export interface ServiceParts {
  readonly org: Org;
  readonly store: SessionStore;
  readonly transport: Transport;
  /** Where this process listens; desks and other processes come here. */
  readonly url: string;
  /** Where platforms send webhooks to: what their signatures are made over. */
  readonly publicUrl: string;
  /** Where a channel's platform listens; nothing for one that sends nowhere. */
  readonly apiUrlOf: (channelId: string) => string | undefined;
  readonly id: string;
  readonly version: string;
  readonly onError: (what: string, error: unknown) => void;
  readonly leadMs?: number;
  readonly sweepMs?: number;
}

export interface Service extends Pick<Member, 'start' | 'stop' | 'isLeading'> {
  readonly handle: HttpHandler;
}

/** How long ended sessions and message ids are kept: platforms repeat webhooks for up to a day. */
const KEEP_MS = 24 * 3_600_000;

export function createService(parts: ServiceParts): Service {
  const { org, store } = parts;
  const metrics = createMetrics(() => ({
    isLeading: member.isLeading(),
    queues: Object.keys(org.queues).map((queue) => ({
      queue,
      ...(member.stack()?.load(queue) ?? { waiting: 0, repsOnline: 0 }),
    })),
  }));
  const onError = (what: string, error: unknown) => {
    metrics.failed();
    parts.onError(what, error);
  };
  const adapters = adaptersOf(parts);
  const makeStack = (clock: Clock, sharing: Sharing) =>
    createStack({
      ...{ org, clock, store, adapters, sharing, keepMs: KEEP_MS },
      recorder: metrics.recorder,
      outbox: createOutbox(adapters, parts.transport, clock),
      windowMsOf(channelId) {
        const channel = org.channels[channelId];
        return channel && replyWindowMsOf(channel);
      },
    });
  const reps = new Set(repsOf(org).map(({ id }) => id));
  const member = createMember({ ...parts, reps, makeStack, onError });
  const webhook = timed(member.handle, metrics.answered);
  return {
    ...{ start: member.start, stop: member.stop, isLeading: member.isLeading },
    async handle(request) {
      const path = pathOf(request.url);
      if (path === '/metrics') {
        return respond(200, await metrics.text(), { 'content-type': metrics.contentType });
      }
      if (path === '/health/live') return json(200, { status: 'ok', version: parts.version });
      if (path === '/health') return health(parts, member);
      return path.startsWith(WEBHOOKS) ? webhook(request) : member.handle(request);
    },
  };
}

const WEBHOOKS = '/webhooks/';

/** Ready for webhooks: the store answers. */
async function health({ store, version }: ServiceParts, member: Member) {
  const role = member.isLeading() ? 'leader' : 'follower';
  try {
    await store.load('health', 0);
    if (member.stack() === undefined) return json(503, { status: 'starting', version });
    return json(200, { status: 'ok', role, version });
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return json(503, { status: 'unavailable', role, version, reason: error.message });
  }
}

function timed(
  handle: HttpHandler,
  answered: (channel: string, status: number, tookMs: number) => void,
): HttpHandler {
  return async (request) => {
    const began = performance.now();
    const response = await handle(request);
    const [channel = ''] = pathOf(request.url).slice(WEBHOOKS.length).split('/', 1);
    // Who makes up channels makes no metrics.
    const known = response.status === 404 ? '' : channel;
    answered(known, response.status, performance.now() - began);
    return response;
  };
}

function adaptersOf({ org, publicUrl, apiUrlOf }: ServiceParts) {
  const adapters = new Map<string, ChannelAdapter>();
  for (const [channelId, channel] of Object.entries(org.channels)) {
    const webhookUrl = `${publicUrl}${WEBHOOKS}${encodeURIComponent(channelId)}`;
    const apiUrl = apiUrlOf(channelId) ?? NOWHERE;
    const adapter = kindOf(channel)?.createAdapter({ channel, apiUrl, webhookUrl });
    if (adapter !== undefined) adapters.set(channelId, adapter);
  }
  return adapters;
}

/** Nothing listens at the discard port. */
const NOWHERE = 'http://127.0.0.1:9';
