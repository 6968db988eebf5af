import { describe, expect, it } from 'vitest';
import { buttons, CUSTOMER, createWorld, list, template } from './world.ts';

const SENT = /^wamid\.[A-Za-z0-9+/]+={0,2}$/;

describe('a send that is taken', () => {
  it('is answered 200 with address and id, whatever the version', async () => {
    const world = createWorld();
    const { phoneNumberId } = world.account;
    const body = { messaging_product: 'whatsapp', to: '+1 (200) 555-0001', text: { body: 'x' } };
    for (const path of [`/${phoneNumberId}/messages`, `/v13.0/${phoneNumberId}/messages`]) {
      const { status, json, headers } = await world.call('POST', path, body);
      expect(status).toBe(200);
      expect(json).toEqual({
        messaging_product: 'whatsapp',
        contacts: [{ input: '+1 (200) 555-0001', wa_id: CUSTOMER }],
        messages: [{ id: expect.stringMatching(SENT) }],
      });
      expect(headers['facebook-api-version']).toBe(path.startsWith('/v13.0') ? 'v13.0' : 'v25.0');
      expect(headers['x-fb-trace-id']).toMatch(/^A\w{12,}$/);
      expect(headers['content-type']).toBe('application/json');
    }
  });

  it('has an id of the documented structure: number, direction, 18 hex digits', async () => {
    const { send } = createWorld();
    const ids = [(await send()).json.messages[0].id, (await send()).json.messages[0].id];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      const bytes = Buffer.from(id.slice(6), 'base64').toString('latin1');
      const address = `\x1c\x18\x0b${CUSTOMER}`;
      expect(bytes.startsWith(`${address}\x15\x02\0\x11\x18\x12`)).toBe(true);
      expect(bytes.slice(address.length + 6)).toMatch(/^[0-9A-F]{18}\0$/);
    }
  });

  it('goes by business-scoped user id as well', async () => {
    const world = createWorld();
    const [id] = await world.run(async () => {
      await world.phone.send({ kind: 'text', text: 'hi' });
      const userId = world.messages()[0]?.from_user_id;
      const { json } = await world.send({ to: undefined, recipient: userId });
      expect(json.contacts).toEqual([{ input: userId, user_id: userId }]);
      return [json.messages[0].id];
    });
    expect(world.received).toMatchObject([{ messageId: id }]);
  });

  it.each([
    ['image by link', { type: 'image', image: { link: 'https://x.test/a.jpg', caption: 'c' } }],
    ['document', { type: 'document', document: { link: 'https://x.test/a.pdf' } }],
    ['three buttons', buttons('a', 'b', 'x'.repeat(20))],
    ['ten rows', list(...'abcdefghi', 'x'.repeat(24))],
    ['call to action', { type: 'interactive', interactive: { type: 'cta_url', body: {} } }],
    ['template', template()],
    ['location', { type: 'location', location: { latitude: '37.4', longitude: -122.1 } }],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' } }] }],
    ['4096 characters', { text: { body: 'x'.repeat(4096) }, type: undefined }],
  ])('%s', async (_, fields) => {
    const { send } = createWorld();
    expect((await send(fields)).status).toBe(200);
  });

  it('a reaction, to a message that there is', async () => {
    const { send } = createWorld();
    const { json } = await send();
    const reaction = (message_id: string) => ({
      type: 'reaction',
      reaction: { message_id, emoji: '👍' },
    });
    expect((await send(reaction(json.messages[0].id))).status).toBe(200);
    expect((await send(reaction('wamid.HBgL'))).json.error.code).toBe(131009);
  });

  it('tells of a template that it was accepted', async () => {
    const { send } = createWorld({ account: { templates: 'a, b' } });
    expect((await send(template('b'))).json.messages[0].message_status).toBe('accepted');
  });
});

describe('a send that is refused', () => {
  const sections = (count: number, title?: string) => ({
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: 'Which?' },
      action: {
        button: 'Choose',
        sections: Array.from({ length: count }, (_, i) => ({
          ...(title === undefined ? {} : { title }),
          rows: [{ id: `${i}`, title: 'x' }],
        })),
      },
    },
  });

  it.each([
    ['without product', { messaging_product: undefined }, 100],
    ['without recipient', { to: undefined }, 131008],
    ['to nobody', { to: '+' }, 131009],
    ['to itself', { to: '15550783881' }, 131021],
    ['text without body', { type: 'text' }, 131008],
    ['empty text', { type: 'text', text: { body: '' } }, 131008],
    ['text of 4097', { type: 'text', text: { body: 'x'.repeat(4097) } }, 131009],
    ['text that is none', { type: 'text', text: { body: 7 } }, 131009],
    ['no buttons', buttons(), 131008],
    ['four buttons', buttons('a', 'b', 'c', 'd'), 131009],
    ['title of 21', buttons('x'.repeat(21)), 131009],
    ['no rows', list(), 131008],
    ['eleven rows', list(...'abcdefghijk'), 131009],
    ['row title of 25', list('x'.repeat(25)), 131009],
    ['two sections without title', sections(2), 131008],
    ['eleven sections', sections(11, 't'), 131009],
    ['interactive of no known type', { type: 'interactive', interactive: { type: 'x' } }, 131009],
    ['media by nothing', { type: 'image', image: {} }, 131009],
    ['media by both', { type: 'image', image: { id: '1', link: 'https://x.test' } }, 131009],
    ['media of no known id', { type: 'image', image: { id: '1' } }, 131009],
    ['link that is none', { type: 'image', image: { link: 'a.jpg' } }, 131009],
    ['captioned audio', { type: 'audio', audio: { link: 'https://x.test', caption: 'c' } }, 131009],
    ['place nowhere', { type: 'location', location: { latitude: 1 } }, 131009],
    ['six contacts', { type: 'contacts', contacts: [{}, {}, {}, {}, {}, {}] }, 131009],
    ['template without language', { type: 'template', template: { name: 'hello_world' } }, 131008],
    ['no known type', { type: 'constructor' }, 131051],
  ])('%s', async (_, fields, code) => {
    const { send, received } = createWorld();
    const { status, json } = await send(fields);
    expect(status).toBe(400);
    expect(json.error).toEqual({
      message: expect.stringMatching(new RegExp(`^\\(#${code}\\) [A-Z]`)),
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details: expect.stringMatching(/./) },
      fbtrace_id: expect.stringMatching(/^A/),
    });
    expect(received).toEqual([]);
  });

  it('an id given to two buttons', async () => {
    const { send } = createWorld();
    const fields = buttons('a', 'b');
    for (const button of fields.interactive.action.buttons) button.reply.id = 'same';
    expect((await send(fields)).json.error.error_data.details).toMatch(/twice/);
  });

  it('an unknown template, 404', async () => {
    const { send } = createWorld();
    const { status, json } = await send(template('b'));
    expect([status, json.error.code]).toEqual([404, 132001]);
    expect(json.error.error_data.details).toBe('template name (b) does not exist in en_US');
  });

  it('JSON that is none', async () => {
    const { call, account } = createWorld();
    const { status, json } = await call('POST', `/${account.phoneNumberId}/messages`, '{"a":');
    expect([status, json.error.code]).toEqual([400, 100]);
  });

  it('no token or another’s, 401; the token may stand in the query', async () => {
    const { call, account } = createWorld();
    const path = `/v14.0/${account.phoneNumberId}`;
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: 'Basic x' }]) {
      const { status, json } = await call('GET', path, '', headers as Record<string, string>);
      expect(status).toBe(401);
      expect(json.error).toMatchObject({ code: 190, type: 'OAuthException' });
    }
    const url = `${path}?access_token=${account.accessToken}`;
    expect((await call('GET', url, '', {})).status).toBe(200);
  });

  it('another number, 400 with subcode 33', async () => {
    const { call } = createWorld();
    const { status, json } = await call('POST', '/v25.0/4711/messages', {});
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 100, error_subcode: 33 });
  });
});

describe('the rest of the API', () => {
  it('marks a customer’s message read, with or without typing, and no other', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send({ kind: 'text', text: 'hi' }));
    const [message] = world.messages();
    const mark = (message_id: unknown, rest: object = {}) => {
      const body = { messaging_product: 'whatsapp', status: 'read', message_id, ...rest };
      return world.call('POST', `/v25.0/${world.account.phoneNumberId}/messages`, body);
    };
    expect(await mark(message?.id)).toMatchObject({ status: 200, json: { success: true } });
    const typing = { typing_indicator: { type: 'text' } };
    expect((await mark(message?.id, typing)).json).toEqual({ success: true });
    const outbound = (await world.send()).json.messages[0].id;
    const forged = `wamid.${Buffer.from(
      Buffer.from(message?.id.slice(6) ?? '', 'base64')
        .toString('latin1')
        .replace(/.{8}\0$/, '00000009\0'),
      'latin1',
    ).toString('base64')}`;
    for (const id of [outbound, forged, 'wamid.x', '', undefined]) {
      expect((await mark(id)).json.error.code).toBe(131009);
    }
    expect((await mark(message?.id, { status: 'delivered' })).json.error.code).toBe(131009);
  });

  it('describes the number, by the fields asked for', async () => {
    const { call, account } = createWorld();
    const id = account.phoneNumberId;
    expect((await call('GET', `/v25.0/${id}`)).json).toMatchObject({
      id,
      display_phone_number: '+1 555-078-3881',
      platform_type: 'CLOUD_API',
    });
    const asked = await call('GET', `/v25.0/${id}?fields=quality_rating,nonsense`);
    expect(asked.json).toEqual({ id, quality_rating: 'GREEN' });
  });

  it('lists the account’s templates', async () => {
    const { call, account } = createWorld({ account: { templates: 'one, two' } });
    const path = `/v25.0/${account.wabaId}/message_templates`;
    const { json } = await call('GET', path);
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
    expect(json.data[0]).toMatchObject({ status: 'APPROVED', language: 'en_US' });
    expect((await call('GET', `${path}?name=two`)).json.data).toHaveLength(1);
    const usual = createWorld();
    const { data } = (await usual.call('GET', path)).json;
    expect(data).toMatchObject([{ name: 'hello_world' }]);
  });

  it('keeps the description of a customer’s media until it is deleted', async () => {
    const world = createWorld();
    const url = 'https://x.test/a.jpg';
    await world.run(() => world.phone.send({ kind: 'media', url, mimeType: 'image/jpeg' }));
    const id = world.messages()[0]?.image?.id;
    expect(id).toMatch(/^\d{15,17}$/);
    const { json } = await world.call('GET', `/v25.0/${id}`);
    expect(json).toMatchObject({ messaging_product: 'whatsapp', id, url, mime_type: 'image/jpeg' });
    expect((await world.call('DELETE', `/v25.0/${id}`)).json).toEqual({ success: true });
    expect((await world.call('GET', `/v25.0/${id}`)).json.error.error_subcode).toBe(33);
  });

  it('takes uploads, to be sent by id', async () => {
    const world = createWorld();
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', 'image/png');
    form.set('file', new Blob(['1234']), 'a.png');
    const encoded = new Response(form);
    const headers = {
      authorization: `Bearer ${world.account.accessToken}`,
      'content-type': encoded.headers.get('content-type') ?? '',
    };
    const body = await encoded.text();
    const path = `/v25.0/${world.account.phoneNumberId}/media`;
    const id = await world.run(async () => (await world.call('POST', path, body, headers)).json.id);
    expect((await world.call('GET', `/v25.0/${id}`)).json).toMatchObject({
      mime_type: 'image/png',
      file_size: 4,
      sha256: 'A6xnQhbz4Vx2HuGl4lXwZ5U2I8iziLRFnhP5eNfIRvQ=',
    });
    expect((await world.send({ type: 'image', image: { id } })).status).toBe(200);
    const broken = await world.run(() => world.call('POST', path, 'x', headers));
    expect(broken.json.error.code).toBe(100);
  });
});
