/**
 * The desks of a stack in another process, over HTTP: the other side of `src/service/desk-http.ts`.
 * Real time only. A call that fails does the rep no harm: the work rings again, or elsewhere.
 */
import { EventSource } from 'eventsource';
import { createSystemClock } from '../../src/clock/system.ts';
import type { Desk, HeldWork, Offer, RepEvents, RepSession } from '../../src/desk.ts';
import { StackError } from '../../src/errors.ts';
import type { ClosedBy } from '../../src/facts.ts';
import type { SendOutcome } from '../../src/message.ts';
import type { Clock, Transport } from '../../src/ports.ts';
import type { EndedBy, Entry } from '../../src/sessions/thread.ts';

export interface RemoteDesk extends Desk {
  /** What is left is ended, so that the next run begins with nothing; then everybody goes home. */
  close(): Promise<void>;
}

export interface RemoteDeskParts {
  /** Of the stack. */
  readonly url: string;
  readonly transport: Transport;
  /** Told of every call that failed. */
  readonly onFailure: (what: string) => void;
}

interface Seat {
  /** Ends whatever rings or is open here; how much that was. */
  clear(): Promise<number>;
  leave(): Promise<void>;
}

/** Longer than that nobody stays. */
const CLEARS_WITHIN_MS = 20_000;
/** What others have freed is pushed meanwhile. */
const LOOKS_AGAIN_MS = 200;

export function createRemoteDesk({ url, transport, onFailure }: RemoteDeskParts): RemoteDesk {
  const seats: Seat[] = [];
  /** The run is over: reps hear nothing any more. */
  let isClosed = false;
  const ask = askAt(url, transport);
  // Not the run's: that may be sped up, and is over before the desks are cleared.
  const wall = createSystemClock();
  const clear = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2 && seats.length > 0; ) {
      const cleared = await Promise.all(seats.map((seat) => seat.clear()));
      quiet = cleared.some((count) => count > 0) ? 0 : quiet + 1;
      await wall.sleep(LOOKS_AGAIN_MS);
    }
  };
  return {
    connect(rep, events) {
      const desk = `desk/${encodeURIComponent(rep)}`;
      /** Nothing where it failed. */
      const tried: Call = (what, body) =>
        ask(`${desk}/${what}`, body).catch((error: unknown): Answer => {
          const isLate = error instanceof StackError && error.code === 'unknownWork';
          if (!isLate && !isClosed) onFailure(`${rep} ${what}: ${(error as Error).message}`);
          if (what === 'status') isLost = true;
          return {};
        });
      let chosen: string | undefined;
      /** Whether the stack may not know the rep's status. */
      let isLost = false;
      const line = listen(`${url}/${desk}/events`, wall, {
        events: heardWhile(() => !isClosed, events),
        onLost() {
          isLost = true;
        },
        onWelcome() {
          if (isLost && chosen !== undefined) session.setStatus(chosen);
        },
        onFinished: (work) => session.close(work),
      });
      const own = sessionOf(tried, line);
      const session: RepSession = {
        ...own,
        setStatus(status) {
          chosen = status;
          isLost = false;
          own.setStatus(status);
        },
      };
      seats.push({
        async clear() {
          const { works = [] } = await ask(`${desk}/works`).catch((): Answer => ({}));
          for (const { id: work, opened, finished } of works) {
            if (!opened) await tried('accept', { work });
            if (!finished) await tried('end', { work });
            await tried('close', { work });
          }
          return works.length;
        },
        async leave() {
          line.close();
          await tried('status', { status: 'Offline' });
        },
      });
      return session;
    },
    async close() {
      isClosed = true;
      await Promise.race([clear(), wall.sleep(CLEARS_WITHIN_MS)]);
      await Promise.all(seats.splice(0).map(({ leave }) => leave()));
      wall.close();
    },
  };
}

/** Asks a desk of the stack: a GET, or with a body a POST. Rejects with `StackError`. */
function askAt(url: string, transport: Transport) {
  return async (path: string, body?: object): Promise<Answer> => {
    const request = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    };
    let response = await transport.send({ ...request, url: `${url}/${path}` });
    const { location } = response.headers;
    // Another process of that stack leads.
    if (response.status === 307 && location !== undefined) {
      response = await transport.send({ ...request, url: location });
    }
    const text = response.body.toString() || '{}';
    if (response.status < 300) return JSON.parse(text);
    if (response.status === 503) throw new StackError('unavailable', path);
    const isUnknown = text.includes('"unknownWork"');
    throw new StackError(isUnknown ? 'unknownWork' : 'badRequest', path);
  };
}

/** Events that are passed on as long as somebody hears them. */
function heardWhile(hears: () => boolean, events: RepEvents): RepEvents {
  return {
    offered: (offer) => hears() && events.offered(offer),
    withdrawn: (id) => hears() && events.withdrawn(id),
    message: (id, entry) => hears() && events.message(id, entry),
    ended: (id, by) => hears() && events.ended(id, by),
    closed: (id, by) => hears() && events.closed?.(id, by),
  };
}

interface Answer {
  readonly works?: readonly HeldWork[];
  readonly accepted?: boolean;
  readonly transferred?: boolean;
  readonly paused?: boolean;
  readonly ok?: boolean;
}

type Call = (what: string, body: object) => Promise<Answer>;

const TRY_AGAIN_MS = 1000;

interface Listener {
  readonly events: RepEvents;
  /** The connection is gone for now. */
  readonly onLost: () => void;
  readonly onWelcome: () => void;
  /** Of an earlier life: the session is over, the tab is open. */
  readonly onFinished: (work: string) => void;
}

/** What happens at the desk, from its event stream; what is there already is offered first. */
function listen(url: string, wall: Clock, { events, onLost, onWelcome, onFinished }: Listener) {
  const known = new Set<string>();
  let source: EventSource | undefined;
  let isWanted = true;
  const offered = (offer: Offer) => {
    if (known.has(offer.id)) return;
    known.add(offer.id);
    events.offered(offer);
  };
  const welcome = ({ works }: { readonly works: readonly HeldWork[] }) => {
    onWelcome();
    for (const work of works) {
      if (known.has(work.id)) continue;
      if (work.finished) onFinished(work.id);
      else offered(work.opened ? { ...work, autoAccepted: true } : work);
    }
  };
  const on = <T>(type: string, act: (data: T) => void) =>
    source?.addEventListener(type, ({ data }) => act(JSON.parse(data)));
  const open = () => {
    source = new EventSource(url);
    on('welcome', welcome);
    on('offered', offered);
    on('withdrawn', ({ id }: { id: string }) => events.withdrawn(id));
    on('message', ({ id, entry }: { id: string; entry: Entry }) => events.message(id, entry));
    on('ended', ({ id, by }: { id: string; by: EndedBy }) => events.ended(id, by));
    on('closed', ({ id, by }: { id: string; by: ClosedBy }) => events.closed?.(id, by));
    source.addEventListener('error', () => {
      onLost();
      // It tries again by itself where a connection broke, but not where it was refused by 503.
      wall.background(TRY_AGAIN_MS, reopen);
    });
  };
  const reopen = () => {
    if (isWanted && source?.readyState === EventSource.CLOSED) open();
  };
  open();
  return {
    open() {
      isWanted = true;
      reopen();
    },
    close() {
      isWanted = false;
      source?.close();
    },
  };
}

const UNKNOWN_OUTCOME: SendOutcome = {
  ok: false,
  ...{ failure: 'unreachable', code: 'desk', detail: 'the desk did not answer', definite: false },
};

function sessionOf(call: Call, line: ReturnType<typeof listen>): RepSession {
  // Those that wait for no answer go one after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (what: string, body: object) => {
    last = last.then(() => call(what, body));
  };
  return {
    setStatus: (status) => inTurn('status', { status }),
    accept: async (work) => (await call('accept', { work })).accepted === true,
    decline(work, reason) {
      inTurn('decline', reason === undefined ? { work } : { work, reason });
      return true;
    },
    typing: async (work, on) => void (await call('typing', { work, on })),
    async reply(work, content) {
      const answer = await call('reply', { work, content });
      return answer.ok === undefined ? UNKNOWN_OUTCOME : (answer as SendOutcome);
    },
    end: async (work) => void (await call('end', { work })),
    close: (work) => inTurn('close', { work }),
    transfer: async (work, to) => (await call('transfer', { work, to })).transferred === true,
    extend(work) {
      inTurn('extend', { work });
      return true;
    },
    inactivate: async (work) => void (await call('inactivate', { work })),
    pause: async (work) => (await call('pause', { work })).paused === true,
    works: () => [],
    entries: async () => [],
    disconnect: line.close,
    reconnect: line.open,
  };
}
