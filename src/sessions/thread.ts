/**
 * The aggregate a store keeps: one end user on one channel, and the session they are in.
 * Salesforce's words: MessagingEndUser, MessagingSession, ConversationEntry.
 */
import type { Content, ReceiptStatus, ReplyToken } from '../message.ts';
import type { RoutingConfig } from '../org.ts';

/** MessagingSession.Status, of the fact sheet 2.1. Ended and Error are final. */
export type SessionStatus =
  /** The business wrote first; the customer has not answered. */
  | 'New'
  /** The customer has yet to opt in. */
  | 'Consent'
  /** Needs a rep. */
  | 'Waiting'
  /** A rep or a bot is engaged. */
  | 'Active'
  /** The rep has set it aside. */
  | 'Paused'
  /** Nobody attends to it until the customer writes. */
  | 'Inactive'
  | 'Ended'
  | 'Error';

/** MessagingSession.Origin. */
export type Origin = 'InboundInitiated' | 'AgentInitiated' | 'TriggeredOutbound';

/** MessagingSession.EndedByType. */
export type EndedBy = 'Agent' | 'Bot' | 'EndUser' | 'System';

/** MessagingEndUser.MessagingConsentStatus, of the fact sheet 2.2. */
export type ConsentStatus =
  | 'ImplicitlyOptedIn'
  | 'ExplicitlyOptedIn'
  | 'DoublyOptedIn'
  | 'OptedOut';

/**
 * One customer address on one channel, with its current session. All times are Unix ms. Every
 * field is always there: copies of records of one shape are many times as fast.
 */
export interface Thread {
  /** `<channelId>:<address>`. */
  readonly key: string;
  readonly channelId: string;
  /** MessagingPlatformKey: the phone number or platform id. */
  readonly address: string;
  readonly profileName: string | undefined;
  /** ContactId: the customer record above this address, if it is known. */
  readonly person: string | undefined;
  /** MessagingEndUser.Language, if it is known. */
  readonly language: string | undefined;
  readonly consent: ConsentStatus;
  /** Of the customer's last message: the 24-hour window is counted from here. */
  readonly lastInboundMs: number;
  /** Of the customer's last message. */
  readonly lastMessageId: string;
  readonly readToken: string | undefined;
  /** Unused; gone once a message was sent. */
  readonly replyToken: ReplyToken | undefined;
  /** Of the message by which consent was last given or withdrawn: an older one comes too late. */
  readonly consentSentMs: number;
  readonly session: Session | undefined;
  /** How many sessions there have been, this one included. */
  readonly sessionCount: number;
  /** Sends that have begun and whose outcome is not kept yet; where the store is durable. */
  readonly sends: readonly BegunSend[];
  /** A store may forget the thread after this. */
  readonly keepUntilMs: number;
}

/** MessagingSession. All times are Unix ms. */
export interface Session {
  readonly id: string;
  readonly status: SessionStatus;
  readonly origin: Origin;
  /** The rep who wrote first, if one did. */
  readonly startedBy: string | undefined;
  readonly startedMs: number;
  /** The waiting or assigned work item. */
  readonly workId: string;
  /** What it asks for while it waits, so that any process can ask for it again. */
  readonly wanted: Wanted | undefined;
  readonly waitingSinceMs: number | undefined;
  /** Who has it open, or had it last. */
  readonly rep: string | undefined;
  /** Of the first accept by a rep. */
  readonly acceptedMs: number | undefined;
  readonly endedMs: number | undefined;
  readonly endedBy: EndedBy | undefined;
  /** Of the oldest customer message no rep has answered yet. */
  readonly unansweredSinceMs: number | undefined;
  /** Whether a rep has written in it. */
  readonly repliedOnce: boolean;
  /** When it changes by itself, if nothing happens before. */
  readonly dueMs: number | undefined;
}

/** What a session waits for. */
export interface Wanted {
  /** What the customer said, for flows. */
  readonly text: string;
  /** Where it was passed on to, and from where; absent: where the channel sends it. */
  readonly to?: Destination;
  readonly from?: { readonly queue: string; readonly rep?: string };
}

/** Where work may be passed on to. */
export interface Destination {
  readonly queue?: string;
  readonly rep?: string;
  readonly flow?: string;
  readonly skills?: NonNullable<RoutingConfig['skills']>;
}

/** A message that is on its way out, or was when its process ended. */
export interface BegunSend {
  readonly id: string;
  readonly sessionId: string;
  readonly actor: Exclude<Entry['actor'], 'EndUser'>;
  readonly atMs: number;
  readonly content: Content;
}

/** ConversationEntry: one message of a session. */
export interface Entry {
  /** The platform's message id; of an outbound entry, as the send API gave it. */
  readonly id: string;
  readonly sessionId: string;
  /** ActorType. */
  readonly actor: 'EndUser' | 'Agent' | 'Bot' | 'System';
  /** When the stack had it: received, or taken by the platform. */
  readonly atMs: number;
  /** When it was sent: by the platform's clock where it says so, or when the stack began to. */
  readonly sentMs: number;
  readonly content: Content;
  /** Of outbound entries: how far the platform says it got. */
  readonly receipt?: ReceiptStatus;
  /** Of outbound entries: its process ended before it knew whether the platform has taken it. */
  readonly uncertain?: true;
}

/** Not over: neither ended nor failed. */
export function isOpen(session: Session): boolean {
  return session.status !== 'Ended' && session.status !== 'Error';
}

/** Something is still to be done about it. */
export function isUnfinished({ session, sends }: Thread): boolean {
  return sends.length > 0 || (session !== undefined && isOpen(session));
}

/** The key of an end user's thread. */
export function threadKey(channelId: string, address: string): string {
  return `${channelId}:${address}`;
}
