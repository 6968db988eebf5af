/**
 * Webhooks over real HTTP on loopback: the stack (verify, parse, session, route) beside a bare
 * node:http server that does the same HMAC and parse. The load comes from a process of its own.
 * `node bench/ingress.ts [webhooks]`
 */
import { spawn } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import querystring from 'node:querystring';
import { fileURLToPath } from 'node:url';
import { loadPlan } from '../sim/scenario.ts';
import { kindOf } from '../src/channels/index.ts';
import { sign } from '../src/channels/sms/signature.ts';
import { smsAccount } from '../src/channels/sms/wire.ts';
import { createSystemClock } from '../src/clock/system.ts';
import { serve } from '../src/server.ts';
import { createStack } from '../src/stack.ts';
import { createMemoryStore } from '../src/stores/memory/store.ts';
import { inTurn, show } from './stopwatch.ts';

/** What every message says. */
const FIELDS = {
  To: '+15005550006',
  Body: 'Hi, where is my order?',
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
};

const webhooks = Number(process.argv[2] ?? 20_000);
const { org } = loadPlan('bench/wire.yaml');
const channel = org.channels['sms-main'];
if (channel === undefined) throw new Error('bench/wire-org.yaml has no sms-main');
const { authToken, accountSid } = smsAccount(channel);

if (process.argv[3] !== undefined) await load(process.argv[3], webhooks);
else {
  const figures = await inTurn(3, { stack: () => measure(stack), bare: () => measure(bare) });
  show('webhooks/s over HTTP, median of 3: the stack', figures.stack);
  show('webhooks/s over HTTP, median of 3: bare node:http', figures.bare);
  show('ratio', (figures.stack / figures.bare).toFixed(2));
}

interface Target {
  readonly url: string;
  close(): Promise<unknown>;
}

async function measure(start: () => Promise<Target>): Promise<number> {
  const target = await start();
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [self, String(webhooks), target.url]);
  let printed = '';
  child.stdout.on('data', (data: Buffer) => {
    printed += data;
  });
  child.stderr.pipe(process.stderr);
  await once(child, 'exit');
  await target.close();
  return Number(printed);
}

async function stack(): Promise<Target> {
  const adapters = new Map();
  const handler = createStack({
    org,
    clock: createSystemClock(),
    store: createMemoryStore(),
    recorder: { record() {} },
    outbox: {
      send: async () => ({ ok: true, messageId: '' }),
      indicate: async () => {},
      announce: () => undefined,
      requestRouting: () => undefined,
    },
    adapters,
    windowMsOf: () => undefined,
    keepMs: 60_000,
  });
  const server = await serve(handler.handle, { port: 0, name: 'stack' });
  const webhookUrl = `${server.url}/webhooks/sms-main`;
  const settings = { channel: channel as NonNullable<typeof channel>, apiUrl: '', webhookUrl };
  adapters.set('sms-main', kindOf(settings.channel)?.createAdapter(settings));
  return { url: webhookUrl, close: server.close };
}

async function bare(): Promise<Target> {
  let url = '';
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const form = querystring.parse(Buffer.concat(chunks).toString());
    let data = url;
    for (const name of Object.keys(form).sort()) data += name + form[name];
    const expected = createHmac('sha1', authToken).update(data).digest();
    const given = Buffer.from(String(req.headers['x-twilio-signature']), 'base64');
    const ok = given.length === expected.length && timingSafeEqual(given, expected);
    res.writeHead(ok ? 200 : 403, { 'content-type': 'text/xml' });
    res.end('<Response/>');
  };
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/sms-main`;
  return { url, close: async () => server.close() };
}

/** Sends signed inbound messages, 32 at a time, each from another customer; prints the rate. */
async function load(url: string, count: number): Promise<void> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connections: 32, pipelining: 1 });
  const requests = Array.from({ length: count }, (_, i) => {
    const fields = { ...FIELDS, AccountSid: accountSid, From: `+1${2005550000 + i}` };
    const form = { ...fields, MessageSid: `SM${String(i).padStart(32, '0')}` };
    return { body: querystring.stringify(form), signature: sign(authToken, url, form) };
  });
  let next = 0;
  const worker = async () => {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': one.signature,
      };
      const response = await request(url, { dispatcher, method: 'POST', headers, body: one.body });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: 32 }, worker));
  process.stdout.write(String((count / (performance.now() - began)) * 1000));
  await dispatcher.close();
}
