/** Stack processes for tests: in this process, over real HTTP, on stores that may be shared. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadOrg } from '../../sim/scenario.ts';
import type { Offer } from '../../src/desk.ts';
import type { SessionStore } from '../../src/ports.ts';
import { type RunningServer, serve } from '../../src/server.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { createHttpTransport } from '../../src/transport/http.ts';

export const ORG = loadOrg('bench/torture/org.yaml');
const PUBLIC_URL = 'http://stack.test';
let ids = 0;

/** A stack process, and what of it a test takes away. */
export async function startService(store: SessionStore, platformPort: number, org = ORG) {
  const transport = createHttpTransport({ timeoutMs: 2000 });
  const errors: string[] = [];
  let service: Service | undefined;
  let isStopped = false;
  const server: RunningServer = await serve(
    async (request) => service?.handle(request) ?? { status: 503, headers: {}, body: NOTHING },
    { name: 'stack', port: 0, onError: (error) => errors.push(String(error)) },
  );
  ids += 1;
  service = createService({
    ...{ org, store, transport, url: server.url, publicUrl: PUBLIC_URL },
    ...{ id: `t${ids}`, version: '0', leadMs: 500, sweepMs: 300 },
    apiUrlOf: () => `http://127.0.0.1:${platformPort}`,
    onError: (what, error) => errors.push(`${what}: ${error}`),
  });
  await service.start();
  return {
    ...{ url: server.url, errors, service },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      service?.stop();
      await server.close();
      await transport.close();
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** Takes every message, as Twilio does. */
export async function startPlatform() {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    texts.push(new URLSearchParams(body).get('Body') ?? '');
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sid: `SM${texts.length}`, status: 'queued' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, texts, close: () => void server.close() };
}

/** A customer's message, signed; the status of the answer. */
export async function say(url: string, from: string, messageId: string, text = 'hello') {
  const path = '/webhooks/sms-main';
  const fields: Record<string, string> = {
    ...{ MessageSid: messageId, AccountSid: 'AC00000000000000000000000000000001' },
    ...{ From: from, To: '+15005550006', Body: text, NumMedia: '0' },
  };
  const joined = Object.keys(fields)
    .toSorted()
    .map((name) => name + fields[name])
    .join('');
  const signature = createHmac('sha1', 'torture').update(PUBLIC_URL + path + joined);
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature.digest('base64'),
    },
    body: new URLSearchParams(fields),
  });
  await response.text();
  return response.status;
}

/** A rep at a desk, listening. */
export async function sit(url: string, rep: string) {
  const events: { readonly type: string; readonly data: Shown }[] = [];
  const hangUp = new AbortController();
  const response = await fetch(`${url}/desk/${rep}/events`, { signal: hangUp.signal });
  const over = listen(response, events).catch(() => {});
  const act = async (what: string, body: object = {}) => {
    const answer = await fetch(`${url}/desk/${rep}/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const of = (type: string) => events.filter((one) => one.type === type).map(({ data }) => data);
  const get = async (path: string) => (await fetch(`${url}/desk/${rep}/${path}`)).json();
  return { events, of, act, get, over, leave: () => hangUp.abort() };
}

type Shown = Partial<Offer> & Readonly<Record<string, unknown>>;

async function listen(response: Response, events: { type: string; data: Shown }[]) {
  if (response.body === null) throw new Error('no events');
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, type = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      events.push({ type, data: JSON.parse(data) });
    }
  }
}
