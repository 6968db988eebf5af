/**
 * The Cloud API, mocked: messages, read marks, media, the number, its templates. Any version goes.
 * It takes messages, checked for required fields and documented limits (fields it does not know are
 * nobody's business); `provider.ts` brings them to phones. Not here: bytes of media, making
 * templates, flows, groups, subscriptions, paging.
 */
import { parse } from 'node:querystring';
import { type Json, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { WHATSAPP_LIMITS } from '../../src/channels/whatsapp/limits.ts';
import { type SendAnswer, whatsappAccount } from '../../src/channels/whatsapp/wire.ts';
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  originOf,
  pathOf,
} from '../../src/http.ts';
import type { Answer } from '../../src/ports.ts';
import type { ProviderParts } from '../provider.ts';
import { createRoutes } from '../routes.ts';
import {
  addressOfUser,
  bytesOf,
  type Issued,
  type Ledger,
  NO_PRODUCT,
  numberJson,
  templateListJson,
  templatesOf,
  upload,
} from './ledger.ts';
import { bad, checkMessage } from './rules.ts';
import { type Complaint, digitsOf, errorJson, PROBLEMS, type ProblemCode } from './webhook.ts';

/** A message the API took. */
export interface Order extends Issued {
  readonly address: string;
  readonly type: string;
  /** The JSON it came in. */
  readonly body: Json;
}

/** What the API needs of the network behind it. */
export interface Carrier {
  /** Why nothing can be sent to that address now; counts the message if it can. */
  refusal(address: string, isTemplate: boolean): ProblemCode | undefined;
  dispatch(order: Order): void;
}

type Result = { readonly value: unknown } | Complaint | HttpResponse;

/** Answers API requests; synchronously inside, but for uploads. */
export function createApi(
  parts: ProviderParts,
  ledger: Ledger,
  carrier: Carrier,
): { readonly handle: HttpHandler; readonly endpoints: readonly string[] } {
  const { accessToken, graphVersion } = whatsappAccount(parts.channel);
  const tracePurpose = `${parts.channelId} trace`;
  let requests = 0;

  const isAuthorised = ({ headers, url }: HttpRequest) =>
    headers.authorization === `Bearer ${accessToken}` || queryOf(url).access_token === accessToken;

  const render = (result: Result, version: string): HttpResponse => {
    if ('status' in result) return result;
    const drawn = Math.floor(parts.random(tracePurpose, requests) * 2 ** 52);
    const trace = `A${drawn.toString(36).padStart(11, '0')}${requests.toString(36)}`;
    const headers = { ...HEADERS, 'facebook-api-version': version, 'x-fb-trace-id': trace };
    if ('value' in result) return json(200, result.value, headers);
    return json(PROBLEMS[result.code][0], errorJson(result, trace), headers);
  };
  const routes = createRoutes(
    endpointsOf(parts, ledger, carrier).map(({ endpoint, answer }) => ({
      endpoint,
      answer(request, [version = '', id = '']) {
        if (!isAuthorised(request)) return render({ code: 190 }, version);
        const result = answer(request, id);
        return result instanceof Promise
          ? result.then((settled) => render(settled, version))
          : render(result, version);
      },
    })),
    (request) => render({ code: isAuthorised(request) ? 33 : 190 }, graphVersion),
  );
  return {
    endpoints: routes.endpoints,
    async handle(request) {
      requests += 1;
      // A path without a version is taken for the app's own.
      const isVersioned = VERSIONED.test(pathOf(request.url));
      if (isVersioned) return routes.answer(request);
      const origin = originOf(request.url);
      const url = `${origin}/${graphVersion}${request.url.slice(origin.length)}`;
      return routes.answer({ ...request, url });
    },
  };
}

const VERSIONED = /^\/v\d+\.\d+\//;

/** As captured from the real API; the usage figures are those of an idle app. */
const HEADERS = {
  'x-app-usage': '{"call_count":0,"total_time":0,"total_cputime":0}',
  'x-fb-rev': '1029384756',
};

interface Endpoint {
  readonly endpoint: string;
  /** `id`: what stands behind the version. */
  answer(request: HttpRequest, id: string): Answer<Result>;
}

const NOT_FOUND: Complaint = { code: 33 };

function endpointsOf(parts: ProviderParts, ledger: Ledger, carrier: Carrier): readonly Endpoint[] {
  const { phoneNumberId, wabaId } = whatsappAccount(parts.channel);
  const send = createSender(parts, ledger, carrier);
  const of = (owner: string, answer: Endpoint['answer']): Endpoint['answer'] => {
    return (request, id) => (id === owner ? answer(request, id) : NOT_FOUND);
  };
  return [
    {
      endpoint: 'POST /{version}/{phoneNumberId}/messages',
      answer: of(phoneNumberId, (request) => {
        const body = readJson(request.body);
        if (body === undefined) return { code: 100, details: 'The body is not a JSON object' };
        return body.status === undefined ? send(body) : mark(ledger, body);
      }),
    },
    {
      endpoint: 'POST /{version}/{phoneNumberId}/media',
      answer: of(phoneNumberId, (request) => parts.clock.hold(upload(ledger, request))),
    },
    {
      endpoint: 'GET /{version}/{wabaId}/message_templates',
      answer: of(wabaId, ({ url }) => ({ value: templateListJson(parts, queryOf(url).name) })),
    },
    {
      endpoint: 'GET /{version}/{mediaId}/content',
      answer: (_, id) => bytesOf(ledger, id) ?? NOT_FOUND,
    },
    {
      endpoint: 'GET /{version}/{id}',
      answer({ url }, id) {
        if (id === phoneNumberId) return { value: numberJson(parts, queryOf(url).fields) };
        const media = ledger.media(id);
        if (media === undefined) return NOT_FOUND;
        return { value: { messaging_product: 'whatsapp', ...media.json, file_size: media.size } };
      },
    },
    {
      endpoint: 'DELETE /{version}/{mediaId}',
      answer: (_, id) => (ledger.removeMedia(id) ? { value: { success: true } } : NOT_FOUND),
    },
  ];
}

/** A read mark; the typing indicator that may come with it changes nothing a phone here shows. */
function mark(ledger: Ledger, { messaging_product, status, message_id }: Json): Result {
  if (messaging_product !== 'whatsapp') return { code: 100, details: NO_PRODUCT };
  if (status !== 'read') return bad('status', "must be 'read'");
  if (!ledger.knows(textOf(message_id), 'in')) return bad('message_id', 'is not of a message');
  return { value: { success: true } };
}

function createSender(parts: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const number = digitsOf(parts.channel.address);
  const templates = templatesOf(parts);
  const limits = limitsOf(parts.channel, WHATSAPP_LIMITS);

  return (body: Json): Result => {
    if (body.messaging_product !== 'whatsapp') return { code: 100, details: NO_PRODUCT };
    const to = typeof body.to === 'number' ? String(body.to) : textOf(body.to);
    const recipient = textOf(body.recipient);
    if (to === '' && recipient === '') return { code: 131008, details: "'to' is required" };
    const address = to === '' ? addressOfUser(recipient) : digitsOf(to);
    if (!address) return bad(to === '' ? 'recipient' : 'to', 'is nobody’s');
    if (address === number) return { code: 131021 };

    const type = textOf(body.type) || 'text';
    const part = recordOf(body[type]);
    const complaint = checkMessage(type, { part, body, ledger, templates, limits });
    if (complaint !== undefined) return complaint;
    const isTemplate = type === 'template';
    const code = carrier.refusal(address, isTemplate);
    if (code !== undefined) return { code };

    const issued = ledger.issue('out', address);
    carrier.dispatch({ ...issued, address, type, body });
    const contact =
      to === '' ? { input: recipient, user_id: recipient } : { input: to, wa_id: address };
    const message = { id: issued.id, ...(isTemplate && { message_status: 'accepted' as const }) };
    const value: SendAnswer = {
      messaging_product: 'whatsapp',
      contacts: [contact],
      messages: [message],
    };
    return { value };
  };
}

function queryOf(url: string) {
  const start = url.indexOf('?');
  return parse(start < 0 ? '' : url.slice(start + 1));
}
