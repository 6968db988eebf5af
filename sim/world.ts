/**
 * A stack between its platforms, on one of the two clocks. The two functions below are the whole
 * difference between virtual and real time: read them side by side.
 */
import { createFaults, type FaultParts } from '../mock-providers/faults.ts';
import { PROVIDERS } from '../mock-providers/index.ts';
import type { Provider, ProviderDelays } from '../mock-providers/provider.ts';
import { createRoutingPartner } from '../mock-providers/routing-partner.ts';
import { kindOf, replyWindowMsOf, type WiredChannel } from '../src/channels/index.ts';
import { createSystemClock, MAX_TIMEOUT_MS } from '../src/clock/system.ts';
import { type HttpHandler, type HttpRequest, originOf, respond } from '../src/http.ts';
import type { Channel } from '../src/org.ts';
import { createOutbox } from '../src/outbox.ts';
import type {
  ChannelAdapter,
  Clock,
  Directory,
  Outbox,
  Recorder,
  SessionStore,
  Transport,
} from '../src/ports.ts';
import { type RunningServer, serve } from '../src/server.ts';
import { createStack, type Stack, type StackParts } from '../src/stack.ts';
import { createHttpTransport } from '../src/transport/http.ts';
import { observe } from '../src/transport/observed.ts';
import { createVirtualClock } from './clock/virtual.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import { createDirect } from './transport/direct.ts';
import { createLoopback } from './transport/loopback.ts';

export interface World {
  readonly clock: Clock;
  readonly stack: Stack;
  provider(channelId: string): Provider;
  /** Runs until all is done (`idle`), `untilMs` has come (`cut`), or `stop` is called. */
  run(untilMs: number): Promise<'idle' | 'cut' | 'stopped'>;
  stop(): void;
  close(): Promise<void>;
}

export interface WorldParts {
  readonly plan: Plan;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly store: SessionStore;
  readonly directory: Directory;
  /** Sees every webhook before it goes out. */
  readonly onWebhook?: OnWebhook;
  /** Carries the webhooks, instead of the world's own transport. */
  readonly webhooks?: Transport;
  /** In virtual time: the stack's address, for platforms that sign it. */
  readonly stackUrl?: string;
}

export type OnWebhook = (channelId: string, request: HttpRequest, atMs: number) => void;

/** In process, in no time. Deterministic. */
export async function createVirtualWorld(parts: WorldParts): Promise<World> {
  const clock = createVirtualClock({ originMs: parts.plan.startsAtMs });
  const loopback = createLoopback();
  const mount: Mount = async (name, handler) => {
    const own = name === STACK ? parts.stackUrl : undefined;
    const url = own ?? `http://${encodeURIComponent(name)}.test`;
    loopback.mount(originOf(url), handler);
    return url;
  };
  const built = await build(parts, clock, loopback, mount);
  return { ...built, clock, run: clock.run, stop: clock.stop, close: async () => {} };
}

export interface RealOptions {
  /** How many times as fast as the wall. */
  readonly speed: number;
  /** The stack's port; 0: any. The platforms take any free ones. */
  readonly port: number;
}

/** Over HTTP on loopback: the stack and each platform listen on a port of their own. */
export async function createRealWorld(parts: WorldParts, options: RealOptions): Promise<World> {
  const clock = createSystemClock({ speed: options.speed });
  const transport = createHttpTransport();
  const servers: RunningServer[] = [];
  const failed = (error: unknown) => clock.spawn('server', () => Promise.reject(error));
  const mount: Mount = async (name, handler) => {
    const port = name === STACK ? options.port : 0;
    const server = await serve(handler, { name, port, onError: failed });
    servers.push(server);
    return server.url;
  };
  const close = async () => {
    clock.close();
    await Promise.all(servers.map((server) => server.close()));
    await transport.close();
  };
  const stopped = Promise.withResolvers<'stopped'>();
  const run: World['run'] = (untilMs) => {
    const cut = Promise.withResolvers<'cut'>();
    const wallMs = (untilMs - clock.now()) / options.speed;
    const timer = setTimeout(cut.resolve, Math.min(wallMs, MAX_TIMEOUT_MS), 'cut');
    const idle = clock.settled().then(() => 'idle' as const);
    return Promise.race([idle, cut.promise, stopped.promise]).finally(() => clearTimeout(timer));
  };
  try {
    const built = await build(parts, clock, transport, mount);
    return { ...built, clock, run, stop: () => stopped.resolve('stopped'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Puts a handler where the other side can reach it; its URL. */
type Mount = (name: string, handler: HttpHandler) => Promise<string>;

const STACK = 'stack';

/** What a caller gets before the other side is put together. */
const STARTING = Promise.resolve(respond(503));

/** Everything that is the same on both clocks. */
async function build(parts: WorldParts, clock: Clock, transport: Transport, mount: Mount) {
  return parts.plan.wire
    ? buildWired(parts, clock, transport, mount)
    : buildDirect(parts, clock, transport, mount);
}

async function buildWired(parts: WorldParts, clock: Clock, transport: Transport, mount: Mount) {
  const { plan, recorder, random, webhooks: sender = transport } = parts;
  const providers = new Map<string, Provider>();
  const adapters = new Map<string, ChannelAdapter>();
  const channelAt = new Map<string, string>();
  let stack: Stack | undefined;
  const stackUrl = await mount(STACK, (request) => stack?.handle(request) ?? STARTING);
  for (const [channelId, channel] of Object.entries(plan.org.channels)) {
    const webhookUrl = `${stackUrl}/webhooks/${encodeURIComponent(channelId)}`;
    const webhooks = { clock, recorder, direction: 'webhook' as const, channelOf: () => channelId };
    const faults = createFaults(faultParts(channelId, parts, clock), plan.platforms.faults);
    let provider: Provider | undefined;
    const api = faults.handler((request) => provider?.handle(request) ?? STARTING);
    const apiUrl = await mount(channelId, api);
    channelAt.set(apiUrl, channelId);
    provider = PROVIDERS[channel.type as WiredChannel]({
      channelId,
      channel,
      clock,
      transport: faults.transport(tap(observe(sender, webhooks), channelId, parts, clock)),
      webhookUrl,
      publicUrl: apiUrl,
      random: (purpose, id) => random.uniform(`${channelId} ${purpose}`, id),
      delays: delaysOf(plan, random, channelId),
      batchMs: () => faults.settings.batchMs,
    });
    providers.set(channelId, provider);
    const adapter = kindOf(channel)?.createAdapter({ channel, apiUrl, webhookUrl });
    if (adapter !== undefined) adapters.set(channelId, adapter);
  }
  const channelOf = (url: string) => channelAt.get(originOf(url)) ?? '';
  const api = observe(transport, { clock, recorder, direction: 'api', channelOf });
  const routing = await mountPartners(parts, clock, transport, mount, stackUrl);
  stack = assemble(parts, clock, createOutbox(adapters, api, clock), adapters, routing);
  return { stack, provider: lookUp(providers) };
}

function tap(transport: Transport, channelId: string, parts: WorldParts, clock: Clock): Transport {
  const { onWebhook } = parts;
  if (onWebhook === undefined) return transport;
  return {
    send(request) {
      onWebhook(channelId, request, clock.now());
      return transport.send(request);
    },
  };
}

function faultParts(channel: string, { random, recorder }: WorldParts, clock: Clock): FaultParts {
  return {
    clock,
    random: (purpose, id) => random.uniform(`${channel} ${purpose}`, id),
    onFault: (fault) => recorder.record({ type: 'faultInjected', at: clock.now(), channel, fault }),
  };
}

async function buildDirect(parts: WorldParts, clock: Clock, transport: Transport, mount: Mount) {
  const direct = createDirect((channelId, event) => stack.inbound(channelId, event));
  const partners = Object.keys(parts.plan.org.routingPartners ?? {});
  const stackUrl =
    partners.length === 0 ? '' : await mount(STACK, (request) => stack.handle(request));
  const routing = await mountPartners(parts, clock, transport, mount, stackUrl);
  const stack: Stack = assemble(parts, clock, direct.outbox, new Map(), routing);
  return { stack, provider: direct.provider };
}

type Routing = Pick<StackParts, 'transport' | 'partnerUrlOf'>;

/** The routing partners of the org, mocked. */
async function mountPartners(
  { plan }: WorldParts,
  clock: Clock,
  transport: Transport,
  mount: Mount,
  stackUrl: string,
): Promise<Routing> {
  const urls = new Map<string, string>();
  for (const [name, { token }] of Object.entries(plan.org.routingPartners ?? {})) {
    const behaviour = plan.partners[name];
    if (behaviour === undefined) throw new Error(`no behaviour of routing partner '${name}'`);
    const partner = createRoutingPartner({ clock, transport, stackUrl, token, behaviour });
    urls.set(name, await mount(`routing-partner-${name}`, partner.handle));
  }
  return { transport, partnerUrlOf: (name) => urls.get(name) };
}

/** How long ended sessions and message ids are kept in a rehearsal. */
const KEEP_MS = 60 * 60_000;

function assemble(
  { plan, recorder, store, directory, random }: WorldParts,
  clock: Clock,
  outbox: Outbox,
  adapters: ReadonlyMap<string, ChannelAdapter>,
  routing: Routing,
): Stack {
  const { org } = plan;
  const windowMsOf = (channelId: string) => {
    const channel: Channel | undefined = org.channels[channelId];
    return plan.wire && channel ? replyWindowMsOf(channel) : undefined;
  };
  const keepMs = KEEP_MS;
  return createStack({
    ...{ org, clock, store, recorder, outbox, adapters, windowMsOf, keepMs, directory },
    ...routing,
    random: (id) => random.uniform('tie', id),
  });
}

function delaysOf({ platforms }: Plan, random: Random, channelId: string): ProviderDelays {
  const purpose = (what: string) => `${channelId} ${what}`;
  return {
    inboundMs: (n) => random.draw(platforms.inboundDelay, purpose('inbound delay'), n),
    deliveryMs: (n) => random.draw(platforms.deliveryDelay, purpose('delivery delay'), n),
    readMs: (n) =>
      random.uniform(purpose('reads'), n) < platforms.reads
        ? random.draw(platforms.readDelay, purpose('read delay'), n)
        : undefined,
  };
}

function lookUp(providers: ReadonlyMap<string, Provider>) {
  return (channelId: string): Provider => {
    const provider = providers.get(channelId);
    if (provider === undefined) throw new Error(`no platform for channel '${channelId}'`);
    return provider;
  };
}
