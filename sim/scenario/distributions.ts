/**
 * The grammar of distributions: `lognormal(mean 20s, sd 15s)`. Reads and checks them; drawing
 * from them is `sim/random.ts`.
 */
import type { Distribution } from '../plan.ts';
import { hint } from './complaints.ts';
import { fromPercentiles, percentOf, takesPercentiles } from './percentiles.ts';
import { DURATION_PATTERN, type Parsed, parseDuration } from './units.ts';

interface Form {
  readonly params: readonly string[];
  readonly usage: string;
  /** What must hold of the parameters, said as a complaint when it doesn't. */
  readonly check: (params: Readonly<Record<string, number>>) => string | undefined;
}

const positive =
  (...names: string[]): Form['check'] =>
  (params) => {
    const bad = names.find((name) => (params[name] ?? 0) <= 0);
    return bad === undefined ? undefined : `${bad} must be more than 0`;
  };

const FORMS: Readonly<Record<Distribution['name'], Form>> = {
  constant: { params: ['value'], usage: 'constant(20s)', check: () => undefined },
  uniform: {
    params: ['min', 'max'],
    usage: 'uniform(2s, 6s)',
    check: ({ min = 0, max = 0 }) => (min <= max ? undefined : 'min must not be more than max'),
  },
  exponential: { params: ['mean'], usage: 'exponential(mean 5m)', check: positive('mean') },
  lognormal: {
    params: ['mean', 'sd'],
    usage: 'lognormal(mean 20s, sd 15s)',
    check: positive('mean'),
  },
  normal: { params: ['mean', 'sd'], usage: 'normal(mean 20s, sd 5s)', check: () => undefined },
  weibull: {
    params: ['mean', 'shape'],
    usage: 'weibull(mean 20s, shape 1.5)',
    check: positive('mean', 'shape'),
  },
  gamma: {
    params: ['mean', 'shape'],
    usage: 'gamma(mean 20s, shape 2)',
    check: positive('mean', 'shape'),
  },
  hyperexponential: {
    params: ['share', 'first', 'rest'],
    usage: 'hyperexponential(share 0.9, first 30s, rest 10m)',
    check: (params) =>
      (params.share ?? 0) > 1 ? 'share must not be more than 1' : positive('first', 'rest')(params),
  },
  percentiles: {
    params: [],
    usage: 'percentiles(p0 2s, p50 20s, p90 45s, p100 3m)',
    check: () => undefined,
  },
};

const CALL_PATTERN = `(${Object.keys(FORMS).join('|')})\\s*\\(.*\\)`;
export const DISTRIBUTION_PATTERN = `^\\s*${CALL_PATTERN}\\s*$|${DURATION_PATTERN}`;
export const DISTRIBUTION_EXAMPLES: readonly string[] = [
  ...Object.values(FORMS).map(({ usage }) => usage),
  'lognormal(p50 20s, p95 60s)',
];

/** A distribution, or a bare duration, which means constant. */
export function parseDistribution(text: string): Parsed<Distribution> {
  const [, name, inside] = /^\s*([a-zA-Z]+)\s*\(([^()]*)\)\s*$/.exec(text) ?? [];
  if (name === undefined || inside === undefined) return parseBare(text);
  if (!isName(name)) {
    return { wrong: `unknown distribution '${name}'${hint(name, Object.keys(FORMS))}` };
  }
  const form = FORMS[name];
  const params = parsePercentiles(name, inside) ?? parseParams(form, inside);
  if ('wrong' in params) return { wrong: `${params.wrong}; write it as ${form.usage}` };
  const wrong = form.check(params.value);
  if (wrong !== undefined) return { wrong: `${wrong} in '${text.trim()}'` };
  return { value: { name, params: params.value } };
}

function parseBare(text: string): Parsed<Distribution> {
  if (isName(text.trim())) {
    return { wrong: `'${text.trim()}' needs parameters; write for example ${usageOf(text)}` };
  }
  if (!/^\s*[-\d]/.test(text)) {
    return { wrong: `expected a duration or a distribution such as 20s or ${usageOf('')}` };
  }
  const duration = parseDuration(text);
  if ('wrong' in duration) return duration;
  return { value: { name: 'constant', params: { value: duration.value } } };
}

function usageOf(text: string): string {
  const name = text.trim();
  return FORMS[isName(name) ? name : 'lognormal'].usage;
}

function isName(word: string): word is Distribution['name'] {
  return Object.hasOwn(FORMS, word);
}

/** `p50 20s, p95 60s`, where a distribution takes them; nothing if it is no such list. */
function parsePercentiles(
  name: Distribution['name'],
  inside: string,
): Parsed<Readonly<Record<string, number>>> | undefined {
  const written = inside.split(',').map((one) => /^\s*(p[\d.]+)\s+(.*)$/.exec(one));
  if (!takesPercentiles(name) || written.every((one) => one === null)) return undefined;
  const percentiles = new Map<number, number>();
  for (const [i, one] of written.entries()) {
    const percent = one?.[1] === undefined ? undefined : percentOf(one[1]);
    if (percent === undefined || percent > 100) {
      return { wrong: `'${inside.split(',')[i]?.trim()}' is no percentile such as p50 20s` };
    }
    if (percentiles.has(percent)) return { wrong: `'p${percent}' is given twice` };
    const ms = parseDuration(one?.[2] ?? '');
    if ('wrong' in ms) return { wrong: `p${percent}: ${ms.wrong}` };
    percentiles.set(percent, ms.value);
  }
  return fromPercentiles(
    name,
    Array.from(percentiles, ([percent, ms]) => ({ percent, ms })),
  );
}

/** By name in any order, as in `mean 20s`; constant and uniform also by position. */
function parseParams(form: Form, inside: string): Parsed<Record<string, number>> {
  const params: Record<string, number> = {};
  const written = inside.trim() === '' ? [] : inside.split(',');
  const byPosition = form.params[0] === 'value' || form.params[0] === 'min';
  for (const [i, argument] of written.entries()) {
    const [, word, amount = ''] = /^\s*([a-zA-Z]+)?\s*(.*)$/.exec(argument) ?? [];
    const name = word ?? (byPosition ? form.params[i] : undefined);
    if (name === undefined)
      return { wrong: `'${argument.trim()}' needs a name or is one too many` };
    if (!form.params.includes(name)) {
      return { wrong: `unknown parameter '${name}'${hint(name, form.params)}` };
    }
    if (Object.hasOwn(params, name)) return { wrong: `'${name}' is given twice` };
    const isPlain = name === 'shape' || name === 'share';
    const value = isPlain ? parsePlain(amount) : parseDuration(amount);
    if ('wrong' in value) return { wrong: `${name}: ${value.wrong}` };
    params[name] = value.value;
  }
  if (form.params.length === 0) return { wrong: 'needs percentiles' };
  const missing = form.params.filter((name) => !Object.hasOwn(params, name));
  if (missing.length > 0) return { wrong: `${missing.join(' and ')} missing` };
  return { value: params };
}

function parsePlain(text: string): Parsed<number> {
  if (/^\d+(\.\d+)?\s*$/.test(text)) return { value: Number(text) };
  return { wrong: `expected a plain number, found '${text.trim()}'` };
}
