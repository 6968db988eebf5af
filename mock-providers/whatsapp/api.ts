/**
 * The Cloud API, mocked: messages, read marks, media, the number, its templates. Any version goes.
 * It takes messages; `provider.ts` brings them to phones. Not here: bytes of media, making
 * templates, flows, groups, subscriptions, paging.
 */
import { parse } from 'node:querystring';
import {
  type ErrorJson,
  type Json,
  readJson,
  recordOf,
  type SendAnswer,
  textOf,
  whatsappAccount,
} from '../../src/channels/whatsapp/wire.ts';
import { type HttpHandler, type HttpRequest, json, pathOf } from '../../src/http.ts';
import type { Content } from '../../src/message.ts';
import type { ProviderParts } from '../provider.ts';
import { bad, type Complaint, checkMessage, contentOf } from './content.ts';
import {
  addressOfUser,
  type Issued,
  type Ledger,
  numberJson,
  templateListJson,
  templatesOf,
} from './ledger.ts';
import { digitsOf, PROBLEMS, type ProblemCode } from './webhook.ts';

/** A message the API took. */
export interface Order extends Issued {
  readonly address: string;
  readonly isTemplate: boolean;
  /** Absent: nothing that shows as a message (a reaction). */
  readonly content?: Content;
  /** A list's choices are picked otherwise than buttons are pressed. */
  readonly isList: boolean;
  readonly callbackData?: string;
}

/** What the API needs of the network behind it. */
export interface Carrier {
  /** Why nothing can be sent to that address now; counts the message if it can. */
  refusal(address: string, isTemplate: boolean): ProblemCode | undefined;
  dispatch(order: Order): void;
}

type Answer = { readonly value: unknown } | Complaint;

/** Answers API requests; synchronously inside, but for uploads. */
export function createApi(parts: ProviderParts, ledger: Ledger, carrier: Carrier): HttpHandler {
  const { accessToken, graphVersion } = whatsappAccount(parts.channel);
  const route = createRoutes(parts, ledger, createSender(parts, ledger, carrier));
  const tracePurpose = `${parts.channelId} trace`;
  let requests = 0;

  const isAuthorised = ({ headers, url }: HttpRequest) =>
    headers.authorization === `Bearer ${accessToken}` || queryOf(url).access_token === accessToken;

  return async (request) => {
    requests += 1;
    const drawn = Math.floor(parts.random(tracePurpose, requests) * 2 ** 52);
    const trace = `A${drawn.toString(36).padStart(11, '0')}${requests.toString(36)}`;
    const [, version = graphVersion, id = '', edge = ''] = ROUTE.exec(pathOf(request.url)) ?? [];
    const answer = isAuthorised(request) ? await route(request, id, edge) : { code: 190 as const };
    const headers = { ...HEADERS, 'facebook-api-version': version, 'x-fb-trace-id': trace };
    if ('value' in answer) return json(200, answer.value, headers);
    return json(PROBLEMS[answer.code][0], errorJson(answer, trace), headers);
  };
}

const ROUTE = /^\/(?:(v\d+\.\d+)\/)?([^/]+)(?:\/(\w+))?\/?$/;

/** As captured from the real API; the usage figures are those of an idle app. */
const HEADERS = {
  'x-app-usage': '{"call_count":0,"total_time":0,"total_cputime":0}',
  'x-fb-rev': '1029384756',
};

function errorJson({ code, details }: Complaint, trace: string): ErrorJson {
  const [, title, usual] = PROBLEMS[code];
  // Graph's own errors say it all in the message, and carry no data.
  if (code === 190 || code === 33) {
    const rest = code === 33 ? { code: 100, error_subcode: 33 } : { code };
    return { error: { message: title, type: 'OAuthException', ...rest, fbtrace_id: trace } };
  }
  const error_data = { messaging_product: 'whatsapp', details: details ?? usual } as const;
  const message = `(#${code}) ${title}`;
  return { error: { message, type: 'OAuthException', code, error_data, fbtrace_id: trace } };
}

function createRoutes(parts: ProviderParts, ledger: Ledger, send: (body: Json) => Answer) {
  const { phoneNumberId, wabaId } = whatsappAccount(parts.channel);
  return (request: HttpRequest, id: string, edge: string): Answer | Promise<Answer> => {
    const { method, url } = request;
    const [isGet, isPost] = [method === 'GET', method === 'POST'];
    if (id === phoneNumberId && edge === 'messages' && isPost) {
      const body = readJson(request.body);
      if (body === undefined) return { code: 100, details: 'The body is not a JSON object' };
      return body.status === undefined ? send(body) : mark(ledger, body);
    }
    if (id === phoneNumberId && edge === 'media' && isPost) {
      return parts.clock.hold(upload(ledger, request));
    }
    if (id === phoneNumberId && edge === '' && isGet) {
      return { value: numberJson(parts, queryOf(url).fields) };
    }
    if (id === wabaId && edge === 'message_templates' && isGet) {
      return { value: templateListJson(parts, queryOf(url).name) };
    }
    const media = edge === '' ? ledger.media(id) : undefined;
    if (media !== undefined && method === 'DELETE') {
      return { value: { success: ledger.removeMedia(id) } };
    }
    if (media === undefined || !isGet) return { code: 33 };
    return { value: { messaging_product: 'whatsapp', ...media.json, file_size: media.size } };
  };
}

/** A read mark; the typing indicator that may come with it changes nothing a phone here shows. */
function mark(ledger: Ledger, { messaging_product, status, message_id }: Json): Answer {
  if (messaging_product !== 'whatsapp') return NO_PRODUCT;
  if (status !== 'read') return bad('status', "must be 'read'");
  if (!ledger.knows(textOf(message_id), 'in')) return bad('message_id', 'is not of a message');
  return { value: { success: true } };
}

async function upload(ledger: Ledger, { headers, body }: HttpRequest): Promise<Answer> {
  try {
    const form = await new Response(body, { headers: { ...headers } }).formData();
    if (form.get('messaging_product') !== 'whatsapp') return NO_PRODUCT;
    const file = form.get('file');
    if (file === null || typeof file === 'string') return { code: 131008, details: 'file' };
    const bytes = await file.bytes();
    const mimeType = textOf(form.get('type')) || file.type;
    return { value: { id: ledger.keepMedia({ mimeType, bytes }).json.id } };
  } catch {
    return { code: 100, details: 'The body is not multipart/form-data' };
  }
}

function createSender(parts: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const number = digitsOf(parts.channel.address);
  const templates = new Set(templatesOf(parts));

  return (body: Json): Answer => {
    if (body.messaging_product !== 'whatsapp') return NO_PRODUCT;
    const to = typeof body.to === 'number' ? String(body.to) : textOf(body.to);
    const recipient = textOf(body.recipient);
    if (to === '' && recipient === '') return { code: 131008, details: "'to' is required" };
    const address = to === '' ? addressOfUser(recipient) : digitsOf(to);
    if (!address) return bad(to === '' ? 'recipient' : 'to', 'is nobody’s');
    if (address === number) return { code: 131021 };

    const type = textOf(body.type) || 'text';
    const part = recordOf(body[type]);
    const sending = { part, body, ledger, templates };
    const complaint = checkMessage(type, sending);
    if (complaint !== undefined) return complaint;
    const isTemplate = type === 'template';
    const code = carrier.refusal(address, isTemplate);
    if (code !== undefined) return { code };

    const issued = ledger.issue('out', address);
    const content = contentOf(type, sending);
    const callbackData = textOf(body.biz_opaque_callback_data);
    carrier.dispatch({
      ...issued,
      address,
      isTemplate,
      isList: part.type === 'list',
      ...(content && { content }),
      ...(callbackData !== '' && { callbackData }),
    });
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

const NO_PRODUCT = { code: 100, details: 'messaging_product must be whatsapp' } as const;

function queryOf(url: string) {
  const start = url.indexOf('?');
  return parse(start < 0 ? '' : url.slice(start + 1));
}
