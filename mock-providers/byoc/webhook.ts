/**
 * The Interaction Service's calls to the stack, which stands for the org behind it: a partner's
 * message, receipt or word of farewell, checked, and handed on as it came, bytes and headers.
 */
import { conversationOf, type InteractionAnswer } from '../../src/channels/byoc/wire.ts';
import { type Json, listOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { readMultipart } from '../../src/channels/multipart.ts';
import { type HttpRequest, type HttpResponse, json } from '../../src/http.ts';
import { call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';
import type { Edge, Verdict } from './api.ts';
import { checkInteractions, isTime, problem } from './rules.ts';

/** Hands a call on; nothing when the stack has taken it, else what the partner is answered. */
export type Forward = (
  request: HttpRequest,
  path: '/interactions' | '/acknowledgement' | '/messagingSession' | '/agentWork',
) => Promise<HttpResponse | undefined>;

export function createForward(parts: ProviderParts, timeoutMs: number): Forward {
  return async (request, path) => {
    const forwarded = { ...request, url: parts.webhookUrl + path, headers: onward(request) };
    const report = await call(parts, forwarded, {
      timeoutMs,
      // Partners try again, the service does not.
      takes: () => true,
      retryAfterMs: () => undefined,
    });
    if (!report.ok || report.response.status >= 500) return problem(10094);
    return refusalOf(report.response);
  };
}

/** The parts of a form: its JSON, by the name of that part, and its files. */
export function readForm({ headers, body }: HttpRequest, jsonName: string) {
  const form = readMultipart(headers['content-type'] ?? '', body) ?? [];
  const part = form.find(({ name }) => name === jsonName);
  const value = part && readJson(part.body);
  return value && { value, files: form.filter(({ name }) => name === 'attachments') };
}

/** POST /interactions. */
export async function interact(edge: Edge, request: HttpRequest): Promise<Verdict> {
  const { parts, ledger, limits } = edge;
  const form = readForm(request, 'json');
  if (form === undefined) return 10100;
  const checked = checkInteractions(form.value, form.files, parts.channel.address, limits);
  if (typeof checked === 'number') return checked;
  const { from, id, entry, file } = checked;
  if (file !== undefined) ledger.keepFile(id, file);
  const refused = await edge.forward(request, '/interactions');
  if (refused !== undefined) return refused;
  const conversationIdentifier = conversationOf(parts.channel.address, from);
  const isMessage = file !== undefined || entry?.entryType === 'Message';
  const begun = isMessage ? ledger.open(from) : undefined;
  if (isMessage) {
    const sender = { appType: 'custom', subject: from, role: 'EndUser' };
    const clientTimestamp = checked.sentMs;
    const entryPayload = entry ?? { entryType: 'Message', id };
    ledger.keepEntry({ conversationIdentifier, clientTimestamp, sender, entryPayload });
  }
  if (begun?.isNew === true) edge.onSession(begun.session);
  const workItemIds = begun === undefined ? [] : [begun.session.workItemId];
  const answer: InteractionAnswer = { conversationIdentifier, id, workItemIds, success: true };
  return json(202, answer);
}

/** POST /acknowledgement. */
export async function acknowledge(edge: Edge, body: Json, request: HttpRequest): Promise<Verdict> {
  const { appType, subject, role } = recordOf(body.sender);
  if (appType !== 'custom') return 10037;
  if (role !== 'EndUser') return 10038;
  const endUser = textOf(subject);
  if (endUser === '') return 10020;
  const conversation = conversationOf(edge.parts.channel.address, endUser);
  if (body.conversationIdentifier !== conversation) return 10018;
  const all = listOf(body.acknowledgements);
  if (all.length === 0 || all.length > edge.limits.acknowledgements) return 10089;
  const isWhole = all.every(
    (one) =>
      isTime(one.acknowledgementTimestamp) &&
      (one.acknowledgementType === 'Delivered' || one.acknowledgementType === 'Read') &&
      textOf(one.acknowledgedConversationEntryIdentifier) !== '' &&
      textOf(one.acknowledgmentCreatedConversationEntryIdentifier) !== '',
  );
  if (!isWhole) return 10089;
  return (await edge.forward(request, '/acknowledgement')) ?? json(200, TAKEN);
}

/** POST /messagingSession. */
export async function endSession(edge: Edge, body: Json, request: HttpRequest): Promise<Verdict> {
  const { operation, operationBy } = body;
  if (body.channelAddressIdentifier !== edge.parts.channel.address) return 10017;
  const endUser = textOf(body.endUserClientId);
  if (endUser === '') return 10020;
  const conversation = conversationOf(edge.parts.channel.address, endUser);
  if (body.conversationIdentifier !== conversation) return 10018;
  if (operation !== 'End' && operation !== 'Inactivate') return 10102;
  const isKnown = operationBy === undefined || operationBy === 'EndUser';
  if (!isKnown && operationBy !== 'System') return 10103;
  const session = edge.ledger.ofConversation(conversation);
  if (operation === 'Inactivate' && textOf(body.sessionId) === '') return 10106;
  if (session?.isOpen !== true) {
    return json(200, { success: false, errorReason: 'SESSION_NOT_FOUND' });
  }
  if (operation === 'Inactivate') {
    if (body.sessionId !== session.workItemId) return 10072;
    return json(200, TAKEN);
  }
  const refused = await edge.forward(request, '/messagingSession');
  if (refused === undefined) session.isOpen = false;
  return refused ?? json(200, TAKEN);
}

const TAKEN = { success: true };

function refusalOf(response: HttpResponse): HttpResponse | undefined {
  if (response.status < 300) return undefined;
  // A stack of another make may not know the service's own form.
  return typeof readJson(response.body)?.code === 'number' ? response : problem(10058);
}

/** Without what belongs to the connection. */
function onward({ headers }: HttpRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
