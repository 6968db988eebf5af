/**
 * What the mock LINE remembers, bounded: friends, reply tokens, retry keys, media, the month's
 * count. No rules of sending here: the API and the rules decide, this keeps.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import type { SentMessages } from '../../src/channels/line/wire.ts';
import type { ProviderParts } from '../provider.ts';

export interface Friend {
  readonly userId: string;
  readonly name: string;
}

/** What was answered to the first use of a retry key. */
export interface Accepted {
  readonly requestId: string;
  readonly sent: SentMessages | undefined;
}

export interface MediaRecord {
  readonly mimeType: string;
  readonly url: string;
}

export interface Ledger {
  /** Gives the next message an id: 18 digits. */
  messageId(): string;
  /** A ULID, of now. */
  eventId(): string;
  /** UUIDs of requests, hex of tokens. */
  requestId(): string;
  token(): string;
  befriend(friend: Friend): void;
  friend(userId: string): Friend | undefined;
  friends(): readonly string[];
  /** A token that answers an event of now; `to` is who gets the answer. */
  issueReplyToken(to: string): string;
  /** The event was sent again: its token is good a little longer. */
  renewReplyToken(token: string): void;
  /** Whom the token is for, once, while it is good. */
  spendReplyToken(token: string): string | undefined;
  accepted(retryKey: string): Accepted | undefined;
  accept(retryKey: string, answer: Accepted): void;
  keepMedia(id: string, media: MediaRecord): void;
  media(id: string): MediaRecord | undefined;
  /** Counts so many messages of this month; false when the quota has no room for them. */
  spendQuota(messages: number): boolean;
  usage(): number;
}

/** Of each kind of thing, so many are kept; the oldest is forgotten first. */
const KEPT = 10_000;

export function createLedger(parts: ProviderParts): Ledger {
  const { clock, channel } = parts;
  const limits = limitsOf(channel, LINE_LIMITS);
  const issue = createIssuer(parts);
  const friends = createBounded<Friend>();
  const tokens = createBounded<ReplyTokenRecord>();
  const keys = createBounded<Accepted & { readonly untilMs: number }>();
  const media = createBounded<MediaRecord>();
  let used = 0;
  return {
    ...issue,
    befriend: (friend) => friends.set(friend.userId, friend),
    friend: (userId) => friends.get(userId),
    friends: friends.keys,
    issueReplyToken(to) {
      const token = issue.token();
      const untilMs = clock.now() + limits.replyTokenMs;
      const latestMs = clock.now() + limits.redeliveredReplyTokenMs;
      tokens.set(token, { to, untilMs, latestMs });
      return token;
    },
    renewReplyToken(token) {
      const record = tokens.get(token);
      if (record === undefined) return;
      const untilMs = Math.min(clock.now() + limits.replyTokenMs, record.latestMs);
      tokens.set(token, { ...record, untilMs });
    },
    spendReplyToken(token) {
      const record = tokens.get(token);
      tokens.delete(token);
      return record !== undefined && clock.now() <= record.untilMs ? record.to : undefined;
    },
    accepted(retryKey) {
      const found = keys.get(retryKey);
      return found !== undefined && clock.now() < found.untilMs ? found : undefined;
    },
    accept: (retryKey, answer) =>
      keys.set(retryKey, { ...answer, untilMs: clock.now() + limits.retryKeyMs }),
    keepMedia: media.set,
    media: media.get,
    spendQuota(messages) {
      if (limits.monthlyMessages > 0 && used + messages > limits.monthlyMessages) return false;
      used += messages;
      return true;
    },
    usage: () => used,
  };
}

interface ReplyTokenRecord {
  readonly to: string;
  /** On the clock. */
  readonly untilMs: number;
  /** However often the event is sent again. */
  readonly latestMs: number;
}

/** Ids that look like LINE's, the same in every run. */
function createIssuer({ clock, random }: ProviderParts) {
  const next = { message: 0, event: 0, request: 0, token: 0 };
  const hex = (purpose: keyof typeof next, digits: number) => {
    next[purpose] += 1;
    const drawn = Math.floor(random(`line ${purpose}`, next[purpose]) * 2 ** 48);
    return (
      drawn.toString(16).padStart(12, '0') + next[purpose].toString(16).padStart(digits - 12, '0')
    );
  };
  return {
    messageId() {
      next.message += 1;
      return String(461_230_000_000_000_000n + BigInt(next.message));
    },
    eventId() {
      next.event += 1;
      const time = base32(clock.originMs + Math.floor(clock.now()), 10);
      return (
        time +
        base32(Math.floor(random('line event', next.event) * 2 ** 40), 8) +
        base32(next.event, 8)
      );
    },
    requestId() {
      const digits = hex('request', 32);
      const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`];
      return [...parts, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-');
    },
    token: () => hex('token', 32),
  };
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function base32(value: number, digits: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < digits; i += 1) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function createBounded<T>() {
  const items = new Map<string, T>();
  return {
    get: (key: string) => items.get(key),
    delete: (key: string) => items.delete(key),
    keys: () => [...items.keys()],
    set(key: string, item: T) {
      items.set(key, item);
      const [oldest] = items.size > KEPT ? items.keys() : [];
      if (oldest !== undefined) items.delete(oldest);
    },
  };
}
