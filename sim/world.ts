/**
 * A stack between its platforms, on one of the two clocks. The two functions below are the whole
 * difference between virtual and real time: read them side by side.
 */
import type { Provider } from '../mock-providers/provider.ts';
import { createSystemClock, MAX_TIMEOUT_MS } from '../src/clock/system.ts';
import type { Desk } from '../src/desk.ts';
import { type HttpRequest, originOf } from '../src/http.ts';
import type { Clock, Directory, Recorder, SessionStore, Transport } from '../src/ports.ts';
import { type RunningServer, serve } from '../src/server.ts';
import type { Stack } from '../src/stack.ts';
import { createHttpTransport } from '../src/transport/http.ts';
import { createVirtualClock } from './clock/virtual.ts';
import { createMeter, type Generator } from './meter.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import { explainPorts, reach } from './target.ts';
import { createLoopback } from './transport/loopback.ts';
import { type Apart, build, STACK, type Wires } from './wiring.ts';

export interface World {
  readonly clock: Clock;
  /** Absent: a target has taken its place. */
  readonly stack?: Stack;
  /** Where reps sit down. */
  readonly desk?: Desk;
  provider(channelId: string): Provider;
  /** Runs until all is done (`idle`), `untilMs` has come (`cut`), or `stop` is called. */
  run(untilMs: number): Promise<'idle' | 'cut' | 'stopped'>;
  stop(): void;
  /** Real time only: how well it keeps to its times. */
  generator?(): Generator;
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
  /** Carries the webhooks of a channel, instead of the world's own transport. */
  readonly webhooks?: CarryWebhooks;
  /** Told what went wrong that stops nothing. */
  readonly onTrouble: (text: string) => void;
  /** Absent: the same ids and customers in every run. */
  readonly apart?: Apart;
  /** In virtual time: the stack's address, for platforms that sign it. */
  readonly stackUrl?: string;
}

/** `lateMs` says by how much what is sent now is late. */
export type CarryWebhooks = (channelId: string, lateMs: () => number) => Transport;

export type OnWebhook = (channelId: string, request: HttpRequest, atMs: number) => void;

/** In process, in no time. Deterministic. */
export async function createVirtualWorld(parts: WorldParts): Promise<World> {
  const clock = createVirtualClock({ originMs: parts.plan.startsAtMs });
  const loopback = createLoopback();
  const mount: Wires['mount'] = async (name, handler) => {
    const own = name === STACK ? parts.stackUrl : undefined;
    const url = own ?? `http://${encodeURIComponent(name)}.test`;
    loopback.mount(originOf(url), handler);
    return url;
  };
  const wires = { clock, transport: loopback, mount, webhooksOf: () => loopback };
  const built = await build(parts, wires);
  return { ...built, clock, run: clock.run, stop: clock.stop, close: async () => {} };
}

export interface RealOptions {
  /** How many times as fast as the wall. */
  readonly speed: number;
  /** The stack's port; 0: any. The platforms take any free ones, or those of the target. */
  readonly port: number;
}

/**
 * At a time to one address: an open model sends whatever the stack still has to answer. Beyond
 * that many open sockets a process would soon be refused more.
 */
const MOST_CONNECTIONS = 10_000;

/** What has no answer by then would not be counted any more. */
const CLOSES_WITHIN_MS = 1000;

/** Over HTTP on loopback: the stack and each platform listen on a port of their own. */
export async function createRealWorld(parts: WorldParts, options: RealOptions): Promise<World> {
  const { speed } = options;
  const { target } = parts.plan;
  const meter = createMeter({ now: () => clock.now() / speed, lateMs: () => clock.lateMs() });
  const clock = createSystemClock({ speed, onTimer: meter.onTimer });
  const transport = createHttpTransport({ connections: MOST_CONNECTIONS });
  const servers: Pick<RunningServer, 'close'>[] = [];
  const failed = (error: unknown) => clock.spawn('server', () => Promise.reject(error));
  const mount: Wires['mount'] = async (name, handler) => {
    const port = name === STACK ? options.port : (target?.channels[name]?.port ?? 0);
    const host = target?.host ?? '127.0.0.1';
    const what = name === STACK ? name : `${name} platform`;
    const listening = serve(handler, { name: what, port, host, onError: failed });
    const server = await (target === undefined ? listening : listening.catch(explainPorts));
    servers.push(server);
    return server.url;
  };
  const opened: Wires['opened'] = (listening) => servers.push(listening);
  const sender = meter.transport(transport);
  const webhooksOf = (id: string) => parts.webhooks?.(id, clock.lateMs) ?? sender;
  const close = async () => {
    clock.close();
    // The last opened first: reps leave their desks before the platforms close.
    for (const server of servers.reverse()) await server.close();
    const wall = createSystemClock();
    await Promise.race([transport.close(), wall.sleep(CLOSES_WITHIN_MS)]);
    wall.close();
    await transport.abort();
  };
  const stopped = Promise.withResolvers<'stopped'>();
  const run: World['run'] = (untilMs) => {
    const cut = Promise.withResolvers<'cut'>();
    const wallMs = (untilMs - clock.now()) / speed;
    const timer = setTimeout(cut.resolve, Math.min(wallMs, MAX_TIMEOUT_MS), 'cut');
    const idle = clock.settled().then(() => 'idle' as const);
    return Promise.race([idle, cut.promise, stopped.promise]).finally(() => clearTimeout(timer));
  };
  const stop = () => stopped.resolve('stopped');
  try {
    if (target !== undefined) await reach(target);
    const built = await build(parts, { clock, transport, mount, webhooksOf, opened });
    return { ...built, clock, run, stop, generator: meter.report, close };
  } catch (error) {
    await close();
    throw error;
  }
}
