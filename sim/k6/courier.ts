/**
 * Hands webhooks to k6 and answers back to the platforms: a transport on one side, an HTTP handler
 * on the other. k6 asks for what is due, and brings the answers when they are there.
 */
import type { OnLatency } from '../../reports/rows.ts';
import { StackError } from '../../src/errors.ts';
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  pathOf,
  respond,
} from '../../src/http.ts';
import type { Transport } from '../../src/ports.ts';

export interface Courier {
  /** The way of a channel's webhooks; `lateMs` says by how much what is sent now is late. */
  transport(channel: string, lateMs: () => number): Transport;
  readonly handle: HttpHandler;
  /** Measures of ours that k6 shall have too. */
  readonly tell: OnLatency;
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
  /** Runs `act` when all that is due now has been done. */
  readonly soon: (act: () => void) => void;
}

interface Entry {
  readonly id: number;
  readonly due: number;
  readonly channel: string;
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
const ASK_AGAIN_MS = 1000;
/** Taken at a time by a VU, so that the others have something to do as well. */
const MOST_AT_A_TIME = 50;

export function createCourier({ now, after, soon }: CourierParts): Courier {
  const waiting: Entry[] = [];
  const under = new Map<number, Entry>();
  const vus = createVus({ after, soon });
  const ready = Promise.withResolvers<void>();
  let latencies: object[] = [];
  let ids = 0;
  let over = false;
  let gone: string | undefined;

  const next = async (): Promise<HttpResponse> => {
    if (waiting.length === 0 && !over) await vus.wait();
    const entries = waiting.splice(0, MOST_AT_A_TIME);
    for (const entry of entries) under.set(entry.id, entry);
    const told = latencies;
    latencies = [];
    const end = over && waiting.length === 0;
    return json(200, { webhooks: entries.map(asJson), latencies: told, end });
  };
  const routes: Readonly<Record<string, (body: Buffer) => HttpResponse | Promise<HttpResponse>>> = {
    '/clock': () => json(200, { now: now() }),
    '/next': () => {
      ready.resolve();
      return next();
    },
    '/done': (body) => {
      for (const done of JSON.parse(body.toString()) as Done[]) {
        const entry = under.get(done.id);
        if (entry !== undefined && under.delete(done.id)) settle(entry, done);
      }
      return json(200, {});
    },
  };
  return {
    ready: ready.promise,
    transport: (channel, lateMs) => ({
      send(request) {
        if (gone !== undefined) return Promise.reject(new StackError('connectionLost', gone));
        const due = now() - lateMs();
        return new Promise((resolve, reject) => {
          ids += 1;
          waiting.push({ id: ids, due, channel, request, resolve, reject });
          vus.wakeSoon(() => Math.ceil(waiting.length / MOST_AT_A_TIME));
        });
      },
    }),
    tell(name, ms, whose) {
      latencies.push({ name, ms, ...whose });
    },
    handle: async ({ url, body }) => routes[pathOf(url)]?.(body) ?? respond(404),
    end() {
      over = true;
      vus.wakeAll();
    },
    fail(why) {
      gone = why;
      const lost = [...under.values(), ...waiting.splice(0)];
      under.clear();
      for (const { reject } of lost) reject(new StackError('connectionLost', why));
    },
  };
}

/** VUs that have asked and got nothing yet. */
function createVus({ after, soon }: Pick<CourierParts, 'after' | 'soon'>) {
  const idle = new Set<() => void>();
  let isWaking = false;
  const wake = (most: number) => {
    for (const each of [...idle].slice(0, most)) each();
  };
  return {
    /** Until it is woken, or has waited long enough. */
    wait: () =>
      new Promise<void>((resolve) => {
        const one = () => {
          if (idle.delete(one)) resolve();
        };
        idle.add(one);
        after(ASK_AGAIN_MS, one);
      }),
    /** What falls due together is taken together, by as few as it takes. */
    wakeSoon(most: () => number) {
      if (isWaking) return;
      isWaking = true;
      soon(() => {
        isWaking = false;
        wake(most());
      });
    },
    wakeAll: () => wake(idle.size),
  };
}

function settle({ request, resolve, reject }: Entry, { status, headers, body }: Done): void {
  if (status === 0) {
    reject(new StackError('connectionLost', request.url));
    return;
  }
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  resolve({ status, headers: Object.fromEntries(lower), body: Buffer.from(body, 'base64') });
}

function asJson({ id, due, channel, request }: Entry) {
  const { method, url, headers, body } = request;
  return { id, due, channel, method, url, headers, body: body.toString('base64') };
}
