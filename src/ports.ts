/**
 * The ports of the stack, on one screen. Read this first.
 * Everything the stack needs from outside comes through one of these; nothing is ambient.
 */
import type { StackError } from './errors.ts';
import type { Fact } from './facts.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type {
  Announcement,
  InboundEvent,
  Indication,
  OutboundMessage,
  Receipt,
  RoutingWanted,
  SendOutcome,
  Watermark,
} from './message.ts';
import type { Entry, Thread } from './sessions/thread.ts';

/** Time, and the only way to wait for it. Virtual and system clocks pass one contract suite. */
export interface Clock {
  /** Milliseconds since this clock began; fractions are kept. */
  now(): number;
  /** Unix time, in ms, of `now() === 0`. Wire timestamps are `originMs + now()`. */
  readonly originMs: number;
  /** Resolves `ms` from now; negative counts as 0. */
  sleep(ms: number): Promise<void>;
  /** Calls `task` once, `ms` from now, unless cancelled. */
  after(ms: number, task: () => void): Timer;
  /** The same, but nobody waits for it: a run in which nothing else is left to happen ends. */
  background(ms: number, task: () => void): Timer;
  /** Starts a process. It is awaited by the run; its failure fails the run. */
  spawn(name: string, task: () => Promise<unknown>): void;
  /** A one-shot event that processes can wait for. `label` appears in deadlock reports. */
  signal<T>(label: string): Signal<T>;
  /** Marks real I/O: virtual time stands still until it settles; results are kept in call order. */
  hold<T>(io: Answer<T>): Promise<T>;
}

export interface Timer {
  cancel(): void;
}

export interface Signal<T> {
  /** First call wins; later calls do nothing. */
  fire(value: T): void;
  /** The value; `undefined` when `timeoutMs` passes first. Without time-out it waits for ever. */
  wait(timeoutMs?: number): Promise<T | undefined>;
}

/** Carries a request to whoever owns its URL. Rejects only with `StackError`. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** What an adapter makes of a webhook. `response` is what the platform must be answered. */
export type Received =
  | { readonly ok: true; readonly events: readonly InboundEvent[]; readonly response: HttpResponse }
  | { readonly ok: false; readonly reason: string; readonly response: HttpResponse };

/** One configured channel's platform, spoken. Pure and synchronous: no clock, no I/O. */
export interface ChannelAdapter {
  /** Verifies and parses a webhook that came at `nowMs` (Unix). Never throws: it refuses. */
  receive(request: HttpRequest, nowMs: number): Received;
  /** Sends a message: says which requests to make, is told the answers, says what came of it. */
  deliver(message: OutboundMessage): Delivery;
  /** The same for a read mark or a typing indicator; absent where the platform has neither. */
  indicate?(indication: Indication): Delivery | undefined;
  /** Tells what became of a session; absent where the platform has no words for it. */
  announce?(announcement: Announcement): Delivery;
  /** Asks who gets a session; absent where the stack's own router decides. */
  requestRouting?(wanted: RoutingWanted): Delivery | undefined;
}

/** An exchange with a platform, step by step, without doing any I/O itself. */
export type Delivery = Generator<Ask, SendOutcome, Answered>;

/** A request to make, after a pause if it says so. */
export interface Ask extends HttpRequest {
  readonly afterMs?: number;
}

/** The platform's answer, or the error that came instead of one. */
export type Answered = HttpResponse | StackError;

/** Sends on a channel: adapter + transport, or straight to the customer. */
export interface Outbox {
  /**
   * Where it takes several calls, `mayGoOn` is asked before each but the first: the customer may
   * have opted out meanwhile.
   */
  send(
    channelId: string,
    message: OutboundMessage,
    mayGoOn?: () => Promise<boolean>,
  ): Promise<SendOutcome>;
  /** Best effort; which kinds a channel is told of is for the caller to decide. */
  indicate(channelId: string, indication: Indication): Promise<void>;
  /** Best effort; nothing where the platform has no words for it. */
  announce(channelId: string, announcement: Announcement): Promise<void> | undefined;
  /** The same for a request to route; nothing where nobody but the stack routes. */
  requestRouting(channelId: string, wanted: RoutingWanted): Promise<void> | undefined;
}

/** An answer at once, or a promise of one. Wait for it by `clock.hold`. */
export type Answer<T> = T | Promise<T>;

/** Where sessions live. Every method is atomic. Times are Unix ms given by the caller. */
export interface SessionStore {
  /** The thread of an end user on a channel (`<channelId>:<address>`), or nothing yet. */
  load(key: string, nowMs: number): Answer<Thread | undefined>;
  /**
   * Reads a thread, asks `step` what to make of it, and saves that, all or nothing. `step` is pure:
   * where others write at the same time it is asked again. `unchanged`: it gave nothing;
   * `duplicate`: one of its claims was made on this thread before and still holds.
   */
  update(
    key: string,
    nowMs: number,
    step: (thread: Thread | undefined) => ThreadChange | undefined,
  ): Answer<'saved' | 'unchanged' | 'duplicate'>;
  /**
   * Moves the receipts of outbound entries forward (never back): of one entry, or of all that were
   * sent up to a watermark. The entries it is about; none if there is no such entry.
   */
  receipt(
    key: string,
    report: Receipt | Watermark,
    nowMs: number,
  ): Answer<readonly ReceiptChange[]>;
  /** A session's entries, oldest first by `sentMs`; of the same moment, as they were added. */
  entries(key: string, sessionId: string): Answer<readonly Entry[]>;
  /** The same of all sessions there were. */
  history(key: string): Answer<readonly Entry[]>;
  /** Every thread of which something is to be done still, in no order, as it is or just was. */
  unfinished(): AsyncIterable<Thread>;
  /** Whether anybody has ever saved something here, or may have. */
  isUsed(): Answer<boolean>;
  /** The threads of one customer record (`Thread.person`), on all channels. */
  ofPerson(person: string, nowMs: number): Answer<readonly Thread[]>;
  /**
   * Where several processes share it: says who leads. That is `me`, for `forMs` from now, unless
   * another has said so and its time is not over.
   */
  lead?(me: string, forMs: number): Promise<string>;
  /** Forgets a thread, its entries and its claims at once. False if there was none. */
  erase(key: string): Answer<boolean>;
  close(): Promise<void>;
}

export interface ThreadChange {
  readonly thread: Thread;
  /** Added behind what the thread has. */
  readonly entries: readonly Entry[];
  /** Message ids that this thread must not have seen before. */
  readonly claims: readonly string[];
  /** Until when the claims hold; the thread itself may go after `thread.keepUntilMs`. */
  readonly claimsUntilMs: number;
}

export interface ReceiptChange {
  readonly entry: Entry;
  /** False when the receipt told nothing new (a duplicate, or a late one). */
  readonly changed: boolean;
}

/** What the business knows of its customers: its CRM. */
export interface Directory {
  /** Attributes by name, such as `tier`; empty for who is not known. */
  attributesOf(channelId: string, address: string): Readonly<Record<string, string>>;
  /** The customer record (a Contact's id) behind an address; nothing for who is not known. */
  personOf?(channelId: string, address: string): string | undefined;
}

/** Takes facts, in order of time. Must not throw and must not keep the run waiting. */
export interface Recorder {
  record(fact: Fact): void;
}
