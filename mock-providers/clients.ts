/**
 * What to set in well-known clients so that they talk to a mock instead of the platform: printed
 * by `rehearse providers`. Words only; nothing here is run.
 */

import { appleAccount } from '../src/channels/apple/wire.ts';
import { byocAccount } from '../src/channels/byoc/wire.ts';
import type { WiredChannel } from '../src/channels/index.ts';
import { lineAccount } from '../src/channels/line/wire.ts';
import { messengerAccount } from '../src/channels/messenger/wire.ts';
import { smsAccount } from '../src/channels/sms/wire.ts';
import { webAccount } from '../src/channels/web/wire.ts';
import { whatsappAccount } from '../src/channels/whatsapp/wire.ts';
import type { Channel } from '../src/org.ts';

export interface ClientSetting {
  /** `twilio (Node)` */
  readonly client: string;
  readonly setting: string;
}

export interface Clients {
  /** The platform's own name. */
  readonly platform: string;
  /** Ids and secrets a client needs. */
  account(channel: Channel): object;
  /** How clients are pointed at `url`. */
  of(url: string): readonly ClientSetting[];
}

/** By channel type; those without are printed with their address and webhook only. */
export const CLIENTS: Readonly<Partial<Record<WiredChannel, Clients>>> = {
  byoc: { platform: 'Bring Your Own Channel', account: byocAccount, of: salesforceClients },
  'byoc-ccaas': {
    platform: 'Bring Your Own Channel for CCaaS',
    account: byocAccount,
    of: salesforceClients,
  },
  messenger: {
    platform: 'Messenger Platform',
    account: messengerAccount,
    of: (url) => [
      { client: 'messaging-api-messenger', setting: `new MessengerClient({ origin: '${url}' })` },
      { client: 'bottender', setting: `channels.messenger.origin: '${url}'` },
      {
        client: 'facebook-nodejs-business-sdk',
        setting: `Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => '${url}' })`,
      },
      { client: 'fbmessenger (Python)', setting: `client.graph_url = '${url}/v25.0'` },
    ],
  },
  apple: {
    platform: 'Apple Messages for Business',
    account: appleAccount,
    of: (url) => [
      { client: "Apple's tutorial (Python)", setting: `AMB_SERVER = '${url}/v1'` },
      { client: 'your MSP code', setting: `the base URL ${url}/v1` },
    ],
  },
  web: {
    platform: 'Messaging for In-App and Web',
    account: webAccount,
    of: (url) => [
      { client: 'messaging-web-api-sample-app', setting: `web storage MESSAGING_URL = '${url}'` },
      { client: 'any custom client', setting: `the base URL ${url}` },
    ],
  },
  sms: {
    platform: 'Twilio Programmable Messaging',
    account: smsAccount,
    of: (url) => [
      { client: 'twilio (Node)', setting: `client.api.baseUrl = '${url}'` },
      {
        client: 'twilio (Python)',
        setting: `client.api.base_url = '${url}'`,
      },
    ],
  },
  line: {
    platform: 'LINE Messaging API',
    account: lineAccount,
    of: (url) => [
      { client: '@line/bot-sdk', setting: `new MessagingApiClient({ baseURL: '${url}' })` },
      { client: 'line-bot-sdk (Python)', setting: `api.line_base_path = '${url}'` },
      { client: 'line-bot-sdk-go', setting: `messaging_api.WithEndpoint("${url}")` },
      { client: 'line-bot-sdk (Ruby)', setting: `base_url: '${url}'` },
    ],
  },
  whatsapp: {
    platform: 'WhatsApp Cloud API',
    account: whatsappAccount,
    of: (url) => [
      { client: '@kapso/whatsapp-cloud-api', setting: `new WhatsAppClient({ baseUrl: '${url}' })` },
      { client: '@great-detail/whatsapp', setting: `new Client({ prefixUrl: '${url}' })` },
      { client: 'pywa (Python)', setting: `wa.api._session.base_url = '${url}/v25.0'` },
      { client: 'Chatwoot', setting: `WHATSAPP_CLOUD_BASE_URL=${url}` },
    ],
  },
};

/** As the two public demo apps have it, and the Pub/Sub client for Node. */
function salesforceClients(url: string): readonly ClientSetting[] {
  return [
    { client: 'byoc-ott-demo-app', setting: `SF_SCRT_INSTANCE_URL=${url} SF_INSTANCE_URL=${url}` },
    { client: 'byo-demo-connector', setting: `SF_AUTH_ENDPOINT=${url}/services/oauth2/token` },
    {
      client: 'salesforce-pubsub-api-client',
      setting: 'pubSubEndpoint: the address below, rejectUnauthorizedSsl: false',
    },
  ];
}
