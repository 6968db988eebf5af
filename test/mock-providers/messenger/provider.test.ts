import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../mock-providers/messenger/ledger.ts';
import { MESSENGER_LIMITS } from '../../../src/channels/messenger/limits.ts';
import { API, channelWith, createWorld, HOUR, ORIGIN_MS, PAGE, PERSON, text } from './world.ts';

describe('reports on a message', () => {
  it('are a delivery, by id and watermark, and a reading, by watermark', async () => {
    const world = createWorld();
    const [mid, at] = await world.run(async () => {
      await world.phone.send(text('hi'));
      const { json } = await world.send();
      return [json.message_id, ORIGIN_MS + world.clock.now()] as const;
    });
    const who = { sender: { id: PERSON }, recipient: { id: PAGE } };
    expect(world.events().slice(1)).toEqual([
      { ...who, delivery: { mids: [mid], watermark: at } },
      { ...who, timestamp: at + 6000, read: { watermark: at } },
    ]);
    expect(world.calls.map((call) => call.at)).toEqual([100, 1100, 6100]);
    expect(world.shown).toEqual([{ messageId: mid, content: text('hello'), at: 1100 }]);
  });

  it('may lack the ids, and the reading', async () => {
    const world = createWorld({
      account: { deliveryMids: 'off' },
      delays: { readMs: () => undefined },
    });
    await world.run(() => world.phone.send(text('hi')).then(() => world.send()));
    expect(world.events().slice(1)).toMatchObject([{ delivery: { watermark: ORIGIN_MS + 100 } }]);
    expect(world.events()[1]?.delivery).not.toHaveProperty('mids');
  });

  it('keep the order of the thread, however the delays are drawn', async () => {
    const world = createWorld({
      delays: { deliveryMs: (n) => (n === 2 ? 3000 : 500), readMs: () => undefined },
    });
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send({ message: { text: '1' } });
      await world.send({ message: { text: '2' } });
    });
    expect(world.shown.map(({ content, at }) => [content, at])).toEqual([
      [text('1'), 3100],
      [text('2'), 3100],
    ]);
  });

  it('watermarks are whole numbers that cover the message', async () => {
    const world = createWorld({ delays: { inboundMs: () => 0.25 } });
    await world.run(() => world.phone.send(text('hi')).then(() => world.send()));
    expect(world.events().map(({ delivery, read }) => (delivery ?? read)?.watermark)).toEqual([
      undefined,
      ORIGIN_MS + 1,
      ORIGIN_MS + 1,
    ]);
  });

  it('echoes tell the page what it said', async () => {
    const world = createWorld({ account: { echoes: 'on' }, delays: { readMs: () => undefined } });
    const url = 'https://x.test/a.png';
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send({ message: { text: 'hello', metadata: 'm' } });
      await world.send({ message: { attachment: { type: 'image', payload: { url } } } });
    });
    const [first, second] = world.events().filter(({ message }) => message && 'is_echo' in message);
    expect(first).toEqual({
      sender: { id: PAGE },
      recipient: { id: PERSON },
      timestamp: ORIGIN_MS + 100,
      message: {
        mid: world.shown[0]?.messageId,
        is_echo: true,
        app_id: Number(world.account.appId),
        metadata: 'm',
        text: 'hello',
      },
    });
    expect(second?.message?.attachments).toEqual([{ type: 'image', payload: { url } }]);
  });
});

describe('who may be written to', () => {
  const errorOf = async (world: ReturnType<typeof createWorld>, fields = {}) => {
    const { json } = await world.send(fields);
    return json.error === undefined ? 'sent' : `${json.error.code}/${json.error.error_subcode}`;
  };
  const agent = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };

  it('for 24 hours after they wrote; for 7 days by the tag for human agents', async () => {
    const world = createWorld();
    await world.run(async () => {
      expect(await errorOf(world)).toBe('10/2018278');
      expect(await errorOf(world, agent)).toBe('10/2018278');
      await world.phone.send(text('hi'));
      await world.clock.sleep(24 * HOUR - 101);
      expect(await errorOf(world)).toBe('sent');
      expect(await errorOf(world, { messaging_type: 'UPDATE' })).toBe('sent');
      await world.clock.sleep(1);
      expect(await errorOf(world)).toBe('10/2018278');
      expect(await errorOf(world, { messaging_type: 'UPDATE' })).toBe('10/2018278');
      expect(await errorOf(world, agent)).toBe('sent');
      await world.clock.sleep(6 * 24 * HOUR);
      expect(await errorOf(world, agent)).toBe('10/2018278');
      await world.phone.send({ kind: 'reaction', emoji: '👍', messageId: 'm_1' });
      expect(await errorOf(world)).toBe('sent');
    });
  });

  it('as the limits and the page’s tags have it', async () => {
    const limits = { replyWindowMs: 1000, humanAgentWindowMs: 2000 };
    const world = createWorld({ limits, account: { tags: 'HUMAN_AGENT, ACCOUNT_UPDATE' } });
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.clock.sleep(1000);
      expect(await errorOf(world)).toBe('10/2018278');
      expect(await errorOf(world, agent)).toBe('sent');
      await world.clock.sleep(1000);
      expect(await errorOf(world, agent)).toBe('10/2018278');
      expect(await errorOf(world, { ...agent, tag: 'ACCOUNT_UPDATE' })).toBe('sent');
    });
  });

  it('not those who have blocked the page', async () => {
    const world = createWorld({ account: { unreachable: `1, ${PERSON}` } });
    await world.run(async () => {
      await world.phone.send(text('hi'));
      expect(await errorOf(world)).toBe('551/1545041');
      expect(await errorOf(world, { sender_action: 'typing_on' })).toBe('551/1545041');
    });
  });

  it('only so many a second, and of audio and video fewer', async () => {
    const world = createWorld({ limits: { messagesPerSecond: 2, mediaPerSecond: 1 } });
    const payload = { url: 'https://x.test/a.mp3' };
    const audio = { message: { attachment: { type: 'audio', payload } } };
    await world.run(async () => {
      await world.phone.send(text('hi'));
      const texts = [await errorOf(world), await errorOf(world), await errorOf(world)];
      expect(texts).toEqual(['sent', 'sent', '613/undefined']);
      expect([await errorOf(world, audio), await errorOf(world, audio)]).toEqual([
        'sent',
        '613/undefined',
      ]);
      await world.clock.sleep(1000);
      expect([await errorOf(world), await errorOf(world, audio)]).toEqual(['sent', 'sent']);
    });
    const { messagesPerSecond, mediaPerSecond } = MESSENGER_LIMITS;
    expect([messagesPerSecond, mediaPerSecond]).toEqual([300, 10]);
  });
});

describe('ids', () => {
  const ledgerOf = (draw: number) =>
    createLedger({
      channelId: 'fb',
      channel: channelWith(),
      clock: { now: () => 0 } as Parameters<typeof createLedger>[0]['clock'],
      random: () => draw,
      publicUrl: API,
    });

  it('of messages prove themselves, in their own thread', () => {
    const [ledger, twin, other] = [ledgerOf(0.25), ledgerOf(0.25), ledgerOf(0.5)];
    const { mid, number } = ledger.issue(PERSON);
    expect([number, twin.issue(PERSON).mid]).toEqual([1, mid]);
    expect([ledger.knows(mid, PERSON), ledger.knows(mid, '7200000000000002')]).toEqual([
      true,
      false,
    ]);
    expect(ledger.knows(other.issue(PERSON).mid, PERSON)).toBe(false);
    const next = twin.issue(PERSON).mid;
    expect(ledger.knows(next, PERSON)).toBe(false);
    for (const nonsense of ['', 'm_', `${mid}A`, mid.slice(0, -1), `m_${'A'.repeat(86)}`]) {
      expect(ledger.knows(nonsense, PERSON)).toBe(false);
    }
  });

  it('of files are the newest thousand', () => {
    const ledger = ledgerOf(0.5);
    const kept = Array.from({ length: 1001 }, (_, i) =>
      ledger.keepAttachment({ type: 'image', mimeType: '', url: `https://x.test/${i}` }),
    );
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1001);
    expect(ledger.attachment(kept[0]?.id ?? '')).toBeUndefined();
    expect(ledger.attachment(kept[1]?.id ?? '')?.url).toBe('https://x.test/1');
  });

  it('of people have 16 digits', () => {
    const { provider } = createWorld();
    expect([1, 2, 99_999_999].map(provider.addressOf)).toEqual([
      PERSON,
      '7200000000000002',
      '7200000099999999',
    ]);
  });
});

it('gives the same bytes in every run', async () => {
  const bytes = async () => {
    const world = createWorld({ account: { echoes: 'on' } });
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send();
      await world.send();
    });
    return world.calls.map(({ at, request }) => `${at} ${request.body}`);
  };
  expect(await bytes()).toEqual(await bytes());
});
