import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeJson } from '../../../mock-providers/meta.ts';
import { StackError } from '../../../src/errors.ts';
import { respond } from '../../../src/http.ts';
import {
  buttons,
  createWorld,
  HOUR,
  ORIGIN_MS,
  PAGE,
  PERSON,
  replies,
  text,
  WEBHOOK,
} from './world.ts';

const MID = /^m_[\w-]{86}$/;

describe('the bytes', () => {
  it('are escaped as Meta does it', () => {
    expect(escapeJson('{"a":"é ☕/😀"}')).toBe('{"a":"\\u00e9 \\u2615\\/\\ud83d\\ude00"}');
    expect(escapeJson('{"a":"plain ~ \\" \\\\"}')).toBe('{"a":"plain ~ \\" \\\\"}');
  });

  it('are what is signed, by both schemes', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send(text('é/☕')));
    const { headers, body, method, url } = world.calls[0]!.request;
    expect([method, url]).toEqual(['POST', WEBHOOK]);
    expect(body.toString()).toContain('\\u00e9\\/\\u2615');
    expect(body.every((byte) => byte < 0x80)).toBe(true);
    const hmac = (hash: string) =>
      createHmac(hash, world.account.appSecret).update(body).digest('hex');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'x-hub-signature': `sha1=${hmac('sha1')}`,
      'x-hub-signature-256': `sha256=${hmac('sha256')}`,
      'user-agent': 'facebookexternalua',
      accept: '*/*',
    });
  });

  it('have the documented shape: ids as text, times in ms as numbers', async () => {
    const world = createWorld();
    const sent = await world.run(() => world.phone.send(text('hi')));
    expect(world.calls[0]!.envelope).toEqual({
      object: 'page',
      entry: [
        {
          id: PAGE,
          time: ORIGIN_MS + 100,
          messaging: [
            {
              sender: { id: PERSON },
              recipient: { id: PAGE },
              timestamp: ORIGIN_MS,
              message: { mid: sent.ok && sent.messageId, text: 'hi' },
            },
          ],
        },
      ],
    });
    expect(sent.ok && sent.messageId).toMatch(MID);
  });
});

describe('what people do', () => {
  it('a quick reply: its title, and its payload', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send(replies('Yes', 'No'));
      await world.clock.sleep(2000);
      await world.phone.send({ kind: 'choice', id: 'q1', title: 'No' });
    });
    const said = world.events().filter(({ message }) => message !== undefined);
    expect(said[1]?.message).toEqual({
      mid: expect.stringMatching(MID),
      text: 'No',
      quick_reply: { payload: 'q1' },
    });
  });

  it('a button: a postback', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send(buttons('Red', 'Blue'));
      await world.clock.sleep(2000);
      await world.phone.send({ kind: 'choice', id: 'b0', title: 'Red' });
    });
    const [pressed] = world.events().filter(({ postback }) => postback !== undefined);
    expect(pressed).toEqual({
      sender: { id: PERSON },
      recipient: { id: PAGE },
      timestamp: expect.any(Number),
      postback: { mid: expect.stringMatching(MID), title: 'Red', payload: 'b0' },
    });
  });

  it('a choice from no question, a place: typed', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send({ kind: 'choice', id: 'q1', title: 'No' });
      await world.phone.send({ kind: 'location', latitude: 1.5, longitude: -2, name: 'Home' });
    });
    const texts = world.events().map(({ message }) => message?.text);
    expect(texts).toEqual(['No', 'Home, 1.5, -2']);
    expect(world.events()[0]?.message).not.toHaveProperty('quick_reply');
  });

  it.each([
    ['image/jpeg', 'image'],
    ['video/mp4', 'video'],
    ['audio/ogg; codecs=opus', 'audio'],
    ['application/pdf', 'file'],
  ])('%s as %s, and then what they say of it', async (mimeType, type) => {
    const world = createWorld();
    const url = 'https://x.test/a';
    const media = { kind: 'media', url, mimeType, caption: 'c' } as const;
    const report = await world.run(() => world.phone.send(media));
    const mid = report.ok && report.messageId;
    expect(world.events().map(({ message }) => message)).toEqual([
      { mid, attachments: [{ type, payload: { url } }] },
      { mid: expect.stringMatching(MID), text: 'c' },
    ]);
  });

  it('reactions, by name where Meta has one', async () => {
    const world = createWorld();
    await world.run(async () => {
      for (const emoji of ['👍', '🎉', '']) {
        await world.phone.send({ kind: 'reaction', emoji, messageId: 'm_1' });
      }
    });
    expect(world.events().map(({ reaction }) => reaction)).toEqual([
      { reaction: 'like', emoji: '👍', action: 'react', mid: 'm_1' },
      { reaction: 'other', emoji: '🎉', action: 'react', mid: 'm_1' },
      { action: 'unreact', mid: 'm_1' },
    ]);
  });
});

describe('a webhook that is not taken', () => {
  it('is sent again at once, then after 1, 2, 4 … s, the same bytes', async () => {
    let left = 4;
    const world = createWorld({
      stack: () => {
        left -= 1;
        if (left === 2) throw new StackError('connectionRefused', 'stack.test');
        return respond(left >= 0 ? 503 : 200);
      },
    });
    const report = await world.run(() => world.phone.send(text('hi')));
    expect(report.ok).toBe(true);
    expect(world.calls.map(({ at }) => at)).toEqual([100, 100, 1100, 3100, 7100]);
    const bodies = world.calls.map(({ request }) => request.body.toString());
    expect(new Set(bodies).size).toBe(1);
  });

  it('is given up after so many tries, or so long', async () => {
    const stack = () => respond(500, 'down');
    const few = createWorld({ stack, limits: { webhookRetries: 2 } });
    const report = await few.run(() => few.phone.send(text('hi')));
    expect(report).toEqual({ ok: false, reason: '500 down' });
    expect(few.calls).toHaveLength(3);
    const long = createWorld({ stack, limits: { webhookRetries: 100 } });
    await long.run(() => long.phone.send(text('hi')));
    const times = long.calls.map(({ at }) => at);
    expect(times).toHaveLength(18);
    expect(times.at(-1)).toBeLessThan(36 * HOUR);
    expect(times.at(-1)).toBeGreaterThan(18 * HOUR);
  });

  it('anything but 200 is not taken, nor is an answer that is late', async () => {
    const world = createWorld({ stack: () => respond(204), limits: { webhookRetries: 0 } });
    expect(await world.run(() => world.phone.send(text('hi')))).toEqual({
      ok: false,
      reason: '204',
    });
    const slow = createWorld({
      stack: () => slow.clock.sleep(20_001).then(() => respond(200)),
      limits: { webhookRetries: 0 },
    });
    expect(await slow.run(() => slow.phone.send(text('hi')))).toEqual({
      ok: false,
      reason: 'timedOut',
    });
  });
});

it('puts events together where batching is on: an entry for each', async () => {
  const world = createWorld({ batchMs: 50 });
  const reports = await world.run(() =>
    Promise.all(['1', '2', '3'].map((words) => world.phone.send(text(words)))),
  );
  expect(reports.every(({ ok }) => ok)).toBe(true);
  expect(world.calls).toHaveLength(1);
  const { entry } = world.calls[0]!.envelope;
  expect(entry.map(({ messaging }) => messaging.length)).toEqual([1, 1, 1]);
  expect(world.events().map(({ message }) => message?.text)).toEqual(['1', '2', '3']);
});
