import { describe, expect, it } from 'vitest';
import { createPhone, createWorld } from './world.ts';

const SAID = { kind: 'text', text: 'hello' } as const;

describe('a simulated customer', () => {
  it('says and hears by the true API, and acknowledges what came', async () => {
    const world = createWorld();
    const { address, phone, shown } = createPhone(world);
    const outcome = await world.run(async () => {
      const report = await phone.send(SAID);
      expect(report).toMatchObject({ ok: true });
      const messageId = report.ok ? report.messageId : '';
      expect(world.events).toEqual([{ kind: 'message', messageId, from: address, content: SAID }]);
      expect(world.clock.now()).toBe(100);
      return world.deliver(address, { kind: 'text', text: 'hi' });
    });
    const messageId = outcome.ok ? outcome.messageId : '';
    expect(shown).toEqual([{ messageId, content: { kind: 'text', text: 'hi' }, at: 1100 }]);
    const receipt = { kind: 'receipt', messageId, to: address };
    expect(world.events.slice(1)).toEqual([
      { ...receipt, status: 'delivered' },
      { ...receipt, status: 'read' },
    ]);
    expect(world.clock.now()).toBe(6100);
    expect(world.calls.map(({ url }) => url.replace(/[0-9a-f-]{36}/, 'id'))).toEqual([
      'http://stack.test/webhooks/web/conversation/id/message',
      'http://stack.test/webhooks/web/conversation/id/acknowledge-entries',
      'http://stack.test/webhooks/web/conversation/id/acknowledge-entries',
    ]);
  });

  it('picks what it was offered, and types what it was not', async () => {
    const world = createWorld();
    const { address, phone, shown } = createPhone(world);
    const choices = [{ id: 'a', title: 'Tea' }];
    await world.run(async () => {
      await phone.send(SAID);
      await world.deliver(address, { kind: 'text', text: 'Which?', choices });
      await world.clock.sleep(2000);
      await phone.send({ kind: 'choice', id: 'a', title: 'Tea' });
      await phone.send({ kind: 'choice', id: 'b', title: 'Milk' });
    });
    expect(shown[0]?.content).toEqual({ kind: 'text', text: 'Which?', choices });
    const contents = world.events.flatMap((event) =>
      event.kind === 'message' ? [event.content] : [],
    );
    expect(contents.slice(1)).toEqual([
      { kind: 'choice', id: 'a', title: 'Tea' },
      { kind: 'text', text: 'Milk' },
    ]);
  });

  it('sends files, types the rest', async () => {
    const world = createWorld();
    const { phone, address, shown } = createPhone(world);
    const media = {
      kind: 'media',
      url: 'https://x.test/a/cat.png?x=1',
      mimeType: 'image/png',
    } as const;
    await world.run(async () => {
      await phone.send({ ...media, caption: 'my cat' });
      await phone.send(media);
      await phone.send({ kind: 'location', latitude: 1, longitude: 2, name: 'Here' });
      await phone.send({ kind: 'reaction', emoji: '👍', messageId: 'm' });
      await world.deliver(address, { ...media, caption: 'yours' });
    });
    const contents = world.events.flatMap((event) =>
      event.kind === 'message' ? [event.content] : [],
    );
    const url = expect.stringMatching(/^http:\/\/edge\.test\/iamessage\/files\/[0-9a-f-]{36}$/);
    expect(contents).toEqual([
      { kind: 'media', url, mimeType: 'image/png', caption: 'my cat' },
      { kind: 'media', url, mimeType: 'image/png' },
      { kind: 'text', text: 'Here, 1, 2' },
      { kind: 'text', text: '👍' },
    ]);
    const [first] = contents;
    const path = first?.kind === 'media' ? first.url.slice('http://edge.test'.length) : '';
    const file = await world.call('GET', path);
    expect([file.status, file.headers['content-type']]).toEqual([200, 'image/png']);
    expect(file.body.toString()).toBe(media.url);
    expect(shown.map(({ content }) => content)).toEqual([{ ...media, caption: 'yours' }]);
  });

  it('types, leaves, and begins another session when it writes again', async () => {
    const world = createWorld();
    const { address, phone } = createPhone(world);
    await world.run(async () => {
      await phone.typing?.(true);
      await phone.send(SAID);
      await phone.typing?.(false);
      await phone.leave?.();
      await phone.leave?.();
      expect(await phone.send(SAID)).toMatchObject({ ok: true });
    });
    expect(world.events.map(({ kind }) => kind)).toEqual([
      'typing',
      'message',
      'typing',
      'ended',
      'message',
    ]);
    expect(world.events.filter(({ kind }) => kind === 'typing')).toEqual([
      { kind: 'typing', from: address, on: true },
      { kind: 'typing', from: address, on: false },
    ]);
    const last = JSON.parse(world.calls.at(-1)?.body.toString() ?? '');
    expect(last.isNewMessagingSession).toBe(true);
  });

  it('waits when it is told to, and tells when all is in vain', async () => {
    const slow = createWorld({ channel: { limits: { messagesPerMinute: 2 } } });
    const talker = createPhone(slow).phone;
    await slow.run(async () => {
      for (let i = 0; i < 3; i += 1) expect(await talker.send(SAID)).toMatchObject({ ok: true });
      expect(slow.clock.now()).toBeGreaterThan(60_000);
    });
    const broken = createWorld({
      stack: () => ({ status: 503, headers: {}, body: Buffer.from('down') }),
    });
    const report = await broken.run(() => createPhone(broken).phone.send(SAID));
    expect(report).toEqual({ ok: false, reason: '500 Internal Server Error: 503 down' });
    expect(broken.calls).toHaveLength(3);
  });

  it('uses a new token before the old one ends', async () => {
    const world = createWorld({ channel: { limits: { tokenMs: 120_000 } } });
    const { phone } = createPhone(world);
    await world.run(async () => {
      for (let i = 0; i < 4; i += 1) {
        expect(await phone.send(SAID)).toMatchObject({ ok: true });
        await world.clock.sleep(50_000);
      }
    });
    const tokens = new Set(world.calls.map(({ headers }) => headers.authorization));
    expect(tokens.size).toBe(2);
  });

  it('gets nothing any more once it is gone, but has read what it got', async () => {
    const world = createWorld();
    const { address, phone, shown } = createPhone(world);
    await world.run(async () => {
      await phone.send(SAID);
      await world.deliver(address, SAID);
      await world.clock.sleep(2000);
      phone.disconnect();
      expect(await world.deliver(address, SAID)).toMatchObject({ ok: true });
    });
    expect(shown).toHaveLength(1);
    expect(world.events.filter(({ kind }) => kind === 'receipt')).toHaveLength(2);
  });

  it('does the same in every run, to the byte', async () => {
    const tell = async () => {
      const world = createWorld();
      await world.run(() =>
        Promise.all(
          [1, 2, 3].map(async (n) => {
            const { phone, address } = createPhone(world, n);
            await phone.send({ kind: 'text', text: `I am ${n}` });
            await world.deliver(address, SAID);
          }),
        ),
      );
      return world.calls.map(({ url, headers, body }) => [url, headers, body.toString()]);
    };
    expect(await tell()).toEqual(await tell());
  });
});
