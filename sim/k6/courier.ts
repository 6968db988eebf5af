/**
 * Hands webhooks to k6 and answers back to the platforms: VUs ask for the next one and bring the
 * answer to the last. A transport on one side, an HTTP handler on the other.
 */
import { StackError } from '../../src/errors.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../src/http.ts';
import type { Transport } from '../../src/ports.ts';

export interface Courier {
  readonly transport: Transport;
  readonly handle: HttpHandler;
  /** Once the first VU has asked. */
  readonly ready: Promise<void>;
  /** No more will come: VUs are told to end. */
  end(): void;
  /** The generator is gone: what is on its way fails. */
  fail(why: string): void;
}

export interface CourierParts {
  /** Unix ms. */
  readonly now: () => number;
  /** Runs `act` after so many real ms. */
  readonly after: (ms: number, act: () => void) => void;
}

interface Entry {
  readonly id: number;
  readonly due: number;
  readonly request: HttpRequest;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

interface Done {
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A VU that has nothing to do asks again after this. */
const ASK_AGAIN_MS = 5000;

export function createCourier({ now, after }: CourierParts): Courier {
  const waiting: Entry[] = [];
  const under = new Map<number, Entry>();
  const idle = new Set<(entry: Entry | undefined) => void>();
  const ready = Promise.withResolvers<void>();
  let ids = 0;
  let over = false;
  let gone: string | undefined;

  const next = (): Promise<Entry | undefined> => {
    const entry = waiting.shift();
    if (entry !== undefined || over) return Promise.resolve(entry);
    return new Promise((resolve) => {
      const give = (one: Entry | undefined) => {
        if (idle.delete(give)) resolve(one);
      };
      idle.add(give);
      after(ASK_AGAIN_MS, () => give(undefined));
    });
  };
  const settle = ({ id, status, headers, body }: Done) => {
    const entry = under.get(id);
    if (entry === undefined || !under.delete(id)) return;
    if (status === 0) entry.reject(new StackError('connectionLost', entry.request.url));
    else {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const bytes = Buffer.from(body, 'base64');
      entry.resolve({ status, headers: Object.fromEntries(lower), body: bytes });
    }
  };
  return {
    ready: ready.promise,
    transport: {
      send(request) {
        if (gone !== undefined) return Promise.reject(new StackError('connectionLost', gone));
        return new Promise((resolve, reject) => {
          ids += 1;
          const entry = { id: ids, due: now(), request, resolve, reject };
          const [first] = idle;
          if (first === undefined) waiting.push(entry);
          else first(entry);
        });
      },
    },
    async handle({ body }) {
      ready.resolve();
      const { done } = JSON.parse(body.toString()) as { done: Done | null };
      if (done !== null) settle(done);
      const entry = await next();
      if (entry === undefined) return json(over ? { end: true } : {});
      under.set(entry.id, entry);
      return json(asJson(entry));
    },
    end() {
      over = true;
      for (const give of [...idle]) give(undefined);
    },
    fail(why) {
      gone = why;
      const lost = [...under.values(), ...waiting.splice(0)];
      under.clear();
      for (const { reject } of lost) reject(new StackError('connectionLost', why));
    },
  };
}

function asJson({ id, due, request }: Entry) {
  const { method, url, headers, body } = request;
  const [, channel = ''] = /\/webhooks\/([^/?]+)/.exec(url) ?? [];
  const encoded = body.toString('base64');
  return { id, due, channel: decodeURIComponent(channel), method, url, headers, body: encoded };
}

function json(value: object): HttpResponse {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}
