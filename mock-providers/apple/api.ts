/**
 * Apple's REST API for messaging service providers, mocked: the guard before every endpoint, and
 * messages. Files and large payloads are in `account.ts`. Errors are statuses with empty bodies.
 * Not here: Apple Pay's merchant sessions, the making of rich links by reference.
 */
import { APPLE_LIMITS } from '../../src/channels/apple/limits.ts';
import { createTokenJudge } from '../../src/channels/apple/signature.ts';
import { appleAccount } from '../../src/channels/apple/wire.ts';
import { type Json, readJson, recordOf, textOf } from '../../src/channels/json.ts';
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
import { fileRoutes, inflate, payloadRoutes, type Vault } from './account.ts';
import type { Ledger } from './ledger.ts';
import { bareId, isWellFormed } from './rules.ts';

/** What the API needs of the network behind it. */
export interface Carrier {
  dispatch(to: string, id: string, message: Json): void;
}

export interface ApiParts {
  readonly ledger: Ledger;
  readonly vault: Vault;
  readonly carrier: Carrier;
}

export function createApi(
  parts: ProviderParts,
  api: ApiParts,
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
      guarded({ endpoint: 'POST /v1/message', answer: createMessages(parts, api) }),
      ...fileRoutes(parts, api.ledger, guarded),
      ...payloadRoutes(guarded),
    ],
    (_, isPathKnown) => respond(isPathKnown ? 405 : 404),
  );
  return { endpoints: routes.endpoints, handle: async (request) => routes.answer(request) };
}

function createMessages({ channel }: ProviderParts, { ledger, vault, carrier }: ApiParts) {
  const limits = limitsOf(channel, APPLE_LIMITS);
  return ({ headers, body }: HttpRequest): HttpResponse => {
    const isZipped = headers['content-encoding'] === 'gzip';
    const bytes = isZipped ? inflate(body, limits.messageBytes + 1) : body;
    if (bytes.length > limits.messageBytes) return respond(413);
    const message = readJson(bytes);
    if (message === undefined || !isWellFormed(message, headers, limits)) return respond(400);
    const to = textOf(message.destinationId);
    const conversation = ledger.conversation(to);
    if (conversation === 'never') return respond(404);
    if (conversation === 'closed') return respond(limits.closedStatus);
    if (!textOf(message.type).startsWith('typing_')) {
      carrier.dispatch(to, textOf(message.id), message);
    }
    // The only answer with a body: by what it names the same may be sent again.
    const isLarge = message.interactiveData !== undefined && bytes.length > limits.inlineBytes;
    if (!isLarge) return respond(200);
    return json(200, { dataRef: vault.reuse(recordOf(message.interactiveData)) });
  };
}
