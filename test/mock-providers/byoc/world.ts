/**
 * A mock org on a virtual clock, a partner's bridge that calls it as Salesforce's samples do, and a
 * stack that takes what it is told by the true adapter. No tests here.
 */

import { createByocProvider } from '../../../mock-providers/byoc/provider.ts';
import type { PhoneMessage, Provider, ProviderParts } from '../../../mock-providers/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { createByocAdapter } from '../../../src/channels/byoc/adapter.ts';
import { createTokenKey } from '../../../src/channels/byoc/signature.ts';
import { byocAccount, conversationOf } from '../../../src/channels/byoc/wire.ts';
import { type Part, writeMultipart } from '../../../src/channels/multipart.ts';
import type { HttpRequest, HttpResponse } from '../../../src/http.ts';
import type { Content, InboundEvent, SendOutcome } from '../../../src/message.ts';
import type { Channel } from '../../../src/org.ts';
import type { Delivery } from '../../../src/ports.ts';
import { channelOf } from '../../channels/driving.ts';

export const ADDRESS = '72a6a4ec-acbc-44f6-b2b9-e444248ca843';
export const WEBHOOK = 'http://stack.test/webhooks/byoc';
export const ORG = 'http://org.test';
export const USER = 'end-user-1';
export const CONVERSATION = conversationOf(ADDRESS, USER);
export const ENTRY = 'f7904eb6-5352-4c5e-adf6-5f100572cf5d';

export interface Options {
  readonly type?: Channel['type'];
  readonly create?: (parts: ProviderParts) => Provider;
  readonly account?: Record<string, string>;
  readonly delays?: Partial<ProviderParts['delays']>;
  /** What the stack answers instead of what the adapter would. */
  readonly stack?: (request: HttpRequest) => HttpResponse | Promise<HttpResponse> | undefined;
}

export function createWorld(options: Options = {}) {
  const { type = 'byoc', create = createByocProvider } = options;
  const clock = createVirtualClock({ originMs: Date.UTC(2026, 10, 23, 3, 10) });
  const channel = channelOf(type, { address: ADDRESS, account: options.account ?? {} });
  const account = byocAccount(channel);
  const adapter = createByocAdapter({ channel, apiUrl: ORG, webhookUrl: WEBHOOK });
  const calls: { readonly at: number; readonly request: HttpRequest }[] = [];
  const events: InboundEvent[] = [];
  const transport = {
    async send(request: HttpRequest) {
      calls.push({ at: clock.now(), request });
      const instead = await options.stack?.(request);
      if (instead !== undefined) return instead;
      const received = adapter.receive(request, clock.originMs + clock.now());
      if (received.ok) events.push(...received.events);
      return received.response;
    },
  };
  const provider = create({
    channelId: 'byoc-main',
    channel,
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: ORG,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => 5000, ...options.delays },
    batchMs: () => 0,
  });
  const key = createTokenKey(account.tokenSecret);
  const token = (scp = 'interaction_api api', lifeS = 600) => {
    const iat = Math.floor((clock.originMs + clock.now()) / 1000);
    const claims = { aud: [ORG], iss: ORG, sub: 'uid:005', client_id: account.consumerKey };
    return key.make(account.orgId, { ...claims, scp, iat, exp: iat + lifeS });
  };
  const headers = (set: Record<string, string | undefined> = {}) => {
    const all: Record<string, string | undefined> = {
      authorization: `Bearer ${token()}`,
      'content-type': 'application/json',
      orgid: account.orgId,
      authorizationcontext: account.authorizationContext,
      requestid: 'f8f81c06-c06a-4784-b96c-ca95d3321bd9',
      ...set,
    };
    return Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
  };
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    set: Record<string, string | undefined> = {},
  ) => {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? ''));
    const request = { method, url: ORG + path, headers: headers(set), body: bytes };
    const response = await provider.handle(request);
    const text = response.body.toString();
    return {
      ...response,
      json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined,
    };
  };
  const carryOut = async (delivery: Delivery): Promise<SendOutcome> => {
    let step = delivery.next();
    while (step.done !== true) step = delivery.next(await provider.handle(step.value));
    return step.value;
  };
  const received: (PhoneMessage & { readonly at: number })[] = [];
  const phone = provider.connect(USER, 'Ada é', (message) =>
    received.push({ ...message, at: clock.now() }),
  );
  let sends = 0;
  return {
    clock,
    provider,
    account,
    adapter,
    calls,
    events,
    call,
    token,
    phone,
    /** What the end user's app showed. */
    received,
    /** As the stack would: to the end user. */
    send(content: Content, to = USER): Promise<SendOutcome> {
      sends += 1;
      const atMs = clock.originMs + clock.now();
      return carryOut(adapter.deliver({ to, content, key: `byoc-main/M${sends}`, atMs }));
    },
    /** POST /interactions, as a bridge would. */
    interact(
      request: unknown,
      files: readonly Part[] = [],
      set: Record<string, string | undefined> = {},
    ) {
      const { contentType, body } = formOf(request, files);
      return call('POST', '/api/v1/interactions', body, { 'content-type': contentType, ...set });
    },
    /** Runs `task` and everything that comes of it. */
    async run<T>(task: () => Promise<T>): Promise<T> {
      const results: T[] = [];
      clock.spawn('test', async () => {
        results.push(await task());
      });
      await clock.run();
      return results[0] as T;
    },
  };
}

export function formOf(request: unknown, files: readonly Part[] = [], boundary = 'xYz') {
  const json = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
  return writeMultipart(
    [{ name: 'json', contentType: 'application/json', body: json }, ...files],
    boundary,
  );
}

export function fileOf(body: Buffer | string, contentType = 'image/png', filename = 'a.png'): Part {
  return { name: 'attachments', filename, contentType, body: Buffer.from(body) };
}

/** An interaction of the end user's. */
export function entryInteraction(payload: object, set: object = {}): object {
  const interaction = { timestamp: 1688190840000, interactionType: 'EntryInteraction', payload };
  return { to: ADDRESS, from: USER, interactions: [interaction], ...set };
}

export function messageEntry(message: object = {}, id = ENTRY): object {
  const staticContent = { formatType: 'Text', text: 'Hi there' };
  const abstractMessage = { messageType: 'StaticContentMessage', id, staticContent, ...message };
  return { id, entryType: 'Message', abstractMessage };
}

export function attachmentInteraction(set: object = {}): object {
  const interaction = {
    timestamp: 1688190840000,
    interactionType: 'AttachmentInteraction',
    id: ENTRY,
    attachmentIndex: 0,
    contentLength: 4,
    text: 'my file',
    ...set,
  };
  return { to: ADDRESS, from: USER, interactions: [interaction] };
}

export function acknowledgement(id: string, set: object = {}): object {
  const one = {
    acknowledgementTimestamp: 1688190840000,
    acknowledgementType: 'Read',
    acknowledgedConversationEntryIdentifier: id,
    acknowledgmentCreatedConversationEntryIdentifier: ENTRY,
  };
  return {
    sender: { appType: 'custom', subject: USER, role: 'EndUser' },
    conversationIdentifier: CONVERSATION,
    acknowledgements: [one],
    ...set,
  };
}
