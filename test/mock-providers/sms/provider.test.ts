import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../mock-providers/sms/ledger.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { respond } from '../../../src/http.ts';
import { CUSTOMER, createWorld, OURS, WEBHOOK } from './world.ts';

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const statusesOf = (world: ReturnType<typeof createWorld>) =>
  world.calls.flatMap(({ fields }) => fields.MessageStatus ?? []);

describe('outbound messages', () => {
  it('reach the phone after their delay, reported in order, never as queued', async () => {
    const world = createWorld();
    const { body } = await world.run(() => world.send());
    expect(world.received).toEqual([{ messageId: body.sid, content: text('hello'), at: 1000 }]);
    expect(world.calls.map(({ at, fields }) => [at, fields.MessageStatus])).toEqual([
      [500, 'sent'],
      [1000, 'delivered'],
    ]);
    const { body: later } = await world.call('GET', `/Messages/${body.sid}.json`);
    expect(later).toMatchObject({
      status: 'delivered',
      date_sent: 'Mon, 23 Nov 2026 03:10:00 +0000',
      date_updated: 'Mon, 23 Nov 2026 03:10:01 +0000',
    });
  });

  it('are reported with the documented fields, signed', async () => {
    const world = createWorld();
    const { body } = await world.run(() => world.send());
    const { request, fields } = world.calls[1]!;
    expect({ ...fields }).toEqual({
      AccountSid: world.accountSid,
      ApiVersion: '2010-04-01',
      From: OURS,
      MessageSid: body.sid,
      MessageStatus: 'delivered',
      RawDlrDoneDate: '2611230310',
      SmsSid: body.sid,
      SmsStatus: 'delivered',
      To: CUSTOMER,
    });
    const signature = request.headers['x-twilio-signature'] ?? '';
    const url = `${WEBHOOK}/status`;
    expect(request.url).toBe(url);
    expect(twilio.validateRequest(world.authToken, signature, url, fields)).toBe(true);
    const tokens = world.calls.map((call) => call.request.headers['i-twilio-idempotency-token']);
    expect(new Set(tokens).size).toBe(2);
  });

  it('keep the order of reports when the stack is slow', async () => {
    const log: string[] = [];
    const world = createWorld({
      async stack({ fields }) {
        const status = String(fields.MessageStatus);
        log.push(`${status} asked at ${world.clock.now()}`);
        await world.clock.sleep(status === 'sent' ? 5000 : 0);
        log.push(`${status} answered`);
        return respond(204);
      },
    });
    await world.run(() => world.send());
    expect(world.received[0]?.at).toBe(1000);
    expect(log).toEqual([
      'sent asked at 500',
      'sent answered',
      'delivered asked at 5500',
      'delivered answered',
    ]);
  });

  it('to unreachable numbers are taken, and undelivered later with 30003', async () => {
    const world = createWorld({ account: { unreachable: `+12005559999, ${CUSTOMER}` } });
    const { status, body } = await world.run(() => world.send());
    expect(status).toBe(201);
    expect(world.received).toEqual([]);
    expect(statusesOf(world)).toEqual(['sent', 'undelivered']);
    expect(world.calls.map(({ fields }) => fields.ErrorCode)).toEqual([undefined, '30003']);
    const { body: later } = await world.call('GET', `/Messages/${body.sid}.json`);
    expect(later).toMatchObject({ status: 'undelivered', error_code: 30003 });
  });

  it('go quietly without a callback address, and to phones nobody watches', async () => {
    const world = createWorld();
    world.phone.disconnect();
    await world.run(() => world.send());
    expect([world.received, statusesOf(world)]).toEqual([[], ['sent', 'delivered']]);
    await world.run(() => world.send({ StatusCallback: '' }));
    expect(world.calls).toHaveLength(2);
  });

  it('never carry a fragment into the callback, nor sign it', async () => {
    const world = createWorld();
    await world.run(() => world.send({ StatusCallback: `${WEBHOOK}/status?a=b#rc=2` }));
    const { request, fields } = world.calls[0]!;
    expect(request.url).toBe(`${WEBHOOK}/status?a=b`);
    const signature = request.headers['x-twilio-signature'] ?? '';
    expect(twilio.validateRequest(world.authToken, signature, request.url, fields)).toBe(true);
  });

  it('with media arrive as media', async () => {
    const world = createWorld();
    await world.run(() => world.send({ MediaUrl: 'https://a.test/cat.PNG?x=1', Body: 'look' }));
    expect(world.received[0]?.content).toEqual({
      kind: 'media',
      url: 'https://a.test/cat.PNG?x=1',
      mimeType: 'image/png',
      caption: 'look',
    });
  });
});

describe('the sender’s queue', () => {
  it('holds messages over the rate back, by segments, and refuses none', async () => {
    const world = createWorld({ limits: { segmentsPerSecond: 2 } });
    await world.run(async () => {
      for (const Body of ['a'.repeat(161), 'b', 'c']) {
        expect((await world.send({ Body })).status).toBe(201);
      }
    });
    expect(world.received.map(({ at }) => at)).toEqual([1000, 2000, 2500]);
  });

  it('refuses at ten hours of segments, and recovers', async () => {
    const world = createWorld({ limits: { segmentsPerSecond: 0.0001 } });
    await world.run(async () => {
      for (let i = 0; i < 4; i += 1) expect((await world.send()).status).toBe(201);
      const { status, body } = await world.send();
      expect([status, body.code]).toEqual([400, 21611]);
      await world.clock.sleep(3 * 3600_000);
      expect((await world.send()).status).toBe(201);
    });
  });

  it('fails a message that is not sent within its validity, with 30001', async () => {
    const world = createWorld({ limits: { segmentsPerSecond: 0.1 } });
    await world.run(async () => {
      await world.send({ StatusCallback: '' });
      await world.send({ ValidityPeriod: '5' });
    });
    expect(world.received).toHaveLength(1);
    expect(
      world.calls.map(({ at, fields }) => [at, fields.MessageStatus, fields.ErrorCode]),
    ).toEqual([[5000, 'failed', '30001']]);
  });
});

describe('the provider', () => {
  it('gives every simulated customer a number of their own', () => {
    const { provider } = createWorld();
    expect(provider.addressOf(0)).toBe('+12005550000');
    expect(provider.addressOf(4_567_890)).toBe('+12010117890');
    for (const n of [0, 1, 999_999]) expect(provider.addressOf(n)).toMatch(/^\+1\d{10}$/);
  });

  it('hands a number to the phone that connected last', async () => {
    const world = createWorld();
    const second: string[] = [];
    world.provider.connect(CUSTOMER, 'Ada', ({ messageId }) => second.push(messageId));
    world.phone.disconnect();
    await world.run(() => world.send());
    expect([world.received.length, second.length]).toEqual([0, 1]);
  });

  it('forgets the oldest messages, so that memory does not grow', () => {
    const clock = createVirtualClock();
    const ledger = createLedger({ channelId: 'c', clock, random: () => 0.5 }, 2);
    const draft = {
      direction: 'inbound',
      serviceSid: null,
      to: OURS,
      from: CUSTOMER,
      body: '',
      media: [],
      status: 'received',
      segments: 1,
    } as const;
    const [first, second, third] = [1, 2, 3].map(() => ledger.create(draft).sid);
    expect(ledger.find(first ?? '')).toBeUndefined();
    expect(ledger.list({ to: '', from: '' }).map(({ sid }) => sid)).toEqual([third, second]);
  });
});
