import { describe, expect, it } from 'vitest';
import { proofOf } from '../../../src/channels/messenger/signature.ts';
import { writeMultipart } from '../../../src/channels/multipart.ts';
import { createWorld, PAGE, PERSON, replies, text, type WorldOptions } from './world.ts';

const MID = /^m_[\w-]{86}$/;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A world in which the person has written, so that the window is open. */
async function opened(options: WorldOptions = {}) {
  const world = createWorld(options);
  await world.run(() => world.phone.send(text('hi')));
  return world;
}

describe('a send that is taken', () => {
  it('is answered 200 with person and id, whatever the version and the page’s name', async () => {
    const { call } = await opened();
    const body = { recipient: { id: PERSON }, message: { text: 'x' } };
    const mids = new Set<string>();
    for (const path of ['/me/messages', `/v2.6/${PAGE}/messages`, '/v25.0/me/messages/']) {
      const { status, json, headers } = await call('POST', path, body);
      expect(status).toBe(200);
      expect(json).toEqual({ recipient_id: PERSON, message_id: expect.stringMatching(MID) });
      expect(headers['facebook-api-version']).toBe(path.startsWith('/v2.6') ? 'v2.6' : 'v25.0');
      expect(headers['content-type']).toBe('application/json; charset=UTF-8');
      expect(headers['x-fb-trace-id']).toMatch(/^A\w{12,}$/);
      mids.add(json.message_id);
    }
    expect(mids.size).toBe(3);
  });

  it('has its token in the query, the body or the header', async () => {
    const { call, account } = await opened();
    const { accessToken: token } = account;
    const body = { recipient: { id: PERSON }, message: { text: 'x' } };
    const query = await call('POST', `/me/messages?access_token=${token}`, body, {});
    const inBody = await call('POST', '/me/messages', { ...body, access_token: token }, {});
    const header = await call('POST', '/me/messages', body, { authorization: `OAuth ${token}` });
    expect([query.status, inBody.status, header.status]).toEqual([200, 200, 200]);
  });

  it('comes as a form, its fields as JSON, strict or as lax as Meta’s samples', async () => {
    const { call, account, shown, run } = await opened();
    const token = `access_token=${account.accessToken}`;
    await run(async () => {
      const strict = new URLSearchParams({
        recipient: JSON.stringify({ id: PERSON }),
        message: JSON.stringify({ text: 'a & b + c ☕' }),
        messaging_type: 'RESPONSE',
      });
      const form = await call('POST', `/me/messages?${token}`, `${strict}`, FORM);
      expect(form.status).toBe(200);
      const lax = `recipient={id:${PERSON}}&message={text:'You did it!'}&messaging_type=RESPONSE`;
      expect((await call('POST', `/${PAGE}/messages?${lax}&${token}`, '', {})).status).toBe(200);
      const quoted = `recipient={'id':'${PERSON}'}&message={'text':'it\\'s'}&${token}`;
      expect((await call('POST', '/me/messages', quoted, FORM)).status).toBe(200);
    });
    const words = shown.map(({ content }) => content.kind === 'text' && content.text);
    expect(words).toEqual(['a & b + c ☕', 'You did it!', "it's"]);
  });

  it('comes as multipart, with the file', async () => {
    const { call, account, shown, run } = await opened();
    const plain = (name: string, value: unknown) => {
      return { name, contentType: '', body: Buffer.from(JSON.stringify(value)) };
    };
    const attachment = { type: 'image', payload: { is_reusable: true } };
    const file = { name: 'filedata', filename: 'a.png', contentType: 'image/png' };
    const { contentType, body } = writeMultipart(
      [
        plain('recipient', { id: PERSON }),
        plain('message', { attachment }),
        { ...file, body: Buffer.from([1, 2, 3]) },
      ],
      'x-boundary',
    );
    const answer = await run(() =>
      call('POST', '/me/messages', body, {
        'content-type': contentType,
        authorization: `Bearer ${account.accessToken}`,
      }),
    );
    expect(answer.json).toEqual({
      recipient_id: PERSON,
      message_id: expect.stringMatching(MID),
      attachment_id: expect.stringMatching(/^\d{16}$/),
    });
    const url = `http://graph.test/${answer.json.attachment_id}`;
    expect(shown).toMatchObject([{ content: { kind: 'media', url, mimeType: 'image/png' } }]);
  });

  it('of an upload: by its id', async () => {
    const { call, send, shown, run } = await opened();
    const payload = { url: 'https://x.test/a.mp4', is_reusable: true };
    const message = { attachment: { type: 'video', payload } };
    const { json } = await call('POST', '/me/message_attachments', { message });
    expect(json).toEqual({ attachment_id: expect.stringMatching(/^\d{16}$/) });
    const { attachment_id } = json;
    await run(() =>
      send({ message: { attachment: { type: 'video', payload: { attachment_id } } } }),
    );
    const content = { kind: 'media', url: payload.url, mimeType: 'video/mp4' };
    expect(shown).toMatchObject([{ content }]);
  });

  it('shows quick replies, their titles as long as the screen has room', async () => {
    const { send, shown, run } = await opened();
    await run(() => send(replies('x'.repeat(25), 'No')));
    const choices = [
      { id: 'q0', title: 'x'.repeat(20) },
      { id: 'q1', title: 'No' },
    ];
    expect(shown).toMatchObject([{ content: { text: 'Sure?', choices } }]);
  });

  it('sender actions are answered without a message id', async () => {
    const { send } = await opened();
    for (const sender_action of ['typing_on', 'typing_off', 'mark_seen']) {
      expect((await send({ sender_action })).json).toEqual({ recipient_id: PERSON });
    }
    const mid = (await send()).json.message_id;
    const react = (message_id: string) =>
      send({ sender_action: 'react', payload: { message_id, reaction: '👍' } });
    expect((await react(mid)).json).toEqual({ recipient_id: PERSON });
    expect((await react(`m_${'A'.repeat(86)}`)).json.error.code).toBe(100);
  });
});

describe('a send that is refused', () => {
  const attachment = (type: string, payload: object) => ({
    message: { attachment: { type, payload } },
  });
  const template = (payload: object) => attachment('template', payload);
  const button = { type: 'postback', title: 'a', payload: 'a' };

  it.each([
    ['no recipient', { recipient: undefined }, 100, undefined],
    ['nobody by that id', { recipient: { id: '4711' } }, 100, 2018001],
    ['a phone number', { recipient: { phone_number: '+1(200)5550001' } }, 100, 2018001],
    ['no message', { message: undefined }, 100, undefined],
    ['an empty message', { message: {} }, 100, 2018034],
    ['an empty text', { message: { text: '' } }, 100, 2018034],
    ['a text of 2001', { message: { text: 'x'.repeat(2001) } }, 100, undefined],
    ['a text that is none', { message: { text: 7 } }, 100, 2018034],
    ['fourteen quick replies', replies(...'abcdefghijklmn'), 100, undefined],
    ['a quick reply without title', replies(''), 100, undefined],
    ['quick replies that are none', { message: { text: 'x', quick_replies: 'a' } }, 100, undefined],
    ['an unknown attachment', attachment('hologram', {}), 100, undefined],
    ['media without address', attachment('image', {}), 100, undefined],
    ['media that can’t be fetched', attachment('image', { url: 'a.jpg' }), 100, 2018047],
    ['an attachment of no known id', attachment('image', { attachment_id: '1' }), 100, undefined],
    ['a template of no type', template({}), 100, undefined],
    [
      'four buttons',
      template({ template_type: 'button', text: 'x', buttons: [button, button, button, button] }),
      100,
      undefined,
    ],
    ['no buttons', template({ template_type: 'button', text: 'x' }), 100, undefined],
    [
      'a button text of 641',
      template({ template_type: 'button', text: 'x'.repeat(641), buttons: [button] }),
      100,
      undefined,
    ],
    ['eleven elements', template({ template_type: 'generic', elements: Array(11).fill({}) }), 100],
    ['an unknown type', { messaging_type: 'X' }, 100, undefined],
    ['a tag without name', { messaging_type: 'MESSAGE_TAG' }, 100, undefined],
    ['a tag that is no more', { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' }, 100],
    ['an unknown action', { sender_action: 'dance' }, 100, undefined],
    ['action and message', { sender_action: 'typing_on', message: { text: 'x' } }, 100, undefined],
  ])('%s', async (_, fields, code, subcode?: number) => {
    const { send, shown, run } = await opened();
    const { status, json } = await run(() => send(fields));
    expect(status).toBe(400);
    expect(json).toEqual({
      error: {
        message: expect.stringMatching(new RegExp(`^\\(#${code}\\) \\w`)),
        type: 'OAuthException',
        code,
        ...(subcode !== undefined && { error_subcode: subcode }),
        fbtrace_id: expect.stringMatching(/^A\w+$/),
      },
    });
    expect(shown).toEqual([]);
  });

  it('at the boundary it is not', async () => {
    const { send } = await opened();
    const fits = [
      { message: { text: 'x'.repeat(2000) } },
      { message: { text: '😀'.repeat(2000) } },
      replies(...'abcdefghijklm'),
      template({
        template_type: 'button',
        text: 'x'.repeat(640),
        buttons: [button, button, button],
      }),
      template({ template_type: 'generic', elements: Array(10).fill({ title: 'x' }) }),
    ];
    for (const fields of fits) expect((await send(fields)).status).toBe(200);
  });

  it('by a file that is too large', async () => {
    const { call, account } = await opened({ limits: { attachmentBytes: 2 } });
    const message = JSON.stringify({ attachment: { type: 'file', payload: {} } });
    const { contentType, body } = writeMultipart(
      [
        { name: 'message', contentType: '', body: Buffer.from(message) },
        { name: 'filedata', filename: 'a', contentType: 'text/plain', body: Buffer.from('abc') },
      ],
      'b',
    );
    const headers = { 'content-type': contentType, authorization: `Bearer ${account.accessToken}` };
    const { json } = await call('POST', '/me/message_attachments', body, headers);
    expect(json.error).toMatchObject({ code: 100, error_subcode: 2018109 });
  });

  it('by a body that is no JSON, though it says so', async () => {
    const { call, account } = await opened();
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${account.accessToken}`,
    };
    for (const body of ['{"recipient":', '[]', '"x"']) {
      const { status, json } = await call('POST', '/me/messages', body, headers);
      expect([status, json.error.code]).toEqual([400, 100]);
    }
  });
});

describe('credentials', () => {
  it('wrong and missing ones', async () => {
    const { call } = await opened();
    const wrong = await call('GET', '/me?access_token=x', '', {});
    expect(wrong.status).toBe(400);
    expect(wrong.headers['www-authenticate']).toMatch(/^OAuth "Facebook Platform" "invalid_token"/);
    expect(wrong.json.error).toMatchObject({ type: 'OAuthException', code: 190 });
    const none = await call('GET', '/me', '', {});
    expect(none.json.error).toMatchObject({ type: 'OAuthException', code: 104 });
  });

  it('the proof is checked where there is one, or where the app wants it', async () => {
    const lenient = await opened();
    const { appSecret, accessToken } = lenient.account;
    const right = proofOf(appSecret, accessToken);
    const get = async (world: typeof lenient, proof?: string) => {
      const query = proof === undefined ? '' : `?appsecret_proof=${proof}`;
      const { status, json } = await world.call('GET', `/me${query}`);
      return json.error?.type ?? status;
    };
    expect(await get(lenient)).toBe(200);
    expect(await get(lenient, right)).toBe(200);
    expect(await get(lenient, `${right.slice(0, -1)}x`)).toBe('GraphMethodException');
    const strict = await opened({ account: { requireProof: 'on' } });
    expect(await get(strict)).toBe('GraphMethodException');
    expect(await get(strict, right)).toBe(200);
  });
});

describe('paths that lead nowhere', () => {
  it.each([
    ['POST', '/v25.0/4711/messages', 100, 33],
    ['GET', '/4711', 100, 33],
    ['DELETE', `/${PAGE}`, 100, 33],
    ['GET', '/me/messages', 100, 33],
    ['GET', '/', 100, 33],
    ['GET', '/me/constructor', 2500, undefined],
    ['POST', '/v25.0/me/messages/more', 2500, undefined],
  ])('%s %s', async (method, path, code, subcode) => {
    const { call } = await opened();
    const { status, json } = await call(method, path);
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code, message: expect.stringMatching(/^Un(supp|known)/) });
    expect(json.error.error_subcode).toBe(subcode);
  });
});
