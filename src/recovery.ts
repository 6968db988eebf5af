/**
 * Does what is to be done and is not: after a crash, or because another process has taken it in.
 * What is true stands in the store; this looks at a thread there, compares it with the router and
 * the desk here, and puts right what differs. It may look as often as it likes.
 */
import type { Bots } from './bots.ts';
import { unixNow } from './clock/unix-now.ts';
import type { Dispatch } from './dispatch.ts';
import type { Messenger } from './messenger.ts';
import type { Clock, Recorder, SessionStore } from './ports.ts';
import type { Router } from './router/router.ts';
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import { type Entry, isOpen, type Session, type Thread } from './sessions/thread.ts';
import type { Switchboard } from './switchboard.ts';

export interface RecoveryParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly recorder: Recorder;
  readonly sessions: Sessions;
  readonly router: Router;
  readonly dispatch: Dispatch;
  readonly bots: Bots;
  readonly desk: Switchboard;
  readonly messenger: Messenger;
  /** No other process sends: what this one does not send is not being sent. */
  readonly isAlone: boolean;
}

export interface Recovery {
  /** Takes up all that is unfinished; before anybody writes or sits down. */
  begin(): Promise<void>;
  /** Has a look at one end user. */
  look(key: string): Promise<void>;
  /** The same, for who does not wait for it. */
  lookSoon(key: string): void;
  /** Has a look at all of whom something is to be done. */
  sweep(): Promise<void>;
}

/** A send of another process that is older than this will not be heard of any more. */
const SEND_LASTS_MS = 30_000;

export function createRecovery(parts: RecoveryParts): Recovery {
  const { clock, store, sessions, router, dispatch } = parts;
  const settle = createSettling(parts);
  const restore = createRestoring(parts);

  const attend = (thread: Thread): void => {
    sessions.watch(thread);
    const { session } = thread;
    if (session === undefined) return;
    if (!isOpen(session)) endHere(parts, session);
    else if (session.status === 'Waiting') {
      if (!isHere(parts, session.workId)) dispatch.routeAgain(thread, session);
    } else if (session.status === 'Active' || session.status === 'Paused') {
      if (session.rep !== undefined) restore(thread, session, session.rep);
      else if (!isHere(parts, session.workId)) dispatch.routeAgain(thread, session);
    }
  };
  const look = async (key: string): Promise<void> => {
    const thread = await sessions.load(key);
    if (thread === undefined) return;
    attend(thread);
    await settle(thread);
    await tellRep(parts, thread);
  };
  return {
    look,
    lookSoon: (key) => clock.spawn(`a look at ${key}`, () => look(key)),
    async begin() {
      const threads: Thread[] = [];
      for await (const thread of store.unfinished()) threads.push(thread);
      // Whoever waited longest is routed first, once it is known who is busy.
      const waitingSince = ({ session }: Thread) =>
        session?.status === 'Waiting' ? (session.waitingSinceMs ?? 0) : Number.NEGATIVE_INFINITY;
      threads.sort((a, b) => waitingSince(a) - waitingSince(b));
      for (const thread of threads) attend(thread);
      for (const thread of threads) await settle(thread);
    },
    async sweep() {
      for await (const thread of store.unfinished()) {
        if (isAsItShouldBe(parts, thread)) continue;
        // As it is now, and after all that this process has just done to it.
        const now = await sessions.load(thread.key);
        if (now === undefined) continue;
        attend(now);
        await settle(now);
      }
      for (const { endUser, workId } of router.allPending()) {
        if ((await sessions.load(endUser)) === undefined) router.withdraw(workId, 'System');
        else await look(endUser);
      }
    },
  };
}

type Here = Pick<RecoveryParts, 'router' | 'bots' | 'desk'>;

/** Somebody has it in hand. */
function isHere({ router, bots, desk }: Here, workId: string): boolean {
  return router.isPending(workId) || bots.has(workId) || desk.opened(workId) !== undefined;
}

function isAsItShouldBe(parts: Here & Pick<RecoveryParts, 'messenger'>, thread: Thread): boolean {
  const { session, sends } = thread;
  if (sends.some(({ id }) => !parts.messenger.isSending(id))) return false;
  if (session === undefined || !isOpen(session)) return true;
  const needsSomebody = ['Waiting', 'Active', 'Paused'].includes(session.status);
  return !needsSomebody || isHere(parts, session.workId);
}

/** It ended elsewhere. */
function endHere({ router, bots, desk }: Here, { workId, endedBy = 'System' }: Session): void {
  if (bots.ended(workId, endedBy) || router.withdraw(workId, endedBy)) return;
  if (desk.opened(workId)?.finished === false) desk.ended(workId, endedBy);
}

/** Gives a rep what they have by the store. */
function createRestoring({ router, dispatch, desk }: RecoveryParts) {
  return (thread: Thread, session: Session, rep: string): void => {
    const { workId } = session;
    const here = desk.opened(workId);
    if (here?.rep.id === rep) return;
    if (here !== undefined) desk.takeAway(here);
    router.withdraw(workId, 'System');
    const work = router.restore(dispatch.request(thread, session), rep);
    if (work === undefined) dispatch.routeAgain(thread, session);
    else desk.restored(work);
  };
}

/** What a rep was not told yet, or not answered: told once more. Entries have ids. */
async function tellRep({ clock, store, bots, desk }: RecoveryParts, thread: Thread) {
  const { session, key } = thread;
  const since = session?.unansweredSinceMs;
  if (session?.status !== 'Active' || since === undefined) return;
  const entries = await clock.hold(store.entries(key, session.id));
  const isNews = ({ actor, atMs }: Entry) => actor === 'EndUser' && atMs >= since;
  for (const entry of entries.filter(isNews)) {
    if (!bots.message(session.workId, entry)) desk.message(session.workId, entry, thread);
  }
}

/** Sends whose process has ended: nobody knows whether the platform has taken them. */
function createSettling({ clock, recorder, sessions, messenger, isAlone }: RecoveryParts) {
  return async ({ key, channelId, sends }: Thread): Promise<void> => {
    for (const send of sends) {
      const isOver = isAlone || send.atMs + SEND_LASTS_MS < unixNow(clock);
      if (messenger.isSending(send.id) || !isOver) continue;
      const settled = await sessions.update(key, channelId, (now) =>
        lifecycle.uncertain(now, send.id),
      );
      if (settled === undefined) continue;
      const ids = { channel: channelId, session: send.sessionId };
      recorder.record({ type: 'sendUncertain', at: clock.now(), ...ids });
    }
  };
}
