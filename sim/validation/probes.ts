/** The state of a queue at certain times of a day, counted from the facts. */
import type { Fact } from '../../src/facts.ts';
import type { ExactValues } from './cases.ts';
import type { Seen } from './measures.ts';
import { UNIT_MS } from './plan.ts';

export interface Probes {
  record(fact: Fact): void;
  /** What was counted, beside the exact values of `ExactValues.probes`. */
  seen(exact: ExactValues): Seen[];
}

interface State {
  arrivals: number;
  abandoned: number;
  served: number;
  meanQueue: number;
  meanInSystem: number;
}

/** `times` ascending, in the model's units. */
export function createProbes(times: readonly number[]): Probes {
  const now: State = { arrivals: 0, abandoned: 0, served: 0, meanQueue: 0, meanInSystem: 0 };
  const states: State[] = [];
  const reach = (at: number) => {
    while (states.length < times.length && at > (times[states.length] ?? 0) * UNIT_MS) {
      states.push({ ...now });
    }
  };
  return {
    record(fact) {
      reach(fact.at);
      if (fact.type === 'queued') {
        now.arrivals += 1;
        now.meanQueue += 1;
        now.meanInSystem += 1;
      } else if (fact.type === 'accepted') now.meanQueue -= 1;
      else if (fact.type === 'withdrawn') {
        now.abandoned += 1;
        now.meanQueue -= 1;
        now.meanInSystem -= 1;
      } else if (fact.type === 'closed') {
        now.served += 1;
        now.meanInSystem -= 1;
      }
    },
    seen(exact) {
      reach(Number.POSITIVE_INFINITY);
      return (exact.probes ?? []).flatMap(({ t = 0, ...values }) => {
        const state = states[times.indexOf(t)];
        return Object.entries(values).flatMap(([measure, value]) => {
          const part = state?.[measure as keyof State];
          if (part === undefined) return [];
          return [{ measure: `${measure} at ${t}`, exact: value, observation: { part, whole: 1 } }];
        });
      });
    },
  };
}
