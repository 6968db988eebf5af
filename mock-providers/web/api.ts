/**
 * The public API of Messaging for In-App and Web (custom client, v2), mocked, as clients call it;
 * and, of our own making, where the stack hands in events and where files are. What the stack must
 * hear goes through `webhook.ts`; `provider.ts` streams. Not here: pre-chat forms, API v1.
 */
import { createVerifier } from 'fast-jwt';
import { type Json, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { createTokenKey, END_USER, isExpired } from '../../src/channels/web/signature.ts';
import { API_PATH, FILES_PATH, SSE_PATH, UUID, webAccount } from '../../src/channels/web/wire.ts';
import { type HttpHandler, type HttpResponse, json } from '../../src/http.ts';
import { createRoutes, type Route } from '../routes.ts';
import { entriesJson, listJson, tokenJson, UNVERIFIED, VERIFIED } from './content.ts';
import type { Conversation } from './ledger.ts';
import {
  bad,
  countOf,
  createAllowance,
  createGate,
  type Gate,
  isSameOrg,
  noUuid,
  problem,
} from './rules.ts';
import { createEvents, type Webhook, type WebhookParts } from './webhook.ts';

export interface Api {
  readonly handle: HttpHandler;
  readonly endpoints: readonly string[];
}

export function createApi(all: WebhookParts, webhook: Webhook): Api {
  const gate = createGate(all.parts, all.ledger);
  const table = [
    ...tokenRoutes(all, gate),
    ...conversationRoutes(all, gate),
    ...forwardedRoutes(webhook, gate),
    ...streamRoutes(all, gate),
  ];
  const routes = createRoutes(table, (_, isPathKnown) =>
    isPathKnown ? problem(405, 'Method Not Allowed') : problem(404, 'Not Found'),
  );
  return {
    endpoints: routes.endpoints,
    async handle(request) {
      const { origin } = request.headers;
      if (request.method === 'OPTIONS') return preflight(origin);
      const response = await routes.answer(request);
      if (origin === undefined) return response;
      return { ...response, headers: { ...response.headers, ...allowed(origin) } };
    },
  };
}

function allowed(origin = '*'): Record<string, string> {
  return { 'access-control-allow-origin': origin, vary: 'Origin' };
}

/** The headers are those that the sample client sets. */
function preflight(origin: string | undefined): HttpResponse {
  return json(
    200,
    {},
    {
      ...allowed(origin),
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers':
        'Authorization, Content-Type, X-Org-ID, Last-Event-ID, Cache-Control, Accept',
      'access-control-max-age': '7200',
    },
  );
}

/** Access tokens: for guests, for customers with an identity token, and on from another token. */
function tokenRoutes(all: WebhookParts, gate: Gate): readonly Route[] {
  const { parts, ledger, streams, limits } = all;
  const { channel, clock } = parts;
  const account = webAccount(channel);
  const issue = createIssuer(all);
  const tokens = createAllowance(clock, limits.tokensPerMinute, 60_000);
  const renewals = createAllowance(clock, limits.renewalsPerMinute, 60_000);
  const identify = createIdentify(account.identityKey);

  const answer = (subject: string, deviceId: string) => {
    const deployment = { channel, fileBytes: limits.fileBytes, nowMs: ledger.nowMs() };
    const lastEventId = streams.lastId();
    const accessToken = issue(subject, deviceId);
    return tokenJson({ accessToken, subject, deviceId }, { ...deployment, lastEventId });
  };
  const refusal = (body: Json | undefined): HttpResponse | undefined => {
    if (body === undefined) return bad('The body is not a JSON object');
    if (!isSameOrg(textOf(body.orgId), account.orgId)) return bad('Invalid orgId');
    if (body.esDeveloperName !== account.esDeveloperName) return bad('Invalid esDeveloperName');
    if (textOf(body.capabilitiesVersion) === '') return bad('capabilitiesVersion is required');
    if (textOf(body.platform) === '') return bad('platform is required');
    return tokens.take() ? undefined : problem(429, 'Too many access tokens in a minute');
  };
  const asGuest = (body: Json): HttpResponse => {
    const deviceId = textOf(body.deviceId) || ledger.newId();
    // A new token is a new end user; only simulated customers are known by their device.
    const known = all.subjectOfDevice(deviceId);
    return answer(known ?? UNVERIFIED + ledger.newId(), deviceId);
  };
  return [
    {
      endpoint: `POST ${API_PATH}/authorization/unauthenticated/access-token`,
      answer(request) {
        const body = readJson(request.body);
        return refusal(body) ?? asGuest(body ?? {});
      },
    },
    {
      endpoint: `POST ${API_PATH}/authorization/authenticated/access-token`,
      answer(request) {
        const body = readJson(request.body) ?? {};
        const { authorizationType, customerIdentityToken } = body;
        if (authorizationType !== 'JWT') return bad('authorizationType must be JWT');
        if (textOf(customerIdentityToken) === '') return bad('customerIdentityToken is required');
        const refused = refusal(body);
        if (refused !== undefined) return refused;
        const sub = identify(textOf(customerIdentityToken), ledger.nowMs());
        // Who can't be verified gets a guest's token, and 200, without a word.
        if (sub === undefined) return asGuest(body);
        const subject = `${VERIFIED}${account.identityKeyset}/uid:${sub}`;
        return answer(subject, textOf(body.deviceId) || ledger.newId());
      },
    },
    {
      endpoint: `GET ${API_PATH}/authorization/continuation-access-token`,
      answer: gate.anyone(({ subject, deviceId }) => {
        if (!renewals.take()) return problem(429, 'Too many access tokens in a minute');
        const lastEventId = streams.lastId();
        return json(200, { accessToken: issue(subject, deviceId), lastEventId });
      }),
    },
  ];
}

function createIssuer({ parts, ledger, limits }: WebhookParts) {
  const { orgId, tokenSecret } = webAccount(parts.channel);
  const key = createTokenKey(tokenSecret);
  return (subject: string, deviceId: string): string => {
    const iat = Math.floor(ledger.nowMs() / 1000);
    return key.sign({
      aud: END_USER,
      iss: END_USER,
      sub: subject,
      iat,
      exp: iat + Math.ceil(limits.tokenMs / 1000),
      jti: ledger.newId(),
      orgId,
      channelAddId: parts.channel.address,
      clientId: ledger.newId(),
      deviceId,
      apiVersion: 'v2',
    });
  };
}

/** The `sub` of a customer's identity token, if it can be verified. */
function createIdentify(identityKey: string) {
  if (identityKey === '') return () => undefined;
  const verify = createVerifier({ key: identityKey, ignoreExpiration: true });
  return (token: string, nowMs: number): string | undefined => {
    try {
      const claims = recordOf(verify(token));
      return isExpired(claims, nowMs) ? undefined : textOf(claims.sub) || undefined;
    } catch {
      return undefined;
    }
  };
}

/** What the edge answers by itself about conversations. */
function conversationRoutes(all: WebhookParts, gate: Gate): readonly Route[] {
  const { parts, ledger, network, limits } = all;
  const { esDeveloperName } = webAccount(parts.channel);
  const beginnings = createAllowance(parts.clock, limits.conversationsPer30s, 30_000);
  return [
    {
      endpoint: `POST ${API_PATH}/conversation`,
      answer: gate.anyone(({ request, subject }) => {
        const body = readJson(request.body) ?? {};
        const id = textOf(body.conversationId);
        if (!UUID.test(id)) return noUuid('conversationId');
        if (body.esDeveloperName !== esDeveloperName) return bad('Invalid esDeveloperName');
        const known = ledger.conversation(id);
        if (known !== undefined && known.subject !== subject) {
          return problem(403, 'Not a participant');
        }
        if (known?.closedMs !== undefined) return bad('The conversation is closed');
        if (known !== undefined) return json(201, { conversationId: id });
        if (!beginnings.take()) return problem(429, 'Too many conversations in 30 seconds');
        network.route(ledger.open(id, subject));
        return json(201, { conversationId: id });
      }),
    },
    {
      endpoint: `GET ${API_PATH}/conversation/list`,
      answer: gate.anyone(({ request, subject }) => {
        const query = new URL(request.url).searchParams;
        const limit = countOf(query.get('limit'), limits.usualPage);
        if (!limit || limit > limits.page) return bad(`limit must be 1 to ${limits.page}`);
        const withClosed = query.get('inclClosedConvs') === 'true';
        return listJson(ledger.conversationsOf(subject), withClosed, limit);
      }),
    },
    {
      endpoint: `GET ${API_PATH}/conversation/{id}/entries`,
      answer: gate.owner(({ request, conversation }) => {
        const query = new URL(request.url).searchParams;
        const limit = countOf(query.get('limit'), limits.usualPage);
        const start = countOf(query.get('startTimestamp'), 0);
        const end = countOf(query.get('endTimestamp'), Number.MAX_SAFE_INTEGER);
        const direction = query.get('direction') ?? 'FromEnd';
        if (!limit || limit > limits.page) return bad(`limit must be 1 to ${limits.page}`);
        if (start === undefined || end === undefined) return bad('timestamps are in Unix ms');
        if (!DIRECTIONS.includes(direction)) return bad('direction: FromStart or FromEnd');
        const types = query.get('entryTypeFilter')?.split(',').filter(Boolean) ?? [];
        const found = conversation.entries.filter(
          ({ transcriptedTimestamp: at, entryType }) =>
            at >= start && at <= end && (types.length === 0 || types.includes(entryType)),
        );
        return entriesJson((direction === 'FromStart' ? found : found.reverse()).slice(0, limit));
      }),
    },
    {
      endpoint: `GET ${API_PATH}/conversation/{id}`,
      answer: gate.owner(({ conversation }) =>
        json(200, { conversationId: conversation.id, routingStatus: statusOf(conversation) }),
      ),
    },
  ];
}

const DIRECTIONS = ['FromStart', 'FromEnd'];

function statusOf({ session }: Conversation): string {
  if (session.status === 'Ended') return 'NEEDS_ROUTING';
  return session.rep ? 'ROUTED' : 'INITIAL';
}

/** What the stack hears of, in its open conversations. */
function forwardedRoutes(webhook: Webhook, gate: Gate): readonly Route[] {
  const open = (take: Webhook[keyof Webhook]) =>
    gate.owner((call) =>
      call.conversation.closedMs === undefined ? take(call) : bad('The conversation is closed'),
    );
  const path = `${API_PATH}/conversation/{id}`;
  return [
    { endpoint: `POST ${path}/message`, answer: open(webhook.message) },
    { endpoint: `POST ${path}/file`, answer: open(webhook.file) },
    { endpoint: `POST ${path}/entry`, answer: open(webhook.entry) },
    { endpoint: `POST ${path}/acknowledge-entries`, answer: open(webhook.acknowledge) },
    { endpoint: `DELETE ${path}/session`, answer: open(webhook.endSession) },
    { endpoint: `DELETE ${path}`, answer: open(webhook.close) },
  ];
}

function streamRoutes(all: WebhookParts, gate: Gate): readonly Route[] {
  const { parts, ledger, streams } = all;
  const { orgId } = webAccount(parts.channel);
  return [
    {
      endpoint: `GET ${SSE_PATH}`,
      answer: gate.anyone(({ request, subject }) => {
        const org = request.headers['x-org-id'];
        if (org === undefined) return bad('X-Org-Id is required');
        if (!isSameOrg(org, orgId)) return problem(403, 'X-Org-Id of another org');
        const after = request.headers['last-event-id'] || streams.lastId();
        const headers = {
          'content-type': 'text/event-stream;charset=UTF-8',
          'cache-control': 'no-cache',
        };
        const stream = (write: (chunk: string) => void) => streams.subscribe(subject, after, write);
        return { status: 200, headers, body: Buffer.alloc(0), stream };
      }),
    },
    createEvents(all),
    {
      endpoint: `GET ${FILES_PATH}/{id}`,
      answer(_, [id = '']) {
        const file = ledger.file(id);
        if (file === undefined) return problem(404, 'File not found');
        return { status: 200, headers: { 'content-type': file.mimeType }, body: file.bytes };
      },
    },
  ];
}
