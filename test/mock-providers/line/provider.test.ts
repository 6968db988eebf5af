/** The rules of the mock LINE: tokens, keys, limits, webhooks. */
import { describe, expect, it } from 'vitest';
import { respond } from '../../../src/http.ts';
import { saying } from '../../channels/driving.ts';
import { createWorld } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HTTPS = 'https://x';
const KEY = { 'x-line-retry-key': '123e4567-e89b-42d3-a456-426614174000' };

describe('a reply token', () => {
  it('is good once, for a minute', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send(saying('a'));
      await world.phone.send(saying('b'));
      await world.phone.send(saying('c'));
      expect((await world.reply(world.token(0))).status).toBe(200);
      expect((await world.reply(world.token(0))).json).toEqual({ message: 'Invalid reply token' });
      await world.clock.sleep(MINUTE - 1);
      expect((await world.reply(world.token(2))).status).toBe(200);
      await world.clock.sleep(2);
      expect((await world.reply(world.token(1))).status).toBe(400);
      expect((await world.reply('made up')).status).toBe(400);
    });
    expect(world.shown.map(({ content }) => content)).toEqual([saying('reply'), saying('reply')]);
  });

  it('lives on when the event is sent again, but not for ever', async () => {
    const bot = (call: number) => respond(call < 3 ? 500 : 200);
    const slow = { webhookRetryAfterMs: 5 * MINUTE };
    const world = createWorld({ account: { redelivery: 'on' }, limits: slow, bot });
    await world.run(async () => {
      await world.phone.send(saying('a'));
      expect(world.calls).toHaveLength(3);
      expect((await world.reply(world.token(2))).status).toBe(200);
    });
    const late = createWorld({
      account: { redelivery: 'on' },
      limits: { webhookRetryAfterMs: 21 * MINUTE },
      bot,
    });
    await late.run(async () => {
      await late.phone.send(saying('a'));
      expect((await late.reply(late.token(2))).status).toBe(400);
    });
  });
});

describe('a webhook', () => {
  it('is sent once, whatever the bot answers, unless redelivery is on', async () => {
    const off = createWorld({ bot: () => respond(500) });
    expect(await off.run(() => off.phone.send(saying('a')))).toMatchObject({ ok: false });
    expect(off.calls).toHaveLength(1);
    const on = createWorld({ account: { redelivery: 'on' }, bot: () => respond(500) });
    await on.run(() => on.phone.send(saying('a')));
    expect(on.calls.map(({ at }) => at)).toEqual([100, 5100, 15_100, 35_100]);
    const [first, again] = on.calls.map(({ events }) => events[0]);
    expect(again).toEqual({ ...first, deliveryContext: { isRedelivery: true } });
  });

  it('has failed after two seconds', async () => {
    const world = createWorld({ bot: () => new Promise(() => {}) });
    expect(await world.run(() => world.phone.send(saying('a')))).toEqual({
      ok: false,
      reason: 'timedOut',
    });
    expect(world.clock.now()).toBe(2100);
  });

  it('holds events of several users where batching is on', async () => {
    const world = createWorld({ batchMs: 500 });
    const other = world.provider.connect(world.provider.addressOf(2), 'Bob', () => {});
    await world.run(() => Promise.all([world.phone.send(saying('a')), other.send(saying('b'))]));
    expect(world.calls).toHaveLength(1);
    const sources = world.calls[0]?.events.map(({ source }) => source);
    expect(new Set(sources?.map((source) => 'userId' in source && source.userId)).size).toBe(2);
  });

  it('is a postback when a quick reply is tapped, a text when it is typed', async () => {
    const world = createWorld();
    const action = { type: 'postback', label: 'Yes', data: 'choice=1' };
    const text = {
      type: 'text',
      text: 'Sure?',
      quickReply: { items: [{ type: 'action', action }] },
    };
    await world.run(async () => {
      await world.call('POST', '/v2/bot/message/push', { to: world.user, messages: [text] });
      await world.clock.sleep(2000);
      await world.phone.send({ kind: 'choice', id: 'choice=1', title: 'Yes' });
      await world.phone.send({ kind: 'choice', id: 'unknown', title: 'No' });
    });
    expect(world.calls.flatMap(({ events }) => events)).toMatchObject([
      { type: 'postback', postback: { data: 'choice=1' } },
      { type: 'message', message: { type: 'text', text: 'No' } },
    ]);
  });
});

describe('a retry key', () => {
  it('lets one push through for a day, and only where it is taken', async () => {
    const world = createWorld();
    await world.run(async () => {
      const first = await world.push(['a'], KEY);
      const again = await world.push(['a'], KEY);
      expect([first.status, again.status]).toEqual([200, 409]);
      expect(again.json.sentMessages).toEqual(first.json.sentMessages);
      expect(again.headers['x-line-accepted-request-id']).toBe(first.headers['x-line-request-id']);
      await world.clock.sleep(24 * HOUR);
      expect((await world.push(['b'], KEY)).status).toBe(200);
      const wrong = await world.call('GET', '/v2/bot/info', undefined, KEY);
      expect(wrong.status).toBe(400);
      expect((await world.push(['c'], { 'x-line-retry-key': 'no UUID' })).status).toBe(400);
    });
    expect(world.shown.map(({ content }) => content)).toEqual([saying('a'), saying('b')]);
  });
});

describe('what is refused', () => {
  it('more than the rate of an endpoint, each by itself', async () => {
    const world = createWorld({ limits: { requestsPerSecond: 2 } });
    await world.run(async () => {
      const statuses = [];
      for (let i = 0; i < 3; i += 1) statuses.push((await world.push()).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((await world.call('GET', '/v2/bot/info')).status).toBe(200);
      await world.clock.sleep(1000);
      expect((await world.push()).status).toBe(200);
    });
  });

  it('more than the month’s quota, in other words', async () => {
    const world = createWorld({ limits: { monthlyMessages: 1 } });
    await world.run(async () => {
      await world.push();
      expect((await world.push()).json.message).toBe('You have reached your monthly limit.');
      const { json } = await world.call('GET', '/v2/bot/message/quota/consumption');
      expect(json).toEqual({ totalUsage: 1 });
    });
  });

  it.each([
    [{ messages: [] }, 'May not be empty', 'messages'],
    [{ messages: Array(6).fill({ type: 'text', text: 'x' }) }, 'Size must be', 'messages'],
    [{ messages: [{ type: 'text' }] }, 'May not be empty', 'messages[0].text'],
    [{ messages: [{ type: 'text', text: 'x'.repeat(5001) }] }, 'Length', 'messages[0].text'],
    [{ messages: [{ type: 'hologram' }] }, 'Must be one of', 'messages[0].type'],
    [
      {
        messages: [{ type: 'image', originalContentUrl: 'http://x', previewImageUrl: HTTPS }],
      },
      'HTTPS',
      'messages[0].originalContentUrl',
    ],
  ])('%j', async (body, message, property) => {
    const world = createWorld();
    const to = world.user;
    const { status, json } = await world.run(() =>
      world.call('POST', '/v2/bot/message/push', { to, ...body }),
    );
    expect([status, json.message]).toEqual([400, 'The request body has 1 error(s)']);
    expect(json.details[0]).toMatchObject({ property });
    expect(json.details[0].message).toContain(message);
  });

  it('bodies too large, of another type or no JSON; paths that are not there', async () => {
    const world = createWorld();
    await world.run(async () => {
      expect((await world.push(['x'.repeat(2_000_001)])).status).toBe(413);
      expect((await world.push(['x'], { 'content-type': 'text/plain' })).status).toBe(415);
      const broken = await world.call('POST', '/v2/bot/message/push', '{');
      expect(broken.json.message).toMatch(/^The request body could not be parsed as JSON/);
      const nowhere = await world.call('GET', '/v2/bot/nowhere');
      expect(nowhere).toMatchObject({ status: 404, json: { message: 'Not found' } });
      expect(nowhere.headers['x-line-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('strangers; but those who blocked the account are met with silence', async () => {
    const world = createWorld({ account: { blocked: `U4e6f626f6479${'1'.padStart(20, '0')}` } });
    await world.run(async () => {
      const stranger = await world.push(['x'], {}, `U${'f'.repeat(32)}`);
      expect(stranger).toMatchObject({ status: 400, json: { message: 'Failed to send messages' } });
      expect((await world.push()).status).toBe(200);
    });
    expect(world.shown).toEqual([]);
  });
});
