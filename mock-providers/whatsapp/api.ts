/**
 * The Cloud API, mocked: messages, read marks, media, the number, its templates. Any version goes.
 * It takes messages, checked for required fields and documented limits (fields it does not know are
 * nobody's business); `provider.ts` brings them to phones. Not here: bytes of media, making
 * templates, flows, groups, subscriptions, paging.
 */
import { parse } from 'node:querystring';
import { WHATSAPP_LIMITS as LIMITS } from '../../src/channels/whatsapp/limits.ts';
import {
  type Json,
  listOf,
  readJson,
  recordOf,
  type SendAnswer,
  textOf,
  whatsappAccount,
} from '../../src/channels/whatsapp/wire.ts';
import { type HttpHandler, type HttpRequest, json, pathOf } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import {
  addressOfUser,
  type Issued,
  type Ledger,
  NO_PRODUCT,
  numberJson,
  templateListJson,
  templatesOf,
  upload,
} from './ledger.ts';
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
  if (messaging_product !== 'whatsapp') return { code: 100, details: NO_PRODUCT };
  if (status !== 'read') return bad('status', "must be 'read'");
  if (!ledger.knows(textOf(message_id), 'in')) return bad('message_id', 'is not of a message');
  return { value: { success: true } };
}

function createSender(parts: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const number = digitsOf(parts.channel.address);
  const templates = new Set(templatesOf(parts));

  return (body: Json): Answer => {
    if (body.messaging_product !== 'whatsapp') return { code: 100, details: NO_PRODUCT };
    const to = typeof body.to === 'number' ? String(body.to) : textOf(body.to);
    const recipient = textOf(body.recipient);
    if (to === '' && recipient === '') return { code: 131008, details: "'to' is required" };
    const address = to === '' ? addressOfUser(recipient) : digitsOf(to);
    if (!address) return bad(to === '' ? 'recipient' : 'to', 'is nobody’s');
    if (address === number) return { code: 131021 };

    const type = textOf(body.type) || 'text';
    const part = recordOf(body[type]);
    const complaint = checkMessage(type, { part, body, ledger, templates });
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

/** A send, and what it is checked against. */
interface Sending {
  readonly body: Json;
  /** The object named by the message's type. */
  readonly part: Json;
  readonly ledger: Ledger;
  /** Names of the approved ones. */
  readonly templates: ReadonlySet<string>;
}

/** What is wrong with a send of that type; nothing if it is fine. */
function checkMessage(type: string, sending: Sending): Complaint | undefined {
  const check = CHECKS.get(type);
  return check === undefined ? { code: 131051, details: type } : check(sending);
}

/** A value that can't be taken (131009). */
function bad(name: string, why: string): Complaint {
  return { code: 131009, details: `${name}: ${why}` };
}

/** What each type needs (Cloud API reference: Messages); a type that is not here is refused. */
const CHECKS: ReadonlyMap<string, (sending: Sending) => Complaint | undefined> = new Map([
  ['text', ({ part }) => sized("text['body']", part.body, LIMITS.text)],
  ['image', (sending) => checkMedia(sending, LIMITS.caption)],
  ['video', (sending) => checkMedia(sending, LIMITS.caption)],
  ['document', (sending) => checkMedia(sending, LIMITS.caption)],
  ['audio', (sending) => checkMedia(sending, 0)],
  ['sticker', (sending) => checkMedia(sending, 0)],
  ['interactive', ({ part }) => checkInteractive(part)],
  ['template', (sending) => checkTemplate(sending)],
  ['reaction', ({ part, ledger }) => checkReaction(textOf(part.message_id), ledger)],
  ['location', ({ part }) => degrees(part.latitude) ?? degrees(part.longitude)],
  ['contacts', ({ body }) => counted('contacts', listOf(body.contacts), LIMITS.contacts)],
]);

function checkMedia({ part, ledger }: Sending, captionLength: number): Complaint | undefined {
  const { id, link, caption } = part;
  if ((id === undefined) === (link === undefined)) return bad('media', 'either id or link');
  if (id !== undefined && !ledger.media(textOf(id))) return bad('id', 'is of no media');
  const isLink = link === undefined || /^https?:\/\/\S+$/.test(textOf(link));
  if (!isLink) return bad('link', 'is not a URL');
  // Clients give an empty or null caption for none.
  return caption ? sized('caption', caption, captionLength) : undefined;
}

function checkTemplate({ part, templates }: Sending): Complaint | undefined {
  const { code } = recordOf(part.language);
  const missing = sized('name', part.name, 512) ?? sized('language.code', code, 15);
  if (missing !== undefined || templates.has(textOf(part.name))) return missing;
  return { code: 132001, details: `template name (${part.name}) does not exist in ${code}` };
}

function checkReaction(messageId: string, ledger: Ledger): Complaint | undefined {
  return ledger.knows(messageId) ? undefined : bad('message_id', 'is of no message');
}

/** Samples give numbers as well as texts. */
function degrees(value: unknown): Complaint | undefined {
  const isNumber = typeof value === 'number' || textOf(value).trim() !== '';
  return isNumber && Number.isFinite(Number(value)) ? undefined : bad('location', 'degrees');
}

function checkInteractive({ type, header, body, footer, action }: Json): Complaint | undefined {
  const text = recordOf(body).text;
  const { text: heading } = recordOf(header);
  const { text: footing } = recordOf(footer);
  const outer =
    (heading === undefined ? undefined : sized('header', heading, LIMITS.headerOrFooter)) ??
    (footing === undefined ? undefined : sized('footer', footing, LIMITS.headerOrFooter));
  if (outer !== undefined) return outer;
  if (type === 'button') {
    const buttons = listOf(recordOf(action).buttons);
    const replies = buttons.map(({ reply }) => recordOf(reply));
    return (
      sized('body', text, LIMITS.body) ??
      counted('buttons', buttons, LIMITS.buttons) ??
      checkReplies('Button', replies, LIMITS.buttonTitle, LIMITS.buttonId)
    );
  }
  if (type === 'list') return checkList(text, recordOf(action));
  return OTHER_INTERACTIVE.has(textOf(type)) ? undefined : bad('interactive.type', `${type}`);
}

/** Taken as they are. */
const OTHER_INTERACTIVE: ReadonlySet<string> = new Set(
  (
    'cta_url location_request_message address_message flow product product_list ' +
    'catalog_message call_permission_request carousel'
  ).split(' '),
);

function checkList(text: unknown, action: Json): Complaint | undefined {
  const sections = listOf(action.sections);
  const rows = sections.flatMap((section) => listOf(section.rows));
  // A single section needs no title.
  const titled = sections.length > 1 ? sections : sections.filter(({ title }) => title);
  const described = rows.filter(({ description }) => description);
  return (
    sized('body', text, LIMITS.listBody) ??
    sized('action.button', action.button, LIMITS.listButton) ??
    counted('sections', sections, LIMITS.sections) ??
    counted('rows', rows, LIMITS.rows) ??
    firstOf(titled, ({ title }) => sized('Section title', title, LIMITS.sectionTitle)) ??
    firstOf(described, (row) => sized('description', row.description, LIMITS.rowDescription)) ??
    checkReplies('Row', rows, LIMITS.rowTitle, LIMITS.rowId)
  );
}

function checkReplies(name: string, replies: readonly Json[], title: number, id: number) {
  const isDistinct = new Set(replies.map((reply) => reply.id)).size === replies.length;
  const complaint = firstOf(
    replies,
    (reply) => sized(`${name} title`, reply.title, title) ?? sized(`${name} id`, reply.id, id),
  );
  return complaint ?? (isDistinct ? undefined : bad(`${name} id`, 'is there twice'));
}

function sized(name: string, value: unknown, max: number): Complaint | undefined {
  if (value === undefined || value === null || value === '') {
    return { code: 131008, details: `${name} is required` };
  }
  if (typeof value === 'string' && value.length <= max) return undefined;
  return bad(name, `length invalid. Min length: 1, Max length: ${max}`);
}

function counted(name: string, list: readonly Json[], max: number): Complaint | undefined {
  if (list.length === 0) return { code: 131008, details: `${name} is required` };
  return list.length <= max ? undefined : bad(name, `at most ${max} allowed`);
}

function firstOf<T>(items: readonly T[], check: (item: T) => Complaint | undefined) {
  for (const item of items) {
    const complaint = check(item);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
