/**
 * What the mock Twilio remembers, its newest messages and who opted out, and how its API shows a
 * message. No rules here: the API and the carrier decide, this keeps.
 */

import {
  API_VERSION,
  type MessageJson,
  type MessageListJson,
  type SmsDirection,
  type SmsStatus,
} from '../../src/channels/sms/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import type { ProviderParts } from '../provider.ts';

/** One message, either way. All times are Unix ms. */
export interface SmsRecord {
  /** Of this provider's messages, from 1, both ways counted together. */
  readonly number: number;
  readonly sid: string;
  readonly direction: SmsDirection;
  readonly serviceSid: string | null;
  readonly to: string;
  readonly media: readonly SmsMedia[];
  readonly createdMs: number;
  /** Null until a Messaging Service has chosen a sender. */
  readonly from: string | null;
  readonly body: string;
  readonly status: SmsStatus;
  readonly segments: number;
  readonly updatedMs: number;
  readonly sentMs: number | null;
  readonly errorCode: number | null;
}

export interface SmsMedia {
  /** Where the content really is. */
  readonly url: string;
  readonly mimeType: string;
}

export type SmsDraft = Pick<
  SmsRecord,
  'direction' | 'serviceSid' | 'to' | 'media' | 'from' | 'body' | 'status' | 'segments'
>;

type SmsChange = Partial<
  Pick<SmsRecord, 'from' | 'body' | 'status' | 'segments' | 'sentMs' | 'errorCode'>
>;

/** Whom messages went to and came from; empty: anyone. */
export interface SmsFilter {
  readonly to: string;
  readonly from: string;
}

export interface Ledger {
  /** Gives the message a number and a sid, and keeps it. */
  create(draft: SmsDraft): SmsRecord;
  /** Changes the record in place: whoever holds it sees the change, even when it is forgotten. */
  change(record: SmsRecord, change: SmsChange): void;
  find(sid: string): SmsRecord | undefined;
  /** True when there was such a message. */
  remove(sid: string): boolean;
  /** Newest first. */
  list(filter: SmsFilter): readonly SmsRecord[];
  /** Blocks messages from a sender to a user; true when they were not blocked. */
  block(sender: string, user: string): boolean;
  /** Lifts the block; true when there was one. */
  unblock(sender: string, user: string): boolean;
  isBlocked(sender: string, user: string): boolean;
}

/** Messages kept; the oldest is forgotten first, so that memory does not grow with the run. */
const KEPT = 10_000;

export function createLedger(
  parts: Pick<ProviderParts, 'channelId' | 'random' | 'clock'>,
  kept = KEPT,
): Ledger {
  // A ring: message number n is at n % kept, and a sid ends in its message's number.
  const ring: (SmsRecord | undefined)[] = [];
  const blocks = new Set<string>();
  const idOf = createIds(parts, 'sid');
  const pair = (sender: string, user: string) => `${sender} ${user}`;
  let count = 0;

  const find = (sid: string) => {
    const record = ring[numberIn(sid) % kept];
    return record?.sid === sid ? record : undefined;
  };
  return {
    create({ direction, serviceSid, to, media, from, body, status, segments }) {
      count += 1;
      const at = unixNow(parts.clock);
      const record: SmsRecord = {
        number: count,
        sid: idOf(media.length > 0 ? 'MM' : 'SM', count),
        direction,
        serviceSid,
        to,
        media,
        createdMs: at,
        from,
        body,
        status,
        segments,
        updatedMs: at,
        sentMs: null,
        errorCode: null,
      };
      ring[count % kept] = record;
      return record;
    },
    change(record, change) {
      Object.assign(record, change, { updatedMs: unixNow(parts.clock) });
    },
    find,
    remove(sid) {
      const record = find(sid);
      if (record !== undefined) ring[record.number % kept] = undefined;
      return record !== undefined;
    },
    list: ({ to, from }) =>
      ring
        .filter((record) => record !== undefined)
        .filter((record) => to === '' || record.to === to)
        .filter((record) => from === '' || record.from === from)
        .sort((a, b) => b.number - a.number),
    block(sender, user) {
      if (blocks.has(pair(sender, user))) return false;
      blocks.add(pair(sender, user));
      return true;
    },
    unblock: (sender, user) => blocks.delete(pair(sender, user)),
    isBlocked: (sender, user) => blocks.has(pair(sender, user)),
  };
}

/**
 * Makes ids of Twilio's form: a prefix of two letters and 32 hex digits. 24 of them are drawn, the
 * last eight are the number, so that no two of a purpose are ever the same.
 */
export function createIds(
  parts: Pick<ProviderParts, 'channelId' | 'random'>,
  purpose: string,
): (prefix: string, number: number) => string {
  const [first, second] = [`${parts.channelId} ${purpose} 1`, `${parts.channelId} ${purpose} 2`];
  return (prefix, number) =>
    prefix +
    hex(parts.random(first, number) * 2 ** 48, 12) +
    hex(parts.random(second, number) * 2 ** 48, 12) +
    hex(number, NUMBER_DIGITS);
}

const NUMBER_DIGITS = 8;

function numberIn(id: string): number {
  return Number.parseInt(id.slice(-NUMBER_DIGITS), 16);
}

/** The sid of a message's i-th media item: made of the message's own. */
export function mediaSidOf(sid: string, i: number): string {
  return `ME${sid.slice(2, 32)}${hex(i, 2)}`;
}

/** The media item of that sid, if the message has it. */
export function mediaAt(record: SmsRecord, mediaSid: string): SmsMedia | undefined {
  return record.media.find((_, i) => mediaSidOf(record.sid, i) === mediaSid);
}

/** A message as the API gives it. */
export function toJson(record: SmsRecord, accountSid: string): MessageJson {
  const uri = `/${API_VERSION}/Accounts/${accountSid}/Messages/${record.sid}`;
  return {
    sid: record.sid,
    account_sid: accountSid,
    messaging_service_sid: record.serviceSid,
    api_version: API_VERSION,
    body: record.body,
    from: record.from,
    to: record.to,
    status: record.status,
    direction: record.direction,
    num_segments: String(record.segments),
    num_media: String(record.media.length),
    price: null,
    price_unit: 'USD',
    error_code: record.errorCode,
    error_message: null,
    date_created: rfc2822(record.createdMs),
    date_updated: rfc2822(record.updatedMs),
    date_sent: record.sentMs === null ? null : rfc2822(record.sentMs),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}

/** One page of `all`, with the addresses of its neighbours. Pages count from 0. */
export function pageJson(
  all: readonly SmsRecord[],
  filter: SmsFilter,
  page: { readonly number: number; readonly size: number },
  accountSid: string,
): MessageListJson {
  const { number, size } = page;
  const start = number * size;
  const messages = all.slice(start, start + size).map((record) => toJson(record, accountSid));
  const to = filter.to === '' ? '' : `To=${encodeURIComponent(filter.to)}&`;
  const from = filter.from === '' ? '' : `From=${encodeURIComponent(filter.from)}&`;
  const path = `/${API_VERSION}/Accounts/${accountSid}/Messages.json`;
  const uriOf = (n: number) => `${path}?${to}${from}PageSize=${size}&Page=${n}`;
  return {
    messages,
    page: number,
    page_size: size,
    start,
    end: start + Math.max(messages.length - 1, 0),
    uri: uriOf(number),
    first_page_uri: uriOf(0),
    next_page_uri: start + size < all.length ? uriOf(number + 1) : null,
    previous_page_uri: number > 0 ? uriOf(number - 1) : null,
  };
}

/** A media item, by its place in the message. */
export function mediaItemJson(record: SmsRecord, i: number, accountSid: string) {
  const sid = mediaSidOf(record.sid, i);
  const date = rfc2822(record.createdMs);
  return {
    sid,
    account_sid: accountSid,
    parent_sid: record.sid,
    content_type: record.media[i]?.mimeType || 'application/octet-stream',
    date_created: date,
    date_updated: date,
    uri: `/${API_VERSION}/Accounts/${accountSid}/Messages/${record.sid}/Media/${sid}.json`,
  };
}

/** All of a message's media, on one page. */
export function mediaListJson(path: string, media_list: readonly object[]) {
  const uri = `${path}?PageSize=50&Page=0`;
  const end = Math.max(media_list.length - 1, 0);
  const page = { page: 0, page_size: 50, start: 0, end };
  const others = { first_page_uri: uri, next_page_uri: null, previous_page_uri: null };
  return { media_list, ...page, uri, ...others };
}

/** What was said of a message's fate. */
export function feedbackJson({ sid, updatedMs }: SmsRecord, outcome: string, accountSid: string) {
  const date = rfc2822(updatedMs);
  return {
    account_sid: accountSid,
    message_sid: sid,
    outcome,
    date_created: date,
    date_updated: date,
    uri: `/${API_VERSION}/Accounts/${accountSid}/Messages/${sid}/Feedback.json`,
  };
}

/** `Thu, 30 Jul 2015 20:12:31 +0000`. */
function rfc2822(unixMs: number): string {
  return new Date(unixMs).toUTCString().replace('GMT', '+0000');
}

function hex(value: number, digits: number): string {
  return Math.floor(value).toString(16).padStart(digits, '0');
}
