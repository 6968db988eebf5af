/**
 * Twilio's calls to the stack: the inbound message and the status callback, signed, sent, tried
 * again where Twilio would; and what the stack's answer says. It does not decide when to call.
 */

import { limitsOf } from '../../src/channels/limits.ts';
import { SMS_LIMITS } from '../../src/channels/sms/limits.ts';
import { sign } from '../../src/channels/sms/signature.ts';
import {
  API_VERSION,
  type InboundFields,
  type SmsStatus,
  type StatusFields,
  smsAccount,
} from '../../src/channels/sms/wire.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import { StackError } from '../../src/errors.ts';
import type { HttpRequest, HttpResponse } from '../../src/http.ts';
import { type CallPolicy, type CallReport, call } from '../calls.ts';
import type { ProviderParts } from '../provider.ts';
import { mediaSidOf, type SmsRecord } from './ledger.ts';
import { keywordIn } from './rules.ts';

export interface Webhook {
  /** Hands an inbound message to the stack. */
  inbound(record: SmsRecord): Promise<CallReport>;
  /** Reports `status` of an outbound message to the address its sender gave. */
  status(url: string, record: SmsRecord, status: SmsStatus): Promise<CallReport>;
}

export function createWebhook(parts: ProviderParts): Webhook {
  const { accountSid, authToken } = smsAccount(parts.channel);
  const policy = policyOf(parts);
  const isAdvanced = parts.channel.account.advancedOptOut === 'on';
  const optOutType = ({ body }: SmsRecord) => (isAdvanced ? keywordIn(body) : undefined);
  const post = (url: string, fields: Fields, token: string): Promise<CallReport> =>
    call(parts, signed(url, fields, authToken, token), policy);
  return {
    inbound: (record) =>
      post(
        parts.webhookUrl,
        inboundFields(record, accountSid, `${parts.publicUrl}/${API_VERSION}`, optOutType(record)),
        tokenOf(record.sid, 'received'),
      ),
    status: (url, record, status) =>
      post(
        url,
        statusFields(record, status, accountSid, unixNow(parts.clock)),
        tokenOf(record.sid, status),
      ),
  };
}

/** Bodies of the messages an answer asks for, in order; only TwiML and plain text ask for any. */
export function repliesIn(response: HttpResponse): readonly string[] {
  const type = response.headers['content-type'] ?? '';
  const text = response.body.toString();
  // Documented, and a classic trap: an answer of text/plain `OK` is sent to the customer.
  if (type.startsWith('text/plain')) return text === '' ? [] : [text];
  if (!/^(text\/xml|application\/xml|text\/html)/.test(type)) return [];
  return Array.from(text.matchAll(MESSAGE), ([, , inner = '']) => unescapeXml(bodyIn(inner)));
}

/** At once, where no connection came about or one broke (docs: overrides, rc, rp=ct). */
function policyOf({ channel }: ProviderParts): CallPolicy {
  const { webhookTimeoutMs, webhookRetries } = limitsOf(channel, SMS_LIMITS);
  return {
    timeoutMs: webhookTimeoutMs,
    takes: ({ status }) => status >= 200 && status < 300,
    retryAfterMs(retry, because) {
      const isBroken = because instanceof StackError && RETRIED.has(because.code);
      return isBroken && retry <= webhookRetries ? 0 : undefined;
    },
  };
}

const RETRIED: ReadonlySet<string> = new Set(['connectionRefused', 'connectionLost']);

type Fields = Readonly<Record<string, string>>;

function signed(target: string, fields: Fields, authToken: string, token: string): HttpRequest {
  // A fragment carries Twilio's own connection overrides: neither sent nor signed.
  const url = target.split('#', 1)[0] ?? target;
  let form = '';
  for (const name in fields) form += `${form && '&'}${name}=${encode(fields[name] ?? '')}`;
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': sign(authToken, url, fields),
      'i-twilio-idempotency-token': token,
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
    },
    body: Buffer.from(form),
  };
}

function inboundFields(
  record: SmsRecord,
  accountSid: string,
  base: string,
  optOutType: string | undefined,
): Fields {
  const { sid, to } = record;
  const from = record.from ?? '';
  const fields: Record<string, string> = {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    Body: record.body,
    From: from,
    FromCity: '',
    FromCountry: countryOf(from),
    FromState: '',
    FromZip: '',
    MessageSid: sid,
    NumMedia: String(record.media.length),
    NumSegments: String(record.segments),
    SmsMessageSid: sid,
    SmsSid: sid,
    SmsStatus: 'received',
    To: to,
    ToCity: '',
    ToCountry: countryOf(to),
    ToState: '',
    ToZip: '',
  } satisfies InboundFields;
  if (optOutType !== undefined) fields.OptOutType = optOutType;
  for (const [i, { mimeType }] of record.media.entries()) {
    const path = `Accounts/${accountSid}/Messages/${sid}/Media/${mediaSidOf(sid, i)}`;
    fields[`MediaContentType${i}`] = mimeType;
    fields[`MediaUrl${i}`] = `${base}/${path}`;
  }
  return fields;
}

function statusFields(
  record: SmsRecord,
  status: SmsStatus,
  accountSid: string,
  unixMs: number,
): Fields {
  const fields: Record<string, string> = {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    From: record.from ?? '',
    MessageSid: record.sid,
    MessageStatus: status,
    SmsSid: record.sid,
    SmsStatus: status,
    To: record.to,
  } satisfies StatusFields;
  const failed = status === 'failed' || status === 'undelivered';
  const reportedByCarrier = status === 'delivered' || status === 'undelivered';
  if (failed && record.errorCode !== null) fields.ErrorCode = String(record.errorCode);
  if (reportedByCarrier) fields.RawDlrDoneDate = dlrDate(unixMs);
  if (record.serviceSid !== null) fields.MessagingServiceSid = record.serviceSid;
  return fields;
}

/** A UUID that is the event's own: the same in every retry, another for every status. */
function tokenOf(sid: string, status: SmsStatus): string {
  const digits = sid.slice(2);
  const event = TOKEN_DIGITS.indexOf(status).toString(16);
  return [
    digits.slice(24),
    digits.slice(0, 4),
    `4${digits.slice(4, 7)}`,
    `8${digits.slice(7, 10)}`,
    `${event}${digits.slice(10, 21)}`,
  ].join('-');
}

const TOKEN_DIGITS: readonly SmsStatus[] = [
  'received',
  'queued',
  'sent',
  'delivered',
  'undelivered',
  'failed',
];

/** Only +1 is known here; Twilio gives the country for every number, the rest for the US and CA. */
function countryOf(address: string): string {
  return address.startsWith('+1') ? 'US' : '';
}

/** YYMMDDhhmm, UTC. */
function dlrDate(unixMs: number): string {
  const [year, month, day, hour, minute] = new Date(unixMs).toISOString().split(/\D/);
  return `${year?.slice(2)}${month}${day}${hour}${minute}`;
}

const PLAIN = /^[A-Za-z0-9.*_-]*$/;
const REST = /%20|[!'()~]/g;

/** As `java.net.URLEncoder` does it: space is `+`, all but `.-*_` and alphanumerics is escaped. */
function encode(value: string): string {
  if (PLAIN.test(value)) return value;
  return encodeURIComponent(value.toWellFormed()).replace(REST, (found) =>
    found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const MESSAGE = /<(Message|Sms)\b[^>]*?(?<!\/)>([\s\S]*?)<\/\1>/g;

/** The text may stand bare or in `<Body>` (Twilio docs: TwiML for Programmable Messaging). */
function bodyIn(inner: string): string {
  const body = /<Body>([\s\S]*?)<\/Body>/.exec(inner)?.[1];
  return (body ?? inner.replace(/<[^>]*>/g, '')).trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|quot|apos|amp)|#(\d+)|#x([\da-f]+));/gi,
    (found, name, dec, hex) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? found;
      const point = Number.parseInt(dec ?? hex, dec === undefined ? 16 : 10);
      return point <= 0x10ffff ? String.fromCodePoint(point) : found;
    },
  );
}
