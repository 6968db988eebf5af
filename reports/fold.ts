/**
 * What each type of fact adds to the figures: one literal table, one entry per type.
 *
 * Cohort rule: a fact counts if what it settles began after the warm-up, however late it ended.
 * Nobody arrives after the end of the arrivals, so what happens then belongs to those who came
 * before and counts. Facts that settle nothing count at their own time.
 */
import type { Fact, FactType, Outcome } from '../src/facts.ts';
import type { Decisions } from './decisions.ts';
import { ofMessages, ofTheWire } from './fold-messages.ts';
import type { Period } from './gauge.ts';
import type { Load } from './load.ts';
import type { CountName } from './measures.ts';
import { observe, type Row, type Rows, tally } from './rows.ts';
import type { Series } from './series.ts';
import type { Waiting } from './waiting.ts';

export interface FoldParts {
  readonly rows: Rows;
  readonly measured: Period;
  /** Ascending, in ms. */
  readonly thresholds: readonly number[];
  readonly waiting: Waiting;
  readonly load: Load;
  readonly series: Series;
  readonly decisions: Decisions;
}

export type Of<T extends FactType> = Extract<Fact, { type: T }>;
export type Handlers<T extends FactType = FactType> = { readonly [K in T]: (fact: Of<K>) => void };
export interface Context extends FoldParts {
  measures(beganMs: number): boolean;
}

/** A hair of time, in ms: `at - since` may miss the instant it means by a rounding error. */
const HAIR = 1e-6;

export function createFold(parts: FoldParts): (fact: Fact) => void {
  const from = parts.measured.fromMs - HAIR;
  const context = { ...parts, measures: (began: number) => began >= from };
  const handlers: Handlers = {
    ...ofCustomers(context),
    ...ofWork(context),
    ...ofPushes(context),
    ...ofMessages(context),
    ...ofTheWire(context),
  };
  return (fact) => (handlers[fact.type] as (fact: Fact) => void)(fact);
}

/** Those who wait when the run ends have waited at least this long. */
export function countStillWaiting({ rows, measured, waiting }: FoldParts, endedAtMs: number): void {
  for (const { at, channel, queue } of waiting.open()) {
    if (at < measured.fromMs - HAIR) continue;
    const touched = rows.touched(channel, queue);
    tally(touched, 'stillWaiting');
    observe(touched, 'waitOfNeverAccepted', Math.max(0, endedAtMs - at));
  }
}

const OUTCOMES = {
  completed: 'completed',
  abandoned: 'gaveUp',
  unanswered: 'unanswered',
  refused: 'refused',
  cutShort: 'cutShort',
  switched: 'switched',
} as const satisfies Record<Outcome, CountName>;

function ofCustomers({ rows, measures, series }: Context) {
  return {
    arrived({ at, channel }) {
      series.count(series.arrived, at);
      if (!measures(at)) return;
      const touched = rows.touched(channel);
      tally(touched, 'arrived');
      tally(touched, 'open');
    },
    said({ at, channel }) {
      if (measures(at)) tally(rows.touched(channel), 'said');
    },
    heard({ at, channel, from, sinceSaidMs }) {
      if (!measures(at - (sinceSaidMs ?? 0))) return;
      const touched = rows.touched(channel);
      tally(touched, HEARD[from]);
      if (from === 'rep' && sinceSaidMs !== undefined) {
        observe(touched, 'webhookToReply', sinceSaidMs);
      }
    },
    expectationMissed({ at, channel, waitedMs }) {
      if (measures(at - waitedMs)) tally(rows.touched(channel), 'expectationsMissed');
    },
    left({ at, channel, outcome, lastedMs }) {
      if (!measures(at - lastedMs)) return;
      const touched = rows.touched(channel);
      tally(touched, OUTCOMES[outcome]);
      for (const { counts } of touched) counts.open -= 1;
      observe(touched, 'conversationTime', lastedMs);
    },
  } satisfies Handlers<'arrived' | 'said' | 'heard' | 'expectationMissed' | 'left'>;
}

function ofWork({ rows, measures, thresholds, waiting, load, series }: Context) {
  return {
    queued(fact) {
      waiting.enter(fact);
      if (measures(fact.at)) tally(rows.touched(fact.channel, fact.queue), 'queued');
    },
    accepted({ at, channel, queue, work, rep, sincePushMs, sinceRequestMs }) {
      waiting.leave(work, at);
      series.count(series.accepted, at);
      if (measures(at - sincePushMs)) {
        observe(rows.touched(channel, queue), 'pushToAccept', sincePushMs);
      }
      if (!measures(at - sinceRequestMs)) return;
      const touched = rows.touched(channel, queue, rep);
      tally(touched, 'accepted');
      observe(touched, 'speedToAnswer', sinceRequestMs);
      for (const row of touched) within(row.acceptedWithin, thresholds, sinceRequestMs - HAIR);
    },
    withdrawn({ at, channel, queue, work, by, sinceRequestMs }) {
      waiting.leave(work, at);
      // Choice C31: ended by the customer or the system before a rep accepted.
      if (by !== 'Agent') series.count(series.abandoned, at);
      if (!measures(at - sinceRequestMs)) return;
      const touched = rows.touched(channel, queue);
      observe(touched, 'waitOfNeverAccepted', sinceRequestMs);
      if (by === 'Agent') return;
      tally(touched, 'abandoned');
      for (const row of touched) within(row.abandonedBefore, thresholds, sinceRequestMs + HAIR);
    },
    limitExceeded({ at, channel, queue, work }) {
      waiting.leave(work, at);
      if (measures(at)) tally(rows.touched(channel, queue), 'limitExceeded');
    },
    takenOver({ at, channel, queue, work, sinceRequestMs }) {
      waiting.leave(work, at);
      if (!measures(at - sinceRequestMs)) return;
      const touched = rows.touched(channel, queue);
      tally(touched, 'takenOver');
      observe(touched, 'waitOfNeverAccepted', sinceRequestMs);
    },
    closed({ at, channel, queue, rep, units, pool, handleMs, by }) {
      load.release(rep, primary(pool, units), at);
      if (!measures(at - handleMs)) return;
      const touched = rows.touched(channel, queue, rep);
      tally(touched, 'closed');
      if (by === 'transfer') tally(touched, 'transfers');
      else if (by === 'logout') tally(touched, 'closedByLogout');
      observe(touched, 'handleTime', handleMs);
    },
  } satisfies Handlers<
    'queued' | 'accepted' | 'withdrawn' | 'limitExceeded' | 'takenOver' | 'closed'
  >;
}

function ofPushes({ rows, measures, load, decisions }: Context) {
  return {
    pushed({ at, channel, queue, rep, units, pool, attempt, sinceRequestMs, tied, beyond }) {
      load.take(rep, primary(pool, units), at);
      if (tied > 1) decisions.count('C2');
      if (measures(at)) {
        const touched = rows.touched(channel, queue, rep);
        tally(touched, 'pushed');
        if (tied > 1) tally(touched, 'ties');
        if (beyond !== undefined) tally(touched, 'pushesBeyondCapacity');
      }
      if (attempt === 1 && measures(at - sinceRequestMs)) {
        observe(rows.touched(channel, queue), 'routingLatency', sinceRequestMs);
      }
    },
    declined({ at, channel, queue, rep, units, pool, sincePushMs }) {
      load.release(rep, primary(pool, units), at);
      if (measures(at - sincePushMs)) tally(rows.touched(channel, queue, rep), 'declines');
    },
    pushTimedOut({ at, channel, queue, rep, units, pool, sincePushMs }) {
      load.release(rep, primary(pool, units), at);
      if (measures(at - sincePushMs)) tally(rows.touched(channel, queue, rep), 'pushTimeouts');
    },
    pushCancelled({ at, channel, queue, rep, units, pool }) {
      load.release(rep, primary(pool, units), at);
      if (measures(at)) tally(rows.touched(channel, queue, rep), 'pushesCancelled');
    },
    presence({ at, rep, online, capacity }) {
      load.presence(rep, online, capacity, at);
    },
    paused: ({ at, rep, units, pool, heldBefore }) =>
      load.adjust(rep, primary(pool, units - heldBefore), at),
    resumed: ({ at, rep, units, pool, heldBefore }) =>
      load.adjust(rep, primary(pool, units - heldBefore), at),
    repChanged() {},
    decided: ({ choice }) => decisions.count(choice),
  } satisfies Handlers<
    | 'pushed'
    | 'declined'
    | 'pushTimedOut'
    | 'pushCancelled'
    | 'presence'
    | 'paused'
    | 'resumed'
    | 'repChanged'
    | 'decided'
  >;
}

/** Occupancy is that of the primary pool; interruptible work makes a rep engaged, no more. */
function primary(pool: 'interruptible' | undefined, units: number): number {
  return pool === undefined ? units : 0;
}

const HEARD = { rep: 'heardFromRep', bot: 'heardFromBot', auto: 'heardAuto' } as const;
/** Adds one to every threshold that `ms` does not exceed. */
function within(counts: Row['acceptedWithin'], thresholds: readonly number[], ms: number): void {
  for (let t = thresholds.length - 1; t >= 0 && ms <= (thresholds[t] ?? 0); t -= 1) {
    counts[t] = (counts[t] ?? 0) + 1;
  }
}
