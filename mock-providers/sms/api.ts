/**
 * Twilio's Messages API, mocked: create, read, list, update, delete. Lenient in what it accepts,
 * strict in what it sends. It takes messages; `provider.ts` brings them to phones.
 * Not here: scheduling, content templates, feedback, DateSent filters, bearer tokens.
 */
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { SMS_LIMITS, segmentsOf } from '../../src/channels/sms/limits.ts';
import { API_VERSION, type ErrorJson, smsAccount } from '../../src/channels/sms/wire.ts';
import { type HttpRequest, type HttpResponse, json, pathOf, respond } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import {
  createIds,
  emptyMediaList,
  type Ledger,
  mediaAt,
  pageJson,
  type SmsRecord,
  toJson,
} from './ledger.ts';

/** What the API needs of the carrier behind it. */
export interface Carrier {
  /** Takes a message that was accepted; reports go to `callback`. */
  dispatch(record: SmsRecord, order: { callback?: string; validityMs: number }): void;
  /** Whether the sender's queue has no room left. */
  isFull(): boolean;
}

/** Answers one API request, synchronously. */
export function createApi(
  parts: ProviderParts,
  ledger: Ledger,
  carrier: Carrier,
): (request: HttpRequest) => HttpResponse {
  const { accountSid } = smsAccount(parts.channel);
  const isAuthorised = createGuard(parts);
  const create = createCreator(parts, ledger, carrier);
  const messages = `/${API_VERSION}/Accounts/${accountSid}/Messages`;
  const idOf = createIds(parts, 'request');
  let requests = 0;

  const answer = (request: HttpRequest): HttpResponse => {
    const path = pathOf(request.url);
    const missing = () => problem(20404, path);
    const form = () => parse(request.body.toString());
    const [, sid = '', media, mediaSid] = path.startsWith(`${messages}/`)
      ? (RESOURCE.exec(path.slice(messages.length)) ?? [])
      : [];
    const record = ledger.find(sid);
    // Media is open to whoever knows its address, and kept elsewhere, as with the real one.
    const found = record && mediaSid && mediaAt(record, mediaSid);
    if (found) return respond(307, '', { location: found.url });
    if (!isAuthorised(request.headers.authorization)) return problem(20003);
    if (path === `${messages}.json`) {
      if (request.method === 'POST') return create(form());
      return request.method === 'GET' ? list(ledger, accountSid, request.url) : missing();
    }
    if (record === undefined || mediaSid !== undefined) return missing();
    if (media !== undefined) return json(200, emptyMediaList(path));
    if (request.method === 'GET') return json(200, toJson(record, accountSid));
    if (request.method === 'POST') return update(ledger, record, form(), accountSid);
    if (request.method !== 'DELETE') return missing();
    ledger.remove(sid);
    return respond(204);
  };
  return (request) => {
    const response = answer(request);
    requests += 1;
    const headers = { ...HEADERS, 'twilio-request-id': idOf('RQ', requests), ...response.headers };
    return { ...response, headers };
  };
}

/** `/SM….json`, `/SM…/Media.json`, `/MM…/Media/ME…`: sid, list of media, one media item. */
const RESOURCE = /^\/(\w+)(?:\.json|(\/Media\.json)|\/Media\/(\w+))$/;

/** As captured from the real API. */
const HEADERS = {
  'twilio-concurrent-requests': '1',
  'x-home-region': 'us1',
  'x-api-domain': 'api.twilio.com',
  'x-powered-by': 'AT-5000',
  'x-shenanigans': 'none',
};

/** HTTP status and message (Twilio docs: Error and Warning Dictionary); `%` stands for detail. */
const PROBLEMS = {
  20001: [400, 'Invalid parameter: %'],
  20003: [401, 'Authenticate'],
  20404: [404, 'The requested resource % was not found'],
  21211: [400, "The 'To' number % is not a valid phone number."],
  21212: [400, "The 'From' number % is not a valid phone number or alphanumeric sender ID."],
  21408: [400, "Permission to send an SMS has not been enabled for the region of 'To': %."],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, "The 'From' phone number % is not an SMS-capable number of your account."],
  21609: [400, "The 'StatusCallback' URL % is not a valid URL."],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21611: [400, "This 'From' number has exceeded the maximum number of queued messages"],
  21612: [400, "The 'To' phone number % is not reachable from this 'From' number."],
  21614: [400, "'To' number % is not a valid mobile number"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21620: [400, 'Invalid media URL(s): %'],
  21623: [400, 'Number of media files exceeds allowed limit'],
  21624: [400, 'The validity period % is not between 1 and 36000 seconds'],
  21705: [400, "The 'MessagingServiceSid' % is invalid"],
} as const;

type ProblemCode = keyof typeof PROBLEMS;

function problem(code: ProblemCode, detail = ''): HttpResponse {
  const [status, message] = PROBLEMS[code];
  const body: ErrorJson = {
    code,
    message: message.replace('%', () => detail),
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  };
  const challenge = { 'www-authenticate': 'Basic realm="Twilio API"' };
  return json(status, body, status === 401 ? challenge : {});
}

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

/** Numbers of Twilio's test credentials that provoke an error (Twilio docs: Test Credentials). */
const MAGIC_TO: ReadonlyMap<string, ProblemCode> = new Map([
  ['+15005550001', 21211],
  ['+15005550002', 21612],
  ['+15005550003', 21408],
  ['+15005550004', 21610],
  ['+15005550009', 21614],
]);
const MAGIC_FROM: ReadonlyMap<string, ProblemCode> = new Map([
  ['+15005550001', 21212],
  ['+15005550007', 21606],
  ['+15005550008', 21611],
]);
/** The one that passes all checks. */
const MAGIC_SENDER = '+15005550006';

/** A create request, as understood. `service` and `from` do not go together here. */
interface Order {
  readonly to: string;
  readonly from: string;
  readonly service: string;
  readonly body: string;
  readonly media: readonly string[];
  readonly callback: string;
  readonly validity: string;
}

function createCreator(parts: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const { address, account } = parts.channel;
  const { accountSid } = smsAccount(parts.channel);
  return (form: ParsedUrlQuery): HttpResponse => {
    const order = read(form);
    const refusal =
      incomplete(order) ??
      malformed(order, account.messagingServiceSid) ??
      unsendable(order, address) ??
      (ledger.isBlocked(order.from || address, order.to) ? problem(21610) : undefined) ??
      (order.service === '' && carrier.isFull() ? problem(21611) : undefined);
    if (refusal !== undefined) return refusal;

    const byService = order.service !== '';
    const record = ledger.create({
      direction: 'outbound-api',
      serviceSid: byService ? order.service : null,
      to: order.to,
      from: byService ? null : order.from,
      body: order.body,
      media: order.media.map((url) => ({ url, mimeType: '' })),
      status: byService ? 'accepted' : 'queued',
      // A service knows the number of segments only when it has chosen a sender.
      segments: byService ? 0 : segmentsOf(order.body),
    });
    const answer = json(201, toJson(record, accountSid));
    carrier.dispatch(record, {
      ...(order.callback === '' ? {} : { callback: order.callback }),
      validityMs: Number(order.validity || SMS_LIMITS.validitySeconds) * 1000,
    });
    return answer;
  };
}

function read(form: ParsedUrlQuery): Order {
  const service = last(form.MessagingServiceSid);
  return {
    to: e164(last(form.To)),
    from: service === '' ? e164(last(form.From)) : '',
    service,
    body: last(form.Body),
    media: [form.MediaUrl ?? []].flat(),
    callback: last(form.StatusCallback),
    validity: last(form.ValidityPeriod),
  };
}

function incomplete(order: Order): HttpResponse | undefined {
  if (order.to === '') return problem(21604);
  if (order.from === '' && order.service === '') return problem(21603);
  return order.body === '' && order.media.length === 0 ? problem(21602) : undefined;
}

const E164 = /^\+[1-9]\d{6,14}$/;
/** Letters, digits and spaces, at least one letter (Twilio docs: Alphanumeric Sender ID). */
const ALPHANUMERIC = /^(?=.*[a-z])[a-z0-9 ]{1,11}$/i;
const SHORT_CODE = /^\d{3,8}$/;
const SERVICE_SID = /^MG[0-9a-f]{32}$/i;
/** A host without underscores (Twilio docs: Message resource, StatusCallback). */
const CALLBACK = /^https?:\/\/(?:[^/?#\s]*@)?[a-z0-9.\-:[\]]+(?:[/?#]|$)/i;

function malformed(order: Order, configuredService: string | undefined): HttpResponse | undefined {
  const { to, from, service, callback, validity } = order;
  if (!E164.test(to)) return problem(21211, to);
  const isService = SERVICE_SID.test(service) && service === (configuredService ?? service);
  if (service !== '' && !isService) return problem(21705, service);
  const isSender = E164.test(from) || ALPHANUMERIC.test(from) || SHORT_CODE.test(from);
  if (service === '' && !isSender) return problem(21212, from);
  if (order.body.length > SMS_LIMITS.bodyUnits) return problem(21617);
  if (order.media.length > SMS_LIMITS.media) return problem(21623);
  const badMedia = order.media.find((url) => !/^https?:\/\/\S+$/i.test(url));
  if (badMedia !== undefined) return problem(21620, badMedia);
  if (callback !== '' && !CALLBACK.test(callback)) return problem(21609, callback);
  const seconds = Number(validity || 1);
  const isValidity = Number.isInteger(seconds) && seconds >= 1;
  return isValidity && seconds <= SMS_LIMITS.validitySeconds ? undefined : problem(21624, validity);
}

function unsendable({ to, from, service }: Order, address: string): HttpResponse | undefined {
  const magicTo = MAGIC_TO.get(to);
  if (magicTo !== undefined) return problem(magicTo, to);
  const magicFrom = MAGIC_FROM.get(from);
  if (magicFrom !== undefined) return problem(magicFrom, from);
  const isOurs = service !== '' || from === address || from === MAGIC_SENDER;
  return isOurs ? undefined : problem(21606, from);
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
  const isWaiting = record.status === 'queued' || record.status === 'accepted';
  if (form.Status !== undefined && !(form.Status === 'canceled' && isWaiting)) {
    return problem(20001, 'Status');
  }
  if (form.Body !== undefined) ledger.change(record, { body: '' });
  if (form.Status !== undefined) ledger.change(record, { status: 'canceled' });
  return json(200, toJson(record, accountSid));
}

function list(ledger: Ledger, accountSid: string, url: string): HttpResponse {
  const query = parse(url.slice(url.indexOf('?') + 1 || url.length));
  const filter = { to: e164(last(query.To)), from: e164(last(query.From)) };
  const page = {
    number: whole(query.Page, 0, 0, Number.MAX_SAFE_INTEGER),
    size: whole(query.PageSize, SMS_LIMITS.pageSizeDefault, 1, SMS_LIMITS.pageSize),
  };
  return json(200, pageJson(ledger.list(filter), filter, page, accountSid));
}

/** Of a repeated key, the last value counts; a missing one is empty. */
function last(value: string | string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}

/** Ten digits are taken for a US number; spaces and punctuation are dropped. Else as given. */
function e164(address: string): string {
  if (E164.test(address)) return address;
  const digits = address.replace(/[\s().-]/g, '');
  if (/^1?[2-9]\d{9}$/.test(digits)) return `+${digits.length === 10 ? '1' : ''}${digits}`;
  return E164.test(digits) ? digits : address;
}

function whole(value: string | string[] | undefined, absent: number, min: number, max: number) {
  const number = Number(last(value) || absent);
  return Number.isInteger(number) ? Math.min(Math.max(number, min), max) : absent;
}
