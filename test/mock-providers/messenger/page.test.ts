import { describe, expect, it } from 'vitest';
import { createWorld, PAGE, PERSON, text } from './world.ts';

describe('the page', () => {
  it('has a profile that is set, read and removed by field', async () => {
    const { call } = createWorld();
    const path = '/v25.0/me/messenger_profile';
    const greeting = [{ locale: 'default', text: 'Hello' }];
    const get_started = { payload: 'START' };
    expect((await call('GET', `${path}?fields=greeting`)).json).toEqual({ data: [] });
    const set = await call('POST', path, { greeting, get_started });
    expect([set.status, set.json]).toEqual([200, { result: 'success' }]);
    const found = await call('GET', `${path}?fields=greeting,get_started,ice_breakers`);
    expect(found.json).toEqual({ data: [{ greeting, get_started }] });
    await call('DELETE', path, { fields: ['greeting'] });
    expect((await call('GET', `${path}?fields=greeting,get_started`)).json).toEqual({
      data: [{ get_started }],
    });
    expect((await call('POST', path, { nonsense: 1 })).json.error.code).toBe(100);
  });

  it('is told only of what it subscribes to', async () => {
    const world = createWorld();
    const path = `/${PAGE}/subscribed_apps`;
    const { data } = (await world.call('GET', path)).json;
    expect(data).toMatchObject([{ id: world.account.appId }]);
    expect(data[0].subscribed_fields).toEqual([
      'messages',
      'messaging_postbacks',
      'message_deliveries',
      'message_reads',
      'message_reactions',
    ]);
    const only = new URLSearchParams({ subscribed_fields: 'messages,message_echoes' });
    expect((await world.call('POST', `${path}?${only}`)).json).toEqual({ success: true });
    await world.run(async () => {
      await world.phone.send(text('hi'));
      await world.send();
    });
    expect(world.events().map(({ message }) => Object.keys(message ?? {}))).toEqual([
      ['mid', 'text'],
      ['mid', 'is_echo', 'app_id', 'text'],
    ]);
    expect((await world.call('DELETE', path)).json).toEqual({ success: true });
    expect((await world.call('GET', path)).json).toEqual({ data: [] });
    expect(await world.run(() => world.phone.send(text('hi')))).toEqual({
      ok: false,
      reason: 'not subscribed to messages',
    });
  });

  it('answers for the handing over of threads', async () => {
    const { call, account } = createWorld();
    for (const verb of ['pass', 'take', 'request', 'release']) {
      const path = `/me/${verb}_thread_control`;
      const body = { recipient: { id: PERSON }, target_app_id: 263902037430900 };
      expect((await call('POST', path, body)).json).toEqual({ success: true });
      expect((await call('POST', path, {})).json.error.code).toBe(100);
    }
    expect((await call('GET', `/me/thread_owner?recipient=${PERSON}`)).json).toEqual({
      data: [{ thread_owner: { app_id: account.appId } }],
    });
    expect((await call('GET', '/me/secondary_receivers')).json).toEqual({ data: [] });
  });

  it('has personas', async () => {
    const { call } = createWorld();
    const persona = { name: 'Bo', profile_picture_url: 'https://x.test/bo.png' };
    const { id } = (await call('POST', '/me/personas', persona)).json;
    expect((await call('GET', `/${id}`)).json).toEqual({ id, ...persona });
    expect((await call('GET', '/me/personas')).json).toEqual({ data: [{ id, ...persona }] });
    expect((await call('DELETE', `/${id}`)).json).toEqual({ success: true });
    expect((await call('GET', `/${id}`)).json.error.error_subcode).toBe(33);
  });

  it('is known by its id, as people are', async () => {
    const { call, phone, account } = createWorld();
    expect((await call('GET', '/me?fields=name')).json).toEqual({ name: 'fb', id: PAGE });
    const { json } = await call('GET', `/${PERSON}?fields=first_name,last_name`);
    expect(json).toEqual({ first_name: 'Ada', last_name: 'Lovelace', id: PERSON });
    phone.disconnect();
    expect((await call('GET', `/${PERSON}`)).json).toEqual({ id: PERSON });
    const debug = await call('GET', `/debug_token?input_token=${account.accessToken}`);
    expect(debug.json.data).toMatchObject({ is_valid: true, app_id: account.appId, type: 'PAGE' });
    expect((await call('GET', '/debug_token?input_token=x')).json.data.is_valid).toBe(false);
  });
});

describe('a batch', () => {
  const send = (words: string, more: object = {}) => ({
    method: 'POST',
    relative_url: 'me/messages',
    body: `${new URLSearchParams({
      recipient: JSON.stringify({ id: PERSON }),
      message: JSON.stringify({ text: words }),
    })}`,
    ...more,
  });

  it('is carried out in order; each answer has its code, headers and body', async () => {
    const world = createWorld();
    const { json, status } = await world.run(async () => {
      await world.phone.send(text('hi'));
      return world.call('POST', '/v6.0/', {
        batch: [send('1'), send(''), { method: 'GET', relative_url: `${PAGE}?fields=id` }],
      });
    });
    expect(status).toBe(200);
    expect(json.map(({ code }: { code: number }) => code)).toEqual([200, 400, 200]);
    expect(JSON.parse(json[0].body)).toMatchObject({ recipient_id: PERSON });
    expect(JSON.parse(json[1].body).error).toMatchObject({ code: 100, error_subcode: 2018034 });
    expect(JSON.parse(json[2].body)).toEqual({ id: PAGE });
    expect(json[0].headers).toContainEqual({
      name: 'content-type',
      value: 'application/json; charset=UTF-8',
    });
    expect(world.shown.map(({ content }) => content)).toEqual([text('1')]);
  });

  it('takes the token as it comes, a form, and no headers', async () => {
    const world = createWorld();
    const form = new URLSearchParams({
      access_token: world.account.accessToken,
      include_headers: 'false',
      batch: JSON.stringify([{ method: 'GET', relative_url: 'me' }]),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { json } = await world.call('POST', '/', `${form}`, headers);
    expect(json).toEqual([{ code: 200, body: JSON.stringify({ name: 'fb', id: PAGE }) }]);
    const wrong = await world.call('POST', '/', { access_token: 'x', batch: [send('1')] }, {});
    expect(wrong).toMatchObject({ status: 400, json: { error: { code: 190 } } });
  });

  it('leaves out what others depend on, and what depends on a failure', async () => {
    const world = createWorld();
    const { json } = await world.run(async () => {
      await world.phone.send(text('hi'));
      return world.call('POST', '/', {
        batch: [
          send('1', { name: 'first' }),
          send('2', { depends_on: 'first' }),
          send('', { name: 'bad' }),
          send('3', { depends_on: 'bad', name: 'third' }),
          send('4', { depends_on: 'third' }),
        ],
      });
    });
    expect(json.map((one: { code: number } | null) => one?.code ?? null)).toEqual([
      null,
      200,
      400,
      null,
      null,
    ]);
    expect(world.shown.map(({ content }) => content)).toEqual([text('1'), text('2')]);
  });

  it('is refused when it is too much, or none', async () => {
    const { call } = createWorld();
    const many = Array.from({ length: 51 }, () => ({ method: 'GET', relative_url: 'me' }));
    for (const batch of [many, 'x', undefined]) {
      const { status, json } = await call('POST', '/', { batch });
      expect([status, json.error.type]).toEqual([400, 'GraphBatchException']);
    }
    expect((await call('POST', '/', { batch: many.slice(1) })).json).toHaveLength(50);
  });
});
