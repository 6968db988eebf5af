/**
 * What stands between the platforms and the stack, put together: the same on both clocks. With a
 * target there are the platforms only.
 */
import { createFaults, type FaultParts } from '../mock-providers/faults.ts';
import { PROVIDERS } from '../mock-providers/index.ts';
import type { Listening, Provider, ProviderDelays } from '../mock-providers/provider.ts';
import { createRoutingPartner } from '../mock-providers/routing-partner.ts';
import { kindOf, replyWindowMsOf, type WiredChannel } from '../src/channels/index.ts';
import type { Desk } from '../src/desk.ts';
import { type HttpHandler, originOf, respond } from '../src/http.ts';
import type { Channel } from '../src/org.ts';
import { createOutbox } from '../src/outbox.ts';
import type { ChannelAdapter, Clock, Outbox, Transport } from '../src/ports.ts';
import { createStack, type Stack, type StackParts } from '../src/stack.ts';
import { observe, observeHandler } from '../src/transport/observed.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';
import { createDirect } from './transport/direct.ts';
import { createRemoteDesk } from './transport/remote-desk.ts';
import type { WorldParts } from './world.ts';

/** How things reach each other, on one of the clocks. */
export interface Wires {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Puts a handler where the other side can reach it; its URL. */
  mount(name: string, handler: HttpHandler): Promise<string>;
  /** The way of a channel's webhooks. */
  webhooksOf(channelId: string): Transport;
  /** What a platform listens on beside HTTP, to be closed at the end. */
  opened?(listening: Pick<Listening, 'close'>): void;
}

/** What sets a run apart from every other that meets the same stack. */
export interface Apart {
  /** In all ids that platforms give: a stack ignores a message whose id it knows. */
  readonly salt: string;
  /** Customer 0 is this one: who has been there before may have a conversation open. */
  readonly customersFrom: number;
}

/** By when it begins. For two days no two runs have a customer in common, if those are few. */
export function apartAt(unixMs: number): Apart {
  const second = Math.floor(unixMs / 1000) % 200_000;
  return { salt: String(unixMs), customersFrom: second * 30_000 };
}

export interface Built {
  readonly stack?: Stack;
  /** Where reps sit down; absent: with a target that has none. */
  readonly desk?: Desk;
  provider(channelId: string): Provider;
}

/** What the stack is mounted as; every other name is a platform's. */
export const STACK = 'stack';

/** So far above its own a platform has its other port. */
export const SIDE_PORTS = 100;

/** What a caller gets before the other side is put together. */
const STARTING = Promise.resolve(respond(503));

export async function build(parts: WorldParts, wires: Wires): Promise<Built> {
  const { target, wire } = parts.plan;
  if (target !== undefined) return buildForTarget(parts, wires, target);
  return wire ? buildWired(parts, wires) : buildDirect(parts, wires);
}

async function buildForTarget(parts: WorldParts, wires: Wires, target: Target): Promise<Built> {
  const { clock } = wires;
  const { recorder } = parts;
  const fresh = apartAt(clock.originMs);
  const apart = target.customers === 'new' ? fresh : { ...fresh, customersFrom: 0 };
  const own = { ...parts, apart };
  const providers = new Map<string, Provider>();
  for (const [channelId, { webhookUrl, port }] of Object.entries(target.channels)) {
    const direction = 'api' as const;
    const listen = (handler: HttpHandler) =>
      observeHandler(handler, { clock, recorder, direction, channelOf: () => channelId });
    const { provider } = await openPlatform(channelId, webhookUrl, own, wires, listen);
    providers.set(channelId, provider);
    const listening = await provider.listen?.(port + SIDE_PORTS);
    if (listening !== undefined) wires.opened?.(listening);
  }
  if (target.deskUrl === undefined) return { provider: lookUp(providers) };
  const { transport } = wires;
  const desk = createRemoteDesk({ url: target.deskUrl, transport, onFailure: parts.onTrouble });
  wires.opened?.(desk);
  return { provider: lookUp(providers), desk };
}

async function buildWired(parts: WorldParts, wires: Wires): Promise<Built> {
  const { plan, recorder } = parts;
  const { clock, transport, mount } = wires;
  const providers = new Map<string, Provider>();
  const adapters = new Map<string, ChannelAdapter>();
  const channelAt = new Map<string, string>();
  let stack: Stack | undefined;
  const stackUrl = await mount(STACK, (request) => stack?.handle(request) ?? STARTING);
  for (const [channelId, channel] of Object.entries(plan.org.channels)) {
    const webhookUrl = `${stackUrl}/webhooks/${encodeURIComponent(channelId)}`;
    const { provider, apiUrl } = await openPlatform(channelId, webhookUrl, parts, wires);
    channelAt.set(apiUrl, channelId);
    providers.set(channelId, provider);
    const adapter = kindOf(channel)?.createAdapter({ channel, apiUrl, webhookUrl });
    if (adapter !== undefined) adapters.set(channelId, adapter);
  }
  const channelOf = (url: string) => channelAt.get(originOf(url)) ?? '';
  const api = observe(transport, { clock, recorder, direction: 'api', channelOf });
  const routing = await mountPartners(parts, wires, stackUrl);
  stack = assemble(parts, clock, createOutbox(adapters, api, clock), adapters, routing);
  return { stack, desk: stack.desk, provider: lookUp(providers) };
}

/** A platform between its customers and whoever takes its webhooks. `listen` hears its API. */
async function openPlatform(
  channelId: string,
  webhookUrl: string,
  parts: WorldParts,
  { clock, mount, webhooksOf }: Wires,
  listen = (handler: HttpHandler) => handler,
): Promise<{ readonly provider: Provider; readonly apiUrl: string }> {
  const { plan, recorder, random, apart } = parts;
  const channel = plan.org.channels[channelId];
  if (channel === undefined) throw new Error(`no channel '${channelId}'`);
  const webhooks = { clock, recorder, direction: 'webhook' as const, channelOf: () => channelId };
  const faults = createFaults(faultParts(channelId, parts, clock), plan.platforms.faults);
  let provider: Provider | undefined;
  const api = faults.handler((request) => provider?.handle(request) ?? STARTING);
  const apiUrl = await mount(channelId, listen(api));
  const salt = apart === undefined ? '' : ` ${apart.salt}`;
  const sender = observe(webhooksOf(channelId), webhooks);
  provider = PROVIDERS[channel.type as WiredChannel]({
    channelId,
    channel,
    clock,
    transport: faults.transport(tap(sender, channelId, parts, clock)),
    webhookUrl,
    publicUrl: apiUrl,
    random: (purpose, id) => random.uniform(`${channelId}${salt} ${purpose}`, id),
    delays: delaysOf(plan, random, channelId),
    batchMs: () => faults.settings.batchMs,
  });
  if (apart === undefined) return { provider, apiUrl };
  const { addressOf } = provider;
  const ofThisRun = (n: number) => addressOf(n + apart.customersFrom);
  return { provider: { ...provider, addressOf: ofThisRun }, apiUrl };
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

async function buildDirect(parts: WorldParts, wires: Wires): Promise<Built> {
  const { clock, mount } = wires;
  const direct = createDirect((channelId, event) => stack.inbound(channelId, event));
  const partners = Object.keys(parts.plan.org.routingPartners ?? {});
  const stackUrl =
    partners.length === 0 ? '' : await mount(STACK, (request) => stack.handle(request));
  const routing = await mountPartners(parts, wires, stackUrl);
  const stack: Stack = assemble(parts, clock, direct.outbox, new Map(), routing);
  return { stack, desk: stack.desk, provider: direct.provider };
}

type Routing = Pick<StackParts, 'transport' | 'partnerUrlOf'>;

/** The routing partners of the org, mocked. */
async function mountPartners(
  { plan }: WorldParts,
  { clock, transport, mount }: Wires,
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
