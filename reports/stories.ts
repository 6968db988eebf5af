/**
 * The conversations worth looking at: who waited longest for a rep, who waited longest for a reply,
 * who gave up, each with what happened when. No bodies: facts have none.
 */
import type { Fact, Outcome } from '../src/facts.ts';
import type { Handlers } from './fold.ts';
import type { RunResult } from './result.ts';
import { roundMs } from './rounding.ts';

export type WorstConversation = RunResult['worst'][number];
type Moment = WorstConversation['moments'][number];

export interface Stories {
  record(fact: Fact): void;
  /** The worst of all, those that are not over included. */
  worst(endedAtMs: number): WorstConversation[];
  /** Of a script, after the warm-up: conversations begun, and who missed what a step awaits. */
  missed(script: string, step: number): { readonly arrived: number; readonly missed: number };
}

/** So many of each kind are kept. */
const KEPT = 10;
/** And so much of each. */
const MOST_MOMENTS = 120;

interface Story {
  readonly conversation: number;
  readonly channel: string;
  readonly script: string;
  readonly endUser: string;
  readonly beganMs: number;
  endedMs: number | undefined;
  outcome: Outcome | 'open';
  session: string | undefined;
  /** Asked for a rep, and not accepted yet. */
  queuedMs: number | undefined;
  waitMs: number;
  replyMs: number;
  readonly moments: Moment[];
  left: number;
}

const KINDS = {
  longestWait: (story: Story) => story.waitMs,
  slowestReply: (story: Story) => story.replyMs,
  gaveUp: (story: Story) =>
    story.outcome === 'abandoned' ? (story.endedMs ?? 0) - story.beganMs : 0,
} as const;
type Kind = keyof typeof KINDS;

export function createStories(warmUpMs: number): Stories {
  const counts = new Map<string, number>();
  const open: Open = {
    ...{ byConversation: new Map(), byEndUser: new Map(), bySession: new Map() },
    count(story, what) {
      if (story.beganMs < warmUpMs) return;
      const key = `${story.script}\n${what}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  };
  const top: Record<Kind, Story[]> = { longestWait: [], slowestReply: [], gaveUp: [] };
  const rank = (story: Story) => {
    if (story.beganMs < warmUpMs) return;
    for (const kind of Object.keys(KINDS) as Kind[]) enter(story, top[kind], KINDS[kind]);
  };
  const handlers: Partial<Handlers> = { ...ofCustomers(open, rank), ...ofSessions(open) };
  return {
    record(fact) {
      (handlers[fact.type] as ((fact: Fact) => void) | undefined)?.(fact);
    },
    missed(script, step) {
      const of = (what: string) => counts.get(`${script}\n${what}`) ?? 0;
      return { arrived: of('arrived'), missed: of(`step ${step}`) };
    },
    worst(endedAtMs) {
      for (const story of open.byConversation.values()) {
        if (story.queuedMs !== undefined) hasWaited(story, endedAtMs - story.queuedMs);
        rank(story);
      }
      const reasons = new Map<Story, Kind[]>();
      for (const kind of Object.keys(KINDS) as Kind[]) {
        for (const story of top[kind]) reasons.set(story, [...(reasons.get(story) ?? []), kind]);
      }
      return Array.from(reasons, ([story, why]) => told(story, why, endedAtMs));
    },
  };
}

/** Conversations that are not over, by what facts know them by. */
interface Open {
  readonly byConversation: Map<number, Story>;
  readonly byEndUser: Map<string, Story>;
  readonly bySession: Map<string, Story>;
  count(story: Story, what: string): void;
}

function ofCustomers({ byConversation, byEndUser, count }: Open, rank: (story: Story) => void) {
  return {
    arrived({ at, conversation, channel, script, endUser }) {
      const story: Story = {
        ...{ conversation, channel, script, endUser, beganMs: at, moments: [], left: 0 },
        ...{ endedMs: undefined, outcome: 'open', session: undefined, queuedMs: undefined },
        ...{ waitMs: 0, replyMs: 0 },
      };
      byConversation.set(conversation, story);
      byEndUser.set(endUser, story);
      count(story, 'arrived');
    },
    said: ({ at, conversation }) => add(byConversation.get(conversation), at, 'said'),
    heard({ at, conversation, from, sinceSaidMs = 0 }) {
      const story = byConversation.get(conversation);
      if (story !== undefined && from === 'rep' && sinceSaidMs > story.replyMs) {
        story.replyMs = sinceSaidMs;
      }
      add(story, at, 'heard', from);
    },
    expectationMissed({ at, conversation, step }) {
      const story = byConversation.get(conversation);
      add(story, at, 'missed', `step ${step}`);
      if (story !== undefined) count(story, `step ${step}`);
    },
    left({ at, conversation, outcome }) {
      const story = byConversation.get(conversation);
      if (story === undefined) return;
      story.endedMs = at;
      story.outcome = outcome;
      add(story, at, 'left', outcome);
      byConversation.delete(conversation);
      if (byEndUser.get(story.endUser) === story) byEndUser.delete(story.endUser);
      rank(story);
    },
  } satisfies Partial<Handlers>;
}

function ofSessions({ byEndUser, bySession }: Open) {
  const by = ({ session }: { readonly session: string }) => bySession.get(session);
  return {
    received({ endUser, session }) {
      const story = byEndUser.get(endUser);
      if (story === undefined || story.session === session) return;
      story.session = session;
      bySession.set(session, story);
    },
    queued(fact) {
      const story = by(fact);
      if (story !== undefined) story.queuedMs = fact.at;
      add(story, fact.at, 'queued', fact.queue);
    },
    pushed: (fact) => add(by(fact), fact.at, 'pushed', fact.rep),
    declined: (fact) => add(by(fact), fact.at, 'declined', fact.rep),
    pushTimedOut: (fact) => add(by(fact), fact.at, 'rangInVain', fact.rep),
    accepted(fact) {
      hasWaited(by(fact), fact.sinceRequestMs);
      add(by(fact), fact.at, 'accepted', fact.rep);
    },
    withdrawn(fact) {
      hasWaited(by(fact), fact.sinceRequestMs);
      add(by(fact), fact.at, 'withdrawn', fact.queue);
    },
    replied: (fact) => add(by(fact), fact.at, 'replied', fact.rep ?? fact.by),
    sendFailed: (fact) => add(by(fact), fact.at, 'sendFailed', fact.code),
    closed(fact) {
      const passedOn = fact.by === 'transfer';
      add(by(fact), fact.at, passedOn ? 'transferred' : 'closed', fact.rep);
      if (!passedOn) bySession.delete(fact.session);
    },
    sessionEnded(fact) {
      if (!fact.accepted) bySession.delete(fact.session);
    },
  } satisfies Partial<Handlers>;
}

function add(story: Story | undefined, at: number, what: Moment['what'], who?: string): void {
  if (story === undefined) return;
  if (story.moments.length >= MOST_MOMENTS) {
    story.left += 1;
    return;
  }
  const atMs = at - story.beganMs;
  story.moments.push(who === undefined ? { atMs, what } : { atMs, what, who });
}

function hasWaited(story: Story | undefined, ms: number): void {
  if (story === undefined) return;
  story.queuedMs = undefined;
  if (ms > story.waitMs) story.waitMs = ms;
}

/** Into a list of the worst, the worst first, if it is one of them. */
function enter(story: Story, list: Story[], worth: (story: Story) => number): void {
  const value = worth(story);
  const last = list.at(-1);
  if (value <= 0 || (list.length === KEPT && last !== undefined && value <= worth(last))) return;
  const place = list.findIndex((other) => value > worth(other));
  list.splice(place < 0 ? list.length : place, 0, story);
  if (list.length > KEPT) list.pop();
}

function told(story: Story, why: readonly Kind[], endedAtMs: number): WorstConversation {
  const { conversation, channel, script, outcome, beganMs, waitMs, replyMs, moments } = story;
  return {
    ...{ conversation, channel, script, outcome, why: [...why] },
    beganMs: roundMs(beganMs),
    lastedMs: roundMs((story.endedMs ?? endedAtMs) - beganMs),
    waitMs: roundMs(waitMs),
    slowestReplyMs: roundMs(replyMs),
    moments: moments.map((moment) => ({ ...moment, atMs: roundMs(moment.atMs) })),
    moreMoments: story.left,
  };
}
