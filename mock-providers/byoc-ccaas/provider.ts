/**
 * The mock of Bring Your Own Channel for CCaaS: that of Bring Your Own Channel, with a partner who
 * owns routing and consent. Each new session asks the partner to route it; the simulated partner
 * leaves it to a queue. The stack routes by its own router meanwhile.
 */
import { createEdgeProvider } from '../byoc/provider.ts';
import type { Provider, ProviderParts } from '../provider.ts';
import { routingRoutes } from './api.ts';
import { createRoutingLedger } from './ledger.ts';
import { requestRouting } from './webhook.ts';

/**
 * The mock of one channel. Beside what `createByocProvider` reads of `channel.account`: `queueId`
 * (where the simulated partner sends work; absent: some queue) and `ccaasProblem` (a code of
 * ERRORCODES.md that all routing calls are refused with; absent: none).
 */
export function createByocCcaasProvider(parts: ProviderParts): Provider {
  const ledger = createRoutingLedger();
  return createEdgeProvider(parts, {
    vendorType: 'BringYourOwnContactCenter',
    owner: 'Partner',
    events: ['RoutingRequested'],
    routes: (edge) => routingRoutes(edge, ledger),
    onSession: (edge, session, partner) => requestRouting(edge, ledger, session, partner),
  });
}
