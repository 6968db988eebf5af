/**
 * Bring Your Own Channel for CCaaS, spoken by the stack: on this side of the Interaction Service it
 * is Bring Your Own Channel. Where the partner owns the routing it is asked for it by event.
 */
import type { RoutingWanted } from '../../message.ts';
import type { ChannelAdapter } from '../../ports.ts';
import {
  type ByocSettings,
  createByocAdapter,
  createEventRequest,
  outcome,
} from '../byoc/adapter.ts';
import { byocAccount, conversationOf } from '../byoc/wire.ts';
import { inTurn } from '../delivery.ts';
import { uuidOf } from '../uuid.ts';
import { ownsRouting, type RoutingRequested } from './wire.ts';

/** The adapter of one channel. */
export function createByocCcaasAdapter(settings: ByocSettings): ChannelAdapter {
  const adapter = createByocAdapter(settings);
  if (!ownsRouting(settings.channel)) return adapter;
  const request = createEventRequest(settings, byocAccount(settings.channel));
  return {
    ...adapter,
    requestRouting(wanted) {
      const event = eventOf(wanted, settings.channel.address);
      return inTurn([request('RoutingRequested', event)], outcome);
    },
  };
}

function eventOf({ to, key, again }: RoutingWanted, address: string): RoutingRequested {
  const conversationIdentifier = conversationOf(address, to);
  const routingType = again ? 'Transfer' : 'Initial';
  const channelData = JSON.stringify({
    eventId: uuidOf(`${key}/routing`),
    routerParticipantSubject: uuidOf(`${key}/router`),
    routingType,
    conversationId: conversationIdentifier,
  });
  return {
    channelAddressIdentifier: address,
    recipient: { appType: 'custom', subject: to, role: 'EndUser' },
    payload: {
      conversationIdentifier,
      routingParameters: {
        queueId: null,
        channelData,
        isTransfer: again,
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
      workRecordId: null,
    },
  };
}
