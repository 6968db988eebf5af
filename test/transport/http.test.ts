/** Requests over real sockets, against servers that behave and servers that don't. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { StackError } from '../../src/errors.ts';
import type { HttpRequest } from '../../src/http.ts';
import { createHttpTransport, type HttpTransport } from '../../src/transport/http.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function transportOf(options: Parameters<typeof createHttpTransport>[0] = {}): HttpTransport {
  const transport = createHttpTransport(options);
  closing.push(() => transport.close());
  return transport;
}

async function urlOf(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (listener: RequestListener) => urlOf(createServer(listener));

const get = (url: string): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  body: Buffer.alloc(0),
});

async function failureOf(
  sending: Promise<unknown>,
): Promise<Pick<StackError, 'code' | 'definite'>> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StackError);
  const { code, definite } = error as StackError;
  return { code, definite };
}

describe('the http transport', () => {
  it('carries a request there and its answer back, to the byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const url = await answering(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      res.statusCode = 418;
      res.setHeader('X-Seen', `${req.method} ${req.url} ${req.headers['x-signature']}`);
      res.setHeader('X-Twice', ['a', 'b']);
      res.end(Buffer.concat(chunks).reverse());
    });
    const response = await transportOf().send({
      method: 'PUT',
      url: `${url}/a%20path?q=1&q=%2B`,
      headers: { 'x-signature': 's1g=', 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    expect(response.status).toBe(418);
    expect(response.headers).toMatchObject({
      'x-seen': 'PUT /a%20path?q=1&q=%2B s1g=',
      'x-twice': 'a, b',
    });
    expect(response.body.equals(Buffer.from(bytes).reverse())).toBe(true);
  });

  it('sends no body where there is none, and takes an answer without one', async () => {
    const url = await answering((req, res) => {
      const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
      res.setHeader('x-body', `${length} ${encoding}`);
      res.statusCode = 204;
      res.end();
    });
    const response = await transportOf().send(get(url));
    expect(response).toMatchObject({ status: 204, headers: { 'x-body': 'undefined undefined' } });
    expect(response.body).toHaveLength(0);
  });

  it.each([301, 404, 429, 500, 503])(
    'takes %i for an answer, not for a failure',
    async (status) => {
      const url = await answering((_, res) => {
        res.writeHead(status, { location: '/elsewhere' }).end('why');
      });
      expect(await transportOf().send(get(url))).toMatchObject({ status });
    },
  );

  it('tells that nothing listens', async () => {
    const server = createServer();
    const url = await urlOf(server);
    await new Promise((resolve) => server.close(resolve));
    const sending = transportOf().send(get(url));
    expect(await failureOf(sending)).toEqual({ code: 'connectionRefused', definite: true });
  });

  it('tells that no answer came in time', async () => {
    const url = await answering(() => {});
    const began = performance.now();
    const sending = transportOf({ timeoutMs: 100 }).send(get(url));
    expect(await failureOf(sending)).toEqual({ code: 'timedOut', definite: false });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('tells that an answer stopped half way', async () => {
    const url = await answering((_, res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('half');
    });
    const sending = transportOf({ timeoutMs: 100 }).send(get(url));
    expect(await failureOf(sending)).toEqual({ code: 'timedOut', definite: false });
  });

  it.each([
    ['before the answer', (socket: Socket) => socket.destroy()],
    [
      'within the answer',
      (socket: Socket) => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      },
    ],
    ['with what is no HTTP', (socket: Socket) => socket.end('hello, who is there?\r\n\r\n')],
  ])('tells that the connection broke %s', async (_, end) => {
    const url = await urlOf(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => end(socket));
      }),
    );
    const sending = transportOf().send(get(url));
    expect(await failureOf(sending)).toEqual({ code: 'connectionLost', definite: false });
  });

  it('names the address in what it throws', async () => {
    const url = await answering((req) => req.socket.destroy());
    await expect(transportOf().send(get(`${url}/api`))).rejects.toThrow(`${url}/api`);
  });

  it('keeps to its number of connections, and loses nothing', async () => {
    let open = 0;
    let most = 0;
    const server = createServer((req, res) => {
      setTimeout(() => res.end(req.url), 5);
    });
    server.on('connection', (socket: Socket) => {
      open += 1;
      most = Math.max(most, open);
      socket.on('close', () => {
        open -= 1;
      });
    });
    const url = await urlOf(server);
    const transport = transportOf({ connections: 4 });
    const paths = Array.from({ length: 40 }, (_, i) => `/${i}`);
    const answers = await Promise.all(paths.map((path) => transport.send(get(url + path))));
    expect(answers.map(({ body }) => body.toString())).toEqual(paths);
    expect(most).toBeLessThanOrEqual(4);
  });
});
