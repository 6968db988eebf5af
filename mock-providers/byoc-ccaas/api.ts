/**
 * What the Interaction Service does for contact centres only: routing, agents' work and imported
 * histories, checked and answered as documented. Where the partner owns the routing, its AgentWorks
 * go on to the stack; nothing else here moves it.
 */

import { conversationOf } from '../../src/channels/byoc/wire.ts';
import { BYOC_CCAAS_LIMITS } from '../../src/channels/byoc-ccaas/limits.ts';
import {
  type AgentWorkAnswer,
  ownsRouting,
  type RouteAnswer,
  type RoutingType,
} from '../../src/channels/byoc-ccaas/wire.ts';
import { type Json, listOf, numberOf, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { type HttpRequest, type HttpResponse, json } from '../../src/http.ts';
import { type Edge, guardedJson, SUCCESS, type Verdict } from '../byoc/api.ts';
import { PROBLEMS, type ProblemCode } from '../byoc/rules.ts';
import type { Route } from '../routes.ts';
import type { RoutingLedger } from './ledger.ts';
import { checkHistory } from './rules.ts';

/** `channel.account.ccaasProblem`: the code that all of these are refused with, to try it out. */
export function routingRoutes(edge: Edge, ledger: RoutingLedger): readonly Route[] {
  const refused = problemOf(edge.parts.channel.account.ccaasProblem);
  const route = (
    endpoint: string,
    answer: (edge: Edge, ledger: RoutingLedger, body: Json) => Verdict,
    isTyped = false,
  ) => guardedJson(edge, endpoint, (body) => refused ?? answer(edge, ledger, body), { isTyped });
  return [
    route('POST /api/v1/route', postRoute),
    route('DELETE /api/v1/route', deleteRoute),
    guardedJson(edge, 'POST /api/v1/agentWork', async (body, request) => {
      const checked = refused ?? postWork(edge, ledger, body);
      return typeof checked === 'number' ? checked : assign(edge, checked, request, body);
    }),
    route('PATCH /api/v1/agentWork', patchWork, true),
    route('POST /api/v1/routingResult', routingResult),
    // A public demo posts its routing results here, by a slip of operator precedence.
    route('POST /', routingResult),
    route('POST /api/v1/conversationHistory', history, true),
  ];
}

function problemOf(code = ''): ProblemCode | undefined {
  return Object.hasOwn(PROBLEMS, code) ? (Number(code) as ProblemCode) : undefined;
}

const ROUTING_TYPES: ReadonlySet<unknown> = new Set(['Initial', 'Transfer', 'Conference']);

function postRoute(edge: Edge, ledger: RoutingLedger, body: Json): Verdict {
  const session = edge.ledger.ofConversation(textOf(body.conversationIdentifier));
  if (session === undefined) return 10018;
  if (!ROUTING_TYPES.has(body.routingType)) return 10078;
  const { queueId, flow } = recordOf(body.routingInfo);
  if (queueId !== undefined && flow !== undefined) return 10030;
  if (flow !== undefined) {
    const { flowId, queueId: fallback } = recordOf(flow);
    if (textOf(flowId) === '' || textOf(fallback) === '') return 10024;
    if (!QUEUE.test(textOf(fallback))) return 10032;
  }
  if (queueId !== undefined && !QUEUE.test(textOf(queueId))) return 10032;
  const { conversationIdentifier, workItemId } = session;
  const routing =
    ledger.routing(conversationIdentifier) ??
    ledger.ask(conversationIdentifier, edge.ledger.uuid('routing'));
  routing.psrId ??= edge.ledger.recordId('0JR');
  const answer: RouteAnswer = {
    success: true,
    psrId: routing.psrId,
    workItemId,
    routingCorrelationId: routing.eventId,
    contextParamMap: {},
    reasonForNotRouting: null,
    errors: null,
  };
  return json(202, answer);
}

const QUEUE = /^00G\w{12}(?:\w{3})?$/;
const USER = /^005\w{12}(?:\w{3})?$/;

const CANCEL_REASONS: ReadonlySet<unknown> = new Set([
  undefined,
  'Unknown',
  'Unavailable',
  'Decline',
  'Cancel',
]);

function deleteRoute(edge: Edge, ledger: RoutingLedger, body: Json): Verdict {
  const session = edge.ledger.ofConversation(textOf(body.conversationIdentifier));
  if (session === undefined) return 10018;
  if (!CANCEL_REASONS.has(body.cancelReason)) return 10078;
  const routing = ledger.routing(session.conversationIdentifier);
  if (routing !== undefined) routing.psrId = undefined;
  return json(202, SUCCESS);
}

function postWork(edge: Edge, ledger: RoutingLedger, body: Json): ProblemCode | Made {
  const [userId, workItemId] = [textOf(body.userId), textOf(body.workItemId)];
  if (!USER.test(userId)) return 15106;
  if (workItemId.length !== 15) return 10012;
  const capacity = capacityOf(body);
  if (typeof capacity === 'number') return capacity;
  const session = edge.ledger.ofWorkItem(workItemId);
  if (session === undefined) return 15111;
  if (edge.ledger.isOptedOut(session.endUser)) return 15103;
  const { conversationIdentifier } = session;
  const psrId = ledger.routing(conversationIdentifier)?.psrId;
  const given = recordOf(body.routingContext);
  if (body.routingContext === undefined) {
    if (psrId === undefined) return 10078;
  } else {
    if (given.conversationIdentifier !== conversationIdentifier) return 15107;
    if (!ROUTING_TYPES.has(given.routingType)) return 10078;
    if (textOf(given.routingCorrelationId) === '') return 10078;
    if (psrId === undefined && Object.keys(capacity).length === 0) return 10013;
  }
  if (ledger.hasActive(userId, workItemId)) return 15109;
  const routingType = (given.routingType ?? 'Initial') as RoutingType;
  const routingCorrelationId = textOf(given.routingCorrelationId) || edge.ledger.uuid('routing');
  const id = edge.ledger.recordId('0Bz');
  const answer: AgentWorkAnswer = {
    id: edge.ledger.uuid('answer'),
    agentWorkId: id,
    agentWorkDetails: {
      existPsr: psrId !== undefined,
      ...capacity,
      ...(psrId !== undefined && { psrId }),
      routingContext: { conversationIdentifier, routingType, routingCorrelationId },
    },
    success: true,
  };
  const work = { id, userId, workItemId, routingType, isActive: true };
  return { answer: json(202, answer), keep: () => ledger.add(work) };
}

/** The AgentWork is made once the stack has pushed the session to that user. */
async function assign(
  edge: Edge,
  made: Made,
  request: HttpRequest,
  { userId, workItemId }: Json,
): Promise<Verdict> {
  const session = edge.ledger.ofWorkItem(textOf(workItemId));
  if (ownsRouting(edge.parts.channel) && session !== undefined) {
    const told = JSON.stringify({ endUserClientId: session.endUser, userId });
    const forwarded = { ...request, body: Buffer.from(told) };
    const refusal = await edge.forward(forwarded, '/agentWork');
    if (refusal !== undefined) return refusal;
  }
  made.keep();
  return made.answer;
}

/** An AgentWork that nothing is against. */
interface Made {
  readonly answer: HttpResponse;
  keep(): void;
}

/** One of the two or none; a number may come as text. */
function capacityOf({ capacityWeight, capacityPercentage }: Json) {
  if (capacityWeight !== undefined && capacityPercentage !== undefined) return 10013;
  if (capacityWeight !== undefined) {
    const weight = numberOf(capacityWeight) ?? -1;
    return weight < 0 ? 10014 : { capacityWeight: weight };
  }
  if (capacityPercentage === undefined) return {};
  const percentage = numberOf(capacityPercentage) ?? -1;
  return percentage < 0 || percentage > 100 ? 10015 : { capacityPercentage: percentage };
}

const STATUSES: ReadonlySet<unknown> = new Set(['Accept', 'Close', 'Decline', 'Cancel']);

function patchWork(_edge: Edge, ledger: RoutingLedger, body: Json): Verdict {
  const { contextType, status } = body;
  if (contextType !== 'Agent' && contextType !== 'Chatbot') return 10083;
  if (!STATUSES.has(status)) return 10085;
  if (contextType === 'Chatbot' && textOf(body.botId) === '') return 10084;
  if (contextType === 'Chatbot' && textOf(body.workItemId) === '') return 10012;
  const work = ledger.work(textOf(body.workId));
  if (work === undefined) return 10082;
  if (status !== 'Accept') work.isActive = false;
  return json(202, SUCCESS);
}

function routingResult(edge: Edge, _ledger: RoutingLedger, body: Json): Verdict {
  const session = edge.ledger.ofConversation(textOf(body.conversationIdentifier));
  if (session === undefined) return 10018;
  if (body.workItemId !== session.workItemId) return 10012;
  const { routingType } = body;
  if (routingType !== undefined && !ROUTING_TYPES.has(routingType)) return 10078;
  // Clients of forms send them as texts.
  const [success, routed] = [body.success, body.externallyRouted].map(String);
  if (!isFlag(success) || !isFlag(routed)) return 10078;
  const hasMessage = textOf(body.errorMessage) !== '';
  if (success === 'true') return hasMessage ? 10033 : json(202, SUCCESS);
  return hasMessage ? json(202, SUCCESS) : 10034;
}

function isFlag(text: string | undefined): boolean {
  return text === 'true' || text === 'false';
}

/** Checked, and a session begun or found; the stack is not told what was said. */
function history(edge: Edge, _ledger: RoutingLedger, body: Json): Verdict {
  const { channel } = edge.parts;
  if (body.channelAddressIdentifier !== channel.address) return 10017;
  const limits = limitsOf(channel, BYOC_CCAAS_LIMITS);
  const code = checkHistory(body, limits, edge.nowMs());
  if (code !== undefined) return code;
  const people = listOf(body.conversationParticipants).map((one) => recordOf(one.participant));
  const endUser = textOf(people.find(({ role }) => role === 'EndUser')?.subject);
  const wanted = recordOf(body.messagingSession);
  const isAttached = wanted.messagingSessionRequestType === 'AttachMessagingSession';
  const sessionId = recordOf(wanted.payload).sessionId;
  const conversation = conversationOf(channel.address, endUser);
  const known = edge.ledger.ofConversation(conversation);
  if (isAttached && (known === undefined || known.workItemId !== sessionId)) return 10072;
  const { session, isNew } = edge.ledger.open(endUser);
  if (isNew) edge.onSession(session);
  for (const { clientTimestamp, sender, entryPayload } of listOf(body.conversationEntries)) {
    edge.ledger.keepEntry({
      conversationIdentifier: conversation,
      clientTimestamp: numberOf(clientTimestamp) ?? 0,
      sender: recordOf(sender),
      entryPayload: recordOf(entryPayload),
    });
  }
  const { conversationIdentifier, workItemId: messagingSessionId } = session;
  return json(202, { success: true, conversationIdentifier, messagingSessionId });
}
