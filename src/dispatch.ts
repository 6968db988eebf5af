/**
 * From a session that asks for somebody to a routing request: by the channel's flow, to its rep, to
 * a bot first, or to its queue. What a flow sends and ends is done here too; whom the router picks
 * is not.
 */

import type { Bots } from './bots.ts';
import { unixNow } from './clock/unix-now.ts';
import { MESSAGING, type Org, serviceChannelsOf } from './org.ts';
import type { Clock, Directory, Recorder } from './ports.ts';
import { isOpenAt } from './router/business-hours.ts';
import { type FlowContext, type FlowOutcome, runFlow } from './router/flow.ts';
import type { QueueSizes } from './router/queue-sizes.ts';
import type { Router } from './router/router.ts';
import type { RoutingRequest, Wishes } from './router/work.ts';
import type { Destination, Session, Thread, Wanted } from './sessions/thread.ts';

export interface DispatchParts {
  readonly org: Org;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly router: Router;
  readonly queueSizes: QueueSizes;
  readonly bots: Bots;
  readonly directory: Directory;
  /** Sends an automatic message in a session. */
  readonly say: (thread: Thread, text: string) => void;
  /** A limit of the org kept the session out of every queue. */
  readonly onUnavailable: (thread: Thread) => void;
  /** A flow ended the session. */
  readonly end: (thread: Thread) => void;
}

export type Dispatch = ReturnType<typeof createDispatch>;

export function createDispatch(parts: DispatchParts) {
  const { router, bots } = parts;
  const { first, passOn, of } = createAsking(parts);
  const enqueue = (thread: Thread, request: RoutingRequest, bot?: string) => {
    if (bot !== undefined && bots.engage(bot, request)) return;
    if (router.enqueue(request) !== undefined) parts.onUnavailable(thread);
  };
  return {
    /** A session asks for a rep, with these words. */
    route(thread: Thread, session: Session, text: string): void {
      const found = first(thread, session, text);
      if (found === undefined) return;
      enqueue(thread, found.request, found.bot);
      for (const words of found.sends) parts.say(thread, words);
    },
    /** The same once more, in a process that has not heard of it. It keeps its age. */
    routeAgain(thread: Thread, session: Session): void {
      const { wanted, waitingSinceMs = 0 } = session;
      const found = wanted?.to
        ? passOn(thread, session, wanted.to, wanted.from)
        : first(thread, session, wanted?.text ?? '');
      if (found === undefined) return;
      const requestedAtMs = waitingSinceMs - parts.clock.originMs;
      enqueue(thread, withWishes(found.request, { requestedAtMs }), found.bot);
    },
    /** What passing a session on asks for; nothing when a flow ended it. */
    transfer(
      thread: Thread,
      session: Session,
      to: Destination,
      from: NonNullable<Wanted['from']>,
    ): RoutingRequest | undefined {
      const found = passOn(thread, session, to, from);
      for (const words of found?.sends ?? []) parts.say(thread, words);
      return found?.request;
    },
    request: of,
  };
}

/** What a session asks for, and what is to be said once it is routed; nothing when it was ended. */
interface Asked {
  readonly request: RoutingRequest;
  readonly bot: string | undefined;
  readonly sends: readonly string[];
}

function createAsking(parts: DispatchParts) {
  const { org, clock, recorder } = parts;
  const requests = createRequestsOf(parts);
  const follow = (
    thread: Thread,
    session: Session,
    flow: string,
    text: string,
  ): Asked | undefined => {
    const outcome = runNamed(parts, thread, flow, text);
    if (outcome.does === 'end') {
      for (const words of outcome.sends) parts.say(thread, words);
      parts.end(thread);
      return undefined;
    }
    const { sends } = outcome;
    if (outcome.does === 'route') {
      const { queue, bot } = outcome.target;
      const request = requests.of(thread, session, queue, wishes(outcome, clock));
      return { request, bot, sends };
    }
    const ids = { channel: thread.channelId, session: session.id };
    const { reason } = outcome;
    recorder.record({ type: 'flowFailed', at: clock.now(), ...ids, flow, reason });
    return { request: requests.of(thread, session), bot: undefined, sends };
  };
  return {
    of: requests.of,
    /** As its channel says. */
    first(thread: Thread, session: Session, text: string): Asked | undefined {
      const channel = org.channels[thread.channelId];
      if (channel?.flow !== undefined && session.startedBy === undefined) {
        return follow(thread, session, channel.flow, text);
      }
      const rep = session.startedBy ?? channel?.rep;
      const wants = rep === undefined ? undefined : { rep };
      return plain(requests.of(thread, session, undefined, wants));
    },
    /** As the rep says who passes it on. */
    passOn(
      thread: Thread,
      session: Session,
      to: Destination,
      from: Wanted['from'],
    ): Asked | undefined {
      const by = from?.rep === undefined ? {} : { transferredBy: from.rep };
      if (to.flow !== undefined) {
        const found = follow(thread, session, to.flow, '');
        return found && { ...found, request: withWishes(found.request, by) };
      }
      const { rep, skills } = to;
      const queue = to.queue ?? from?.queue;
      const wants = { ...(rep !== undefined && { rep }), ...(skills && { skills }), ...by };
      return plain(requests.of(thread, session, queue, wants));
    },
  };
}

/** A request that no flow has made. */
function plain(request: RoutingRequest): Asked {
  return { request, bot: undefined, sends: NO_WORDS };
}

function withWishes(request: RoutingRequest, more: Wishes): RoutingRequest {
  return { ...request, wants: { ...request.wants, ...more } };
}

const NO_WORDS: readonly string[] = [];

/** A plain request unless something is wished for: most are plain. */
function createRequestsOf({ org, directory }: DispatchParts) {
  const serviceChannelOf = serviceChannelsOf(org);
  return {
    of(thread: Thread, session: Session, queue?: string, wishes?: Wishes): RoutingRequest {
      const { key: endUser, channelId, address, sessionCount: ordinal } = thread;
      const channel = org.channels[channelId];
      const serviceChannel = channel?.serviceChannel ?? MESSAGING;
      const { secondaryRoutingPriority: field } = serviceChannelOf(serviceChannel);
      let wants = wishes;
      if (field !== undefined && wants?.priority === undefined) {
        const value = directory.attributesOf(channelId, address)[field.attribute];
        const priority = value === undefined ? undefined : field.values[value];
        if (priority !== undefined) wants = { ...wants, priority };
      }
      const request = {
        workId: session.workId,
        channelId,
        sessionId: session.id,
        endUser,
        ordinal,
        queue: queue ?? channel?.queue ?? '',
        serviceChannel,
      };
      return wants === undefined ? request : { ...request, wants };
    },
  };
}

function wishes(outcome: FlowOutcome & { does: 'route' }, clock: Clock): Wishes {
  const { skills, priority, acceptWithinMs, startAfterMs, target } = outcome;
  const now = clock.now();
  return {
    ...(skills.length > 0 && { skills }),
    ...(target.rep !== undefined && { rep: target.rep }),
    ...(target.required !== undefined && { repRequired: target.required }),
    ...(priority !== undefined && { priority }),
    ...(acceptWithinMs !== undefined && { acceptByMs: now + acceptWithinMs }),
    ...(startAfterMs !== undefined && { startAtMs: now + startAfterMs }),
  };
}

function runNamed(parts: DispatchParts, thread: Thread, name: string, text: string): FlowOutcome {
  const { org, clock, router, directory, queueSizes } = parts;
  const flow = org.flows?.[name];
  if (flow === undefined) return { does: 'fault', sends: [], reason: `there is no flow '${name}'` };
  const { channelId, address } = thread;
  const channel = org.channels[channelId];
  const serviceChannel = channel?.serviceChannel ?? MESSAGING;
  const known = (queue: string) => Object.hasOwn(org.queues, queue);
  const nowUnixMs = unixNow(clock);
  const context: FlowContext = {
    channel: channelId,
    channelType: channel?.type ?? '',
    text,
    attributes: directory.attributesOf(channelId, address),
    nowUnixMs,
    queueSize: (queue) => (known(queue) ? queueSizes.seen(queue) : undefined),
    repsOnline: (queue) => (known(queue) ? router.repsOnline(queue, serviceChannel) : undefined),
    estimatedWaitMs: (queue) => router.estimatedWaitMs(queue),
    isOpen(hours) {
      const found = org.businessHours?.[hours];
      return found && isOpenAt(found, nowUnixMs);
    },
  };
  return runFlow(flow, context);
}
