/**
 * The org: what an admin sets up, in Salesforce's words, durations in ms. Plain data, read by the
 * stack; where it comes from (a YAML file, metadata) is somebody else's business.
 */
import type { Channel } from './messaging-channel.ts';
import type { BusinessHours } from './router/business-hours.ts';
import type { Flow, SkillRequirement } from './router/flow.ts';
import type { SensitiveDataRule } from './sensitive-data.ts';

export type { AutoResponses, Channel, Inactivity, Keywords } from './messaging-channel.ts';

export interface Org {
  readonly name: string;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly routingConfigs: Readonly<Record<string, RoutingConfig>>;
  readonly presenceStatuses: Readonly<Record<string, PresenceStatus>>;
  readonly presenceConfigs: Readonly<Record<string, PresenceConfig>>;
  /** Named reps, and pools that stand for `count` reps named `<name>-1` and so on. */
  readonly reps: Readonly<Record<string, RepSetup>>;
  /** Beside the built-in one for messaging sessions. */
  readonly serviceChannels?: Readonly<Record<string, ServiceChannel>>;
  readonly flows?: Readonly<Record<string, Flow>>;
  readonly bots?: Readonly<Record<string, Bot>>;
  readonly businessHours?: Readonly<Record<string, BusinessHours>>;
  readonly routingPartners?: Readonly<Record<string, RoutingPartner>>;
  /** What is taken out of messages, by rule. */
  readonly sensitiveData?: Readonly<Record<string, SensitiveDataRule>>;
  readonly omni?: Partial<OmniSettings>;
}

export interface Queue {
  /** Without one, nothing in the queue is ever routed (fact sheet omni-channel 1.4). */
  readonly routingConfig?: string;
}

/** ServiceChannel: what one kind of routable object has in common. */
export interface ServiceChannel {
  /** The object's API name, such as MessagingSession or Case. */
  readonly relatedEntity: string;
  /** Capacity is held until the tab is closed, or until the record's status says so. */
  readonly capacityModel: 'TAB_BASED' | 'STATUS_BASED';
  /** Its work takes the interruptible pool, unless the routing configuration says otherwise. */
  readonly isInterruptible: boolean;
  readonly hasAutoAcceptEnabled: boolean;
  /** doesCheckCapOnOwnerChange: given to a rep by hand, it waits for room. */
  readonly doesCheckCapOnOwnerChange: boolean;
  /** doesCheckCapOnStatusChange: opened again, it waits for room. */
  readonly doesCheckCapOnStatusChange: boolean;
  readonly afterConversationWork?: AfterConversationWork;
  /** secondaryRoutingPriorityField and its values' priorities; lower first. */
  readonly secondaryRoutingPriority?: {
    /** The customer attribute that is the field. */
    readonly attribute: string;
    readonly values: Readonly<Record<string, number>>;
  };
}

/** After-conversation work; on a service channel, or on a presence configuration (choice C13). */
export interface AfterConversationWork {
  /** afterConvoWorkMaxTime. */
  readonly maxMs: number;
  /** acwExtensionDuration; 0: no extensions. */
  readonly extensionMs: number;
  readonly maxExtensions: number;
}

/** sfdc_livemessage as it comes: what a channel without a service channel of its own has. */
export const MESSAGING = 'sfdc_livemessage';

const MESSAGING_CHANNEL: ServiceChannel = {
  relatedEntity: 'MessagingSession',
  capacityModel: 'TAB_BASED',
  isInterruptible: false,
  hasAutoAcceptEnabled: false,
  doesCheckCapOnOwnerChange: false,
  doesCheckCapOnStatusChange: false,
};

/** QueueRoutingConfig. */
export interface RoutingConfig {
  readonly routingModel: 'LEAST_ACTIVE' | 'MOST_AVAILABLE' | 'EXTERNAL_ROUTING';
  /** Lower goes first; 0 is the highest. */
  readonly routingPriority: number;
  /** Units of capacity a work item takes. */
  readonly capacityWeight: number;
  /** Instead of units: the share of a rep's capacity, 0 to 1 (choice C12). */
  readonly capacityPercentage?: number;
  /** Absent: as the service channel has it. */
  readonly capacityType?: 'INHERITED' | 'INTERRUPTIBLE' | 'NOT_INTERRUPTIBLE';
  /** Units, or the share, while the work is paused; status-based capacity only. */
  readonly pausedCapacityWeight?: number;
  readonly pausedCapacityPercentage?: number;
  /** Absent: rings for ever. */
  readonly pushTimeoutMs?: number;
  /** Default skills of what the queue holds: it is routed by skills. */
  readonly skills?: readonly SkillRequirement[];
  /** Per group of additional skills; absent: they never drop (choice C20). */
  readonly dropAdditionalSkillsTimeoutMs?: number;
  /** Who gets what the org's limits keep out of the queue; used for nothing else. */
  readonly queueOverflowAssignee?: string;
  readonly userOverflowAssignee?: string;
  /** Who decides, with EXTERNAL_ROUTING: one of the org's routing partners. */
  readonly partner?: string;
}

/** ServicePresenceStatus: online for its channels; with none it is a busy status. */
export interface PresenceStatus {
  readonly online: boolean;
  /** The service channels it is online for; absent: all. */
  readonly channels?: readonly string[];
}

/** PresenceUserConfig. */
export interface PresenceConfig {
  readonly capacity: number;
  /** Of the pool for interruptible work; absent: as much as `capacity`. */
  readonly interruptibleCapacity?: number;
  readonly enableAutoAccept?: boolean;
  /** False: reps can't decline. */
  readonly enableDecline?: boolean;
  /** declineReasons, when enableDeclineReason is on. */
  readonly declineReasons?: readonly string[];
  /** The status a rep gets when a push times out; absent: keeps the status. */
  readonly statusOnPushTimeout?: string;
  readonly statusOnDecline?: string;
  readonly afterConversationWork?: AfterConversationWork;
}

export interface RepSetup {
  readonly count: number;
  readonly queues: readonly string[];
  readonly presenceConfig: string;
  /** ServiceResourceSkill: level by skill, 0 to 10. */
  readonly skills?: Readonly<Record<string, number>>;
  /** servicePresenceStatusAccesses: statuses they may use; absent: all (choice C10). */
  readonly presenceStatuses?: readonly string[];
}

/** A bot or Agentforce agent that takes sessions first. */
export interface Bot {
  /** How many sessions it can have at a time; absent: any number (choice C17). */
  readonly maxSessions?: number;
}

/** Who decides instead of Omni-Channel, over HTTP. */
export interface RoutingPartner {
  /** Where it hears of work that waits; absent: the mock partner. */
  readonly url?: string;
  readonly token: string;
}

/** OmniChannelSettings, org limits, and what Salesforce's documents leave open. */
export interface OmniSettings {
  /** Who gets it of reps that are alike for the routing model (choice C2). */
  readonly tieBreak: 'longestSincePush' | 'random' | 'name';
  /** PendingServiceRouting records at a time. */
  readonly maxWaitingItems: number;
  /** Items queued in any one hour. */
  readonly maxItemsPerHour: number;
  /** How long a lost connection is waited for (choice C24). */
  readonly disconnectGraceMs: number;
  /** How old the queue size is that flows see: it is counted asynchronously. */
  readonly queueSizeLagMs: number;
}

/** The fact sheet's reference values (1.17) and choices; an org may have others. */
export const OMNI_DEFAULTS: OmniSettings = {
  tieBreak: 'longestSincePush',
  maxWaitingItems: 300_000,
  maxItemsPerHour: 45_000,
  disconnectGraceMs: 60_000,
  queueSizeLagMs: 0,
};

export function omniOf(org: Pick<Org, 'omni'>): OmniSettings {
  return { ...OMNI_DEFAULTS, ...org.omni };
}

export function serviceChannelsOf(org: Pick<Org, 'serviceChannels'>) {
  const own = org.serviceChannels ?? {};
  return (name: string): ServiceChannel =>
    (Object.hasOwn(own, name) ? own[name] : undefined) ?? MESSAGING_CHANNEL;
}

/** One rep, taken out of a pool. */
export interface Rep {
  readonly id: string;
  /** The entry of `Org.reps` it stands for. */
  readonly pool: string;
  readonly queues: readonly string[];
  readonly presence: PresenceConfig;
  readonly skills?: Readonly<Record<string, number>>;
  readonly presenceStatuses?: readonly string[];
}

/** The reps of an org, pools spelt out: `front-line-1` and so on; a pool of one keeps its name. */
export function repsOf(org: Pick<Org, 'reps' | 'presenceConfigs'>): readonly Rep[] {
  return Object.entries(org.reps).flatMap(([pool, { count, presenceConfig, ...setup }]) => {
    const presence = org.presenceConfigs[presenceConfig];
    if (presence === undefined) throw new Error(`no presence config '${presenceConfig}'`);
    return Array.from({ length: count }, (_, i) => ({
      id: count === 1 ? pool : `${pool}-${i + 1}`,
      pool,
      ...setup,
      presence,
    }));
  });
}
