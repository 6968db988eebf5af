/**
 * The Omni-Channel router, put together: backlog, roster and matching below, and what the stack may
 * ask of it. Synchronous; it knows no sessions and no people. Two triggers, as in Salesforce: a new
 * item looks for a rep, and a rep who becomes able looks for items.
 */
import { StackError } from '../errors.ts';
import type { OmniSettings, PresenceStatus, Rep, RoutingConfig, ServiceChannel } from '../org.ts';
import type { Clock, Recorder } from '../ports.ts';
import { createAssigner } from './assigner.ts';
import { createBacklog } from './backlog.ts';
import { createByHand } from './by-hand.ts';
import type { Decide } from './choices.ts';
import { type Core, offer, type RouterEvents } from './core.ts';
import { createHandling, type Handling } from './handling.ts';
import { createIntake } from './limits.ts';
import { createOpened, type Opened } from './opened.ts';
import { createPresence } from './presence.ts';
import { createPushes } from './pushes.ts';
import { createRequests } from './requests.ts';
import { createRestoring } from './restoring.ts';
import { createRoster } from './roster.ts';
import { createWaiting } from './waiting.ts';
import { createWaits } from './waits.ts';
import type { PendingRouting, RepState } from './work.ts';

export interface RouterParts extends RouterEvents {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly reps: readonly Rep[];
  readonly statuses: Readonly<Record<string, PresenceStatus>>;
  /** The routing configuration of a queue; without one its items wait for ever. */
  readonly configOf: (queue: string) => RoutingConfig | undefined;
  readonly serviceChannelOf: (name: string) => ServiceChannel;
  readonly settings: OmniSettings;
  /** In [0, 1), the same for the same id; for ties, if they are broken by lot. */
  readonly random: (id: string) => number;
  readonly newId: (kind: 'agentWork') => string;
}

export type Router = ReturnType<typeof createRouter>;

export function createRouter(parts: RouterParts) {
  const { clock, settings } = parts;
  const core = createCore(parts, { handling: () => handling, opened: () => opened });
  const { roster, assigner, pending } = core;
  const waiting = createWaiting(core);
  const presence = createPresence({
    ...core,
    fill: assigner.fill,
    reroute: (rep) => handling.reroute(rep),
    close: (work, by) => opened.close(work, by),
    graceMs: settings.disconnectGraceMs,
    onLost: (rep) => {
      for (const work of rep.work) core.decide('C24', work.item);
    },
  });
  const handling: Handling = createHandling({ core, setStatus: presence.setStatus });
  const opened: Opened = createOpened({ core, enqueue: waiting.enqueue });
  const { shut, finish, extend, transfer, pause, resume } = opened;
  const { acceptsByItself, accept, decline } = handling;
  return {
    ...waiting,
    ...createByHand(core, waiting.enqueue),
    ...{ acceptsByItself, accept, decline, finish, extend, transfer, pause, resume },
    close: shut,
    /** Throws `StackError` for a status that is unknown, or not granted to the rep. */
    setStatus(repId: string, status: string): void {
      const rep = roster.get(repId);
      if (status in parts.statuses && !roster.mayUse(rep, status)) {
        throw new StackError('statusNotGranted', `rep ${repId}: '${status}'`);
      }
      presence.setStatus(rep, status);
    },
    disconnect: (repId: string) => presence.disconnect(roster.get(repId)),
    reconnect: (repId: string) => presence.reconnect(roster.get(repId)),
    /** A supervisor gives a rep other queues or skills. */
    change(repId: string, to: Parameters<typeof roster.change>[1]): void {
      const rep = roster.get(repId);
      roster.change(rep, to);
      const { queues, skills } = rep;
      core.recorder.record({ type: 'repChanged', at: clock.now(), rep: repId, queues, skills });
      assigner.fill(rep);
    },
    /** Whether it waits or rings. */
    isPending: (workId: string) => pending.has(workId),
    allPending: () => [...pending.values()],
    ...createRestoring(core, presence),
    queueSize: core.backlog.size,
    /** Reps online for a service channel in a queue, whether or not they have room. */
    repsOnline(queue: string, serviceChannel: string): number {
      const serves = ({ online, channels }: RepState) =>
        online && (channels === undefined || channels.includes(serviceChannel));
      return [...roster.members(queue).reps].filter(serves).length;
    },
    /** By the published formula; nothing without a recent sample (choice C22). */
    estimatedWaitMs: (queue: string) => core.waits.estimate(queue, clock.now()),
    estimatedWaitOf(workId: string): number | undefined {
      const item = pending.get(workId);
      return item && core.waits.estimate(item, clock.now());
    },
    /** What waits in a queue, first to be routed first. */
    waitingIn: core.backlog.list,
    /** 1 + the items of its queue that go before (choice C23); nothing when it waits no more. */
    position(workId: string): number | undefined {
      const item = pending.get(workId);
      return item?.lot === undefined ? undefined : core.backlog.ahead(item) + 1;
    },
  };
}

interface Later {
  readonly handling: () => Handling;
  readonly opened: () => Opened;
}

function createCore(parts: RouterParts, later: Later): Core {
  const { clock, recorder, settings } = parts;
  const decide: Decide = (choice, { workId: work }) =>
    recorder.record({ type: 'decided', at: clock.now(), choice, work });
  const roster = createRoster({ ...parts, tieBreak: settings.tieBreak });
  const backlog = createBacklog();
  const requests = createRequests({
    ...parts,
    roster,
    decide,
    onWidened: (item) => widen(core, item),
  });
  const pushes = createPushes({
    ...parts,
    roster,
    onTimeout: (work) => later.handling().timedOut(work),
    onAfterWorkOver: (work) => later.opened().afterWorkOver(work),
  });
  const pick =
    settings.tieBreak === 'random'
      ? (n: number, id: string) => Math.floor(parts.random(id) * n)
      : undefined;
  const assigner = createAssigner({
    backlog,
    decide,
    pick,
    ring: pushes.ring,
    onPush: parts.onPush,
  });
  const core: Core = {
    ...{ clock, recorder, backlog, roster, requests, pushes, assigner, decide },
    waits: createWaits(),
    intake: createIntake(settings),
    pending: new Map(),
    events: parts,
  };
  return core;
}

/** More reps may be asked now. While it rings that makes no difference yet. */
function widen(core: Core, item: PendingRouting): void {
  if (item.ringing !== undefined) {
    item.candidates = core.requests.candidatesOf(item);
    return;
  }
  core.backlog.remove(item);
  offer(core, item);
}
