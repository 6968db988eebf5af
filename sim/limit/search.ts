/**
 * Which rate to try next in search of the highest that holds, in percent of the scenario's. More
 * load never helps, so each answer rules out all on one side of it. Knows nothing of runs.
 */

/** What is known: the highest that held, and the lowest above it that did not. */
export interface Ends {
  readonly holds?: number;
  readonly breaks?: number;
}

/** The next to try by what is known; nothing: that will do. */
export type Next = (known: Ends) => number | undefined;

export interface Tried {
  readonly percent: number;
  readonly holds: boolean;
}

/** Below this there is nothing left to halve. */
export const LEAST_PERCENT = 1;

export interface Bisection {
  readonly from: number;
  readonly most: number;
  /** The two ends are so near, as a share of the lower one. */
  readonly precision: number;
  /** Whether two come to the same, as with whole customers; absent: never. */
  readonly isSame?: (a: number, b: number) => boolean;
}

/** Doubles until one does not hold, or halves until one does; then halves what lies between. */
export function bisection({ from, most, precision, isSame = () => false }: Bisection): Next {
  const unlessSame = (percent: number, ...ends: readonly number[]) =>
    ends.some((end) => percent === end || isSame(percent, end)) ? undefined : percent;
  return ({ holds, breaks }) => {
    if (holds === undefined && breaks === undefined) return from;
    if (breaks === undefined) return unlessSame(Math.min(2 * (holds ?? from), most), holds ?? from);
    if (holds === undefined) return unlessSame(Math.max(brief(breaks / 2), LEAST_PERCENT), breaks);
    if (breaks - holds <= precision * holds * (1 + 1e-9)) return undefined;
    return unlessSame(brief((holds + breaks) / 2), holds, breaks);
  };
}

export interface Steps {
  readonly from: number;
  readonly step: number;
  readonly most: number;
}

/** Upwards until one does not hold. */
export function steps({ from, step, most }: Steps): Next {
  return ({ holds, breaks }) => {
    if (breaks !== undefined) return undefined;
    if (holds === undefined) return from;
    return holds < most ? Math.min(Number((holds + step).toPrecision(9)), most) : undefined;
  };
}

/** Asks until `next` is content, or there is no answer (interrupted). In the order of asking. */
export async function search<T extends Tried>(
  ask: (percent: number) => Promise<T | undefined>,
  next: Next,
): Promise<readonly T[]> {
  const tried: T[] = [];
  for (;;) {
    const percent = next(endsOf(tried));
    const one = percent === undefined ? undefined : await ask(percent);
    if (one === undefined) return tried;
    tried.push(one);
  }
}

export function endsOf(tried: readonly Tried[]): Ends {
  const percents = (held: boolean) =>
    tried.filter(({ holds }) => holds === held).map(({ percent }) => percent);
  const held = percents(true);
  const holds = held.length === 0 ? undefined : Math.max(...held);
  const above = percents(false).filter((percent) => percent > (holds ?? 0));
  return {
    ...(holds !== undefined && { holds }),
    ...(above.length > 0 && { breaks: Math.min(...above) }),
  };
}

/** Three digits are enough, and easy to read. */
function brief(percent: number): number {
  return Number(percent.toPrecision(3));
}
