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
  /** Facts that settle what began then or later do not count. */
  readonly until: number;
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
  /** What a work item asks for; absent: no skills. */
  readonly skillsOf: Map<string, readonly string[]>;
}

/** A hair of time, in ms: `at - since` may miss the instant it means by a rounding error. */
const HAIR = 1e-6;

export function createFold(parts: FoldParts): (fact: Fact) => void {
  const from = parts.measured.fromMs - HAIR;
  const context: Context = {
    ...parts,
    measures: (began) => began >= from && began < parts.until,
    skillsOf: new Map(),
  };
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
export function countStillWaiting(parts: FoldParts, endedAtMs: number): void {
  const { rows, measured, until, waiting } = parts;
  for (const { at, channel, queue, skills } of waiting.open()) {
    if (at < measured.fromMs - HAIR || at >= until) continue;
    const asked = skills?.map(({ skill }) => skill);
    const touched = rows.touched(channel, queue, undefined, asked);
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
      if (from === 'rep' && sinceSaidMs !== undefined) {
        series.observe('webhookToReply', at - sinceSaidMs, sinceSaidMs);
      }
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

function ofWork(context: Context) {
  const { rows, measures, thresholds, waiting, load, series, skillsOf } = context;
  const forget = (work: string) => {
    const skills = skillsOf.get(work);
    if (skills !== undefined) skillsOf.delete(work);
    return skills;
  };
  return {
    queued(fact) {
      waiting.enter(fact);
      const { at, channel, queue, work } = fact;
      if (fact.skills !== undefined) {
        skillsOf.set(
          work,
          fact.skills.map(({ skill }) => skill),
        );
      }
      if (!measures(at)) return;
      tally(rows.touched(channel, queue, undefined, skillsOf.get(work)), 'queued');
    },
    accepted({ at, channel, queue, work, rep, sincePushMs, sinceRequestMs }) {
      waiting.leave(work, at);
      series.count(series.accepted, at);
      const skills = skillsOf.get(work);
      if (measures(at - sincePushMs)) {
        observe(rows.touched(channel, queue, undefined, skills), 'pushToAccept', sincePushMs);
      }
      series.observe('speedToAnswer', at - sinceRequestMs, sinceRequestMs);
      if (!measures(at - sinceRequestMs)) return;
      const touched = rows.touched(channel, queue, rep, skills);
      tally(touched, 'accepted');
      observe(touched, 'speedToAnswer', sinceRequestMs);
      for (const row of touched) within(row.acceptedWithin, thresholds, sinceRequestMs - HAIR);
    },
    withdrawn({ at, channel, queue, work, by, sinceRequestMs }) {
      waiting.leave(work, at);
      // Choice C31: ended by the customer or the system before a rep accepted.
      if (by !== 'Agent') series.count(series.abandoned, at);
      const touched = rows.touched(channel, queue, undefined, forget(work));
      if (!measures(at - sinceRequestMs)) return;
      observe(touched, 'waitOfNeverAccepted', sinceRequestMs);
      if (by === 'Agent') return;
      tally(touched, 'abandoned');
      for (const row of touched) within(row.abandonedBefore, thresholds, sinceRequestMs + HAIR);
    },
    limitExceeded({ at, channel, queue, work }) {
      waiting.leave(work, at);
      const touched = rows.touched(channel, queue, undefined, forget(work));
      if (measures(at)) tally(touched, 'limitExceeded');
    },
    takenOver({ at, channel, queue, work, sinceRequestMs }) {
      waiting.leave(work, at);
      const touched = rows.touched(channel, queue, undefined, forget(work));
      if (!measures(at - sinceRequestMs)) return;
      tally(touched, 'takenOver');
      observe(touched, 'waitOfNeverAccepted', sinceRequestMs);
    },
    closed({ at, channel, queue, rep, work, units, pool, handleMs, by }) {
      load.release(rep, primary(pool, units), at);
      const skills = forget(work);
      if (!measures(at - handleMs)) return;
      const touched = rows.touched(channel, queue, rep, skills);
      tally(touched, 'closed');
      if (by === 'transfer') tally(touched, 'transfers');
      else if (by === 'logout') tally(touched, 'closedByLogout');
      observe(touched, 'handleTime', handleMs);
    },
  } satisfies Handlers<
    'queued' | 'accepted' | 'withdrawn' | 'limitExceeded' | 'takenOver' | 'closed'
  >;
}

function ofPushes(context: Context) {
  const { rows, measures, load, decisions, series, skillsOf } = context;
  return {
    pushed(fact) {
      const { at, channel, queue, rep, work, units, pool, attempt, tied, beyond } = fact;
      const { sinceRequestMs } = fact;
      const skills = skillsOf.get(work);
      load.take(rep, primary(pool, units), at);
      if (tied > 1) decisions.count('C2');
      if (measures(at)) {
        const touched = rows.touched(channel, queue, rep, skills);
        tally(touched, 'pushed');
        if (tied > 1) tally(touched, 'ties');
        if (beyond !== undefined) tally(touched, 'pushesBeyondCapacity');
      }
      if (attempt !== 1) return;
      series.observe('routingLatency', at - sinceRequestMs, sinceRequestMs);
      if (!measures(at - sinceRequestMs)) return;
      observe(rows.touched(channel, queue, undefined, skills), 'routingLatency', sinceRequestMs);
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
