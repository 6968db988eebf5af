/**
 * The rep's side of the stack: what a console offers a person, or a simulated one. The port only;
 * `switchboard.ts` is behind it.
 */

import type { ClosedBy } from './facts.ts';
import type { Content, SendOutcome } from './message.ts';
import type { Destination, EndedBy, Entry } from './sessions/thread.ts';

/** What a rep is shown when work rings. */
export interface Offer {
  /** The AgentWork's id: the handle for everything the rep does with it. */
  readonly id: string;
  readonly channelId: string;
  readonly queue: string;
  readonly sessionId: string;
  /** `<channelId>:<address>`. */
  readonly endUser: string;
  /** Which session of this end user it is, from 1. */
  readonly ordinal: number;
  /** Which push of this work item it is, from 1. */
  readonly attempt: number;
  /** It was accepted by itself: there is nothing to answer. */
  readonly autoAccepted: boolean;
}

/** Work a rep has: it rings, or is open. */
export interface HeldWork extends Offer {
  readonly opened: boolean;
  /** The session is over; the tab is still open. */
  readonly finished: boolean;
}

/** What happens to a rep. Called at the moment it happens; must not throw. */
export interface RepEvents {
  /** Work rings. */
  offered(offer: Offer): void;
  /** It stopped ringing without the rep's doing. */
  withdrawn(id: string): void;
  /** The customer wrote, in a conversation the rep has open. */
  message(id: string, entry: Entry): void;
  /** The customer is writing, or no longer, in a conversation the rep has open. */
  typing?(id: string, on: boolean): void;
  /** The session is over. The rep's capacity is still held: close the tab. */
  ended(id: string, by: EndedBy): void;
  /** Opened work was closed without the rep's doing, by a logout for example. */
  closed?(id: string, by: ClosedBy): void;
}

/** What a rep can do. */
export interface RepSession {
  /** Sets a presence status; `Offline` logs out. Throws `StackError` for an unknown one. */
  setStatus(status: string): void;
  /** False when it no longer rings. */
  accept(id: string): Promise<boolean>;
  /** False when it no longer rings. Throws `StackError` where the org lets nobody decline. */
  decline(id: string, reason?: string): boolean;
  /** Shows the customer that the rep is writing, or no longer. As `reply`, throws `StackError`. */
  typing(id: string, on: boolean): Promise<void>;
  /** Sends to the customer. Throws `StackError` for work the rep does not have open. */
  reply(id: string, content: Content): Promise<SendOutcome>;
  /** Ends the session. */
  end(id: string): Promise<void>;
  /** Closes the tab, which frees the capacity (tab-based), and ends the after-work. */
  close(id: string): void;
  /** Passes the session on. False when there was nothing to pass on any more. */
  transfer(id: string, to: Destination): Promise<boolean>;
  /** More time for after-conversation work; false when there is none to be had. */
  extend(id: string): boolean;
  /** Sets the session inactive: the customer's next message wakes it. */
  inactivate(id: string): Promise<void>;
  /** Sets it aside, still the rep's own; the customer's next message brings it back. */
  pause(id: string): Promise<boolean>;
  /** What rings here and is open here. */
  works(): readonly HeldWork[];
  /** What was said in a session the rep has open, oldest first. */
  entries(id: string): Promise<readonly Entry[]>;
  /** The console's connection is gone, or is back. */
  disconnect(): void;
  reconnect(): void;
}

export interface Desk {
  /** Somebody sits down at this rep's desk, still offline. */
  connect(repId: string, events: RepEvents): RepSession;
}
