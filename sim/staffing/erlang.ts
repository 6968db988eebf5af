/**
 * Erlang C and A: what queueing theory says of a pool of servers with Poisson arrivals, exponential
 * service and, in A, exponential patience. Rates per ms, times in ms. Sources: Gross and Harris,
 * Fundamentals of Queueing Theory; Mandelbaum and Zeltyn, Service Engineering in Action (2007).
 */

export interface Queue {
  /** Arrivals per ms. */
  readonly lambda: number;
  readonly meanServiceMs: number;
  /** Absent: they wait for ever (Erlang C). */
  readonly meanPatienceMs?: number;
}

export interface Prediction {
  readonly pWait: number;
  readonly abandonment: number;
  /** Over all who arrive; of those who leave, until they leave. */
  readonly meanWaitMs: number;
  /** Over those who are answered. */
  readonly meanSpeedToAnswerMs: number;
  /** Answered within the time, over all who arrive. */
  serviceLevel(withinMs: number): number;
}

/** Nothing for an overloaded queue without abandonment: it has no steady state. */
export function predict(queue: Queue, servers: number): Prediction | undefined {
  const { lambda, meanServiceMs, meanPatienceMs } = queue;
  const mu = 1 / meanServiceMs;
  if (meanPatienceMs === undefined && lambda >= servers * mu) return undefined;
  const theta = meanPatienceMs === undefined ? 0 : 1 / meanPatienceMs;
  const waiting = waitingStates(lambda, mu, theta, servers);
  const pWait = waiting.reduce((sum, p) => sum + p, 0);
  const meanQueue = waiting.reduce((sum, p, k) => sum + p * k, 0);
  const abandonment = (theta * meanQueue) / lambda;
  // Who finds k waiting is answered unless they lose patience first.
  const fates = waiting.map((p, k) => ({ p, fate: fateAt(k, servers * mu, theta) }));
  const answered = 1 - abandonment;
  const waitOfAnswered = fates.reduce((sum, { p, fate }) => sum + p * fate.meanIfAnsweredMs, 0);
  return {
    pWait,
    abandonment,
    meanWaitMs: meanQueue / lambda,
    meanSpeedToAnswerMs: waitOfAnswered / answered,
    serviceLevel: (withinMs) =>
      1 -
      pWait +
      fates.reduce((sum, { p }, k) => {
        return sum + p * answeredWithin(k, servers * mu, theta, withinMs);
      }, 0),
  };
}

/** Chances to find all busy and k waiting, by k. */
function waitingStates(lambda: number, mu: number, theta: number, servers: number): number[] {
  // Relative to the state in which all servers are just busy, downwards and upwards.
  let below = 0;
  for (let n = servers, p = 1; n > 0 && p > 1e-18; n -= 1) {
    p *= (n * mu) / lambda;
    below += p;
  }
  const above: number[] = [];
  for (let k = 0, p = 1; p > 1e-14 && k < MOST_WAITING; k += 1) {
    above.push(p);
    p *= lambda / (servers * mu + (k + 1) * theta);
  }
  const all = below + above.reduce((sum, p) => sum + p, 0);
  return above.map((p) => p / all);
}

const MOST_WAITING = 1_000_000;

/** Behind k others: the place moves on at rate c mu + j theta with j ahead, one of them oneself. */
function fateAt(k: number, rate: number, theta: number): { readonly meanIfAnsweredMs: number } {
  let answered = 1;
  let mean = 0;
  for (let j = k; j >= 0; j -= 1) {
    const leaving = rate + (j + 1) * theta;
    answered *= (rate + j * theta) / leaving;
    mean += 1 / leaving;
  }
  return { meanIfAnsweredMs: answered * mean };
}

/** The chance to be answered, not to have left, within the time when k others go before. */
function answeredWithin(k: number, rate: number, theta: number, withinMs: number): number {
  if (theta === 0) return 1 - poissonUpTo(k, rate * withinMs);
  // A death process with linear rates: with u = 1 - e^-θt and a = rate / θ, the density of being
  // answered is a (a+1) ... (a+k) / k! u^k (1-u)^a du. By Simpson's rule.
  const share = 1 - Math.exp(-theta * withinMs);
  const a = rate / theta;
  let log = Math.log(a);
  for (let j = 1; j <= k; j += 1) log += Math.log((a + j) / j);
  const steps = 400;
  const h = share / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const u = i * h;
    const f =
      u === 0
        ? k === 0
          ? Math.exp(log)
          : 0
        : Math.exp(log + k * Math.log(u) + a * Math.log1p(-u));
    sum += f * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * h) / 3;
}

/** P(N <= k) of a Poisson variable. */
function poissonUpTo(k: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let n = 1; n <= k; n += 1) {
    term *= mean / n;
    sum += term;
  }
  return Math.min(1, sum);
}
