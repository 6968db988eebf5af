/** The mock platforms, by channel type: a literal table. */
import type { WiredChannel } from '../src/channels/index.ts';
import { createAppleProvider } from './apple/provider.ts';
import { createByocProvider } from './byoc/provider.ts';
import { createByocCcaasProvider } from './byoc-ccaas/provider.ts';
import { createLineProvider } from './line/provider.ts';
import { createMessengerProvider } from './messenger/provider.ts';
import type { Provider, ProviderParts } from './provider.ts';
import { createSmsProvider } from './sms/provider.ts';
import { createWebProvider } from './web/provider.ts';
import { createWhatsAppProvider } from './whatsapp/provider.ts';

export const PROVIDERS: Readonly<Record<WiredChannel, (parts: ProviderParts) => Provider>> = {
  apple: createAppleProvider,
  byoc: createByocProvider,
  'byoc-ccaas': createByocCcaasProvider,
  line: createLineProvider,
  messenger: createMessengerProvider,
  sms: createSmsProvider,
  web: createWebProvider,
  whatsapp: createWhatsAppProvider,
};
