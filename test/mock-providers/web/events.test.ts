import { describe, expect, it } from 'vitest';
import type { Content } from '../../../src/message.ts';
import { createClient, createWorld, type Loose, uuid } from './world.ts';

describe('the stream', () => {
  it('tells the life of a session in order, as documented', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.listen();
    await world.run(async () => {
      await client.create();
      await client.say('hi', uuid(1));
      await world.indicate(client.subject, 'read', uuid(1));
      await world.indicate(client.subject, 'typingOn', uuid(1));
      await world.deliver(client.subject, { kind: 'text', text: 'hello' });
      await world.deliver(client.subject, { kind: 'text', text: 'again' });
      await world.clock.sleep(3000);
      await world.indicate(client.subject, 'typingOff', uuid(1));
      await client.end('/session');
      await client.end('');
    });
    const heard = client.heard();
    expect(heard.map(({ event }) => event?.replace('CONVERSATION_', ''))).toEqual([
      'ROUTING_RESULT',
      'MESSAGE',
      'DELIVERY_ACKNOWLEDGEMENT',
      'READ_ACKNOWLEDGEMENT',
      'TYPING_STARTED_INDICATOR',
      'SESSION_STATUS_CHANGED',
      'PARTICIPANT_CHANGED',
      'MESSAGE',
      'MESSAGE',
      'TYPING_STOPPED_INDICATOR',
      'PARTICIPANT_CHANGED',
      'SESSION_STATUS_CHANGED',
      'CLOSE_CONVERSATION',
    ]);
    expect(heard.map(({ id }) => id)).toEqual(heard.map((_, i) => i + 1));
    for (const { json, payload } of heard) {
      expect(json).toMatchObject({
        channelType: 'embedded_messaging',
        channelAddressIdentifier: world.channel.address,
        conversationId: uuid(1),
        channelPlatformKey: expect.any(String),
        conversationEntry: {
          senderDisplayName: expect.stringMatching(/./),
          identifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
          entryPayload: expect.any(String),
          transcriptedTimestamp: expect.any(Number),
          clientTimestamp: expect.any(Number),
          clientDuration: 0,
        },
      });
      expect(payload.entryType).toBe(json.conversationEntry.entryType);
      expect(Number.isInteger(json.conversationEntry.transcriptedTimestamp)).toBe(true);
    }
    const [routing, echo, delivered, read, , active, joined, message] = heard;
    expect(routing?.payload).toMatchObject({
      routingType: 'Initial',
      failureType: 'None',
      errorMessages: [],
      recordId: expect.stringMatching(/^0Mw\w{12}$/),
    });
    const mine = { appType: 'iamessage', role: 'EndUser', subject: client.subject };
    expect(echo?.json.conversationEntry.sender).toMatchObject(mine);
    expect(echo?.json.conversationEntry.identifier).toBe(uuid(1));
    for (const frame of [delivered, read]) {
      expect(frame?.json.conversationEntry.relatedRecords).toEqual([uuid(1)]);
      expect(frame?.payload.acknowledgementTimestamp).toBe(world.clock.originMs + 100);
    }
    const change = { sessionStatus: 'Active', sessionStatusPrev: 'Waiting' };
    expect(active?.payload).toMatchObject({ ...change, sessionId: routing?.payload.recordId });
    expect(joined?.payload.entries).toEqual([
      {
        operation: 'add',
        participant: { appType: 'agent', role: 'Agent', subject: world.account.agentId },
        displayName: 'Support',
      },
    ]);
    expect(message?.payload.abstractMessage).toEqual({
      id: message?.json.conversationEntry.identifier,
      messageType: 'StaticContentMessage',
      staticContent: { formatType: 'Text', text: 'hello' },
    });
    expect(heard.at(-2)?.payload).toMatchObject({
      sessionStatus: 'Ended',
      sessionStatusPrev: 'Active',
      sessionEndedByRole: 'EndUser',
    });
  });

  it('keeps the order of what was handed in, whatever the delays', async () => {
    const delays = [5000, 10, 300];
    const world = createWorld({ delays: { deliveryMs: () => delays.shift() ?? 0 } });
    const client = await createClient(world);
    await client.create();
    await client.listen();
    await world.run(async () => {
      for (const text of ['a', 'b', 'c'])
        await world.deliver(client.subject, { kind: 'text', text });
    });
    const texts = client
      .heard()
      .flatMap(({ payload }) => payload.abstractMessage?.staticContent.text ?? []);
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('shows an answer after the message it answers', async () => {
    const world = createWorld({
      delays: { deliveryMs: () => 0 },
      stack: () => {
        // An answer that is handed in before the message's own call has been answered.
        world.clock.spawn('reply', () =>
          world.deliver(subject, { kind: 'text', text: 'automatic' }),
        );
        return undefined;
      },
    });
    const client = await createClient(world);
    const { subject } = client;
    await client.create();
    await client.listen();
    await world.run(() => client.say('hi', uuid(1)));
    const roles = client
      .heard()
      .map(({ event, json }) => [event, json.conversationEntry.sender.role]);
    expect(roles).toEqual([
      ['CONVERSATION_MESSAGE', 'EndUser'],
      ['CONVERSATION_SESSION_STATUS_CHANGED', 'System'],
      ['CONVERSATION_PARTICIPANT_CHANGED', 'System'],
      ['CONVERSATION_MESSAGE', 'Agent'],
    ]);
  });

  it('is kept alive, until the client hangs up', async () => {
    const world = createWorld();
    const client = await createClient(world);
    const hangUp = await client.listen();
    await world.run(async () => {
      await world.clock.sleep(65_000);
      hangUp();
      await world.clock.sleep(65_000);
    });
    expect(client.frames).toEqual(Array(3).fill('event: ping\ndata: 0\n\n'));
    expect(client.heard()[0]).toMatchObject({ event: 'ping', payload: 0 });
  });

  it('goes on after the last event, without one from now, with 0 from the beginning', async () => {
    const world = createWorld();
    const client = await createClient(world);
    const stranger = await createClient(world, uuid(2));
    const hangUp = await client.listen();
    await client.create();
    await stranger.create();
    hangUp();
    await world.run(() => client.say('missed', uuid(3)));
    const events = async (lastEventId?: string) => {
      client.frames.length = 0;
      (await client.listen(lastEventId))();
      return client.heard().map(({ id, event }) => `${id} ${event}`);
    };
    expect(await events()).toEqual([]);
    expect(await events('1')).toEqual(['3 CONVERSATION_MESSAGE']);
    expect(await events('0')).toEqual(['1 CONVERSATION_ROUTING_RESULT', '3 CONVERSATION_MESSAGE']);
    expect(await events('nonsense')).toEqual([]);
    const { json } = await world.token();
    expect(json.lastEventId).toBe('3');
  });

  it('needs a token and the org', async () => {
    const world = createWorld();
    const { headers } = await createClient(world);
    const get = (more: Record<string, string>) =>
      world.call('GET', '/eventrouter/v1/sse?_ts=1', undefined, more);
    expect((await get({ 'x-org-id': world.account.orgId })).status).toBe(401);
    expect((await get(headers)).status).toBe(400);
    expect((await get({ ...headers, 'x-org-id': '00D000000000009' })).status).toBe(403);
    const good = await get({ ...headers, 'x-org-id': `${world.account.orgId}EAM` });
    expect([good.status, good.headers['content-type']]).toEqual([
      200,
      'text/event-stream;charset=UTF-8',
    ]);
  });
});

describe('what the stack hands in', () => {
  const TEXT: Content = { kind: 'text', text: 'hi' };

  /** The request of a delivery, changed, and its answer. */
  async function handIn(change: (body: Loose, headers: Record<string, string>) => void) {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const message = { to: client.subject, key: 'k', atMs: world.clock.originMs, content: TEXT };
    const step = world.adapter.deliver(message).next();
    if (step.done === true) throw new Error('no request');
    const headers = { ...step.value.headers };
    const body = JSON.parse(step.value.body.toString());
    change(body, headers);
    return world.call('POST', '/eventrouter/v1/events', body, headers);
  }

  const entryOf = (body: Loose) => body.events[0].data.conversationEntry;
  const payloadOf = (body: Loose, change: object) => {
    const payload = JSON.parse(entryOf(body).entryPayload);
    entryOf(body).entryPayload = JSON.stringify({ ...payload, ...change });
  };

  it('is answered 202 with the ids', async () => {
    const { status, json } = await handIn(() => {});
    expect(status).toBe(202);
    expect(json.conversationEntries).toEqual([
      { id: expect.stringMatching(/^[0-9a-f-]{36}$/), clientTimestamp: expect.any(Number) },
    ]);
  });

  it.each([
    ['no token', 401, (_: Loose, headers: Loose) => delete headers.authorization],
    ['another token', 401, (_: Loose, h: Loose) => (h.authorization = `${h.authorization}x`)],
    ['nobody', 404, (body: Loose) => (body.recipient.subject = 'v2/iamessage/UNAUTH/NA/uid:x')],
    ['no recipient', 404, (body: Loose) => delete body.recipient],
    ['no events', 400, (body: Loose) => (body.events = [])],
    [
      'a foreign event',
      400,
      (body: Loose) => (body.events[0].event = 'CONVERSATION_ROUTING_RESULT'),
    ],
    ['a foreign channel', 400, (b: Loose) => (b.events[0].data.channelAddressIdentifier = 'x')],
    ['no identifier', 400, (body: Loose) => (entryOf(body).identifier = 'x')],
    ['an empty name', 400, (body: Loose) => (entryOf(body).senderDisplayName = '')],
    ['no sender', 400, (body: Loose) => delete entryOf(body).sender],
    ['another type', 400, (body: Loose) => (entryOf(body).entryType = 'Note')],
    ['a payload that is no text', 400, (body: Loose) => (entryOf(body).entryPayload = {})],
    ['a payload of another type', 400, (body: Loose) => payloadOf(body, { entryType: 'Note' })],
    ['another message', 400, (b: Loose) => payloadOf(b, { abstractMessage: { id: uuid(8) } })],
  ] as const)('is refused for %s', async (_, status, change) => {
    const answer = await handIn(change as (body: Loose, headers: Loose) => void);
    expect([answer.status, answer.json.code]).toEqual([status, status]);
  });

  it('is not taken twice', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    await client.listen();
    const message = { to: client.subject, key: 'k', atMs: 1, content: TEXT };
    await world.run(async () => {
      for (const _ of [1, 2]) {
        const step = world.adapter.deliver({ ...message, atMs: world.clock.originMs }).next();
        if (step.done !== true) expect((await world.provider.handle(step.value)).status).toBe(202);
      }
    });
    const messages = client.heard().filter(({ event }) => event === 'CONVERSATION_MESSAGE');
    expect(messages).toHaveLength(1);
  });

  it('does not reach who can’t be reached, or has closed', async () => {
    const world = createWorld();
    const client = await createClient(world);
    const send = () => world.deliver(client.subject, TEXT);
    expect(await send()).toMatchObject({ ok: false, failure: 'unreachable', code: '404' });
    await client.create();
    expect(await send()).toMatchObject({ ok: true });
    await client.end('');
    expect(await send()).toMatchObject({ ok: false, failure: 'unreachable' });
    const subject = 'v2/iamessage/UNAUTH/NA/uid:gone';
    const other = createWorld({ channel: { account: { unreachable: `x, ${subject}` } } });
    other.provider.connect(subject, 'Bo', () => {});
    expect(await other.deliver(subject, TEXT)).toMatchObject({ failure: 'unreachable' });
  });
});
