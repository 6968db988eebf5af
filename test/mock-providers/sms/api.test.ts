import { describe, expect, it } from 'vitest';
import { CUSTOMER, createWorld, OURS, WEBHOOK } from './world.ts';

describe('create', () => {
  it('answers 201 with every documented field', async () => {
    const world = createWorld();
    const { status, headers, body } = await world.run(() => world.send({ Body: 'Grüße 😀' }));
    expect(status).toBe(201);
    const uri = `/2010-04-01/Accounts/${world.accountSid}/Messages/${body.sid}`;
    expect(body).toEqual({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      account_sid: world.accountSid,
      messaging_service_sid: null,
      api_version: '2010-04-01',
      body: 'Grüße 😀',
      from: OURS,
      to: CUSTOMER,
      status: 'queued',
      direction: 'outbound-api',
      num_segments: '1',
      num_media: '0',
      price: null,
      price_unit: 'USD',
      error_code: null,
      error_message: null,
      date_created: 'Mon, 23 Nov 2026 03:10:00 +0000',
      date_updated: 'Mon, 23 Nov 2026 03:10:00 +0000',
      date_sent: null,
      uri: `${uri}.json`,
      subresource_uris: { media: `${uri}/Media.json` },
    });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['twilio-request-id']).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(headers['x-api-domain']).toBe('api.twilio.com');
  });

  it('gives every message and request an id of its own, the same in every run', async () => {
    const ids = async () => {
      const world = createWorld();
      const answers = [await world.send(), await world.send(), await world.send()];
      return answers.map(({ body, headers }) => [body.sid, headers['twilio-request-id']]);
    };
    const first = await ids();
    expect(new Set(first.flat()).size).toBe(6);
    expect(await ids()).toEqual(first);
  });

  it('counts segments, and media into an MM sid', async () => {
    const world = createWorld();
    const long = await world.send({ Body: 'a'.repeat(161) });
    expect(long.body.num_segments).toBe('2');
    const media = 'To=%2B12005550001&From=%2B14155550100&MediaUrl=http%3a%2f%2fa.test%2f1';
    const mms = await world.call('POST', '/Messages.json', `${media}&MediaUrl=http://a.test/2`);
    expect(mms.body.sid).toMatch(/^MM/);
    expect(mms.body.num_media).toBe('2');
    expect(mms.body.body).toBe('');
  });

  it('is lenient about encoding and the form of US numbers', async () => {
    const world = createWorld();
    const form = 'To=(200)%20555-0001&From=1%20415%20555%200100&Body=a+b%20c%e2%98%95';
    const { status, body } = await world.call('POST', '/Messages.json', form);
    expect([status, body.to, body.from, body.body]).toEqual([201, CUSTOMER, OURS, 'a b c☕']);
  });

  it.each([
    [21604, { To: '' }],
    [21603, { From: '' }],
    [21602, { Body: '' }],
    [21211, { To: 'whatsapp:+12005550001' }],
    [21211, { To: '12' }],
    [21212, { From: 'No Such Sender' }],
    [21606, { From: '+14155550199' }],
    [21606, { From: 'constructor' }],
    [21617, { Body: 'a'.repeat(1601) }],
    [21609, { StatusCallback: 'http://under_score.test/' }],
    [21609, { StatusCallback: 'nowhere' }],
    [21620, { MediaUrl: 'ftp://a.test/1' }],
    [21624, { ValidityPeriod: '0' }],
    [21624, { ValidityPeriod: '36001' }],
    [21705, { MessagingServiceSid: 'MG1' }],
    [21211, { To: '+15005550001' }],
    [21612, { To: '+15005550002' }],
    [21408, { To: '+15005550003' }],
    [21610, { To: '+15005550004' }],
    [21614, { To: '+15005550009' }],
    [21212, { From: '+15005550001' }],
    [21606, { From: '+15005550007' }],
    [21611, { From: '+15005550008' }],
  ])('refuses with %i: %j', async (code, form) => {
    const world = createWorld();
    const { status, body } = await world.send(form);
    expect(status).toBe(400);
    expect(body).toEqual({
      code,
      message: expect.stringMatching(/./),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: 400,
    });
    expect((await world.call('GET', '/Messages.json')).body.messages).toEqual([]);
  });

  it('accepts at the very limits', async () => {
    const world = createWorld();
    const limits = { Body: 'a'.repeat(1600), ValidityPeriod: '36000', StatusCallback: '' };
    expect((await world.send(limits)).status).toBe(201);
    expect((await world.send({ From: '+15005550006' })).status).toBe(201);
    const media = (count: number) => '&MediaUrl=http://a.test/1'.repeat(count);
    const form = 'To=%2B12005550001&From=%2B14155550100';
    expect((await world.call('POST', '/Messages.json', form + media(10))).status).toBe(201);
    expect((await world.call('POST', '/Messages.json', form + media(11))).body.code).toBe(21623);
  });
});

describe('authentication', () => {
  it.each(['', ':', 'AC0:x', 'SK00:secret'])('refuses %j with 401 and 20003', async (user) => {
    const world = createWorld();
    const { status, headers, body } = await world.call('GET', '/Messages.json', '', user);
    expect([status, body.code, body.message]).toEqual([401, 20003, 'Authenticate']);
    expect(headers['www-authenticate']).toContain('Basic');
  });

  it('takes an API key where one is configured, while the path holds the account', async () => {
    const world = createWorld({ account: { apiKeySid: 'SK00', apiKeySecret: 'secret' } });
    expect((await world.call('GET', '/Messages.json', '', 'SK00:secret')).status).toBe(200);
    expect((await world.call('GET', '/Messages.json', '', 'SK00:wrong')).status).toBe(401);
  });

  it('needs some header, and the right scheme', async () => {
    const world = createWorld();
    const url = `http://twilio.test/2010-04-01/Accounts/${world.accountSid}/Messages.json`;
    const token = btoa(`${world.accountSid}:${world.authToken}`);
    const statusWith = async (headers: Record<string, string>) => {
      const body = Buffer.alloc(0);
      return (await world.provider.handle({ method: 'GET', url, headers, body })).status;
    };
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${token}` })).toBe(401);
    expect(await statusWith({ authorization: `basic ${token}` })).toBe(200);
  });
});

describe('read, update, delete', () => {
  it('answers 404 and 20404 for what is not there', async () => {
    const world = createWorld();
    for (const [method, path] of [
      ['GET', '/Messages/SM00000000000000000000000000000000.json'],
      ['DELETE', '/Messages/SM00000000000000000000000000000000.json'],
      ['GET', '/Calls.json'],
      ['PUT', '/Messages.json'],
      ['GET', '/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json'],
    ] as const) {
      const { status, body } = await world.call(method, path);
      expect([status, body.code, body.status]).toEqual([404, 20404, 404]);
      expect(body.message).toContain(path);
    }
  });

  it('redacts, and keeps everything else', async () => {
    const world = createWorld();
    const { body } = await world.run(() => world.send());
    const path = `/Messages/${body.sid}.json`;
    const redacted = await world.call('POST', path, 'Body=');
    expect(redacted.status).toBe(200);
    expect(redacted.body).toMatchObject({ sid: body.sid, body: '', status: 'delivered' });
    expect((await world.call('GET', path)).body.body).toBe('');
    expect((await world.call('POST', path, 'Body=new')).status).toBe(400);
  });

  it('cancels what still waits, and only that', async () => {
    const world = createWorld();
    const { body } = await world.run(async () => {
      const sent = await world.send();
      const canceled = await world.call(
        'POST',
        `/Messages/${sent.body.sid}.json`,
        'Status=canceled',
      );
      expect(canceled.body.status).toBe('canceled');
      return sent;
    });
    expect(world.received).toEqual([]);
    expect(world.calls).toEqual([]);
    const again = await world.call('POST', `/Messages/${body.sid}.json`, 'Status=canceled');
    expect(again.status).toBe(400);
  });

  it('deletes with 204 and no body', async () => {
    const world = createWorld();
    const { body } = await world.run(() => world.send());
    const path = `/Messages/${body.sid}.json`;
    const { status, text } = await world.call('DELETE', path);
    expect([status, text]).toEqual([204, '']);
    expect((await world.call('GET', path)).status).toBe(404);
  });

  it('has an empty list of media', async () => {
    const world = createWorld();
    const { body } = await world.send();
    const path = body.subresource_uris.media;
    expect((await world.call('GET', path)).body).toMatchObject({ media_list: [], page: 0 });
  });
});

describe('list', () => {
  it('pages through the newest first, by relative addresses', async () => {
    const world = createWorld();
    const sids: string[] = [];
    for (let i = 0; i < 5; i += 1) sids.unshift((await world.send()).body.sid);
    const seen: string[] = [];
    let path: string | null = '/Messages.json?PageSize=2';
    const pages: unknown[] = [];
    while (path !== null) {
      const { body } = await world.call('GET', path);
      seen.push(...body.messages.map(({ sid }: { sid: string }) => sid));
      pages.push([
        body.page,
        body.page_size,
        body.start,
        body.end,
        body.previous_page_uri !== null,
      ]);
      path = body.next_page_uri;
      if (path !== null) expect(path).toMatch(/^\/2010-04-01\//);
    }
    expect(seen).toEqual(sids);
    expect(pages).toEqual([
      [0, 2, 0, 1, false],
      [1, 2, 2, 3, true],
      [2, 2, 4, 4, true],
    ]);
  });

  it('filters by To and From, and says so in its addresses', async () => {
    const world = createWorld();
    await world.run(async () => {
      await world.send();
      await world.send({ To: '+12005550002' });
      await world.phone.send({ kind: 'text', text: 'hi' });
    });
    const list = async (query: string) => {
      const { body } = await world.call('GET', `/Messages.json?${query}`);
      return { uri: body.uri, to: body.messages.map(({ to }: { to: string }) => to) };
    };
    expect((await list('')).to).toEqual([OURS, '+12005550002', CUSTOMER]);
    expect((await list('To=%2B12005550002')).to).toEqual(['+12005550002']);
    expect((await list(`From=${encodeURIComponent(CUSTOMER)}`)).to).toEqual([OURS]);
    expect((await list('To=%2B12005550002')).uri).toContain('To=%2B12005550002&');
  });

  it('keeps page sizes within 1 and 1000, 50 by default', async () => {
    const world = createWorld();
    const size = async (query: string) =>
      (await world.call('GET', `/Messages.json${query}`)).body.page_size;
    expect(await size('')).toBe(50);
    expect(await size('?PageSize=5000')).toBe(1000);
    expect(await size('?PageSize=-1')).toBe(1);
    expect(await size('?PageSize=many')).toBe(50);
  });
});

describe('Messaging Service', () => {
  const service = `MG${'0a'.repeat(16)}`;

  it('accepts first and chooses the sender later', async () => {
    const world = createWorld({ account: { messagingServiceSid: service } });
    const { body } = await world.run(() => world.send({ From: '', MessagingServiceSid: service }));
    expect(body).toMatchObject({
      status: 'accepted',
      from: null,
      num_segments: '0',
      messaging_service_sid: service,
    });
    const later = await world.call('GET', `/Messages/${body.sid}.json`);
    expect(later.body).toMatchObject({ status: 'delivered', from: OURS, num_segments: '1' });
    const statuses = world.calls.map(({ fields }) => fields.MessageStatus);
    expect(statuses).toEqual(['queued', 'sent', 'delivered']);
    expect(world.calls[0]?.fields.MessagingServiceSid).toBe(service);
    expect(world.calls[0]?.request.url).toBe(`${WEBHOOK}/status`);
  });

  it('refuses a service that is not the configured one', async () => {
    const world = createWorld({ account: { messagingServiceSid: service } });
    const other = `MG${'0b'.repeat(16)}`;
    expect((await world.send({ MessagingServiceSid: other })).body.code).toBe(21705);
  });
});
