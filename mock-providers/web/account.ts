/**
 * A simulated customer's account at the edge: its token and its conversation, both got by the same
 * API as everybody's. What is said in the conversation is for `provider.ts`.
 */
import { readJson, textOf } from '../../src/channels/json.ts';
import type { WebLimits } from '../../src/channels/web/limits.ts';
import { API_PATH, webAccount } from '../../src/channels/web/wire.ts';
import type { HttpHandler, HttpResponse } from '../../src/http.ts';
import type { ProviderParts } from '../provider.ts';
import { type Form, jsonForm, NO_FORM } from './content.ts';

export type Client = ReturnType<typeof createClient>;

/** Signs in, begins a conversation, and waits when it asks too often. */
export function createClient(
  { clock, channel, publicUrl }: ProviderParts,
  limits: WebLimits,
  handle: HttpHandler,
  { deviceId, newId }: { readonly deviceId: string; readonly newId: () => string },
) {
  const { orgId, esDeveloperName } = webAccount(channel);
  let token = '';
  let goodUntil = Number.NEGATIVE_INFINITY;
  let conversationId: string | undefined;

  const call = async (method: string, path: string, form: Form = NO_FORM) => {
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
    const headers = { 'content-type': form.contentType, ...authorization };
    const url = publicUrl + API_PATH + path;
    for (let tries = 0; ; tries += 1) {
      const response = await handle({ method, url, headers, body: form.body });
      if (response.status !== 429 || tries === TRIES) return response;
      await clock.sleep(Math.min(1_000 * 1.5 ** tries, 30_000));
    }
  };
  /** What was refused on the way; nothing when all is well. */
  const signIn = async (): Promise<HttpResponse | undefined> => {
    if (clock.now() + TOKEN_MARGIN_MS < goodUntil) return undefined;
    token = '';
    const who = { orgId, esDeveloperName, capabilitiesVersion: '1', platform: 'Web', deviceId };
    const path = '/authorization/unauthenticated/access-token';
    const answer = await call('POST', path, jsonForm(who));
    if (answer.status !== 200) return answer;
    token = textOf(readJson(answer.body)?.accessToken);
    goodUntil = clock.now() + limits.tokenMs;
    return undefined;
  };
  const enter = async (): Promise<HttpResponse | undefined> => {
    const refused = await signIn();
    if (refused !== undefined || conversationId !== undefined) return refused;
    const id = newId();
    const answer = await call(
      'POST',
      '/conversation',
      jsonForm({ conversationId: id, esDeveloperName }),
    );
    if (answer.status === 201) conversationId = id;
    return answer.status === 201 ? undefined : answer;
  };
  let entering: Promise<HttpResponse | undefined> = Promise.resolve(undefined);
  return {
    call,
    signIn,
    newId,
    esDeveloperName,
    conversationId: () => conversationId,
    /** One at a time, so that two messages at once begin one conversation. */
    enter() {
      entering = entering.then(enter);
      return entering;
    },
  };
}

/** How often, after the first time, a client asks again that asked too often. */
const TRIES = 10;

/** A token that ends so soon is not used any more. */
const TOKEN_MARGIN_MS = 60_000;
