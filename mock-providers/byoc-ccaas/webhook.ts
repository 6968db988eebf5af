/**
 * What the org tells the partner of its own accord: that a conversation wants routing. And what the
 * simulated partner does about it: it leaves the work to Omni-Channel, by queue.
 */
import type { RoutingRequested, RoutingType } from '../../src/channels/byoc-ccaas/wire.ts';
import type { Edge } from '../byoc/api.ts';
import type { Partner } from '../byoc/content.ts';
import type { Session } from '../byoc/ledger.ts';
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
