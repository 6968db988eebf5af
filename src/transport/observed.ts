/** A transport that records every call it carries: how long it took and what was answered. */
import type { Clock, Recorder, Transport } from '../ports.ts';

export interface Observer {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly direction: 'webhook' | 'api';
  /** Whose call it is. */
  readonly channelOf: (url: string) => string;
}

export function observe(transport: Transport, observer: Observer): Transport {
  const { clock, recorder, direction, channelOf } = observer;
  return {
    send(request) {
      const began = clock.now();
      const called = (status: number) => {
        const at = clock.now();
        const channel = channelOf(request.url);
        recorder.record({ type: 'called', at, direction, channel, status, tookMs: at - began });
      };
      return transport.send(request).then(
        (response) => {
          called(response.status);
          return response;
        },
        (error: unknown) => {
          called(0);
          throw error;
        },
      );
    },
  };
}
