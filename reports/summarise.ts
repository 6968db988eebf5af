/**
 * The streaming fold: facts in, one RunResult out. Memory is bounded by the org (channels, queues,
 * reps) and by who waits at the same time, not by the length of the run. Measures are defined in
 * README.md. No I/O, no clock.
 */
import type { Fact } from '../src/facts.ts';
import { assemble } from './assemble.ts';
import { parseBudget } from './budgets.ts';
import { createInvariants } from './invariants.ts';
import { createPanes } from './panes.ts';
import type { RunResult, Verdict } from './result.ts';
import type { OnLatency } from './rows.ts';
import { createStories } from './stories.ts';

export interface SummaryOptions {
  readonly scenario: RunResult['scenario'];
  readonly clock: RunResult['clock'];
  /** A stack that is not ours. */
  readonly target?: string;
  readonly seed: number;
  readonly speed?: number;
  /** Unix ms at which the run's time begins. */
  readonly startsAtMs: number;
  readonly warmUpMs: number;
  /** How it was found; absent: it was given. */
  readonly warmUpRule?: 'MSER-5';
  readonly lastsMs: number;
  readonly reps: readonly {
    readonly id: string;
    readonly pool: string;
    readonly capacity: number;
    readonly interruptibleCapacity?: number;
    /** Level by skill. */
    readonly skills?: Readonly<Record<string, number>>;
  }[];
  readonly channels: readonly string[];
  readonly queues: readonly string[];
  readonly budgets: readonly BudgetText[];
  /** What a measure was before, for budgets that go by it; absent: there is no baseline. */
  readonly baseline?: Readonly<Record<string, number>>;
  /** What scripts await; absent: not known. */
  readonly expectations?: readonly Awaited[];
  /** Told of every latency that counts. */
  readonly onLatency?: OnLatency | undefined;
}

export interface BudgetText {
  readonly text: string;
  readonly line: number;
  /** From then on, in ms, the run is given up as soon as the budget is broken. */
  readonly abortAfterMs?: number;
}

/** A step of a script that awaits something. */
export interface Awaited {
  readonly script: string;
  /** From 1. */
  readonly step: number;
  readonly what: string;
  readonly line: number;
}

export interface RunEnd {
  readonly endedAtMs: number;
  /** Why the run did not come to its end; absent when it did. */
  readonly partial?: string;
  readonly meta: RunResult['meta'];
}

/** How far the run is; warm-up and everything else included. */
export interface Progress {
  readonly reachedMs: number;
  readonly lastsMs: number;
  /** Facts seen. */
  readonly facts: number;
  /** Conversations begun and finished. */
  readonly arrived: number;
  readonly left: number;
  /** Work items nobody has accepted yet. */
  readonly waiting: number;
}

export interface Summary {
  record(fact: Fact): void;
  progress(): Progress;
  /** A budget that is broken, and by which the run was to be given up by now. */
  hopeless(): string | undefined;
  /** Call it once, last. */
  finish(end: RunEnd): RunResult;
}

/** Throws on a budget that cannot be read; `checkBudget` says so beforehand. */
export function createSummary(options: SummaryOptions): Summary {
  const { warmUpMs, lastsMs, reps } = options;
  const budgets = options.budgets.map(({ text, ...rest }) => {
    const budget = parseBudget(text);
    if ('error' in budget) throw new Error(`budget '${text}': ${budget.error}`);
    return { ...budget, ...rest };
  });
  const panes = createPanes(options, budgets);
  const { parts } = panes.whole;
  const invariants = createInvariants(reps);
  const stories = createStories(warmUpMs);
  let reachedMs = 0;
  let facts = 0;
  let arrived = 0;
  let left = 0;

  return {
    record(fact) {
      if (fact.at > reachedMs) reachedMs = fact.at;
      facts += 1;
      if (fact.type === 'arrived') arrived += 1;
      else if (fact.type === 'left') left += 1;
      panes.fold(fact);
      invariants.record(fact);
      stories.record(fact);
    },
    progress: () => ({ reachedMs, lastsMs, facts, arrived, left, waiting: parts.waiting.count() }),
    hopeless() {
      const due = budgets.filter(
        ({ abortAfterMs: after }) => after !== undefined && after <= reachedMs,
      );
      return panes.judge(due).find(({ ok, measured }) => !ok && measured !== null)?.text;
    },
    finish({ endedAtMs, partial, meta }) {
      // Nothing happens between the last fact and the end of the period, unless it was cut off.
      const horizonMs = partial === undefined ? lastsMs : Math.min(endedAtMs, lastsMs);
      panes.settle(horizonMs, endedAtMs);
      const verdicts = panes.judge(budgets);
      const verdict = verdictOf(
        verdicts.every(({ ok }) => ok) && invariants.broken().length === 0,
        partial,
      );
      return {
        version: 1,
        scenario: options.scenario,
        clock: options.clock,
        ...(options.target !== undefined && { target: options.target }),
        seed: options.seed,
        ...(options.speed !== undefined && { speed: options.speed }),
        period: {
          startsAt: new Date(options.startsAtMs).toISOString(),
          warmUpMs,
          ...(options.warmUpRule !== undefined && { warmUpRule: options.warmUpRule }),
          lastsMs,
          endedAtMs,
        },
        verdict,
        ...(partial !== undefined && { partial }),
        ...assemble(parts),
        worst: stories.worst(endedAtMs),
        expectations: (options.expectations ?? []).map((one) => ({
          ...one,
          ...stories.missed(one.script, one.step),
        })),
        budgets: verdicts,
        choices: parts.decisions.list(),
        invariants: invariants.broken(),
        meta,
      };
    },
  };
}

/** A run that was cut off can break a budget but cannot pass. */
function verdictOf(ok: boolean, partial: string | undefined): Verdict {
  if (!ok) return 'fail';
  return partial === undefined ? 'pass' : 'partial';
}
