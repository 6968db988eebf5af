/** Platforms that ask a webhook whether it is one, and adapters that answer. */
import { expect, it } from 'vitest';
import { PROVIDERS } from '../../mock-providers/index.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { CHANNEL_KINDS } from '../../src/channels/index.ts';
import { channelOf } from '../channels/driving.ts';

const WEBHOOK = 'http://stack.test/hook';

async function verify(type: 'line' | 'messenger' | 'whatsapp', account = {}) {
  const clock = createVirtualClock({ originMs: 1_700_000_000_000 });
  const address = CHANNEL_KINDS[type].address.example;
  const settings = { apiUrl: 'http://platform.test', webhookUrl: WEBHOOK };
  const channel = channelOf(type, { address, account });
  const adapter = CHANNEL_KINDS[type].createAdapter({ channel, ...settings });
  const provider = PROVIDERS[type]({
    channelId: type,
    channel: channelOf(type, { address }),
    clock,
    transport: { send: async (request) => adapter.receive(request, clock.originMs).response },
    webhookUrl: WEBHOOK,
    publicUrl: settings.apiUrl,
    random: () => 0.5,
    delays: { inboundMs: () => 0, deliveryMs: () => 0, readMs: () => undefined },
    batchMs: () => 0,
  });
  const verdicts: unknown[] = [];
  clock.spawn('verify', async () => {
    verdicts.push(await provider.verify?.());
  });
  await clock.run();
  return verdicts[0];
}

it.each([
  ['messenger', { verifyToken: 'another' }, '403'],
  ['whatsapp', { verifyToken: 'another' }, '403'],
  ['line', { channelSecret: 'another' }, '401'],
] as const)('%s takes the webhook of its channel, and no other', async (type, account, status) => {
  expect(await verify(type)).toMatchObject({ ok: true });
  expect(await verify(type, account)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(status),
  });
});
