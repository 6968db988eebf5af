import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeJson } from '../../../mock-providers/meta.ts';
import { StackError } from '../../../src/errors.ts';
import { respond } from '../../../src/http.ts';
import { buttons, CUSTOMER, createWorld, list } from './world.ts';

const text = (text: string) => ({ kind: 'text', text }) as const;

describe('the bytes', () => {
  it('are escaped as Meta does it', () => {
    expect(escapeJson('{"a":"é ☕/😀"}')).toBe('{"a":"\\u00e9 \\u2615\\/\\ud83d\\ude00"}');
    expect(escapeJson('{"a":"plain ~ \\" \\\\"}')).toBe('{"a":"plain ~ \\" \\\\"}');
  });

  it('are what is signed, by both schemes', async () => {
    const world = createWorld();
    const said = 'é/☕';
    await world.run(() => world.phone.send(text(said)));
    const [call] = world.calls;
    const { headers, body, method, url } = call!.request;
    expect([method, url]).toEqual(['POST', 'http://stack.test/webhooks/wa']);
    expect(body.toString()).toContain('\\u00e9\\/\\u2615');
    expect(body.every((byte) => byte < 0x80)).toBe(true);
    const hmac = (hash: string) =>
      createHmac(hash, world.account.appSecret).update(body).digest('hex');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'x-hub-signature': `sha1=${hmac('sha1')}`,
      'x-hub-signature-256': `sha256=${hmac('sha256')}`,
      'user-agent': 'facebookexternalua',
      accept: '*/*',
    });
  });

  it('have the documented shape', async () => {
    const world = createWorld();
    const sent = await world.run(() => world.phone.send(text('hi')));
    expect(JSON.parse(world.calls[0]!.request.body.toString())).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: world.account.wabaId,
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: {
                  display_phone_number: '15550783881',
                  phone_number_id: world.account.phoneNumberId,
                },
                contacts: [
                  {
                    profile: { name: 'Ada é' },
                    wa_id: CUSTOMER,
                    user_id: `US.1349120${CUSTOMER}`,
                  },
                ],
                messages: [
                  {
                    from: CUSTOMER,
                    from_user_id: `US.1349120${CUSTOMER}`,
                    id: sent.ok && sent.messageId,
                    timestamp: String(Date.UTC(2026, 10, 23, 3, 10) / 1000),
                    type: 'text',
                    text: { body: 'hi' },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
    const id = Buffer.from(sent.ok ? sent.messageId.slice(6) : '', 'base64').toString('latin1');
    const address = `\x1c\x18\x0b${CUSTOMER}`;
    expect(id.slice(0, address.length + 6)).toBe(`${address}\x15\x02\0\x12\x18\x14`);
    expect(id.slice(address.length + 6)).toMatch(/^3A[0-9A-F]{18}\0$/);
  });
});

describe('what customers send', () => {
  it('a choice: a reply to the question, by its kind', async () => {
    const world = createWorld();
    const [asked, listed] = await world.run(async () => {
      await world.phone.send(text('hi'));
      const asked = await world.send(buttons('Yes', 'No'));
      const listed = await world.send(list('a', 'b'));
      await world.clock.sleep(2000);
      await world.phone.send({ kind: 'choice', id: 'b1', title: 'No' });
      await world.phone.send({ kind: 'choice', id: 'r0', title: 'a' });
      return [asked.json.messages[0].id, listed.json.messages[0].id];
    });
    expect(world.messages().slice(1)).toMatchObject([
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'No' } },
        context: { from: '15550783881', id: asked },
      },
      {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: 'r0', title: 'a' } },
        context: { from: '15550783881', id: listed },
      },
    ]);
  });

  it('a choice from no question: typed', async () => {
    const world = createWorld();
    await world.run(() => world.phone.send({ kind: 'choice', id: 'b1', title: 'No' }));
    const [message] = world.messages();
    expect(message).toMatchObject({ type: 'text', text: { body: 'No' } });
    expect(message?.context).toBeUndefined();
  });

  it.each([
    ['image/jpeg', 'image'],
    ['image/webp', 'sticker'],
    ['video/mp4', 'video'],
    ['audio/ogg; codecs=opus', 'audio'],
    ['application/pdf', 'document'],
  ] as const)('%s as %s', async (mimeType, type) => {
    const world = createWorld();
    const url = 'https://x.test/a';
    await world.run(() => world.phone.send({ kind: 'media', url, mimeType, caption: 'c' }));
    const [message] = world.messages();
    expect(message?.type).toBe(type);
    expect(message?.[type]).toEqual({
      mime_type: mimeType,
      sha256: expect.stringMatching(/^[\w+/]{43}=$/),
      id: expect.stringMatching(/^\d+$/),
      url,
      caption: 'c',
    });
  });
});

describe('a webhook that is not taken', () => {
  it('is sent again at once, then after 1, 2, 4 … s, the same bytes', async () => {
    let left = 4;
    const world = createWorld({
      stack: () => {
        left -= 1;
        if (left === 2) throw new StackError('connectionRefused', 'stack.test');
        return respond(left >= 0 ? 503 : 200);
      },
    });
    const report = await world.run(() => world.phone.send(text('hi')));
    expect(report.ok).toBe(true);
    expect(world.calls.map(({ at }) => at)).toEqual([100, 100, 1100, 3100, 7100]);
    expect(new Set(world.calls.map(({ request }) => request)).size).toBe(1);
  });

  it('is given up after webhookRetries, 5 by default; only 200 is taken', async () => {
    const world = createWorld({ stack: () => respond(204) });
    const report = await world.run(() => world.phone.send(text('hi')));
    expect(report).toEqual({ ok: false, reason: '204' });
    expect(world.calls).toHaveLength(6);
    const once = createWorld({
      limits: { webhookRetries: 1 },
      stack: () => {
        throw new StackError('timedOut', 'stack.test');
      },
    });
    const given = await once.run(() => once.phone.send(text('hi')));
    expect(given).toEqual({ ok: false, reason: 'timedOut' });
    expect(once.calls).toHaveLength(2);
  });

  it('is given up after seven days, however many tries are left', async () => {
    const world = createWorld({ limits: { webhookRetries: 99 }, stack: () => respond(500) });
    await world.run(() => world.phone.send(text('hi')));
    expect(world.calls.length).toBeGreaterThan(15);
    expect(world.calls.at(-1)?.at).toBeLessThan(7 * 24 * 3_600_000);
  });

  it('fails the run when the fault is ours', async () => {
    const world = createWorld({
      stack: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(world.run(() => world.phone.send(text('hi')))).rejects.toThrow('a bug');
  });
});
