/**
 * The shell around the session lifecycle: takes pure steps on threads in the store, then has
 * their effects done. Knows stores and time, no platform.
 */
import { unixNow } from '../clock/unix-now.ts';
import type {
  Assigned,
  CustomerEnded,
  CustomerTyping,
  InboundEvent,
  InboundMessage,
  Receipt,
  Watermark,
} from '../message.ts';
import type { Channel } from '../org.ts';
import type { Clock, Recorder, SessionStore } from '../ports.ts';
import type { Effect, Moment, Step } from './lifecycle.ts';
import * as lifecycle from './lifecycle.ts';
import { type Thread, threadKey } from './thread.ts';

export interface SessionsParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly recorder: Recorder;
  readonly newId: Moment['newId'];
  /** How long threads and claims are kept after their last event. */
  readonly keepMs: number;
  /** Sends to this end user that are not kept yet: their receipts may come first. */
  readonly sendsUnderWay: (key: string) => Promise<unknown> | undefined;
  /** Called for every effect of a saved step, in order. */
  readonly onEffect: (thread: Thread, effect: Effect) => void;
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
  load(key: string): Promise<Thread | undefined>;
}

export function createSessions(parts: SessionsParts): Sessions {
  const { clock, store, recorder } = parts;

  const message = (channelId: string, event: InboundMessage) => {
    const { from, messageId } = event;
    const key = threadKey(channelId, from);
    const claims = [messageId];
    const change: Change = (thread, at) => lifecycle.received(thread, event, at);
    return take(parts, key, channelId, claims, change, (step) => {
      const at = clock.now();
      if (step === undefined) {
        recorder.record({ type: 'duplicateIgnored', at, channel: channelId, messageId });
        return;
      }
      const ids = { session: step.thread.session?.id ?? '', endUser: key, messageId };
      recorder.record({ type: 'received', at, channel: channelId, ...ids });
      for (const effect of step.effects) parts.onEffect(step.thread, effect);
    });
  };
  const receipt = async (channelId: string, event: Receipt | Watermark) => {
    const key = threadKey(channelId, event.to);
    const keep = () => clock.hold(store.receipt(key, event, unixNow(clock)));
    let changes = await keep();
    const sending = changes.length === 0 ? parts.sendsUnderWay(key) : undefined;
    if (sending !== undefined) {
      // However it ended: what was not kept has no receipt either.
      await sending.catch(() => {});
      changes = await keep();
    }
    const code = event.kind === 'receipt' ? event.errorCode : undefined;
    for (const { entry, changed } of changes) {
      if (!changed) continue;
      recorder.record({
        type: 'receipt',
        at: clock.now(),
        channel: channelId,
        session: entry.sessionId,
        status: event.status,
        sinceSentMs: unixNow(clock) - entry.atMs,
        ...(code === undefined ? {} : { code }),
      });
    }
  };
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
  const update: Sessions['update'] = (key, channelId, change) => {
    const existing: Change = (thread, at) => thread && change(thread, at);
    return take(parts, key, channelId, NO_CLAIMS, existing, (step) => {
      if (step === undefined) return undefined;
      for (const effect of step.effects) parts.onEffect(step.thread, effect);
      return step.thread;
    });
  };
  return {
    update,
    load: (key) => clock.hold(store.load(key, unixNow(clock))),
    inbound(channelId, event) {
      if (event.kind === 'message') return message(channelId, event);
      if (event.kind === 'typing') return typing(channelId, event);
      if (event.kind === 'ended') return left(update, channelId, event);
      if (event.kind === 'assigned') return assigned(channelId, event);
      return receipt(channelId, event);
    },
  };
}

const NO_CLAIMS: readonly string[] = [];

type Change = (thread: Thread | undefined, at: Moment) => Step | undefined;

/** One atomic step on a thread in the store, then `follow` with it, or with nothing if none. */
function take<T>(
  parts: SessionsParts,
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
  return clock.hold(saving).then((result) => follow(result === 'saved' ? step : undefined));
}

async function left(
  update: Sessions['update'],
  channelId: string,
  { from, sentMs }: CustomerEnded,
): Promise<void> {
  const key = threadKey(channelId, from);
  await update(key, channelId, (thread, at) => lifecycle.left(thread, sentMs, at));
}

function momentOf(parts: SessionsParts, key: string, channelId: string): Moment {
  const channel = parts.channels[channelId];
  if (channel === undefined) throw new Error(`no channel '${channelId}'`);
  const { clock, newId, keepMs } = parts;
  return { nowMs: unixNow(clock), key, channelId, channel, keepMs, newId };
}
