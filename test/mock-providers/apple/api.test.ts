import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUSINESS,
  bodyOf,
  createOpenWorld,
  createWorld,
  ID,
  interactive,
  listPicker,
  MSP,
  ORIGIN,
  quickReply,
  SECRET,
  tokenOf,
  type World,
} from './world.ts';

const iat = ORIGIN / 1000;

/** The status of a send; an error has no body. */
async function statusOf(sending: ReturnType<World['send']>): Promise<number> {
  const { status, body } = await sending;
  if (status !== 200) expect(body).toHaveLength(0);
  return status;
}

describe('who may send', () => {
  it('asks for a token: 401', async () => {
    const world = await createOpenWorld();
    for (const authorization of [undefined, '', 'Bearer', tokenOf()]) {
      expect(await statusOf(world.send({}, { authorization })), authorization).toBe(401);
    }
  });

  it('refuses any other than a fresh one, in HS256, of this provider: 403', async () => {
    const world = await createOpenWorld();
    const send = (...token: Parameters<typeof tokenOf>) =>
      statusOf(world.send({}, { authorization: `Bearer ${tokenOf(...token)}` }));
    const key = Buffer.from(SECRET, 'base64');
    expect(await send({ iss: MSP, iat })).toBe(200);
    expect(await send({ iss: MSP, iat: iat - 3500 })).toBe(200);
    expect(await send({ iss: MSP, iat }, SECRET)).toBe(403);
    expect(await send({ iss: MSP, iat }, key, 'HS512')).toBe(403);
    expect(await send({ iss: MSP, iat }, key, 'none')).toBe(403);
    for (const claims of [{ aud: MSP, iat }, { iat }, { iss: 'x', iat }, { iss: MSP }]) {
      expect(await send(claims), JSON.stringify(claims)).toBe(403);
    }
    for (const made of [iat - 3601, iat + 3602, ORIGIN]) {
      expect(await send({ iss: MSP, iat: made }), `${made}`).toBe(403);
    }
  });

  it('asks for the business: 400 without, 403 for another', async () => {
    const world = await createOpenWorld();
    expect(await statusOf(world.send({}, { 'source-id': undefined }))).toBe(400);
    expect(await statusOf(world.send({}, { 'source-id': 'another' }))).toBe(403);
    const urn = `urn:biz:${BUSINESS}`;
    expect(await statusOf(world.send({ sourceId: urn }, { 'source-id': urn }))).toBe(200);
  });

  it('guards every endpoint but the two open addresses', async () => {
    const world = await createOpenWorld();
    const guarded = world.provider.endpoints.filter((endpoint) => endpoint.includes('/v1/'));
    expect(guarded).toHaveLength(6);
    for (const endpoint of guarded) {
      expect((await world.call(endpoint, { authorization: undefined })).status).toBe(401);
      expect((await world.call(endpoint, { authorization: 'Bearer x' })).status).toBe(403);
    }
    expect((await world.call('POST /v1/authenticate')).status).toBe(200);
    expect((await world.call('GET /v1/message')).status).toBe(405);
    expect((await world.call('POST /v1/messages')).status).toBe(404);
  });
});

describe('who may be written to', () => {
  it('only a customer begins: 404 before that', async () => {
    const world = createWorld();
    expect(await statusOf(world.send())).toBe(404);
    await world.run(() => world.phone.send({ kind: 'text', text: 'hi' }));
    expect(await statusOf(world.send())).toBe(200);
    const other = world.provider.addressOf(2);
    expect(await statusOf(world.send({ destinationId: other }))).toBe(404);
  });

  it('not who has closed: 410, or what the account says, until they write again', async () => {
    for (const [limits, status] of [
      [{}, 410],
      [{ closedStatus: 404 }, 404],
    ] as const) {
      const world = await createOpenWorld({ limits });
      await world.run(async () => world.phone.leave?.());
      expect(world.told().at(-1)).toMatchObject({ type: 'close' });
      expect(await statusOf(world.send())).toBe(status);
      expect(await statusOf(world.send({ type: 'typing_start', body: undefined }))).toBe(status);
      await world.run(() => world.phone.send({ kind: 'text', text: 'hi again' }));
      expect(await statusOf(world.send())).toBe(200);
    }
  });

  it('typing before the first words opens nothing', async () => {
    const world = createWorld();
    await world.run(async () => world.phone.typing?.(true));
    expect(await statusOf(world.send())).toBe(404);
  });
});

describe('what may be sent', () => {
  it('answers 200 with an empty body', async () => {
    const world = await createOpenWorld();
    const response = await world.send();
    expect(response).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('agrees with its headers; those that are missing are forgiven', async () => {
    const world = await createOpenWorld();
    for (const name of ['id', 'destination-id']) {
      expect(await statusOf(world.send({}, { [name]: 'another' })), name).toBe(400);
      expect(await statusOf(world.send({}, { [name]: undefined })), name).toBe(200);
    }
    expect(await statusOf(world.send({ sourceId: MSP }))).toBe(400);
  });

  it.each([
    ['id', undefined],
    ['id', '1'],
    ['v', undefined],
    ['v', 2],
    ['sourceId', undefined],
    ['destinationId', undefined],
    ['type', undefined],
    ['type', 'close'],
    ['type', 'location'],
    ['body', undefined],
    ['body', ''],
    ['body', 5],
    ['attachments', [{}]],
  ])('%s: %j is a 400', async (field, value) => {
    const world = await createOpenWorld();
    expect(await statusOf(world.send({ [field]: value }))).toBe(400);
  });

  it('interactive: what lacks a part is a 400', async () => {
    const world = await createOpenWorld();
    const { interactiveData } = quickReply('Yes', 'No');
    const ask = (data: object, more: object = {}) => {
      return statusOf(world.send({ ...interactive(data), ...more }));
    };
    expect(await statusOf(world.send(quickReply('Yes', 'No')))).toBe(200);
    expect(await statusOf(world.send(quickReply('Yes')))).toBe(400);
    expect(await statusOf(world.send(quickReply(...'abcde')))).toBe(200);
    expect(await statusOf(world.send(quickReply(...'abcdef')))).toBe(400);
    expect(await statusOf(world.send(quickReply('Yes', '')))).toBe(400);
    expect(await statusOf(world.send(listPicker([])))).toBe(400);
    expect(await statusOf(world.send(listPicker([{ title: 'x', items: [] }])))).toBe(400);
    expect(await ask({ event: { timeslots: [] } })).toBe(400);
    expect(await ask({ requestIdentifier: undefined })).toBe(400);
    expect(await ask({}, { interactiveData: { ...interactiveData, bid: '' } })).toBe(400);
    expect(await ask({}, { interactiveData: undefined })).toBe(400);
    expect(await ask({}, { interactiveData: undefined, interactiveDataRef: {} })).toBe(400);
    const app = { bid: 'com.apple.messages.MSMessageExtensionBalloonPlugin:T1:x', URL: '?a=1' };
    expect(await ask({}, { interactiveData: app })).toBe(200);
    expect(await ask({ payment: {} })).toBe(200);
  });

  it('rich links: with title, address and assets', async () => {
    const world = await createOpenWorld();
    const link = { title: 'Shop', url: 'https://shop.test', assets: { image: { data: '' } } };
    const send = (richLinkData: object) => {
      return statusOf(world.send({ type: 'richLink', body: undefined, richLinkData }));
    };
    expect(await send(link)).toBe(200);
    for (const name of ['title', 'url', 'assets']) {
      expect(await send({ ...link, [name]: undefined }), name).toBe(400);
    }
  });

  it('no more than a message holds: 413', async () => {
    const world = await createOpenWorld({ limits: { messageBytes: 1000 } });
    expect(await statusOf(world.send({ body: 'x'.repeat(400) }))).toBe(200);
    expect(await statusOf(world.send({ body: 'x'.repeat(1000) }))).toBe(413);
  });

  it('in gzip, too; no JSON is a 400', async () => {
    const world = await createOpenWorld();
    const ends = { sourceId: BUSINESS, destinationId: world.customer };
    const message = { v: 1, id: ID, ...ends, type: 'text', body: 'zipped' };
    const zipped = { 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify(message));
    expect((await world.call('POST /v1/message', zipped, body)).status).toBe(200);
    expect((await world.call('POST /v1/message', {}, body)).status).toBe(400);
    expect((await world.call('POST /v1/message', {}, '[]')).status).toBe(400);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect([400, 413]).toContain((await world.call('POST /v1/message', zipped, bomb)).status);
  });

  it('anything at all gets an answer, and phones show what was taken', async () => {
    const any = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('constructor', '1'));
    const item = fc.record({ identifier: any, title: any, startTime: any });
    const data = fc.record(
      {
        requestIdentifier: fc.constant('r'),
        'quick-reply': fc.oneof(any, fc.record({ items: fc.array(item, { minLength: 2 }) })),
        listPicker: fc.oneof(any, fc.record({ sections: fc.array(fc.record({ items: any })) })),
        event: fc.oneof(any, fc.record({ timeslots: fc.array(item), title: any })),
      },
      { requiredKeys: ['requestIdentifier'] },
    );
    const fields = fc.record(
      {
        type: fc.constantFrom('text', 'interactive', 'richLink', 'typing_start', 'close'),
        body: any,
        attachments: fc.oneof(any, fc.array(any)),
        interactiveData: fc.oneof(
          any,
          data.map((data) => interactive(data).interactiveData),
        ),
        interactiveDataRef: fc.oneof(any, fc.record({ bid: any, url: any, owner: any })),
        richLinkData: any,
      },
      { requiredKeys: ['type'] },
    );
    const world = await createOpenWorld();
    await fc.assert(
      fc.asyncProperty(fields, async (fields) => {
        const { status } = await world.run(() => world.send(fields));
        expect([200, 400]).toContain(status);
      }),
    );
  });
});

describe('large interactive data', () => {
  const sections = [{ title: 'Fruit', items: [{ identifier: '1', title: 'Apple', order: 0 }] }];
  const images = [{ identifier: '0', data: 'A'.repeat(11_000) }];

  it('is answered with a reference, by which it can be sent again', async () => {
    const world = await createOpenWorld();
    expect((await world.send(listPicker(sections))).body).toHaveLength(0);
    const { dataRef } = bodyOf(await world.send(listPicker(sections, { images })));
    expect(dataRef).toEqual({
      bid: interactive({}).interactiveData.bid,
      owner: expect.stringMatching(/^M[0-9A-F]{64}\.C01USN00$/),
      url: `https://mspgw.test/${dataRef.owner}`,
      size: expect.any(Number),
      signature: expect.stringMatching(/^81[0-9A-F]{40}$/),
      'signature-base64': Buffer.from(dataRef.signature, 'hex').toString('base64'),
      title: 'Select Produce',
      dataRefSig: expect.any(String),
    });
    const again = { type: 'interactive', body: undefined, interactiveDataRef: dataRef };
    expect((await world.run(() => world.send(again))).status).toBe(200);
    const shown = world.received.map(({ content }) => content);
    expect(shown).toHaveLength(3);
    expect(shown[2]).toEqual(shown[1]);
    expect(shown[2]).toMatchObject({ choices: [{ id: '1', title: 'Apple' }] });
  });

  it('shows the title of what can not be found', async () => {
    const world = await createOpenWorld();
    const { dataRef } = bodyOf(await world.send(listPicker(sections, { images })));
    const interactiveDataRef = { ...dataRef, signature: 'x', 'signature-base64': 'x' };
    await world.run(() => world.send({ type: 'interactive', body: undefined, interactiveDataRef }));
    expect(world.received.at(-1)?.content).toEqual({ kind: 'text', text: 'Select Produce' });
  });
});
