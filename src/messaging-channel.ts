/**
 * MessagingChannel: what an admin sets up for one address of the business on one platform. Plain
 * data, in Salesforce's words, durations in ms (facts: omni-channel 2.4).
 */
import type { ChannelType } from './message.ts';

export interface Channel {
  readonly type: ChannelType;
  /** The business's address: a number in E.164 for SMS; the display number for WhatsApp. */
  readonly address: string;
  /** sessionHandlerQueue: where sessions go, or fall back to from a flow, a rep or a bot. */
  readonly queue: string;
  /** sessionHandlerFlow. */
  readonly flow?: string;
  /** sessionHandlerUser: every session goes to this rep while they are there. */
  readonly rep?: string;
  /** The service channel of its sessions; absent: `MESSAGING`. */
  readonly serviceChannel?: string;
  /** Platform account and secrets; each platform's adapter and mock read their own. */
  readonly account: Readonly<Record<string, string>>;
  /** The platform's documented limits, where this channel's are others; by their names. */
  readonly limits: Readonly<Record<string, number>>;
  /** What customers see beside messages, where the platform can show it. */
  readonly indicators: readonly ('typing' | 'read')[];
  /** What a customer must have agreed to before they are served; absent: ImplicitOptIn. */
  readonly consent?: 'ImplicitOptIn' | 'ExplicitOptIn' | 'DoubleOptIn';
  readonly keywords: Keywords;
  readonly autoResponses: AutoResponses;
  /** Keywords and responses of further languages; what one has not is as above. */
  readonly languages?: Readonly<Record<string, Language>>;
  readonly inactivity?: Inactivity;
  /** Business hours outside of which no session begins. */
  readonly businessHours?: string;
}

/** Whole messages, trimmed, in any case (choice C27). */
export interface Keywords {
  readonly optOut: readonly string[];
  readonly optIn: readonly string[];
  /** By which an opt-in is confirmed, where the channel wants a double one. */
  readonly doubleOptIn?: readonly string[];
  readonly help: readonly string[];
  /** Custom keywords by which a customer ends the session. */
  readonly end: readonly string[];
  /** Further custom keywords, with what is answered (CustomResponse). */
  readonly custom?: Readonly<Record<string, string>>;
}

export interface Language {
  readonly keywords: Partial<Keywords>;
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
  /** EndUserInactiveResponse: the session went inactive for want of an answer. */
  readonly endUserInactive?: string;
  /** EndUserIdleResponse: the session was ended for want of an answer. */
  readonly endUserIdle?: string;
  /** OptInPrompt: how to opt in, where that must be explicit. */
  readonly optInPrompt?: string;
  /** DoubleOptInPrompt: how to confirm the opt-in. */
  readonly doubleOptInPrompt?: string;
  /** OptInConfirmation; on SMS the platform itself confirms. */
  readonly optInConfirmation?: string;
  /** OptOutConfirmation; on SMS the platform itself confirms, so leave it out there. */
  readonly optOutConfirmation?: string;
  /** HelpResponse; on SMS the platform itself answers. */
  readonly help?: string;
  /** RerouteResponse: the rep passed the session on. */
  readonly reroute?: string;
  /** RoutingUnavailableResponse: a limit of the org kept it out of every queue. */
  readonly routingUnavailable?: string;
  /** To who writes outside the channel's business hours. */
  readonly outsideBusinessHours?: string;
}

/**
 * The customer-inactivity timer of In-App and Web and of bring-your-own channels. It starts at the
 * rep's first message after the customer's last one, and is inert with status-based capacity
 * (facts: omni-channel 2.1).
 */
export interface Inactivity {
  /** endUserIdleTimeOut. */
  readonly idleMs: number;
  /** endUserIdleAction. */
  readonly action: 'Inactivate' | 'End' | 'InactivateAndEnd';
  /** endInactiveSessionTimeOut: from inactive to ended; absent: about a day. */
  readonly endsAfterMs?: number;
  /** isAgentMessageResetInactivityEnabled: every message of the rep starts it again. */
  readonly repMessageResets: boolean;
}
