/**
 * The router's nouns. A PendingServiceRouting is one waiting work item and lives until a rep
 * accepts; an AgentWork is one push of it to one rep (facts: omni-channel 1.1, 1.16).
 */
import type { PresenceConfig, RoutingConfig, ServiceChannel } from '../org.ts';
import type { Timer } from '../ports.ts';
import type { Candidates, Lot } from './candidates.ts';
import type { SkillRequirement } from './flow.ts';

/** What asks to be routed. */
export interface RoutingRequest {
  readonly workId: string;
  readonly channelId: string;
  readonly sessionId: string;
  /** `<channelId>:<address>`. */
  readonly endUser: string;
  /** Which session of this end user it is, from 1. */
  readonly ordinal: number;
  /** Whose routing configuration counts, and where its members are asked. */
  readonly queue: string;
  /** Name of the service channel. */
  readonly serviceChannel: string;
  readonly wants?: Wishes;
}

/** What may be asked for beyond a place in a queue. Times are clock ms. */
export interface Wishes {
  /** Routed by skills: whoever has them, member of the queue or not (choice C18). */
  readonly skills?: readonly SkillRequirement[];
  /** PreferredUserId. */
  readonly rep?: string;
  /** IsPreferredUserRequired: nobody else, ever. */
  readonly repRequired?: boolean;
  /** SecondaryRoutingPriority: lower first, blank last (choice C3). */
  readonly priority?: number;
  /** TargetAcceptDateTime. */
  readonly acceptByMs?: number;
  /** ScheduledRoutingDateTime: not routed before (choice C4). */
  readonly startAtMs?: number;
  /** CustomRequestedDateTime: instead of now. */
  readonly requestedAtMs?: number;
  /** IsTransfer: who passed it on. */
  readonly transferredBy?: string;
}

/** Which of a rep's two pools of capacity work takes. */
export type Pool = 'primary' | 'interruptible';

/** What is the same for all items of one queue and service channel. */
export interface Demand {
  readonly queue: string;
  readonly serviceChannel: string;
  readonly channel: ServiceChannel;
  readonly config: RoutingConfig;
  readonly pool: Pool;
}

/** PendingServiceRouting. Times are clock ms; what is blank is infinitely late (choice C3). */
export interface PendingRouting {
  readonly workId: string;
  readonly channelId: string;
  readonly sessionId: string;
  readonly endUser: string;
  readonly ordinal: number;
  readonly demand: Demand;
  readonly secondaryPriority: number;
  readonly acceptByMs: number;
  readonly requestedAtMs: number;
  /** Order of creation: the last tie-break of the backlog. */
  readonly sequence: number;
  /** All that were asked for; none: queue-based. */
  readonly skills: readonly SkillRequirement[];
  /** Gone for good once the item has fallen back to the others. */
  preferredRep: string | undefined;
  readonly repRequired: boolean;
  readonly transferredBy: string | undefined;
  /** Skills still needed, and who has them. */
  candidates: Candidates;
  /** Additional skills that are not waited for any more. */
  dropped: readonly string[];
  /** The next drop, or the scheduled start. */
  timer: Timer | undefined;
  /** Pushes so far. */
  attempts: number;
  /** IsPushed: the push that is ringing now. */
  ringing: AgentWork | undefined;
  /** LastDeclinedAgentSession: the login that declined or timed out last (choice C7). */
  lastDecliner: number | undefined;
  /** Where it waits, and at which place of the heap; only while it waits. */
  lot: Lot | undefined;
  place: number;
}

/** AgentWork.Status. */
export type AgentWorkStatus =
  | 'Assigned'
  | 'Opened'
  | 'Declined'
  | 'DeclinedOnPushTimeout'
  | 'Unavailable'
  | 'Canceled'
  | 'Transferred'
  | 'Closed';

/** AgentWork: one push. It holds capacity from the push on. Times are clock ms. */
export interface AgentWork {
  readonly id: string;
  readonly item: PendingRouting;
  readonly rep: RepState;
  readonly pushedAtMs: number;
  /** Units it holds now: fewer while it is paused. */
  units: number;
  paused: boolean;
  status: AgentWorkStatus;
  openedAtMs: number | undefined;
  /**
   * Ends the ringing, where the routing configuration has a push time-out; later it ends the
   * after-conversation work.
   */
  timeout: Timer | undefined;
  /** The conversation is over, or was passed on. */
  finished: boolean;
  /** It was passed on to others: it ends as Transferred. */
  leaving: boolean;
  /** After-conversation work: how often it was extended; absent: not in it. */
  extensions: number | undefined;
  /** When the after-conversation work ends by itself. */
  afterWorkUntilMs: number;
}

/** A rep as the router sees them. */
export interface RepState {
  readonly id: string;
  queues: readonly string[];
  /** Level by skill. */
  skills: Readonly<Record<string, number>>;
  readonly presence: PresenceConfig;
  /** Name of the presence status; `Offline` when logged out. */
  status: string;
  online: boolean;
  /** Service channels of the status; `undefined`: all. */
  channels: readonly string[] | undefined;
  /** Number of the presence session; a new one at each login. */
  login: number;
  loggedInAtMs: number;
  /** Of the last push; -1: never pushed. */
  lastPushAtMs: number;
  /** Of the primary pool. */
  usedUnits: number;
  usedInterruptible: number;
  /** Assigned and Opened work. */
  readonly work: Set<AgentWork>;
  /** Every set of candidates this rep is in. */
  readonly sets: Candidates[];
}
