/** Requests in process: the same bytes, handed to the handler that owns the URL's origin. */
import { StackError } from '../../src/errors.ts';
import { type HttpHandler, originOf } from '../../src/http.ts';
import type { Transport } from '../../src/ports.ts';

export interface Loopback extends Transport {
  /** Gives an origin (`http://stack.test`) to a handler. */
  mount(origin: string, handler: HttpHandler): void;
}

export function createLoopback(): Loopback {
  const handlers = new Map<string, HttpHandler>();
  return {
    mount(origin, handler) {
      handlers.set(origin, handler);
    },
    send(request) {
      const handler = handlers.get(originOf(request.url));
      if (handler !== undefined) return handler(request);
      return Promise.reject(new StackError('noRoute', request.url));
    },
  };
}
