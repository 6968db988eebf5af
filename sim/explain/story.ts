/**
 * Why a work item went where it went, when it did: read off the facts of a run, one after another.
 * At each moment at which it looked for a rep, who might have been asked and who could not have it.
 */
import type { Fact } from '../../src/facts.ts';
import { compareItems } from '../../src/router/backlog.ts';
import { freeUnits, unitsFor } from '../../src/router/capacity.ts';
import { type Exclusion, OFFLINE, whyNot } from '../../src/router/match.ts';
import { lacking } from '../../src/router/skills.ts';
import type { PendingRouting, RepState } from '../../src/router/work.ts';
import { createReplay, type Replay, type RoutingOrg } from './replay.ts';

/** One thing that happened to the item. */
export interface Chapter {
  readonly at: number;
  readonly fact: Fact;
  /** Where it looked for a rep: everybody who might have been asked. */
  readonly look?: Look;
}

export interface Look {
  /** How the reps were found: the queue's members, who has the skills, or one rep. */
  readonly asked: string;
  /** Additional skills that are not waited for any more. */
  readonly dropped: readonly string[];
  /** Those who could have it, first to be asked first. */
  readonly eligible: readonly Standing[];
  /** Those who could not, and why. */
  readonly excluded: readonly (Standing & { readonly why: string })[];
  /** Those who were not asked at all: who of them lacks which skills, the nearest miss first. */
  readonly unskilled: readonly { readonly rep: string; readonly lacks: string }[];
  /** Reps who are not members of the queue. */
  readonly strangers: number;
  /** Items of its queue that go before it. */
  readonly ahead: number;
}

export interface Standing {
  readonly rep: string;
  readonly used: number;
  readonly free: number;
  /** Of the last push to them; nothing if there was none. */
  readonly lastPushAtMs: number | undefined;
}

export interface Story {
  readonly work: string;
  readonly chapters: readonly Chapter[];
}

export interface Storyteller {
  record(fact: Fact): void;
  /** Nothing when no such work item was ever queued. */
  story(): Story | undefined;
  /** Work items there were, for who asked for another. */
  known(): { readonly count: number; readonly first: string; readonly last: string };
}

/** `wanted` is a work item, or a session. */
export function createStoryteller(org: RoutingOrg, wanted: string): Storyteller {
  const replay = createReplay(org);
  const chapters: Chapter[] = [];
  const pending = new Map<string, PendingRouting>();
  const waiting = new Map<string, PendingRouting>();
  const works = { count: 0, first: '', last: '' };
  let work: string | undefined;
  let item: PendingRouting | undefined;

  const queued = (fact: Extract<Fact, { type: 'queued' }>) => {
    works.count += 1;
    works.first ||= fact.work;
    works.last = fact.work;
    const made = replay.itemOf(fact);
    pending.set(fact.work, made);
    waiting.set(fact.work, made);
    if (fact.work !== wanted && fact.session !== wanted) return;
    work = fact.work;
    item = made;
  };
  /** Who waits, and does not ring. */
  const keepWaiting = (fact: Fact) => {
    if (!('work' in fact)) return;
    const { work: id, type } = fact;
    if (type === 'accepted' || type === 'withdrawn' || type === 'takenOver') pending.delete(id);
    else if (type === 'limitExceeded') pending.delete(id);
    const made = pending.get(id);
    if (made === undefined || type === 'pushed') waiting.delete(id);
    else if (BACK.has(type)) waiting.set(id, made);
  };
  const record = (fact: Fact): void => {
    if (fact.type === 'queued') queued(fact);
    else keepWaiting(fact);
    if (item !== undefined && isAbout(fact, work)) {
      if (fact.type === 'pushed' && fact.dropped !== undefined) item.dropped = fact.dropped;
      const looks = fact.type === 'queued' || fact.type === 'pushed';
      const look = looks ? { look: lookFor(item, replay, waiting.values()) } : {};
      chapters.push({ at: fact.at, fact, ...look });
      if (fact.type === 'declined' || fact.type === 'pushTimedOut') {
        item.lastDecliner = replay.roster.get(fact.rep).login;
      }
    }
    replay.apply(fact);
    const { preferredRep } = item ?? {};
    if (item !== undefined && preferredRep !== undefined && 'rep' in fact) {
      // Falls back to the others, if the rep is the preferred one and is gone or has refused it.
      if (fact.rep === preferredRep) replay.candidatesOf(item);
    }
  };
  return {
    record,
    story: () => (work === undefined ? undefined : { work, chapters }),
    known: () => works,
  };
}

/** The item waits again. */
const BACK: ReadonlySet<Fact['type']> = new Set(['declined', 'pushTimedOut', 'pushCancelled']);

function isAbout(fact: Fact, work: string | undefined): boolean {
  return 'work' in fact && fact.work === work;
}

function lookFor(item: PendingRouting, replay: Replay, waiting: Iterable<PendingRouting>): Look {
  const { config, pool, queue } = item.demand;
  const candidates = replay.candidatesOf(item);
  const standing = (rep: RepState) => ({
    rep: rep.id,
    used: rep.usedUnits + rep.usedInterruptible,
    free: freeUnits(rep, pool),
    lastPushAtMs: rep.lastPushAtMs < 0 ? undefined : rep.lastPushAtMs,
  });
  const { order } = candidates.ranking(config.routingModel, pool);
  for (const rep of candidates.reps) candidates.changed(rep);
  const eligible = order.filter(({ rep }) => whyNot(rep, item) === undefined);
  const excluded = [...candidates.reps].flatMap((rep) => {
    const why = whyNot(rep, item);
    return why === undefined ? [] : [{ ...standing(rep), why: inWords(why, rep, item) }];
  });
  const before = [...waiting].filter(
    (other) => other !== item && other.demand.queue === queue && compareItems(other, item) < 0,
  );
  return {
    asked: askedOf(item, replay),
    dropped: item.dropped,
    eligible: eligible.map(({ rep }) => standing(rep)),
    excluded,
    ...notAsked(item, replay, candidates.reps),
    ahead: before.length,
  };
}

/** Why others were not asked; of a rep who was asked by name nobody expects it. */
function notAsked(item: PendingRouting, replay: Replay, asked: ReadonlySet<RepState>) {
  const others = replay.everybody().filter((rep) => !asked.has(rep));
  const { skills, dropped, preferredRep } = item;
  if (preferredRep !== undefined && asked.size === 1) return { unskilled: [], strangers: 0 };
  if (skills.length === 0) return { unskilled: [], strangers: others.length };
  const needed = skills.filter(({ skill }) => !dropped.includes(skill));
  const misses = others
    .map((rep) => ({ rep, missing: lacking(rep.skills, needed) }))
    .sort((a, b) => a.missing.length - b.missing.length);
  const unskilled = misses.map(({ rep, missing }) => ({
    rep: rep.id,
    lacks: missing.map(({ skill, level }) => lackOf(rep, skill, level)).join(', '),
  }));
  return { unskilled, strangers: 0 };
}

function lackOf({ skills }: RepState, skill: string, level: number): string {
  return Object.hasOwn(skills, skill)
    ? `${skill} ${skills[skill]} instead of ${level}`
    : `no ${skill}`;
}

function askedOf(item: PendingRouting, replay: Replay): string {
  const { preferredRep, repRequired, skills, dropped, demand } = item;
  if (preferredRep !== undefined) {
    const isThere = replay.roster.get(preferredRep).status !== OFFLINE;
    if (repRequired) return `${preferredRep} and nobody else: the rep is required`;
    if (isThere) return `${preferredRep}, who is preferred, whatever their skills`;
  }
  if (skills.length === 0) return `the members of ${demand.queue}`;
  const needed = skills.filter(({ skill }) => !dropped.includes(skill));
  const words = needed.map(({ skill, level }) => (level > 0 ? `${skill} (level ${level})` : skill));
  return `whoever has ${words.join(', ') || 'any skills'}, member of the queue or not (C18)`;
}

function inWords(why: Exclusion, rep: RepState, { demand }: PendingRouting): string {
  const free = Math.max(0, freeUnits(rep, demand.pool));
  const words: Readonly<Record<Exclusion, string>> = {
    offline: 'is offline',
    busy: `is ${rep.status}, a status without service channels`,
    otherChannels: `is ${rep.status}, which is not for ${demand.serviceChannel}`,
    declinedLast: 'declined it last in this presence session (C7)',
    full: `has ${number(free)} units free of the ${number(unitsFor(rep, demand))} it takes`,
    primaryFull: 'is full of primary work, which stops interruptible work (C11)',
    itemCap: 'has 100 open items',
  };
  return words[why];
}

function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
