import { describe, expect, it } from 'vitest';
import { createWhatsAppAdapter } from '../../../src/channels/whatsapp/adapter.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { respond } from '../../../src/http.ts';
import type { SendOutcome } from '../../../src/message.ts';
import { AT_MS, outbound } from '../../channels/driving.ts';
import { buttons, CUSTOMER, channelWith, createWorld, HOUR, template, WEBHOOK } from './world.ts';

const hi = { kind: 'text', text: 'hi' } as const;

describe('reports on a message', () => {
  it('come in order: sent, delivered, read, each at its own time', async () => {
    const world = createWorld();
    const id = await world.run(async () => {
      await world.phone.send(hi);
      return (await world.send({ biz_opaque_callback_data: 'mine' })).json.messages[0].id;
    });
    expect(world.statuses().map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(world.calls.map(({ at }) => at)).toEqual([100, 600, 1100, 6100]);
    expect(world.received).toEqual([
      { at: 1100, messageId: id, content: { kind: 'text', text: 'hello' } },
    ]);
    const origin = Date.UTC(2026, 10, 23, 3, 10) / 1000;
    const common = {
      id,
      recipient_id: CUSTOMER,
      recipient_user_id: expect.stringMatching(/^US\.\d+$/),
      biz_opaque_callback_data: 'mine',
    };
    const pricing = { billable: false, type: 'free_customer_service', category: 'service' };
    expect(world.statuses()).toEqual([
      {
        ...common,
        status: 'sent',
        timestamp: `${origin}`,
        pricing: { ...pricing, pricing_model: 'PMP' },
      },
      {
        ...common,
        status: 'delivered',
        timestamp: `${origin + 1}`,
        pricing: { ...pricing, pricing_model: 'PMP' },
      },
      { ...common, status: 'read', timestamp: `${origin + 6}` },
    ]);
    expect(world.calls[1]?.value.contacts).toEqual([
      { profile: { name: 'Ada é' }, wa_id: CUSTOMER, user_id: common.recipient_user_id },
    ]);
  });

  it('wait for each other when the stack is slow, and say when things were', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({
      stack: async ({ value }) => {
        if (value.statuses !== undefined) await world.clock.sleep(10_000);
        return respond(200);
      },
    });
    await world.run(() => world.phone.send(hi).then(() => world.send()));
    expect(world.calls.map(({ at }) => at)).toEqual([100, 600, 10_600, 20_600]);
    const times = world.statuses().map(({ timestamp }) => Number(timestamp) % 600);
    expect(times).toEqual([0, 1, 6]);
  });

  it('end with delivered when the customer does not read', async () => {
    const world = createWorld({ delays: { readMs: () => undefined } });
    await world.run(() => world.phone.send(hi).then(() => world.send()));
    expect(world.statuses().map(({ status }) => status)).toEqual(['sent', 'delivered']);
  });

  it('leave delivered out for an open chat, if told to', async () => {
    const account = { skipDelivered: 'on' };
    const open = createWorld({ account, delays: { readMs: () => 1000 } });
    await open.run(() => open.phone.send(hi).then(() => open.send()));
    expect(open.statuses().map(({ status }) => status)).toEqual(['sent', 'read']);
    expect(open.statuses()[1]?.pricing).toBeDefined();
    const away = createWorld({ account, delays: { readMs: () => 1001 } });
    await away.run(() => away.phone.send(hi).then(() => away.send()));
    expect(away.statuses().map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
  });

  it('come for phones that are not connected, too', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send(hi));
    world.phone.disconnect();
    await world.run(() => world.send());
    expect(world.received).toEqual([]);
    expect(world.statuses()).toHaveLength(3);
    expect(world.calls.at(-1)?.value.contacts?.[0]?.profile).toBeUndefined();
  });
});

describe('the 24-hour window', () => {
  it('is closed before the customer wrote: taken, and failed later', async () => {
    const world = createWorld();
    const { status } = await world.run(() => world.send());
    expect(status).toBe(200);
    expect(world.calls.map(({ at }) => at)).toEqual([500]);
    expect(world.statuses()).toMatchObject([
      {
        status: 'failed',
        errors: [
          {
            code: 131047,
            title: 'Re-engagement message',
            message: 'Re-engagement message',
            error_data: { details: expect.any(String) },
            href: expect.any(String),
          },
        ],
      },
    ]);
    expect(world.received).toEqual([]);
  });

  it('is open for 24 hours from the last message, to the millisecond', async () => {
    const world = createWorld({ account: { windowCheck: 'sync' } });
    const send = async () => (await world.send()).json.error?.code ?? 'taken';
    const answers = await world.run(async () => {
      await world.phone.send(hi);
      await world.clock.sleep(12 * HOUR - world.clock.now());
      await world.phone.send(hi);
      await world.clock.sleep(36 * HOUR - 1 - world.clock.now());
      const last = await send();
      await world.clock.sleep(1);
      return [last, await send()];
    });
    expect(answers).toEqual(['taken', 131047]);
  });

  it('refuses at once with windowCheck sync, and never refuses templates', async () => {
    const world = createWorld({ account: { windowCheck: 'sync' } });
    const { status, json } = await world.run(() => world.send());
    expect(status).toBe(400);
    expect(json.error).toMatchObject({
      code: 131047,
      message: '(#131047) Re-engagement message',
    });
    expect(await world.run(() => world.send(template()))).toMatchObject({ status: 200 });
    expect(world.statuses().map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(world.statuses()[0]?.pricing).toMatchObject({
      billable: true,
      type: 'regular',
      category: 'utility',
    });
  });

  it('is each customer’s own', async () => {
    const world = createWorld({ account: { windowCheck: 'sync' } });
    await world.run(() => world.phone.send(hi));
    const other = await world.run(() => world.send({ to: '12005550002' }));
    expect(other.json.error.code).toBe(131047);
  });
});

describe('numbers and limits', () => {
  it('someone not on WhatsApp: taken, and failed later', async () => {
    const world = createWorld({ account: { unreachable: '+1 200 555 0009, 12005550001' } });
    for (const fields of [template(), { ...template(), to: '12005550009' }]) {
      expect((await world.run(() => world.send(fields))).status).toBe(200);
    }
    expect(world.statuses().map(({ errors }) => errors?.[0]?.code)).toEqual([131026, 131026]);
  });

  it('80 messages in any second, or as many as configured, or any number', async () => {
    const taken = async (limits: Record<string, number>, spread = 0) => {
      const world = createWorld({ limits });
      return world.run(async () => {
        const answers: number[] = [];
        for (let i = 0; i < 100; i += 1) {
          const { json } = await world.send(template());
          if (json.error === undefined) answers.push(i);
          else expect(json.error.code).toBe(130429);
          await world.clock.sleep(spread);
        }
        return answers.length;
      });
    };
    expect(await taken({})).toBe(80);
    expect(await taken({ messagesPerSecond: 7 })).toBe(7);
    expect(await taken({ messagesPerSecond: 0 })).toBe(100);
    // 100 ms apart: 10 a second are taken whole, of 5 in each second half.
    expect(await taken({ messagesPerSecond: 10 }, 100)).toBe(100);
    expect(await taken({ messagesPerSecond: 5 }, 100)).toBe(50);
  });

  it('45 at once to one customer, then one in 6 s, if told to', async () => {
    const world = createWorld({ account: { pairLimit: 'on' } });
    const codes = await world.run(async () => {
      const send = async (to = CUSTOMER) => {
        const { json } = await world.send({ ...template(), to });
        await world.clock.sleep(20);
        return json.error?.code ?? 'taken';
      };
      const burst: unknown[] = [];
      for (let i = 0; i < 45; i += 1) burst.push(await send());
      expect(new Set(burst)).toEqual(new Set(['taken']));
      const over = [await send(), await send('12005550002')];
      await world.clock.sleep(6000);
      return [...over, await send(), await send()];
    });
    expect(codes).toEqual([131056, 'taken', 'taken', 131056]);
    const free = createWorld();
    const last = await free.run(async () => {
      for (let i = 0; i < 46; i += 1) await free.send(template());
      return free.send(template());
    });
    expect(last.status).toBe(200);
  });
});

describe('a customer’s phone', () => {
  it('gets what the message says', async () => {
    const world = createWorld();
    const messageId = await world.run(async () => {
      await world.phone.send(hi);
      await world.send(buttons('Yes', 'No'));
      await world.send({ type: 'video', video: { link: 'https://x.test/v', caption: 'Look' } });
      await world.send({ type: 'location', location: { latitude: 1.5, longitude: 2 } });
      const { json } = await world.send(template());
      const reaction = { message_id: json.messages[0].id, emoji: '👍' };
      await world.send({ type: 'reaction', reaction });
      return reaction.message_id;
    });
    const choices = [
      { id: 'b0', title: 'Yes' },
      { id: 'b1', title: 'No' },
    ];
    expect(world.received.map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'Sure?', choices },
      { kind: 'media', url: 'https://x.test/v', mimeType: 'video/mp4', caption: 'Look' },
      { kind: 'location', latitude: 1.5, longitude: 2 },
      { kind: 'text', text: '[template: hello_world]' },
      { kind: 'reaction', emoji: '👍', messageId },
    ]);
  });

  it('is told that the stack took its message, or why not', async () => {
    const world = createWorld();
    const report = await world.run(() => world.phone.send(hi));
    expect(report).toEqual({ ok: true, messageId: world.messages()[0]?.id });
    const deaf = createWorld({ stack: () => respond(401, 'no'), limits: { webhookRetries: 0 } });
    expect(await deaf.run(() => deaf.phone.send(hi))).toEqual({ ok: false, reason: '401 no' });
  });

  it('has an address of its own, digits only', () => {
    const { provider } = createWorld();
    expect([provider.addressOf(0), provider.addressOf(1)]).toEqual(['12005550000', '12005550001']);
    const many = Array.from({ length: 100_000 }, (_, i) => provider.addressOf(i));
    expect(new Set(many).size).toBe(100_000);
    expect(many.every((address) => /^1\d{10}$/.test(address))).toBe(true);
  });

  it('says STOP to no effect', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send({ kind: 'text', text: 'STOP' });
      await world.send();
    });
    expect(world.messages()[0]?.text?.body).toBe('STOP');
    expect(world.received).toHaveLength(1);
  });
});

it('understands the adapter, and is understood by it', async () => {
  const adapter = createWhatsAppAdapter({
    channel: channelWith(),
    apiUrl: 'http://graph.test',
    webhookUrl: WEBHOOK,
  });
  const world = createWorld();
  const choices = Array.from({ length: 4 }, (_, i) => ({ id: `c${i}`, title: `Choice ${i}` }));
  const content = { kind: 'text', text: 'Which?', choices } as const;
  const outcome = await world.run(async () => {
    await world.phone.send({ kind: 'text', text: 'é / ☕' });
    const delivery = adapter.deliver(outbound(CUSTOMER, content));
    const request = delivery.next().value as HttpRequest;
    const outcome = delivery.next(await world.provider.handle(request)).value as SendOutcome;
    await world.clock.sleep(2000);
    await world.phone.send({ kind: 'choice', ...choices[2]! });
    return outcome;
  });
  expect(world.received[0]?.content).toEqual(content);
  const events = world.calls.map(({ request }) => {
    const received = adapter.receive(request, AT_MS);
    return received.ok ? received.events[0] : received.reason;
  });
  const messageId = outcome.ok ? outcome.messageId : '';
  expect(events).toMatchObject([
    { kind: 'message', from: CUSTOMER, content: { kind: 'text', text: 'é / ☕' } },
    { kind: 'receipt', to: CUSTOMER, messageId, status: 'sent' },
    { kind: 'receipt', to: CUSTOMER, messageId, status: 'delivered' },
    { kind: 'message', content: { kind: 'choice', ...choices[2] }, profileName: 'Ada é' },
    { kind: 'receipt', to: CUSTOMER, messageId, status: 'read' },
  ]);
});
