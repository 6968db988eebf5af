/**
 * The desks of a stack in another process, over HTTP: the other side of `src/service/desk-http.ts`.
 * Real time only. A call that fails does the rep no harm: the work rings again, or elsewhere.
 */
import { EventSource } from 'eventsource';
import type { Desk, HeldWork, Offer, RepEvents, RepSession } from '../../src/desk.ts';
import { StackError } from '../../src/errors.ts';
import type { ClosedBy } from '../../src/facts.ts';
import type { SendOutcome } from '../../src/message.ts';
import type { Transport } from '../../src/ports.ts';
import type { EndedBy, Entry } from '../../src/sessions/thread.ts';

export interface RemoteDesk extends Desk {
  /** Everybody goes home. */
  close(): Promise<void>;
}

export interface RemoteDeskParts {
  /** Of the stack. */
  readonly url: string;
  readonly transport: Transport;
  /** Told of every call that failed. */
  readonly onFailure: (what: string) => void;
}

export function createRemoteDesk({ url, transport, onFailure }: RemoteDeskParts): RemoteDesk {
  const seats: { readonly leave: () => Promise<void> }[] = [];
  /** What a rep still wanted to say then is not said. */
  let isClosed = false;
  const call = async (rep: string, what: string, body: object): Promise<Answer> => {
    const path = `desk/${encodeURIComponent(rep)}/${what}`;
    const response = await transport.send({
      method: 'POST',
      url: `${url}/${path}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    });
    const text = response.body.toString() || '{}';
    if (response.status < 300) return JSON.parse(text);
    if (response.status === 503) throw new StackError('unavailable', path);
    const isUnknown = text.includes('"unknownWork"');
    throw new StackError(isUnknown ? 'unknownWork' : 'badRequest', path);
  };
  return {
    connect(rep, events) {
      /** Nothing where it failed. */
      const tried = (what: string, body: object) =>
        call(rep, what, body).catch((error: unknown): Answer => {
          const isLate = error instanceof StackError && error.code === 'unknownWork';
          if (!isLate && !isClosed) onFailure(`${rep} ${what}: ${(error as Error).message}`);
          return {};
        });
      const line = listen(`${url}/desk/${encodeURIComponent(rep)}/events`, events);
      const session = sessionOf(tried, line);
      seats.push({
        async leave() {
          line.close();
          await tried('status', { status: 'Offline' });
        },
      });
      return session;
    },
    async close() {
      await Promise.all(seats.map(({ leave }) => leave()));
      isClosed = true;
    },
  };
}

interface Answer {
  readonly accepted?: boolean;
  readonly transferred?: boolean;
  readonly paused?: boolean;
  readonly ok?: boolean;
}

type Call = (what: string, body: object) => Promise<Answer>;

const TRY_AGAIN_MS = 1000;

/** What happens at the desk, from its event stream; work that rings already is offered first. */
function listen(url: string, events: RepEvents) {
  const known = new Set<string>();
  let source: EventSource | undefined;
  let isWanted = true;
  const offered = (offer: Offer) => {
    if (known.has(offer.id)) return;
    known.add(offer.id);
    events.offered(offer);
  };
  const on = <T>(type: string, act: (data: T) => void) =>
    source?.addEventListener(type, ({ data }) => act(JSON.parse(data)));
  const open = () => {
    source = new EventSource(url);
    on('welcome', ({ works }: { works: readonly HeldWork[] }) => {
      for (const work of works) if (!work.opened) offered(work);
    });
    on('offered', offered);
    on('withdrawn', ({ id }: { id: string }) => events.withdrawn(id));
    on('message', ({ id, entry }: { id: string; entry: Entry }) => events.message(id, entry));
    on('ended', ({ id, by }: { id: string; by: EndedBy }) => events.ended(id, by));
    on('closed', ({ id, by }: { id: string; by: ClosedBy }) => events.closed?.(id, by));
    // It tries again by itself where a connection broke, but not where it was refused by 503.
    source.addEventListener('error', () => setTimeout(reopen, TRY_AGAIN_MS).unref());
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
