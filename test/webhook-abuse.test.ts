/**
 * True webhooks of every platform, forged, cut, stale and replayed, at the stack's front door: each
 * is refused, or known, and leaves no trace in a session.
 */
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../mock-providers/index.ts';
import { createVirtualClock } from '../sim/clock/virtual.ts';
import { CHANNEL_KINDS, type WiredChannel } from '../src/channels/index.ts';
import type { HttpRequest } from '../src/http.ts';
import { channelOf, saying } from './channels/driving.ts';
import { createStackLab, ORIGIN } from './stack-lab.ts';

const WEBHOOK = 'http://stack.test/webhooks/it';
const TYPES = Object.keys(CHANNEL_KINDS) as WiredChannel[];

/** Platforms that sign what they say; the others only prove who calls. */
const SIGNED: readonly WiredChannel[] = ['line', 'messenger', 'sms', 'whatsapp'];

function parts(type: WiredChannel) {
  const channel = channelOf(type, { address: CHANNEL_KINDS[type].address.example });
  const settings = { channel, apiUrl: 'http://platform.test', webhookUrl: WEBHOOK };
  return { channel, adapter: CHANNEL_KINDS[type].createAdapter(settings) };
}

/** The webhook by which this platform tells that a customer said `text`. */
async function webhookOf(type: WiredChannel, text = 'hello'): Promise<HttpRequest> {
  const clock = createVirtualClock({ originMs: ORIGIN });
  const { channel, adapter } = parts(type);
  const sent: HttpRequest[] = [];
  const provider = PROVIDERS[type]({
    ...{ channelId: 'it', channel, clock, webhookUrl: WEBHOOK, publicUrl: 'http://platform.test' },
    transport: {
      async send(request) {
        sent.push(request);
        return adapter.receive(request, ORIGIN + clock.now()).response;
      },
    },
    random: (purpose, n) => ((purpose.length * 31 + n * 7919) % 997) / 997,
    delays: { inboundMs: () => 0, deliveryMs: () => 0, readMs: () => undefined },
    batchMs: () => 0,
  });
  clock.spawn('customer', async () => {
    await provider.connect(provider.addressOf(1), 'Ann', () => {}).send(saying(text));
  });
  await clock.run();
  const found = sent.find((request) => {
    const received = adapter.receive(request, ORIGIN);
    return received.ok && received.events.some(({ kind }) => kind === 'message');
  });
  if (found === undefined) throw new Error(`${type} sent no message`);
  return found;
}

/** What the stack answers, and how many messages it then holds. */
async function deliver(type: WiredChannel, requests: readonly HttpRequest[], laterMs = 0) {
  const { channel, adapter } = parts(type);
  const lab = createStackLab({
    channels: { it: { ...channel, queue: 'support' } },
    adapters: new Map([['it', adapter]]),
  });
  const statuses: number[] = [];
  await lab.inside(async () => {
    await lab.clock.sleep(laterMs);
    for (const request of requests) statuses.push((await lab.stack.handle(request)).status);
  });
  return {
    statuses,
    received: lab.of('received').length,
    duplicates: lab.of('duplicateIgnored').length,
    sessions: lab.of('queued').length,
    refused: lab.of('webhookRefused').length,
  };
}

const NO_TRACE = { received: 0, sessions: 0, refused: 1 };

const cut = (request: HttpRequest): HttpRequest => {
  return { ...request, body: request.body.subarray(0, request.body.length >> 1) };
};

function without(request: HttpRequest, pattern: RegExp): HttpRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !pattern.test(name));
  return { ...request, headers: Object.fromEntries(kept) };
}

/** One byte of what proves the caller is another. */
function forged(request: HttpRequest): HttpRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => {
    if (!PROOF.test(name)) return [name, value];
    const at = Math.floor(value.length * 0.75);
    return [name, value.slice(0, at) + (value[at] === 'x' ? 'y' : 'x') + value.slice(at + 1)];
  });
  return { ...request, headers: Object.fromEntries(headers) };
}

const PROOF = /^(?:authorization|x-.*signature.*)$/;

describe.each(TYPES)('a webhook of %s', (type) => {
  it('is taken once, however often it comes', async () => {
    const request = await webhookOf(type);
    const { statuses, ...rest } = await deliver(type, [request, request, request]);
    expect(Math.max(...statuses)).toBeLessThan(300);
    expect(rest).toEqual({ received: 1, duplicates: 2, sessions: 1, refused: 0 });
  });

  it('without its proof, or with a forged one, leaves no trace', async () => {
    const request = await webhookOf(type);
    for (const bad of [without(request, PROOF), forged(request)]) {
      const { statuses, ...rest } = await deliver(type, [bad]);
      expect([401, 403]).toContain(statuses[0]);
      expect(rest).toMatchObject(NO_TRACE);
    }
  });

  it('cut in the middle leaves no trace', async () => {
    const { statuses, ...rest } = await deliver(type, [cut(await webhookOf(type))]);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(rest).toMatchObject(NO_TRACE);
  });

  it(
    SIGNED.includes(type) ? 'with other words is no longer signed' : 'is stale after a day',
    async () => {
      const request = await webhookOf(type);
      if (SIGNED.includes(type)) {
        const words = Buffer.from(
          request.body.toString('latin1').replace('hello', 'hullo'),
          'latin1',
        );
        const { statuses, ...rest } = await deliver(type, [{ ...request, body: words }]);
        expect([401, 403]).toContain(statuses[0]);
        expect(rest).toMatchObject(NO_TRACE);
        return;
      }
      const { statuses, ...rest } = await deliver(type, [request], 24 * 3_600_000);
      expect([401, 403]).toContain(statuses[0]);
      expect(rest).toMatchObject(NO_TRACE);
    },
  );
});
