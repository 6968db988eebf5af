/**
 * What Twilio asks of a new message: its fields read from the form, what is wrong with them, and
 * how it says so. It changes nothing.
 */
import type { ParsedUrlQuery } from 'node:querystring';
import { readJson } from '../../src/channels/json.ts';
import type { SmsLimits } from '../../src/channels/sms/limits.ts';
import type { ErrorJson } from '../../src/channels/sms/wire.ts';
import { type HttpResponse, json } from '../../src/http.ts';
import type { Channel } from '../../src/org.ts';

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
  35111: [400, 'SendAt is required for scheduled messages'],
  35114: [400, 'SendAt time must be in the future'],
  35118: [400, 'MessagingServiceSid is required to schedule a message'],
  21620: [400, 'Invalid media URL(s): %'],
  21623: [400, 'Number of media files exceeds allowed limit'],
  21624: [400, 'The validity period % is not between 1 and 36000 seconds'],
  21655: [400, 'The ContentSid % is invalid'],
  21705: [400, "The 'MessagingServiceSid' % is invalid"],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export function problem(code: ProblemCode, detail = ''): HttpResponse {
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
export interface Order {
  readonly to: string;
  readonly from: string;
  readonly service: string;
  readonly body: string;
  readonly media: readonly string[];
  readonly callback: string;
  readonly validity: string;
  /** A content template, filled in already if it is known. */
  readonly content: string;
  /** Unix ms; NaN for what is no time; nothing when it is to go at once. */
  readonly sendAtMs: number | undefined;
}

/** What the rules go by: the channel's limits, account and address, and the time. */
export interface Ground {
  readonly limits: SmsLimits;
  readonly address: string;
  readonly account: Channel['account'];
  readonly nowMs: number;
}

export function readOrder(form: ParsedUrlQuery, account: Channel['account']): Order {
  const service = last(form.MessagingServiceSid);
  const content = last(form.ContentSid);
  const filled =
    content === '' ? undefined : contentOf(content, last(form.ContentVariables), account);
  return {
    to: e164(last(form.To)),
    from: service === '' ? e164(last(form.From)) : '',
    service,
    body: filled ?? last(form.Body),
    media: [form.MediaUrl ?? []].flat(),
    callback: last(form.StatusCallback),
    validity: last(form.ValidityPeriod),
    content: filled === undefined ? content : '',
    sendAtMs: last(form.ScheduleType) === 'fixed' ? Date.parse(last(form.SendAt)) : undefined,
  };
}

/** `HX…=Hello {{1}}` of the account, by semicolon; nothing for an unknown one. */
function contentOf(
  sid: string,
  variables: string,
  { contentTemplates = '' }: Channel['account'],
): string | undefined {
  const found = contentTemplates.split(';').find((one) => one.trim().startsWith(`${sid}=`));
  const text = found?.slice(found.indexOf('=') + 1);
  const values = readJson(Buffer.from(variables)) ?? {};
  return text?.replace(/\{\{(\w+)\}\}/g, (place, name: string) => String(values[name] ?? place));
}

/** What is wrong with it, whoever it goes to; nothing if it may go. */
export function refusalOf(order: Order, ground: Ground): HttpResponse | undefined {
  return (
    incomplete(order) ??
    malformed(order, ground) ??
    untimely(order, ground) ??
    unsendable(order, ground)
  );
}

/** Only a Messaging Service can keep a message for later (docs: Message scheduling). */
function untimely(
  { sendAtMs, service }: Order,
  { nowMs, limits }: Ground,
): HttpResponse | undefined {
  if (sendAtMs === undefined) return undefined;
  if (service === '') return problem(35118);
  if (Number.isNaN(sendAtMs)) return problem(35111);
  const wait = sendAtMs - nowMs;
  return wait >= limits.scheduleLeastMs && wait <= limits.scheduleMostMs
    ? undefined
    : problem(35114);
}

function incomplete(order: Order): HttpResponse | undefined {
  if (order.content !== '') return problem(21655, order.content);
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

function malformed(order: Order, { account, limits }: Ground): HttpResponse | undefined {
  const configuredService = account.messagingServiceSid;
  const { to, from, service, callback, validity } = order;
  if (!E164.test(to)) return problem(21211, to);
  const isService = SERVICE_SID.test(service) && service === (configuredService ?? service);
  if (service !== '' && !isService) return problem(21705, service);
  const isSender = E164.test(from) || ALPHANUMERIC.test(from) || SHORT_CODE.test(from);
  if (service === '' && !isSender) return problem(21212, from);
  if (order.body.length > limits.bodyUnits) return problem(21617);
  if (order.media.length > limits.media) return problem(21623);
  const badMedia = order.media.find((url) => !/^https?:\/\/\S+$/i.test(url));
  if (badMedia !== undefined) return problem(21620, badMedia);
  if (callback !== '' && !CALLBACK.test(callback)) return problem(21609, callback);
  const seconds = Number(validity || 1);
  const isValidity = Number.isInteger(seconds) && seconds >= 1;
  return isValidity && seconds <= limits.validitySeconds ? undefined : problem(21624, validity);
}

function unsendable({ to, from, service }: Order, { address }: Ground): HttpResponse | undefined {
  const magicTo = MAGIC_TO.get(to);
  if (magicTo !== undefined) return problem(magicTo, to);
  const magicFrom = MAGIC_FROM.get(from);
  if (magicFrom !== undefined) return problem(magicFrom, from);
  const isOurs = service !== '' || from === address || from === MAGIC_SENDER;
  return isOurs ? undefined : problem(21606, from);
}

/** Of a repeated key, the last value counts; a missing one is empty. */
export function last(value: string | string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
}

/** Ten digits are taken for a US number; spaces and punctuation are dropped. Else as given. */
export function e164(address: string): string {
  if (E164.test(address)) return address;
  const digits = address.replace(/[\s().-]/g, '');
  if (/^1?[2-9]\d{9}$/.test(digits)) return `+${digits.length === 10 ? '1' : ''}${digits}`;
  return E164.test(digits) ? digits : address;
}

/** Default keywords (Twilio support: "Twilio support for opt-out keywords"). */
const STOP = /^(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT)$/i;
const START = /^(START|UNSTOP|YES)$/i;
const HELP = /^(HELP|INFO)$/i;

export type Keyword = 'STOP' | 'START' | 'HELP';

/** Which of Twilio's keywords a message is; it has to be that and nothing else. */
export function keywordIn(body: string): Keyword | undefined {
  const word = body.trim();
  if (STOP.test(word)) return 'STOP';
  if (START.test(word)) return 'START';
  return HELP.test(word) ? 'HELP' : undefined;
}
