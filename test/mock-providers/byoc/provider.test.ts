import { describe, expect, it } from 'vitest';
import { StackError } from '../../../src/errors.ts';
import { json, respond } from '../../../src/http.ts';
import { saying } from '../../channels/driving.ts';
import { CONVERSATION, createWorld, USER } from './world.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an end user', () => {
  it('sends a text by a true call, which the stack is handed as it came', async () => {
    const world = createWorld();
    const report = await world.run(() => world.phone.send(saying('Grüße & ☕')));
    expect(report).toEqual({ ok: true, messageId: expect.stringMatching(UUID) });
    expect(world.events).toEqual([
      {
        kind: 'message',
        messageId: report.ok && report.messageId,
        from: USER,
        content: saying('Grüße & ☕'),
        sentMs: world.clock.originMs,
      },
    ]);
    const [call] = world.calls;
    expect(call).toMatchObject({
      at: 100,
      request: {
        method: 'POST',
        url: 'http://stack.test/webhooks/byoc/interactions',
        headers: {
          orgid: '00DHp000000KxQz',
          authorizationcontext: 'Rehearsal_ChannelDefinition',
          requestid: expect.stringMatching(UUID),
          authorization: expect.stringMatching(/^Bearer 00DHp000000KxQz!ey[\w-]+\.[\w-]+\.[\w-]+$/),
          'content-type': expect.stringMatching(/^multipart\/form-data; boundary=----Rehearsal/),
        },
      },
    });
  });

  it('sends media as a file, which the org keeps and shows', async () => {
    const world = createWorld();
    const url = 'https://x.test/photos/cat.jpg?size=1';
    const content = { kind: 'media', url, mimeType: 'image/jpeg', caption: 'my cat' } as const;
    await world.run(() => world.phone.send(content));
    const [event] = world.events;
    expect(event).toMatchObject({
      content: { kind: 'media', mimeType: 'image/jpeg', caption: 'my cat' },
    });
    const link =
      event?.kind === 'message' && event.content.kind === 'media' ? event.content.url : '';
    expect(link).toMatch(
      /^http:\/\/org\.test\/sfc\/dist\/version\/download\/\?oid=00DHp000000KxQz&ids=/,
    );
    const file = await world.call('GET', link.slice('http://org.test'.length));
    expect([file.status, file.headers['content-type'], file.body.toString()]).toEqual([
      200,
      'image/jpeg',
      url,
    ]);
    expect((await world.call('GET', '/sfc/dist/version/download/?ids=x')).status).toBe(404);
  });

  it('picks a choice from the screen; types it when there is none', async () => {
    const world = createWorld();
    const choices = [
      { id: 'y', title: 'Yes' },
      { id: 'n', title: 'No' },
    ];
    const sent = await world.run(() => world.send({ kind: 'text', text: 'Sure?', choices }));
    expect(world.received).toMatchObject([{ content: { kind: 'text', text: 'Sure?', choices } }]);
    world.events.length = 0;
    await world.run(() => world.phone.send({ kind: 'choice', id: 'n', title: 'No' }));
    await world.run(() => world.phone.send({ kind: 'choice', id: 'x', title: 'Other' }));
    expect(world.events).toMatchObject([
      { content: { kind: 'choice', id: 'n', title: 'No' } },
      { content: saying('Other') },
    ]);
    const body = world.calls.at(-2)?.request.body.toString();
    expect(body).toContain(`"inReplyToMessageId":"${sent.ok && sent.messageId}"`);
  });

  it('types what the channel lacks: places and reactions', async () => {
    const world = createWorld();
    await world.run(() =>
      world.phone.send({ kind: 'location', latitude: 1.5, longitude: 2, name: 'Pier' }),
    );
    await world.run(() => world.phone.send({ kind: 'reaction', emoji: '👍', messageId: 'm' }));
    expect(world.events).toMatchObject([
      { content: saying('Pier, 1.5, 2') },
      { content: saying('👍') },
    ]);
  });

  it('writes and ceases to', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.typing?.(true);
      await world.phone.typing?.(false);
    });
    expect(world.events).toEqual([
      { kind: 'typing', from: USER, on: true },
      { kind: 'typing', from: USER, on: false },
    ]);
  });

  it('ends the session there is, and no other', async () => {
    const world = createWorld();
    await world.run(async () => world.phone.leave?.());
    expect(world.events).toEqual([]);
    await world.run(() => world.phone.send(saying('hi')));
    await world.run(async () => world.phone.leave?.());
    expect(world.events.at(-1)).toEqual({ kind: 'ended', from: USER });
  });
});

describe('what the stack sends', () => {
  it('reaches the phone after its delay and is acknowledged: delivered, then read', async () => {
    const world = createWorld();
    const sent = await world.run(() => world.send(saying('hello')));
    const messageId = sent.ok ? sent.messageId : '';
    expect(messageId).toMatch(UUID);
    expect(world.received).toEqual([{ messageId, content: saying('hello'), at: 1000 }]);
    const receipt = { kind: 'receipt', messageId, to: USER };
    expect(world.events).toEqual([
      { ...receipt, status: 'delivered' },
      { ...receipt, status: 'read' },
    ]);
    expect(world.calls.map(({ at, request }) => [at, request.url.split('/').at(-1)])).toEqual([
      [1000, 'acknowledgement'],
      [6000, 'acknowledgement'],
    ]);
    expect(JSON.parse(world.calls[0]!.request.body.toString())).toEqual({
      sender: { appType: 'custom', subject: USER, role: 'EndUser' },
      conversationIdentifier: CONVERSATION,
      acknowledgements: [
        {
          acknowledgementTimestamp: world.clock.originMs + 1000,
          acknowledgementType: 'Delivered',
          acknowledgedConversationEntryIdentifier: messageId,
          acknowledgmentCreatedConversationEntryIdentifier: expect.stringMatching(UUID),
        },
      ],
    });
  });

  it('may stay unread; never reaches the unreachable; leaves others’ users alone', async () => {
    const world = createWorld({
      account: { unreachable: 'end-user-7, nobody' },
      delays: { readMs: () => undefined },
    });
    await world.run(() => world.send(saying('a')));
    expect(world.events).toMatchObject([{ status: 'delivered' }]);
    await world.run(() => world.send(saying('b'), 'end-user-7'));
    expect(world.events.at(-1)).toMatchObject({
      status: 'failed',
      errorCode: 'UNREACHABLE',
      to: 'end-user-7',
    });
    await world.run(() => world.send(saying('c'), 'David Wood'));
    expect(world.events).toHaveLength(2);
  });

  it('is shown as text, media and choices; typing and read marks are not', async () => {
    const world = createWorld();
    const media = {
      kind: 'media',
      url: 'https://x.test/a.pdf',
      mimeType: 'application/pdf',
      caption: 'c',
    } as const;
    await world.run(() => world.send(media));
    expect(world.received).toMatchObject([{ content: media }]);
    await world.run(async () => {
      const about = { to: USER, key: 'k', atMs: 1, messageId: 'm' };
      for (const kind of ['typingOn', 'typingOff', 'read'] as const) {
        const delivery = world.adapter.indicate?.({ ...about, kind });
        const step = delivery?.next();
        if (step === undefined || step.done === true) throw new Error('nothing to send');
        expect((await world.provider.handle(step.value)).status).toBe(201);
      }
    });
    expect(world.received).toHaveLength(1);
  });
});

describe('a stack that does not take it', () => {
  it('is tried again by the partner after 1, 2 and 4 s, with the same message', async () => {
    let down = 3;
    const world = createWorld({
      stack: () => {
        down -= 1;
        if (down === 1) throw new StackError('connectionRefused', 'test');
        return down >= 0 ? respond(503) : undefined;
      },
    });
    const report = await world.run(() => world.phone.send(saying('hi')));
    expect(report.ok).toBe(true);
    expect(world.calls.map(({ at }) => at)).toEqual([100, 1100, 3100, 7100]);
    const bodies = new Set(world.calls.map(({ request }) => request.body.toString()));
    expect(bodies.size).toBe(1);
  });

  it('makes the partner give up in the end, with the service’s code', async () => {
    const world = createWorld({ stack: () => respond(500), account: { bridgeRetries: '1' } });
    const report = await world.run(() => world.phone.send(saying('hi')));
    expect(world.calls).toHaveLength(2);
    expect(report).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^504 .*"code":10094/),
    });
  });

  it('is not tried again when it refuses', async () => {
    const refused = json(400, { message: 'x', code: 10029 });
    const world = createWorld({ stack: () => refused });
    expect(await world.run(() => world.phone.send(saying('hi')))).toEqual({
      ok: false,
      reason: '400 {"message":"x","code":10029}',
    });
    const strange = createWorld({ stack: () => respond(418, 'teapot') });
    expect(await strange.run(() => strange.phone.send(saying('hi')))).toMatchObject({
      reason: expect.stringMatching(/"code":10058/),
    });
    expect(strange.calls).toHaveLength(1);
  });

  it('times out after ten seconds', async () => {
    const world = createWorld({
      account: { bridgeRetries: '0' },
      stack: () => world.clock.sleep(60_000).then(() => respond(202)),
    });
    const report = await world.run(() => world.phone.send(saying('hi')));
    expect(report).toMatchObject({ ok: false, reason: expect.stringMatching(/^504/) });
  });
});

it('makes the same calls, to the byte, in two runs', async () => {
  const run = async () => {
    const world = createWorld();
    const cat = { kind: 'media', url: 'https://x.test/c.png', mimeType: 'image/png' } as const;
    await world.run(async () => {
      await world.phone.send(saying('hi'));
      await world.send(saying('hello'));
      await world.phone.send(cat);
    });
    return JSON.stringify(world.calls);
  };
  expect(await run()).toBe(await run());
});
