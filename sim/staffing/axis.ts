/**
 * `reps.front-line.count=8..14`, `arrivals=80%..120%/10%`: one number of a scenario and the values
 * it shall have.
 */
import type { Arrival, Plan } from '../plan.ts';
import { knobOf } from './vary.ts';

export interface Axis {
  readonly name: string;
  /** As they are shown. */
  readonly values: readonly string[];
  /** The plan with the i-th value in place. */
  set(plan: Plan, index: number): Plan;
}

/** So many points take hours: then it is a mistake. */
const MOST_VALUES = 200;

/** What is wrong with the text for this plan, or the axis. */
export function axisOf(text: string, plan: Plan): Axis | { readonly wrong: string } {
  const [, name = '', written = ''] = /^\s*([^=]+?)\s*=\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (name === '') return { wrong: `write it as reps.POOL.count=8..14 or arrivals=80%..120%/10%` };
  const ofArrivals = name === 'arrivals';
  const values = valuesOf(written, ofArrivals);
  if ('wrong' in values) return values;
  const numbers = values.numbers;
  if (ofArrivals) {
    const fixed = plan.arrivals.some(({ pattern }) => pattern === 'listed');
    if (fixed) return { wrong: 'arrivals that are given by their times cannot be scaled' };
    return {
      name,
      values: numbers.map((percent) => `${percent}%`),
      set: (base, i) => ({
        ...base,
        arrivals: base.arrivals.map((one) => scaled(one, (numbers[i] ?? 100) / 100)),
      }),
    };
  }
  const knob = knobOf(name, plan);
  if ('wrong' in knob) return { wrong: `${knob.wrong}; or arrivals` };
  return {
    name,
    values: numbers.map(String),
    set(base, i) {
      const own = knobOf(name, base);
      if ('wrong' in own) throw new Error(own.wrong);
      return own.set(numbers[i] ?? own.now);
    },
  };
}

/** `8..14`, `8..20/4`, `8, 10, 12`; percentages where they scale something. */
function valuesOf(
  written: string,
  ofPercent: boolean,
): { readonly numbers: readonly number[] } | { readonly wrong: string } {
  const wants = ofPercent
    ? 'percentages such as 80%..120%/10% or 50%, 100%'
    : 'whole numbers from 1, such as 8..14, 8..20/4 or 8, 10';
  const wrong = { wrong: `expected ${wants}, found '${written}'` };
  const read = (text: string): number => {
    const [, digits] = (ofPercent ? /^(\d+(?:\.\d+)?)\s*%$/ : /^(\d+)$/).exec(text.trim()) ?? [];
    return Number(digits ?? Number.NaN);
  };
  const [, from, to, step] = /^(.+?)\.\.([^/]+)(?:\/(.+))?$/.exec(written) ?? [];
  const numbers: number[] = [];
  if (from !== undefined && to !== undefined) {
    const by = step === undefined ? (ofPercent ? 10 : 1) : read(step);
    if (!(by > 0) || !(read(from) <= read(to))) return wrong;
    const count = Math.floor((read(to) - read(from)) / by + 1e-9) + 1;
    if (count > MOST_VALUES) return { wrong: `more than ${MOST_VALUES} values` };
    for (let i = 0; i < count; i += 1) numbers.push(read(from) + i * by);
  } else {
    numbers.push(...written.split(',').map(read));
  }
  return numbers.some((number) => !(number > 0)) ? wrong : { numbers };
}

/** The same arrivals, so many times as frequent. */
export function scaled(arrival: Arrival, factor: number): Arrival {
  const { wave, mmpp, closed, stages } = arrival;
  return {
    ...arrival,
    stages: stages.map(({ forMs, from, to }) => ({ forMs, from: from * factor, to: to * factor })),
    ...(wave && {
      wave: { ...wave, mean: wave.mean * factor, amplitude: wave.amplitude * factor },
    }),
    ...(mmpp && {
      mmpp: {
        ...mmpp,
        phases: mmpp.phases.map(({ rate, meanMs }) => ({ rate: rate * factor, meanMs })),
      },
    }),
    ...(closed && {
      closed: { ...closed, customers: Math.max(1, Math.round(closed.customers * factor)) },
    }),
  };
}
