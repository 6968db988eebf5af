/**
 * Chance, keyed: every draw belongs to (seed, purpose, id), whoever asks and in whatever order. So
 * two set-ups meet the same customers, and a new draw somewhere changes no draw elsewhere. The
 * generator is pure-rand's, the distributions are d3-random's; only the keying is ours.
 */
import {
  randomExponential,
  randomGamma,
  randomLogNormal,
  randomNormal,
  randomUniform,
  randomWeibull,
} from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { Distribution } from './plan.ts';

export interface Random {
  /** A number in [0, 1). */
  uniform(purpose: string, id: string | number): number;
  /** A draw in the distribution's unit; never below 0. */
  draw(distribution: Distribution, purpose: string, id: string | number): number;
}

export function createRandom(seed: number): Random {
  const source = (purpose: string, id: string | number) => {
    const generator = xoroshiro128plusFromState(hash128(`${seed}/${purpose}/${id}`));
    return () => uniformFloat64(generator);
  };
  return {
    uniform: (purpose, id) => source(purpose, id)(),
    draw(distribution, purpose, id) {
      if (distribution.name === 'constant') return distribution.params.value ?? 0;
      return Math.max(0, sample(distribution, source(purpose, id)));
    },
  };
}

/**
 * One draw. The samplers are made anew each time on purpose: d3's normal keeps its second value
 * for the next call, which would let one customer's draw depend on another's.
 */
function sample({ name, params }: Distribution, source: () => number): number {
  const { mean = 0, sd = 0, min = 0, max = 0, shape = 1 } = params;
  if (name === 'exponential') return randomExponential.source(source)(1 / mean)();
  if (name === 'uniform') return randomUniform.source(source)(min, max)();
  if (name === 'normal') return randomNormal.source(source)(mean, sd)();
  if (name === 'lognormal') {
    const variance = Math.log1p((sd / mean) ** 2);
    const mu = Math.log(mean) - variance / 2;
    return randomLogNormal.source(source)(mu, Math.sqrt(variance))();
  }
  if (name === 'hyperexponential') {
    const { share = 0, first = 0, rest = 0 } = params;
    const branch = source() < share ? first : rest;
    return randomExponential.source(source)(1 / branch)();
  }
  if (name === 'percentiles') return between(params, source() * 100);
  if (name === 'gamma') return randomGamma.source(source)(shape, mean / shape)();
  // Mean 1 needs the scale 1 / gamma(1 + 1/shape).
  return randomWeibull.source(source)(shape)() * (mean / gammaFunction(1 + 1 / shape));
}

/** Which of several, by their weights and a draw in [0, 1). */
export function weighted(weights: readonly number[], draw: number): number {
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.length - 1 : found;
}

/** On the straight lines from one percentile to the next. */
function between(params: Distribution['params'], percent: number): number {
  let [below, low] = [0, params.p0 ?? 0];
  for (const [name, high] of Object.entries(params)) {
    const above = Number(name.slice(1));
    if (above >= percent && above > below) {
      return low + ((high - low) * (percent - below)) / (above - below);
    }
    [below, low] = [above, high];
  }
  return low;
}

/** Lanczos' approximation (g = 7, n = 9), good to 15 digits for the arguments used here (> 1). */
export function gammaFunction(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7,
  ];
  const z = x - 1;
  const t = z + 7.5;
  const sum = coefficients.reduce((total, c, i) => (i === 0 ? c : total + c / (z + i)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (z + 0.5) * Math.exp(-t) * sum;
}

/** The text, mixed into 128 bits: four multiply-xor lanes (Murmur's mixing), finished crosswise. */
function hash128(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i += 1) {
    const k = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ k, 597399067);
    b = c ^ Math.imul(b ^ k, 2869860233);
    c = d ^ Math.imul(c ^ k, 951274213);
    d = a ^ Math.imul(d ^ k, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  a = finish(a ^ b ^ c ^ d);
  return [a, finish(b ^ a), finish(c ^ a), finish(d ^ a) | 1];
}

/** Murmur3's 32-bit finisher: every input bit reaches every output bit. */
function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
