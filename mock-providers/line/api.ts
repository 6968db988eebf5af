/**
 * The Messaging API, mocked: the guard before every endpoint, and sending. Reading, settings and
 * tokens are in `account.ts`. The data host's paths are served too. Not here: rich menus,
 * audiences, insight, coupons, membership, account link.
 */
import { type Json, readJson, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { LINE_LIMITS } from '../../src/channels/line/limits.ts';
import { lineAccount, type SentMessages } from '../../src/channels/line/wire.ts';
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from '../../src/http.ts';
import type { Answer } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import { createRoutes, type Route } from '../routes.ts';
import { accountRoutes } from './account.ts';
import type { Ledger } from './ledger.ts';
import { checkMessages, type Fault, type RateClass, type RateLimits } from './rules.ts';
import type { Webhook } from './webhook.ts';

/** What the API needs of the network behind it. */
export interface Carrier {
  isFriend(userId: string): boolean;
  dispatch(to: string, sent: readonly { readonly id: string; readonly object: Json }[]): void;
}

export interface ApiParts {
  readonly ledger: Ledger;
  readonly carrier: Carrier;
  readonly webhook: Webhook;
  readonly rates: RateLimits;
}

export function createApi(
  parts: ProviderParts,
  api: ApiParts,
): { readonly handle: HttpHandler; readonly endpoints: readonly string[] } {
  const guard = createGuard(parts, api);
  const table = [...sendRoutes(parts, api), ...accountRoutes(parts, api)];
  const routes = createRoutes(
    table.map((route) => ({ endpoint: route.endpoint, answer: guard(route) })),
    () => problem(404, 'Not found'),
  );
  return {
    endpoints: routes.endpoints,
    async handle(request) {
      const requestId = api.ledger.requestId();
      const response = await routes.answer(request);
      return { ...response, headers: { 'x-line-request-id': requestId, ...response.headers } };
    },
  };
}

/** An endpoint, and what is asked of a request before it is looked at. */
export interface Endpoint extends Route {
  readonly rate?: RateClass;
  /** Takes X-Line-Retry-Key; the others refuse a request that has one. */
  readonly retries?: boolean;
  /** Open to whoever has no token yet. */
  readonly isOpen?: boolean;
}

function createGuard({ channel }: ProviderParts, { rates }: ApiParts) {
  const { accessToken } = lineAccount(channel);
  const { requestBytes } = limitsOf(channel, LINE_LIMITS);
  return (route: Endpoint): Route['answer'] => {
    const { endpoint, rate = 'usual', retries = false, isOpen = false } = route;
    return (request, names) => {
      const { headers, body } = request;
      if (!isOpen && headers.authorization !== `Bearer ${accessToken}`)
        return unauthorised(headers);
      if (body.length > requestBytes) return problem(413, 'Request body is too large');
      if (!rates.take(endpoint, rate)) return problem(429, RATE_LIMITED);
      const key = headers['x-line-retry-key'];
      if (key !== undefined && !(retries && UUID.test(key))) return problem(400, BAD_RETRY_KEY);
      return route.answer(request, names);
    };
  };
}

const RATE_LIMITED = 'The API rate limit has been exceeded. Try again later.';
const BAD_RETRY_KEY = 'Invalid retry key';
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function unauthorised({ authorization }: HttpRequest['headers']): HttpResponse {
  const reason =
    authorization === undefined
      ? 'missing authorization header. Confirm that the access token is in the request.'
      : 'invalid token. Confirm that the access token in the authorization header is valid.';
  const headers = { 'www-authenticate': 'Bearer' };
  const message = `Authentication failed due to the following reason: ${reason}`;
  return json(401, { message }, headers);
}

export function problem(
  status: number,
  message: string,
  details: readonly Fault[] = [],
): HttpResponse {
  return json(status, details.length === 0 ? { message } : { message, details });
}

function invalid(faults: readonly Fault[]): HttpResponse {
  return problem(400, `The request body has ${faults.length} error(s)`, faults);
}

export function withBody(answer: (body: Json, request: HttpRequest) => Answer<HttpResponse>) {
  return (request: HttpRequest): Answer<HttpResponse> => {
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/json\b/i.test(type)) {
      return problem(415, `The content type, ${type}, is not supported`);
    }
    const body = readJson(request.body);
    const unreadable = 'The request body could not be parsed as JSON (line: 1, column: 1)';
    return body === undefined ? problem(400, unreadable) : answer(body, request);
  };
}

function sendRoutes(parts: ProviderParts, api: ApiParts): readonly Endpoint[] {
  const limits = limitsOf(parts.channel, LINE_LIMITS);
  const send = createSending(api);
  const post = (
    path: string,
    answer: (body: Json, request: HttpRequest) => HttpResponse,
    more: Pick<Endpoint, 'rate' | 'retries'> = {},
  ): Endpoint => ({
    endpoint: `POST /v2/bot/message/${path}`,
    answer: withBody((body, request) => {
      const faults = checkMessages(body.messages, limits);
      return faults.length > 0 ? invalid(faults) : answer(body, request);
    }),
    ...more,
  });
  const toAll = (status: number) => (body: Json, request: HttpRequest) =>
    send.once(request, () => send.toAll(body, api.ledger.friends(), status));
  const kinds = ['reply', 'push', 'multicast', 'narrowcast', 'broadcast'];
  return [
    post('push', (body, request) => send.once(request, () => send.push(body)), { retries: true }),
    post('reply', send.reply),
    post(
      'multicast',
      (body, request) => {
        const users = Array.isArray(body.to) ? body.to.map(textOf) : [];
        const most = limits.multicastUsers;
        if (users.length > 0 && users.length <= most) {
          return send.once(request, () => send.toAll(body, users));
        }
        return invalid([{ message: `Size must be between 1 and ${most}`, property: 'to' }]);
      },
      { retries: true, rate: 'multicast' },
    ),
    post('broadcast', toAll(200), { retries: true, rate: 'broadcast' }),
    post('narrowcast', toAll(202), { retries: true, rate: 'broadcast' }),
    ...kinds.map((kind) => post(`validate/${kind}`, () => json(200, {}))),
    ...MARKS,
  ];
}

/** Reading and writing, shown to users. */
const MARKS: readonly Endpoint[] = [
  {
    endpoint: 'POST /v2/bot/chat/loading/start',
    rate: 'loading',
    answer: withBody(({ chatId, loadingSeconds = 20 }) => {
      const seconds = Number(loadingSeconds);
      if (!/^U[0-9a-f]{32}$/.test(textOf(chatId))) {
        return invalid([{ message: 'The value is invalid', property: 'chatId' }]);
      }
      if (seconds >= 5 && seconds <= 60 && seconds % 5 === 0) return json(202, {});
      const message = 'Must be a multiple of 5 between 5 and 60';
      return invalid([{ message, property: 'loadingSeconds' }]);
    }),
  },
  {
    endpoint: 'POST /v2/bot/chat/markAsRead',
    answer: withBody(({ markAsReadToken }) =>
      textOf(markAsReadToken) === ''
        ? invalid([{ message: 'May not be empty', property: 'markAsReadToken' }])
        : json(200, {}),
    ),
  },
  { endpoint: 'POST /v2/bot/message/markAsRead', answer: withBody(() => json(200, {})) },
];

function createSending({ ledger, carrier }: ApiParts) {
  /** Hands the messages over, to each of them; the ids are those of the first. */
  const hand = (body: Json, users: readonly string[]): SentMessages => {
    const objects = body.messages as readonly Json[];
    const [first = []] = users.map((to) => {
      const sent = objects.map((object) => ({ id: ledger.messageId(), object }));
      carrier.dispatch(to, sent);
      return sent;
    });
    return { sentMessages: first.map(({ id }) => ({ id, quoteToken: ledger.token() })) };
  };
  return {
    push(body: Json): HttpResponse {
      const to = textOf(body.to);
      if (!/^[UCR][0-9a-f]{32}$/.test(to)) return problem(400, BAD_TO);
      const isKnown = !to.startsWith('U') || carrier.isFriend(to);
      if (!isKnown) return problem(400, 'Failed to send messages');
      if (!ledger.spendQuota(1)) return problem(429, QUOTA_SPENT);
      return json(200, hand(body, [to]));
    },
    reply(body: Json): HttpResponse {
      const to = ledger.spendReplyToken(textOf(body.replyToken));
      return to === undefined ? problem(400, 'Invalid reply token') : json(200, hand(body, [to]));
    },
    toAll(body: Json, users: readonly string[], status = 200): HttpResponse {
      if (!ledger.spendQuota(users.length)) return problem(429, QUOTA_SPENT);
      hand(body, users);
      return json(status, {});
    },
    /** Once for each retry key; after that the first answer's ids, and 409. */
    once(request: HttpRequest, answer: () => HttpResponse): HttpResponse {
      const key = request.headers['x-line-retry-key'];
      if (key === undefined) return answer();
      const before = ledger.accepted(key);
      if (before !== undefined) {
        const headers = { 'x-line-accepted-request-id': before.requestId };
        return json(409, { message: 'The retry key is already accepted', ...before.sent }, headers);
      }
      const response = answer();
      if (response.status >= 300) return response;
      const requestId = ledger.requestId();
      const { sentMessages } = readJson(response.body) ?? {};
      const sent = sentMessages === undefined ? undefined : ({ sentMessages } as SentMessages);
      ledger.accept(key, { requestId, sent });
      return { ...response, headers: { ...response.headers, 'x-line-request-id': requestId } };
    },
  };
}

const BAD_TO = "The property, 'to', in the request body is invalid (line: -, column: -)";
/** Of users, not of message objects: several objects in a request count once for each of them. */
const QUOTA_SPENT = 'You have reached your monthly limit.';
