/**
 * Requests, ready as bytes, over keep-alive connections, one at a time on each: a load generator
 * that costs about half of what a bare node:http server does, so that it is not what is measured.
 * Closed loop, for throughput only: it says nothing of latency.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Replay {
  /** Sends all of them; how many seconds that took. Rejects if one is not answered 200. */
  send(requests: readonly Buffer[]): Promise<number>;
  close(): void;
}

export async function openReplay(url: string, connections: number): Promise<Replay> {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      return socket.setNoDelay(true).setEncoding('latin1');
    }),
  );
  const asks = sockets.map(askBy);
  return {
    async send(requests) {
      const began = performance.now();
      const left = requests.values();
      const work = async (ask: Ask) => {
        for (const request of left) await ask(request);
      };
      await Promise.all(asks.map(work));
      return (performance.now() - began) / 1000;
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Ask = (request: Buffer) => Promise<void>;

function askBy(socket: Socket): Ask {
  let got = '';
  let asked: PromiseWithResolvers<void> | undefined;
  socket.on('data', (text: string) => {
    got += text;
    if (!isWhole(got)) return;
    if (got.startsWith('HTTP/1.1 200')) asked?.resolve();
    else asked?.reject(new Error(got));
    got = '';
  });
  // An error is followed by the end.
  socket.on('error', () => {});
  socket.on('close', () => asked?.reject(new Error('the server hung up')));
  return (request) => {
    asked = Promise.withResolvers<void>();
    socket.write(request);
    return asked.promise;
  };
}

function isWhole(response: string): boolean {
  const head = response.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /^content-length: (\d+)/im.exec(response)?.[1];
  if (length === undefined) return response.endsWith('\r\n0\r\n\r\n');
  return response.length >= head + 4 + Number(length);
}

/** A POST as it goes over the wire. */
export function bytesOf(url: string, headers: Record<string, string>, body: string): Buffer {
  const { host, pathname } = new URL(url);
  const all = { host, ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
