/** The channels with a wire, by type: a literal table. `direct` has none. */
import type { Channel } from '../org.ts';
import type { ChannelAdapter } from '../ports.ts';
import { createAppleAdapter } from './apple/adapter.ts';
import { APPLE_LIMITS } from './apple/limits.ts';
import { APPLE_ACCOUNT } from './apple/wire.ts';
import { createByocAdapter } from './byoc/adapter.ts';
import { BYOC_LIMITS } from './byoc/limits.ts';
import { BYOC_ACCOUNT, BYOC_ADDRESS } from './byoc/wire.ts';
import { createByocCcaasAdapter } from './byoc-ccaas/adapter.ts';
import { BYOC_CCAAS_LIMITS } from './byoc-ccaas/limits.ts';
import { BYOC_CCAAS_ACCOUNT } from './byoc-ccaas/wire.ts';
import type { Limits } from './limits.ts';
import { createLineAdapter } from './line/adapter.ts';
import { LINE_LIMITS } from './line/limits.ts';
import { LINE_ACCOUNT } from './line/wire.ts';
import { createMessengerAdapter } from './messenger/adapter.ts';
import { MESSENGER_LIMITS } from './messenger/limits.ts';
import { MESSENGER_ACCOUNT } from './messenger/wire.ts';
import { createSmsAdapter } from './sms/adapter.ts';
import { SMS_LIMITS } from './sms/limits.ts';
import { SMS_ACCOUNT } from './sms/wire.ts';
import { createWebAdapter } from './web/adapter.ts';
import { WEB_LIMITS } from './web/limits.ts';
import { WEB_ACCOUNT } from './web/wire.ts';
import { createWhatsAppAdapter } from './whatsapp/adapter.ts';
import { WHATSAPP_LIMITS } from './whatsapp/limits.ts';
import { WHATSAPP_ACCOUNT } from './whatsapp/wire.ts';

export interface AdapterSettings {
  readonly channel: Channel;
  /** Origin (and path prefix) of the platform's API. */
  readonly apiUrl: string;
  /** Where the platform reaches the stack for this channel. */
  readonly webhookUrl: string;
}

export interface ChannelKind {
  readonly createAdapter: (settings: AdapterSettings) => ChannelAdapter;
  /**
   * Documented limits; `limits` of a channel may set others. The one named `replyWindowMs` is how
   * long after the customer's last message a business may write freely; without it: always.
   */
  readonly limits: Limits;
  /** What `account` of a channel may say: secrets and ids, and how its mock platform behaves. */
  readonly account: readonly string[];
  /** What the business's own address looks like. */
  readonly address: {
    readonly pattern: RegExp;
    readonly example: string;
    /** In words, if there are any: `a number in E.164 form`. */
    readonly wants?: string;
  };
}

export const CHANNEL_KINDS = {
  apple: {
    createAdapter: createAppleAdapter,
    limits: APPLE_LIMITS,
    account: APPLE_ACCOUNT,
    address: {
      pattern: /^(urn:biz:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      example: '6b29fc40-ca47-4067-b31d-00dd010662da',
      wants: 'a business id',
    },
  },
  byoc: {
    createAdapter: createByocAdapter,
    limits: BYOC_LIMITS,
    account: BYOC_ACCOUNT,
    address: BYOC_ADDRESS,
  },
  'byoc-ccaas': {
    createAdapter: createByocCcaasAdapter,
    limits: BYOC_CCAAS_LIMITS,
    account: BYOC_CCAAS_ACCOUNT,
    address: BYOC_ADDRESS,
  },
  line: {
    createAdapter: createLineAdapter,
    limits: LINE_LIMITS,
    account: LINE_ACCOUNT,
    address: {
      pattern: /^U[0-9a-f]{32}$/,
      example: 'Ud4f1c0a94c6b1d2e3f405162738495a6',
      wants: "a bot's user id",
    },
  },
  messenger: {
    createAdapter: createMessengerAdapter,
    limits: MESSENGER_LIMITS,
    account: MESSENGER_ACCOUNT,
    address: { pattern: /^\d{5,20}$/, example: '106123456789012', wants: "the page's id, digits" },
  },
  sms: {
    createAdapter: createSmsAdapter,
    limits: SMS_LIMITS,
    account: SMS_ACCOUNT,
    address: {
      pattern: /^\+[1-9]\d{6,14}$/,
      example: '+15005550006',
      wants: 'a number in E.164 form',
    },
  },
  web: {
    createAdapter: createWebAdapter,
    limits: WEB_LIMITS,
    account: WEB_ACCOUNT,
    address: {
      pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      example: '0b8f9a52-6c1e-4d3a-9f27-5e1c7a40d2b6',
      wants: 'the channel address identifier, a UUID in lower case',
    },
  },
  whatsapp: {
    createAdapter: createWhatsAppAdapter,
    limits: WHATSAPP_LIMITS,
    account: WHATSAPP_ACCOUNT,
    address: { pattern: /^\+?\d[\d ()-]{5,20}$/, example: '15550783881' },
  },
} satisfies Partial<Record<Channel['type'], ChannelKind>>;

export type WiredChannel = keyof typeof CHANNEL_KINDS;

/** The kind of a channel; nothing for one without wire. */
export function kindOf({ type }: Pick<Channel, 'type'>): ChannelKind | undefined {
  return Object.hasOwn(CHANNEL_KINDS, type) ? CHANNEL_KINDS[type as WiredChannel] : undefined;
}

/** How long after the customer's last message a business may write freely; nothing: always. */
export function replyWindowMsOf(channel: Channel): number | undefined {
  const kind = kindOf(channel);
  return kind && (channel.limits.replyWindowMs ?? kind.limits.replyWindowMs);
}
