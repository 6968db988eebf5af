/**
 * A Salesforce org's own API, as far as messaging partners need it: access tokens, the publishing
 * of platform events, a look at the set-up (SOQL, describe), and files by public link. Not here:
 * the Interaction Service, and the Pub/Sub API (`pubsub.ts`).
 */
import { parse } from 'node:querystring';
import { createDecoder, createVerifier } from 'fast-jwt';
import { FILE_PATH } from '../src/channels/byoc/wire.ts';
import { recordOf, textOf } from '../src/channels/json.ts';
import { type HttpRequest, type HttpResponse, json, respond } from '../src/http.ts';
import type { Route } from './routes.ts';
import { query, type Tables } from './soql.ts';

export interface Org {
  /** Where the org itself is reached. */
  readonly instanceUrl: string;
  readonly orgId: string;
  readonly userId: string;
  readonly consumerKey: string;
  /** PEM, of the connected app's certificate; without one any well-formed assertion will do. */
  readonly partnerPublicKey?: string;
  readonly event: PlatformEvent;
  readonly tables: Tables;
  /** Unix ms. */
  nowMs(): number;
  /** An access token, with these scopes. */
  makeToken(scopes: string): string;
  isAuthorised(token: string): boolean;
  recordId(prefix: string): string;
  uuid(purpose: string): string;
  file(id: string): { readonly mimeType: string; readonly body: Buffer } | undefined;
}

export interface PlatformEvent {
  /** With its `__e`. */
  readonly name: string;
  /** All are long text areas. */
  readonly fields: readonly string[];
  /** Characters of a field. */
  readonly fieldLength: number;
  publish(fields: Readonly<Record<string, string>>): void;
}

export function orgRoutes(org: Org): readonly Route[] {
  const give = createTokenEndpoint(org);
  const signedIn = (endpoint: string, answer: Route['answer']): Route => ({
    endpoint,
    answer: (request, names) => {
      const token = /^(?:Bearer|OAuth) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token !== undefined && org.isAuthorised(token)) return answer(request, names);
      return refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    },
  });
  return [
    { endpoint: 'POST /services/oauth2/token', answer: give },
    { endpoint: 'POST /services/Soap/u/{version}', answer: (request) => logIn(org, request) },
    signedIn('POST /services/data/{version}/sobjects/{EventName}__e', (request, [version, name]) =>
      publish(org, request, version ?? '', `${name}__e`),
    ),
    signedIn('GET /services/data/{version}/sobjects/{EventName}__e/describe', (_, [, name]) =>
      describe(org.event, `${name}__e`),
    ),
    signedIn('GET /services/data/{version}/query', ({ url }, [version = '']) => {
      const result = query(new URL(url).searchParams.get('q') ?? '', org.tables, version);
      if (!('errorCode' in result)) return json(200, result);
      return refuse(400, result.errorCode, result.message);
    }),
    {
      endpoint: `GET ${FILE_PATH}`,
      answer: ({ url }) => {
        const file = org.file(new URL(url).searchParams.get('ids') ?? '');
        if (file === undefined) return respond(404);
        return { status: 200, headers: { 'content-type': file.mimeType }, body: file.body };
      },
    },
  ];
}

/** An error of the REST API (REST API Developer Guide: Status Codes and Error Responses). */
export function refuse(status: number, errorCode: string, message: string): HttpResponse {
  return json(status, [{ message, errorCode }]);
}

/** The form of 18 characters: three more, which tell the capitals of the 15. */
export function longId(id: string): string {
  const tail = [0, 5, 10].map((at) => {
    const bits = [...id.slice(at, at + 5)].map((char, i) => (/[A-Z]/.test(char) ? 2 ** i : 0));
    return TAIL.charAt(bits.reduce((sum, bit) => sum + bit, 0));
  });
  return id + tail.join('');
}

const TAIL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** OAuth 2.0 JWT bearer flow (Salesforce help: remoteaccess_oauth_jwt_flow). */
function createTokenEndpoint(org: Org) {
  const decode = createDecoder({ complete: true });
  const key = org.partnerPublicKey?.replace(/\\n/g, '\n');
  const verify =
    key &&
    createVerifier({ algorithms: ['RS256'], key, ignoreExpiration: true, ignoreNotBefore: true });
  const complaintAbout = (assertion: string): readonly [string, string] | undefined => {
    try {
      const { header, payload } = recordOf(decode(assertion));
      const { iss, sub, aud, exp } = recordOf(payload);
      if (recordOf(header).alg !== 'RS256') return ['invalid_grant', 'invalid assertion'];
      if (iss !== org.consumerKey) return ['invalid_client_id', 'client identifier invalid'];
      if (verify) verify(assertion);
      if (textOf(sub) === '') return ['invalid_grant', "user hasn't approved this consumer"];
      if (textOf(aud) === '' && !Array.isArray(aud)) {
        return ['invalid_grant', 'audience is invalid'];
      }
      // Seconds, but Salesforce's own README says ms.
      const ms = typeof exp !== 'number' ? 0 : exp > 1e11 ? exp : exp * 1000;
      return ms > org.nowMs() ? undefined : ['invalid_grant', 'expired assertion'];
    } catch {
      return ['invalid_grant', 'invalid assertion'];
    }
  };
  return ({ body }: HttpRequest): HttpResponse => {
    const { grant_type, assertion } = parse(body.toString());
    if (grant_type !== JWT_BEARER) {
      return oauthError('unsupported_grant_type', 'grant type not supported');
    }
    const complaint = complaintAbout(textOf(assertion));
    if (complaint !== undefined) return oauthError(...complaint);
    const scope = 'interaction_api api';
    const id = `${org.instanceUrl}/id/${longId(org.orgId)}/${longId(org.userId)}`;
    const access_token = org.makeToken(scope);
    const { instanceUrl: instance_url } = org;
    return json(200, { access_token, scope, instance_url, id, token_type: 'Bearer' }, NO_STORE);
  };
}

const NO_STORE = { 'cache-control': 'no-cache, no-store' };

function oauthError(error: string, error_description: string): HttpResponse {
  return json(400, { error, error_description }, NO_STORE);
}

/** SOAP login, by any name and password (SOAP API Developer Guide: login). */
function logIn(org: Org, { body }: HttpRequest): HttpResponse {
  const text = body.toString();
  const has = (name: string) => new RegExp(`<(?:\\w+:)?${name}>[^<]+<`).test(text);
  const isLogin = has('username') && has('password');
  const inner = isLogin
    ? `<loginResponse><result><serverUrl>${org.instanceUrl}/services/Soap/u</serverUrl>` +
      `<sessionId>${org.makeToken('api')}</sessionId><userId>${longId(org.userId)}</userId>` +
      `<userInfo><organizationId>${longId(org.orgId)}</organizationId></userInfo>` +
      '</result></loginResponse>'
    : '<soapenv:Fault><faultcode>INVALID_LOGIN</faultcode>' +
      '<faultstring>INVALID_LOGIN: Invalid username, password, security token; ' +
      'or user locked out.</faultstring></soapenv:Fault>';
  const envelope =
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ' +
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns="urn:partner.soap.sforce.com">' +
    `<soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
  return respond(isLogin ? 200 : 500, envelope, { 'content-type': 'text/xml;charset=UTF-8' });
}

const NO_SUCH = refuse(404, 'NOT_FOUND', 'The requested resource does not exist');

/** Platform Events Developer Guide: Publish Event Messages with Salesforce APIs. */
function publish(org: Org, { body }: HttpRequest, version: string, name: string): HttpResponse {
  const { event } = org;
  if (name !== event.name) return NO_SUCH;
  const fields = readFields(body);
  if (fields === undefined) return refuse(400, 'JSON_PARSER_ERROR', 'Unexpected character');
  for (const [field, value] of Object.entries(fields)) {
    if (!event.fields.includes(field)) {
      const message = `No such column '${field}' on sobject of type ${name}`;
      return refuse(400, 'INVALID_FIELD', message);
    }
    if (value.length > event.fieldLength) {
      const message = `${field}: data value too large: (max length=${event.fieldLength})`;
      return json(400, [{ message, errorCode: 'STRING_TOO_LONG', fields: [field] }]);
    }
  }
  event.publish(fields);
  const id = longId(org.recordId('e01'));
  const enqueued = { statusCode: 'OPERATION_ENQUEUED', message: org.uuid('event'), fields: [] };
  const location = `/services/data/${version}/sobjects/${name}/${id}`;
  return json(201, { id, success: true, errors: [enqueued] }, { location });
}

/** Texts only: the event has no other fields. */
function readFields(body: Buffer): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const isText = isObject && Object.values(value).every((field) => typeof field === 'string');
    return isText ? (value as Readonly<Record<string, string>>) : undefined;
  } catch {
    return undefined;
  }
}

function describe(event: PlatformEvent, name: string): HttpResponse {
  if (name !== event.name) return NO_SUCH;
  const system = [
    { name: 'ReplayId', type: 'string', length: 1000, custom: false },
    { name: 'CreatedDate', type: 'datetime', length: 0, custom: false },
    { name: 'CreatedById', type: 'reference', length: 18, custom: false },
  ];
  const own = event.fields.map((field) => {
    return { name: field, type: 'textarea', length: event.fieldLength, custom: true };
  });
  const label = name.replace(/__e$/, '').replace(/_/g, ' ');
  return json(200, { name, label, custom: true, createable: true, fields: [...system, ...own] });
}
