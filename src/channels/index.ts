/** The channels with a wire, by type: a literal table. `direct` has none. */
import type { Channel } from '../org.ts';
import type { ChannelAdapter } from '../ports.ts';
import { createSmsAdapter } from './sms/adapter.ts';
import { createWhatsAppAdapter } from './whatsapp/adapter.ts';
import { CUSTOMER_SERVICE_WINDOW_MS } from './whatsapp/limits.ts';

export interface AdapterSettings {
  readonly channel: Channel;
  /** Origin (and path prefix) of the platform's API. */
  readonly apiUrl: string;
  /** Where the platform reaches the stack for this channel. */
  readonly webhookUrl: string;
}

export interface ChannelKind {
  readonly createAdapter: (settings: AdapterSettings) => ChannelAdapter;
  /** How long after the customer's last message a business may write freely; absent: always. */
  readonly replyWindowMs?: number;
}

export const CHANNEL_KINDS: Readonly<Record<WiredChannel, ChannelKind>> = {
  sms: { createAdapter: createSmsAdapter },
  whatsapp: { createAdapter: createWhatsAppAdapter, replyWindowMs: CUSTOMER_SERVICE_WINDOW_MS },
};

export type WiredChannel = Exclude<Channel['type'], 'direct'>;

/** The kind of a channel; nothing for one without wire. */
export function kindOf(channel: Channel): ChannelKind | undefined {
  return channel.type === 'direct' ? undefined : CHANNEL_KINDS[channel.type];
}
