import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../mock-providers/apple/ledger.ts';
import { bodyOf, createOpenWorld, download, interactive, upload } from './world.ts';

const BYTES = Buffer.from('any bytes at all');

describe('a file of the business', () => {
  it.each([false, true])('reaches the phone, by old header names too (%s)', async (old) => {
    const world = await createOpenWorld();
    const attachment = await upload(world, BYTES, old);
    expect(attachment.url).toBe(`https://mspgw.test/${attachment.owner}`);
    const body = 'Here: \ufffc';
    const { status } = await world.run(() => world.send({ body, attachments: [attachment] }));
    expect(status).toBe(200);
    const { url, mimeType } = attachment;
    expect(world.received.map(({ content }) => content)).toEqual([
      { kind: 'media', url, mimeType, caption: 'Here:' },
    ]);
  });

  it('says on the phone when it can not be opened', async () => {
    const world = await createOpenWorld();
    const good = await upload(world, BYTES);
    const bad = [
      { ...good, url: 'https://mspgw.test/M0' },
      { ...good, owner: 'M0' },
      { ...good, 'signature-base64': 'gQE=' },
    ];
    await world.run(() => world.send({ body: '\ufffc\ufffc\ufffc', attachments: bad }));
    const text = '[dot.png: could not be loaded]';
    expect(world.received.map(({ content }) => content)).toEqual(
      bad.map(() => ({ kind: 'text', text })),
    );
  });

  it('needs all its fields', async () => {
    const world = await createOpenWorld();
    const good = await upload(world, BYTES);
    const send = async (change: object) =>
      (await world.send({ attachments: [{ ...good, ...change }] })).status;
    expect(await send({ size: BYTES.length, key: good.key.toUpperCase() })).toBe(200);
    const hex = Buffer.from(good['signature-base64'], 'base64').toString('hex');
    expect(await send({ signature: hex, 'signature-base64': undefined })).toBe(200);
    for (const name of ['name', 'mimeType', 'size', 'key', 'url', 'owner', 'signature-base64']) {
      expect(await send({ [name]: undefined }), name).toBe(400);
    }
    expect(await send({ key: good.key.slice(2) })).toBe(400);
    expect(await send({ size: '0' })).toBe(400);
  });

  it('is announced with its size, and comes so', async () => {
    const world = await createOpenWorld({ limits: { attachmentBytes: 100 } });
    const ask = async (size?: string) =>
      (await world.call('GET /v1/preUpload', { 'mmcs-size': size })).status;
    expect(await ask('100')).toBe(200);
    expect(await ask('101')).toBe(413);
    for (const size of [undefined, '', '0', '-1', '1.5', 'x']) expect(await ask(size)).toBe(400);
    const place = bodyOf(await world.call('GET /v1/preUpload', { 'mmcs-size': '3' }));
    const put = async (url: string, text: string) =>
      (await world.call(`POST ${url}`, {}, text)).status;
    expect(await put(place['upload-url'], 'four')).toBe(400);
    expect(await put(`${place['upload-url']}0`, 'abc')).toBe(400);
    const response = await world.call(`POST ${place['upload-url']}`, {}, 'abc');
    expect(bodyOf(response).singleFile).toEqual({
      fileChecksum: expect.stringMatching(/^[\w+/]{28}$/),
      size: 3,
      receipt: expect.any(String),
    });
  });
});

describe('a file of the customer', () => {
  const media = (mimeType: string, name = 'a.png') =>
    ({ kind: 'media', url: `https://pics.test/x/${name}?a=/b`, mimeType }) as const;

  it.each([false, true])('can be fetched and opened, by old header names too (%s)', async (old) => {
    const world = await createOpenWorld();
    await world.run(() => world.phone.send({ ...media('image/png'), caption: 'see' }));
    const [{ body, attachments = [] } = { body: '' }] = world.told();
    expect(body).toBe('\ufffcsee');
    const [attachment = {}] = attachments;
    expect(attachment).toEqual({
      name: 'a.png',
      mimeType: 'image/png',
      size: 67,
      key: expect.stringMatching(/^00[0-9A-F]{64}$/),
      url: `https://mspgw.test/${attachment.owner}`,
      owner: expect.stringMatching(/^M[0-9A-F]{64}\.C01USN00$/),
      signature: expect.stringMatching(/^81[0-9A-F]{40}$/),
    });
    const opened = await download(world, attachment, old);
    expect(opened.subarray(1, 4).toString()).toBe('PNG');
  });

  it('is the smallest of its type, or its address', async () => {
    const world = await createOpenWorld();
    const send = async (mimeType: string) => {
      await world.run(() => world.phone.send(media(mimeType)));
      return download(world, world.told().at(-1)?.attachments?.[0] ?? {});
    };
    expect((await send('image/jpeg')).toString('hex')).toMatch(/^ffd8ff.*ffd9$/);
    expect((await send('image/jpg')).toString('hex')).toMatch(/^ffd8ff/);
    expect((await send('image/gif')).toString('latin1')).toMatch(/^GIF8/);
    for (const type of ['application/pdf', 'constructor']) {
      expect((await send(type)).toString()).toBe('https://pics.test/x/a.png?a=/b');
    }
  });

  it('is given to who asks rightly', async () => {
    const world = await createOpenWorld();
    await world.run(() => world.phone.send(media('image/png')));
    const { url, owner, signature = '' } = world.told()[0]?.attachments?.[0] ?? {};
    const right = {
      'mmcs-url': url,
      'mmcs-owner': owner,
      'mmcs-signature': Buffer.from(signature, 'hex').toString('base64'),
    };
    const ask = async (change: object) =>
      (await world.call('GET /v1/preDownload', { ...right, ...change })).status;
    expect(await ask({})).toBe(200);
    for (const name of Object.keys(right)) expect(await ask({ [name]: undefined })).toBe(400);
    expect(await ask({ 'mmcs-url': 'https://mspgw.test/M0' })).toBe(404);
    expect(await ask({ 'mmcs-owner': 'M0' })).toBe(403);
    // The classic: hex taken for base64.
    expect(await ask({ 'mmcs-signature': signature })).toBe(403);
    expect((await world.call('GET /mmcs/download/0')).status).toBe(404);
  });
});

describe('payloads', () => {
  it('are encoded, and decoded inflated or not', async () => {
    const world = await createOpenWorld();
    const payload = { v: 1, ...interactive({ x: 'é' }) };
    const encoded = await world.call('POST /v1/encodePayload', {}, payload);
    expect(encoded.status).toBe(200);
    for (const bytes of [encoded.body, gunzipSync(encoded.body)]) {
      const decoded = await world.call('POST /v1/decodePayload', { bid: 'x' }, bytes);
      expect(decoded.headers['content-type']).toBe('application/json');
      expect(bodyOf(decoded)).toEqual(JSON.parse(JSON.stringify(payload)));
    }
    const status = async (endpoint: string, headers: Record<string, string>, body: unknown) =>
      (await world.call(endpoint, headers, body)).status;
    expect(await status('POST /v1/decodePayload', {}, encoded.body)).toBe(400);
    expect(await status('POST /v1/decodePayload', { bid: 'x' }, 'x')).toBe(400);
    expect(await status('POST /v1/decodePayload', { bid: 'x' }, gzipSync('x'))).toBe(400);
    expect(await status('POST /v1/encodePayload', {}, '{}')).toBe(400);
  });
});

describe('memory', () => {
  it('forgets the oldest files, by number and by size', () => {
    const ledger = createLedger({ channelId: 'x', random: () => 0 });
    const ids = Array.from({ length: 1002 }, (_, i) => ledger.put(Buffer.of(i % 256)).id);
    expect(ids.filter((id) => ledger.file(id) === undefined)).toEqual(ids.slice(0, 2));
    const large = [1, 2, 3].map(() => ledger.put(Buffer.alloc(30_000_000)).id);
    expect(large.map((id) => ledger.file(id) !== undefined)).toEqual([false, true, true]);
    expect(ids.some((id) => ledger.file(id) !== undefined)).toBe(false);
    const huge = ledger.put(Buffer.alloc(70_000_000));
    expect(ledger.file(huge.id)).toBeDefined();
  });

  it('forgets the oldest uploads that never came, and who closed', () => {
    const ledger = createLedger({ channelId: 'x', random: () => 0 });
    const [first = ''] = Array.from({ length: 1001 }, () => ledger.reserve(1));
    expect(ledger.keep(first, Buffer.of(1))).toBeUndefined();
    for (let i = 0; i <= 1000; i += 1) ledger.set(`c${i}`, 'closed');
    expect(ledger.conversation('c0')).toBe('never');
    expect(ledger.conversation('c1')).toBe('closed');
    for (let i = 0; i <= 100_000; i += 1) ledger.set(`o${i}`, 'open');
    expect(ledger.conversation('o0')).toBe('never');
    expect(ledger.conversation('o1')).toBe('open');
  });

  it('an upload sent twice counts once', () => {
    const ledger = createLedger({ channelId: 'x', random: () => 0 });
    const id = ledger.reserve(40_000_000);
    for (let i = 0; i < 3; i += 1) ledger.keep(id, Buffer.alloc(40_000_000));
    const other = ledger.put(Buffer.alloc(20_000_000));
    expect([id, other.id].every((one) => ledger.file(one))).toBe(true);
  });
});
