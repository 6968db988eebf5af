/** Requests over real sockets, by undici. Failures come as `StackError`s of the table. */
import { Agent, errors, request as undiciRequest } from 'undici';
import { type ErrorCode, StackError } from '../errors.ts';
import type { HttpResponse } from '../http.ts';
import type { Transport } from '../ports.ts';

export interface HttpTransport extends Transport {
  /** Waits for what is on its way. */
  close(): Promise<void>;
  /** Gives it up. */
  abort(): Promise<void>;
}

export interface HttpTransportOptions {
  /** Real ms to wait for an answer. */
  readonly timeoutMs?: number;
  /** Sockets kept open per origin. */
  readonly connections?: number;
}

export function createHttpTransport(options: HttpTransportOptions = {}): HttpTransport {
  const timeout = options.timeoutMs ?? 30_000;
  const dispatcher = new Agent({
    connections: options.connections ?? 64,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: { timeout: Math.min(timeout, 10_000) },
  });
  return {
    async send({ url, method, headers, body }) {
      try {
        const payload = body.length === 0 ? {} : { body };
        const options = { dispatcher, method, headers: { ...headers }, ...payload };
        const response = await undiciRequest(url, options as Parameters<typeof undiciRequest>[1]);
        const bytes = Buffer.from(await response.body.arrayBuffer());
        return toResponse(response.statusCode, response.headers, bytes);
      } catch (error) {
        throw asStackError(error, url);
      }
    },
    close: () => dispatcher.close(),
    abort: () => dispatcher.destroy(),
  };
}

function toResponse(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
): HttpResponse {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status, headers: flat, body };
}

function asStackError(error: unknown, url: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new StackError(codeOf(error, code), url);
}

function codeOf(error: Error, code: string | undefined): ErrorCode {
  if (code === 'ECONNREFUSED') return 'connectionRefused';
  const { ConnectTimeoutError, HeadersTimeoutError, BodyTimeoutError } = errors;
  if (error instanceof ConnectTimeoutError) return 'connectionRefused';
  if (error instanceof HeadersTimeoutError || error instanceof BodyTimeoutError) return 'timedOut';
  return 'connectionLost';
}
