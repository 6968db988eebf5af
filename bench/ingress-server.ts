/**
 * The contestants of bench/ingress.ts, each in a process of its own:
 * `node bench/ingress-server.ts stack|usual|least sms|whatsapp`. Prints its address.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kindOf } from '../src/channels/index.ts';
import { createSystemClock } from '../src/clock/system.ts';
import { serve } from '../src/server.ts';
import { createStack } from '../src/stack.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { type Kind, ORG, WEBHOOKS } from './webhooks.ts';

const { channelId, channel, check } = WEBHOOKS[process.argv[3] as Kind];
const PATH = `/webhooks/${channelId}`;
const DONE = 'EVENT_RECEIVED';
let url = '';

const CONTESTANTS: Readonly<Record<string, () => Promise<string>>> = {
  stack: startStack,
  usual: () => listen(usual),
  least: () => listen(least),
};
url = (await CONTESTANTS[process.argv[2] ?? '']?.()) ?? '';
process.stdout.write(`${url}\n`);

/** Verify, parse, session, route: nobody is there to answer, so that all of them wait. */
async function startStack(): Promise<string> {
  const adapters = new Map();
  const { handle } = createStack({
    ...{ org: ORG, adapters },
    clock: createSystemClock(),
    store: createMemoryStore(),
    recorder: { record() {} },
    outbox: {
      send: async () => ({ ok: true, messageId: '' }),
      indicate: async () => {},
      announce: () => undefined,
      requestRouting: () => undefined,
    },
    windowMsOf: () => undefined,
    keepMs: 60_000,
  });
  const server = await serve(handle, { port: 0, name: 'stack' });
  const settings = { channel, apiUrl: '', webhookUrl: server.url + PATH };
  adapters.set(channelId, kindOf(channel)?.createAdapter(settings));
  return server.url;
}

/** node:http as the guides write it. */
async function usual(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const isGenuine = check(Buffer.concat(chunks), req.headers, url + PATH);
  res.writeHead(isGenuine ? 200 : 401, { 'content-type': 'text/plain' });
  res.end(DONE);
}

/** The least that node:http can be made to do: no iterator, no chunked answer, one write. */
function least(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const [first] = chunks;
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    const isGenuine = check(body, req.headers, url + PATH);
    const headers = { 'content-type': 'text/plain', 'content-length': DONE.length };
    res.writeHead(isGenuine ? 200 : 401, headers);
    res.end(DONE);
  });
}

async function listen(
  answer: (req: IncomingMessage, res: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
