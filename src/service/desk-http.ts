/**
 * The desk over HTTP, for reps in other processes: what happens comes as server-sent events, what
 * the rep does goes by POST. Whoever hangs up the last event stream counts as disconnected.
 */
import type { Desk, RepEvents, RepSession } from '../desk.ts';
import { type ErrorCode, StackError } from '../errors.ts';
import { type HttpHandler, type HttpRequest, type HttpResponse, json, pathOf } from '../http.ts';
import type { Content } from '../message.ts';
import type { Destination } from '../sessions/thread.ts';

export const DESK_PREFIX = '/desk/';

export interface DeskHttp {
  readonly handle: HttpHandler;
  /** Ends every event stream: whoever listened must look for another process. */
  close(): void;
}

type Write = (chunk: string) => void;

interface Listener {
  readonly write: Write;
  readonly end: () => void;
}

interface Seat {
  readonly session: RepSession;
  readonly listeners: Set<Listener>;
}

export function createDeskHttp(desk: Desk, reps: ReadonlySet<string>): DeskHttp {
  const seats = new Map<string, Seat>();
  const seatOf = (rep: string): Seat => {
    const known = seats.get(rep);
    if (known !== undefined) return known;
    if (!reps.has(rep)) throw new StackError('unknownRep', `'${rep}'`);
    const listeners = new Set<Listener>();
    const session = desk.connect(rep, eventsTo(listeners));
    const seat = { session, listeners };
    seats.set(rep, seat);
    return seat;
  };
  const listen = ({ session, listeners }: Seat): HttpResponse => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    body: Buffer.alloc(0),
    stream(write, end) {
      const listener = { write, end };
      listeners.add(listener);
      session.reconnect();
      write(eventOf('welcome', { works: session.works() }));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) session.disconnect();
      };
    },
  });
  return {
    async handle(request) {
      const [rep = '', what = '', id = '', more] = segmentsOf(request);
      try {
        const seat = seatOf(rep);
        const { session } = seat;
        if (request.method === 'GET') {
          if (what === 'events') return listen(seat);
          if (what === 'works' && id === '') return json(200, { works: session.works() });
          if (what === 'works' && more === 'entries') {
            return json(200, { entries: await session.entries(id) });
          }
        }
        const act = Object.hasOwn(ACTIONS, what) ? ACTIONS[what] : undefined;
        if (act === undefined || request.method !== 'POST') return json(404, NOT_THERE);
        return json(200, (await act(session, bodyOf(request))) ?? {});
      } catch (error) {
        if (error instanceof StackError) return refusal(error);
        throw error;
      }
    },
    close() {
      for (const { listeners } of seats.values()) {
        for (const { end } of [...listeners]) end();
      }
    },
  };
}

function eventsTo(listeners: ReadonlySet<Listener>): RepEvents {
  const tell = (type: string, data: object) => {
    for (const { write } of listeners) write(eventOf(type, data));
  };
  return {
    offered: (offer) => tell('offered', offer),
    withdrawn: (id) => tell('withdrawn', { id }),
    message: (id, entry) => tell('message', { id, entry }),
    typing: (id, on) => tell('typing', { id, on }),
    ended: (id, by) => tell('ended', { id, by }),
    closed: (id, by) => tell('closed', { id, by }),
  };
}

const eventOf = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

interface Body {
  readonly status?: unknown;
  readonly work?: unknown;
  readonly reason?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
  readonly on?: unknown;
  readonly to?: unknown;
}

type Action = (session: RepSession, body: Body) => unknown;

/** What a rep can do, by the last segment of the path. */
const ACTIONS: Readonly<Record<string, Action>> = {
  status: (session, { status }) => session.setStatus(text(status, 'status')),
  accept: async (session, body) => ({ accepted: await session.accept(workOf(body)) }),
  decline: (session, body) => ({
    declined: session.decline(workOf(body), optional(body.reason, 'reason')),
  }),
  reply: (session, body) => session.reply(workOf(body), contentOf(body)),
  typing: (session, body) => session.typing(workOf(body), body.on !== false),
  end: (session, body) => session.end(workOf(body)),
  close: (session, body) => session.close(workOf(body)),
  transfer: async (session, body) => ({
    transferred: await session.transfer(workOf(body), (body.to ?? {}) as Destination),
  }),
  extend: (session, body) => ({ extended: session.extend(workOf(body)) }),
  inactivate: (session, body) => session.inactivate(workOf(body)),
  pause: async (session, body) => ({ paused: await session.pause(workOf(body)) }),
};

const workOf = ({ work }: Body) => text(work, 'work');

function contentOf({ text: words, content }: Body): Content {
  if (content === undefined) return { kind: 'text', text: text(words, 'text') };
  const { kind } = (content ?? {}) as { readonly kind?: unknown };
  text(kind, 'content.kind');
  return content as Content;
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new StackError('badRequest', `'${field}' must be text`);
}

function optional(value: unknown, field: string): string | undefined {
  return value === undefined ? undefined : text(value, field);
}

function bodyOf({ body }: HttpRequest): Body {
  try {
    const value: unknown = JSON.parse(body.toString() || '{}');
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw new StackError('badRequest', 'the body must be a JSON object');
}

function segmentsOf({ url }: HttpRequest): readonly string[] {
  const segments = pathOf(url).slice(DESK_PREFIX.length).split('/');
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return [];
  }
}

const NOT_THERE = { error: 'notFound', message: 'GET events or works, or POST an action' };

const STATUSES: Partial<Record<ErrorCode, number>> = {
  unknownWork: 404,
  unknownRep: 404,
  badRequest: 400,
  unknownStatus: 400,
  statusNotGranted: 403,
  notAllowed: 403,
};

/** 503 for what may pass: the store or a platform can't be reached. */
function refusal({ code, message }: StackError): HttpResponse {
  return json(STATUSES[code] ?? 503, { error: code, message });
}
