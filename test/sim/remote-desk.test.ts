/** Reps at the desks of a stack in another process, which has no lead for a while. */
import { expect, it } from 'vitest';
import { createRemoteDesk } from '../../sim/transport/remote-desk.ts';
import { respond } from '../../src/http.ts';
import { serve } from '../../src/server.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import { say, startPlatform, startService } from '../service/lab.ts';

it('goes on once there is a lead again; at the end nothing is left in the queue', async () => {
  const platform = await startPlatform();
  const stack = await startService(createMemoryStore(), platform.port);
  let isStarting = true;
  const desks = await serve(
    async (request) =>
      isStarting ? respond(503, 'starting\n') : await stack.service.handle(request),
    { name: 'stack', port: 0 },
  );
  const transport = createHttpTransport();
  const failures: string[] = [];
  const offered: string[] = [];
  const desk = createRemoteDesk({
    ...{ url: desks.url, transport },
    onFailure: (what) => failures.push(what),
  });
  const session = desk.connect('front-line-1', {
    offered: ({ endUser }) => offered.push(endUser),
    ...{ withdrawn() {}, message() {}, ended() {} },
  });
  session.setStatus('Available');
  await expect
    .poll(() => failures)
    .toEqual(['front-line-1 status: desk/front-line-1/status: it can not be done just now']);
  isStarting = false;
  expect(await say(stack.url, '+15550000007', 'SM1')).toBe(200);
  await expect.poll(() => offered, { timeout: 5000 }).toEqual(['sms-main:+15550000007']);
  for (let i = 10; i < 30; i += 1) await say(stack.url, `+155500000${i}`, 'SM1');
  await desk.close();
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  expect(metrics).toMatch('rehearsal_queue_waiting{queue="front-line"} 0');
  expect(metrics).toMatch('rehearsal_queue_reps_online{queue="front-line"} 0');
  expect(metrics).toMatch('rehearsal_sessions_ended_total{channel="sms-main",by="Agent"} 21');
  expect(offered.length, 'the rep heard of no work after the end').toBeLessThan(21);
  session.setStatus('Available');
  await transport.close();
  await desks.close();
  await stack.stop();
  platform.close();
  expect(failures, 'after the end nobody listens').toHaveLength(1);
});
