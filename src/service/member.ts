/**
 * One of the stack processes that share a store. All take webhooks in: they verify, parse, save and
 * acknowledge. One of them leads: it alone routes and has the desks, so that a rep's capacity has
 * one book-keeper. The lead is a lease in the store. What is true stands in the threads, so whoever
 * leads next takes up from there; what a process tells the leader only makes it quicker.
 */
import { createSystemClock, type SystemClock } from '../clock/system.ts';
import { type HttpHandler, type HttpRequest, json, originOf, pathOf, respond } from '../http.ts';
import type { Clock, SessionStore, Transport } from '../ports.ts';
import type { Sharing, Stack } from '../stack.ts';
import { createDeskHttp, DESK_PREFIX, type DeskHttp } from './desk-http.ts';
import { createHints, type Hints, PEER_PATH } from './hints.ts';

export interface MemberParts {
  readonly store: SessionStore;
  readonly transport: Transport;
  /** Where other processes and reps reach this one. */
  readonly url: string;
  /** No other process, and no other life of this one, has the same. */
  readonly id: string;
  readonly reps: ReadonlySet<string>;
  /** Puts a stack together. */
  readonly makeStack: (clock: Clock, sharing: Sharing) => Stack;
  /** Something failed that nobody waits for. */
  readonly onError: (what: string, error: unknown) => void;
  /** How long the lead lasts unless it is taken again. */
  readonly leadMs?: number;
  readonly sweepMs?: number;
}

export interface Member {
  readonly handle: HttpHandler;
  /** Resolves once it leads or follows. */
  start(): Promise<void>;
  stop(): void;
  isLeading(): boolean;
  stack(): Stack | undefined;
}

interface Role {
  readonly stack: Stack;
  readonly clock: SystemClock;
  /** Only of who leads. */
  readonly desk: DeskHttp | undefined;
  /** What was unfinished has been taken up: reps may come. */
  isReady: boolean;
}

const LEAD_MS = 3000;
const SWEEP_MS = 5000;

export function createMember(parts: MemberParts): Member {
  const { store, id, url, onError, leadMs = LEAD_MS } = parts;
  const watch = createSystemClock();
  const me = JSON.stringify({ id, url });
  let role: Role | undefined;
  let leaderUrl: string | undefined;
  /** The lead is this process's until then, by its own clock, whatever happens to the store. */
  let leadsUntil = Number.NEGATIVE_INFINITY;
  let terms = 0;
  const hints: Hints = createHints(parts, watch, () => leaderUrl);

  const leave = () => {
    role?.desk?.close();
    role?.clock.close();
    role = undefined;
  };
  const become = (leads: boolean): Role => {
    leave();
    terms += 1;
    role = createRole(parts, `${id}-${terms}-`, leads ? undefined : hints.tell);
    return role;
  };
  /** May take longer than the lease lasts: it is not waited for before that is renewed. */
  const lead = async () => {
    const mine = become(true);
    await takeUp(mine, parts).catch((error) => {
      onError('taking up', error);
      // To be begun anew at the next beat.
      if (role === mine) leave();
    });
  };
  let begun: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const began = watch.now();
    const leader = (await store.lead?.(me, leadMs)) ?? me;
    leaderUrl = (JSON.parse(leader) as { readonly url: string }).url;
    if (leader === me) {
      // Less than the lease lasts: clocks differ, and what has begun takes its time.
      leadsUntil = store.lead === undefined ? Number.POSITIVE_INFINITY : began + leadMs * 0.7;
      if (role?.desk === undefined) begun = lead();
    } else if (role === undefined || role.desk !== undefined) become(false);
  };
  const beat = async () => {
    await renew().catch((error) => onError('lead', error));
    if (role?.desk !== undefined && watch.now() > leadsUntil) become(false);
    watch.background(leadMs / 5, beat);
  };
  return {
    async start() {
      await renew();
      watch.background(leadMs / 5, beat);
      await begun;
    },
    stop() {
      leave();
      watch.close();
    },
    isLeading: () => role?.desk !== undefined && watch.now() <= leadsUntil,
    stack: () => role?.stack,
    async handle(request) {
      if (role === undefined) return STARTING;
      const path = pathOf(request.url);
      if (path === PEER_PATH) return hints.heard(request, role.desk && role.stack);
      if (!path.startsWith(DESK_PREFIX)) return role.stack.handle(request);
      if (role.desk !== undefined && !role.isReady) return STARTING;
      if (role.desk !== undefined && watch.now() <= leadsUntil) return role.desk.handle(request);
      return elsewhere(request, leaderUrl);
    },
  };
}

/** A stack that leads, or, given whom to tell, one that follows. */
function createRole(
  { makeStack, onError, reps, store }: MemberParts,
  idPrefix: string,
  onToDo: Sharing['onToDo'],
): Role {
  const clock = createSystemClock();
  const isAlone = store.lead === undefined;
  const sharing: Sharing = { idPrefix, isAlone, ...(onToDo && { onToDo }) };
  const stack = makeStack(guarded(clock, onError), sharing);
  const leads = onToDo === undefined;
  const desk = leads ? createDeskHttp(stack.desk, reps) : undefined;
  return { stack, clock, desk, isReady: !leads };
}

/** What is unfinished, before reps come; then again and again what others may have left. */
async function takeUp(role: Role, { sweepMs = SWEEP_MS, onError }: MemberParts): Promise<void> {
  const { stack, clock } = role;
  await stack.recovery.begin();
  role.isReady = true;
  const sweep = async () => {
    await stack.recovery.sweep().catch((error) => onError('sweep', error));
    clock.background(sweepMs, sweep);
  };
  clock.background(sweepMs, sweep);
}

const STARTING = respond(503, 'starting\n', { 'retry-after': '1' });

/** Desks are where the lead is. */
function elsewhere({ url }: HttpRequest, leaderUrl: string | undefined) {
  if (leaderUrl === undefined || leaderUrl === originOf(url)) return STARTING;
  return json(
    307,
    { error: 'elsewhere' },
    { location: leaderUrl + url.slice(originOf(url).length) },
  );
}

/** A clock whose processes may fail without taking the others with them. */
function guarded(clock: SystemClock, onError: MemberParts['onError']): Clock {
  return {
    ...clock,
    spawn: (name, task) => clock.spawn(name, () => task().catch((error) => onError(name, error))),
  };
}
