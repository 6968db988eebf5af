import { expect, it } from 'vitest';
import { createByocAdapter } from '../../../src/channels/byoc/adapter.ts';
import { createByocCcaasAdapter } from '../../../src/channels/byoc-ccaas/adapter.ts';
import { BYOC_CCAAS_LIMITS } from '../../../src/channels/byoc-ccaas/limits.ts';
import { BYOC_CCAAS_ACCOUNT } from '../../../src/channels/byoc-ccaas/wire.ts';
import { CHANNEL_KINDS } from '../../../src/channels/index.ts';
import { API, channelWith, fixture, interactions, WEBHOOK } from '../byoc/channel.ts';
import { AT_MS, outbound, saying } from '../driving.ts';

const settings = { channel: channelWith(), apiUrl: API, webhookUrl: WEBHOOK };

it('speaks as Bring Your Own Channel does', () => {
  const [own, plain] = [createByocCcaasAdapter(settings), createByocAdapter(settings)];
  const request = interactions(fixture('inbound-text'));
  expect(own.receive(request, AT_MS)).toEqual(plain.receive(request, AT_MS));
  const message = outbound('meu003', saying('x'));
  expect(own.deliver(message).next()).toEqual(plain.deliver(message).next());
});

it('has the limits and settings of both', () => {
  const { limits, account } = CHANNEL_KINDS['byoc-ccaas'];
  expect(limits).toBe(BYOC_CCAAS_LIMITS);
  expect(limits).toMatchObject({ ...CHANNEL_KINDS.byoc.limits, historyEntries: 25 });
  const own = ['queueId', 'ccaasProblem', 'routingOwner', 'agents'];
  expect(account).toEqual([...CHANNEL_KINDS.byoc.account, ...own]);
  expect(BYOC_CCAAS_ACCOUNT).toContain('tokenSecret');
});
