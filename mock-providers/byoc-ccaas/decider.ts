/**
 * What the simulated partner does where it owns the routing: gives each session it is asked about to
 * its agents in turn, by POST /agentWork, and tries the next when one can't have it.
 */
import { readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { userIdOf } from '../../src/user-ids.ts';
import type { Edge } from '../byoc/api.ts';
import type { Partner } from '../byoc/content.ts';
import type { ProviderParts } from '../provider.ts';
import type { RoutingLedger } from './ledger.ts';

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
