/**
 * Messages per second through each channel's two sides, one text a message: the mock takes it from
 * a phone (signed webhook out), the adapter reads that webhook, the adapter writes an answer, the
 * mock takes that and brings it to the phone. In process, one core, medians.
 */
import { PROVIDERS } from '../mock-providers/index.ts';
import { createVirtualClock } from '../sim/clock/virtual.ts';
import { CHANNEL_KINDS, type WiredChannel } from '../src/channels/index.ts';
import type { HttpRequest, HttpResponse } from '../src/http.ts';
import type { Channel } from '../src/org.ts';
import type { Delivery } from '../src/ports.ts';
import { median, seconds } from './stopwatch.ts';

const MESSAGES = 5000;
const ROUNDS = 5;
const ORIGIN_MS = 1_767_600_000_000;
const API = 'http://platform.test';
const WEBHOOK = 'http://stack.test/webhooks/x';

const STEPS = ['mock in', 'adapter in', 'adapter out', 'mock out'] as const;

process.stdout.write(
  `${'messages/s'.padEnd(12)}${STEPS.map((step) => step.padStart(13)).join('')}\n`,
);
for (const type of Object.keys(CHANNEL_KINDS) as WiredChannel[]) {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(type));
  const rates = STEPS.map((_, i) => median(rounds.map((round) => round[i] ?? 0)));
  const cells = rates.map((rate) => Math.round(rate).toLocaleString('en').padStart(13));
  process.stdout.write(`${type.padEnd(12)}${cells.join('')}\n`);
}

/** Messages per second of each step. */
async function measure(type: WiredChannel): Promise<number[]> {
  const clock = createVirtualClock({ originMs: ORIGIN_MS });
  const channel = channelOf(type);
  const webhooks: HttpRequest[] = [];
  const adapter = CHANNEL_KINDS[type].createAdapter({ channel, apiUrl: API, webhookUrl: WEBHOOK });
  let answer: HttpResponse | undefined;
  const provider = PROVIDERS[type]({
    ...{ channelId: type, channel, clock, webhookUrl: WEBHOOK, publicUrl: API },
    transport: {
      async send(request) {
        webhooks.push(request);
        answer ??= adapter.receive(request, ORIGIN_MS).response;
        return answer;
      },
    },
    random: (_, n) => (n * 0.6180339887) % 1,
    delays: { inboundMs: () => 0, deliveryMs: () => 0, readMs: () => undefined },
    batchMs: () => 0,
  });
  const inside = async (work: () => Promise<void>) => {
    clock.spawn('bench', work);
    await clock.run();
  };
  const addresses = Array.from({ length: MESSAGES }, (_, n) => provider.addressOf(n));
  let heard = 0;
  const phones = addresses.map((address) => provider.connect(address, 'x', () => (heard += 1)));
  const content = { kind: 'text', text: 'Where is my order 4711?' } as const;

  const mockIn = await seconds(() =>
    inside(async () => {
      for (const phone of phones) await phone.send(content);
    }),
  );
  const inbound = webhooks.slice();
  const froms: string[] = [];
  const adapterIn = await seconds(async () => {
    for (const request of inbound) {
      const received = adapter.receive(request, ORIGIN_MS);
      if (!received.ok) throw new Error(`${type}: ${received.reason}`);
      for (const event of received.events) {
        if (event.kind === 'message') froms.push(event.from);
      }
    }
  });
  const deliveries: Delivery[] = [];
  const requests: HttpRequest[] = [];
  const adapterOut = await seconds(async () => {
    for (const [n, to] of froms.entries()) {
      const delivery = adapter.deliver({ to, content, key: `bench/${n}`, atMs: ORIGIN_MS });
      const step = delivery.next();
      if (step.done !== true) requests.push(step.value);
      deliveries.push(delivery);
    }
  });
  let failed = 0;
  const mockOut = await seconds(() =>
    inside(async () => {
      for (const request of requests) {
        const { status } = await provider.handle(request);
        if (status >= 300) failed += 1;
      }
    }),
  );
  if (failed > 0 || heard < requests.length || froms.length < MESSAGES) {
    throw new Error(`${type}: ${froms.length} came in, ${failed} sends failed, ${heard} heard`);
  }
  const counts = [MESSAGES, inbound.length, froms.length, requests.length];
  return [mockIn, adapterIn, adapterOut, mockOut].map((took, i) => (counts[i] ?? 0) / took);
}

function channelOf(type: WiredChannel): Channel {
  return {
    type,
    address: CHANNEL_KINDS[type].address.example,
    queue: '',
    account: {},
    // What is measured is the work, not the platform's throttle.
    limits: unlimited(CHANNEL_KINDS[type].limits),
    indicators: [],
    keywords: { optOut: [], optIn: [], help: [], end: [] },
    autoResponses: {},
  };
}

function unlimited(limits: Readonly<Record<string, number>>): Record<string, number> {
  const rates = Object.keys(limits).filter((name) => /Per(?:Second|Minute|Hour|Page)/.test(name));
  return Object.fromEntries(rates.map((name) => [name, 0]));
}
