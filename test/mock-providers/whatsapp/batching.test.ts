/** What one webhook holds, and messages that are more than words. */
import { expect, it } from 'vitest';
import type { Envelope } from '../../../src/channels/whatsapp/wire.ts';
import { createWorld } from './world.ts';

const hi = { kind: 'text', text: 'hi' } as const;

it('is one update, unless batching is on: then all within its time, none lost', async () => {
  const sizes = async (batchMs: number) => {
    const world = createWorld({ batchMs });
    const reports = await world.run(() => Promise.all([1, 2, 3].map(() => world.phone.send(hi))));
    expect(reports.map(({ ok }) => ok)).toEqual([true, true, true]);
    return world.calls.map(({ request }) => {
      const envelope: Envelope = JSON.parse(request.body.toString());
      return envelope.entry.flatMap(({ changes }) => changes).length;
    });
  };
  expect(await sizes(0)).toEqual([1, 1, 1]);
  expect(await sizes(500)).toEqual([3]);
});

it('tells places and reactions as the platform does', async () => {
  const world = createWorld();
  await world.run(async () => {
    await world.phone.send({ kind: 'location', latitude: 1, longitude: 2, name: 'Here' });
    await world.phone.send({ kind: 'reaction', emoji: '👍', messageId: 'wamid.x' });
    await world.phone.send({ kind: 'reaction', emoji: '', messageId: 'wamid.x' });
  });
  expect(world.messages()).toMatchObject([
    { type: 'location', location: { latitude: 1, longitude: 2, name: 'Here' } },
    { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } },
    { type: 'reaction', reaction: { message_id: 'wamid.x' } },
  ]);
  expect(world.messages()[2]?.reaction).not.toHaveProperty('emoji');
});

it('takes a template with as many parameters as it has, and no other number', async () => {
  const world = createWorld({ account: { templates: 'shipped:2,any' } });
  const send = (name: string, count: number) => {
    const parameters = Array.from({ length: count }, () => ({ type: 'text', text: 'x' }));
    const components = count === 0 ? {} : { components: [{ type: 'body', parameters }] };
    const template = { name, language: { code: 'en_US' }, ...components };
    return world.send({ type: 'template', template });
  };
  await world.run(async () => {
    expect((await send('shipped', 2)).status).toBe(200);
    expect((await send('any', 7)).status).toBe(200);
    const { status, json } = await send('shipped', 1);
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 132000 });
    expect(json.error.error_data.details).toContain('(1)');
  });
});

it('gives back what was uploaded, to whoever has the token', async () => {
  const world = createWorld();
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('file', new File([Buffer.from([1, 2, 3])], 'a.png', { type: 'image/png' }));
  const encoded = new Response(form);
  const authorization = `Bearer ${world.account.accessToken}`;
  await world.run(async () => {
    const body = Buffer.from(await world.clock.hold(encoded.arrayBuffer()));
    const { id } = await world.provider
      .handle({
        method: 'POST',
        url: `http://graph.test/v25.0/${world.account.phoneNumberId}/media`,
        headers: { authorization, 'content-type': encoded.headers.get('content-type') ?? '' },
        body,
      })
      .then((response) => JSON.parse(response.body.toString()));
    const { json } = await world.call('GET', `/v25.0/${id}`);
    const fetched = await world.provider.handle({
      method: 'GET',
      url: json.url,
      headers: { authorization },
      body: Buffer.alloc(0),
    });
    expect([...fetched.body]).toEqual([1, 2, 3]);
    expect(fetched.headers['content-type']).toBe('image/png');
    const empty = { method: 'GET', url: json.url, headers: {}, body: Buffer.alloc(0) };
    expect((await world.provider.handle(empty)).status).toBe(401);
  });
});
