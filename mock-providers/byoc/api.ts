/**
 * The Interaction Service, mocked: partners' calls under /api/v1, checked as the service does.
 * Messages, receipts and ended sessions go on to the stack; the rest is answered here. Not here:
 * the org's own API (`../salesforce-org.ts`), and what only CCaaS may do (`../byoc-ccaas/api.ts`).
 */
import type { BYOC_LIMITS } from '../../src/channels/byoc/limits.ts';
import { bearerOf, hasScope } from '../../src/channels/byoc/signature.ts';
import { type ByocAccount, fileUrlOf, SCOPE } from '../../src/channels/byoc/wire.ts';
import {
  type Json,
  listOf,
  numberOf,
  readJson,
  recordOf,
  textOf,
} from '../../src/channels/json.ts';
import { type HttpRequest, type HttpResponse, json } from '../../src/http.ts';
import type { Answer } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import type { Route } from '../routes.ts';
import type { Ledger, Session } from './ledger.ts';
import {
  checkCapabilities,
  checkFile,
  isTime,
  type ProblemCode,
  problem,
  wrapped,
} from './rules.ts';
import { acknowledge, endSession, type Forward, interact, readForm } from './webhook.ts';

/** The mocked org, as its calls need it. */
export interface Edge {
  readonly parts: ProviderParts;
  readonly account: ByocAccount;
  readonly limits: { readonly [K in keyof typeof BYOC_LIMITS]: number };
  readonly ledger: Ledger;
  readonly forward: Forward;
  /** `Partner` or `Salesforce`. */
  readonly consentOwner: string;
  /** Unix ms, whole. */
  nowMs(): number;
  /** The claims of an access token that holds; nothing otherwise. */
  readToken(token: string): Json | undefined;
  /** Puts an event of that type on the bus. */
  publish(type: 'Interaction' | 'RoutingRequested', payload: object): void;
  /** Is told of each session that begins. */
  onSession(session: Session): void;
}

/** What a call is answered, or the code of what is wrong with it. */
export type Verdict = HttpResponse | ProblemCode;

export interface Guard {
  /** Needs the header AuthorizationContextType. */
  readonly isTyped?: boolean;
  /** How it says what is wrong; usually `problem`. */
  readonly refuse?: (code: ProblemCode) => HttpResponse;
}

/** A call that is let through when its headers are in order. */
export function guarded(
  edge: Edge,
  endpoint: string,
  answer: (request: HttpRequest) => Answer<Verdict>,
  { isTyped = false, refuse = problem }: Guard = {},
): Route {
  return {
    endpoint,
    async answer(request) {
      const verdict = checkHeaders(edge, request, isTyped) ?? (await answer(request));
      return typeof verdict === 'number' ? refuse(verdict) : verdict;
    },
  };
}

/** The same of a call with a JSON body. */
export function guardedJson(
  edge: Edge,
  endpoint: string,
  answer: (body: Json, request: HttpRequest) => Answer<Verdict>,
  guard: Guard = {},
): Route {
  const read = (request: HttpRequest) => {
    const body = readJson(request.body);
    return body === undefined ? 10100 : answer(body, request);
  };
  return guarded(edge, endpoint, read, guard);
}

export const SUCCESS = { success: true };

/** What every partner may call. */
export function interactionRoutes(edge: Edge): readonly Route[] {
  const typed = { isTyped: true };
  const wrap = { refuse: wrapped };
  return [
    guarded(edge, 'POST /api/v1/interactions', (request) => interact(edge, request)),
    guardedJson(edge, 'POST /api/v1/acknowledgement', (...call) => acknowledge(edge, ...call)),
    guardedJson(edge, 'POST /api/v1/messagingSession', (...call) => endSession(edge, ...call)),
    guardedJson(edge, 'PATCH /api/v1/consent', (body) => consent(edge, body), wrap),
    guardedJson(edge, 'PATCH /api/v1/capabilities', register, wrap),
    guardedJson(edge, 'POST /api/v1/conversation', (body) => establish(edge, body)),
    guardedJson(edge, 'POST /api/v1/participant', (body) => removeParticipant(edge, body)),
    guardedJson(edge, 'POST /api/v1/conversationEntry', (body) => botSays(edge, body), typed),
    guardedJson(edge, 'GET /api/v1/conversationEntry', (body) => entries(edge, body), typed),
    guarded(edge, 'POST /api/v1/attachment', (request) => botAttaches(edge, request), typed),
  ];
}

function checkHeaders(edge: Edge, { headers }: HttpRequest, isTyped: boolean) {
  const { account } = edge;
  const token = bearerOf(headers);
  // The org's own sessions are not of the connected app.
  if (token === account.serviceToken) return 10003;
  const claims = edge.readToken(token);
  if (claims === undefined) return 10004;
  if (!hasScope(claims, SCOPE)) return 10003;
  if (headers.orgid !== account.orgId) return 10016;
  if (!headers.requestid || !headers.authorizationcontext) return 10016;
  if (headers.authorizationcontext !== account.authorizationContext) return 10005;
  const type = headers.authorizationcontexttype?.toUpperCase();
  if (type === undefined) return isTyped ? 10093 : undefined;
  return CONTEXT_TYPES.has(type) ? undefined : 10093;
}

/** In any case: the README has them in capitals as well. */
const CONTEXT_TYPES: ReadonlySet<string> = new Set([
  'CONVERSATIONCHANNELDEFINITION',
  'EMBEDDEDMESSAGINGCHANNEL',
  'EXTERNALCONVERSATIONPARTICIPANT',
]);

const CONSENTS: ReadonlySet<unknown> = new Set([
  'OptedOut',
  'ImplicitlyOptedIn',
  'ExplicitlyOptedIn',
  'DoublyOptedIn',
]);

function consent(edge: Edge, body: Json): Verdict {
  const endUser = textOf(body.endUserClientId);
  if (body.channelAddressIdentifier !== edge.parts.channel.address) return 10017;
  if (endUser === '' || endUser.length > edge.limits.to) return 10020;
  if (!CONSENTS.has(body.consentStatus)) return 10021;
  if (edge.consentOwner !== 'Partner') return 10022;
  if (edge.parts.channel.account.supportsKeywords === 'on') return 10023;
  edge.ledger.setOptedOut(endUser, body.consentStatus === 'OptedOut');
  return json(200, SUCCESS);
}

/** Checked, and taken note of by nobody: what the stack sends goes by the account's setting. */
function register(body: Json): Verdict {
  return checkCapabilities(recordOf(body.capabilities)) ?? json(200, SUCCESS);
}

function establish(edge: Edge, body: Json): Verdict {
  if (body.channelAddressIdentifier !== edge.parts.channel.address) return 10017;
  const [participant, ...more] = listOf(body.participants);
  if (participant === undefined || more.length > 0) return 10053;
  if (participant.appType !== 'custom') return 10037;
  if (participant.role !== 'EndUser') return 10038;
  const endUser = textOf(participant.subject);
  if (endUser === '' || endUser.length > edge.limits.from) return 10054;
  const { session, isNew } = edge.ledger.open(endUser);
  if (isNew) edge.onSession(session);
  const { conversationIdentifier, workItemId } = session;
  return json(202, { conversationIdentifier, messagingSessionId: workItemId, success: true });
}

function removeParticipant(edge: Edge, body: Json): Verdict {
  if (edge.ledger.ofConversation(textOf(body.conversationIdentifier)) === undefined) return 10018;
  if (body.operation !== 'Remove') return 10097;
  const [participant, ...more] = listOf(body.participants);
  if (participant === undefined || more.length > 0) return 10053;
  return /^005\w{12}$/.test(textOf(participant.subject)) ? json(200, SUCCESS) : 10054;
}

function botSays(edge: Edge, body: Json): Verdict {
  const session = edge.ledger.ofConversation(textOf(body.conversationIdentifier));
  if (session === undefined) return 10018;
  const sender = recordOf(body.sender);
  if (sender.role !== 'Chatbot') return 10038;
  const [entry, ...more] = listOf(body.conversationEntries);
  const entryPayload = recordOf(entry?.entryPayload);
  const isOne = entry !== undefined && more.length === 0 && textOf(entryPayload.id) !== '';
  if (!isOne || !BOT_ENTRIES.has(entryPayload.entryType)) return 10045;
  if (!isTime(entry.clientTimestamp)) return 10046;
  tell(edge, session, sender, entryPayload);
  return json(202, SUCCESS);
}

/** The end user sees it, the rep does not: the stack knows no bots of others. */
function tell(edge: Edge, session: Session, sender: Json, entryPayload: Json): void {
  const { conversationIdentifier, endUser } = session;
  const now = edge.nowMs();
  edge.publish('Interaction', {
    conversationIdentifier,
    channelAddressIdentifier: edge.parts.channel.address,
    recipient: { appType: 'custom', subject: endUser, role: 'EndUser' },
    payload: {
      senderDisplayName: textOf(sender.subject),
      identifier: textOf(entryPayload.id),
      entryType: entryPayload.entryType,
      entryPayload,
      sender,
      transcriptedTimestamp: now,
      clientTimestamp: now,
      clientDuration: 0,
    },
  });
}

const BOT_ENTRIES: ReadonlySet<unknown> = new Set([
  'Message',
  'TypingStartedIndicator',
  'TypingStoppedIndicator',
]);

/** What there is of a conversation, oldest first. The body of this GET is JSON. */
function entries(edge: Edge, body: Json): Verdict {
  const conversationIdentifier = textOf(body.conversationIdentifier);
  if (edge.ledger.ofConversation(conversationIdentifier) === undefined) return 10018;
  const { startTime, endTime, limit, direction = 'FROM_START' } = body;
  if (!isTime(startTime)) return 10090;
  const [start, end] = [numberOf(startTime) ?? 0, numberOf(endTime) ?? Number.MAX_SAFE_INTEGER];
  if (end < start) return 10091;
  const most = numberOf(limit) ?? edge.limits.entries;
  if (!Number.isInteger(most) || most < 1 || most > edge.limits.entries) return 10092;
  if (direction !== 'FROM_START' && direction !== 'FROM_END') return 10089;
  const found = edge.ledger
    .entries(conversationIdentifier)
    .filter(({ clientTimestamp: at }) => at >= start && at <= end);
  const page = direction === 'FROM_START' ? found.slice(0, most) : found.slice(-most);
  const conversationEntries = page.map(({ clientTimestamp, sender, entryPayload }) => {
    return { clientTimestamp, sender, entryPayload };
  });
  return json(200, { success: true, conversationEntries });
}

function botAttaches(edge: Edge, request: HttpRequest): Verdict {
  const form = readForm(request, 'postAttachmentRequestJson');
  if (form === undefined) return 10100;
  const session = edge.ledger.ofConversation(textOf(form.value.conversationIdentifier));
  if (session === undefined) return 10018;
  const [entry, ...more] = listOf(form.value.conversationEntries);
  if (entry === undefined || more.length > 0) return 10045;
  const file = checkFile(entry, form.files, edge.limits);
  if (typeof file === 'number') return file;
  const id = textOf(entry.id);
  edge.ledger.keepFile(id, file);
  const { publicUrl } = edge.parts;
  const attachment = {
    name: file.name,
    attachmentUploadResult: null,
    id,
    mimeType: file.mimeType,
    url: fileUrlOf(publicUrl, edge.account.orgId, id),
    referenceId: edge.ledger.uuid('reference'),
  };
  const staticContent = { formatType: 'Attachments', attachments: [attachment] };
  const abstractMessage = { messageType: 'StaticContentMessage', id, staticContent };
  const { subject } = recordOf(form.value.sender);
  const sender = { appType: 'chatbot', subject: textOf(subject), role: 'Chatbot' };
  tell(edge, session, sender, { entryType: 'Message', id, abstractMessage });
  return json(202, SUCCESS);
}
