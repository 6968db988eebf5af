/**
 * The mock Apple: its REST API on one side, customers' devices on the other. Only customers begin a
 * conversation, and only they close it. Nobody is told what was delivered or read.
 */
import { seal } from '../../src/channels/apple/signature.ts';
import { type AttachmentJson, OBJECT_REPLACEMENT } from '../../src/channels/apple/wire.ts';
import type { Json } from '../../src/channels/json.ts';
import { type Content, textOf } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { type Carrier, createApi } from './api.ts';
import { answerTo, type Question, shownOf } from './content.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createWebhook, type Said, type Webhook } from './webhook.ts';

export function createAppleProvider(parts: ProviderParts): Provider {
  const { clock, delays } = parts;
  const ledger = createLedger(parts);
  const webhook = createWebhook(parts);
  const devices = new Map<string, Device>();
  let messages = 0;
  const next = () => {
    messages += 1;
    return messages;
  };
  const carrier: Carrier = {
    dispatch(to, id, message) {
      clock.after(delays.deliveryMs(next()), () => show(devices.get(to), id, message));
    },
  };
  const api = createApi(parts, ledger, carrier);
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: ['text', 'interactive', 'typing_start', 'typing_end', 'close'],
    connect(address, _name, onMessage): Phone {
      const device: Device = { address, onMessage, questions: new Map() };
      devices.set(address, device);
      const tell = (said: Said, id = ledger.messageId()) => webhook.message(address, id, said);
      return {
        send: createSender({ parts, ledger, webhook, device, next }),
        async typing(on) {
          await tell({ type: on ? 'typing_start' : 'typing_end' });
        },
        async leave() {
          ledger.set(address, 'closed');
          await tell({ type: 'close' });
        },
        disconnect() {
          if (devices.get(address) === device) devices.delete(address);
        },
      };
    },
    addressOf: (n) => `urn:mbid:AQAAY${base64Of(`${parts.channelId} customer ${n}`)}`,
  };
}

/** With the `/`, `+` and `=` that such ids have. */
function base64Of(text: string): string {
  return `${Buffer.from(text).toString('base64').replaceAll('=', '')}/+8=`;
}

interface Device {
  readonly address: string;
  readonly onMessage: (message: PhoneMessage) => void;
  /** On the screen, by the id of each choice; the newest that offers it. */
  readonly questions: Map<string, Question>;
}

function show(device: Device | undefined, messageId: string, message: Json): void {
  if (device === undefined) return;
  const { contents, question } = shownOf(message);
  for (const { id } of question?.choices ?? []) device.questions.set(id, question as Question);
  for (const content of contents) device.onMessage({ messageId, content });
}

interface SenderParts {
  readonly parts: ProviderParts;
  readonly ledger: Ledger;
  readonly webhook: Webhook;
  readonly device: Device;
  readonly next: () => number;
}

function createSender(sender: SenderParts): (content: Content) => Promise<SendReport> {
  const { parts, ledger, webhook, device, next } = sender;
  const { clock, delays, channel } = parts;
  const typesFirst = channel.account.openWithTyping !== 'off';
  return async (content) => {
    const id = ledger.messageId();
    const delayMs = delays.inboundMs(next());
    if (delayMs > 0) await clock.sleep(delayMs);
    const isFirst = ledger.conversation(device.address) !== 'open';
    ledger.set(device.address, 'open');
    // Messages tells that somebody begins to write before there are any words.
    if (isFirst && typesFirst) {
      await webhook.message(device.address, ledger.messageId(), { type: 'typing_start' });
    }
    const report = await webhook.message(device.address, id, saidOf(sender, content, id));
    return report.ok ? { ok: true, messageId: id } : report;
  };
}

/** What Messages has no way to say, customers type. */
function saidOf(sender: SenderParts, content: Content, id: string): Said {
  if (content.kind === 'choice') {
    const question = sender.device.questions.get(content.id);
    const interactiveData = question && answerTo(question, content.id);
    if (interactiveData !== undefined) return { type: 'interactive', interactiveData };
  }
  if (content.kind !== 'media') return { type: 'text', body: textOf(content) };
  const body = OBJECT_REPLACEMENT + (content.caption ?? '');
  return { type: 'text', body, attachments: [attach(sender, content, id)] };
}

/** The phone uploads what it sends, sealed: of a picture by address, that address. */
function attach(
  { parts, ledger }: SenderParts,
  { url, mimeType }: Extract<Content, { kind: 'media' }>,
  id: string,
): AttachmentJson {
  const { bytes, key } = seal(Buffer.from(url), id);
  const place = ledger.reserve(bytes.length);
  const { checksum } = ledger.keep(place, bytes) ?? { checksum: Buffer.alloc(0) };
  return {
    name: /([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? 'file',
    mimeType,
    size: bytes.length,
    key,
    url: `${parts.publicUrl}/mmcs/${place}`,
    owner: `M${place}`,
    signature: checksum.toString('hex').toUpperCase(),
  };
}
