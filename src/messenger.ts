/**
 * Sends to customers: refuses what consent and the platform's window forbid, hands the rest to the
 * outbox, and keeps what came of it. Who may send what, and when, is decided here and nowhere else.
 * What decides is the thread in the store, read right before the first call of a send and again
 * before every further one: no call to a customer begins after their STOP was acknowledged.
 */

import { unixNow } from './clock/unix-now.ts';
import { createJournal } from './journal.ts';
import type { Content, Outbound, SendOutcome } from './message.ts';
import type { Org } from './org.ts';
import type { Clock, Outbox, Recorder } from './ports.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Entry, Thread } from './sessions/thread.ts';

export interface MessengerParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly sessions: Sessions;
  readonly outbox: Outbox;
  readonly channels: Org['channels'];
  readonly outboundTo: (thread: Thread) => Outbound;
  /** Writes down what is about to be sent: where the store outlives this process. */
  readonly isJournalled: boolean;
  /** How long after the customer's last message the channel lets a business write freely. */
  readonly windowMsOf: (channelId: string) => number | undefined;
}

/** In whose name a message goes out. Times are clock ms. */
export type Sender =
  /** The confirmation of an opt-out is the one message that may follow it. */
  | { readonly by: 'auto'; readonly confirmsOptOut?: boolean }
  /** The business writes first, in the name of a rep or of a flow. */
  | { readonly by: 'business'; readonly rep?: string }
  | { readonly by: 'bot' }
  | {
      readonly by: 'rep';
      readonly rep: string;
      readonly queue: string;
      readonly requestedAtMs: number;
    };

export interface Messenger {
  /** Never rejects for a platform's refusal: that is an outcome. */
  send(thread: Thread, content: Content, sender: Sender): Promise<SendOutcome>;
  /** Settles when the sends to this end user that are under way are kept; else `undefined`. */
  underWay(key: string): Promise<unknown> | undefined;
  /** Whether this very send (`BegunSend.id`) is under way in this process. */
  isSending(sendId: string): boolean;
}

export function createMessenger(parts: MessengerParts): Messenger {
  const { clock, recorder, sessions } = parts;

  const refuse = createRefusal(parts);
  const { journal, begin, keep, failed } = createKeeping(parts);
  /** As the store has it now, in the session it was meant for. */
  const latest = async (known: Thread): Promise<Thread> => {
    const now = await sessions.load(known.key);
    return now === undefined ? known : { ...now, session: known.session };
  };
  const isWelcome = async (key: string) => (await sessions.load(key))?.consent !== 'OptedOut';
  const send = async (known: Thread, content: Content, sender: Sender): Promise<SendOutcome> => {
    const thread = sender.by === 'auto' ? await latest(known) : known;
    const outbound = parts.outboundTo(thread);
    // If it fails half way, it is for others to find.
    return sendAs(thread, content, sender, outbound).finally(() => journal.over(outbound.key));
  };
  const sendAs = async (
    thread: Thread,
    content: Content,
    sender: Sender,
    outbound: Outbound,
  ): Promise<SendOutcome> => {
    const { channelId: channel, replyToken } = thread;
    const refused = refuse(thread, content, sender);
    const message = {
      ...outbound,
      content,
      ...('rep' in sender ? { rep: sender.rep } : {}),
      ...(replyToken === undefined ? {} : { replyToken }),
    };
    const mayGoOn = () => isWelcome(thread.key);
    const outcome =
      refused ??
      (parts.isJournalled ? await begin(thread, content, sender, outbound) : undefined) ??
      (await parts.outbox.send(channel, message, mayGoOn));
    if (!outcome.ok) {
      await failed(thread, outcome, outbound.key);
      return outcome;
    }
    const { messageId } = outcome;
    const ids = { channel, session: thread.session?.id ?? '', messageId };
    recorder.record({
      type: 'replied',
      at: clock.now(),
      ...ids,
      ...measures(thread, sender, clock),
    });
    await keep(thread, content, sender, messageId, outbound);
    return outcome;
  };
  const underWay = createUnderWay();
  return {
    underWay: underWay.of,
    isSending: journal.isOpen,
    send: (thread, content, sender) => underWay.add(thread.key, send(thread, content, sender)),
  };
}

/** What is kept of a send: that it begins, and what came of it. */
function createKeeping(parts: MessengerParts) {
  const { clock, recorder, sessions } = parts;
  const journal = createJournal(parts);
  const keep = (thread: Thread, content: Content, sender: Sender, id: string, of: Outbound) => {
    const { key, channelId, session } = thread;
    const actor = ACTORS[sender.by];
    const sessionId = session?.id ?? '';
    const entry: Entry = { id, sessionId, actor, atMs: unixNow(clock), sentMs: of.atMs, content };
    return sessions.update(key, channelId, (current, at) =>
      lifecycle.sent(current, entry, at, parts.isJournalled ? of.key : undefined),
    );
  };
  const failed = async (thread: Thread, outcome: SendOutcome & { ok: false }, sendId: string) => {
    await journal.strike(thread, sendId, outcome.definite);
    const { key, channelId: channel, session } = thread;
    const { failure, code, definite } = outcome;
    const at = clock.now();
    const ids = { channel, session: session?.id ?? '' };
    recorder.record({ type: 'sendFailed', at, ...ids, failure, code, definite });
    if (failure !== 'optedOut') return undefined;
    return sessions.update(key, channel, lifecycle.foundOptedOut);
  };
  const begin = async (thread: Thread, content: Content, sender: Sender, { key: id }: Outbound) => {
    const sessionId = thread.session?.id ?? '';
    const actor = ACTORS[sender.by];
    const send = { id, sessionId, actor, atMs: unixNow(clock), content };
    const mayFollow = sender.by === 'auto' && sender.confirmsOptOut === true;
    const begun = await journal.begin(thread, send, mayFollow);
    return begun ? undefined : refusal('optedOut', 'the customer has opted out');
  };
  return { journal, begin, keep, failed };
}

/** What consent and the platform's window forbid. */
function createRefusal(parts: MessengerParts) {
  const { clock } = parts;
  return (thread: Thread, content: Content, sender: Sender): SendOutcome | undefined => {
    const confirms = sender.by === 'auto' && sender.confirmsOptOut === true;
    if (thread.consent === 'OptedOut' && !confirms) {
      return refusal('optedOut', 'the customer has opted out');
    }
    const channel = parts.channels[thread.channelId];
    const isUnasked = sender.by === 'business' && channel !== undefined;
    if (isUnasked && !lifecycle.isFullyOptedIn(thread.consent, channel)) {
      return refusal('notOptedIn', 'the customer has not opted in as the channel asks for');
    }
    const windowMs = parts.windowMsOf(thread.channelId);
    const isOpen = windowMs === undefined || unixNow(clock) - thread.lastInboundMs < windowMs;
    // Templates are for writing outside the window.
    if (isOpen || content.kind === 'template') return undefined;
    return refusal('outsideWindow', 'the customer last wrote too long ago');
  };
}

const ACTORS = { auto: 'System', bot: 'Bot', rep: 'Agent', business: 'Agent' } as const;

/** Sends that have begun and are not kept yet, by end user. */
function createUnderWay() {
  const last = new Map<string, Promise<unknown>>();
  return {
    of: (key: string) => last.get(key),
    add<T>(key: string, sending: Promise<T>): Promise<T> {
      const before = last.get(key);
      const all = before === undefined ? sending : Promise.allSettled([before, sending]);
      const forget = () => {
        if (last.get(key) === all) last.delete(key);
      };
      last.set(key, all);
      all.then(forget, forget);
      return sending;
    },
  };
}

function refusal(
  failure: 'optedOut' | 'notOptedIn' | 'outsideWindow',
  detail: string,
): SendOutcome {
  return { ok: false, failure, code: 'stack', detail, definite: true };
}

function measures({ session }: Thread, sender: Sender, clock: Clock) {
  if (sender.by === 'business') return { by: 'auto' as const, first: false };
  if (sender.by !== 'rep') return { by: sender.by, first: false };
  const { by, rep, queue } = sender;
  const since = session?.unansweredSinceMs;
  const first = session?.repliedOnce !== true;
  return {
    by,
    rep,
    queue,
    first,
    ...(since === undefined ? {} : { sinceCustomerMs: unixNow(clock) - since }),
    ...(first ? { sinceRequestMs: clock.now() - sender.requestedAtMs } : {}),
  };
}
