/** A stack process: its desks, health and metrics, and what it does when its store is away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StackError } from '../../src/errors.ts';
import { OMNI_DEFAULTS } from '../../src/org.ts';
import type { SessionStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { ORG, say, sit, startPlatform, startService } from './lab.ts';

let platform: Awaited<ReturnType<typeof startPlatform>>;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.close());

/** A stack on a store that can be taken away. */
async function process() {
  const store = createMemoryStore();
  let isAway = false;
  const fickle = Object.fromEntries(
    Object.entries(store).map(([name, method]) => [
      name,
      (...args: never[]) => {
        if (isAway) throw new StackError('storeUnavailable', 'the test');
        return (method as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as SessionStore;
  const service = await startService(fickle, platform.port);
  return {
    ...{ ...service, store },
    away(value: boolean) {
      isAway = value;
    },
  };
}

describe('a desk over HTTP', () => {
  it('rings, is accepted, shows what was said, replies, ends and closes', async () => {
    const { url, stop, errors } = await process();
    const rep = await sit(url, 'front-line-1');
    await expect.poll(() => rep.of('welcome')).toEqual([{ works: [] }]);
    expect(await rep.act('status', { status: 'Available' })).toMatchObject({ status: 200 });
    expect(await say(url, '+15550000001', 'SM1')).toBe(200);
    await expect.poll(() => rep.of('offered').length).toBe(1);
    const [{ id: work = '' } = {}] = rep.of('offered');
    expect((await rep.act('accept', { work })).body).toEqual({ accepted: true });
    const { entries } = (await rep.get(`works/${work}/entries`)) as { entries: unknown[] };
    expect(entries[0]).toMatchObject({ actor: 'EndUser', content: { text: 'hello' } });
    const { body } = await rep.act('reply', { work, text: 'How can I help?' });
    expect(body).toMatchObject({ ok: true });
    expect(platform.texts).toContain('How can I help?');
    await say(url, '+15550000001', 'SM2', 'my bill');
    await expect
      .poll(() => rep.of('message'))
      .toMatchObject([{ id: work, entry: { content: { text: 'my bill' } } }]);
    expect(await rep.get('works')).toMatchObject({ works: [{ id: work, opened: true }] });
    await rep.act('end', { work });
    await rep.act('close', { work });
    expect(await rep.get('works')).toEqual({ works: [] });
    rep.leave();
    await stop();
    expect(errors).toEqual([]);
  });

  it('says what is wrong with a call', async () => {
    const { url, stop } = await process();
    const rep = await sit(url, 'front-line-1');
    const refused = async (what: string, body: object) => {
      const { status, body: answer } = await rep.act(what, body);
      return [status, answer.error];
    };
    expect(await refused('status', { status: 'Dancing' })).toEqual([400, 'unknownStatus']);
    expect(await refused('status', {})).toEqual([400, 'badRequest']);
    expect(await refused('reply', { work: 'A99', text: 'hi' })).toEqual([404, 'unknownWork']);
    expect(await refused('reply', { work: 'A99' })).toEqual([400, 'badRequest']);
    expect(await refused('dance', {})).toEqual([404, 'notFound']);
    expect(await refused('constructor', {})).toEqual([404, 'notFound']);
    const broken = await fetch(`${url}/desk/front-line-1/accept`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
    const stranger = await fetch(`${url}/desk/nobody/events`);
    expect([stranger.status, ((await stranger.json()) as { error: string }).error]).toEqual([
      404,
      'unknownRep',
    ]);
    rep.leave();
    await stop();
  });

  it('counts a rep as gone who hangs up, when the grace is over, and not before', async () => {
    const { url, stop } = await process();
    const rep = await sit(url, 'front-line-1');
    await rep.act('status', { status: 'Available' });
    rep.leave();
    await rep.over;
    // Within the grace their work rings on; they see it when they are back.
    await say(url, '+15550000002', 'SM1');
    const back = await sit(url, 'front-line-1');
    await expect.poll(() => back.of('welcome')).toMatchObject([{ works: [{ opened: false }] }]);
    back.leave();
    await stop();
  });
});

describe('health and metrics', () => {
  it('say that it is ready, and count what happened', async () => {
    const { url, stop } = await process();
    await say(url, '+15550000003', 'SM1');
    await say(url, '+15550000003', 'SM1');
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toEqual([
      200,
      { status: 'ok', role: 'leader', version: '0' },
    ]);
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get('content-type')).toMatch('text/plain');
    const text = await metrics.text();
    expect(text).toMatch('rehearsal_messages_received_total{channel="sms-main"} 1');
    expect(text).toMatch('rehearsal_duplicates_total{channel="sms-main"} 1');
    expect(text).toMatch('rehearsal_queue_waiting{queue="front-line"} 1');
    expect(text).toMatch(/webhook_duration_seconds_count\{channel="sms-main",status="200"\} 2/);
    expect(text).toMatch('process_cpu_seconds_total');
    await stop();
  });

  it("count what the org's limits keep out of the queues", async () => {
    const org = { ...ORG, omni: { ...OMNI_DEFAULTS, maxItemsPerHour: 1 } };
    const { url, stop } = await startService(createMemoryStore(), platform.port, org);
    await say(url, '+15550000005', 'SM1');
    await say(url, '+15550000006', 'SM1');
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch('rehearsal_queue_waiting{queue="front-line"} 1');
    expect(text).toMatch('rehearsal_limit_exceeded_total{limit="maxItemsPerHour"} 1');
    await stop();
  });
});

describe('when the store is away', () => {
  it('sheds webhooks with 503, is not ready, and takes them when it is back', async () => {
    const { url, stop, away, store } = await process();
    away(true);
    expect(await say(url, '+15550000004', 'SM1')).toBe(503);
    expect((await fetch(`${url}/health`)).status).toBe(503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    away(false);
    expect(await say(url, '+15550000004', 'SM1')).toBe(200);
    expect(await store.history('sms-main:+15550000004')).toHaveLength(1);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await stop();
  });

  it('keeps what a rep did until it is back', async () => {
    const { url, stop, away, store } = await process();
    const rep = await sit(url, 'front-line-1');
    await rep.act('status', { status: 'Available' });
    await say(url, '+15550000005', 'SM1');
    await expect.poll(() => rep.of('offered').length).toBe(1);
    const [{ id: work = '' } = {}] = rep.of('offered');
    away(true);
    const accepting = rep.act('accept', { work });
    setTimeout(() => away(false), 400);
    expect((await accepting).body).toEqual({ accepted: true });
    expect((await store.load('sms-main:+15550000005', 0))?.session).toMatchObject({
      status: 'Active',
      rep: 'front-line-1',
    });
    rep.leave();
    await stop();
  });
});
