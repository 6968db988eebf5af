import { describe, expect, it } from 'vitest';
import { createTokenKey } from '../../../src/channels/web/signature.ts';
import { ADDRESS, API, createClient, createWorld, type Loose, uuid } from './world.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('access tokens', () => {
  it('are answered with the deployment and a new end user each', async () => {
    const world = createWorld();
    const { status, json } = await world.token();
    expect(status).toBe(200);
    expect(json).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      lastEventId: '0',
      context: {
        configuration: {
          embeddedServiceConfig: {
            name: 'Rehearsal_Web',
            deploymentType: 'api',
            embeddedServiceMessagingChannel: {
              channelAddressIdentifier: ADDRESS,
              authMode: 'UnAuth',
            },
            forms: [],
            attachments: { endUserToAgent: true, maxFileSize: 5 },
            choiceListConfig: { choiceList: [] },
            transcript: { allowTranscriptDownload: false },
          },
          timestamp: world.clock.originMs,
        },
        deviceId: expect.stringMatching(UUID),
        endUser: {
          appType: 'iamessage',
          role: 'EndUser',
          subject: expect.stringMatching(/^v2\/iamessage\/UNAUTH\/NA\/uid:[0-9a-f-]{36}$/),
          displayName: 'Guest',
        },
      },
    });
    const claims = JSON.parse(atob(json.accessToken.split('.')[1]));
    expect(claims).toMatchObject({
      sub: json.context.endUser.subject,
      iat: world.clock.originMs / 1000,
      exp: world.clock.originMs / 1000 + 3600,
      channelAddId: ADDRESS,
      orgId: world.account.orgId,
      deviceId: json.context.deviceId,
    });
    const again = await world.token({ deviceId: json.context.deviceId });
    expect(again.json.context.deviceId).toBe(json.context.deviceId);
    expect(again.json.context.endUser.subject).not.toBe(json.context.endUser.subject);
  });

  it('go on by the continuation call: same end user, new client', async () => {
    const world = createWorld();
    const { json } = await world.token();
    const headers = { authorization: `Bearer ${json.accessToken}` };
    const path = `${API}/authorization/continuation-access-token`;
    const { status, json: next } = await world.call('GET', path, undefined, headers);
    expect([status, Object.keys(next)]).toEqual([200, ['accessToken', 'lastEventId']]);
    const [one, two] = [json, next].map((of) => JSON.parse(atob(of.accessToken.split('.')[1])));
    expect(two.sub).toBe(one.sub);
    expect(two.clientId).not.toBe(one.clientId);
  });

  it.each([
    ['another org', { orgId: '00D000000000001' }],
    ['no org', { orgId: undefined }],
    ['another deployment', { esDeveloperName: 'Other' }],
    ['no capabilities version', { capabilitiesVersion: undefined }],
    ['no platform', { platform: '' }],
  ])('are refused for %s', async (_, rest) => {
    const { status, json } = await createWorld().token(rest);
    expect([status, json]).toEqual([400, { message: expect.any(String), code: 400 }]);
  });

  it('take the id of the org in both its forms', async () => {
    const world = createWorld();
    expect((await world.token({ orgId: `${world.account.orgId}EAM` })).status).toBe(200);
  });

  it('are 200 a minute, and as many renewed', async () => {
    const world = createWorld();
    for (let i = 0; i < 200; i += 1) expect((await world.token()).status).toBe(200);
    expect(await world.token()).toMatchObject({ status: 429, json: { code: 429 } });
    await world.run(() => world.clock.sleep(60_000));
    expect((await world.token()).status).toBe(200);
  });

  it('must be whole, of this channel, for end users, and not too old', async () => {
    const world = createWorld();
    const { token, subject } = await createClient(world);
    const list = (authorization?: string) =>
      world.call(
        'GET',
        `${API}/conversation/list`,
        undefined,
        authorization === undefined ? {} : { authorization },
      );
    expect((await list(`Bearer ${token}`)).status).toBe(200);
    expect((await list(`bearer ${token}`)).status).toBe(200);
    expect(await list()).toMatchObject({ status: 401, json: { message: 'Jwt is missing' } });
    const times = { iat: 1, exp: 1e11 };
    const sign = (claims: object, secret = world.account.tokenSecret) =>
      createTokenKey(secret).sign({ aud: 'iamessage', sub: subject, ...times, ...claims });
    for (const bad of [
      token.slice(0, -1),
      `${token}x`,
      'x',
      token.replace(/\.[^.]+$/, '.'),
      sign({ channelAddId: ADDRESS }, 'another-secret'),
      sign({ channelAddId: 'another' }),
      sign({ channelAddId: ADDRESS, aud: 'eventrouter' }),
    ]) {
      expect(await list(`Bearer ${bad}`)).toMatchObject({
        status: 401,
        json: { message: 'Jwt verification fails', code: 401 },
      });
    }
    await world.run(() => world.clock.sleep(3_600_000));
    expect((await list(`Bearer ${token}`)).json).toEqual({ message: 'Jwt is expired', code: 401 });
  });
});

describe('conversations', () => {
  it('are created by lower-case UUID, once, and belong to who created them', async () => {
    const world = createWorld();
    const client = await createClient(world);
    expect((await client.create()).status).toBe(201);
    expect((await client.create()).status).toBe(201);
    const other = await createClient(world);
    expect(await other.create()).toMatchObject({ status: 403, json: { code: 403 } });
    for (const id of [
      'x',
      'A0000000-0000-4000-8000-000000000001',
      uuid(1).replace('4000', '1000'),
    ]) {
      const wrong = await createClient(world, id);
      expect((await wrong.create()).json.message).toContain('UUID');
      expect((await wrong.get('/entries')).status).toBe(400);
    }
    expect((await other.get('/entries')).status).toBe(403);
    expect((await (await createClient(world, uuid(9))).get('/entries')).status).toBe(404);
  });

  it('may be limited to so many in 30 s', async () => {
    const world = createWorld({ channel: { limits: { conversationsPer30s: 3 } } });
    const statuses = [];
    for (let n = 1; n < 5; n += 1) {
      statuses.push((await (await createClient(world, uuid(n))).create()).status);
    }
    expect(statuses).toEqual([201, 201, 201, 429]);
  });

  it('are listed, and closed ones on request', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const list = (query: string) =>
      world.call('GET', `${API}/conversation/list${query}`, undefined, client.headers);
    const one = { conversationId: uuid(1), startTimestamp: world.clock.originMs, endTimestamp: 0 };
    const open = { openConversationsFound: 1, closedConversationsFound: 0, conversations: [one] };
    expect((await list('?inclClosedConvs=false&limit=20')).json).toEqual(open);
    expect((await client.end('')).status).toBe(204);
    const ended = { ...one, endTimestamp: world.clock.originMs };
    const counts = { openConversationsFound: 0, closedConversationsFound: 1 };
    expect((await list('')).json).toEqual({ ...counts, conversations: [] });
    expect((await list('?inclClosedConvs=true')).json).toEqual({
      ...counts,
      conversations: [ended],
    });
    expect((await list('?limit=51')).status).toBe(400);
    expect((await list('?limit=0')).status).toBe(400);
    expect((await client.say('late', uuid(2))).status).toBe(400);
  });

  it('tell how far they are routed', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    const status = async () => (await client.get('')).json;
    expect(await status()).toEqual({ conversationId: uuid(1), routingStatus: 'INITIAL' });
    await world.run(() => world.deliver(client.subject, { kind: 'text', text: 'hi' }));
    expect((await status()).routingStatus).toBe('ROUTED');
    await world.run(() => client.end());
    expect((await status()).routingStatus).toBe('NEEDS_ROUTING');
  });
});

describe('entries', () => {
  it('come newest first, with objects as payloads, filtered as asked', async () => {
    const world = createWorld();
    const client = await createClient(world);
    await client.create();
    await world.run(async () => {
      for (let n = 1; n <= 25; n += 1) {
        await world.clock.sleep(10_000);
        await client.say(`text ${n}`, uuid(n));
      }
    });
    const entries = async (query = '') =>
      (await client.get(`/entries${query}`)).json.conversationEntries.map(
        (entry: Loose) => entry.entryPayload.abstractMessage?.staticContent.text ?? entry.entryType,
      );
    expect(await entries()).toEqual(Array.from({ length: 20 }, (_, i) => `text ${25 - i}`));
    expect((await entries('?limit=50')).at(-1)).toBe('RoutingResult');
    expect(await entries('?limit=1&entryTypeFilter=ParticipantChanged,RoutingResult')).toEqual([
      'RoutingResult',
    ]);
    expect(await entries('?limit=2&direction=FromStart&entryTypeFilter=Message')).toEqual([
      'text 1',
      'text 2',
    ]);
    const at = world.clock.originMs + 10_000 * 2 + 200;
    expect(await entries(`?startTimestamp=${at}&endTimestamp=${at}`)).toEqual(['text 2']);
    for (const bad of ['limit=51', 'limit=x', 'direction=Up', 'startTimestamp=-1']) {
      expect((await client.get(`/entries?${bad}`)).status).toBe(400);
    }
  });
});

describe('browsers and strays', () => {
  it('have their preflights answered, and are told the origin', async () => {
    const world = createWorld();
    const origin = 'https://shop.example';
    const preflight = await world.call('OPTIONS', `${API}/conversation`, '', { origin });
    expect(preflight.status).toBe(200);
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    const allowed = preflight.headers['access-control-allow-headers']?.toLowerCase().split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(
        'authorization content-type x-org-id last-event-id cache-control'.split(' '),
      ),
    );
    const refused = await world.call('GET', `${API}/conversation/list`, '', { origin });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
  });

  it('are told 404 and 405', async () => {
    const world = createWorld();
    expect((await world.call('GET', '/')).json).toEqual({ message: 'Not Found', code: 404 });
    expect((await world.call('PUT', `${API}/conversation`)).status).toBe(405);
    expect((await world.call('GET', '/iamessage/files/x')).status).toBe(404);
  });
});
