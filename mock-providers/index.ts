/** The mock platforms, by channel type: a literal table. */
import type { WiredChannel } from '../src/channels/index.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { createSmsProvider } from './sms/provider.ts';
import { createWhatsAppProvider } from './whatsapp/provider.ts';

export const PROVIDERS: Readonly<Record<WiredChannel, (parts: ProviderParts) => Provider>> = {
  sms: createSmsProvider,
  whatsapp: createWhatsAppProvider,
};
