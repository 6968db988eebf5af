import { createHmac } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { respond } from '../../../src/http.ts';
import {
  BID,
  BUSINESS,
  bodyOf,
  createOpenWorld,
  createWorld,
  download,
  ID,
  interactive,
  listPicker,
  MSP,
  ORIGIN,
  quickReply,
  SECRET,
  WEBHOOK,
} from './world.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const hi = { kind: 'text', text: 'hi ☕' } as const;

describe('a conversation', () => {
  it('begins with typing, then the words, each as Apple sends it', async () => {
    const world = createWorld({ account: { locale: 'en_GB', intent: 'i', group: 'g' } });
    const report = await world.run(() => world.phone.send(hi));
    const [typing, text] = world.calls;
    const common = {
      v: 1,
      id: expect.stringMatching(UUID),
      sourceId: world.customer,
      destinationId: BUSINESS,
      ...{ locale: 'en_GB', intent: 'i', group: 'g' },
    };
    expect(typing?.message).toEqual({ ...common, type: 'typing_start' });
    expect(text?.message).toEqual({ ...common, type: 'text', body: 'hi ☕' });
    expect(report).toEqual({ ok: true, messageId: text?.message.id });
    expect(text?.at).toBe(100);
    const { authorization, ...headers } = text?.request.headers ?? {};
    expect(text?.request).toMatchObject({ method: 'POST', url: `${WEBHOOK}/message` });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      accept: '*/*',
      id: text?.message.id,
      'source-id': world.customer,
      'destination-id': BUSINESS,
      'capability-list': 'QUICK,LIST,TIME,FORM',
      'device-agent': 'iPhone OS',
    });
    const [header = '', claims = '', mac] = (authorization ?? '').slice(7).split('.');
    const key = Buffer.from(SECRET, 'base64');
    const right = createHmac('sha256', key).update(`${header}.${claims}`).digest('base64url');
    expect(mac).toBe(right);
    const of = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(of(header)).toMatchObject({ alg: 'HS256' });
    expect(of(claims)).toEqual({ aud: MSP, iat: Math.floor((ORIGIN + 100) / 1000) });
  });

  it('types first once, and not at all if so set', async () => {
    const world = await createOpenWorld();
    await world.run(() => world.phone.send(hi));
    expect(world.told().map(({ type }) => type)).toEqual(['text']);
    const still = createWorld({ account: { openWithTyping: 'off' } });
    await still.run(() => still.phone.send(hi));
    expect(still.told().map(({ type }) => type)).toEqual(['text']);
  });

  it('has devices as the account says', async () => {
    const account = { deviceAgent: 'Mac OS X', capabilities: 'LIST', locale: 'de_DE' };
    const world = await createOpenWorld({ account });
    await world.run(() => world.phone.send(hi));
    expect(world.calls[0]?.request.headers).toMatchObject({
      'device-agent': 'Mac OS X',
      'capability-list': 'LIST',
    });
  });

  it('tells of typing, and of the end', async () => {
    const world = await createOpenWorld();
    await world.run(async () => {
      await world.phone.typing?.(true);
      await world.phone.typing?.(false);
      await world.phone.leave?.();
    });
    const types = world.told().map(({ type, body }) => [type, body]);
    expect(types).toEqual(
      [['typing_start'], ['typing_end'], ['close']].map(([t]) => [t, undefined]),
    );
  });

  it('is not delivered when the stack refuses or sleeps; Apple does not try again', async () => {
    const refused = createWorld({ stack: () => respond(403, 'no') });
    expect(await refused.run(() => refused.phone.send(hi))).toEqual({
      ok: false,
      reason: '403 no',
    });
    expect(refused.calls).toHaveLength(2);
    const slow = createWorld({
      account: { openWithTyping: 'off' },
      stack: () => slow.clock.sleep(10_001).then(() => respond(200)),
    });
    const report = await slow.run(() => slow.phone.send(hi));
    expect(report).toEqual({ ok: false, reason: 'timedOut' });
    const stubborn = createWorld({
      limits: { webhookRetries: 2 },
      account: { openWithTyping: 'off' },
      stack: ({ at }) => respond(at < 3000 ? 500 : 200),
    });
    expect((await stubborn.run(() => stubborn.phone.send(hi))).ok).toBe(true);
    expect(stubborn.calls.map(({ at }) => at)).toEqual([100, 1100, 3100]);
  });

  it('is the same, byte for byte, in every run', async () => {
    const once = async () => {
      const world = await createOpenWorld();
      await world.run(() =>
        world.phone.send({ kind: 'media', url: 'https://a.test/b.png', mimeType: 'image/png' }),
      );
      return world.calls.map(({ at, request }) => [at, request]);
    };
    expect(await once()).toEqual(await once());
  });

  it('has customers whose ids need care', () => {
    const { provider } = createWorld();
    const ids = Array.from({ length: 50 }, (_, n) => provider.addressOf(n));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^urn:mbid:[\w+/]+\/\+8=$/);
  });
});

describe('on the phone', () => {
  it('words arrive after a while, and not at all once nobody is there', async () => {
    const world = await createOpenWorld();
    const begun = world.clock.now();
    await world.run(() => world.send({ body: 'hello' }));
    expect(world.received).toEqual([
      { at: begun + 1000, messageId: ID, content: { kind: 'text', text: 'hello' } },
    ]);
    await world.run(() => world.send({ type: 'typing_start', body: undefined }));
    world.phone.disconnect();
    expect((await world.run(() => world.send())).status).toBe(200);
    expect(world.received).toHaveLength(1);
  });

  it('rich links and what can not be tapped are words', async () => {
    const world = await createOpenWorld();
    const richLinkData = { title: 'Shop', url: 'https://shop.test', assets: {} };
    const receivedMessage = { title: 'Pay', subtitle: '5 EUR' };
    await world.run(async () => {
      await world.send({ type: 'richLink', body: undefined, richLinkData });
      await world.send(interactive({ payment: {} }, { receivedMessage }));
      await world.send(interactive({ authenticate: {} }));
    });
    expect(world.received.map(({ content }) => content)).toEqual(
      ['Shop\nhttps://shop.test', 'Pay\n5 EUR', '[interactive]'].map((text) => {
        return { kind: 'text', text };
      }),
    );
  });

  it('tapbacks come as words about what they are on', async () => {
    const world = await createOpenWorld();
    const react = (emoji: string, messageId = ID) =>
      world.phone.send({ kind: 'reaction', emoji, messageId });
    await world.run(() => world.send({ body: 'Done' }));
    for (const [emoji, body] of [
      ['👍', 'Liked “Done”'],
      ['❤️', 'Loved “Done”'],
      ['🎉', 'Reacted 🎉 to “Done”'],
      ['constructor', 'Reacted constructor to “Done”'],
      ['', 'Removed a reaction from “Done”'],
    ]) {
      await world.run(() => react(emoji ?? ''));
      expect(world.told().at(-1)).toMatchObject({ type: 'text', body });
    }
    await world.run(() => react('👍', 'unknown'));
    expect(world.told().at(-1)).toMatchObject({ type: 'text', body: '👍' });
  });

  it('places and what was not offered are typed', async () => {
    const world = await createOpenWorld();
    const place = { kind: 'location', latitude: 1, longitude: 2, name: 'Home' } as const;
    await world.run(() => world.phone.send(place));
    await world.run(() => world.phone.send({ kind: 'choice', id: 'nope', title: 'Nope' }));
    expect(world.told().map(({ body }) => body)).toEqual(['Home, 1, 2', 'Nope']);
  });
});

describe('answers', () => {
  const pick = async (question: object, id: string, limits = {}) => {
    const world = await createOpenWorld({ limits });
    await world.run(() => world.send({ ...question }));
    const [shown] = world.received;
    await world.run(() => world.phone.send({ kind: 'choice', id, title: '' }));
    return { world, shown: shown?.content, told: world.told()[0] };
  };
  const requestIdentifier = interactive({}).interactiveData.data.requestIdentifier;
  const bubble = (title: string, style = 'icon') => ({ title, alternateTitle: title, style });

  it('to a quick reply', async () => {
    const { shown, told } = await pick(quickReply('Yes', 'No'), 'q1');
    const choices = [
      { id: 'q0', title: 'Yes' },
      { id: 'q1', title: 'No' },
    ];
    expect(shown).toEqual({ kind: 'text', text: 'Sure?', choices });
    const items = choices.map(({ id: identifier, title }) => ({ identifier, title }));
    expect(told).toMatchObject({ type: 'interactive' });
    expect(told?.interactiveData).toEqual({
      bid: BID,
      sessionIdentifier: expect.stringMatching(UUID),
      data: {
        requestIdentifier,
        version: '1.0',
        replyMessage: bubble('No'),
        'quick-reply': {
          summaryText: 'Sure?',
          items,
          selectedIdentifier: 'q1',
          selectedIndex: 1,
        },
      },
    });
  });

  it('to a list picker: the picked item as it was, and its picture', async () => {
    const item = (n: number) => {
      return { identifier: `${n}`, title: `Item ${n}`, subtitle: 's', imageIdentifier: `i${n}` };
    };
    const images = [1, 2, 3].map((n) => ({ identifier: `i${n}`, data: 'AAAA' }));
    const sections = [
      { title: 'A', order: 0, multipleSelection: true, items: [item(1), item(2)] },
      { title: 'B', order: 1, items: [item(3)] },
    ];
    const { shown, told } = await pick(listPicker(sections, { images }), '3');
    expect(shown).toMatchObject({ text: 'Select Produce\nFarm fresh' });
    expect(told?.interactiveData?.data).toEqual({
      requestIdentifier,
      version: '1.0',
      mspVersion: '1.0',
      replyMessage: bubble('Item 3', 'small'),
      images: [images[2]],
      listPicker: {
        sections: [
          {
            title: 'You Selected',
            order: 0,
            multipleSelection: false,
            items: [{ order: 0, style: 'default', ...item(3) }],
          },
        ],
      },
    });
  });

  it('to a time picker: the event with the one slot', async () => {
    const slot = (identifier: string, startTime: string) => {
      return { identifier, startTime, duration: 3600 };
    };
    const timeslots = [slot('0', '2026-11-24T17:00+0000'), slot('1', '2026-11-24T18:00+0000')];
    const event = { identifier: 'e', title: 'Visit', timezoneOffset: -420, timeslots };
    const { shown, told } = await pick(interactive({ mspVersion: '1.0', event }), '1');
    expect(shown).toMatchObject({ text: 'Visit', choices: [{ id: '0' }, { id: '1' }] });
    expect(told?.interactiveData?.data.event).toEqual({ ...event, timeslots: [timeslots[1]] });
  });

  it('carry the session of the business', async () => {
    const sessionIdentifier = 'mine';
    const { interactiveData, ...rest } = quickReply('Yes', 'No');
    const question = { ...rest, interactiveData: { ...interactiveData, sessionIdentifier } };
    expect((await pick(question, 'q0')).told?.interactiveData).toMatchObject({ sessionIdentifier });
  });

  it('too large for a message come by reference, which leads to them', async () => {
    const { world, told } = await pick(quickReply('Yes', 'No'), 'q1', { inlineBytes: 300 });
    expect(told).not.toHaveProperty('interactiveData');
    const reference = told?.interactiveDataRef ?? {};
    expect(reference).toEqual({
      bid: BID,
      title: 'No',
      url: `https://mspgw.test/${reference.owner}`,
      owner: expect.stringMatching(/^M[0-9A-F]{64}\.C01USN00$/),
      size: expect.any(Number),
      key: expect.stringMatching(/^00[0-9A-F]{64}$/),
      signature: expect.stringMatching(/^81[0-9A-F]{40}$/),
      'signature-base64': Buffer.from(reference.signature ?? '', 'hex').toString('base64'),
    });
    const bytes = await download(world, reference);
    for (const body of [bytes, gunzipSync(bytes)]) {
      const decoded = await world.call('POST /v1/decodePayload', { bid: reference.bid }, body);
      expect(bodyOf(decoded).interactiveData.data['quick-reply'].selectedIdentifier).toBe('q1');
    }
  });
});
