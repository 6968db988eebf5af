/**
 * The mock of Bring Your Own Channel for CCaaS: that of Bring Your Own Channel, with a partner who
 * owns consent and, if `routingOwner` is Partner, the routing: it says by AgentWork who gets a
 * session. Otherwise each new session asks the partner, who leaves it to a queue of the stack.
 */
import { ownsRouting } from '../../src/channels/byoc-ccaas/wire.ts';
import { createEdgeProvider } from '../byoc/provider.ts';
import type { Provider, ProviderParts } from '../provider.ts';
import { routingRoutes } from './api.ts';
import { createRoutingLedger } from './ledger.ts';
import { createDecider, requestRouting } from './webhook.ts';

/**
 * The mock of one channel. Beside what `createByocProvider` reads of `channel.account`: `queueId`
 * (where the simulated partner sends work; absent: some queue), `ccaasProblem` (a code of
 * ERRORCODES.md that all routing calls are refused with; absent: none), `routingOwner` (`Partner`;
 * absent: Salesforce) and `agents` (reps by comma, whom the simulated partner picks in turn).
 */
export function createByocCcaasProvider(parts: ProviderParts): Provider {
  const ledger = createRoutingLedger();
  const decide = createDecider(parts, ledger);
  return createEdgeProvider(parts, {
    vendorType: 'BringYourOwnContactCenter',
    owner: 'Partner',
    events: ['RoutingRequested'],
    routes: (edge) => routingRoutes(edge, ledger),
    onSession(edge, session, partner) {
      // A partner who owns the routing is asked by the stack, whenever it wants a rep.
      if (!ownsRouting(parts.channel)) requestRouting(edge, ledger, session, partner);
    },
    onEvent(edge, type, payload, partner) {
      if (type !== 'RoutingRequested' || !ownsRouting(parts.channel)) return;
      decide(edge, payload, partner);
    },
  });
}
