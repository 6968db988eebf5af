/**
 * The shell around the session lifecycle: takes pure steps on threads in the store, then has
 * their effects done. Knows stores and time, no platform.
 */
import { unixNow } from '../clock/unix-now.ts';
import { StackError } from '../errors.ts';
import type {
  Assigned,
  CustomerEnded,
  CustomerTyping,
  InboundEvent,
  InboundMessage,
} from '../message.ts';
import type { Channel } from '../org.ts';
import type { Clock, Directory, Recorder, SessionStore } from '../ports.ts';
import type { Mask } from '../sensitive-data.ts';
import type { Effect, Moment, Step } from './lifecycle.ts';
import * as lifecycle from './lifecycle.ts';
import { createReceipts } from './receipts.ts';
import { type Entry, type Thread, threadKey } from './thread.ts';
import { createTimers, type Timers } from './timers.ts';
import { createTurns } from './turns.ts';

export interface SessionsParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly recorder: Recorder;
  readonly newId: Moment['newId'];
  readonly directory: Directory;
  /** Whether business hours of the org, by name, are on; false for unknown ones. */
  readonly isOpen: (hours: string) => boolean;
  /** Whether a channel's work has status-based capacity. */
  readonly isStatusBased: (channelId: string) => boolean;
  /** How long threads and claims are kept after their last event. */
  readonly keepMs: number;
  readonly mask: Mask;
  /** Sends to this end user that are not kept yet: their receipts may come first. */
  readonly sendsUnderWay: (key: string) => Promise<unknown> | undefined;
  /** Called for every effect of a saved step, in order. */
  readonly onEffect: (thread: Thread, effect: Effect) => void;
  /** An event came that is in the store already: what it asks for may not have been done. */
  readonly onKnown?: (key: string) => void;
  /** What is not asked for by a platform is tried again for as long as the store is away. */
  readonly insists: boolean;
  /** False: another process wakes what is due. */
  readonly wakes: boolean;
  /** A partner gives the session to a rep. Throws `StackError` when that can't be. */
  readonly onAssigned: (thread: Thread, userId: string) => void;
}

export interface Sessions {
  /** Resolves when the event is in the store (or was known before). */
  inbound(channelId: string, event: InboundEvent): Promise<void>;
  /**
   * Takes a step on an existing thread; the thread it left, or nothing when there was no thread
   * or the step declined.
   */
  update(
    key: string,
    channelId: string,
    take: (thread: Thread, at: Moment) => Step | undefined,
  ): Promise<Thread | undefined>;
  /** The same for one whom nobody may have heard of yet. */
  open(
    channelId: string,
    address: string,
    take: (thread: Thread | undefined, at: Moment) => Step | undefined,
  ): Promise<Thread | undefined>;
  load(key: string): Promise<Thread | undefined>;
  /** What was said in a session, oldest first. */
  entries(key: string, sessionId: string): Promise<readonly Entry[]>;
  /** Wakes it when it is due. */
  watch(thread: Thread): void;
  /** Erases all that is kept of an end user. */
  forget(key: string): Promise<void>;
}

export function createSessions(given: SessionsParts): Sessions {
  const { clock, recorder } = given;
  const store = inTurn(given.store);
  const timers = given.wakes
    ? createTimers(clock, ({ key, channelId }) =>
        update(key, channelId, (thread, at) => lifecycle.due(thread, at)),
      )
    : NO_TIMERS;
  const parts = { ...given, store, timers };

  const message = (channelId: string, heard: InboundMessage) => {
    const { from, messageId } = heard;
    const key = threadKey(channelId, from);
    const claims = [messageId];
    // What must not be stored is not even looked at.
    const { content, found } = parts.mask(heard.content, 'visitor');
    const event = found.length === 0 ? heard : { ...heard, content };
    const change: Change = (thread, at) => lifecycle.received(thread, event, at);
    return take(parts, key, channelId, claims, change, (step) => {
      const at = clock.now();
      if (step === undefined) {
        recorder.record({ type: 'duplicateIgnored', at, channel: channelId, messageId });
        parts.onKnown?.(key);
        return;
      }
      const ids = { session: step.thread.session?.id ?? '', endUser: key, messageId };
      recorder.record({ type: 'received', at, channel: channelId, ...ids });
      for (const { rule, times } of found) {
        recorder.record({ type: 'masked', at, channel: channelId, rule, by: 'visitor', times });
      }
      carriedOut(step, parts);
    });
  };
  const receipt = createReceipts(parts);
  const typing = async (channelId: string, { from, on }: CustomerTyping) => {
    const key = threadKey(channelId, from);
    const thread = await clock.hold(store.load(key, unixNow(clock)));
    const { session } = thread ?? {};
    if (thread === undefined || session?.status !== 'Active') return;
    parts.onEffect(thread, { do: 'typing', session, on });
  };
  const assigned = async (channelId: string, { from, userId }: Assigned) => {
    const thread = await clock.hold(store.load(threadKey(channelId, from), unixNow(clock)));
    if (thread !== undefined) parts.onAssigned(thread, userId);
  };
  const insist = given.insists ? createInsistence(clock) : once;
  const change = (key: string, channelId: string, by: Change) =>
    insist(() => take(parts, key, channelId, NO_CLAIMS, by, (step) => carriedOut(step, parts)));
  const update: Sessions['update'] = (key, channelId, by) =>
    change(key, channelId, (thread, at) => thread && by(thread, at));
  return {
    update,
    open: (channelId, address, by) => change(threadKey(channelId, address), channelId, by),
    watch: timers.set,
    entries: (key, sessionId) => clock.hold(given.store.entries(key, sessionId)),
    load: (key) => clock.hold(store.load(key, unixNow(clock))),
    async forget(key) {
      timers.cancel(key);
      await clock.hold(store.erase(key));
    },
    inbound(channelId, event) {
      if (event.kind === 'message') return message(channelId, event);
      if (event.kind === 'typing') return typing(channelId, event);
      if (event.kind === 'ended') return left(update, channelId, event);
      if (event.kind === 'assigned') return assigned(channelId, event);
      return receipt(channelId, event);
    },
  };
}

/** What is asked about one end user, one after another. */
function inTurn(store: SessionStore): Pick<SessionStore, 'load' | 'update' | 'receipt' | 'erase'> {
  const turns = createTurns();
  return {
    load: (key, nowMs) => turns(key, () => store.load(key, nowMs)),
    update: (key, nowMs, step) => turns(key, () => store.update(key, nowMs, step)),
    receipt: (key, report, nowMs) => turns(key, () => store.receipt(key, report, nowMs)),
    erase: (key) => turns(key, () => store.erase(key)),
  };
}

function carriedOut(step: Step | undefined, { onEffect }: Parts): Thread | undefined {
  if (step === undefined) return undefined;
  for (const effect of step.effects) onEffect(step.thread, effect);
  return step.thread;
}

type Insist = <T>(act: () => Promise<T>) => Promise<T>;

const once: Insist = (act) => act();

const RETRY_MS = 250;

/** Tries again while the store can't be reached. A step may have been saved though it failed. */
function createInsistence(clock: Clock): Insist {
  return async (act) => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof StackError && error.code === 'storeUnavailable')) throw error;
        await clock.sleep(RETRY_MS);
      }
    }
  };
}

const NO_TIMERS: Timers = { set: () => {}, cancel: () => {} };

const NO_CLAIMS: readonly string[] = [];

type Parts = Omit<SessionsParts, 'store'> & {
  readonly store: Pick<SessionStore, 'update'>;
  readonly timers: Timers;
};

type Change = (thread: Thread | undefined, at: Moment) => Step | undefined;

/** One atomic step on a thread in the store, then `follow` with it, or with nothing if none. */
function take<T>(
  parts: Parts,
  key: string,
  channelId: string,
  claims: readonly string[],
  change: Change,
  follow: (step: Step | undefined) => T,
): Promise<T> {
  const { clock, store } = parts;
  const at = momentOf(parts, key, channelId);
  let step: Step | undefined;
  const saving = store.update(key, at.nowMs, (thread) => {
    step = change(thread, at);
    if (step === undefined) return undefined;
    const claimsUntilMs = at.nowMs + parts.keepMs;
    return { thread: step.thread, entries: step.entries, claims, claimsUntilMs };
  });
  return clock.hold(saving).then((result) => {
    const saved = result === 'saved' ? step : undefined;
    if (saved !== undefined) parts.timers.set(saved.thread);
    return follow(saved);
  });
}

async function left(
  update: Sessions['update'],
  channelId: string,
  { from, sentMs }: CustomerEnded,
): Promise<void> {
  const key = threadKey(channelId, from);
  await update(key, channelId, (thread, at) => lifecycle.left(thread, sentMs, at));
}

function momentOf(parts: Omit<SessionsParts, 'store'>, key: string, channelId: string): Moment {
  const channel = parts.channels[channelId];
  if (channel === undefined) throw new Error(`no channel '${channelId}'`);
  const { clock, newId, keepMs, directory } = parts;
  const { businessHours } = channel;
  return {
    nowMs: unixNow(clock),
    key,
    channelId,
    channel,
    keepMs,
    newId,
    isOpen: businessHours === undefined || parts.isOpen(businessHours),
    endsIdle: channel.inactivity !== undefined && !parts.isStatusBased(channelId),
    introduce: (address) => ({
      person: directory.personOf?.(channelId, address),
      language: directory.attributesOf(channelId, address).language,
    }),
  };
}
