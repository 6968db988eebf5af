/**
 * The mock Apple: its REST API on one side, customers' devices on the other. Only customers begin a
 * conversation, and only they close it. Nobody is told what was delivered or read.
 */
import { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { type InteractiveData, OBJECT_REPLACEMENT } from '../../src/channels/apple/wire.ts';
import type { Json } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { uuidOf } from '../../src/channels/uuid.ts';
import { type Content, textOf } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { createVault, type Vault } from './account.ts';
import { type Carrier, createApi } from './api.ts';
import { answerTo, fileOf, type Question, shownOf, tapback } from './content.ts';
import { bound, createLedger, type Ledger } from './ledger.ts';
import { createWebhook, type Said, type Webhook } from './webhook.ts';

export function createAppleProvider(parts: ProviderParts): Provider {
  const { clock, delays } = parts;
  const ledger = createLedger(parts);
  const vault = createVault(parts, ledger);
  const webhook = createWebhook(parts);
  const devices = new Map<string, Device>();
  let messages = 0;
  const next = () => {
    messages += 1;
    return messages;
  };
  const carrier: Carrier = {
    dispatch(to, id, message) {
      clock.after(delays.deliveryMs(next()), () => show(devices.get(to), id, message, vault));
    },
  };
  const api = createApi(parts, { ledger, vault, carrier });
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: ['text', 'interactive', 'interactiveDataRef', 'typing_start', 'typing_end', 'close'],
    connect(address, _name, onMessage): Phone {
      const device: Device = { address, onMessage, questions: new Map(), texts: new Map() };
      devices.set(address, device);
      const tell = (said: Said, id = ledger.messageId()) => webhook.message(address, id, said);
      return {
        send: createSender({ parts, ledger, vault, webhook, device, next }),
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
  /** What the newest messages say, by id. */
  readonly texts: Map<string, string>;
}

/** Choices, and texts, that a device has in view. */
const IN_VIEW = 500;

function show(device: Device | undefined, messageId: string, message: Json, vault: Vault): void {
  if (device === undefined) return;
  const { contents, question } = shownOf(message, vault);
  if (question !== undefined) {
    for (const { id } of question.choices) {
      device.questions.delete(id);
      device.questions.set(id, question);
      bound(device.questions, IN_VIEW);
    }
  }
  for (const content of contents) {
    device.texts.set(messageId, textOf(content));
    bound(device.texts, IN_VIEW);
    device.onMessage({ messageId, content });
  }
}

interface SenderParts {
  readonly parts: ProviderParts;
  readonly ledger: Ledger;
  readonly vault: Vault;
  readonly webhook: Webhook;
  readonly device: Device;
  readonly next: () => number;
}

function createSender(sender: SenderParts): (content: Content) => Promise<SendReport> {
  const { parts, ledger, webhook, device, next } = sender;
  const { clock, delays, channel } = parts;
  const { inlineBytes } = limitsOf(channel, APPLE_LIMITS);
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
    const report = await webhook.message(
      device.address,
      id,
      saidOf(sender, content, id, inlineBytes),
    );
    return report.ok ? { ok: true, messageId: id } : report;
  };
}

/** What Messages has no way to say, customers type. */
function saidOf(
  { vault, device }: SenderParts,
  content: Content,
  id: string,
  inlineBytes: number,
): Said {
  if (content.kind === 'choice') {
    const question = device.questions.get(content.id);
    const answer = question && answerTo(question, content.id, uuidOf(`${id}/session`));
    if (answer !== undefined) return answerIn(answer, vault, inlineBytes);
  }
  if (content.kind === 'reaction') {
    const text = device.texts.get(content.messageId);
    if (text !== undefined) return { type: 'text', body: tapback(content.emoji, text) };
  }
  if (content.kind !== 'media') return { type: 'text', body: textOf(content) };
  const { url, mimeType, caption = '' } = content;
  const name = /^[^?#]*\/([^/?#]+)/.exec(url)?.[1] ?? 'file';
  const attachment = vault.attach(fileOf(mimeType, url), name, mimeType);
  return { type: 'text', body: OBJECT_REPLACEMENT + caption, attachments: [attachment] };
}

/** As it is, or where it can be had. */
function answerIn(answer: InteractiveData, vault: Vault, inlineBytes: number): Said {
  const isLarge = Buffer.byteLength(JSON.stringify(answer)) > inlineBytes;
  if (!isLarge) return { type: 'interactive', interactiveData: answer };
  const title = answer.data.replyMessage?.title ?? '';
  return { type: 'interactive', interactiveDataRef: vault.refer(answer, title) };
}
