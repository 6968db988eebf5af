/**
 * The smallest number that meets a target: doubling until it is met, then bisection. More never
 * hurts, so each answer rules out all on one side of it. Met means with confidence: the whole
 * interval is on the right side of the bound.
 */

export interface Tried {
  readonly number: number;
  readonly isMet: boolean;
}

/** Nothing when `most` does not meet it either. All that were tried, in the order of trying. */
export async function smallest<T extends Tried>(
  attempt: (number: number) => Promise<T>,
  { start, most }: { readonly start: number; readonly most: number },
): Promise<{ readonly found: T | undefined; readonly tried: readonly T[] }> {
  const tried: T[] = [];
  const attemptOnce = async (number: number): Promise<T> => {
    const known = tried.find((one) => one.number === number);
    if (known !== undefined) return known;
    const one = await attempt(number);
    tried.push(one);
    return one;
  };
  let fails = 0;
  let meets: T | undefined;
  for (let number = Math.min(Math.max(1, start), most); ; number = Math.min(2 * number, most)) {
    const one = await attemptOnce(number);
    if (one.isMet) meets = one;
    else fails = number;
    if (one.isMet || number === most) break;
  }
  if (meets === undefined) return { found: undefined, tried };
  while (meets.number - fails > 1) {
    const middle = await attemptOnce(Math.floor((fails + meets.number) / 2));
    if (middle.isMet) meets = middle;
    else fails = middle.number;
  }
  return { found: meets, tried };
}
