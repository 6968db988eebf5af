/**
 * The org: what an admin sets up, in Salesforce's words, durations in ms. Plain data, read by the
 * stack; where it comes from (a YAML file, metadata) is somebody else's business.
 */
import type { ChannelType } from './message.ts';

export interface Org {
  readonly name: string;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly routingConfigs: Readonly<Record<string, RoutingConfig>>;
  readonly presenceStatuses: Readonly<Record<string, PresenceStatus>>;
  readonly presenceConfigs: Readonly<Record<string, PresenceConfig>>;
  /** Named reps, and pools that stand for `count` reps named `<name>-1` and so on. */
  readonly reps: Readonly<Record<string, RepSetup>>;
}

/** MessagingChannel. */
export interface Channel {
  readonly type: ChannelType;
  /** The business's address: a number in E.164 for SMS; the display number for WhatsApp. */
  readonly address: string;
  /** sessionHandlerQueue. */
  readonly queue: string;
  /** Platform account and secrets; each platform's adapter and mock read their own. */
  readonly account: Readonly<Record<string, string>>;
  /** The platform's documented limits, where this channel's are others; by their names. */
  readonly limits: Readonly<Record<string, number>>;
  /** What customers see beside messages, where the platform can show it. */
  readonly indicators: readonly ('typing' | 'read')[];
  readonly keywords: {
    /** Whole message, trimmed, any case (choice C27). */
    readonly optOut: readonly string[];
    readonly optIn: readonly string[];
    readonly help: readonly string[];
    /** Custom keywords by which a customer ends the session. */
    readonly end: readonly string[];
  };
  readonly autoResponses: AutoResponses;
}

/** automatedResponses[].type, camel case. Absent: nothing is sent. */
export interface AutoResponses {
  /** InitialResponse: a new session was acknowledged. */
  readonly initial?: string;
  /** AgentEngagedResponse: a rep has accepted. */
  readonly agentEngaged?: string;
  /** AgentEndEngagementResponse: the rep ended the session. */
  readonly agentEnd?: string;
  /** OptOutConfirmation; on SMS the platform itself confirms, so leave it out there. */
  readonly optOutConfirmation?: string;
  /** OptInConfirmation; on SMS the platform itself confirms. */
  readonly optInConfirmation?: string;
  /** HelpResponse; on SMS the platform itself answers. */
  readonly help?: string;
}

export interface Queue {
  /** Without one, nothing in the queue is ever routed (fact sheet omni-channel 1.4). */
  readonly routingConfig?: string;
}

/** QueueRoutingConfig. */
export interface RoutingConfig {
  readonly routingModel: 'LEAST_ACTIVE' | 'MOST_AVAILABLE';
  /** Lower goes first; 0 is the highest. */
  readonly routingPriority: number;
  /** Units of capacity a work item takes. */
  readonly capacityWeight: number;
  /** Absent: rings for ever. */
  readonly pushTimeoutMs?: number;
}

/** ServicePresenceStatus: online for its channels; with none it is a busy status. */
export interface PresenceStatus {
  readonly online: boolean;
}

/** PresenceUserConfig. */
export interface PresenceConfig {
  readonly capacity: number;
  /** The status a rep gets when a push times out; absent: keeps the status. */
  readonly statusOnPushTimeout?: string;
  readonly statusOnDecline?: string;
}

export interface RepSetup {
  readonly count: number;
  readonly queues: readonly string[];
  readonly presenceConfig: string;
}

/** One rep, taken out of a pool. */
export interface Rep {
  readonly id: string;
  /** The entry of `Org.reps` it stands for. */
  readonly pool: string;
  readonly queues: readonly string[];
  readonly presence: PresenceConfig;
}

/** The reps of an org, pools spelt out: `front-line-1` and so on; a pool of one keeps its name. */
export function repsOf(org: Org): readonly Rep[] {
  return Object.entries(org.reps).flatMap(([pool, setup]) => {
    const presence = org.presenceConfigs[setup.presenceConfig];
    if (presence === undefined) throw new Error(`no presence config '${setup.presenceConfig}'`);
    return Array.from({ length: setup.count }, (_, i) => ({
      id: setup.count === 1 ? pool : `${pool}-${i + 1}`,
      pool,
      queues: setup.queues,
      presence,
    }));
  });
}
