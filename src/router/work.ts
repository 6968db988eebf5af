/**
 * The router's nouns. A PendingServiceRouting is one waiting work item and lives until a rep
 * accepts; an AgentWork is one push of it to one rep (facts: omni-channel 1.1, 1.16).
 */
import type { PresenceConfig, RoutingConfig } from '../org.ts';
import type { Timer } from '../ports.ts';

/** What asks to be routed. */
export interface RoutingRequest {
  readonly workId: string;
  readonly channelId: string;
  readonly sessionId: string;
  /** `<channelId>:<address>`. */
  readonly endUser: string;
  /** Which session of this end user it is, from 1. */
  readonly ordinal: number;
  readonly queue: string;
}

/** PendingServiceRouting. Times are clock ms. */
export interface PendingRouting extends RoutingRequest {
  readonly config: RoutingConfig;
  readonly requestedAtMs: number;
  /** Order of creation: the last tie-break of the backlog. */
  readonly sequence: number;
  /** Pushes so far. */
  attempts: number;
  /** IsPushed: the push that is ringing now. */
  ringing: AgentWork | undefined;
  /** LastDeclinedAgentSession: the login that declined or timed out last (choice C7). */
  lastDecliner: number | undefined;
}

/** AgentWork.Status. */
export type AgentWorkStatus =
  | 'Assigned'
  | 'Opened'
  | 'Declined'
  | 'DeclinedOnPushTimeout'
  | 'Unavailable'
  | 'Canceled'
  | 'Closed';

/** AgentWork: one push. It holds capacity from the push on. Times are clock ms. */
export interface AgentWork {
  readonly id: string;
  readonly item: PendingRouting;
  readonly rep: RepState;
  readonly units: number;
  readonly pushedAtMs: number;
  status: AgentWorkStatus;
  openedAtMs: number | undefined;
  /** Ends the ringing; only while it rings and the routing configuration has a push time-out. */
  timeout: Timer | undefined;
}

/** A rep as the router sees them. */
export interface RepState {
  readonly id: string;
  readonly queues: readonly string[];
  readonly presence: PresenceConfig;
  /** Name of the presence status; `Offline` when logged out. */
  status: string;
  online: boolean;
  /** Number of the presence session; a new one at each login. */
  login: number;
  loggedInAtMs: number;
  /** Of the last push; -1: never pushed. */
  lastPushAtMs: number;
  usedUnits: number;
  /** Assigned and Opened work. */
  readonly work: Set<AgentWork>;
}
