/**
 * The mock Messenger Platform: Meta's API on one side, people's phones on the other, and between
 * them delivery in order, and reading. Messenger tells pages neither that people are writing nor
 * that they have gone, so phones here do neither. STOP means nothing: it is a text.
 */

import { recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS } from '../../src/channels/messenger/limits.ts';
import { messengerAccount } from '../../src/channels/messenger/wire.ts';
import type { Content } from '../../src/message.ts';
import { createDeadlines } from '../deadlines.ts';
import { shakeHands } from '../meta.ts';
import type {
  Phone,
  PhoneMessage,
  Provider,
  ProviderParts,
  SendReport,
  SendVerdict,
} from '../provider.ts';
import { type Carrier, createApi, type Order } from './api.ts';
import { type Offer, shownOf, toldOf } from './content.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRules, PSID_DIGITS, PSID_PREFIX } from './rules.ts';
import { createWebhook, EVENTS, type Webhook } from './webhook.ts';

/** The mock of one page; its behaviour is set by `channel.account` (see `MESSENGER_ACCOUNT`). */
export function createMessengerProvider(parts: ProviderParts): Provider {
  const ledger = createLedger(parts);
  const webhook = createWebhook(parts, ledger);
  const handsets: Handsets = new Map();
  const carrier = createCarrier(parts, ledger, webhook, handsets);
  const rules = createRules(parts, ledger, (psid) => handsets.has(psid));
  const api = createApi({ parts, ledger, rules, carrier });
  const sendFrom = createSender(parts, ledger, webhook);
  for (const event of EVENTS) {
    const isUsual = event !== 'message_echoes' || parts.channel.account.echoes === 'on';
    if (isUsual) ledger.subscribed.add(event);
  }
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: EVENTS,
    verify: () => verifyWebhook(parts),
    connect(psid, name, onMessage): Phone {
      const handset: Handset = { psid, name, onMessage, offers: new Map() };
      handsets.set(psid, handset);
      return {
        send: (content) => sendFrom(handset, content),
        disconnect() {
          if (handsets.get(psid) === handset) handsets.delete(psid);
        },
      };
    },
    addressOf: (n) => PSID_PREFIX + String(n).padStart(PSID_DIGITS - PSID_PREFIX.length, '0'),
  };
}

function verifyWebhook(parts: ProviderParts): Promise<SendVerdict> {
  const { verifyToken } = messengerAccount(parts.channel);
  const challenge = String(Math.floor(parts.random('messenger challenge', 1) * 2 ** 31));
  const { webhookTimeoutMs } = limitsOf(parts.channel, MESSENGER_LIMITS);
  return shakeHands(parts, { verifyToken, challenge }, webhookTimeoutMs);
}

/** A connected person. */
interface Handset {
  readonly psid: string;
  readonly name: string;
  readonly onMessage: (message: PhoneMessage) => void;
  /** What can be tapped, by its payload. */
  readonly offers: Map<string, Offer>;
}

type Handsets = Map<string, Handset>;

/** Choices that stay on the screen; older ones have been scrolled away. */
const KEPT_OFFERS = 100;

function createCarrier(
  parts: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
  handsets: Handsets,
): Carrier {
  const { clock, delays, channel } = parts;
  const { quickReplyTitle } = limitsOf(channel, MESSENGER_LIMITS);
  const withMids = channel.account.deliveryMids !== 'off';
  const app_id = Number(messengerAccount(channel).appId);
  const arrivals = createDeadlines(clock);
  // A moment of the wire is a whole one, and never before what it is to cover.
  const wireMs = (at: number) => Math.ceil(clock.originMs + at);

  /** No message overtakes another one of its thread. */
  const arrivalOf = ({ psid, number }: Order): number => {
    const soonest = clock.now() + delays.deliveryMs(number);
    const arrival = Math.max(soonest, arrivals.get(psid) ?? soonest);
    arrivals.set(psid, arrival);
    return arrival;
  };
  const echo = ({ psid, mid, message, attachment }: Order) => {
    const { text, metadata, attachment: given } = message;
    const { type, payload } = recordOf(given);
    const shown = attachment === undefined ? payload : { url: attachment.url };
    return webhook('message_echoes', psid, {
      timestamp: wireMs(clock.now()),
      message: {
        mid,
        is_echo: true,
        app_id,
        ...(textOf(metadata) !== '' && { metadata: textOf(metadata) }),
        ...(textOf(text) !== '' && { text: textOf(text) }),
        ...(given !== undefined && {
          attachments: [{ type: type as 'template', payload: shown }],
        }),
      },
    });
  };
  /** Reading waits for the report before it, however slow the stack: reports keep their order. */
  const deliver = async (order: Order) => {
    const { psid, mid, number } = order;
    const watermark = wireMs(clock.now());
    const arrival = arrivalOf(order);
    await clock.sleep(arrival - clock.now());
    const { content, offers } = shownOf(order.message, order.attachment, quickReplyTitle);
    show(handsets.get(psid), { messageId: mid, content }, offers);
    const delivery = withMids ? { mids: [mid], watermark } : { watermark };
    await webhook('message_deliveries', psid, { delivery });
    const readMs = delays.readMs(number);
    if (readMs === undefined) return;
    const readAt = arrival + readMs;
    await clock.sleep(readAt - clock.now());
    await webhook('message_reads', psid, { timestamp: wireMs(readAt), read: { watermark } });
  };
  return {
    dispatch(order) {
      const isEchoed = ledger.subscribed.has('message_echoes');
      if (isEchoed) clock.spawn(`messenger echo ${order.mid}`, () => echo(order));
      clock.spawn(`messenger ${order.mid}`, () => deliver(order));
    },
    nameOf: (psid) => handsets.get(psid)?.name,
  };
}

function show(handset: Handset | undefined, message: PhoneMessage, offers: Offer): void {
  if (handset === undefined) return;
  const { content } = message;
  const choices = content.kind === 'text' ? (content.choices ?? []) : [];
  for (const { id } of choices) {
    handset.offers.delete(id);
    handset.offers.set(id, offers);
    const [oldest] = handset.offers.size > KEPT_OFFERS ? handset.offers.keys() : [];
    if (oldest !== undefined) handset.offers.delete(oldest);
  }
  handset.onMessage(message);
}

function createSender({ clock, delays }: ProviderParts, ledger: Ledger, webhook: Webhook) {
  const sendOne = async (from: Handset, content: Content): Promise<SendReport> => {
    const { psid } = from;
    const { number, mid } = ledger.issue(psid);
    const timestamp = Math.floor(clock.originMs + clock.now());
    ledger.openWindows(psid);
    const offers = content.kind === 'choice' ? from.offers.get(content.id) : undefined;
    const { event, happening } = toldOf(content, mid, timestamp, offers);
    await clock.sleep(delays.inboundMs(number));
    const { ok, reason = '' } = await webhook(event, psid, happening);
    return ok ? { ok: true, messageId: mid } : { ok: false, reason };
  };
  return async (from: Handset, content: Content): Promise<SendReport> => {
    const caption = content.kind === 'media' ? content.caption : undefined;
    const report = await sendOne(from, content);
    if (caption === undefined || caption === '' || !report.ok) return report;
    // Messenger has no captions: what people want to say of a picture they say after it.
    const said = await sendOne(from, { kind: 'text', text: caption });
    return said.ok ? report : said;
  };
}
