/**
 * The mock against an independent Messenger client and two validators of Meta's signatures, all
 * unmodified, over real sockets; and the adapter beside them.
 */
import { verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { MessengerBatch, MessengerClient } from 'messaging-api-messenger';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Content } from '../../src/message.ts';
import { createOutbox } from '../../src/outbox.ts';
import { outbound } from '../channels/driving.ts';
import { account, BLOCKED, createLab, type Lab, PAGE, SILENT } from './messenger-lab.ts';

const { accessToken, appSecret, appId, verifyToken } = account;

let lab: Lab;
beforeAll(async () => {
  lab = await createLab();
});
beforeEach(() => lab.forget());
afterAll(() => lab.close());

it('webhooks are valid to others, in both signatures, and only as they came', async () => {
  const { to, mid } = await lab.connect(1);
  expect(lab.judged).toEqual([{ newer: true, older: true, kapso: true, ok: true }]);
  const text = 'Grüße / ☕ 😀';
  expect(lab.events).toMatchObject([
    { kind: 'message', messageId: mid, from: to, content: { kind: 'text', text } },
  ]);
  const [{ body, headers } = { body: Buffer.alloc(0), headers: {} as Record<string, string> }] =
    lab.requests;
  const signatureHeader = headers['x-hub-signature-256'] ?? '';
  const again = JSON.stringify(JSON.parse(body.toString()));
  expect(body.toString()).toContain('Gr\\u00fc\\u00dfe \\/ \\u2615 \\ud83d\\ude00');
  expect(verifySignature({ appSecret, rawBody: again, signatureHeader })).toBe(false);
  expect(verifySignature({ appSecret: 'x', rawBody: body, signatureHeader })).toBe(false);
});

describe('messaging-api-messenger against the mock', () => {
  const createClient = (token = accessToken, secret = appSecret) =>
    new MessengerClient({ accessToken: token, appId, appSecret: secret, origin: lab.apiUrl });

  it('sends text, quick replies, buttons and media', async () => {
    const client = createClient();
    const { to, phone } = await lab.connect(2);
    const sent = await client.sendText(to, 'hello');
    expect(sent).toEqual({ recipientId: to, messageId: expect.stringMatching(/^m_[\w-]{86}$/) });
    await client.sendMessage(to, {
      text: 'Sure?',
      quickReplies: [{ contentType: 'text', title: 'Yes', payload: 'Y' }],
    });
    await client.sendButtonTemplate(to, 'Which?', [
      { type: 'postback', title: 'Red', payload: 'R' },
    ]);
    await client.sendImage(to, 'https://x.test/a.png');
    await lab.clock.settled();
    const url = 'https://x.test/a.png';
    expect(lab.shown.map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'hello' },
      { kind: 'text', text: 'Sure?', choices: [{ id: 'Y', title: 'Yes' }] },
      { kind: 'text', text: 'Which?', choices: [{ id: 'R', title: 'Red' }] },
      { kind: 'media', url, mimeType: 'image/jpeg' },
    ]);
    expect(lab.events).toContainEqual({
      kind: 'receipt',
      messageId: sent.messageId,
      to,
      status: 'delivered',
    });
    expect(lab.events.filter(({ kind }) => kind === 'watermark')).toHaveLength(4);

    lab.events.length = 0;
    await phone.send({ kind: 'choice', id: 'Y', title: 'Yes' });
    await phone.send({ kind: 'choice', id: 'R', title: 'Red' });
    await phone.send({ kind: 'reaction', emoji: '👍', messageId: sent.messageId });
    expect(lab.events).toMatchObject([
      { content: { kind: 'choice', id: 'Y', title: 'Yes' } },
      { content: { kind: 'choice', id: 'R', title: 'Red' } },
      { content: { kind: 'reaction', emoji: '👍', messageId: sent.messageId } },
    ]);
    expect(lab.judged.every((one) => Object.values(one).every(Boolean))).toBe(true);
  });

  it('shows typing and reading, uploads, and sends what it uploaded', async () => {
    const client = createClient();
    const { to } = await lab.connect(3);
    expect(await client.typingOn(to)).toEqual({ recipientId: to });
    expect(await client.typingOff(to)).toEqual({ recipientId: to });
    expect(await client.markSeen(to)).toEqual({ recipientId: to });
    const file = Buffer.from('not really a picture');
    const { attachmentId } = await client.uploadImage(file, {
      filename: 'a.png',
      isReusable: true,
    });
    await client.sendImage(to, { attachmentId });
    await client.sendFile(to, Buffer.from('words'));
    await lab.clock.settled();
    expect(lab.shown.map(({ content }) => content)).toMatchObject([
      { kind: 'media', url: `${lab.apiUrl}/${attachmentId}`, mimeType: 'image/png' },
      { kind: 'media', mimeType: 'application/octet-stream' },
    ]);
  });

  it('sends batches', async () => {
    const client = createClient();
    const { to } = await lab.connect(4);
    const answers = await client.sendBatch([
      MessengerBatch.sendText(to, 'one & two + three'),
      MessengerBatch.sendText('4711', 'nobody'),
      MessengerBatch.sendText(to, '☕'),
    ]);
    expect(answers).toMatchObject([
      { code: 200, body: { recipientId: to, messageId: expect.any(String) } },
      { code: 400, body: { error: { code: 100, errorSubcode: 2018001 } } },
      { code: 200 },
    ]);
    await lab.clock.settled();
    expect(lab.texts()).toEqual(['one & two + three', '☕']);
  });

  it('reads and sets what belongs to the page', async () => {
    const client = createClient();
    const { to } = await lab.connect(5);
    expect(await client.getPageInfo()).toEqual({ name: 'fb', id: PAGE });
    expect(await client.getUserProfile(to, { fields: ['first_name', 'last_name'] })).toEqual({
      firstName: 'Zoë',
      lastName: 'Long',
      id: to,
    });
    await client.setGetStarted('START');
    expect(await client.getGetStarted()).toEqual({ payload: 'START' });
    await client.deleteGetStarted();
    expect(await client.getGetStarted()).toBeNull();
    const persona = { name: 'Bo', profilePictureUrl: 'https://x.test/bo.png' };
    const { id } = await client.createPersona(persona);
    expect(await client.getPersona(id)).toEqual({ id, ...persona });
    expect(await client.getAllPersonas()).toEqual([{ id, ...persona }]);
    expect(await client.deletePersona(id)).toEqual({ success: true });
    expect(await client.passThreadControl(to, 263902037430900, 'over')).toEqual({ success: true });
    expect(await client.getThreadOwner(to)).toEqual({ appId });
    expect(await client.debugToken()).toMatchObject({ isValid: true, appId, profileId: PAGE });
  });

  it.each([
    ['nobody it knows', '4711', 'OAuthException (code: 100|#100|No matching user found'],
    ['who has blocked it', BLOCKED, '551'],
    ['who never wrote', SILENT, 'outside of allowed window'],
  ])('fails as the client knows it: to %s', async (_, to, words) => {
    const error = await createClient()
      .sendText(to, 'x')
      .catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(new RegExp(words.replace('(', '\\(')));
  });

  it('fails with a wrong token, and with a wrong proof', async () => {
    const { to } = await lab.connect(6);
    await expect(createClient('wrong').sendText(to, 'x')).rejects.toThrow(/190.*OAuthException/);
    const forged = createClient(accessToken, 'another secret').sendText(to, 'x');
    await expect(forged).rejects.toThrow(/appsecret_proof/);
    expect(await createClient().sendText(to, 'x')).toMatchObject({ recipientId: to });
    await lab.clock.settled();
  });
});

describe('the adapter against the mock', () => {
  const send = (to: string, content: Content) => {
    const outbox = createOutbox(new Map([['fb', lab.adapter]]), lab.transport, lab.clock);
    return outbox.send('fb', outbound(to, content));
  };

  it('sends what the mock takes, split where it must be', async () => {
    const { to } = await lab.connect(9);
    const text = 'word '.repeat(500).trim();
    expect(await send(to, { kind: 'text', text })).toMatchObject({ ok: true });
    await lab.clock.settled();
    expect(lab.shown).toHaveLength(2);
    expect(lab.texts().join(' ')).toBe(text);
  });

  it('understands its refusals', async () => {
    const text = { kind: 'text', text: 'x' } as const;
    expect(await send('4711', text)).toMatchObject({ failure: 'unreachable', code: '100/2018001' });
    expect(await send(BLOCKED, text)).toMatchObject({ failure: 'unreachable' });
    expect(await send(SILENT, text)).toMatchObject({ failure: 'outsideWindow' });
  });

  it('shakes hands as Meta asks it to', async () => {
    const query = `hub.mode=subscribe&hub.challenge=42&hub.verify_token=${verifyToken}`;
    const url = `${lab.webhookUrl}?${query}`;
    const answer = await lab.transport.send({
      method: 'GET',
      url,
      headers: {},
      body: Buffer.alloc(0),
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, '42']);
  });
});
