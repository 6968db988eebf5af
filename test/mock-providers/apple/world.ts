/** A mock Apple on a virtual clock, and a stack that writes down what it is told. No tests. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { createAppleProvider } from '../../../mock-providers/apple/provider.ts';
import type { PhoneMessage, ProviderParts } from '../../../mock-providers/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { type HttpRequest, type HttpResponse, respond } from '../../../src/http.ts';
import { BUSINESS, MSP, SECRET, tokenOf } from '../../channels/apple/apple.ts';
import { channelOf } from '../../channels/driving.ts';

export { BUSINESS, MSP, SECRET, tokenOf };
export const WEBHOOK = 'https://stack.test/webhooks/apple';
export const API = 'https://mspgw.test';
export const ID = '11111111-2222-4333-8444-555555555555';
export const ORIGIN = Date.UTC(2026, 10, 23, 3, 10);
export const BID =
  'com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:' +
  'com.apple.icloud.apps.messages.business.extension';

/** What was told, as an MSP reads it. */
export interface Told {
  readonly type: string;
  readonly id: string;
  readonly body?: string;
  readonly attachments?: readonly Record<string, string>[];
  readonly interactiveData?: { readonly data: Record<string, unknown> } & Record<string, unknown>;
  readonly interactiveDataRef?: Record<string, string>;
  readonly [field: string]: unknown;
}

export interface Call {
  readonly at: number;
  readonly request: HttpRequest;
  readonly message: Told;
}

interface Options {
  readonly account?: Record<string, string>;
  readonly limits?: Record<string, number>;
  readonly delays?: Partial<ProviderParts['delays']>;
  readonly stack?: (call: Call) => HttpResponse | Promise<HttpResponse>;
}

export function createWorld(options: Options = {}) {
  const clock = createVirtualClock({ originMs: ORIGIN });
  const account = { mspId: MSP, secret: SECRET, ...options.account };
  const { limits = {} } = options;
  const calls: Call[] = [];
  const transport = {
    async send(request: HttpRequest) {
      const message: Told = JSON.parse(gunzipSync(request.body).toString());
      const call = { at: clock.now(), request, message };
      calls.push(call);
      return (await options.stack?.(call)) ?? respond(200, 'ok');
    },
  };
  const provider = createAppleProvider({
    channelId: 'amb',
    channel: channelOf('apple', { address: BUSINESS, account, limits }),
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: API,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => 5000, ...options.delays },
    batchMs: () => 0,
  });
  const token = (claims: object = {}) =>
    `Bearer ${tokenOf({ iss: MSP, iat: Math.floor((ORIGIN + clock.now()) / 1000), ...claims })}`;
  /** Calls the API as an MSP would; a header that is undefined is left out. */
  const call = (
    endpoint: string,
    headers: Record<string, string | undefined> = {},
    body: unknown = '',
  ): Promise<HttpResponse> => {
    const [method = '', path = ''] = endpoint.split(' ');
    const all = { authorization: token(), 'source-id': BUSINESS, ...headers };
    const kept = Object.entries(all).filter(([, value]) => value !== undefined);
    return provider.handle({
      method,
      url: path.startsWith('https:') ? path : API + path,
      headers: Object.fromEntries(kept) as Record<string, string>,
      body: Buffer.isBuffer(body)
        ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
  };
  const customer = provider.addressOf(1);
  const received: (PhoneMessage & { readonly at: number })[] = [];
  const phone = provider.connect(customer, 'Ada', (message) => {
    received.push({ at: clock.now(), ...message });
  });
  return {
    ...{ clock, provider, calls, call, token, phone, received, customer },
    told: () => calls.map(({ message }) => message),
    /** Sends to the customer: a text, unless the fields say otherwise. */
    send(fields: Record<string, unknown> = {}, headers: Record<string, string | undefined> = {}) {
      const ends = { sourceId: BUSINESS, destinationId: customer };
      const message = { v: 1, id: ID, ...ends, type: 'text', body: 'hello', ...fields };
      const named = { id: String(message.id), 'destination-id': String(message.destinationId) };
      return call('POST /v1/message', { ...named, ...headers }, message);
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

export type World = ReturnType<typeof createWorld>;

/** A world whose customer has written. */
export async function createOpenWorld(options: Options = {}): Promise<World> {
  const world = createWorld(options);
  await world.run(() => world.phone.send({ kind: 'text', text: 'hi' }));
  world.calls.length = 0;
  return world;
}

export function bodyOf(response: HttpResponse) {
  return JSON.parse(response.body.toString());
}

const KEY = createHash('sha256').update('any key').digest();

/** Apple's tutorial, sample 04: what goes with a message; the old names of headers if asked. */
export async function upload(world: World, bytes: Buffer, old = false) {
  const cipher = createCipheriv('aes-256-ctr', KEY, Buffer.alloc(16));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const size = String(sealed.length);
  const place = bodyOf(
    await world.call('GET /v1/preUpload', { [old ? 'size' : 'mmcs-size']: size }),
  );
  const open = { authorization: undefined, 'source-id': undefined };
  const kept = bodyOf(await world.call(`POST ${place['upload-url']}`, open, sealed));
  return {
    name: 'dot.png',
    mimeType: 'image/png',
    size,
    'signature-base64': kept.singleFile.fileChecksum as string,
    url: place['mmcs-url'] as string,
    owner: place['mmcs-owner'] as string,
    key: `00${KEY.toString('hex')}`,
  };
}

/** Samples 05 and 12: the bytes that an attachment or a reference leads to. */
export async function download(world: World, from: Record<string, unknown>, old = false) {
  const { url, owner, key, size, signature } = from as Record<string, string>;
  const base64 = Buffer.from(upperHex(signature), 'hex').toString('base64');
  const headers = old
    ? { url, owner, signature: base64 }
    : { 'mmcs-url': url, 'mmcs-owner': owner, 'mmcs-signature': base64 };
  const { 'download-url': address } = bodyOf(await world.call('GET /v1/preDownload', headers));
  const open = { authorization: undefined, 'source-id': undefined };
  const { body } = await world.call(`GET ${address}`, open);
  if ((size as unknown) !== body.length) throw new Error(`${size} bytes, not ${body.length}`);
  const cipher = createDecipheriv(
    'aes-256-ctr',
    Buffer.from(upperHex(key?.slice(2)), 'hex'),
    Buffer.alloc(16),
  );
  return Buffer.concat([cipher.update(body), cipher.final()]);
}

/** As strict as Python's b16decode. */
function upperHex(text = ''): string {
  if (!/^([0-9A-F]{2})+$/.test(text)) throw new Error(`not upper-case hex: ${text}`);
  return text;
}

export function quickReply(...titles: string[]) {
  const items = titles.map((title, i) => ({ identifier: `q${i}`, title }));
  return interactive({ version: '1.0', 'quick-reply': { summaryText: 'Sure?', items } });
}

export function listPicker(sections: readonly object[], more: object = {}) {
  const bubbles = {
    receivedMessage: { title: 'Select Produce', subtitle: 'Farm fresh', style: 'small' },
    replyMessage: { title: 'Selected Produce', style: 'small' },
  };
  return interactive({ mspVersion: '1.0', listPicker: { sections }, ...more }, bubbles);
}

export function interactive(data: object, more: object = {}) {
  const requestIdentifier = 'b1d5f1c0-0000-4000-8000-000000000001';
  const interactiveData = { bid: BID, data: { requestIdentifier, ...data }, ...more };
  return { type: 'interactive', body: undefined, interactiveData };
}
