import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createByocCcaasProvider } from '../../../mock-providers/byoc-ccaas/provider.ts';
import type { ProviderParts } from '../../../mock-providers/provider.ts';
import type { RoutingRequested } from '../../../src/channels/byoc-ccaas/wire.ts';
import type { HttpRequest } from '../../../src/http.ts';
import { saying } from '../../channels/driving.ts';
import {
  ADDRESS,
  CONVERSATION,
  createWorld,
  ENTRY,
  entryInteraction,
  messageEntry,
  USER,
} from '../byoc/world.ts';

const QUEUE = '00GHp000001QuEu';
const AGENT = '005xx0000012345';
const typed = { authorizationcontexttype: 'ConversationChannelDefinition' };

function createCentre(account: Record<string, string> = {}) {
  const create = (parts: ProviderParts) => createByocCcaasProvider(parts);
  const world = createWorld({ type: 'byoc-ccaas', create, account });
  const post = (path: string, body: object, set = {}) =>
    world.call('POST', `/api/v1${path}`, body, set);
  return { ...world, post };
}

/** A session begun by a real partner's end user, whom the simulated partner leaves alone. */
async function begun(account: Record<string, string> = {}) {
  const centre = createCentre(account);
  const message = entryInteraction(messageEntry(), { from: 'David Wood' });
  const { json } = await centre.run(() => centre.interact(message));
  const conversationIdentifier: string = json.conversationIdentifier;
  const workItemId: string = json.workItemIds[0];
  return { ...centre, conversationIdentifier, workItemId };
}

type Begun = Awaited<ReturnType<typeof begun>>;

const codeOf = async (answer: Promise<{ json: { code?: number } }>) => (await answer).json.code;

describe('a new session', () => {
  it('is routed by the simulated partner, if the end user is its own', async () => {
    const world = createWorld({
      type: 'byoc-ccaas',
      create: (parts) => createByocCcaasProvider(parts),
      account: { queueId: QUEUE },
    });
    await world.run(() => world.phone.send(saying('hi')));
    const { json } = await world.interact(entryInteraction(messageEntry()));
    const work = { userId: AGENT, workItemId: json.workItemIds[0] };
    const answer = await world.call('POST', '/api/v1/agentWork', work);
    expect([answer.status, answer.json.agentWorkDetails.existPsr]).toEqual([202, true]);
  });

  it('begins anew, and is routed anew, once the stack has ended the one before', async () => {
    const { run, interact, adapter, provider, clock } = await begun();
    const say = (id: string) =>
      interact(entryInteraction(messageEntry({}, id), { from: 'David Wood' }));
    await run(async () => {
      const again = await say('11111111-1111-4111-8111-111111111111');
      const about = { to: 'David Wood', key: 'k', atMs: clock.originMs, kind: 'ended' as const };
      const delivery = adapter.announce?.({ ...about, sessionId: 'S1', startedMs: 0, by: 'Agent' });
      const request = delivery?.next().value as HttpRequest;
      expect((await provider.handle(request)).status).toBe(201);
      const after = await say('22222222-2222-4222-8222-222222222222');
      expect(after.json.workItemIds).not.toEqual(again.json.workItemIds);
      expect(after.json.conversationIdentifier).toBe(again.json.conversationIdentifier);
    });
  });

  it('of a real partner’s end user waits for that partner', async () => {
    const { post, workItemId } = await begun();
    // Without a PendingServiceRouting an agent can't be given work without saying how much.
    expect(await codeOf(post('/agentWork', { userId: AGENT, workItemId }))).toBe(10078);
  });
});

describe('POST and DELETE /route', () => {
  const route = (centre: Begun, set: object = {}) => {
    const { conversationIdentifier } = centre;
    const body = {
      conversationIdentifier,
      routingType: 'Initial',
      routingInfo: { queueId: QUEUE },
    };
    return centre.post('/route', { ...body, ...set });
  };

  it('by queue, by flow, or as the channel is set up', async () => {
    const centre = await begun();
    const { status, json } = await route(centre);
    expect([status, json]).toEqual([
      202,
      {
        success: true,
        psrId: expect.stringMatching(/^0JR\w{12}$/),
        workItemId: centre.workItemId,
        routingCorrelationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        contextParamMap: {},
        reasonForNotRouting: null,
        errors: null,
      },
    ]);
    const flow = { flowId: '300SG00000jJder', queueId: QUEUE };
    expect((await route(centre, { routingInfo: { flow } })).json.psrId).toBe(json.psrId);
    expect((await route(centre, { routingInfo: undefined })).status).toBe(202);
    const { conversationIdentifier } = centre;
    const gone = await centre.call('DELETE', '/api/v1/route', {
      conversationIdentifier,
      cancelReason: 'Cancel',
    });
    expect([gone.status, gone.json]).toEqual([202, { success: true }]);
    expect((await route(centre)).json.psrId).not.toBe(json.psrId);
    const wrong = { conversationIdentifier, cancelReason: 'Boredom' };
    expect(await codeOf(centre.call('DELETE', '/api/v1/route', wrong))).toBe(10078);
  });

  it.each([
    ['no such conversation', { conversationIdentifier: ENTRY }, 10018],
    ['no such type', { routingType: 'Later' }, 10078],
    ['both queue and flow', { routingInfo: { queueId: QUEUE, flow: {} } }, 10030],
    ['a flow without fallback', { routingInfo: { flow: { flowId: 'x' } } }, 10024],
    ['no such queue', { routingInfo: { queueId: '005xx0000012345' } }, 10032],
  ])('refuses %s', async (_, set, code) => {
    expect(await codeOf(route(await begun(), set))).toBe(code);
  });
});

describe('POST and PATCH /agentWork', () => {
  const work = (centre: Begun, set: object = {}) => {
    const { conversationIdentifier, workItemId } = centre;
    const routingContext = {
      conversationIdentifier,
      routingType: 'Initial',
      routingCorrelationId: '123',
    };
    const body = { userId: AGENT, workItemId, capacityWeight: '1', routingContext };
    return centre.post('/agentWork', { ...body, ...set });
  };

  it('gives work to a person, once, until it is closed', async () => {
    const centre = await begun();
    const { status, json } = await work(centre);
    expect([status, json]).toEqual([
      202,
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        agentWorkId: expect.stringMatching(/^0Bz\w{12}$/),
        agentWorkDetails: {
          existPsr: false,
          capacityWeight: 1,
          routingContext: {
            conversationIdentifier: centre.conversationIdentifier,
            routingType: 'Initial',
            routingCorrelationId: '123',
          },
        },
        success: true,
      },
    ]);
    expect(await codeOf(work(centre))).toBe(15109);
    const patch = (set: object = {}, headers: Record<string, string> = typed) => {
      const body = { workId: json.agentWorkId, status: 'Close', contextType: 'Agent', ...set };
      return centre.call('PATCH', '/api/v1/agentWork', body, headers);
    };
    expect(await codeOf(patch({}, {}))).toBe(10093);
    expect(await codeOf(patch({ status: 'Sleep' }))).toBe(10085);
    expect(await codeOf(patch({ contextType: 'Robot' }))).toBe(10083);
    expect(await codeOf(patch({ contextType: 'Chatbot' }))).toBe(10084);
    expect(await codeOf(patch({ workId: 'x' }))).toBe(10082);
    const closed = await patch();
    expect([closed.status, closed.json]).toEqual([202, { success: true }]);
    expect((await work(centre)).status).toBe(202);
  });

  it.each([
    ['no such user', { userId: 'x' }, 15106],
    ['a work item of 18', { workItemId: '0MwHp0000000001AAA' }, 10012],
    ['no such work item', { workItemId: '0MwHp0000000000' }, 15111],
    ['two capacities', { capacityPercentage: 5 }, 10013],
    ['no capacity', { capacityWeight: undefined }, 10013],
    ['a weight below 0', { capacityWeight: -1 }, 10014],
    ['a percentage above 100', { capacityWeight: undefined, capacityPercentage: 101 }, 10015],
    ['another conversation', { routingContext: { conversationIdentifier: ENTRY } }, 15107],
  ])('refuses %s', async (_, set, code) => {
    expect(await codeOf(work(await begun(), set))).toBe(code);
  });

  it('refuses who opted out, by the partner’s own word', async () => {
    const centre = await begun();
    const consent = {
      channelAddressIdentifier: ADDRESS,
      endUserClientId: 'David Wood',
      consentStatus: 'OptedOut',
    };
    expect((await centre.call('PATCH', '/api/v1/consent', consent)).json).toEqual({
      success: true,
    });
    expect(await codeOf(work(centre))).toBe(15103);
  });
});

describe('POST /routingResult', () => {
  const body = ({ conversationIdentifier, workItemId }: Begun, set: object = {}) => {
    return { conversationIdentifier, workItemId, success: true, externallyRouted: true, ...set };
  };

  it.each(['/api/v1/routingResult', '/'])('at %s', async (path) => {
    const centre = await begun();
    const { status, json } = await centre.call('POST', path, body(centre));
    expect([status, json]).toEqual([202, { success: true }]);
  });

  it.each([
    ['no such conversation', { conversationIdentifier: ENTRY }, 10018],
    ['another work item', { workItemId: '0MwHp0000000000' }, 10012],
    ['a message with success', { errorMessage: 'x' }, 10033],
    ['no message without', { success: false }, 10034],
    ['neither', { success: undefined }, 10078],
  ])('refuses %s', async (_, set, code) => {
    const centre = await begun();
    expect(await codeOf(centre.post('/routingResult', body(centre, set)))).toBe(code);
  });
});

it('refuses all routing by the code the account names', async () => {
  const centre = await begun({ ccaasProblem: '15105' });
  const { status, json } = await centre.post('/route', {});
  expect([status, json.code]).toEqual([403, 15105]);
});

it('is set up as a contact centre whose partner owns routing and consent', async () => {
  const centre = createCentre();
  const query = async (soql: string) =>
    (await centre.call('GET', `/services/data/v63.0/query?q=${encodeURIComponent(soql)}`)).json;
  const { records } = await query(
    'SELECT RoutingOwner, ConsentOwner, ConversationVendorInfo.VendorType ' +
      'FROM ConversationChannelDefinition',
  );
  expect(records).toMatchObject([
    {
      RoutingOwner: 'Partner',
      ConsentOwner: 'Partner',
      ConversationVendorInfo: { VendorType: 'BringYourOwnContactCenter' },
    },
  ]);
  expect(await query('SELECT COUNT() FROM ContactCenterChannel')).toMatchObject({ totalSize: 1 });
});

describe('the RoutingRequested event', () => {
  it('has the documented shape', async () => {
    const url = new URL('../../fixtures/wire/byoc-ccaas/routing-requested.json', import.meta.url);
    const documented: RoutingRequested = JSON.parse(readFileSync(url, 'utf8'));
    const { requestRouting } = await import('../../../mock-providers/byoc-ccaas/webhook.ts');
    const { createRoutingLedger } = await import('../../../mock-providers/byoc-ccaas/ledger.ts');
    const { createLedger } = await import('../../../mock-providers/byoc/ledger.ts');
    const channel = { address: ADDRESS, account: {} } as ProviderParts['channel'];
    const parts = { channelId: 'c', channel, random: () => 0.5 } as unknown as ProviderParts;
    const ledger = createLedger(parts);
    const events: unknown[] = [];
    const publish = (type: string, payload: object) => events.push([type, payload]);
    const edge = { parts, ledger, publish } as unknown as Parameters<typeof requestRouting>[0];
    const { session } = ledger.open(USER);
    requestRouting(edge, createRoutingLedger(), session, undefined);
    const [[type, event]] = events as [[string, RoutingRequested]];
    expect(type).toBe('RoutingRequested');
    const keysOf = (value: object) => Object.keys(value);
    expect(keysOf(event)).toEqual(keysOf(documented));
    expect(keysOf(event.payload)).toEqual(keysOf(documented.payload));
    const [ours, theirs] = [event, documented].map(({ payload }) => payload.routingParameters);
    expect(keysOf(ours!)).toEqual(keysOf(theirs!));
    const channelData = JSON.parse(ours!.channelData);
    expect(keysOf(channelData)).toEqual(keysOf(JSON.parse(theirs!.channelData)));
    expect(channelData).toMatchObject({ routingType: 'Initial', conversationId: CONVERSATION });
    expect(event).toMatchObject({
      recipient: { appType: 'custom', subject: USER, role: 'EndUser' },
      payload: { conversationIdentifier: CONVERSATION, workRecordId: session.workItemId },
    });
  });
});
