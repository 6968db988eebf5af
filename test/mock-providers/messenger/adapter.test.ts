import { describe, expect, it } from 'vitest';
import { createMessengerAdapter } from '../../../src/channels/messenger/adapter.ts';
import type { Content, InboundEvent, SendOutcome } from '../../../src/message.ts';
import { outbound } from '../../channels/driving.ts';
import {
  API,
  channelWith,
  createWorld,
  ORIGIN_MS,
  PERSON,
  text,
  WEBHOOK,
  type WorldOptions,
} from './world.ts';

/** The adapter and the mock, each at its own end of the same wire. */
function connected(options: WorldOptions = {}) {
  const adapter = createMessengerAdapter({
    channel: channelWith(options),
    apiUrl: API,
    webhookUrl: WEBHOOK,
  });
  const heard: InboundEvent[] = [];
  const world = createWorld({
    ...options,
    stack: ({ request }) => {
      const received = adapter.receive(request, 0);
      if (received.ok) heard.push(...received.events);
      return received.response;
    },
  });
  const send = async (content: Content): Promise<SendOutcome> => {
    const delivery = adapter.deliver(outbound(PERSON, content));
    let step = delivery.next();
    while (step.done !== true) step = delivery.next(await world.provider.handle(step.value));
    return step.value;
  };
  return { ...world, heard, deliver: send };
}

describe('the adapter at the other end', () => {
  const titles = (...all: string[]) => all.map((title, i) => ({ id: `c${i}`, title }));

  it('sends what the mock takes, and the person sees all of it', async () => {
    const world = connected({ delays: { readMs: () => undefined } });
    const place = { kind: 'location', latitude: 1.5, longitude: 2, name: 'Shop' } as const;
    const url = 'https://x.test/a.png';
    const outcomes = await world.run(async () => {
      await world.phone.send(text('hi'));
      return Promise.all(
        [
          text('word '.repeat(900).trim()),
          { ...text('Sure?'), choices: titles('Yes', 'No') },
          { ...text('Which?'), choices: titles('one too long for a quick reply', 'b') },
          { kind: 'media', url, mimeType: 'image/png', caption: 'look' } as const,
          place,
        ].map(world.deliver),
      );
    });
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    const contents = world.shown.map(({ content }) => content);
    expect(contents).toHaveLength(8);
    expect(contents).toContainEqual({ ...text('Sure?'), choices: titles('Yes', 'No') });
    expect(contents).toContainEqual(text('Which?\n1. one too long for a quick reply\n2. b'));
    expect(contents).toContainEqual({ kind: 'media', url, mimeType: 'image/jpeg' });
    expect(contents).toContainEqual(text('Shop, 1.5, 2'));
  });

  it('hears what the person does, and of the message', async () => {
    const world = connected();
    const outcome = await world.run(async () => {
      await world.phone.send(text('Grüße ☕'));
      const sent = await world.deliver({ ...text('Sure?'), choices: titles('Yes', 'No') });
      await world.clock.sleep(2000);
      await world.phone.send({ kind: 'choice', id: 'c0', title: 'Yes' });
      await world.phone.send({ kind: 'reaction', emoji: '👍', messageId: 'm_1' });
      return sent;
    });
    const messageId = outcome.ok && outcome.messageId;
    expect(world.heard).toMatchObject([
      { kind: 'message', from: PERSON, content: text('Grüße ☕'), sentMs: ORIGIN_MS },
      { kind: 'receipt', messageId, to: PERSON, status: 'delivered' },
      { kind: 'message', content: { kind: 'choice', id: 'c0', title: 'Yes' } },
      { kind: 'message', content: { kind: 'reaction', emoji: '👍', messageId: 'm_1' } },
      { kind: 'watermark', to: PERSON, status: 'read', untilMs: ORIGIN_MS + 100 },
    ]);
  });

  it('understands refusals', async () => {
    const shut = connected();
    expect(await shut.deliver(text('x'))).toMatchObject({
      failure: 'outsideWindow',
      code: '10/2018278',
      definite: true,
    });
    const blocked = connected({ account: { unreachable: PERSON } });
    expect(await blocked.deliver(text('x'))).toMatchObject({ failure: 'unreachable' });
  });

  it('tells of typing and reading', async () => {
    const world = connected();
    const adapter = createMessengerAdapter({
      channel: channelWith(),
      apiUrl: API,
      webhookUrl: WEBHOOK,
    });
    for (const kind of ['typingOn', 'typingOff', 'read'] as const) {
      const step = adapter.indicate?.({ kind, to: PERSON, messageId: 'm_1', key: 'k', atMs: 0 });
      const asked = step?.next();
      if (asked === undefined || asked.done === true) throw new Error('nothing was asked');
      expect((await world.provider.handle(asked.value)).status).toBe(200);
    }
  });
});
