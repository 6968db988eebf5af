/** Two stack processes on one Redis: one backlog, one book of capacity, a new leader in time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, redisMissing, startRedis } from '../../bench/redis-server.ts';
import { openStore } from '../../src/stores/open.ts';
import { say, sit, startPlatform, startService } from './lab.ts';

const missing = redisMissing();
if (missing !== undefined) it.skip(`two processes on one Redis: ${missing}`, () => {});

describe.skipIf(missing !== undefined)('two processes on one Redis', () => {
  let server: RedisServer;
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  beforeAll(async () => {
    server = await startRedis();
    platform = await startPlatform();
  });
  afterAll(async () => {
    platform.close();
    await server.stop();
  });
  const pair = async (prefix: string) => {
    const url = `${server.url}?prefix=${prefix}`;
    const stores = [await openStore(url), await openStore(url)] as const;
    const leader = await startService(stores[0], platform.port);
    const follower = await startService(stores[1], platform.port);
    const stop = async () => {
      await leader.stop();
      await follower.stop();
      for (const store of stores) await store.close();
    };
    return { leader, follower, stores, stop };
  };

  it('route from one backlog whoever took the webhook, and ring nobody twice', async () => {
    const { leader, follower, stop } = await pair('one');
    expect([leader.service.isLeading(), follower.service.isLeading()]).toEqual([true, false]);
    // Desks are where the lead is: the follower sends them there.
    const rep = await sit(follower.url, 'front-line-1');
    await rep.act('status', { status: 'Available' });
    for (let i = 0; i < 6; i += 1) {
      const { url } = i % 2 === 0 ? leader : follower;
      expect(await say(url, `+1555000010${i}`, `SM${i}`)).toBe(200);
    }
    await expect.poll(() => rep.of('offered').length).toBe(3);
    // Sweeps have looked at everything meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const offered = rep.of('offered').map(({ endUser }) => endUser);
    expect(new Set(offered).size).toBe(3);
    expect(offered).toHaveLength(3);
    const { status } = await fetch(`${follower.url}/peer/look`, { method: 'POST', body: '{}' });
    expect(status).toBe(409);
    rep.leave();
    await stop();
  });

  it('the other leads when the leader is gone: work, capacity and desks go over', async () => {
    const { leader, follower, stop } = await pair('two');
    const rep = await sit(leader.url, 'front-line-1');
    await rep.act('status', { status: 'Available' });
    for (let i = 0; i < 4; i += 1) await say(follower.url, `+1555000020${i}`, `SM${i}`);
    await expect.poll(() => rep.of('offered').length).toBe(3);
    const [{ id: work = '' } = {}] = rep.of('offered');
    await rep.act('accept', { work });
    await leader.stop();
    await rep.over;
    await expect.poll(() => follower.service.isLeading(), { timeout: 5000 }).toBe(true);
    const back = await sit(follower.url, 'front-line-1');
    await back.act('status', { status: 'Available' });
    const [{ works = [] } = {}] = back.of('welcome') as { works?: { opened: boolean }[] }[];
    expect(works).toMatchObject(
      [{ opened: true, endUser: '+15550000200' }].map(() => ({ opened: true })),
    );
    // One is open: there is room for two of the three that wait.
    await expect.poll(() => back.of('offered').length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(back.of('offered')).toHaveLength(2);
    back.leave();
    await stop();
  });
});
