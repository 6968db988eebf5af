/**
 * The mock LINE: its Messaging API on one side, users' phones on the other. A block is silent, as
 * LINE's is; nobody is told what was delivered or read.
 */
import { limitsOf } from '../../src/channels/limits.ts';
import { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import type { EventJson, MessageJson } from '../../src/channels/line/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import type { Content } from '../../src/message.ts';
import type { Phone, PhoneMessage, Provider, ProviderParts, SendReport } from '../provider.ts';
import { type Carrier, createApi } from './api.ts';
import { type Button, messageOf, shownOf } from './content.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRateLimits } from './rules.ts';
import { createWebhook, type Webhook } from './webhook.ts';

export function createLineProvider(parts: ProviderParts): Provider {
  const { clock, delays } = parts;
  const ledger = createLedger(parts);
  const webhook = createWebhook(parts, ledger);
  const handsets = new Map<string, Handset>();
  const blocked = new Set((parts.channel.account.blocked ?? '').split(',').map((id) => id.trim()));
  let messages = 0;
  const carrier: Carrier = {
    isFriend: (userId) => userId.startsWith(SIMULATED) || ledger.friend(userId) !== undefined,
    dispatch(to, sent) {
      if (blocked.has(to)) return;
      // What went in one request comes in one go, in order.
      messages += 1;
      clock.after(delays.deliveryMs(messages), () => {
        for (const { id, object } of sent) show(handsets.get(to), id, object);
      });
    },
  };
  const rates = createRateLimits(clock, limitsOf(parts.channel, LINE_LIMITS));
  const api = createApi(parts, { ledger, carrier, webhook, rates });
  const nextNumber = () => {
    messages += 1;
    return messages;
  };
  return {
    handle: api.handle,
    endpoints: api.endpoints,
    events: ['message', 'postback'],
    verify: () => webhook.verify(),
    connect(address, name, onMessage): Phone {
      const handset: Handset = { address, onMessage, buttons: new Map() };
      handsets.set(address, handset);
      ledger.befriend({ userId: address, name });
      return {
        send: createSender(parts, ledger, webhook, handset, nextNumber),
        disconnect() {
          if (handsets.get(address) === handset) handsets.delete(address);
        },
      };
    },
    addressOf: (n) => SIMULATED + n.toString(16).padStart(33 - SIMULATED.length, '0'),
  };
}

/** What the ids of simulated users begin with: all of them are friends of the account. */
const SIMULATED = 'U4e6f626f6479';

interface Handset {
  readonly address: string;
  readonly onMessage: (message: PhoneMessage) => void;
  /** On the screen, by the id of the choice; the newest that offers it. */
  readonly buttons: Map<string, Button>;
}

function show(
  handset: Handset | undefined,
  messageId: string,
  object: Parameters<typeof shownOf>[0],
) {
  if (handset === undefined) return;
  const { content, buttons } = shownOf(object);
  for (const button of buttons) handset.buttons.set(button.choice.id, button);
  handset.onMessage({ messageId, content });
}

function createSender(
  parts: ProviderParts,
  ledger: Ledger,
  webhook: Webhook,
  handset: Handset,
  nextNumber: () => number,
): (content: Content) => Promise<SendReport> {
  const { clock, delays } = parts;
  return async (content) => {
    const number = nextNumber();
    const base = {
      timestamp: Math.floor(unixNow(clock)),
      source: { type: 'user', userId: handset.address },
      mode: 'active',
      webhookEventId: ledger.eventId(),
      deliveryContext: { isRedelivery: false },
    } as const;
    const delayMs = delays.inboundMs(number);
    if (delayMs > 0) await clock.sleep(delayMs);
    // The token lives from here: it is counted from when the bot has the event.
    const replyToken = ledger.issueReplyToken(handset.address);
    const data = content.kind === 'choice' ? postbackOf(handset, content.id) : undefined;
    const id = ledger.messageId();
    const event: EventJson =
      data === undefined
        ? { ...base, type: 'message', replyToken, message: said(parts, ledger, content, id) }
        : { ...base, type: 'postback', replyToken, postback: { data } };
    const report = await webhook.event(event);
    return report.ok ? { ok: true, messageId: id } : report;
  };
}

/** The data of the button that offers it; nothing when users have to type what they mean. */
function postbackOf({ buttons }: Handset, id: string): string | undefined {
  const { action } = buttons.get(id) ?? {};
  return action?.type === 'postback' ? String(action.data) : undefined;
}

function said(
  { channel }: ProviderParts,
  ledger: Ledger,
  content: Content,
  id: string,
): MessageJson {
  const message = messageOf(content, id, ledger.token());
  if (content.kind === 'media') ledger.keepMedia(id, content);
  return channel.account.markAsRead === 'on'
    ? { ...message, markAsReadToken: ledger.token() }
    : message;
}
