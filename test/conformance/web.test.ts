/**
 * The mock edge, and the adapter behind it, against a browser's client, over real sockets; `jose`
 * says what the tokens are worth.
 */
import { decodeProtectedHeader, exportSPKI, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { PhoneMessage, Provider } from '../../mock-providers/provider.ts';
import { createWebProvider } from '../../mock-providers/web/provider.ts';
import { createWebAdapter } from '../../src/channels/web/adapter.ts';
import { webAccount } from '../../src/channels/web/wire.ts';
import { createSystemClock } from '../../src/clock/system.ts';
import type { Content, InboundEvent, IndicationKind } from '../../src/message.ts';
import { createOutbox } from '../../src/outbox.ts';
import type { ChannelAdapter, Outbox } from '../../src/ports.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { channelOf } from '../channels/driving.ts';
import { createBrowser } from './web-client.ts';

const identity = await generateKeyPair('RS256', { extractable: true });
const channel = channelOf('web', {
  address: '0b8f9a52-6c1e-4d3a-9f27-5e1c7a40d2b6',
  account: { identityKey: await exportSPKI(identity.publicKey) },
  limits: { pingMs: 2_000 },
});
const account = webAccount(channel);
const transport = createHttpTransport();
const clock = createSystemClock({ speed: 20 });
const nowMs = () => clock.originMs + clock.now();

const events: InboundEvent[] = [];
let stack: RunningServer;
let edge: RunningServer;
let provider: Provider;
let adapter: ChannelAdapter;
let outbox: Outbox;

beforeAll(async () => {
  stack = await serve(
    async (request) => {
      const received = adapter.receive(request, nowMs());
      if (received.ok) events.push(...received.events);
      return received.response;
    },
    { port: 0, name: 'stack' },
  );
  edge = await serve((request) => provider.handle(request), { port: 0, name: 'edge' });
  const webhookUrl = `${stack.url}/webhooks/web`;
  adapter = createWebAdapter({ channel, apiUrl: edge.url, webhookUrl });
  outbox = createOutbox(new Map([['web', adapter]]), transport, clock);
  provider = createWebProvider({
    channelId: 'web',
    channel,
    clock,
    transport,
    webhookUrl,
    publicUrl: edge.url,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 20, deliveryMs: () => 200, readMs: () => 400 },
    batchMs: () => 0,
  });
});

beforeEach(() => {
  events.length = 0;
});

afterAll(async () => {
  await transport.close();
  await edge.close();
  await stack.close();
});

let keys = 0;
const about = (to: string) => {
  keys += 1;
  return { to, key: `web/M${keys}`, atMs: Math.floor(nowMs()) };
};
const reply = (to: string, content: Content) =>
  outbox.send('web', { ...about(to), content, rep: 'rep-1' });
const announce = async (to: string, kind: 'joined' | 'ended') => {
  const session = { sessionId: 'S1', startedMs: nowMs() };
  await outbox.announce('web', { ...about(to), kind, ...session, by: 'Agent' });
};
const indicate = (to: string, kind: IndicationKind, messageId: string) =>
  outbox.indicate('web', { ...about(to), kind, messageId });

const settled = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 10 });

it('token, conversation, stream, message, reply, acknowledgement, end', async () => {
  const browser = createBrowser(edge.url, account);
  const { context } = await browser.signIn();
  const { subject } = context.endUser;
  await browser.listen();
  expect((await browser.create()).status).toBe(201);

  const id = crypto.randomUUID();
  const sent = await browser.say('Grüße ☕ 😀', {}, id);
  expect(sent.status).toBe(202);
  expect(sent.json.conversationEntries).toEqual([{ id, clientTimestamp: expect.any(Number) }]);
  const said = { kind: 'text', text: 'Grüße ☕ 😀' };
  expect(events).toEqual([{ kind: 'message', messageId: id, from: subject, content: said }]);

  await announce(subject, 'joined');
  await indicate(subject, 'read', id);
  await indicate(subject, 'typingOn', id);
  const choices = [{ id: 'a', title: 'Tea' }];
  const outcome = await reply(subject, { kind: 'text', text: 'Which?', choices });
  await settled(() => expect(browser.entries).toHaveLength(8));
  expect(browser.entries.map(({ type, actorType }) => [type, actorType])).toEqual([
    ['CONVERSATION_ROUTING_RESULT', 'System'],
    ['CONVERSATION_MESSAGE', 'EndUser'],
    ['CONVERSATION_SESSION_STATUS_CHANGED', 'System'],
    ['CONVERSATION_PARTICIPANT_CHANGED', 'System'],
    ['CONVERSATION_DELIVERY_ACKNOWLEDGEMENT', 'Agent'],
    ['CONVERSATION_READ_ACKNOWLEDGEMENT', 'Agent'],
    ['CONVERSATION_TYPING_STARTED_INDICATOR', 'Agent'],
    ['CONVERSATION_MESSAGE', 'Agent'],
  ]);
  const [told] = sent.json.conversationEntries;
  expect(browser.entries[1]?.clientTimestamp).toBe(told.clientTimestamp);
  for (const entry of browser.entries) {
    expect(entry.conversationId).toBe(browser.conversationId);
    expect(entry.actorName).not.toBe('');
  }
  expect(browser.entries[5]).toMatchObject({ about: id, acknowledgedAt: expect.any(Number) });
  const question = browser.entries[7];
  expect(outcome).toEqual({ ok: true, messageId: question?.messageId });
  expect(question?.content.choices.optionItems[0].titleItem.title).toBe('Tea');

  events.length = 0;
  const conversationEntryId = question?.messageId ?? '';
  const ack = { id: crypto.randomUUID(), entryType: 'Read', conversationEntryId };
  const acked = await browser.call('POST', `${browser.path}/acknowledge-entries`, { acks: [ack] });
  const message = {
    id: crypto.randomUUID(),
    messageType: 'ChoicesResponseMessage',
    inReplyToMessageId: conversationEntryId,
    choicesResponse: {
      formatType: 'Selections',
      selectedOptions: [
        { optionIdentifier: 'a', optionTitle: { itemType: 'TitleItem', title: 'Tea' } },
      ],
    },
  };
  const { esDeveloperName } = account;
  await browser.call('POST', `${browser.path}/message`, { message, esDeveloperName });
  const ended = await browser.call('DELETE', `${browser.path}/session?${browser.query}`);
  expect([acked.status, ended.status]).toEqual([202, 204]);
  expect(events).toEqual([
    { kind: 'receipt', messageId: conversationEntryId, to: subject, status: 'read' },
    {
      kind: 'message',
      messageId: message.id,
      from: subject,
      content: { kind: 'choice', id: 'a', title: 'Tea' },
    },
    { kind: 'ended', from: subject },
  ]);

  // No session: the sample shows its form, and sends the same message again.
  const late = crypto.randomUUID();
  expect(await browser.say('late', {}, late)).toMatchObject({ status: 417, json: { code: 417 } });
  const more = { isNewMessagingSession: true, routingAttributes: { _firstName: 'Ada' } };
  expect((await browser.say('late', more, late)).status).toBe(202);

  // The same when the stack has ended it, which the stream tells.
  await announce(subject, 'ended');
  await settled(() => expect(browser.entries.at(-1)?.content.sessionEndedByRole).toBe('Agent'));
  expect((await browser.say('later', {})).status).toBe(417);
  expect((await browser.say('later', more)).status).toBe(202);
  expect((await browser.call('DELETE', `${browser.path}?${browser.query}`)).status).toBe(204);
  await settled(() => expect(browser.entries.at(-1)?.type).toBe('CONVERSATION_CLOSE_CONVERSATION'));
  browser.close();
});

it('a stream that breaks goes on where it was, and is kept alive meanwhile', async () => {
  const browser = createBrowser(edge.url, account);
  const { context } = await browser.signIn();
  await browser.listen();
  await browser.create();
  await browser.say('one');
  await settled(() => expect(browser.texts()).toEqual(['one']));
  browser.cut();
  await reply(context.endUser.subject, { kind: 'text', text: 'two' });
  await reply(context.endUser.subject, { kind: 'text', text: 'three' });
  await settled(() => expect(browser.texts()).toEqual(['one', 'two', 'three']));
  const ids = browser.entries.map(({ id }) => Number(id));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  await settled(() => expect(browser.pings).toContain('0'));
  browser.close();
});

it('a file is uploaded as browsers do it, and can be fetched', async () => {
  const browser = createBrowser(edge.url, account);
  const { context } = await browser.signIn();
  await browser.create();
  const form = new FormData();
  const message = { id: crypto.randomUUID(), fileId: crypto.randomUUID(), text: 'look' };
  const entry = JSON.stringify({ message, esDeveloperName: account.esDeveloperName });
  form.append('messageEntry', new Blob([entry], { type: 'application/json' }));
  form.append('fileData', new Blob([new Uint8Array([0, 13, 10, 45, 45])]), 'käse.bin');
  expect((await browser.call('POST', `${browser.path}/file`, form)).status).toBe(202);
  const url = `${edge.url}/iamessage/files/${message.fileId}`;
  const mimeType = 'application/octet-stream';
  const content = { kind: 'media', url, mimeType, caption: 'look' };
  const { subject: from } = context.endUser;
  expect(events).toEqual([{ kind: 'message', messageId: message.id, from, content }]);
  const file = await fetch(url);
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 13, 10, 45, 45]);
});

it('access tokens are what jose takes for tokens, and are held to it', async () => {
  const browser = createBrowser(edge.url, account);
  const { context } = await browser.signIn();
  const secret = new TextEncoder().encode(account.tokenSecret);
  const currentDate = new Date(nowMs());
  const { payload } = await jwtVerify(browser.token(), secret, { currentDate });
  expect(decodeProtectedHeader(browser.token())).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(payload).toMatchObject({ sub: context.endUser.subject, channelAddId: channel.address });
  await browser.create();

  const forge = (claims: object, key = secret) =>
    new SignJWT({ ...payload, ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key);
  const list = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${edge.url}/iamessage/api/v2/conversation/list`, { headers });
    return response.status;
  };
  expect(await list(await forge({}))).toBe(200);
  expect(await list(await forge({ exp: Math.floor(nowMs() / 1000) - 1 }))).toBe(401);
  expect(await list(await forge({}, new TextEncoder().encode('x'.repeat(40))))).toBe(401);

  // Past the edge: whoever reaches the webhook needs the customer's token as well.
  const path = `${stack.url}/webhooks/web${browser.path}/entry`;
  const body = JSON.stringify({ entryType: 'TypingStartedIndicator', id: crypto.randomUUID() });
  const knock = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(path, { method: 'POST', headers, body })).status;
  };
  expect(await knock(browser.token())).toBe(202);
  expect(await knock(await forge({ channelAddId: 'x' }))).toBe(403);
  expect(await knock(`${browser.token()}x`)).toBe(401);

  const other = createBrowser(edge.url, account);
  await other.signIn();
  expect((await other.call('GET', `${browser.path}/entries`)).status).toBe(403);
  const again = '/authorization/continuation-access-token';
  const { json } = await browser.call('GET', again);
  expect(await list(json.accessToken)).toBe(200);
});

it('with a good identity token customers are verified, without they are guests', async () => {
  const identify = (key: typeof identity.privateKey, exp = Math.floor(nowMs() / 1000) + 60) =>
    new SignJWT({ iss: 'shop', sub: 'ada@example.com', exp })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(key);
  const subjectBy = async (customerIdentityToken: string) => {
    const browser = createBrowser(edge.url, account);
    const more = { authorizationType: 'JWT', customerIdentityToken };
    return (await browser.signIn('authenticated', more)).context.endUser.subject;
  };
  const verified = 'v2/iamessage/AUTH/rehearsal_keyset/uid:ada@example.com';
  expect(await subjectBy(await identify(identity.privateKey))).toBe(verified);
  const stranger = await generateKeyPair('RS256');
  const guest = /^v2\/iamessage\/UNAUTH\/NA\/uid:/;
  expect(await subjectBy(await identify(stranger.privateKey))).toMatch(guest);
  expect(await subjectBy(await identify(identity.privateKey, 1))).toMatch(guest);
  expect(await subjectBy('x.y.z')).toMatch(guest);
});

it('a simulated customer and a browser get along on one edge', async () => {
  const shown: PhoneMessage[] = [];
  const address = provider.addressOf(1);
  const phone = provider.connect(address, 'Ada', (message) => shown.push(message));
  expect(await phone.send({ kind: 'text', text: 'from a phone' })).toMatchObject({ ok: true });
  const outcome = await reply(address, { kind: 'text', text: 'hi' });
  await settled(() => expect(events).toHaveLength(3));
  const messageId = outcome.ok ? outcome.messageId : '';
  expect(shown).toEqual([{ messageId, content: { kind: 'text', text: 'hi' } }]);
  expect(events.slice(1)).toEqual([
    { kind: 'receipt', messageId, to: address, status: 'delivered' },
    { kind: 'receipt', messageId, to: address, status: 'read' },
  ]);
  expect(
    await reply('v2/iamessage/UNAUTH/NA/uid:nobody', { kind: 'text', text: 'x' }),
  ).toMatchObject({ ok: false, failure: 'unreachable', code: '404' });
  phone.disconnect();
});
