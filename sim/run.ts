/**
 * One rehearsal, from plan to result: people on a world, facts into a summary. Nothing here knows
 * which clock it runs on.
 */

import type { RunResult } from '../reports/result.ts';
import type { OnLatency } from '../reports/rows.ts';
import { createSummary, type Progress, type SummaryOptions } from '../reports/summarise.ts';
import type { Desk } from '../src/desk.ts';
import type { Fact } from '../src/facts.ts';
import { repsOf } from '../src/org.ts';
import type { Recorder, SessionStore } from '../src/ports.ts';
import type { Stack } from '../src/stack.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { seatBot } from './bot.ts';
import { createDirectory } from './directory.ts';
import { planDisconnects } from './disconnects.ts';
import { letIn, type Scene } from './door.ts';
import { planEvents, setStatus } from './events.ts';
import { withGenerator } from './meter.ts';
import type { Plan } from './plan.ts';
import { createRandom } from './random.ts';
import { type SeatedRep, seatRep } from './rep.ts';
import { planShifts } from './shifts.ts';
import { voicesOfTarget } from './target.ts';
import { createVoices } from './voices.ts';
import type { Apart } from './wiring.ts';
import {
  type CarryWebhooks,
  createRealWorld,
  createVirtualWorld,
  type OnWebhook,
  type World,
} from './world.ts';

export interface RunOptions {
  readonly clock: 'virtual' | 'real';
  /** Real clock only: how many times as fast as the wall; default 1. */
  readonly speed?: number;
  /** Real clock only: the stack's port; default any. */
  readonly port?: number;
  /** Default: memory. Closed at the end. */
  readonly store?: SessionStore;
  /** Sees every webhook before it goes out. */
  readonly onWebhook?: OnWebhook;
  /** Real clock only: carries the webhooks of a channel. */
  readonly webhooks?: CarryWebhooks;
  /** Told of every latency that counts, as it is seen. */
  readonly onLatency?: OnLatency;
  /** Sets it apart from other runs that meet the same stack. */
  readonly apart?: Apart;
  /** Virtual clock only: the stack's address, for platforms that sign it. */
  readonly stackUrl?: string;
  /** Sees every fact beside the summary. */
  readonly onFact?: (fact: Fact) => void;
  /** Ends the run early; the result says that it is partial. */
  readonly signal?: AbortSignal;
  /** Told what went wrong that stops nothing. */
  readonly onTrouble?: (text: string) => void;
  /** Given a way to ask how far the run is, once it has begun. */
  readonly onStart?: (progress: () => Progress) => void;
  /** Asked at the end for what describes this run and no other. */
  readonly meta?: () => RunResult['meta'];
}

export interface Outcome {
  readonly result: RunResult;
  /** What ended the run before its time; the result is what had been seen until then. */
  readonly failure?: unknown;
}

/** How `partial` begins when a budget ended the run. */
export const GIVEN_UP = 'given up, a budget is broken';

/** Runs a plan. Rejects with `StackError` when a port can't be had. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Outcome> {
  const { onFact, onLatency } = options;
  const summary = createSummary({ ...summaryOptions(plan, options), onLatency });
  const mayGiveUp = plan.budgets.some(({ abortAfterMs }) => abortAfterMs !== undefined);
  let nextLookMs = 0;
  let hopeless: string | undefined;
  let world: World | undefined;
  const recorder: Recorder = {
    record(fact) {
      summary.record(fact);
      onFact?.(fact);
      if (!mayGiveUp || fact.at < nextLookMs) return;
      nextLookMs = fact.at + Math.max(1000, plan.lastsMs / 500);
      hopeless ??= summary.hopeless();
      if (hopeless !== undefined) world?.stop();
    },
  };
  const random = createRandom(plan.seed);
  const store = options.store ?? createMemoryStore();
  const directory = createDirectory();
  const { onWebhook, stackUrl, webhooks, apart } = options;
  const onTrouble = options.onTrouble ?? (() => {});
  const parts = {
    ...{ plan, random, recorder, store, directory, onTrouble },
    ...(onWebhook !== undefined && { onWebhook }),
    ...(stackUrl !== undefined && { stackUrl }),
    ...(webhooks !== undefined && { webhooks }),
    ...(apart !== undefined && { apart }),
  };
  const making =
    options.clock === 'virtual'
      ? createVirtualWorld(parts)
      : createRealWorld(parts, { speed: options.speed ?? 1, port: options.port ?? 0 });
  const made = await making.catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  world = made;
  const stop = () => made.stop();
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  const finish = (partial?: string): RunResult => {
    const endedAtMs = made.clock.now();
    const meta = options.meta?.() ?? {};
    const result = summary.finish({
      endedAtMs,
      meta,
      ...(partial === undefined ? {} : { partial }),
    });
    return made.generator === undefined ? result : withGenerator(result, made.generator());
  };
  try {
    const known = createVoices(plan);
    const voices = plan.target === undefined ? known : voicesOfTarget(plan.target, known);
    const scene = { plan, world: made, random, recorder, directory, voices };
    populate(scene);
    options.onStart?.(summary.progress);
    const end = await made.run(plan.lastsMs + plan.drainMs);
    const why = hopeless === undefined ? 'interrupted' : `${GIVEN_UP}: ${hopeless}`;
    return { result: finish(end === 'stopped' ? why : undefined) };
  } catch (failure) {
    return { result: finish('it failed'), failure };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await made.close();
    await store.close();
  }
}

/** Seats the reps and bots, plans the events and sets the arrivals going. */
function populate(scene: Scene): void {
  const { plan, world, random } = scene;
  const { clock, stack, desk } = world;
  if (desk !== undefined) {
    const seats = seatReps(scene, desk);
    if (stack !== undefined) seatBots(scene, stack);
    planShifts({ plan, clock, seats });
    planDisconnects({ plan, clock, random, seats });
    planEvents({ plan, clock, supervisor: stack?.supervisor, seats });
  }
  letIn(scene);
}

function seatBots({ plan, world, random }: Scene, { bots }: Stack): void {
  const { clock } = world;
  for (const [bot, behaviour] of Object.entries(plan.bots)) {
    seatBot(bot, { clock, random, bots, behaviour });
  }
}

function seatReps({ plan, world, random }: Scene, desk: Desk): ReadonlyMap<string, SeatedRep> {
  const { clock } = world;
  const showsTyping = (id: string) => plan.org.channels[id]?.indicators.includes('typing') ?? false;
  const usual = onlineStatus(plan);
  const seats = new Map<string, SeatedRep>();
  for (const rep of repsOf(plan.org)) {
    const behaviour = plan.reps[rep.pool];
    if (behaviour === undefined) throw new Error(`no behaviour for reps '${rep.pool}'`);
    const seat = seatRep(rep.id, { clock, random, desk, behaviour, showsTyping });
    seats.set(rep.id, seat);
    const status = behaviour.shifts === undefined ? (behaviour.startsAs ?? usual) : undefined;
    if (status !== undefined && status !== 'Offline') setStatus(seat, status);
  }
  return seats;
}

/** The first presence status that is online, if one is. */
function onlineStatus({ org }: Plan): string | undefined {
  return Object.entries(org.presenceStatuses).find(([, { online }]) => online)?.[0];
}

/** What a summary of this plan must know; facts kept in a file can be folded with it again. */
export function summaryOptions(plan: Plan, { clock, speed }: RunOptions): SummaryOptions {
  const { name, title, file, sha256, seed, startsAtMs, lastsMs, budgets, org } = plan;
  const { warmUpMs, warmUpRule, target } = plan;
  // Nothing is seen of a target's queues and reps.
  const inside = target === undefined ? org : { ...org, queues: {}, reps: {} };
  return {
    scenario: { name, ...(title === undefined ? {} : { title }), file, sha256 },
    clock,
    ...(target !== undefined && { target: target.name }),
    seed,
    ...(clock === 'real' ? { speed: speed ?? 1 } : {}),
    startsAtMs,
    warmUpMs,
    ...(warmUpRule !== undefined && { warmUpRule }),
    lastsMs,
    reps: repsOf(inside).map(({ id, pool, presence, skills }) => ({
      ...{ id, pool, capacity: presence.capacity },
      ...(presence.interruptibleCapacity !== undefined && {
        interruptibleCapacity: presence.interruptibleCapacity,
      }),
      ...(skills !== undefined && { skills }),
    })),
    channels: Object.keys(org.channels),
    queues: Object.keys(inside.queues),
    budgets,
    ...(plan.baseline !== undefined && { baseline: plan.baseline }),
    ...(plan.expectations !== undefined && { expectations: plan.expectations }),
  };
}
