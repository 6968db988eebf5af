/**
 * Real time only: an `HttpHandler` on node:http, bytes untouched. Loopback by default.
 * No routes of its own: the handler owns every path.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorCode, StackError } from './errors.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';

export interface ServerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** What listens here, for error messages: `stack`, `sms-main platform`. */
  readonly name: string;
  /** Told of a handler that threw; the caller was answered 500. */
  readonly onError?: (error: unknown) => void;
  /** What stands between node:http and here; absent: nothing, which is the quickest. */
  readonly shell?: (listener: RequestListener) => RequestListener;
}

export interface RunningServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens; rejects with `StackError` (addressInUse, addressDenied) when it can't. */
export async function serve(handler: HttpHandler, options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  let base = `http://${host}:${options.port}`;
  const onRequest = async (req: IncomingMessage, res: ServerResponse) => {
    try {
      const body = await bodyOf(req);
      answer(res, await handler(toRequest(req, base, body)));
    } catch (error) {
      // A caller who hung up half way is no error of ours, and nobody is left to answer.
      if (req.destroyed && !req.complete) return;
      options.onError?.(error);
      if (!res.headersSent) res.statusCode = 500;
      res.end();
    }
  };
  const listener = options.shell?.(onRequest) ?? onRequest;
  const server = await listen(listener, options.port, host, options.name);
  const { port } = server.address() as AddressInfo;
  base = `http://${host}:${port}`;
  return { url: base, port, close: () => close(server) };
}

/** By events, which cost a webhook some 10 us less than an async iterator. */
function bodyOf(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => resolve(joined(chunks)));
    // Also of a caller who hangs up half way.
    req.on('error', reject);
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

/** `body`: of that request. */
function toRequest(req: IncomingMessage, base: string, body: Buffer): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: req.method ?? 'GET', url: base + (req.url ?? '/'), headers, body };
}

function answer(res: ServerResponse, { status, headers, body, stream }: HttpResponse): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (stream !== undefined) keepStreaming(res, body, stream);
  // As a text of the same bytes it is written together with the head, in one piece.
  else if (body.length < SMALL) res.end(body.toString('latin1'), 'latin1');
  else res.end(body);
}

const SMALL = 16_384;

/** Until the caller hangs up. */
function keepStreaming(
  res: ServerResponse,
  body: Buffer,
  stream: NonNullable<HttpResponse['stream']>,
): void {
  res.flushHeaders();
  if (body.length > 0) res.write(body);
  const end = () => void res.end();
  const hangUp = stream((chunk) => res.write(chunk), end);
  res.on('close', hangUp);
}

const LISTEN_ERRORS: Readonly<Record<string, ErrorCode>> = {
  EADDRINUSE: 'addressInUse',
  EACCES: 'addressDenied',
  EADDRNOTAVAIL: 'addressDenied',
};

function listen(
  onRequest: RequestListener,
  port: number,
  host: string,
  name: string,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onRequest);
    server.keepAliveTimeout = 30_000;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const code = LISTEN_ERRORS[error.code ?? ''];
      if (code === undefined) return reject(error);
      reject(new StackError(code, `the ${name} can't listen on ${host}:${port}`));
    });
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
