/**
 * Twilio's Messages API, mocked: create, read, list, update, delete. Lenient in what it accepts,
 * strict in what it sends. It takes messages; `provider.ts` brings them to phones.
 * What a new message needs is in `rules.ts`. Not here: bearer tokens, Messaging Services as such.
 */
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { limitsOf } from '../../src/channels/limits.ts';
import { SMS_LIMITS, segmentsOf } from '../../src/channels/sms/limits.ts';
import { API_VERSION, type SmsStatus, smsAccount } from '../../src/channels/sms/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  pathOf,
  respond,
} from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import { createRoutes } from '../routes.ts';
import {
  createIds,
  feedbackJson,
  type Ledger,
  mediaAt,
  mediaItemJson,
  mediaListJson,
  mediaSidOf,
  pageJson,
  type SmsRecord,
  toJson,
} from './ledger.ts';
import { e164, last, problem, readOrder, refusalOf } from './rules.ts';

export interface CarrierOrder {
  readonly waitMs: number;
  readonly callback?: string;
  readonly validityMs: number;
}

/** What the API needs of the carrier behind it. */
export interface Carrier {
  /** Takes a message that was accepted, to go after `waitMs`; reports go to `callback`. */
  dispatch(record: SmsRecord, order: CarrierOrder): void;
  /** Whether the sender's queue has no room left. */
  isFull(): boolean;
}

/** Answers API requests, synchronously inside. */
export function createApi(
  parts: ProviderParts,
  ledger: Ledger,
  carrier: Carrier,
): { readonly handle: HttpHandler; readonly endpoints: readonly string[] } {
  const idOf = createIds(parts, 'request');
  let requests = 0;
  const isAuthorised = createGuard(parts);
  const routes = createRoutes(
    endpointsOf(parts, ledger, carrier).map(({ endpoint, isOpen, answer }) => ({
      endpoint,
      answer(request, names) {
        if (isAuthorised(request.headers.authorization)) return answer(request, names);
        const open = isOpen === true ? answer(request, names) : undefined;
        return open?.status === 307 ? open : problem(20003);
      },
    })),
    ({ headers, url }) =>
      isAuthorised(headers.authorization) ? problem(20404, pathOf(url)) : problem(20003),
  );
  return {
    endpoints: routes.endpoints,
    async handle(request) {
      const response = await routes.answer(request);
      requests += 1;
      const own = { ...HEADERS, 'twilio-request-id': idOf('RQ', requests) };
      return { ...response, headers: { ...own, ...response.headers } };
    },
  };
}

interface Endpoint {
  readonly endpoint: string;
  readonly isOpen?: boolean;
  answer(request: HttpRequest, names: readonly string[]): HttpResponse;
}

function endpointsOf(parts: ProviderParts, ledger: Ledger, carrier: Carrier): readonly Endpoint[] {
  const { accountSid } = smsAccount(parts.channel);
  const create = createCreator(parts, ledger, carrier);
  const messages = `/${API_VERSION}/Accounts/{AccountSid}/Messages`;
  const ours = (account: string | undefined, request: HttpRequest, answer: () => HttpResponse) =>
    account === accountSid ? answer() : problem(20404, pathOf(request.url));
  const ofAccount = (
    endpoint: string,
    answer: (request: HttpRequest) => HttpResponse,
  ): Endpoint => ({
    endpoint,
    answer: (request, [account]) => ours(account, request, () => answer(request)),
  });
  const ofMessage = (
    endpoint: string,
    answer: (record: SmsRecord, request: HttpRequest, name: string) => HttpResponse,
  ): Endpoint => ({
    endpoint,
    answer: (request, [account, sid = '', name = '']) =>
      ours(account, request, () => {
        const record = ledger.find(sid);
        return record === undefined
          ? problem(20404, pathOf(request.url))
          : answer(record, request, name);
      }),
  });
  const mediaJson = (record: SmsRecord, i: number) => mediaItemJson(record, i, accountSid);
  return [
    ofAccount(`POST ${messages}.json`, ({ body }) => create(parse(body.toString()))),
    ofAccount(`GET ${messages}.json`, ({ url }) => list(ledger, accountSid, url)),
    ofMessage(`GET ${messages}/{Sid}/Media.json`, (record, { url }) =>
      json(
        200,
        mediaListJson(
          pathOf(url),
          record.media.map((_, i) => mediaJson(record, i)),
        ),
      ),
    ),
    ofMessage(`GET ${messages}/{Sid}/Media/{MediaSid}.json`, (record, { url }, mediaSid) => {
      const i = record.media.findIndex((_, at) => mediaSidOf(record.sid, at) === mediaSid);
      return i < 0 ? problem(20404, pathOf(url)) : json(200, mediaJson(record, i));
    }),
    {
      // Open to whoever knows its address, and kept elsewhere, as with the real one.
      ...ofMessage(`GET ${messages}/{Sid}/Media/{MediaSid}`, (record, { url }, mediaSid) => {
        const found = mediaAt(record, mediaSid);
        return found ? respond(307, '', { location: found.url }) : problem(20404, pathOf(url));
      }),
      isOpen: true,
    },
    ofMessage(`POST ${messages}/{Sid}/Feedback.json`, (record, { body }) => {
      const outcome = last(parse(body.toString()).Outcome) || 'confirmed';
      const known = outcome === 'confirmed' || outcome === 'unconfirmed';
      return known
        ? json(201, feedbackJson(record, outcome, accountSid))
        : problem(20001, 'Outcome');
    }),
    ofMessage(`GET ${messages}/{Sid}.json`, (record) => json(200, toJson(record, accountSid))),
    ofMessage(`POST ${messages}/{Sid}.json`, (record, { body }) =>
      update(ledger, record, parse(body.toString()), accountSid),
    ),
    ofMessage(`DELETE ${messages}/{Sid}.json`, ({ sid }) => {
      ledger.remove(sid);
      return respond(204);
    }),
  ];
}

/** As captured from the real API. */
const HEADERS = {
  'twilio-concurrent-requests': '1',
  'x-home-region': 'us1',
  'x-api-domain': 'api.twilio.com',
  'x-powered-by': 'AT-5000',
  'x-shenanigans': 'none',
};

/** Basic auth with the account's token, or with `apiKeySid` and `apiKeySecret` of the account. */
function createGuard({ channel }: ProviderParts): (authorization: string | undefined) => boolean {
  const { accountSid, authToken } = smsAccount(channel);
  const { apiKeySid, apiKeySecret } = channel.account;
  const pairs = [`${accountSid}:${authToken}`];
  if (apiKeySid !== undefined && apiKeySecret !== undefined) {
    pairs.push(`${apiKeySid}:${apiKeySecret}`);
  }
  return (authorization = '') => {
    const given = /^basic +(\S+)$/i.exec(authorization)?.[1] ?? '';
    return pairs.includes(Buffer.from(given, 'base64').toString());
  };
}

function createCreator(parts: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const { clock, channel } = parts;
  const { address, account } = channel;
  const { accountSid } = smsAccount(channel);
  const limits = limitsOf(channel, SMS_LIMITS);
  return (form: ParsedUrlQuery): HttpResponse => {
    const order = readOrder(form, account);
    const nowMs = unixNow(clock);
    const refusal =
      refusalOf(order, { limits, address, account, nowMs }) ??
      (ledger.isBlocked(order.from || address, order.to) ? problem(21610) : undefined) ??
      (order.service === '' && carrier.isFull() ? problem(21611) : undefined);
    if (refusal !== undefined) return refusal;

    const byService = order.service !== '';
    const waitMs = order.sendAtMs === undefined ? 0 : order.sendAtMs - nowMs;
    const record = ledger.create({
      direction: 'outbound-api',
      serviceSid: byService ? order.service : null,
      to: order.to,
      from: byService ? null : order.from,
      body: order.body,
      media: order.media.map((url) => ({ url, mimeType: '' })),
      status: waitMs > 0 ? 'scheduled' : byService ? 'accepted' : 'queued',
      // A service knows the number of segments only when it has chosen a sender.
      segments: byService ? 0 : segmentsOf(order.body),
    });
    const answer = json(201, toJson(record, accountSid));
    carrier.dispatch(record, {
      waitMs,
      ...(order.callback === '' ? {} : { callback: order.callback }),
      validityMs: Number(order.validity || limits.validitySeconds) * 1000,
    });
    return answer;
  };
}

/** `Body=` redacts, `Status=canceled` takes back what has not been sent; both are lasting. */
function update(
  ledger: Ledger,
  record: SmsRecord,
  form: ParsedUrlQuery,
  accountSid: string,
): HttpResponse {
  // Which code Twilio gives for these two is not documented; 20001 is assumed.
  if (last(form.Body) !== '') return problem(20001, 'Body may only be emptied');
  const isWaiting = WAITING.has(record.status);
  if (form.Status !== undefined && !(form.Status === 'canceled' && isWaiting)) {
    return problem(20001, 'Status');
  }
  if (form.Body !== undefined) ledger.change(record, { body: '' });
  if (form.Status !== undefined) ledger.change(record, { status: 'canceled' });
  return json(200, toJson(record, accountSid));
}

const WAITING: ReadonlySet<SmsStatus> = new Set(['queued', 'accepted', 'scheduled']);

function list(ledger: Ledger, accountSid: string, url: string): HttpResponse {
  const query = parse(url.slice(url.indexOf('?') + 1 || url.length));
  const filter = { to: e164(last(query.To)), from: e164(last(query.From)) };
  const page = {
    number: whole(query.Page, 0, 0, Number.MAX_SAFE_INTEGER),
    size: whole(query.PageSize, SMS_LIMITS.pageSizeDefault, 1, SMS_LIMITS.pageSize),
  };
  const found = ledger.list(filter).filter(createDateFilter(query));
  return json(200, pageJson(found, filter, page, accountSid));
}

/** `DateSent`, `DateSent<` and `DateSent>`: days in UTC, the last two inclusive. */
function createDateFilter(query: ParsedUrlQuery): (record: SmsRecord) => boolean {
  const day = (name: string) => last(query[name]).slice(0, 10);
  const [on, until, since] = [day('DateSent'), day('DateSent<'), day('DateSent>')];
  if (on + until + since === '') return () => true;
  return ({ sentMs }) => {
    if (sentMs === null) return false;
    const sent = new Date(sentMs).toISOString().slice(0, 10);
    return (
      (on === '' || sent === on) &&
      (until === '' || sent <= until) &&
      (since === '' || sent >= since)
    );
  };
}

function whole(value: string | string[] | undefined, absent: number, min: number, max: number) {
  const number = Number(last(value) || absent);
  return Number.isInteger(number) ? Math.min(Math.max(number, min), max) : absent;
}
