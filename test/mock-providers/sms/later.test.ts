/** Messages that are not sent at once, or not as they stand; what is told of them later. */
import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

const SERVICE = `MG${'0a'.repeat(16)}`;
const TO = '+12005550101';
const MINUTE = 60_000;

type World = ReturnType<typeof createWorld>;

const create = (world: World, fields: Record<string, string>) =>
  world.call('POST', '/Messages.json', { From: '+15005550006', ...fields });

/** When virtual time begins. */
const NOW = Date.UTC(2026, 10, 23, 3, 10);

const inMinutes = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

const scheduled = (minutes: number) => ({
  To: TO,
  Body: 'later',
  MessagingServiceSid: SERVICE,
  ScheduleType: 'fixed',
  SendAt: inMinutes(minutes),
});

describe('a scheduled message', () => {
  it('goes when its time has come', async () => {
    const world = createWorld();
    const at: number[] = [];
    world.provider.connect(TO, 'x', () => at.push(world.clock.now()));
    await world.run(async () => {
      const { status, body: json } = await create(world, scheduled(20));
      expect([status, json.status]).toEqual([201, 'scheduled']);
    });
    expect(at).toEqual([20 * MINUTE + 1000]);
  });

  it('does not go when it was cancelled', async () => {
    const world = createWorld();
    const shown: unknown[] = [];
    world.provider.connect(TO, 'x', (message) => shown.push(message));
    await world.run(async () => {
      const { body: json } = await create(world, scheduled(20));
      const path = `/Messages/${json.sid}.json`;
      expect((await world.call('POST', path, { Status: 'canceled' })).body.status).toBe('canceled');
    });
    expect(shown).toEqual([]);
  });

  it.each([
    ['too soon', scheduled(10), 35114],
    ['too far', scheduled(36 * 24 * 60), 35114],
    ['at no time', { ...scheduled(20), SendAt: 'soon' }, 35111],
    [
      'without a service',
      { ...scheduled(20), MessagingServiceSid: '', From: '+15005550006' },
      35118,
    ],
  ])('%s is refused', async (_, fields, code) => {
    const world = createWorld();
    const { status, body: json } = await world.run(() => create(world, fields));
    expect([status, json.code]).toEqual([400, code]);
  });
});

describe('a content template', () => {
  const sid = `HX${'1b'.repeat(16)}`;
  const send = (ContentSid: string) => {
    const world = createWorld({ account: { contentTemplates: `${sid}=Hello {{1}}, {{2}}` } });
    const ContentVariables = JSON.stringify({ 1: 'Ann' });
    return world.run(() => create(world, { To: TO, ContentSid, ContentVariables }));
  };

  it('is filled in', async () => {
    expect((await send(sid)).body).toMatchObject({ body: 'Hello Ann, {{2}}', status: 'queued' });
  });

  it('that nobody has is refused', async () => {
    expect((await send(`HX${'00'.repeat(16)}`)).body).toMatchObject({ code: 21655 });
  });
});

it('lists by the day of sending', async () => {
  const world = createWorld();
  await world.run(async () => {
    await create(world, { To: TO, Body: 'today' });
    await world.clock.sleep(24 * 60 * MINUTE);
    await create(world, { To: TO, Body: 'tomorrow' });
    await world.clock.sleep(10_000);
    const bodies = async (query: string) => {
      const { body: json } = await world.call('GET', `/Messages.json?${query}`);
      return json.messages.map(({ body }: { body: string }) => body);
    };
    expect(await bodies('DateSent=2026-11-23')).toEqual(['today']);
    expect(await bodies('DateSent%3E=2026-11-24')).toEqual(['tomorrow']);
    expect(await bodies('DateSent%3C=2026-11-23')).toEqual(['today']);
    expect(await bodies('')).toEqual(['tomorrow', 'today']);
  });
});

it('takes feedback, and tells of media', async () => {
  const world = createWorld();
  await world.run(async () => {
    const { body: json } = await create(world, { To: TO, MediaUrl: 'https://files.test/a.png' });
    const feedback = await world.call('POST', `/Messages/${json.sid}/Feedback.json`, {
      Outcome: 'unconfirmed',
    });
    expect(feedback.body).toMatchObject({ message_sid: json.sid, outcome: 'unconfirmed' });
    const { body: media } = await world.call('GET', `/Messages/${json.sid}/Media.json`);
    expect(media.media_list).toMatchObject([{ parent_sid: json.sid }]);
    const [{ sid }] = media.media_list;
    const item = await world.call('GET', `/Messages/${json.sid}/Media/${sid}.json`);
    expect(item.body).toMatchObject({ sid, parent_sid: json.sid });
  });
});

it('says which keyword a message is, where opting out is advanced', async () => {
  const typeOf = async (text: string, account: Record<string, string>) => {
    const world = createWorld({ account });
    await world.run(() => world.phone.send({ kind: 'text', text }));
    return world.calls[0]?.fields.OptOutType;
  };
  const advanced = { advancedOptOut: 'on' };
  expect(await typeOf('stop', advanced)).toBe('STOP');
  expect(await typeOf('HELP', advanced)).toBe('HELP');
  expect(await typeOf('stop it', advanced)).toBeUndefined();
  expect(await typeOf('stop', {})).toBeUndefined();
});
