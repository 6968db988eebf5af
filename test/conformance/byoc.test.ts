/** The mock org against a partner's bridge over real sockets; behind it the adapter as a stack. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createByocProvider } from '../../mock-providers/byoc/provider.ts';
import { createByocCcaasProvider } from '../../mock-providers/byoc-ccaas/provider.ts';
import type { Listening, Provider } from '../../mock-providers/provider.ts';
import { createByocAdapter } from '../../src/channels/byoc/adapter.ts';
import { byocAccount } from '../../src/channels/byoc/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import type { Content, InboundEvent, SendOutcome } from '../../src/message.ts';
import type { ChannelAdapter } from '../../src/ports.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';
import { createBridge, publicKey } from './byoc-bridge.ts';
import { eventually } from './pubsub-lab.ts';

const ADDRESS = '72a6a4ec-acbc-44f6-b2b9-e444248ca843';
const END_USER = 'David Wood';
const transport = createHttpTransport();
const clock = createSystemClock();
const servers: { close(): Promise<void> }[] = [];
/** Closed last: `close` lets go of streams that are open, and their errors would be nobody's. */
const clients: { close(): void }[] = [];

afterAll(async () => {
  for (const server of servers) await server.close();
  await clock.sleep(50);
  for (const client of clients) client.close();
  await transport.close();
  clock.close();
});

/** A stack, an org and a bridge, each on a port of its own. */
async function createLab(type: 'byoc' | 'byoc-ccaas') {
  const channel = channelOf(type, { address: ADDRESS, account: { partnerPublicKey: publicKey } });
  const account = byocAccount(channel);
  const events: InboundEvent[] = [];
  let adapter: ChannelAdapter;
  let provider: Provider;
  const stack: RunningServer = await serve(
    async (request) => {
      const received = adapter.receive(request, unixNow(clock));
      if (received.ok) events.push(...received.events);
      return received.response;
    },
    { port: 0, name: 'stack' },
  );
  const org = await serve((request) => provider.handle(request), { port: 0, name: 'org' });
  const webhookUrl = `${stack.url}/hook`;
  adapter = createByocAdapter({ channel, apiUrl: org.url, webhookUrl });
  const create = type === 'byoc' ? createByocProvider : createByocCcaasProvider;
  provider = create({
    channelId: type,
    channel,
    clock,
    transport,
    webhookUrl,
    publicUrl: org.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 0, deliveryMs: () => 0, readMs: () => undefined },
    batchMs: () => 0,
  });
  const listening: Listening | undefined = await provider.listen?.();
  servers.push(org, stack);
  if (listening !== undefined) servers.push(listening);
  const bridge = createBridge({
    ...account,
    url: org.url,
    channelAddress: ADDRESS,
    endUser: END_USER,
  });
  let sends = 0;
  const send = async (content: Content): Promise<SendOutcome> => {
    sends += 1;
    const message = { to: END_USER, content, key: `M${sends}`, atMs: unixNow(clock) };
    const delivery = adapter.deliver(message);
    let step = delivery.next();
    while (step.done !== true) step = delivery.next(await transport.send(step.value));
    return step.value;
  };
  return { account, events, bridge, send, org, pubsub: listening?.address ?? '' };
}

type Lab = Awaited<ReturnType<typeof createLab>>;

async function subscribed(lab: Lab) {
  expect((await lab.bridge.logIn()).status).toBe(200);
  const { json } = await lab.bridge.query(
    'SELECT Id, DeveloperName, RoutingOwner, CustomPlatformEvent, CustomEventTypeField, ' +
      'CustomEventPayloadField FROM ConversationChannelDefinition ' +
      `WHERE DeveloperName = '${lab.account.authorizationContext}' ORDER BY DeveloperName ASC`,
  );
  const [definition] = json.records;
  const client = await lab.bridge.subscribe(
    lab.pubsub,
    definition.CustomPlatformEvent,
    definition.CustomEventTypeField,
    definition.CustomEventPayloadField,
  );
  clients.push(client);
  return definition;
}

describe('a bridge on Bring Your Own Channel', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab('byoc');
    expect((await subscribed(lab)).RoutingOwner).toBe('Salesforce');
  });

  it('sends text, typing and a file, in forms that nobody here encoded', async () => {
    const said = await lab.bridge.say('grüße & ☕\r\n--');
    expect(said).toMatchObject({
      status: 202,
      json: { success: true, workItemIds: [expect.any(String)] },
    });
    expect((await lab.bridge.typing()).json.success).toBe(true);
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255, 137]);
    const attached = await lab.bridge.attach(
      new File([bytes], 'naïve "cat".png', { type: 'image/png' }),
    );
    expect(attached.json.conversationIdentifier).toBe(said.json.conversationIdentifier);
    expect(lab.events).toMatchObject([
      { kind: 'message', from: END_USER, content: { kind: 'text', text: 'grüße & ☕\r\n--' } },
      { kind: 'typing', on: true },
      { kind: 'message', content: { kind: 'media', mimeType: 'image/png', caption: 'see this' } },
    ]);
    const [event] = lab.events.slice(-1);
    const url =
      event?.kind === 'message' && event.content.kind === 'media' ? event.content.url : '';
    const file = await fetch(url);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
  });

  it('hears replies over Pub/Sub, and its receipts come back', async () => {
    const { bridge, events, send } = lab;
    const sent = await send({ kind: 'text', text: 'Hi, how are you?' });
    const media = {
      kind: 'media',
      url: 'https://x.test/a.pdf',
      mimeType: 'application/pdf',
    } as const;
    await send({ ...media, caption: 'the form' });
    await eventually(() => expect(bridge.replies).toHaveLength(2));
    const [text, file] = bridge.replies;
    expect(text).toMatchObject({
      text: 'Hi, how are you?',
      formatType: 'Text',
      identifier: sent.ok && sent.messageId,
    });
    expect(file).toMatchObject({
      text: 'the form',
      formatType: 'Attachments',
      attachments: [{ name: 'a.pdf', url: media.url }],
    });
    events.length = 0;
    const { conversationIdentifier, identifier } = text!;
    for (const type of ['Delivered', 'Read']) {
      const { status, json } = await bridge.acknowledge(conversationIdentifier, identifier, type);
      expect([status, json]).toEqual([200, { success: true }]);
    }
    expect(events).toMatchObject([
      { kind: 'receipt', messageId: identifier, to: END_USER, status: 'delivered' },
      { kind: 'receipt', messageId: identifier, status: 'read' },
    ]);
  });

  it('ends the session', async () => {
    const { json } = await lab.bridge.say('bye');
    const ended = await lab.bridge.call('POST', '/messagingSession', {
      channelAddressIdentifier: ADDRESS,
      endUserClientId: END_USER,
      conversationIdentifier: json.conversationIdentifier,
      operation: 'End',
      operationBy: 'EndUser',
    });
    expect(ended).toEqual({ status: 200, json: { success: true } });
    expect(lab.events.at(-1)).toEqual({ kind: 'ended', from: END_USER });
  });

  it('is told what it does wrong', async () => {
    const { bridge } = lab;
    expect((await bridge.say('x', { OrgId: '00DHp000000KxQzMAK' })).json.code).toBe(10016);
    expect((await bridge.say('x', { AuthorizationContext: 'x' })).json.code).toBe(10005);
    expect(await bridge.say('x', { Authorization: 'Bearer x' })).toMatchObject({
      status: 401,
      json: { code: 10004 },
    });
    const file = new File(['1234'], 'a.png', { type: 'image/png' });
    expect((await bridge.attach(file, 5)).json.code).toBe(10051);
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const forged = await bridge.logIn(privateKey);
    expect(forged).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    const stranger = await bridge.logIn(undefined, 'nobody');
    expect(stranger).toMatchObject({ status: 400, json: { error: 'invalid_client_id' } });
  });

  it('can’t slip past the edge: the stack checks the same token itself', async () => {
    const before = lab.events.length;
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const url = `${lab.org.url}/api/v1/acknowledgement`;
    const answer = await transport.send({ method: 'POST', url, headers, body: Buffer.from('{}') });
    expect(answer.status).toBe(401);
    expect(lab.events).toHaveLength(before);
  });
});

describe('a bridge on Bring Your Own Channel for CCaaS', () => {
  it('is asked to route, gives the work to a person, and says what came of it', async () => {
    const lab = await createLab('byoc-ccaas');
    const { bridge } = lab;
    expect((await subscribed(lab)).RoutingOwner).toBe('Partner');
    const { json: said } = await bridge.say('hello');
    const { conversationIdentifier } = said;
    const [workItemId] = said.workItemIds;
    await eventually(() => expect(bridge.routingRequests).toHaveLength(1));
    expect(bridge.routingRequests).toMatchObject([
      { conversationIdentifier, routingType: 'Initial', workRecordId: workItemId },
    ]);
    // As the demo does: the correlation id is a constant, the weight a text.
    const routingContext = {
      conversationIdentifier,
      routingType: 'Initial',
      routingCorrelationId: '123',
    };
    const work = { userId: '005xx0000012345', workItemId, capacityWeight: '1', routingContext };
    const given = await bridge.call('POST', '/agentWork', work);
    expect(given).toMatchObject({
      status: 202,
      json: { success: true, agentWorkId: expect.any(String) },
    });
    expect((await bridge.call('POST', '/agentWork', work)).json.code).toBe(15109);
    const result = { conversationIdentifier, workItemId, success: true, externallyRouted: true };
    expect((await bridge.call('POST', '/routingResult', result)).status).toBe(202);
    expect((await bridge.call('DELETE', '/route', { conversationIdentifier })).status).toBe(202);
    expect(lab.events).toMatchObject([{ kind: 'message', content: { text: 'hello' } }]);
  });
});
