/** What customers do: the script of one kind of customer, as a plan has it. Durations are ms. */
import type { Content } from '../src/message.ts';
import type { Distribution } from './plan.ts';

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
  /** What the business knows of them; `{{…}}` is filled in. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** A row of values for each customer. */
  readonly data?: DataFeed;
  /** Locales of faker with weights; each customer draws one. Absent: English. */
  readonly locales?: Readonly<Record<string, number>>;
  /** How long they take to write a message. */
  readonly typing?: Typing;
  readonly steps: readonly Step[];
}

/** What a message may bring beside text. */
export type Element = 'choices' | 'media';

export interface DataFeed {
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** `inOrder`: as they stand in the file, again from the top after the last. */
  readonly order: 'inOrder' | 'random';
}

export interface Typing {
  readonly time: Distribution;
  /** Whether the time is of one character or of the whole message. */
  readonly per: 'character' | 'message';
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
      /** What it must bring. */
      readonly has?: Element;
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
  /** Steps of a file of their own. */
  | { readonly do: 'include'; readonly file: string; readonly steps: readonly Step[] }
  /** Goes on on another channel; the old conversation is left in silence. */
  | { readonly do: 'switch'; readonly to: string }
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
