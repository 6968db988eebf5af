/** A mock edge on a virtual clock, with the adapter as its stack, or another one. No tests. */
import type { PhoneMessage, ProviderParts } from '../../../mock-providers/provider.ts';
import { createWebProvider } from '../../../mock-providers/web/provider.ts';
import { createVirtualClock } from '../../../sim/clock/virtual.ts';
import { createWebAdapter } from '../../../src/channels/web/adapter.ts';
import { webAccount } from '../../../src/channels/web/wire.ts';
import type { HttpRequest, HttpResponse } from '../../../src/http.ts';
import type {
  Announcement,
  Content,
  InboundEvent,
  IndicationKind,
  SendOutcome,
} from '../../../src/message.ts';
import type { Channel } from '../../../src/org.ts';
import type { Delivery } from '../../../src/ports.ts';
import type { EndedBy } from '../../../src/sessions/thread.ts';
import { channelOf } from '../../channels/driving.ts';

export const EDGE = 'http://edge.test';
export const WEBHOOK = 'http://stack.test/webhooks/web';
export const ADDRESS = '0b8f9a52-6c1e-4d3a-9f27-5e1c7a40d2b6';
export const API = '/iamessage/api/v2';

/** The n-th UUID, of the form that ids must have. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function webChannel(set: Partial<Channel> = {}): Channel {
  return channelOf('web', { address: ADDRESS, ...set });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON as they like
export type Loose = any;

export interface Answer extends HttpResponse {
  readonly json: Loose;
}

export interface Options {
  readonly channel?: Partial<Channel>;
  readonly delays?: Partial<ProviderParts['delays']>;
  /** In place of the adapter. */
  readonly stack?: (request: HttpRequest) => HttpResponse | undefined;
}

export type World = ReturnType<typeof createWorld>;

export function createWorld(options: Options = {}) {
  const clock = createVirtualClock({ originMs: Date.UTC(2026, 10, 23, 3, 10) });
  const channel = webChannel(options.channel);
  const account = webAccount(channel);
  const adapter = createWebAdapter({ channel, apiUrl: EDGE, webhookUrl: WEBHOOK });
  const calls: HttpRequest[] = [];
  const events: InboundEvent[] = [];
  const transport = {
    async send(request: HttpRequest) {
      calls.push(request);
      const other = options.stack?.(request);
      if (other !== undefined) return other;
      const received = adapter.receive(request, clock.originMs + clock.now());
      if (received.ok) events.push(...received.events);
      return received.response;
    },
  };
  const provider = createWebProvider({
    channelId: 'web',
    channel,
    clock,
    transport,
    webhookUrl: WEBHOOK,
    publicUrl: EDGE,
    random: (purpose, id) => ((purpose.length * 31 + id * 7919) % 997) / 997,
    delays: { inboundMs: () => 100, deliveryMs: () => 1000, readMs: () => 5000, ...options.delays },
    batchMs: () => 0,
  });

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body ? JSON.stringify(body) : '');
    const response = await provider.handle({ method, url: EDGE + path, headers, body: bytes });
    const text = response.body.toString();
    return { ...response, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  };
  const drive = async (delivery: Delivery): Promise<SendOutcome> => {
    let step = delivery.next();
    while (step.done !== true) step = delivery.next(await provider.handle(step.value));
    return step.value;
  };
  /** What hangs up each stream that is open. */
  const streams = new Set<() => void>();
  let sends = 0;
  const outbound = (to: string) => {
    sends += 1;
    return { to, key: `web/M${sends}`, atMs: clock.originMs + clock.now() };
  };
  const who = {
    orgId: account.orgId,
    esDeveloperName: account.esDeveloperName,
    capabilitiesVersion: '1',
    platform: 'Web',
  };
  return {
    clock,
    channel,
    account,
    provider,
    adapter,
    calls,
    events,
    call,
    who,
    token: (rest = {}, path = 'unauthenticated') =>
      call('POST', `${API}/authorization/${path}/access-token`, { ...who, ...rest }),
    /** As the stack does it for a rep. */
    deliver: (to: string, content: Content) =>
      drive(adapter.deliver({ ...outbound(to), content, rep: 'rep-1' })),
    /** As the stack does it by itself. */
    respond: (to: string, content: Content) => drive(adapter.deliver({ ...outbound(to), content })),
    announce: (to: string, kind: Announcement['kind'], by?: EndedBy) => {
      const session = { sessionId: 'S1', startedMs: clock.originMs };
      const ended = by === undefined ? {} : { by };
      return drive(adapter.announce!({ ...outbound(to), kind, ...session, ...ended }));
    },
    indicate: (to: string, kind: IndicationKind, messageId: string) =>
      drive(adapter.indicate!({ ...outbound(to), kind, messageId })!),
    streams,
    /** Runs `task` and everything that comes of it. Streams are hung up a little later. */
    async run<T>(task: () => Promise<T>): Promise<T> {
      const results: T[] = [];
      clock.spawn('test', async () => {
        results.push(await task());
        if (streams.size > 0) await clock.sleep(10_000);
        for (const hangUp of streams) hangUp();
      });
      await clock.run();
      return results[0] as T;
    },
  };
}

/** A client as a browser has it: token, conversation, stream. */
export async function createClient(world: World, conversationId = uuid(1)) {
  const { call, account } = world;
  const { json } = await world.token();
  const headers = { authorization: `Bearer ${json.accessToken}` };
  const { esDeveloperName } = account;
  const at = `${API}/conversation/${conversationId}`;
  const frames: string[] = [];
  return {
    frames,
    subject: json.context.endUser.subject as string,
    token: json.accessToken as string,
    headers,
    at,
    create: () => call('POST', `${API}/conversation`, { conversationId, esDeveloperName }, headers),
    say: (text: string, id: string, rest = {}) => {
      const staticContent = { formatType: 'Text', text };
      const message = { id, messageType: 'StaticContentMessage', staticContent };
      return call('POST', `${at}/message`, { message, esDeveloperName, ...rest }, headers);
    },
    post: (what: string, body: unknown) => call('POST', `${at}/${what}`, body, headers),
    get: (what: string) => call('GET', `${at}${what}`, undefined, headers),
    end: (what = '/session') =>
      call('DELETE', `${at}${what}?esDeveloperName=${esDeveloperName}`, undefined, headers),
    /** What it gives hangs up. */
    async listen(lastEventId?: string) {
      const response = await call('GET', '/eventrouter/v1/sse', undefined, {
        ...headers,
        'x-org-id': account.orgId,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      });
      const stop =
        response.stream?.(
          (chunk) => frames.push(chunk),
          () => {},
        ) ?? (() => {});
      const hangUp = () => {
        world.streams.delete(hangUp);
        stop();
      };
      world.streams.add(hangUp);
      return hangUp;
    },
    /** Event and entry payload of each frame so far. */
    heard: () =>
      frames.map((frame) => {
        const [, id, event, data = ''] =
          /^(?:id: (\d+)\n)?event: (\w+)\ndata: (.*)\n\n$/.exec(frame) ?? [];
        const json = JSON.parse(data);
        const payload = json === 0 ? 0 : JSON.parse(json.conversationEntry.entryPayload);
        return { id: Number(id), event, json, payload };
      }),
  };
}

/** What a simulated customer's phone shows. */
export function createPhone(world: World, n = 1) {
  const address = world.provider.addressOf(n);
  const shown: (PhoneMessage & { readonly at: number })[] = [];
  const phone = world.provider.connect(address, 'Ada', (message) =>
    shown.push({ ...message, at: world.clock.now() }),
  );
  return { address, phone, shown };
}
