/**
 * A partner's bridge as Salesforce's public demo apps have it (byoc-ott-demo-app and
 * byo-demo-connector in salesforce-misc), over other people's code: jose signs, fetch encodes
 * forms, Salesforce's community client subscribes. No tests.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import PubSubApiClient from 'salesforce-pubsub-api-client';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export { publicKey };

export interface BridgeSettings {
  /** Of the org and of the Interaction Service: the same in the mock. */
  readonly url: string;
  readonly consumerKey: string;
  readonly orgId: string;
  readonly authorizationContext: string;
  readonly channelAddress: string;
  readonly endUser: string;
}

/** What the demo apps take from an event. */
export interface Reply {
  readonly text: unknown;
  readonly formatType: unknown;
  readonly attachments: unknown;
  readonly identifier: unknown;
  readonly conversationIdentifier: unknown;
}

export type Answer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the service
  readonly json: any;
};

export function createBridge(settings: BridgeSettings) {
  const { url, orgId, authorizationContext, channelAddress, endUser } = settings;
  let token = '';
  const replies: Reply[] = [];
  const routingRequests: unknown[] = [];

  const answerOf = async (response: Response): Promise<Answer> => {
    return { status: response.status, json: await response.json() };
  };
  const headersOf = (set: Record<string, string> = {}) => ({
    Authorization: `Bearer ${token}`,
    Accept: 'application/json',
    OrgId: orgId,
    AuthorizationContext: authorizationContext,
    // A constant, as in the demo apps.
    RequestId: 'f8f81c06-c06a-4784-b96c-ca95d3321bd9',
    ...set,
  });
  const interact = async (interaction: object, file?: File, set: Record<string, string> = {}) => {
    const request = { to: channelAddress, from: endUser, interactions: [interaction] };
    const form = new FormData();
    if (file !== undefined) form.append('attachments', file);
    form.append('json', new Blob([JSON.stringify(request)], { type: 'application/json' }));
    const headers = headersOf(set);
    return answerOf(
      await fetch(`${url}/api/v1/interactions`, { method: 'POST', headers, body: form }),
    );
  };
  // Another constant of the demo apps.
  const timestamp = 1688190840000;
  const enter = (payload: object, set?: Record<string, string>) =>
    interact({ timestamp, interactionType: 'EntryInteraction', payload }, undefined, set);
  return {
    replies,
    routingRequests,
    async logIn(key = privateKey, issuer = settings.consumerKey): Promise<Answer> {
      const assertion = await new SignJWT({ sub: 'admin@partner.test' })
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer(issuer)
        .setAudience('https://login.salesforce.com')
        .setExpirationTime('3m')
        .sign(await importPKCS8(key, 'RS256'));
      const grant = encodeURIComponent('urn:ietf:params:oauth:grant-type:jwt-bearer');
      const response = await fetch(`${url}/services/oauth2/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `grant_type=${grant}&assertion=${assertion}`,
      });
      const answer = await answerOf(response);
      if (answer.status === 200) token = answer.json.access_token;
      return answer;
    },
    async query(soql: string): Promise<Answer> {
      const query = `${url}/services/data/v63.0/query/?q=${encodeURIComponent(soql)}`;
      return answerOf(await fetch(query, { headers: { Authorization: `Bearer ${token}` } }));
    },
    say(text: string, set?: Record<string, string>) {
      const id = randomUUID();
      const staticContent = { formatType: 'Text', text };
      const abstractMessage = { messageType: 'StaticContentMessage', id, staticContent };
      return enter({ id, entryType: 'Message', abstractMessage }, set);
    },
    typing: () => enter({ id: randomUUID(), entryType: 'TypingStartedIndicator', timestamp }),
    attach(file: File, contentLength = file.size) {
      const about = { id: randomUUID(), attachmentIndex: 0, contentLength, text: 'see this' };
      return interact({ timestamp, interactionType: 'AttachmentInteraction', ...about }, file);
    },
    async call(method: string, path: string, body: object, set?: Record<string, string>) {
      const headers = headersOf({ 'Content-Type': 'application/json', ...set });
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      });
      return answerOf(response);
    },
    acknowledge(conversationIdentifier: unknown, id: unknown, acknowledgementType: string) {
      const acknowledgement = {
        acknowledgementTimestamp: Date.now(),
        acknowledgementType,
        acknowledgedConversationEntryIdentifier: id,
        acknowledgmentCreatedConversationEntryIdentifier: randomUUID(),
      };
      return this.call('POST', '/acknowledgement', {
        sender: { appType: 'custom', subject: endUser, role: 'EndUser' },
        conversationIdentifier,
        acknowledgements: [acknowledgement],
      });
    },
    /** Hears what the org publishes, of this channel and end user. */
    async subscribe(endpoint: string, event: string, typeField: string, payloadField: string) {
      const client = new PubSubApiClient(
        {
          authType: 'user-supplied',
          accessToken: token,
          instanceUrl: 'https://example.my.salesforce.test',
          organizationId: orgId,
          pubSubEndpoint: endpoint,
          rejectUnauthorizedSsl: false,
        },
        { debug() {}, info() {}, warn() {}, error() {} },
      );
      await client.connect();
      client.subscribeFromEarliestEvent(
        `/event/${event}`,
        (_: unknown, kind: string, data?: unknown) => {
          if (kind !== 'event') return;
          const { payload } = data as { payload: Record<string, string> };
          const outer: unknown = JSON.parse(payload[payloadField] ?? 'null');
          const recipient = findValue(outer, 'recipient');
          if (findValue(outer, 'channelAddressIdentifier') !== channelAddress) return;
          if (findValue(recipient, 'subject') !== endUser) return;
          const inner = findValue(outer, 'payload');
          if (payload[typeField] === 'RoutingRequested') {
            routingRequests.push(inner);
            return;
          }
          replies.push({
            text: findValue(inner, 'text'),
            formatType: findValue(inner, 'formatType'),
            attachments: findValue(inner, 'attachments'),
            identifier: findValue(inner, 'identifier'),
            conversationIdentifier: findValue(outer, 'conversationIdentifier'),
          });
        },
      );
      return client;
    },
  };
}

/** The first value of that name at any depth, as the demo apps look for everything. */
function findValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = key === name ? inner : findValue(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
