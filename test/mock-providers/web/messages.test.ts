import { describe, expect, it } from 'vitest';
import { createClient, createWorld, uuid } from './world.ts';

describe('messages', () => {
  it('are answered 202 with id and time, and not taken twice', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const first = await world.run(() => client.say('hi', uuid(1)));
    const clientTimestamp = world.clock.originMs + 100;
    const taken = { conversationEntries: [{ id: uuid(1), clientTimestamp }] };
    expect([first.status, first.json]).toEqual([202, taken]);
    const again = await client.say('hi', uuid(1));
    expect([again.status, again.json]).toEqual([202, taken]);
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]?.headers.authorization).toBe(client.headers.authorization);
  });

  it.each<[string, object | undefined, string?]>([
    ['without id', { id: undefined }],
    ['with an id in capitals', { id: uuid(1).replace('8', 'B') }],
    ['of a type that is not for customers', { messageType: 'ChoicesMessage' }],
    ['without text', { staticContent: { formatType: 'Text', text: ' ' } }],
    ['of 4097', { staticContent: { formatType: 'Text', text: 'x'.repeat(4097) } }],
    ['without format', { staticContent: {} }],
    [
      'that picks nothing',
      {
        messageType: 'ChoicesResponseMessage',
        choicesResponse: { formatType: 'Selections', selectedOptions: [] },
      },
    ],
    ['for another deployment', {}, 'Other'],
    ['of nothing', undefined],
  ])('are refused %s', async (_, change, esDeveloperName = 'Rehearsal_Web') => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const staticContent = { formatType: 'Text', text: 'x' };
    const usual = { id: uuid(1), messageType: 'StaticContentMessage', staticContent };
    const message = change && { ...usual, ...change };
    const { status, json } = await client.post('message', { message, esDeveloperName });
    expect([status, json]).toEqual([400, { message: expect.any(String), code: 400 }]);
    expect(world.calls).toEqual([]);
  });

  it('are 22 a minute', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    await world.run(async () => {
      for (let n = 1; n <= 22; n += 1) expect((await client.say('x', uuid(n))).status).toBe(202);
      expect((await client.say('x', uuid(23))).status).toBe(429);
      await world.clock.sleep(60_000);
      expect((await client.say('x', uuid(23))).status).toBe(202);
    });
  });

  it('need an active session: 417 once it has ended, until a new one is asked for', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    await world.run(async () => {
      await client.say('x', uuid(1));
      expect((await client.end('/session')).status).toBe(204);
      expect((await client.end('/session')).status).toBe(204);
      const refused = await client.say('y', uuid(2));
      expect([refused.status, refused.json.code]).toEqual([417, 417]);
      const again = await client.say('y', uuid(2), { isNewMessagingSession: true });
      expect(again.status).toBe(202);
      expect((await client.say('z', uuid(3))).status).toBe(202);
    });
    expect(world.events.map(({ kind }) => kind)).toEqual([
      'message',
      'ended',
      'message',
      'message',
    ]);
    expect((await world.call('DELETE', `${client.at}/session`, '', client.headers)).status).toBe(
      400,
    );
  });

  it('end a session once, however often that is asked for at once', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    await client.listen();
    await world.run(async () => {
      await client.say('x', uuid(1));
      await Promise.all([client.end('/session'), client.end(''), client.end('')]);
    });
    const events = client.heard().map(({ event }) => event);
    expect(events.filter((event) => event?.includes('SESSION_STATUS'))).toHaveLength(1);
    expect(events.filter((event) => event?.includes('CLOSE'))).toHaveLength(1);
  });

  it('pass the stack’s refusals on', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const { status, json } = await client.post('entry', { entryType: 'Nonsense', id: uuid(1) });
    expect([status, json.code]).toEqual([400, 400]);
    expect((await client.post('acknowledge-entries', { acks: [] })).status).toBe(400);
  });
});

describe('files', () => {
  const upload = async (size: number, message: object, names = ['messageEntry', 'fileData']) => {
    const world = createWorld({ channel: { limits: { fileBytes: 1000 } } });
    const client = await createClient(world);
    await client.create();
    await client.listen();
    const form = new FormData();
    const { esDeveloperName } = world.account;
    const entry = JSON.stringify({ message: { id: uuid(2), ...message }, esDeveloperName });
    form.append(names[0] ?? '', new Blob([entry], { type: 'application/json' }));
    form.append(names[1] ?? '', new Blob(['x'.repeat(size)], { type: 'text/plain' }), 'a b.txt');
    const encoded = new Response(form);
    const type = { 'content-type': encoded.headers.get('content-type') ?? '' };
    const body = Buffer.from(await encoded.arrayBuffer());
    const headers = { ...client.headers, ...type };
    const answer = await world.run(() => world.call('POST', `${client.at}/file`, body, headers));
    return { world, client, answer };
  };

  it('are kept, told of to the stack, and echoed', async () => {
    const { world, client, answer } = await upload(1000, { fileId: uuid(7), text: 'look' });
    expect(answer.status).toBe(202);
    const url = `http://edge.test/iamessage/files/${uuid(7)}`;
    const media = { kind: 'media', url, mimeType: 'text/plain', caption: 'look' };
    expect(world.events).toMatchObject([{ kind: 'message', messageId: uuid(2), content: media }]);
    const file = await world.call('GET', `/iamessage/files/${uuid(7)}`);
    expect([file.status, file.body.length]).toEqual([200, 1000]);
    const echo = client.heard().find(({ event }) => event === 'CONVERSATION_MESSAGE');
    expect(echo?.payload.abstractMessage.staticContent).toEqual({
      formatType: 'Attachments',
      text: 'look',
      attachments: [{ id: uuid(7), name: 'a b.txt', mimeType: 'text/plain', url }],
    });
  });

  it.each([
    ['too large', 1001, { fileId: uuid(7) }, undefined],
    ['without file id', 1, {}, undefined],
    ['without message id', 1, { id: 'x', fileId: uuid(7) }, undefined],
    ['without entry', 1, { fileId: uuid(7) }, ['x', 'fileData']],
    ['without bytes', 1, { fileId: uuid(7) }, ['messageEntry', 'x']],
  ])('are refused %s', async (_, size, message, names) => {
    const { answer, world } = await upload(size, message, names);
    expect([answer.status, answer.json.code]).toEqual([400, 400]);
    expect(world.calls).toEqual([]);
  });
});
