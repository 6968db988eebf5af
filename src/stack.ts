/**
 * The composition root of the stack: adapters, sessions, router, desks and messenger, put together.
 * It does not know whether time and platforms are real.
 */
import { createBotTalk } from './bot-talk.ts';
import { type Bots, createBots } from './bots.ts';
import { createChannelRouting } from './channel-routing.ts';
import { unixNow } from './clock/unix-now.ts';
import type { Desk } from './desk.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createEffects, createFlowDeeds } from './effects.ts';
import { createEntrance } from './entrance.ts';
import type { HttpHandler } from './http.ts';
import type { Content, InboundEvent, Outbound } from './message.ts';
import { createMessenger } from './messenger.ts';
import { createNotices } from './notices.ts';
import { MESSAGING, type Org, omniOf, repsOf, serviceChannelsOf } from './org.ts';
import { createOutreach, type Outreach } from './outreach.ts';
import { createPartners } from './partners.ts';
import type {
  ChannelAdapter,
  Clock,
  Directory,
  Outbox,
  Recorder,
  SessionStore,
  Transport,
} from './ports.ts';
import { createRecords, type Records } from './records.ts';
import { isOpenAt } from './router/business-hours.ts';
import { createQueueSizes } from './router/queue-sizes.ts';
import { createRouter } from './router/router.ts';
import { createMask, type Mask } from './sensitive-data.ts';
import type { Effect } from './sessions/lifecycle.ts';
import { createSessions } from './sessions/sessions.ts';
import type { Thread } from './sessions/thread.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { createSwitchboard, type Switchboard } from './switchboard.ts';
import { createTalk } from './talk.ts';

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
  /** Absent: nothing is known of anybody. */
  readonly directory?: Directory;
  /** How the stack calls routing partners, and where they listen. */
  readonly transport?: Transport;
  readonly partnerUrlOf?: (partner: string) => string | undefined;
  /** In [0, 1), the same for the same id; for reps whom only a lot can tell apart. */
  readonly random?: (id: string) => number;
}

export interface Stack {
  /** Webhooks at `/webhooks/<channel id>` and below. */
  readonly handle: HttpHandler;
  /** An event of a channel without wire. Resolves when it is in the store. */
  inbound(channelId: string, event: InboundEvent): Promise<void>;
  readonly desk: Desk;
  readonly bots: Pick<Bots, 'connect'>;
  readonly supervisor: Supervisor;
  readonly outreach: Outreach;
  readonly records: Records;
}

const NOBODY_KNOWN: Directory = { attributesOf: () => ({}) };

export function createStack(given: StackParts): Stack {
  const { org, clock } = given;
  const { channels } = org;
  const partners = createPartners({
    ...{ org, clock },
    transport: given.transport,
    urlOf: given.partnerUrlOf ?? (() => undefined),
  });
  const recorder = partners.observe(given.recorder);
  const parts = { ...given, recorder };
  const newId = createIds();
  const router = createRouter({
    ...routingOf(parts),
    newId,
    onPush: (work) => desk.ring(work),
    onPushOver: (work) => desk.stopRinging(work),
    onClosed: (work, by) => desk.closed(work, by),
    onExternal(item) {
      partners.ask(item);
      channelRouting.ask(item);
    },
  });
  const directory = parts.directory ?? NOBODY_KNOWN;
  const mask = createMask(org.sensitiveData);
  const maskRep = createRepMask(mask, clock, recorder);
  const sessions = createSessions({
    ...{ ...parts, directory, channels, mask },
    ...calendarOf(org, clock),
    newId,
    sendsUnderWay: (key) => messenger.underWay(key),
    onEffect: (thread, effect) => carryOut(thread, effect),
    onAssigned: (thread, userId) => channelRouting.assigned(thread, userId),
  });
  const outboundTo = createOutboundTo(clock, newId);
  const channelRouting = createChannelRouting({ ...parts, outboundTo, router: () => router });
  const messenger = createMessenger({ ...parts, channels, sessions, outboundTo });
  const notices = createNotices({
    ...{ ...parts, channels, outboundTo },
    sendsUnderWay: messenger.underWay,
  });
  const bots = createBots({
    ...{ org, clock, recorder, router },
    talk: createBotTalk({ clock, sessions, messenger }),
  });
  const dispatch: Dispatch = createDispatch({
    ...{ org, clock, recorder, router, bots },
    directory,
    queueSizes: createQueueSizes(clock, router.queueSize, omniOf(org).queueSizeLagMs),
    ...createFlowDeeds({
      ...{ clock, recorder, messenger, router, sessions, channels },
      carryOut: (thread, effect) => carryOut(thread, effect),
    }),
  });
  const talk = createTalk({ sessions, messenger, notices, mask: maskRep });
  const { spawn } = clock;
  const desk: Switchboard = createSwitchboard({ router, sessions, dispatch, talk, spawn });
  const carryOut: (thread: Thread, effect: Effect) => void = createEffects({
    ...{ clock, recorder, router, sessions, dispatch, bots, desk, messenger, notices },
  });
  return {
    desk: { connect: desk.connect },
    bots: { connect: bots.connect },
    supervisor: createSupervisor({ clock, router, sessions }),
    outreach: createOutreach({ channels, sessions, messenger, mask: maskRep }),
    records: createRecords({ ...parts, sessions, sendsUnderWay: messenger.underWay }),
    inbound: sessions.inbound,
    handle: createEntrance(parts, sessions.inbound, partners, router),
  };
}

/** What of an org, and of chance, the router goes by. */
function routingOf({ org, clock, recorder, random }: StackParts) {
  return {
    ...{ clock, recorder },
    random: random ?? (() => 0),
    reps: repsOf(org),
    statuses: org.presenceStatuses,
    settings: omniOf(org),
    configOf: (queue: string) => org.routingConfigs[org.queues[queue]?.routingConfig ?? ''],
    serviceChannelOf: serviceChannelsOf(org),
  };
}

/** Masks what reps write, and says so. */
function createRepMask(mask: Mask, clock: Clock, recorder: Recorder) {
  return (channel: string, content: Content): Content => {
    const masked = mask(content, 'rep');
    for (const { rule, times } of masked.found) {
      recorder.record({ type: 'masked', at: clock.now(), channel, rule, by: 'rep', times });
    }
    return masked.content;
  };
}

/** What sessions must know of the org beside their channel. */
function calendarOf(org: Org, clock: Clock) {
  const serviceChannelOf = serviceChannelsOf(org);
  return {
    isOpen(hours: string): boolean {
      const found = org.businessHours?.[hours];
      return found !== undefined && isOpenAt(found, unixNow(clock));
    },
    isStatusBased(channelId: string): boolean {
      const name = org.channels[channelId]?.serviceChannel ?? MESSAGING;
      return serviceChannelOf(name).capacityModel === 'STATUS_BASED';
    },
  };
}

/** What every call to a platform about a customer comes with. */
function createOutboundTo(clock: Clock, newId: (kind: 'send') => string) {
  return ({ address: to, channelId }: Pick<Thread, 'address' | 'channelId'>): Outbound => {
    const atMs = unixNow(clock);
    return { to, key: `${channelId}/${newId('send')}@${atMs}`, atMs };
  };
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
