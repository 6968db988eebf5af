/**
 * The composition root of the stack: adapters, sessions, router, desk and messenger, put together.
 * It does not know whether time and platforms are real.
 */
import { unixNow } from './clock/unix-now.ts';
import type { Desk } from './desk.ts';
import { StackError } from './errors.ts';
import { type HttpHandler, type HttpResponse, pathOf, respond } from './http.ts';
import type { InboundEvent, Outbound } from './message.ts';
import { createMessenger } from './messenger.ts';
import { createNotices } from './notices.ts';
import { type Org, repsOf } from './org.ts';
import type { ChannelAdapter, Clock, Outbox, Received, Recorder, SessionStore } from './ports.ts';
import { createRouter } from './router/router.ts';
import type { Effect } from './sessions/lifecycle.ts';
import { createSessions } from './sessions/sessions.ts';
import type { Thread } from './sessions/thread.ts';
import { createSwitchboard } from './switchboard.ts';

export interface StackParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly recorder: Recorder;
  readonly outbox: Outbox;
  /** By channel id; a channel without one takes events by `inbound` only. */
  readonly adapters: ReadonlyMap<string, ChannelAdapter>;
  readonly windowMsOf: (channelId: string) => number | undefined;
  /** How long ended sessions and message ids are kept, in ms. */
  readonly keepMs: number;
}

export interface Stack {
  /** Webhooks at `/webhooks/<channel id>` and below. */
  readonly handle: HttpHandler;
  /** An event of a channel without wire. Resolves when it is in the store. */
  inbound(channelId: string, event: InboundEvent): Promise<void>;
  readonly desk: Desk;
}

export function createStack(parts: StackParts): Stack {
  const { org, clock, recorder } = parts;
  const newId = createIds();
  const router = createRouter({
    clock,
    recorder,
    newId,
    reps: repsOf(org),
    statuses: org.presenceStatuses,
    configOf: (queue) => org.routingConfigs[org.queues[queue]?.routingConfig ?? ''],
    onPush: (work) => desk.ring(work),
    onPushOver: (work) => desk.stopRinging(work),
  });
  const sessions = createSessions({
    ...parts,
    channels: org.channels,
    newId,
    sendsUnderWay: (key) => messenger.underWay(key),
    onEffect: (thread, effect) => carryOut(thread, effect),
  });
  const outboundTo = ({ address: to, channelId }: Thread): Outbound => {
    const atMs = unixNow(clock);
    return { to, key: `${channelId}/${newId('send')}@${atMs}`, atMs };
  };
  const messenger = createMessenger({ ...parts, sessions, outboundTo });
  const notices = createNotices({
    ...parts,
    channels: org.channels,
    outboundTo,
    sendsUnderWay: messenger.underWay,
  });
  const desk = createSwitchboard({ router, sessions, messenger, notices });

  const carryOut = (thread: Thread, effect: Effect) => {
    const { key: endUser, channelId: channel, sessionCount: ordinal } = thread;
    if (effect.do === 'route') {
      const queue = org.channels[channel]?.queue ?? '';
      const { session, workId } = effect;
      const sessionId = session.id;
      router.enqueue({ workId, channelId: channel, sessionId, endUser, ordinal, queue });
    } else if (effect.do === 'tellRep') {
      desk.message(effect.session.workId, effect.entry, thread);
    } else if (effect.do === 'typing') {
      desk.typing(effect.session.workId, effect.on);
    } else if (effect.do === 'respond') {
      const content = { kind: 'text' as const, text: effect.text };
      const confirmsOptOut = effect.response === 'optOutConfirmation';
      clock.spawn(`${effect.response} response to ${endUser}`, () =>
        messenger.send(thread, content, { by: 'auto', confirmsOptOut }),
      );
    } else if (effect.do === 'ended') {
      const { session, by } = effect;
      const accepted = session.acceptedMs !== undefined;
      const at = clock.now();
      recorder.record({ type: 'sessionEnded', at, channel, session: session.id, by, accepted });
      notices.announce(thread, 'ended', session, by);
      if (!router.withdraw(session.workId, by)) desk.ended(session.workId, by);
    } else {
      const at = clock.now();
      recorder.record({ type: 'consentChanged', at, channel, endUser, to: effect.to });
    }
  };
  return {
    desk: { connect: desk.connect },
    inbound: sessions.inbound,
    handle: createWebhooks(parts, sessions.inbound),
  };
}

const WEBHOOKS = '/webhooks/';

function createWebhooks(parts: StackParts, inbound: Stack['inbound']): HttpHandler {
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
  inbound: Stack['inbound'],
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

/** Ids in order of making, per kind: readable, and the same in every run of a seed. */
function createIds(): (kind: 'session' | 'work' | 'agentWork' | 'send') => string {
  const next = { session: 0, work: 0, agentWork: 0, send: 0 };
  const prefix = { session: 'S', work: 'W', agentWork: 'A', send: 'M' };
  return (kind) => {
    next[kind] += 1;
    return `${prefix[kind]}${next[kind]}`;
  };
}
