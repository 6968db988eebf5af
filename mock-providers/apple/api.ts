/**
 * Apple's REST API for messaging service providers, mocked: messages, the upload and download of
 * sealed files, large payloads. Errors are statuses with empty bodies. Header names of both ages
 * are taken. Not here: Apple Pay's merchant sessions, rich links by reference.
 */
import { gunzipSync } from 'node:zlib';
import { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { createTokenJudge } from '../../src/channels/apple/signature.ts';
import { appleAccount, EXTENSION } from '../../src/channels/apple/wire.ts';
import { type Json, listOf, readJson, recordOf, textOf } from '../../src/channels/json.ts';
import { limitsOf } from '../../src/channels/limits.ts';
import { unixNow } from '../../src/clock/unix-now.ts';
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  respond,
} from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import { createRoutes, type Route } from '../routes.ts';
import type { Ledger } from './ledger.ts';

/** What the API needs of the network behind it. */
export interface Carrier {
  dispatch(to: string, id: string, message: Json): void;
}

export function createApi(
  parts: ProviderParts,
  ledger: Ledger,
  carrier: Carrier,
): { readonly handle: HttpHandler; readonly endpoints: readonly string[] } {
  const { channel, clock } = parts;
  const limits = limitsOf(channel, APPLE_LIMITS);
  const judge = createTokenJudge(appleAccount(channel), 'toApple', limits.tokenAgeMs);
  const guarded = ({ endpoint, answer }: Route): Route => ({
    endpoint,
    answer(request, names) {
      const verdict = judge(request.headers.authorization, unixNow(clock));
      if (verdict !== 'good') return respond(verdict === 'missing' ? 401 : 403);
      const source = request.headers['source-id'];
      if (source === undefined) return respond(400);
      if (bareId(source) !== bareId(channel.address)) return respond(403);
      return answer(request, names);
    },
  });
  const routes = createRoutes(
    [
      guarded({ endpoint: 'POST /v1/message', answer: createMessages(parts, ledger, carrier) }),
      ...fileRoutes(parts, ledger, guarded),
      ...payloadRoutes(guarded),
    ],
    (_, isPathKnown) => respond(isPathKnown ? 405 : 404),
  );
  return { endpoints: routes.endpoints, handle: async (request) => routes.answer(request) };
}

function bareId(businessId: string): string {
  return businessId.replace(/^urn:biz:/, '').toLowerCase();
}

/** What a business may send; only a customer closes. */
const TYPES = new Set(['text', 'interactive', 'richLink', 'typing_start', 'typing_end']);

function createMessages({ channel }: ProviderParts, ledger: Ledger, carrier: Carrier) {
  const limits = limitsOf(channel, APPLE_LIMITS);
  return ({ headers, body }: HttpRequest): HttpResponse => {
    const bytes = headers['content-encoding'] === 'gzip' ? inflate(body) : body;
    if (bytes.length > limits.messageBytes) return respond(413);
    const message = readJson(bytes);
    if (message === undefined || !isWellFormed(message, headers)) return respond(400);
    const to = textOf(message.destinationId) || (headers['destination-id'] ?? '');
    const conversation = ledger.conversation(to);
    if (conversation === 'never') return respond(404);
    if (conversation === 'closed') return respond(limits.closedStatus);
    const id = textOf(message.id);
    const isSign = textOf(message.type).startsWith('typing_');
    if (!isSign) carrier.dispatch(to, id, message);
    const isLarge = message.type === 'interactive' && bytes.length > limits.inlineBytes;
    return isLarge ? json(200, referenceTo(message, id)) : respond(200);
  };
}

function inflate(body: Buffer): Buffer {
  try {
    return gunzipSync(body);
  } catch {
    return body;
  }
}

function isWellFormed(message: Json, headers: HttpRequest['headers']): boolean {
  const { id, v, type, body, sourceId, destinationId } = message;
  const named = textOf(id) !== '' && (headers.id ?? id) === id && Number(v) === 1;
  const destination = headers['destination-id'];
  const ends =
    textOf(sourceId) !== '' &&
    textOf(destinationId) !== '' &&
    (destination ?? destinationId) === destinationId;
  if (!named || !ends || !TYPES.has(textOf(type))) return false;
  if (type === 'text') return textOf(body) !== '' || listOf(message.attachments).length > 0;
  if (type === 'richLink') {
    const { title, url, assets } = recordOf(message.richLinkData);
    const isWhole = textOf(title) !== '' && textOf(url) !== '' && assets !== undefined;
    return isWhole || message.richLinkDataRef !== undefined;
  }
  if (type !== 'interactive') return true;
  const { bid, data } = recordOf(message.interactiveData);
  return message.interactiveDataRef !== undefined || (textOf(bid) !== '' && data !== undefined);
}

/** By which the same payload may be sent again (fields of it are recalled). */
function referenceTo(message: Json, id: string): object {
  const bid = textOf(recordOf(message.interactiveData).bid) || EXTENSION;
  const url = `https://reference.invalid/${id}`;
  return { interactiveDataRef: { bid, url, owner: `M${id}`, signature: '', key: '', size: 0 } };
}

/** Uploading and downloading; the two addresses given out are open, as Apple's are. */
function fileRoutes(
  { publicUrl, channel }: ProviderParts,
  ledger: Ledger,
  guarded: (route: Route) => Route,
): readonly Route[] {
  const limits = limitsOf(channel, APPLE_LIMITS);
  return [
    guarded({
      endpoint: 'GET /v1/preUpload',
      answer({ headers }) {
        const size = Number(headers['mmcs-size'] ?? headers.size);
        if (!(Number.isInteger(size) && size > 0)) return respond(400);
        if (size > limits.attachmentBytes) return respond(413);
        const id = ledger.reserve(size);
        return json(200, {
          'upload-url': `${publicUrl}/mmcs/upload/${id}`,
          'mmcs-url': `${publicUrl}/mmcs/${id}`,
          'mmcs-owner': `M${id}`,
        });
      },
    }),
    {
      endpoint: 'POST /mmcs/upload/{id}',
      answer({ body }, [id = '']) {
        const file = ledger.keep(id, body);
        if (file === undefined) return respond(400);
        const fileChecksum = file.checksum.toString('base64');
        return json(200, { singleFile: { fileChecksum, size: body.length, receipt: `R${id}` } });
      },
    },
    guarded({
      endpoint: 'GET /v1/preDownload',
      answer({ headers }) {
        const url = headers['mmcs-url'] ?? headers.url ?? '';
        const file = ledger.file(/\/mmcs\/(\w+)$/.exec(url)?.[1] ?? '');
        const owner = headers['mmcs-owner'] ?? headers.owner;
        const signature = headers['mmcs-signature'] ?? headers.signature;
        if (file === undefined) return respond(404);
        const isRight = owner === `M${file.id}` && signature === file.checksum.toString('base64');
        if (!isRight) return respond(403);
        return json(200, { 'download-url': `${publicUrl}/mmcs/download/${file.id}` });
      },
    }),
    {
      endpoint: 'GET /mmcs/download/{id}',
      answer(_, [id = '']) {
        const body = ledger.file(id)?.bytes;
        const headers = { 'content-type': 'application/octet-stream' };
        return body === undefined ? respond(404) : { status: 200, headers, body };
      },
    },
  ];
}

/** Large payloads: what goes in comes out, since both sides here are JSON. */
function payloadRoutes(guarded: (route: Route) => Route): readonly Route[] {
  return [
    guarded({
      endpoint: 'POST /v1/decodePayload',
      answer({ headers, body }) {
        if (headers.bid === undefined) return respond(400);
        const payload = readJson(inflate(body));
        return payload === undefined ? respond(400) : json(200, payload);
      },
    }),
    guarded({
      endpoint: 'POST /v1/encodePayload',
      answer({ body }) {
        const payload = readJson(body);
        if (payload?.interactiveData === undefined) return respond(400);
        const headers = { 'content-type': 'application/octet-stream' };
        return { status: 200, headers, body };
      },
    }),
    guarded({ endpoint: 'POST /v1/authenticate', answer: () => respond(200) }),
  ];
}
