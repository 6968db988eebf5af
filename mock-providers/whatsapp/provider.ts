/**
 * The mock Cloud API: Meta's API on one side, phones on the other, and between them the network:
 * rate limits, the 24-hour window, delivery and reading. STOP means nothing here: it is a text.
 */
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import type { PricingJson, StatusJson } from '../../src/channels/whatsapp/wire.ts';
import type { Content } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { type Carrier, createApi, type Order } from './api.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRateLimits } from './rules.ts';
import {
  createWebhook,
  type ProblemCode,
  type Question,
  verifyWebhook,
  type Webhook,
} from './webhook.ts';

/**
 * The mock of one WhatsApp number. Beside the fields of `WhatsAppAccount` it reads, all optional,
 * of `channel.account`: `templates` (names by comma, `name:2` for two parameters; absent:
 * `hello_world:0`), `unreachable` (numbers by comma), `windowCheck` (`sync`: refused at once;
 * absent: fails later), `pairLimit` (`on`; absent: off) and `skipDelivered` (`on`; absent: off).
 */
export function createWhatsAppProvider(parts: ProviderParts): Provider {
  const ledger = createLedger(parts);
  const webhook = createWebhook(parts);
  const handsets: Handsets = new Map();
  const carrier = createCarrier(parts, ledger, webhook, handsets);
  const sendFrom = createSender(parts, ledger, webhook);
  const api = createApi(parts, ledger, carrier);
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: EVENTS,
    verify: () => verifyWebhook(parts),
    connect(address, name, onMessage): Phone {
      const handset: Handset = { address, name, onMessage, questions: new Map() };
      handsets.set(address, handset);
      return {
        send: (content) => sendFrom(handset, content),
        disconnect() {
          if (handsets.get(address) === handset) handsets.delete(address);
        },
      };
    },
    // No area code begins with 200, so nobody's number is ever used.
    addressOf: (n) => `1${2_005_550_000 + n}`,
  };
}

/** Types of messages, then of statuses, as the webhook's field `messages` has them. */
const MESSAGE_TYPES = [
  'text',
  'interactive',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'reaction',
] as const;
const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const;
const EVENTS: readonly string[] = [
  ...MESSAGE_TYPES.map((type) => `message: ${type}`),
  ...STATUSES.map((status) => `status: ${status}`),
];

/** A connected customer. */
interface Handset {
  readonly address: string;
  readonly name: string;
  readonly onMessage: (message: PhoneMessage) => void;
  /** On the screen, by the id of each choice; the newest that offers it. */
  readonly questions: Map<string, Question>;
}

type Handsets = Map<string, Handset>;

/** A message on its way to a phone. */
interface Parcel {
  readonly id: string;
  readonly number: number;
  readonly address: string;
  readonly isTemplate: boolean;
  /** A list's choices are picked otherwise than buttons are pressed. */
  readonly isList: boolean;
  readonly content: Content;
  readonly callbackData: string;
}

/** Reading so soon means that the chat was open (Meta docs: status messages, delivered). */
const AT_ONCE_MS = 1000;

function createCarrier(
  parts: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
  handsets: Handsets,
): Carrier {
  const { clock, delays } = parts;
  const { windowCheck, skipDelivered, unreachable = '' } = parts.channel.account;
  const strangers = new Set(unreachable.split(',').map((number) => number.replace(/\D/g, '')));
  const limit = createRateLimits(parts);

  const failureOf = (address: string, isTemplate: boolean): ProblemCode | undefined => {
    if (strangers.has(address)) return 131026;
    return isTemplate || ledger.isWindowOpen(address) ? undefined : 131047;
  };

  /** Each report awaits the one before, however slow the stack: reports keep their order. */
  const deliver = async (parcel: Parcel, failure: ProblemCode | undefined, isFree: boolean) => {
    const { id, number, address, callbackData } = parcel;
    const to = { address, name: handsets.get(address)?.name };
    const pricing = pricingOf(parcel, isFree);
    const data = callbackData === '' ? {} : { callbackData };
    const report = (status: StatusJson['status'], at: number, isPriced = true) =>
      webhook.status({ id, to, status, at, ...data, ...(isPriced && { pricing }) });

    // The network takes the message half-way between the API's answer and the phone.
    const half = delays.deliveryMs(number) / 2;
    await clock.sleep(half);
    if (failure !== undefined) {
      await webhook.status({ id, to, status: 'failed', at: clock.now(), ...data, failure });
      return;
    }
    let arrivedAt = 0;
    const arrival = clock.sleep(half).then(() => {
      arrivedAt = clock.now();
      show(handsets.get(address), parcel);
    });
    await Promise.all([report('sent', clock.now()), arrival]);
    const readMs = delays.readMs(number);
    const isSkipped = skipDelivered === 'on' && readMs !== undefined && readMs <= AT_ONCE_MS;
    if (!isSkipped) await report('delivered', arrivedAt);
    if (readMs === undefined) return;
    await clock.sleep(arrivedAt + readMs - clock.now());
    await report('read', arrivedAt + readMs, isSkipped);
  };

  return {
    refusal(address, isTemplate) {
      const isRefused = windowCheck === 'sync' && failureOf(address, isTemplate) === 131047;
      return isRefused ? 131047 : limit(address);
    },
    dispatch(order) {
      const parcel = parcelOf(order, ledger);
      const failure = failureOf(parcel.address, parcel.isTemplate);
      const isFree = ledger.isWindowOpen(parcel.address);
      clock.spawn(`whatsapp ${parcel.id}`, () => deliver(parcel, failure, isFree));
    },
  };
}

function parcelOf(order: Order, ledger: Ledger): Parcel {
  const { id, number, address, type, body } = order;
  const part = recordOf(body[type]);
  return {
    id,
    number,
    address,
    isTemplate: type === 'template',
    isList: part.type === 'list',
    content: contentOf(order, part, ledger),
    callbackData: textOf(body.biz_opaque_callback_data),
  };
}

/** What the phone shows. */
function contentOf({ type, body }: Order, part: Json, ledger: Ledger): Content {
  if (type === 'reaction') {
    return { kind: 'reaction', emoji: textOf(part.emoji), messageId: textOf(part.message_id) };
  }
  if (type === 'location') return placeOf(part);
  if (type === 'text') return { kind: 'text', text: textOf(part.body) };
  if (type === 'interactive') {
    const { buttons, sections } = recordOf(part.action);
    const rows = listOf(sections).flatMap((section) => listOf(section.rows));
    const replies = [...listOf(buttons).map(({ reply }) => recordOf(reply)), ...rows];
    const choices = replies.map(({ id, title }) => ({ id: textOf(id), title: textOf(title) }));
    const text = textOf(recordOf(part.body).text);
    return choices.length === 0 ? { kind: 'text', text } : { kind: 'text', text, choices };
  }
  const usual = MIME_TYPES.get(type);
  if (usual === undefined) {
    const people = listOf(body.contacts).map((card) => recordOf(card.name).formatted_name);
    return { kind: 'text', text: `[${type}: ${type === 'contacts' ? people : part.name}]` };
  }
  const known = ledger.media(textOf(part.id))?.json;
  const url = known?.url ?? textOf(part.link);
  const caption = typeof part.caption === 'string' ? { caption: part.caption } : {};
  return { kind: 'media', url, mimeType: known?.mime_type ?? usual, ...caption };
}

function placeOf({ latitude, longitude, name, address }: Json): Content {
  return {
    kind: 'location',
    latitude: Number(latitude),
    longitude: Number(longitude),
    ...(textOf(name) === '' ? {} : { name: textOf(name) }),
    ...(textOf(address) === '' ? {} : { address: textOf(address) }),
  };
}

/** Of media given by link: Meta asks the media's server, this goes by the message's type. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['image', 'image/jpeg'],
  ['video', 'video/mp4'],
  ['audio', 'audio/ogg'],
  ['document', 'application/octet-stream'],
  ['sticker', 'image/webp'],
]);

function show(handset: Handset | undefined, { id, content, isList }: Parcel): void {
  if (handset === undefined) return;
  if (content.kind === 'text' && content.choices !== undefined) {
    const question = { messageId: id, isList };
    for (const choice of content.choices) handset.questions.set(choice.id, question);
  }
  handset.onMessage({ messageId: id, content });
}

/** Since July 2025 only templates cost, utility ones not in the window (docs: Pricing). */
function pricingOf({ isTemplate }: Parcel, isFree: boolean): PricingJson {
  return {
    billable: !isFree,
    pricing_model: 'PMP',
    type: isFree ? 'free_customer_service' : 'regular',
    category: isTemplate ? 'utility' : 'service',
  };
}

function createSender(
  { clock, delays }: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
): (from: Handset, content: Content) => Promise<SendReport> {
  return async (from, content) => {
    const { id, number } = ledger.issue('in', from.address);
    const at = clock.now();
    ledger.openWindow(from.address);
    const question = content.kind === 'choice' ? from.questions.get(content.id) : undefined;
    const media = content.kind === 'media' ? ledger.keepMedia(content).json : undefined;
    await clock.sleep(delays.inboundMs(number));
    const said = { content, ...(question && { question }), ...(media && { media }) };
    const report = await webhook.message({ id, from, at, ...said });
    return report.ok ? { ok: true, messageId: id } : report;
  };
}
