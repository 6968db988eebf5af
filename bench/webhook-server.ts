/**
 * What load generators are held against: takes signed WhatsApp webhooks, answers each after so many
 * ms, and stalls once: what comes while it does is held until it is over. Keeps a log of its own.
 * `node bench/webhook-server.ts`; prints its address. `POST /reset?{terms}`, `GET /log`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WEBHOOKS } from './webhooks.ts';

/** All in ms. */
export interface Terms {
  readonly serviceMs: number;
  /** From the first arrival on. */
  readonly stallFromMs: number;
  readonly stallMs: number;
}

export interface Log {
  /** Of each webhook, from the first arrival on, in the order they came in. */
  readonly arrivals: number[];
  readonly answers: number[];
  /** Not signed as they should be. */
  refused: number;
}

const { check } = WEBHOOKS.whatsapp;
let terms: Terms = { serviceMs: 0, stallFromMs: 0, stallMs: 0 };
let log: Log = { arrivals: [], answers: [], refused: 0 };
let began: number | undefined;

const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
  if (req.url === '/log') end(res, 200, JSON.stringify(log));
  else if (req.url?.startsWith('/reset?')) reset(req.url, res);
  else {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => take(req, Buffer.concat(chunks), res));
  }
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function take(req: IncomingMessage, body: Buffer, res: ServerResponse): void {
  const now = performance.now();
  began ??= now;
  if (!check(body, req.headers, '')) {
    log.refused += 1;
    end(res, 401, '');
    return;
  }
  const { arrivals, answers } = log;
  const at = now - began;
  const place = arrivals.push(at) - 1;
  const answer = () => {
    answers[place] = performance.now() - now + at;
    end(res, 200, 'EVENT_RECEIVED');
  };
  const delay = delayOf(at);
  if (delay > 0) setTimeout(answer, delay);
  else answer();
}

function delayOf(at: number): number {
  const { serviceMs, stallFromMs, stallMs } = terms;
  const isStalled = at >= stallFromMs && at < stallFromMs + stallMs;
  return isStalled ? Math.max(serviceMs, stallFromMs + stallMs - at) : serviceMs;
}

function reset(url: string, res: ServerResponse): void {
  const given = new URLSearchParams(url.slice(url.indexOf('?')));
  const of = (name: keyof Terms) => Number(given.get(name) ?? 0);
  terms = {
    serviceMs: of('serviceMs'),
    stallFromMs: of('stallFromMs'),
    stallMs: of('stallMs'),
  };
  log = { arrivals: [], answers: [], refused: 0 };
  began = undefined;
  end(res, 200, '');
}

function end(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain', 'content-length': text.length });
  res.end(text);
}
