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
import { createRecovery, type Recovery } from './recovery.ts';
import { isOpenAt } from './router/business-hours.ts';
import { createQueueSizes } from './router/queue-sizes.ts';
import { createRouter, type Router } from './router/router.ts';
import { createMask, type Mask } from './sensitive-data.ts';
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
  /** Absent: the store lives and ends with this process. */
  readonly sharing?: Sharing;
  /** In [0, 1), the same for the same id; for reps whom only a lot can tell apart. */
  readonly random?: (id: string) => number;
}

/** How a process shares its store: with its own next life, and maybe with other processes. */
export interface Sharing {
  /** Before the ids it makes: no other process, and no other life of it, makes the same. */
  readonly idPrefix: string;
  /** No other process has the store. */
  readonly isAlone: boolean;
  /** Given: another process routes and has the desks. It is to have a look at this end user. */
  readonly onToDo?: (key: string) => void;
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
  readonly recovery: Recovery;
  /** How busy a queue is now. */
  load(queue: string): { readonly waiting: number; readonly repsOnline: number };
}

const NOBODY_KNOWN: Directory = { attributesOf: () => ({}) };

export function createStack(given: StackParts): Stack {
  const { org, clock } = given;
  const { channels } = org;
  const { directory = NOBODY_KNOWN } = given;
  const partners = createPartners({
    ...{ org, clock },
    transport: given.transport,
    urlOf: given.partnerUrlOf ?? (() => undefined),
  });
  const recorder = partners.observe(given.recorder);
  const parts = { ...given, recorder };
  const terms = termsOf(given.sharing, (key) => recovery.lookSoon(key));
  const newId = createIds(given.sharing?.idPrefix);
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
  const mask = createMask(org.sensitiveData);
  const maskRep = createRepMask(mask, clock, recorder);
  const sessions = createSessions({
    ...{ ...parts, ...terms, directory, channels, mask },
    ...calendarOf(org, clock),
    newId,
    sendsUnderWay: (key) => messenger.underWay(key),
    onEffect: (thread, effect) => carryOut(thread, effect),
    onAssigned: (thread, userId) => channelRouting.assigned(thread, userId),
  });
  const outboundTo = createOutboundTo(clock, newId);
  const channelRouting = createChannelRouting({ ...parts, outboundTo, router: () => router });
  const messenger = createMessenger({ ...parts, ...terms, channels, sessions, outboundTo });
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
  const desk: Switchboard = createSwitchboard({ clock, router, sessions, dispatch, talk });
  const here = { sessions, router, dispatch, bots, desk, messenger };
  const carryOut = createEffects({ ...parts, ...terms, ...here, notices });
  const recovery = createRecovery({ ...parts, ...terms, ...here });
  return {
    desk: { connect: desk.connect },
    bots: { connect: bots.connect },
    supervisor: createSupervisor({ clock, router, sessions }),
    outreach: createOutreach({ channels, sessions, messenger, mask: maskRep }),
    records: createRecords({ ...parts, sessions, sendsUnderWay: messenger.underWay }),
    recovery,
    load: createLoad(router),
    inbound: sessions.inbound,
    handle: createEntrance(parts, sessions.inbound, partners, router),
  };
}

/** What it means for the parts of a stack how its store is shared. */
function termsOf(sharing: Sharing | undefined, lookSoon: (key: string) => void) {
  const onToDo = sharing?.onToDo;
  return {
    isJournalled: sharing !== undefined,
    insists: sharing !== undefined,
    isAlone: sharing?.isAlone ?? true,
    wakes: onToDo === undefined,
    ...(sharing !== undefined && { onKnown: onToDo ?? lookSoon }),
    ...(onToDo !== undefined && { onToDo }),
  };
}

function createLoad(router: Router): Stack['load'] {
  return (queue) => ({
    waiting: router.queueSize(queue),
    repsOnline: router.repsOnline(queue, MESSAGING),
  });
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
function createIds(before = ''): (kind: 'session' | 'work' | 'agentWork' | 'send') => string {
  const next = { session: 0, work: 0, agentWork: 0, send: 0 };
  const prefix = { session: 'S', work: 'W', agentWork: 'A', send: 'M' };
  return (kind) => {
    next[kind] += 1;
    return `${before}${prefix[kind]}${next[kind]}`;
  };
}
