/**
 * What a scenario file and its org file come to: defaults filled in, units resolved, every
 * reference checked. All durations are milliseconds. The loader (`scenario.ts`) makes a plan;
 * everything after it reads only this.
 */
import type { FaultSettings } from '../mock-providers/faults.ts';
import type { PartnerBehaviour } from '../mock-providers/routing-partner.ts';

import type { Content } from '../src/message.ts';
import type { Org } from '../src/org.ts';
import type { Destination } from '../src/sessions/thread.ts';
import type { Selection } from '../src/supervisor.ts';

export interface Plan {
  readonly name: string;
  readonly title?: string;
  /** As the user gave it; for messages. */
  readonly file: string;
  /** SHA-256, hex, over the scenario's and the org's bytes. */
  readonly sha256: string;
  readonly seed: number;
  /** Unix ms at which virtual time begins. */
  readonly startsAtMs: number;
  /** Arrivals stop after this; conversations under way go on. */
  readonly lastsMs: number;
  /** Conversations that arrive before this are run but not measured. */
  readonly warmUpMs: number;
  /** How long after `lastsMs` conversations may go on before they are cut off (counted `open`). */
  readonly drainMs: number;
  /** False: customers reach the stack without the platforms' wire formats. */
  readonly wire: boolean;
  readonly org: Org;
  readonly scripts: readonly CustomerScript[];
  readonly arrivals: readonly Arrival[];
  /** Behaviour by rep or rep pool name of the org. */
  readonly reps: Readonly<Record<string, RepBehaviour>>;
  /** Behaviour by bot of the org. */
  readonly bots: Readonly<Record<string, BotBehaviour>>;
  /** Behaviour by routing partner of the org. */
  readonly partners: Readonly<Record<string, PartnerBehaviour>>;
  readonly events: readonly PlannedEvent[];
  readonly platforms: PlatformBehaviour;
  /** What an admin should know of this org before go-live; for people. */
  readonly warnings: readonly string[];
  readonly budgets: readonly BudgetLine[];
}

/** A budget as written, with its place for messages. `reports/budgets.ts` gives it meaning. */
export interface BudgetLine {
  readonly text: string;
  readonly line: number;
}

/** A named distribution of a duration or size; parameters by name, durations in ms. */
export interface Distribution {
  readonly name:
    | 'constant'
    | 'uniform'
    | 'exponential'
    | 'lognormal'
    | 'normal'
    | 'weibull'
    | 'gamma'
    | 'hyperexponential';
  /**
   * constant: value · uniform: min, max · exponential: mean · lognormal and normal: mean, sd ·
   * weibull: mean, shape · gamma: mean, shape · hyperexponential: share, first, rest (means of
   * two exponentials; the first with probability share). Draws below 0 count as 0.
   */
  readonly params: Readonly<Record<string, number>>;
}

export interface CustomerScript {
  readonly name: string;
  /** How long the customer waits to hear from a rep before leaving; absent: for ever. */
  readonly patience?: Distribution;
  /**
   * Whether a customer who gives up says so (by the channel's end keyword, if it has one) or falls
   * silent. A customer who reaches the `leave` step always says so.
   */
  readonly leaves: 'announced' | 'silent';
  /** Who gives up before a rep was heard may come back, with the same script from the start. */
  readonly returns?: {
    /** Of those who give up. */
    readonly share: number;
    readonly after: Distribution;
    /** How often at most; absent: until somebody answers. */
    readonly atMost?: number;
  };
  /** What the business knows of them. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly do: 'say'; readonly text: string }
  /** A picture or file, a place, or a reaction to the last message that came. */
  | { readonly do: 'send'; readonly what: Sendable }
  /** Picks the quick reply with this title, or the n-th from 1, of the last that were offered. */
  | { readonly do: 'choose'; readonly title: string | number }
  | {
      readonly do: 'expect';
      /** Source of a RegExp (with flags `i`), or absent: any message will do. */
      readonly matches?: string;
      readonly from: 'rep' | 'auto' | 'bot' | 'any';
      /** Absent: 30 minutes. Silence is an outcome, not a hang. */
      readonly withinMs?: number;
      /** Done instead of giving up when it does not come. */
      readonly otherwise?: readonly Step[];
    }
  | { readonly do: 'set'; readonly values: Readonly<Record<string, string>> }
  | {
      readonly do: 'branch';
      readonly when: ScriptCondition;
      readonly consequent: readonly Step[];
      readonly otherwise: readonly Step[];
    }
  | { readonly do: 'repeat'; readonly times: number; readonly steps: readonly Step[] }
  /** One of these by lot. */
  | {
      readonly do: 'either';
      readonly ways: readonly { readonly weight: number; readonly steps: readonly Step[] }[];
    }
  | { readonly do: 'think'; readonly for: Distribution }
  | { readonly do: 'leave' };

/** What a script can depend on. */
export type ScriptCondition =
  /** Source of a RegExp, flags `i`: of the last message that came. */
  | { readonly is: 'heard'; readonly matches: string }
  /** The same of a variable. */
  | { readonly is: 'variable'; readonly name: string; readonly matches: string }
  | { readonly is: 'chance'; readonly share: number }
  /** They have come back after having given up. */
  | { readonly is: 'returned' };

export type Sendable =
  | Extract<Content, { kind: 'media' | 'location' }>
  | { readonly kind: 'reaction'; readonly emoji: string };

/** A rate of mean + amplitude cos(2π (t - peakAt) / period), in arrivals per ms; never below 0. */
export interface Wave {
  readonly forMs: number;
  readonly mean: number;
  /** At most the mean. */
  readonly amplitude: number;
  readonly periodMs: number;
  readonly peakAtMs: number;
}

/** Customers of one script, arriving on one channel. Open model: they wait for nobody. */
export interface Arrival {
  readonly script: string;
  /** Channel ids with weights (> 0); each customer draws one. */
  readonly channels: readonly { readonly channel: string; readonly weight: number }[];
  /**
   * `even`: at exact intervals; `poisson`: exponential gaps (staged rates by exact inversion);
   * `listed`: at `times`, in ms, ascending. `wave`: at random, the rate goes up and down.
   */
  readonly pattern: 'even' | 'poisson' | 'listed' | 'wave';
  readonly times?: readonly number[];
  readonly wave?: Wave;
  /** Who writes first, if it is not the customer. */
  readonly begunBy?: {
    readonly says: RepReply;
    readonly by: { readonly rep: string } | { readonly flow: string };
  };
  /** Rate in arrivals per ms over consecutive stretches, linear from `from` to `to`. */
  readonly stages: readonly {
    readonly forMs: number;
    readonly from: number;
    readonly to: number;
  }[];
}

export interface RepBehaviour {
  /** From push to accept. */
  readonly answersPush: Distribution;
  /** From a customer's message (or the accept) to the rep's reply. */
  readonly replyTime: Distribution;
  /** What reps say, in turn; the last is repeated. Empty: they say nothing. */
  readonly replies: readonly RepReply[];
  /** If set: the rep ends the session this long after accepting, whatever was said. */
  readonly handleTime?: Distribution;
  /** By queue, where it is another. */
  readonly handleTimeByQueue?: Readonly<Record<string, Distribution>>;
  /** The rep ends a session in which the customer has been silent for this long. */
  readonly closesWhenSilentForMs: number;
  /** After the session: work on it before the capacity is free. */
  readonly afterWork: Distribution;
  /** Chance of declining a push, 0 to 1. */
  readonly declines: number;
  /** Chance of overlooking a push (it rings until its time-out), 0 to 1. */
  readonly overlooks: number;
  /** Presence status at the beginning; absent: the first that is online. */
  readonly startsAs?: string;
  /** Chance of never closing the tab of a conversation, 0 to 1. */
  readonly leavesTabOpen: number;
  readonly transfers?: Destination & { readonly share: number };
  /** How often after-conversation work is extended. */
  readonly extendsAfterWork: number;
  /**
   * Speed of each conversation by how many there are at a time, from 1; the last counts beyond.
   * With it the handle time is the time a conversation takes alone.
   */
  readonly slowdown?: readonly number[];
}

export interface BotBehaviour {
  /** From a customer's message (or the beginning) to the bot's reply. */
  readonly replyTime: Distribution;
  /** What it says, in turn; when it has said all it is done. */
  readonly replies: readonly string[];
  /** Chance of ending the session itself when it is done, 0 to 1; else it hands over. */
  readonly understands: number;
  /** Words upon which it hands over at once. */
  readonly handsOverOn: readonly string[];
}

/** What happens at a time, and again every so often. A rep may be a pool. */
export type PlannedEvent = { readonly atMs: number; readonly everyMs?: number } & (
  | { readonly does: 'status'; readonly rep: string; readonly status: string }
  | { readonly does: 'disconnect'; readonly rep: string }
  | { readonly does: 'reconnect'; readonly rep: string }
  | { readonly does: 'assign'; readonly which: Selection; readonly to: string }
  | { readonly does: 'move'; readonly which: Selection; readonly to: string }
  | { readonly does: 'takeOver'; readonly which: Selection; readonly by: string }
  | { readonly does: 'endWaiting'; readonly which: Selection }
  | {
      readonly does: 'change';
      readonly rep: string;
      readonly to: {
        readonly queues?: readonly string[];
        readonly skills?: Readonly<Record<string, number>>;
      };
    }
);

export interface RepReply {
  readonly text: string;
  readonly choices?: readonly string[];
  /** A picture or file; the text is its caption. */
  readonly media?: { readonly url: string; readonly mimeType: string };
  /** An approved template, which may go outside the reply window; the text is what it says. */
  readonly template?: {
    readonly name: string;
    readonly language: string;
    readonly parameters: readonly string[];
  };
}

export interface PlatformBehaviour {
  readonly inboundDelay: Distribution;
  readonly deliveryDelay: Distribution;
  readonly readDelay: Distribution;
  /** Chance that a customer reads a message (where the channel reports reads), 0 to 1. */
  readonly reads: number;
  /** What goes wrong between the platforms and the stack; absent ones don't. */
  readonly faults: Partial<FaultSettings>;
}
