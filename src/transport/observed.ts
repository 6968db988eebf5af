/** A transport that records every call it carries: how long it took and what was answered. */
import type { HttpHandler } from '../http.ts';
import type { Clock, Recorder, Transport } from '../ports.ts';

export interface Observer {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly direction: 'webhook' | 'api';
  /** Whose call it is. */
  readonly channelOf: (url: string) => string;
}

export function observe(transport: Transport, observer: Observer): Transport {
  return { send: observeHandler((request) => transport.send(request), observer) };
}

/** The same from the other side: the calls that a handler answers. */
export function observeHandler(handler: HttpHandler, observer: Observer): HttpHandler {
  const { clock, recorder, direction, channelOf } = observer;
  return (request) => {
    const began = clock.now();
    const called = (status: number) => {
      const at = clock.now();
      const channel = channelOf(request.url);
      recorder.record({ type: 'called', at, direction, channel, status, tookMs: at - began });
    };
    return handler(request).then(
      (response) => {
        called(response.status);
        return response;
      },
      (error: unknown) => {
        called(0);
        throw error;
      },
    );
  };
}
