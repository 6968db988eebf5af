/**
 * A whole stack on the virtual clock, with customers on the direct transport and reps who do what
 * the test says: for `stack*.test.ts` and `sim/people.test.ts`.
 */
import { createVirtualClock } from '../sim/clock/virtual.ts';
import { createDirect } from '../sim/transport/direct.ts';
import type { Offer } from '../src/desk.ts';
import type { Fact, FactType } from '../src/facts.ts';
import { type OutboundMessage, type SendOutcome, textOf } from '../src/message.ts';
import type { Channel, Org, PresenceConfig, RepSetup, RoutingConfig } from '../src/org.ts';
import type { ChannelAdapter, SessionStore, Transport } from '../src/ports.ts';
import { createStack, type Sharing, type Stack } from '../src/stack.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';

export const ORIGIN = 1_700_000_000_000;

export const CHANNEL: Channel = {
  type: 'direct',
  address: 'us',
  queue: 'support',
  account: {},
  limits: {},
  indicators: [],
  keywords: { optOut: ['stop'], optIn: ['start'], help: ['help'], end: ['bye'] },
  autoResponses: {
    initial: 'Hello',
    agentEngaged: 'A rep is here',
    agentEnd: 'The rep has left',
    optOutConfirmation: 'You are out',
    optInConfirmation: 'You are in',
    help: 'Say stop to stop',
  },
};

/** A channel that says nothing by itself. */
export const QUIET: Channel = { ...CHANNEL, autoResponses: {} };

export interface StackLabOptions {
  readonly channels?: Readonly<Record<string, Channel>>;
  readonly routing?: Partial<RoutingConfig>;
  readonly presence?: Partial<PresenceConfig>;
  readonly reps?: Readonly<Record<string, RepSetup>>;
  readonly store?: SessionStore;
  readonly org?: Partial<Org>;
  readonly transport?: Transport;
  readonly partnerUrlOf?: (partner: string) => string | undefined;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly windowMs?: number;
  readonly sharing?: Sharing;
  /** Begins so long after the usual origin. */
  readonly laterMs?: number;
  readonly adapters?: ReadonlyMap<string, ChannelAdapter>;
  /** Does the sending instead of the direct transport, where it gives an answer. */
  readonly send?: (
    message: OutboundMessage,
    mayGoOn?: () => Promise<boolean>,
  ) => Promise<SendOutcome> | undefined;
}

export type StackLab = ReturnType<typeof createStackLab>;

export function createStackLab(options: StackLabOptions = {}) {
  const clock = createVirtualClock({ originMs: ORIGIN + (options.laterMs ?? 0) });
  const facts: Fact[] = [];
  /** Every text handed to the outbox, as `address: text`. */
  const sent: string[] = [];
  /** Every read mark and typing indicator, as `address: kind message`. */
  const indicated: string[] = [];
  /** What became of sessions, and when what was sent in them was out. */
  const announced: string[] = [];
  const direct = createDirect((channelId, event) => stack.inbound(channelId, event));
  const store = options.store ?? createMemoryStore();
  const org = orgOf(options);
  const stack: Stack = createStack({
    org,
    clock,
    store,
    recorder: { record: (fact) => facts.push(fact) },
    outbox: {
      send(channelId, message, mayGoOn) {
        sent.push(`${message.to}: ${textOf(message.content)}`);
        return options.send?.(message, mayGoOn) ?? direct.outbox.send(channelId, message);
      },
      async indicate(_, { to, kind, messageId }) {
        indicated.push(`${to}: ${kind} ${messageId}`);
      },
      async announce(_, { to, kind, sessionId, by }) {
        announced.push(`${to}: ${kind} ${sessionId}${by === undefined ? '' : ` by ${by}`}`);
      },
      requestRouting: () => undefined,
    },
    adapters: options.adapters ?? new Map(),
    windowMsOf: () => options.windowMs,
    keepMs: 3_600_000,
    ...(options.sharing && { sharing: options.sharing }),
    ...(options.transport && { transport: options.transport }),
    ...(options.partnerUrlOf && { partnerUrlOf: options.partnerUrlOf }),
    directory: { attributesOf: () => options.attributes ?? {} },
  });
  return {
    ...{ org, clock, facts, sent, indicated, announced, direct, stack, store },
    of: <T extends FactType>(type: T) =>
      facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type),
    /** Runs a test inside virtual time, and what it set going. */
    async inside(test: () => Promise<void>) {
      clock.spawn('test', test);
      await clock.run();
    },
    /** Somebody sits down at a rep's desk and goes online. */
    seat(id: string) {
      const offers: Offer[] = [];
      const events: string[] = [];
      const session = stack.desk.connect(id, {
        offered: (offer) => offers.push(offer),
        withdrawn: (work) => events.push(`withdrawn ${work}`),
        message: (work, { content }) => events.push(`message ${work}: ${textOf(content)}`),
        typing: (work, on) => events.push(`typing ${work} ${on}`),
        ended: (work, by) => events.push(`ended ${work} by ${by}`),
        closed: (work, by) => events.push(`closed ${work} by ${by}`),
      });
      session.setStatus('Online');
      const say = (work: string, text: string) => session.reply(work, { kind: 'text', text });
      return { ...session, offers, events, say };
    },
    /** A customer's phone, and what it shows. */
    customer(address: string, channelId = 'chat') {
      const heard: string[] = [];
      const phone = direct
        .provider(channelId)
        .connect(address, address, ({ content }) => heard.push(textOf(content)));
      const say = (text: string) => phone.send({ kind: 'text', text });
      const leave = async () => phone.leave?.();
      return { heard, say, leave };
    },
  };
}

function orgOf({ channels, routing, presence, reps, org }: StackLabOptions): Org {
  return {
    name: 'lab',
    channels: channels ?? { chat: CHANNEL },
    queues: { support: { routingConfig: 'normal' }, silent: {} },
    routingConfigs: {
      normal: {
        routingModel: 'LEAST_ACTIVE',
        routingPriority: 1,
        capacityWeight: 1,
        ...routing,
      },
    },
    presenceStatuses: { Online: { online: true }, Busy: { online: false } },
    presenceConfigs: { normal: { capacity: 1, ...presence } },
    reps: reps ?? {
      ann: { count: 1, queues: ['support'], presenceConfig: 'normal' },
      bob: { count: 1, queues: ['support'], presenceConfig: 'normal' },
    },
    ...org,
  };
}
