/**
 * Real time only: mounts an `HttpHandler` on express, bytes untouched. Loopback by default.
 * No routes of its own: the handler owns every path.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
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
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  let base = `http://${host}:${options.port}`;
  app.use(async (req, res) => {
    try {
      const response = await handler(await toRequest(req, base));
      res.statusCode = response.status;
      for (const [name, value] of Object.entries(response.headers)) res.setHeader(name, value);
      if (response.stream === undefined) res.end(response.body);
      else keepStreaming(res, response.body, response.stream);
    } catch (error) {
      // A caller who hung up half way is no error of ours, and nobody is left to answer.
      if (req.destroyed && !req.complete) return;
      options.onError?.(error);
      if (!res.headersSent) res.statusCode = 500;
      res.end();
    }
  });
  const server = await listen(app, options.port, host, options.name);
  const { port } = server.address() as AddressInfo;
  base = `http://${host}:${port}`;
  return { url: base, port, close: () => close(server) };
}

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

async function toRequest(req: IncomingMessage, base: string): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: req.method ?? 'GET',
    url: base + (req.url ?? '/'),
    headers,
    body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
  };
}

const LISTEN_ERRORS: Readonly<Record<string, ErrorCode>> = {
  EADDRINUSE: 'addressInUse',
  EACCES: 'addressDenied',
  EADDRNOTAVAIL: 'addressDenied',
};

function listen(app: express.Express, port: number, host: string, name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: NodeJS.ErrnoException) => {
      if (error === undefined) return resolve(server);
      const code = LISTEN_ERRORS[error.code ?? ''];
      if (code === undefined) return reject(error);
      reject(new StackError(code, `the ${name} can't listen on ${host}:${port}`));
    });
    server.keepAliveTimeout = 30_000;
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
