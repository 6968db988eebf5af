/** Real sockets in front of a handler: what arrives, what goes back, and what can go wrong. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onExpress } from '../mock-providers/server.ts';
import { StackError } from '../src/errors.ts';
import { type HttpHandler, type HttpRequest, respond } from '../src/http.ts';
import { type RunningServer, type ServerOptions, serve } from '../src/server.ts';

const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

let shell: ServerOptions['shell'];

async function start(handler: HttpHandler, options: Partial<ServerOptions> = {}) {
  const around = shell && { shell };
  const server = await serve(handler, { port: 0, name: 'stack', ...around, ...options });
  running.push(server);
  return server;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function call(
  url: string,
  method: string,
  headers: Record<string, string | string[]>,
  chunks: Buffer[],
) {
  return new Promise<Answer>((resolve, reject) => {
    const req = httpRequest(url, { method, headers }, async (res) => {
      const parts: Buffer[] = [];
      for await (const part of res) parts.push(part as Buffer);
      resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) });
    });
    req.on('error', reject);
    for (const chunk of chunks) req.write(chunk);
    req.end();
  });
}

async function seenBy(act: (server: RunningServer) => Promise<unknown>): Promise<HttpRequest> {
  const seen: HttpRequest[] = [];
  const server = await start(async (request) => {
    seen.push(request);
    return respond(200);
  });
  await act(server);
  expect(seen).toHaveLength(1);
  return seen[0]!;
}

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe.each([
  ['a server', undefined],
  ['a server on express', onExpress],
])('%s', (_, around) => {
  beforeAll(() => {
    shell = around;
  });

  it.each([
    ['every byte there is', ALL_BYTES, {}],
    ['text beyond ASCII', Buffer.from('naïve ☕ 👩‍👩‍👧 \u0000 \r\n'), {}],
    [
      'what claims to be JSON and is not',
      Buffer.from('{"a": '),
      { 'content-type': 'application/json' },
    ],
    ['a form, undecoded', Buffer.from('Body=a+b%20c%2B&From=%2B1'), FORM],
    ['a megabyte', Buffer.alloc(1_000_000, 'é'), { 'content-type': 'text/plain; charset=latin1' }],
    ['nothing', Buffer.alloc(0), {}],
  ])('gives its handler %s untouched', async (_, body, headers) => {
    const request = await seenBy(({ url }) => call(`${url}/x`, 'POST', headers, [body]));
    expect(request.body.equals(body)).toBe(true);
  });

  it('joins a body that comes in pieces', async () => {
    const chunks = [ALL_BYTES, Buffer.from([0xe2, 0x98]), Buffer.from([0x95])];
    const request = await seenBy(({ url }) => call(url, 'POST', {}, chunks));
    expect(request.body.equals(Buffer.concat(chunks))).toBe(true);
  });

  it('gives method, absolute URL as it was written, and lower-case header names', async () => {
    const headers = { 'X-Twilio-Signature': 'aBc=', 'X-List': ['1', '2'] };
    let base = '';
    const request = await seenBy(({ url }) => {
      base = url;
      return call(`${url}/webhooks/my%20chat?b=%2B&a=`, 'DELETE', headers, []);
    });
    expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(request.method).toBe('DELETE');
    expect(request.url).toBe(`${base}/webhooks/my%20chat?b=%2B&a=`);
    expect(request.headers).toMatchObject({ 'x-twilio-signature': 'aBc=', 'x-list': '1, 2' });
  });

  it('sends back status, headers and bytes as the handler gave them', async () => {
    const server = await start(async () => ({
      status: 418,
      headers: { 'content-type': 'image/png', 'x-ours': 'yes' },
      body: ALL_BYTES,
    }));
    const answer = await call(server.url, 'GET', {}, []);
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'content-type': 'image/png', 'x-ours': 'yes' });
    expect(answer.body.equals(ALL_BYTES)).toBe(true);
    expect(Object.keys(answer.headers)).not.toContain('x-powered-by');
    expect(Object.keys(answer.headers)).not.toContain('etag');
  });

  it.each([0, 1, 16_383, 16_384, 1_000_000])(
    'sends back %i bytes, and says how many',
    async (n) => {
      const body = Buffer.from(Array.from({ length: n }, (_, i) => i % 256));
      const server = await start(async () => ({ status: 200, headers: {}, body }));
      const answer = await call(server.url, 'GET', {}, []);
      expect(answer.body.equals(body)).toBe(true);
      expect(answer.headers).toMatchObject({ 'content-length': String(n) });
      const head = await call(server.url, 'HEAD', {}, []);
      expect([head.status, head.body.length]).toEqual([200, 0]);
    },
  );

  it('keeps on sending what comes after the body, until its end', async () => {
    const server = await start(async () => ({
      ...{ status: 200, headers: { 'content-type': 'text/event-stream' }, body: Buffer.from('a') },
      stream(write, end) {
        write('b');
        setTimeout(write, 10, 'ç');
        setTimeout(end, 20);
        return () => {};
      },
    }));
    const answer = await call(server.url, 'GET', {}, []);
    expect(answer.body.toString()).toBe('abç');
  });

  it('tells a stream that its caller has hung up', async () => {
    const hungUp = Promise.withResolvers<void>();
    const stream = () => hungUp.resolve;
    const server = await start(async () => ({ ...respond(200), stream }));
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      socket.once('data', () => {
        socket.destroy();
        resolve();
      });
    });
    await hungUp.promise;
  });

  it('has no routes of its own', async () => {
    const server = await start(async ({ url }) => respond(200, url));
    for (const path of ['/', '/favicon.ico', '//double', '/a%2Fb', '/health']) {
      const { status, body } = await call(server.url + path, 'GET', {}, []);
      expect([status, body.toString()]).toEqual([200, server.url + path]);
    }
  });

  it('answers 500 for a handler that throws, says why, and goes on', async () => {
    const errors: unknown[] = [];
    let broken = true;
    const server = await start(
      async () => {
        if (broken) throw new Error('a secret went wrong');
        return respond(200, 'fine');
      },
      { onError: (error) => errors.push(error) },
    );
    const answer = await call(server.url, 'POST', {}, [Buffer.from('x')]);
    expect([answer.status, answer.body.toString()]).toEqual([500, '']);
    expect(errors).toEqual([new Error('a secret went wrong')]);
    broken = false;
    expect((await call(server.url, 'GET', {}, [])).status).toBe(200);
  });

  it('takes a caller who hangs up half way for no error of its own', async () => {
    const errors: unknown[] = [];
    let handled = 0;
    const handler = async () => {
      handled += 1;
      return respond(200);
    };
    const server = await start(handler, { onError: (error) => errors.push(error) });
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
        setTimeout(() => socket.destroy(), 30);
        setTimeout(resolve, 80);
      });
    });
    expect([handled, errors]).toEqual([0, []]);
  });

  it('ends at once when closed, with callers still connected', async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await start(() => {
      arrived.resolve();
      return new Promise(() => {});
    });
    const call_ = call(server.url, 'GET', {}, []).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    await arrived.promise;
    await server.close();
    expect(await call_).toBe('ECONNRESET');
    const again = call(server.url, 'GET', {}, []);
    await expect(again).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a server that can’t listen', () => {
  const failure = (options: Partial<ServerOptions>) =>
    start(async () => respond(200), options).then(
      () => undefined,
      (error: unknown) => error as StackError,
    );

  it('says that the port is taken, and whose it should have been', async () => {
    const { port } = await start(async () => respond(200));
    const error = await failure({ port, name: 'sms-main platform' });
    expect(error).toBeInstanceOf(StackError);
    expect(error).toMatchObject({ code: 'addressInUse', definite: true });
    expect(error?.message).toBe(
      `the sms-main platform can't listen on 127.0.0.1:${port}: ` +
        'the port is taken by another process',
    );
  });

  it('says that the address is none of this machine’s', async () => {
    const error = await failure({ host: '192.0.2.1' });
    expect(error).toMatchObject({ code: 'addressDenied' });
    expect(error?.message).toContain('192.0.2.1');
  });

  it('leaves the port to the next who asks once it is closed', async () => {
    const first = await start(async () => respond(200, 'first'));
    await first.close();
    const second = await start(async () => respond(200, 'second'), { port: first.port });
    const { body } = await call(second.url, 'GET', {}, []);
    expect(body.toString()).toBe('second');
  });
});
