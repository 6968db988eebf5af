/**
 * The Graph API for a page's messages, mocked: sends, sender actions, uploads, batches, people, the
 * page's settings. Any version goes. It takes messages; `rules.ts` refuses, `provider.ts` brings
 * them to phones. Not here: labels, insights, conversations; handing threads over changes nothing.
 */
import { type Json, listOf, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { MESSENGER_LIMITS } from '../../src/channels/messenger/limits.ts';
import { proofOf } from '../../src/channels/messenger/signature.ts';
import {
  type ErrorJson,
  type MediaType,
  messengerAccount,
  type SendAnswer,
} from '../../src/channels/messenger/wire.ts';
import { type HttpHandler, type HttpRequest, json, originOf, pathOf } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import { createRoutes, type Route } from '../routes.ts';
import { type Answer, type Call, type Edge, idOf, isNo, isYes, paramsOf } from './content.ts';
import { type Attachment, type Issued, type Ledger, objectEdges, pageEdges } from './ledger.ts';
import {
  BAD_TOKEN,
  bad,
  checkCredentials,
  noObject,
  ofPage,
  type Problem,
  type Rules,
  unknownPath,
} from './rules.ts';

/** A message the API took. */
export interface Order extends Issued {
  readonly psid: string;
  /** The `message` it came with. */
  readonly message: Json;
  readonly attachment: Attachment | undefined;
}

/** What the API needs of the network behind it. */
export interface Carrier {
  dispatch(order: Order): void;
  /** The name of who uses that phone; nothing when it is not connected. */
  nameOf(psid: string): string | undefined;
}

export interface ApiParts {
  readonly parts: ProviderParts;
  readonly ledger: Ledger;
  readonly rules: Rules;
  readonly carrier: Carrier;
}

export interface Api {
  readonly handle: HttpHandler;
  readonly endpoints: readonly string[];
}

export function createApi(all: ApiParts): Api {
  const { parts } = all;
  const { accessToken: token, appId, appSecret, graphVersion } = messengerAccount(parts.channel);
  const right = { token, proof: proofOf(appSecret, token) };
  const isProofNeeded = parts.channel.account.requireProof === 'on';
  let requests = 0;

  const reply = (answer: Answer, version = graphVersion) => {
    requests += 1;
    const drawn = Math.floor(parts.random(`${parts.channelId} trace`, requests) * 2 ** 52);
    const trace = `A${drawn.toString(36).padStart(11, '0')}${requests.toString(36)}`;
    const headers = { ...HEADERS, 'facebook-api-version': version, 'x-fb-trace-id': trace };
    if ('value' in answer) return json(200, answer.value, headers);
    const { status, ...error } = answer.problem;
    const body: ErrorJson = { error: { ...error, fbtrace_id: trace } };
    const hint = {
      'www-authenticate': `OAuth "Facebook Platform" "invalid_token" "${error.message}"`,
    };
    return json(status, body, error.code === 190 ? { ...headers, ...hint } : headers);
  };
  const route = ({ endpoint, take }: Edge): Route => ({
    endpoint,
    answer(request, names) {
      const params = paramsOf(request);
      if (params === undefined) return reply({ problem: bad('The body can not be read') });
      const given = {
        token: tokenOf(request, params.fields),
        proof: textOf(params.fields.appsecret_proof),
      };
      // The app's own token is good for looking at tokens.
      const isApp = endpoint === DEBUG_TOKEN && given.token === `${appId}|${appSecret}`;
      const refused = isApp ? undefined : checkCredentials(given, right, isProofNeeded);
      return reply(refused ? { problem: refused } : take({ request, names, ...params }));
    },
  });
  const { ledger, rules, carrier } = all;
  const people = { isPerson: rules.isPerson, nameOf: carrier.nameOf };
  const objects = objectEdges(parts, ledger, people);
  const table = [...sendEdges(all), ...pageEdges(parts, ledger), ...objects].map(route);
  const routes = createRoutes(table, (request, isPathKnown) => {
    const [, first = '', ...rest] = pathOf(request.url).split('/');
    const isNode = isPathKnown || rest.join('') === '';
    return reply({
      problem: isNode ? noObject(request.method, first) : unknownPath(`/${rest.join('/')}`),
    });
  });
  const one = async (request: HttpRequest) => {
    const [version, url] = withoutVersion(request.url);
    const response = await routes.answer({ ...request, url });
    if (version === undefined) return response;
    return { ...response, headers: { ...response.headers, 'facebook-api-version': version } };
  };
  const batch = createBatch(parts, one, token);
  return {
    endpoints: [BATCH, ...routes.endpoints],
    async handle(request) {
      const [version = graphVersion, url] = withoutVersion(request.url);
      if (request.method !== 'POST' || pathOf(url) !== '/') return one(request);
      return reply(await batch(request, version), version);
    },
  };
}

const BATCH = 'POST /';
const DEBUG_TOKEN = 'GET /debug_token';

/** As captured from the real API; the usage figures are those of an idle app. */
const HEADERS = {
  'content-type': 'application/json; charset=UTF-8',
  'x-app-usage': '{"call_count":0,"total_cputime":0,"total_time":0}',
  'x-fb-rev': '1029384756',
};

/** The version of the path, if any, and the address without it. */
function withoutVersion(url: string): readonly [string | undefined, string] {
  const origin = originOf(url);
  const rest = url.slice(origin.length);
  const [prefix = '', version] = /^\/(v\d+\.\d+)(?=[/?]|$)/.exec(rest) ?? [];
  const path = rest.slice(prefix.length);
  return [version, origin + (path.startsWith('/') ? path : `/${path}`)];
}

/** Of the query, the body or the header, as clients have it. */
function tokenOf({ headers }: HttpRequest, { access_token }: Json): string {
  const [, bearer = ''] = /^(?:Bearer|OAuth)\s+(\S+)/i.exec(headers.authorization ?? '') ?? [];
  return textOf(access_token) || bearer;
}

function sendEdges(all: ApiParts): readonly Edge[] {
  const { address } = all.parts.channel;
  const send = createSend(all);
  return [
    {
      endpoint: 'POST /{pageId}/messages',
      take: ofPage(address, (call) => {
        const { recipient, sender_action: action, message } = call.fields;
        if (recipient === undefined) return { problem: bad('The parameter recipient is required') };
        const { id } = recordOf(recipient);
        // By phone number, comment or token: nobody here is known so.
        const psid = idOf(id);
        if (action !== undefined) return act(all, psid, call.fields);
        if (message === undefined) return { problem: bad('The parameter message is required') };
        return send.message(psid, call);
      }),
    },
    { endpoint: 'POST /{pageId}/message_attachments', take: ofPage(address, send.upload) },
  ];
}

function createSend({ parts, ledger, rules, carrier }: ApiParts) {
  const { attachmentBytes } = limitsOf(parts.channel, MESSENGER_LIMITS);

  /** The attachment a message names or brings; nothing where it has none. */
  const attachmentOf = (call: Call, isKept: boolean): Attachment | Problem | undefined => {
    const { type, payload } = attachmentIn(call);
    if (type === undefined || type === 'template') return undefined;
    const { attachment_id: id, url } = recordOf(payload);
    if (id !== undefined) return ledger.attachment(idOf(id)) ?? bad('Invalid attachment ID');
    const { file } = call;
    const common = { type: type as MediaType, mimeType: file?.contentType ?? '' };
    if (file === undefined) {
      const linked = { ...common, url: textOf(url) };
      return isKept ? ledger.keepAttachment(linked) : { ...linked, id: '' };
    }
    if (file.body.length <= attachmentBytes) return ledger.keepAttachment(common);
    return bad('Attachment size exceeds allowable limit.', 2018109);
  };
  return {
    message(psid: string, call: Call): Answer {
      const message = recordOf(call.fields.message);
      const refused = rules.checkPerson(psid) ?? rules.checkMessage(message, call.file);
      if (refused !== undefined) return { problem: refused };
      const isReusable = isYes(recordOf(attachmentIn(call).payload).is_reusable);
      const attachment = attachmentOf(call, isReusable);
      if (attachment !== undefined && 'status' in attachment) return { problem: attachment };
      const untimely = rules.checkSend(psid, call.fields);
      if (untimely !== undefined) return { problem: untimely };
      const issued = ledger.issue(psid);
      carrier.dispatch({ ...issued, psid, message, attachment });
      const sent: SendAnswer = { recipient_id: psid, message_id: issued.mid };
      return { value: attachment && isReusable ? { ...sent, attachment_id: attachment.id } : sent };
    },
    upload(call: Call): Answer {
      const refused = rules.checkMessage(recordOf(call.fields.message), call.file);
      if (refused !== undefined) return { problem: refused };
      const attachment = attachmentOf(call, true) ?? bad('message[attachment] must be a file');
      if ('status' in attachment) return { problem: attachment };
      return { value: { attachment_id: attachment.id } };
    },
  };
}

function attachmentIn({ fields }: Call): Json {
  return recordOf(recordOf(fields.message).attachment);
}

/** Meta docs: Sender actions. What they change, no phone here shows. */
const ACTIONS: ReadonlySet<unknown> = new Set([
  'typing_on',
  'typing_off',
  'mark_seen',
  'react',
  'unreact',
]);

function act({ ledger, rules }: ApiParts, psid: string, fields: Json): Answer {
  const { sender_action: name, payload, message } = fields;
  if (!ACTIONS.has(name)) {
    return { problem: bad(`Param sender_action must be one of {${[...ACTIONS].join(', ')}}`) };
  }
  if (message !== undefined) return { problem: bad('A sender_action takes no message') };
  const refused = rules.checkPerson(psid);
  if (refused !== undefined) return { problem: refused };
  const { message_id: mid, reaction } = recordOf(payload);
  const isReaction = name === 'react' || name === 'unreact';
  if (isReaction && !ledger.knows(textOf(mid), psid)) return { problem: bad('Invalid message_id') };
  if (name === 'react' && textOf(reaction) === '') {
    return { problem: bad('The parameter payload[reaction] is required') };
  }
  const value: SendAnswer = { recipient_id: psid };
  return { value };
}

/** Several requests in one, one after the other (Graph API: Batch requests). */
function createBatch({ channel, publicUrl }: ProviderParts, handle: HttpHandler, right: string) {
  const { batchRequests } = limitsOf(channel, MESSENGER_LIMITS);
  const fail = (message: string): Answer => {
    return { problem: { status: 400, message, type: 'GraphBatchException', code: 100 } };
  };
  const carryOut = async (one: Json, token: string, version: string) => {
    const path = textOf(one.relative_url).replace(/^\//, '');
    const url = `${publicUrl}/${/^v\d/.test(path) ? path : `${version}/${path}`}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    };
    const body = Buffer.from(textOf(one.body));
    const method = (textOf(one.method) || 'GET').toUpperCase();
    return handle({ method, url, headers, body });
  };
  return async (request: HttpRequest, version: string): Promise<Answer> => {
    const fields = paramsOf(request)?.fields ?? {};
    const asked = listOf(fields.batch);
    const token = tokenOf(request, fields);
    // Without one, each request must bring its own.
    if (token !== '' && token !== right) return { problem: BAD_TOKEN };
    if (!Array.isArray(fields.batch)) return fail('batch parameter must be a JSON array');
    if (asked.length > batchRequests) {
      return fail(`Too many requests in batch message. Maximum batch size is ${batchRequests}`);
    }
    const hasHeaders = !isNo(fields.include_headers);
    const failed = new Set<unknown>();
    const answers: unknown[] = [];
    for (const one of asked) {
      if (one.depends_on !== undefined && failed.has(one.depends_on)) {
        if (one.name !== undefined) failed.add(one.name);
        answers.push(null);
        continue;
      }
      const { status: code, headers, body } = await carryOut(one, token, version);
      if (code !== 200 && one.name !== undefined) failed.add(one.name);
      const pairs = Object.entries(headers).map(([name, value]) => ({ name, value }));
      // What others depend on is left out where it went well, unless the caller says otherwise.
      const isNeeded = asked.some(({ depends_on }) => depends_on && depends_on === one.name);
      const isLeftOut = code === 200 && isNeeded && !isNo(one.omit_response_on_success);
      const answer = { code, ...(hasHeaders && { headers: pairs }), body: body.toString() };
      answers.push(isLeftOut ? null : answer);
    }
    return { value: answers };
  };
}
