/**
 * What a scenario file and its org file come to: defaults filled in, units resolved, every
 * reference checked. All durations are milliseconds. The loader (`scenario.ts`) makes a plan;
 * everything after it reads only this.
 */
import type { FaultSettings } from '../mock-providers/faults.ts';
import type { PartnerBehaviour } from '../mock-providers/routing-partner.ts';
import type { SummaryOptions } from '../reports/summarise.ts';
import type { Org } from '../src/org.ts';
import type { Destination } from '../src/sessions/thread.ts';
import type { Selection } from '../src/supervisor.ts';
import type { CustomerScript } from './script.ts';
import type { Target } from './target.ts';

export type { CustomerScript, ScriptCondition, Sendable, Step } from './script.ts';

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
  /** The warm-up is still to be found, or was found, by this rule. */
  readonly warmUpRule?: 'MSER-5';
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
  /** A stack that is not ours takes its place: no queues, reps and events. Real clock only. */
  readonly target?: Target;
  /** What an admin should know of this org before go-live; for people. */
  readonly warnings: readonly string[];
  readonly budgets: readonly BudgetLine[];
  /** What measures were before, by name, for budgets that go by it. */
  readonly baseline?: Readonly<Record<string, number>>;
  /** What scripts await, for reports; absent: not known. */
  readonly expectations?: SummaryOptions['expectations'];
}

/** A budget as written, with its place for messages. `reports/budgets.ts` gives it meaning. */
export type BudgetLine = SummaryOptions['budgets'][number];

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
    | 'hyperexponential'
    | 'percentiles';
  /**
   * constant: value · uniform: min, max · exponential: mean · lognormal and normal: mean, sd ·
   * weibull: mean, shape · gamma: mean, shape · hyperexponential: share, first, rest (means of
   * two exponentials; the first with probability share) · percentiles: p0 … p100, straight lines
   * between them. Draws below 0 count as 0.
   */
  readonly params: Readonly<Record<string, number>>;
}

/** A rate of mean + amplitude cos(2π (t - peakAt) / period), in arrivals per ms; never below 0. */
export interface Wave {
  readonly forMs: number;
  readonly mean: number;
  /** At most the mean. */
  readonly amplitude: number;
  readonly periodMs: number;
  readonly peakAtMs: number;
}

/** One state of a Markov-modulated Poisson process; after the last comes the first. */
export interface Phase {
  /** Arrivals per ms. */
  readonly rate: number;
  /** Mean of the exponential time it lasts. */
  readonly meanMs: number;
}

/** A closed model: so many customers, who begin anew some time after their conversation ended. */
export interface ClosedModel {
  readonly customers: number;
  /** From the beginning of the run to the first, and from each end to the next beginning. */
  readonly between: Distribution;
}

/** So many customers at once; with `isMean` a geometric number with that mean. */
export interface Burst {
  readonly size: number;
  readonly isMean: boolean;
  /** They come evenly at random within this time. */
  readonly withinMs: number;
}

/** Customers of one script. An open model, unless it is `closed`: they wait for nobody. */
export interface Arrival {
  readonly script: string;
  /** Channel ids with weights (> 0); each customer draws one. */
  readonly channels: readonly { readonly channel: string; readonly weight: number }[];
  /**
   * `even`: at exact intervals; `poisson`: exponential gaps (staged rates by exact inversion);
   * `listed`: at `times`, in ms, ascending. `wave`: at random, the rate goes up and down.
   * `mmpp`: a Markov-modulated Poisson process, at random in phases. `closed`: not open at all.
   */
  readonly pattern: 'even' | 'poisson' | 'listed' | 'wave' | 'mmpp' | 'closed';
  readonly times?: readonly number[];
  readonly wave?: Wave;
  readonly mmpp?: { readonly forMs: number; readonly phases: readonly Phase[] };
  readonly closed?: ClosedModel;
  /** Each arrival brings more than one customer. */
  readonly burst?: Burst;
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
  /** Their console's connection is lost now and then; absent: never. */
  readonly disconnects?: {
    /** From one to the next, beginning with the run. */
    readonly every: Distribution;
    readonly lasts: Distribution;
  };
  /** When they are there; absent: all the time. */
  readonly shifts?: readonly Shift[];
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

/** Times are from the beginning of the run. */
export interface Shift {
  readonly fromMs: number;
  readonly toMs: number;
  /** And again, this often. */
  readonly everyMs?: number;
  /** Each rep of a pool so much later than the one before. */
  readonly staggerMs: number;
  /** While they work; absent: the first that is online. */
  readonly status?: string;
  /** Times are from the beginning of the shift. */
  readonly breaks: readonly {
    readonly atMs: number;
    readonly forMs: number;
    readonly staggerMs: number;
    /** Absent: the first that is not online. */
    readonly status?: string;
  }[];
  /** At the end: `finishing` what is open, without new work; or `atOnce`. */
  readonly ends: 'finishing' | 'atOnce';
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
