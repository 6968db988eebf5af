import { describe, expect, it } from 'vitest';
import { buttons, CUSTOMER, createWorld, template } from './world.ts';

const framed = (frame: object) => {
  const { type, interactive } = buttons('a');
  return { type, interactive: { ...interactive, ...frame } };
};

const sectioned = (title: string, description = 'd') => ({
  type: 'interactive',
  interactive: {
    type: 'list',
    body: { text: 'x'.repeat(4096) },
    action: {
      button: 'x'.repeat(20),
      sections: [
        { title, rows: [{ id: 'x'.repeat(200), title: 'x'.repeat(24), description }] },
        { title: 'other', rows: [{ id: 'b', title: 'b' }] },
      ],
    },
  },
});

describe('limits are taken at their very end, and refused one beyond', () => {
  const text = (length: number) => ({ type: 'text', text: 'x'.repeat(length) });
  const image = (caption: string) => ({
    type: 'image',
    image: { link: 'https://x.test/a', caption },
  });
  const cards = (count: number) => ({ type: 'contacts', contacts: Array(count).fill({}) });

  it.each([
    ['header', framed({ header: text(60) }), framed({ header: text(61) })],
    ['footer', framed({ footer: text(60) }), framed({ footer: text(61) })],
    ['body', framed({ body: text(1024) }), framed({ body: text(1025) })],
    ['section title', sectioned('x'.repeat(24)), sectioned('x'.repeat(25))],
    ['description', sectioned('t', 'x'.repeat(72)), sectioned('t', 'x'.repeat(73))],
    ['caption', image('x'.repeat(1024)), image('x'.repeat(1025))],
    ['contact cards', cards(5), cards(6)],
  ])('%s', async (_, longest, longer) => {
    const { send } = createWorld();
    expect((await send(longest)).status).toBe(200);
    expect((await send(longer)).json.error).toMatchObject({ code: 131009 });
  });

  it('a caption of nothing is none, as clients give it', async () => {
    const world = createWorld();
    for (const caption of ['', null]) {
      const image = { link: 'https://x.test/a', caption };
      expect((await world.send({ type: 'image', image })).status).toBe(200);
    }
  });
});

describe('refusals', () => {
  it('for too much are 400, never 429, and say what was too much', async () => {
    const fast = createWorld({ limits: { messagesPerSecond: 1 } });
    await fast.send(template());
    const tooFast = await fast.send(template());
    expect(tooFast).toMatchObject({ status: 400, json: { error: { code: 130429 } } });
    expect(tooFast.json.error.message).toBe('(#130429) Rate limit hit');

    const pair = createWorld({ account: { pairLimit: 'on' }, limits: { messagesPerSecond: 0 } });
    for (let i = 0; i < 45; i += 1) expect((await pair.send(template())).status).toBe(200);
    const tooMany = await pair.send(template());
    expect(tooMany).toMatchObject({ status: 400, json: { error: { code: 131056 } } });
  });

  it('by the pair limit use up none of the number’s throughput', async () => {
    const world = createWorld({ account: { pairLimit: 'on' }, limits: { messagesPerSecond: 46 } });
    for (let i = 0; i < 45; i += 1) await world.send(template());
    for (let i = 0; i < 5; i += 1) {
      expect((await world.send(template())).json.error.code).toBe(131056);
    }
    const other = { ...template(), to: '12005550002' };
    expect((await world.send(other)).status).toBe(200);
    expect((await world.send(other)).json.error.code).toBe(130429);
  });

  it('name the field: of a number nobody has, of a user id that is not ours', async () => {
    const { send } = createWorld();
    expect((await send({ to: 'abc' })).json.error.error_data.details).toMatch(/^to: /);
    const { json } = await send({ to: undefined, recipient: 'DE.1' });
    expect(json.error.error_data.details).toMatch(/^recipient: /);
  });

  it.each(['north', '', ' ', null, Number.NaN])('of a place at %j', async (longitude) => {
    const { send } = createWorld();
    const location = { latitude: 1, longitude };
    expect((await send({ type: 'location', location })).json.error.code).toBe(131009);
  });

  it('of paths that lead nowhere are Graph’s own, without data', async () => {
    const { call, account } = createWorld();
    const nowhere = [
      ['POST', '/v25.0/4711/messages'],
      ['GET', `/v25.0/${account.phoneNumberId}/messages`],
      ['DELETE', `/v25.0/${account.phoneNumberId}`],
      ['GET', '/'],
    ] as const;
    for (const [method, path] of nowhere) {
      const { status, json } = await call(method, path, {});
      expect(status).toBe(400);
      expect(json.error).toEqual({
        message: expect.stringMatching(/^Unsupported request/),
        type: 'GraphMethodException',
        code: 100,
        error_subcode: 33,
        fbtrace_id: expect.stringMatching(/^A/),
      });
    }
  });

  it('of uploads say what is missing', async () => {
    const world = createWorld();
    const path = `/v25.0/${world.account.phoneNumberId}/media`;
    const upload = async (fields: Record<string, string>) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      const encoded = new Response(form);
      const headers = {
        authorization: `Bearer ${world.account.accessToken}`,
        'content-type': encoded.headers.get('content-type') ?? '',
      };
      const body = await encoded.text();
      return world.run(async () => (await world.call('POST', path, body, headers)).json.error.code);
    };
    expect(await upload({ messaging_product: 'whatsapp' })).toBe(131008);
    expect(await upload({ messaging_product: 'whatsapp', file: 'a text' })).toBe(131008);
    expect(await upload({ file: 'a text' })).toBe(100);
  });
});

it('takes the recipient’s number as a number, too', async () => {
  const { send } = createWorld();
  const { status, json } = await send({ to: Number(CUSTOMER) });
  expect([status, json.contacts]).toEqual([200, [{ input: CUSTOMER, wa_id: CUSTOMER }]]);
});

it('numbers messages from 1, both ways together: delays are drawn by that', async () => {
  const numbers: string[] = [];
  const draw = (way: string, ms: number) => (number: number) => {
    numbers.push(`${way} ${number}`);
    return ms;
  };
  const delays = { inboundMs: draw('in', 1), deliveryMs: draw('out', 2), readMs: draw('read', 3) };
  const world = createWorld({ delays });
  await world.run(async () => {
    await world.phone.send({ kind: 'text', text: 'hi' });
    await world.send();
    await world.send();
  });
  expect(numbers.sort()).toEqual(['in 1', 'out 2', 'out 3', 'read 2', 'read 3']);
});
