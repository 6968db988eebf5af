/**
 * Bring Your Own Channel for CCaaS, by its names on the wire: what it has beyond `byoc`, whose
 * shapes and account it shares. Source: salesforce-misc/interaction-service-apis.
 */
import type { Channel } from '../../org.ts';
import { BYOC_ACCOUNT } from '../byoc/wire.ts';

/** What `channel.account` may say: all of `byoc`, and how routing behaves in the mock. */
export const BYOC_CCAAS_ACCOUNT = [
  ...BYOC_ACCOUNT,
  'queueId',
  'ccaasProblem',
  'routingOwner',
  'agents',
] as const;

/** routingOwner of the ConversationChannelDefinition: the partner says who gets a session. */
export function ownsRouting({ account }: Channel): boolean {
  return account.routingOwner === 'Partner';
}

export type RoutingType = 'Initial' | 'Transfer' | 'Conference';

/** What the payload field of the platform event holds, as JSON text, for `RoutingRequested`. */
export interface RoutingRequested {
  readonly channelAddressIdentifier: string;
  readonly recipient: {
    readonly appType: 'custom';
    readonly subject: string;
    readonly role: 'EndUser';
  };
  readonly payload: {
    readonly conversationIdentifier: string;
    readonly routingParameters: {
      readonly queueId: string | null;
      /** JSON text: eventId, routerParticipantSubject, routingType, conversationId. */
      readonly channelData: string;
      readonly isTransfer: boolean;
      readonly routingConfigId: null;
      readonly userId: null;
      readonly isFallbackOnPsrNotCreated: null;
      readonly serviceChannelId: null;
      readonly isEstimatedWaitTimeRequested: null;
      readonly skillsList: readonly never[];
      readonly botId: null;
      readonly flowId: string | null;
      readonly isScrt2: true;
      readonly isUserRequired: null;
    };
    readonly routingType: RoutingType;
    /** MessagingSession. */
    readonly workRecordId: string | null;
  };
}

/** Answer to POST /route. */
export interface RouteAnswer {
  readonly success: boolean;
  /** PendingServiceRouting. */
  readonly psrId: string;
  readonly workItemId: string;
  readonly routingCorrelationId: string;
  readonly contextParamMap: Readonly<Record<string, string>>;
  readonly reasonForNotRouting: string | null;
  readonly errors: null;
}

/** Answer to POST /agentWork. */
export interface AgentWorkAnswer {
  readonly id: string;
  readonly agentWorkId: string;
  readonly agentWorkDetails: {
    readonly existPsr: boolean;
    readonly capacityPercentage?: number;
    readonly capacityWeight?: number;
    readonly psrId?: string;
    readonly routingContext: {
      readonly conversationIdentifier: string;
      readonly routingType: RoutingType;
      readonly routingCorrelationId: string;
    };
  };
  readonly success: true;
}
