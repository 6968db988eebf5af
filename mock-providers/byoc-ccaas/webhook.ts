/**
 * What the org tells the partner of its own accord: that a conversation wants routing. And what the
 * simulated partner does about it: it leaves the work to Omni-Channel, by queue; or where it owns
 * the routing, gives it to its agents in turn, and tries the next when one can't have it.
 */
import type { RoutingRequested, RoutingType } from '../../src/channels/byoc-ccaas/wire.ts';
import { readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { userIdOf } from '../../src/user-ids.ts';
import type { Edge } from '../byoc/api.ts';
import type { Partner } from '../byoc/content.ts';
import type { Session } from '../byoc/ledger.ts';
import type { ProviderParts } from '../provider.ts';
import type { RoutingLedger } from './ledger.ts';

/** Publishes RoutingRequested for a new session; the simulated partner, if any, routes it. */
export function requestRouting(
  edge: Edge,
  ledger: RoutingLedger,
  session: Session,
  partner: Partner | undefined,
): void {
  const { conversationIdentifier, endUser } = session;
  const eventId = edge.ledger.uuid('routing');
  ledger.ask(conversationIdentifier, eventId);
  const routingType = 'Initial';
  edge.publish('RoutingRequested', eventOf(edge, session, eventId, routingType));
  const { account } = edge.parts.channel;
  const routingInfo = { queueId: account.queueId ?? DEFAULT_QUEUE };
  const body = { conversationIdentifier, routingType, routingInfo };
  if (partner === undefined) return;
  edge.parts.clock.spawn(`routing of ${endUser}`, () => partner.post('/api/v1/route', body));
}

/** Of valid form. */
const DEFAULT_QUEUE = '00GHp000001QuEu';

function eventOf(
  edge: Edge,
  { conversationIdentifier, endUser, workItemId }: Session,
  eventId: string,
  routingType: RoutingType,
): RoutingRequested {
  const router = edge.ledger.uuid('router');
  const channelData = JSON.stringify({
    eventId,
    routerParticipantSubject: router,
    routingType,
    conversationId: conversationIdentifier,
  });
  return {
    channelAddressIdentifier: edge.parts.channel.address,
    recipient: { appType: 'custom', subject: endUser, role: 'EndUser' },
    payload: {
      conversationIdentifier,
      routingParameters: {
        queueId: null,
        channelData,
        isTransfer: false,
        routingConfigId: null,
        userId: null,
        isFallbackOnPsrNotCreated: null,
        serviceChannelId: null,
        isEstimatedWaitTimeRequested: null,
        skillsList: [],
        botId: null,
        flowId: null,
        isScrt2: true,
        isUserRequired: null,
      },
      routingType,
      workRecordId: workItemId,
    },
  };
}

/** From the event to the decision; between one refusal and the next try; how often it tries. */
const THINKS_MS = 300;
const RETRY_MS = 2000;
const MOST_TRIES = 3000;

export function createDecider({ channel, clock }: ProviderParts, ledger: RoutingLedger) {
  const agents = (channel.account.agents ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  let turn = 0;

  const give = async (edge: Edge, conversation: string, eventId: string, partner: Partner) => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      await clock.sleep(tries === 0 ? THINKS_MS : RETRY_MS);
      // Asked anew meanwhile: that request goes on with it.
      if (ledger.routing(conversation)?.eventId !== eventId) return;
      const session = edge.ledger.ofConversation(conversation);
      const agent = agents[turn % agents.length];
      if (session === undefined || agent === undefined) return;
      turn += 1;
      const routingType = 'Initial';
      const context = { conversationIdentifier: conversation, routingType };
      const report = await partner.post('/api/v1/agentWork', {
        userId: userIdOf(agent),
        workItemId: session.workItemId,
        capacityWeight: 1,
        routingContext: { ...context, routingCorrelationId: eventId },
      });
      if (report.ok && report.response.status < 300) return;
    }
  };
  /** `payload`: of RoutingRequested, JSON text. */
  return (edge: Edge, payload: string, partner: Partner): void => {
    const event = recordOf(readJson(Buffer.from(payload)));
    if (event.channelAddressIdentifier !== channel.address) return;
    const { conversationIdentifier, routingParameters } = recordOf(event.payload);
    const conversation = textOf(conversationIdentifier);
    const data = readJson(Buffer.from(textOf(recordOf(routingParameters).channelData)));
    const eventId = textOf(recordOf(data).eventId);
    const session = edge.ledger.ofConversation(conversation);
    if (session !== undefined) ledger.endWork(session.workItemId);
    ledger.ask(conversation, eventId);
    clock.spawn(`a contact centre routes ${conversation}`, () =>
      give(edge, conversation, eventId, partner),
    );
  };
}
