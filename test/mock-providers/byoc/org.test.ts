import { generateKeyPairSync } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { longId } from '../../../mock-providers/salesforce-org.ts';
import { ADDRESS, createWorld, entryInteraction, messageEntry } from './world.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded', authorization: undefined };
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type World = ReturnType<typeof createWorld>;

async function assertionFor(world: World, set: Record<string, unknown> = {}, key = privateKey) {
  const exp = Math.floor(world.clock.originMs / 1000) + 180;
  const { consumerKey: iss } = world.account;
  const claims = { iss, sub: 'admin@x.test', aud: 'https://login.salesforce.com', exp, ...set };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256' })
    .sign(await importPKCS8(key, 'RS256'));
}

function tokenFrom(world: World, assertion: string, grant_type = GRANT) {
  const body = new URLSearchParams({ grant_type, assertion }).toString();
  return world.call('POST', '/services/oauth2/token', body, FORM);
}

describe('access tokens', () => {
  it('are given for an assertion that the public key verifies, and open the service', async () => {
    const world = createWorld({ account: { partnerPublicKey: publicKey.replace(/\n/g, '\\n') } });
    const { status, json } = await tokenFrom(world, await assertionFor(world));
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^00DHp000000KxQz!ey/),
      scope: 'interaction_api api',
      instance_url: 'http://org.test',
      id: 'http://org.test/id/00DHp000000KxQzMAK/005Hp00000AbCdEIAV',
      token_type: 'Bearer',
    });
    const authorization = `Bearer ${json.access_token}`;
    const sent = await world.interact(entryInteraction(messageEntry()), [], { authorization });
    expect(sent.status).toBe(202);
    expect(world.events).toHaveLength(1);
  });

  it('run out after half an hour', async () => {
    const world = createWorld();
    const { json } = await tokenFrom(world, await assertionFor(world));
    const authorization = `Bearer ${json.access_token}`;
    const status = async () =>
      (await world.interact(entryInteraction(messageEntry()), [], { authorization })).status;
    const [before, after] = await world.run(async () => {
      await world.clock.sleep(29 * 60_000);
      const first = await status();
      await world.clock.sleep(2 * 60_000);
      return [first, await status()];
    });
    expect([before, after]).toEqual([202, 401]);
  });

  it('are refused as Salesforce does', async () => {
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    const world = createWorld({ account: { partnerPublicKey: publicKey } });
    const refusal = async (assertion: string, grant?: string) => {
      const { status, json } = await tokenFrom(world, assertion, grant);
      expect(status).toBe(400);
      return [json.error, json.error_description];
    };
    const good = await assertionFor(world);
    expect(await refusal(good, 'password')).toEqual([
      'unsupported_grant_type',
      'grant type not supported',
    ]);
    expect(await refusal('a.b.c')).toEqual(['invalid_grant', 'invalid assertion']);
    expect(await refusal(await assertionFor(world, {}, other))).toEqual([
      'invalid_grant',
      'invalid assertion',
    ]);
    expect(await refusal(await assertionFor(world, { iss: 'x' }))).toEqual([
      'invalid_client_id',
      'client identifier invalid',
    ]);
    const [code] = await refusal(await assertionFor(world, { exp: 1 }));
    expect(code).toBe('invalid_grant');
    const inMs = world.clock.originMs + 180_000;
    expect((await tokenFrom(world, await assertionFor(world, { exp: inMs }))).status).toBe(200);
  });

  it('come by SOAP as well', async () => {
    const world = createWorld();
    const login = '<n1:login><n1:username>a</n1:username><n1:password>b</n1:password></n1:login>';
    const { status, body } = await world.call('POST', '/services/Soap/u/63.0', login, FORM);
    expect(status).toBe(200);
    const sessionId = /<sessionId>([^<]+)</.exec(body.toString())?.[1];
    const q = encodeURIComponent('SELECT Id FROM MessagingChannel');
    const authorization = `Bearer ${sessionId}`;
    expect(
      (await world.call('GET', `/services/data/v63.0/query/?q=${q}`, '', { authorization })).status,
    ).toBe(200);
    expect((await world.call('POST', '/services/Soap/u/63.0', '<login/>', FORM)).status).toBe(500);
  });
});

describe('publishing an event', () => {
  const path = '/services/data/v61.0/sobjects/Rehearsal_Message__e';
  const publish = (
    world: World,
    body: unknown,
    set: Record<string, string | undefined> = {},
    at = path,
  ) =>
    world.call('POST', at, body, { authorization: `Bearer ${world.account.serviceToken}`, ...set });

  it('is answered 201: enqueued', async () => {
    const world = createWorld();
    const { status, headers, json } = await publish(world, {
      EventType__c: 'Interaction',
      Payload__c: '{}',
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^e01\w{15}$/),
      success: true,
      errors: [
        {
          statusCode: 'OPERATION_ENQUEUED',
          message: expect.stringMatching(/^[0-9a-f-]{36}$/),
          fields: [],
        },
      ],
    });
    expect(headers.location).toBe(`${path}/${json.id}`);
    expect((await publish(world, {}, {}, `${path.replace('61', '58')}/`)).status).toBe(201);
  });

  it.each([
    ['JSON that is none', '{', 400, 'JSON_PARSER_ERROR'],
    ['a value that is no text', { Payload__c: {} }, 400, 'JSON_PARSER_ERROR'],
    ['an unknown field', { Text__c: 'x' }, 400, 'INVALID_FIELD'],
    ['too long a text', { Payload__c: 'x'.repeat(131_073) }, 400, 'STRING_TOO_LONG'],
  ])('refuses %s', async (_, body, status, errorCode) => {
    const answer = await publish(createWorld(), body);
    expect([answer.status, answer.json[0].errorCode]).toEqual([status, errorCode]);
  });

  it('refuses strangers and other events', async () => {
    const world = createWorld();
    const stranger = await publish(world, {}, { authorization: 'Bearer x' });
    expect([stranger.status, stranger.json]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
    const other = await publish(world, {}, {}, '/services/data/v61.0/sobjects/Other__e');
    expect([other.status, other.json[0].errorCode]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('looking up the set-up', () => {
  const query = async (world: World, soql: string) =>
    (await world.call('GET', `/services/data/v63.0/query/?q=${encodeURIComponent(soql)}`)).json;

  it('answers what Salesforce’s samples ask', async () => {
    const world = createWorld();
    const definition = await query(
      world,
      'SELECT Id, DeveloperName, RoutingOwner, ConsentOwner, ConversationVendorInfoId, ' +
        'CustomPlatformEvent, CustomEventTypeField, CustomEventPayloadField, NamespacePrefix ' +
        "FROM ConversationChannelDefinition WHERE DeveloperName = 'Rehearsal_ChannelDefinition' " +
        'ORDER BY DeveloperName ASC',
    );
    expect(definition).toMatchObject({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: 'ConversationChannelDefinition' },
          RoutingOwner: 'Salesforce',
          CustomPlatformEvent: 'Rehearsal_Message__e',
          CustomEventTypeField: 'EventType__c',
          CustomEventPayloadField: 'Payload__c',
          NamespacePrefix: null,
        },
      ],
    });
    const vendor = await query(
      world,
      `SELECT Id, DeveloperName, ConversationVendorInfo.VendorType
         FROM ConversationChannelDefinition
         WHERE DeveloperName = 'Rehearsal_ChannelDefinition'`,
    );
    expect(vendor.records[0].ConversationVendorInfo.VendorType).toBe('BringYourOwnChannelPartner');
    const channel = await query(
      world,
      `SELECT Id FROM MessagingChannel WHERE ChannelAddressIdentifier = '${ADDRESS}' ` +
        "AND MessageType = 'Custom'",
    );
    expect(channel.records[0].Id).toMatch(/^0Mj\w{15}$/);
    const count = await query(
      world,
      'SELECT COUNT(Id) totalCount FROM ContactCenterChannel ' +
        `WHERE ChannelId = '${channel.records[0].Id}'`,
    );
    expect(count.records[0].totalCount).toBe(0);
    const set = await query(world, "SELECT Id FROM PermissionSet WHERE Name = 'sfdc_scrt2'");
    const rights = await query(
      world,
      `SELECT PermissionsRead, PermissionsCreate FROM ObjectPermissions
         WHERE ParentId = '${set.records[0].Id}' AND SObjectType = 'Rehearsal_Message__e'`,
    );
    expect(rights.records[0]).toMatchObject({ PermissionsRead: true, PermissionsCreate: true });
  });

  it('refuses what it can’t', async () => {
    const world = createWorld();
    expect((await query(world, 'SELECT Id FROM Account'))[0].errorCode).toBe('INVALID_TYPE');
    expect((await query(world, 'SELECT Color FROM MessagingChannel'))[0].errorCode).toBe(
      'INVALID_FIELD',
    );
    expect(
      (await query(world, 'SELECT Id FROM MessagingChannel WHERE Id LIKE 3'))[0].errorCode,
    ).toBe('MALFORMED_QUERY');
    expect((await query(world, 'DROP TABLE x'))[0].errorCode).toBe('MALFORMED_QUERY');
    const none = await query(world, "SELECT Id FROM MessagingChannel WHERE Id = 'x' LIMIT 5");
    expect(none).toEqual({ totalSize: 0, done: true, records: [] });
  });

  it('describes the event', async () => {
    const world = createWorld();
    const { json } = await world.call(
      'GET',
      '/services/data/v63.0/sobjects/Rehearsal_Message__e/describe',
    );
    const names = json.fields.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['EventType__c', 'Payload__c', 'ReplayId']));
    expect(
      (await world.call('GET', '/services/data/v63.0/sobjects/Other__e/describe')).status,
    ).toBe(404);
  });
});

it('writes record ids of 18 as Salesforce does', () => {
  // Salesforce's own example (help: "15 or 18 character record ids").
  expect(longId('001A0000006Vm9u')).toBe('001A0000006Vm9uIAC');
});
