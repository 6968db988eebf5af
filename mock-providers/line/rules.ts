/**
 * LINE's rules: rate limits (so many requests of a kind in a window of time; nothing is queued) and
 * what a message object must have.
 */
import { type Json, recordOf, textOf } from '../../src/channels/json.ts';
import type { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import type { Clock } from '../../src/ports.ts';

type Limits = { readonly [K in keyof typeof LINE_LIMITS]: number };

/** Which limit an endpoint falls under (reference: Rate limits). */
export type RateClass = 'usual' | 'multicast' | 'loading' | 'broadcast' | 'endpoint';

export interface RateLimits {
  /** Counts a request to that endpoint; false when it is one too many. */
  take(endpoint: string, kind: RateClass): boolean;
}

export function createRateLimits(clock: Clock, limits: Limits): RateLimits {
  const windows: Readonly<Record<RateClass, { readonly count: number; readonly ms: number }>> = {
    usual: { count: limits.requestsPerSecond, ms: 1000 },
    multicast: { count: limits.multicastPerSecond, ms: 1000 },
    loading: { count: limits.loadingPerSecond, ms: 1000 },
    broadcast: { count: limits.broadcastsPerHour, ms: 3_600_000 },
    endpoint: { count: limits.endpointPerMinute, ms: 60_000 },
  };
  const counts = new Map<string, { window: number; used: number }>();
  return {
    take(endpoint, kind) {
      const { count, ms } = windows[kind];
      if (count === 0) return true;
      const window = Math.floor(clock.now() / ms);
      const seen = counts.get(endpoint);
      if (seen === undefined || seen.window !== window) {
        counts.set(endpoint, { window, used: 1 });
        return true;
      }
      if (seen.used >= count) return false;
      seen.used += 1;
      return true;
    },
  };
}

/** What is wrong with one property of a request. */
export interface Fault {
  readonly message: string;
  readonly property: string;
}

/** What is wrong with the message objects of a send; none if all is well. */
export function checkMessages(messages: unknown, limits: Limits): readonly Fault[] {
  const property = 'messages';
  const most = limits.messagesPerRequest;
  if (!Array.isArray(messages) || messages.length === 0) {
    return [{ message: 'May not be empty', property }];
  }
  if (messages.length > most) return [{ message: `Size must be between 1 and ${most}`, property }];
  return messages.flatMap((message, i) =>
    checkMessage(recordOf(message), `messages[${i}]`, limits),
  );
}

/** Required fields by type (OpenAPI: Message); a type that is not here is refused. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  textV2: ['text'],
  sticker: ['packageId', 'stickerId'],
  image: ['originalContentUrl', 'previewImageUrl'],
  video: ['originalContentUrl', 'previewImageUrl'],
  audio: ['originalContentUrl', 'duration'],
  location: ['title', 'address', 'latitude', 'longitude'],
  imagemap: ['baseUrl', 'altText', 'baseSize', 'actions'],
  template: ['altText', 'template'],
  flex: ['altText', 'contents'],
  coupon: ['couponId'],
};

function checkMessage(message: Json, at: string, limits: Limits): readonly Fault[] {
  const type = textOf(message.type);
  const required = Object.hasOwn(REQUIRED, type) ? REQUIRED[type] : undefined;
  if (required === undefined) {
    const known = Object.keys(REQUIRED).join(', ');
    const text = `Must be one of the following values: [${known}]`;
    return [{ message: type === '' ? 'May not be empty' : text, property: `${at}.type` }];
  }
  const missing = required.filter((name) => isEmpty(message[name]));
  const faults = missing.map((name) => ({
    message: 'May not be empty',
    property: `${at}.${name}`,
  }));
  const text = textOf(message.text);
  if (text.length > limits.text) {
    faults.push({
      message: `Length must be between 0 and ${limits.text}`,
      property: `${at}.text`,
    });
  }
  for (const name of ['originalContentUrl', 'previewImageUrl'] as const) {
    const url = textOf(message[name]);
    const isGood = url.startsWith('https://') && url.length <= limits.mediaUrl;
    if (url !== '' && !isGood)
      faults.push({ message: 'Must be a valid HTTPS URL', property: `${at}.${name}` });
  }
  const items = recordOf(message.quickReply).items;
  if (Array.isArray(items) && items.length > limits.quickReplies) {
    const message = `Size must be between 0 and ${limits.quickReplies}`;
    faults.push({ message, property: `${at}.quickReply.items` });
  }
  return faults;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
