/**
 * The mock Twilio: its API on one side, phones on the other, and between them the sender's queue,
 * delivery and Twilio's own answers to STOP, START and HELP. SMS has no read receipts.
 */

import { limitsOf } from '../../src/channels/limits.ts';
import { SMS_LIMITS, segmentsOf } from '../../src/channels/sms/limits.ts';
import type { SmsStatus } from '../../src/channels/sms/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import { type Content, textOf } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { type Carrier, type CarrierOrder, createApi } from './api.ts';
import { createLedger, type Ledger, type SmsMedia, type SmsRecord } from './ledger.ts';
import { keywordIn } from './rules.ts';
import { createWebhook, repliesIn, type Webhook } from './webhook.ts';

/**
 * The mock of one SMS channel's account. Beside `accountSid` and `authToken` it reads, all
 * optional, of `channel.account`: `apiKeySid`, `apiKeySecret`, `messagingServiceSid`,
 * `unreachable` (numbers, by comma), `contentTemplates` (`HX…=Hello {{1}}`, by semicolon) and
 * `advancedOptOut` (`on`: inbound messages say which keyword they were).
 */
export function createSmsProvider(parts: ProviderParts): Provider {
  const ledger = createLedger(parts);
  const webhook = createWebhook(parts);
  const phones: Phones = new Map();
  const carrier = createCarrier(parts, ledger, webhook, phones);
  const api = createApi(parts, ledger, carrier);
  const sendFrom = createSender(parts, ledger, webhook, carrier);
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: EVENTS,
    connect(address, _name, onMessage): Phone {
      phones.set(address, onMessage);
      return {
        send: (content) => sendFrom(address, content),
        disconnect() {
          if (phones.get(address) === onMessage) phones.delete(address);
        },
      };
    },
    // No area code begins with 200, so nobody's number is ever used.
    addressOf: (n) => `+1${2_005_550_000 + n}`,
  };
}

type Phones = Map<string, (message: PhoneMessage) => void>;

/** Reported on a message to a number of `unreachable` (docs: error 30003). */
const UNREACHABLE = 30003;
/** Reported on a message that could not be sent within its validity (docs: error 30001). */
const QUEUE_OVERFLOW = 30001;

/** An inbound message, and what a status callback may say. */
const EVENTS: readonly string[] = [
  'message: received',
  ...['queued', 'sent', 'delivered', 'undelivered', 'failed'].map((status) => `status: ${status}`),
];

function createCarrier(
  parts: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
  phones: Phones,
): Carrier {
  const { clock, channel, delays } = parts;
  const queue = createQueue(parts);
  const unreachable = new Set((channel.account.unreachable ?? '').split(',').map((a) => a.trim()));

  const handOver = (record: SmsRecord, content: Content) => {
    if (unreachable.has(record.to)) {
      ledger.change(record, { status: 'undelivered', errorCode: UNREACHABLE });
      return;
    }
    ledger.change(record, { status: 'delivered' });
    const own = record.direction === 'outbound-reply' ? { byPlatform: true } : {};
    phones.get(record.to)?.({ messageId: record.sid, content, ...own });
  };

  /** Each report awaits the one before, however slow the stack: reports keep their order. */
  const deliver = async (record: SmsRecord, waitMs: number, order: CarrierOrder) => {
    const report = async (status: SmsStatus) => {
      if (order.callback !== undefined) await webhook.status(order.callback, record, status);
    };
    const content = contentOf(record);
    if (waitMs > order.validityMs) {
      await clock.sleep(order.validityMs);
      ledger.change(record, { status: 'failed', errorCode: QUEUE_OVERFLOW });
      return report('failed');
    }
    // The network takes the message half-way between the API's answer and the phone.
    const half = delays.deliveryMs(record.number) / 2;
    await clock.sleep(waitMs + half);
    if (record.status === 'canceled') return;
    if (record.serviceSid !== null) {
      ledger.change(record, { status: 'queued', from: channel.address, segments: size(record) });
      await report('queued');
    }
    ledger.change(record, { status: 'sent', sentMs: unixNow(clock) });
    const arrival = clock.sleep(half).then(() => handOver(record, content));
    await Promise.all([report('sent'), arrival]);
    await report(record.status);
  };
  return {
    dispatch(record, order) {
      const go = () => {
        const waitMs = queue.take(size(record));
        clock.spawn(`sms ${record.sid}`, () => deliver(record, waitMs, order));
      };
      if (order.waitMs <= 0) return go();
      clock.after(order.waitMs, () => {
        if (record.status !== 'canceled') go();
      });
    },
    isFull: queue.isFull,
  };
}

/** The sender's queue: messages beyond its rate, in segments a second, wait for their turn. */
function createQueue(parts: ProviderParts) {
  const { segmentsPerSecond: rate, queueSeconds } = limitsOf(parts.channel, SMS_LIMITS);
  let freeAt = 0;
  const waitMs = () => Math.max(freeAt - parts.clock.now(), 0);
  return {
    /** Queues so many segments; ms until the first of them goes. */
    take(segments: number): number {
      if (rate === 0) return 0;
      const wait = waitMs();
      freeAt = parts.clock.now() + wait + (segments * 1000) / rate;
      return wait;
    },
    isFull: () => waitMs() >= queueSeconds * 1000,
  };
}

function createSender(
  parts: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
  carrier: Carrier,
): (from: string, content: Content) => Promise<SendReport> {
  const { channel, clock, delays } = parts;
  const draft = { serviceSid: null } as const;

  const answer = (to: string, body: string) => {
    const from = channel.address;
    const rest = { to, from, body, media: [], segments: segmentsOf(body) };
    const record = ledger.create({
      ...draft,
      ...rest,
      direction: 'outbound-reply',
      status: 'queued',
    });
    carrier.dispatch(record, { waitMs: 0, validityMs: SMS_LIMITS.validitySeconds * 1000 });
  };
  return async (from, content) => {
    const { body, media } = partsOf(content);
    const rest = { from, to: channel.address, body, media, segments: segmentsOf(body) };
    const record = ledger.create({ ...draft, ...rest, direction: 'inbound', status: 'receiving' });
    await clock.sleep(delays.inboundMs(record.number));
    ledger.change(record, { status: 'received' });

    const confirmation = obey(ledger, channel.address, from, body);
    if (confirmation !== undefined) answer(from, confirmation);
    const report = await webhook.inbound(record);
    if (!report.ok) return report;
    // Someone who opted out gets no reply, not even one to the very message that did it.
    if (!ledger.isBlocked(channel.address, from)) {
      for (const reply of repliesIn(report.response)) answer(from, reply);
    }
    return { ok: true, messageId: record.sid };
  };
}

/**
 * Keeps the block as a keyword says; Twilio's own words to the user, if it has any. A STOP or a
 * START that changes nothing is not confirmed, so that a customer's plain "yes" stays one.
 */
function obey(ledger: Ledger, sender: string, user: string, body: string): string | undefined {
  const keyword = keywordIn(body);
  if (keyword === 'STOP') {
    return ledger.block(sender, user)
      ? 'You have successfully been unsubscribed. You will not receive any more messages from ' +
          'this number. Reply START to resubscribe.'
      : undefined;
  }
  if (keyword === 'START') {
    return ledger.unblock(sender, user)
      ? 'You have successfully been re-subscribed to messages from this number. Reply HELP for ' +
          'help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.'
      : undefined;
  }
  return keyword === 'HELP' ? 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.' : undefined;
}

function partsOf(content: Content): { readonly body: string; readonly media: readonly SmsMedia[] } {
  if (content.kind === 'text') return { body: content.text, media: [] };
  if (content.kind !== 'media') return { body: textOf(content), media: [] };
  const media = [{ url: content.url, mimeType: content.mimeType }];
  return { body: content.caption ?? '', media };
}

/** What the handset shows: of several media items, the first. */
function contentOf({ body, media: [first] }: SmsRecord): Content {
  if (first === undefined) return { kind: 'text', text: body };
  const caption = body === '' ? {} : { caption: body };
  return { kind: 'media', url: first.url, mimeType: mimeOf(first.url), ...caption };
}

/** The API is not told a media type; Twilio asks the media's server, this reads its name. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['gif', 'image/gif'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['mp4', 'video/mp4'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
]);

function mimeOf(url: string): string {
  const extension = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? '';
  return MIME_TYPES.get(extension) ?? 'application/octet-stream';
}

function size(record: SmsRecord): number {
  return record.segments > 0 ? record.segments : segmentsOf(record.body);
}
