import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { StackError } from '../../../src/errors.ts';
import { respond } from '../../../src/http.ts';
import { CUSTOMER, createWorld, OURS, WEBHOOK } from './world.ts';

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const twiml = (xml: string) => respond(200, xml, { 'content-type': 'text/xml' });

describe('inbound messages', () => {
  it('call the webhook with the documented fields, signed, after their delay', async () => {
    const world = createWorld();
    const body = 'Where’s my (order)? 100% + ☕~!';
    const report = await world.run(() => world.phone.send(text(body)));
    const { at, request, fields } = world.calls[0]!;
    const sid = fields.MessageSid;
    expect(report).toEqual({ ok: true, messageId: sid });
    expect(at).toBe(100);
    expect(sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect({ ...fields }).toEqual({
      AccountSid: world.accountSid,
      ApiVersion: '2010-04-01',
      Body: body,
      From: CUSTOMER,
      FromCity: '',
      FromCountry: 'US',
      FromState: '',
      FromZip: '',
      MessageSid: sid,
      NumMedia: '0',
      NumSegments: '1',
      SmsMessageSid: sid,
      SmsSid: sid,
      SmsStatus: 'received',
      To: OURS,
      ToCity: '',
      ToCountry: 'US',
      ToState: '',
      ToZip: '',
    });
    expect(request).toMatchObject({
      method: 'POST',
      url: WEBHOOK,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'user-agent': 'TwilioProxy/1.1',
        accept: '*/*',
      },
    });
    expect(request.headers['i-twilio-idempotency-token']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(request.body.toString()).toContain('%28order%29%3F+100%25+%2B+%E2%98%95%7E%21');
    const signature = request.headers['x-twilio-signature'] ?? '';
    expect(twilio.validateRequest(world.authToken, signature, WEBHOOK, fields)).toBe(true);
  });

  it('say a choice by its title', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send({ kind: 'choice', id: 'y', title: '1' }));
    expect(world.calls[0]?.fields.Body).toBe('1');
  });

  it('with media have an MM sid, and an address that leads to the media', async () => {
    const world = createWorld();
    const media = { kind: 'media', url: 'https://a.test/1.jpg', mimeType: 'image/jpeg' } as const;
    await world.run(() => world.phone.send({ ...media, caption: 'broken' }));
    const { fields } = world.calls[0]!;
    expect(fields).toMatchObject({
      Body: 'broken',
      NumMedia: '1',
      MediaContentType0: 'image/jpeg',
      MessageSid: expect.stringMatching(/^MM[0-9a-f]{32}$/),
      MediaUrl0: expect.stringMatching(
        /^http:\/\/twilio\.test\/2010-04-01\/Accounts\/AC\w+\/Messages\/MM\w{32}\/Media\/ME\w{32}$/,
      ),
    });
    const url = String(fields.MediaUrl0);
    const request = { method: 'GET', headers: {}, body: Buffer.alloc(0) };
    const answer = await world.provider.handle({ ...request, url });
    expect([answer.status, answer.headers.location]).toEqual([307, 'https://a.test/1.jpg']);
    const other = await world.provider.handle({ ...request, url: `${url.slice(0, -1)}1` });
    expect(other.status).toBe(401);
  });

  it('tell the customer’s side what the stack refused, and are not tried again', async () => {
    const world = createWorld({ stack: () => respond(403, 'the signature does not match') });
    const report = await world.run(() => world.phone.send(text('hi')));
    expect(report).toEqual({ ok: false, reason: '403 the signature does not match' });
    expect(world.calls).toHaveLength(1);
    const failing = createWorld({ stack: () => respond(500) });
    expect(await failing.run(() => failing.phone.send(text('hi')))).toMatchObject({
      ok: false,
      reason: '500',
    });
    expect(failing.calls).toHaveLength(1);
  });

  it('are tried once more without a connection: same bytes, same token', async () => {
    const world = createWorld({
      stack() {
        if (world.calls.length === 1) throw new StackError('connectionRefused', 'x');
        return respond(200);
      },
    });
    expect(await world.run(() => world.phone.send(text('hi')))).toMatchObject({ ok: true });
    expect(world.calls).toHaveLength(2);
    expect(world.calls[1]?.request).toEqual(world.calls[0]?.request);
  });

  it.each([
    [{}, 'connectionRefused', 2],
    [{ webhookRetries: 0 }, 'connectionRefused', 1],
    [{ webhookRetries: 3 }, 'connectionLost', 4],
    [{}, 'timedOut', 1],
  ] as const)('with %j and %s are given up after %i calls', async (limits, code, calls) => {
    const world = createWorld({
      limits,
      stack() {
        throw new StackError(code, 'x');
      },
    });
    const report = await world.run(() => world.phone.send(text('hi')));
    expect(report).toEqual({ ok: false, reason: code });
    expect(world.calls).toHaveLength(calls);
  });

  it('do not hide a fault of the stack’s code', async () => {
    const world = createWorld({
      stack() {
        throw new TypeError('a bug');
      },
    });
    await expect(world.run(() => world.phone.send(text('hi')))).rejects.toThrow('a bug');
  });
});

describe('answers to the webhook', () => {
  const replies = async (answer: ReturnType<typeof respond>) => {
    const world = createWorld({ stack: () => answer });
    await world.run(() => world.phone.send(text('hi')));
    const shown = world.received.map(({ content }) => content.kind === 'text' && content.text);
    const { body } = await world.call('GET', '/Messages.json');
    expect(body.messages).toHaveLength(shown.length + 1);
    for (const { direction } of body.messages.slice(0, -1))
      expect(direction).toBe('outbound-reply');
    return shown;
  };

  it.each([
    ['<Response/>', []],
    ['<Response></Response>', []],
    ['<?xml version="1.0"?><Response><Message>hi &amp; bye</Message></Response>', ['hi & bye']],
    [
      '<Response><Message to="+1"><Body>&lt;a&gt; &#9749;</Body></Message><Sms>b</Sms></Response>',
      ['<a> ☕', 'b'],
    ],
    ['<Response><Message/><Message>one</Message></Response>', ['one']],
  ])('%s makes %j', async (xml, expected) => {
    expect(await replies(twiml(xml))).toEqual(expected);
  });

  it('of plain text are sent to the customer, as documented; JSON is not', async () => {
    expect(await replies(respond(200, 'OK', { 'content-type': 'text/plain' }))).toEqual(['OK']);
    expect(await replies(respond(200, '{}', { 'content-type': 'application/json' }))).toEqual([]);
  });
});

describe('opting out', () => {
  const shown = (world: ReturnType<typeof createWorld>) =>
    world.received.map(({ content }) => (content.kind === 'text' ? content.text : content.kind));

  it.each([
    'STOP',
    ' stop\n',
    'StopAll',
    'UNSUBSCRIBE',
    'cancel',
    'END',
    'quit',
    'REVOKE',
    'OPTOUT',
  ])('by %j blocks, confirms, and still tells the stack', async (word) => {
    const world = createWorld();
    const report = await world.run(() => world.phone.send(text(word)));
    expect(report.ok).toBe(true);
    expect(world.calls.map(({ fields }) => fields.Body)).toEqual([word]);
    expect(shown(world)).toEqual([expect.stringContaining('successfully been unsubscribed')]);
    const { status, body } = await world.send();
    expect([status, body.code]).toEqual([400, 21610]);
    expect((await world.send({ To: '+12005550002' })).status).toBe(201);
  });

  it.each(['STOP PLEASE', 'please stop', 'stop.', 'ends'])('takes more than %j', async (words) => {
    const world = createWorld();
    await world.run(() => world.phone.send(text(words)));
    expect([shown(world), (await world.send()).status]).toEqual([[], 201]);
  });

  it.each(['START', 'unstop', 'Yes'])('is lifted by %s, with a confirmation', async (word) => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send(text('STOP'));
      await world.phone.send(text(word));
    });
    expect(shown(world)[1]).toContain('re-subscribed');
    expect((await world.send()).status).toBe(201);
    expect(world.calls.map(({ fields }) => fields.Body)).toEqual(['STOP', word]);
  });

  it('is confirmed once; a YES to anything else is only a yes', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.phone.send(text('yes'));
      await world.phone.send(text('STOP'));
      await world.phone.send(text('STOP'));
    });
    expect(shown(world)).toHaveLength(1);
    expect(world.calls).toHaveLength(3);
  });

  it.each(['HELP', 'info'])('is explained to %s', async (word) => {
    const world = createWorld();
    await world.run(() => world.phone.send(text(word)));
    expect(shown(world)).toEqual([expect.stringContaining('Reply STOP')]);
    expect(world.calls).toHaveLength(1);
  });

  it('blocks messages by a Messaging Service too', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send(text('STOP')));
    const service = `MG${'0a'.repeat(16)}`;
    expect((await world.send({ From: '', MessagingServiceSid: service })).body.code).toBe(21610);
  });

  it('blocks a reply by TwiML too, even one to the STOP itself', async () => {
    const world = createWorld({ stack: () => twiml('<Response><Message>no</Message></Response>') });
    await world.run(() => world.phone.send(text('STOP')));
    expect(shown(world)).toEqual([expect.stringContaining('unsubscribed')]);
  });
});
