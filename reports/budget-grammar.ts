/**
 * Budgets as text: `p95(speedToAnswer) < 30s where queue = front-line`. Reads one and says what is
 * wrong with it; knows nothing about runs or results.
 *
 *   latency   min|avg|mean|med|pN|max (measure) op duration
 *   service   serviceLevel(60s) op percent, and its variants
 *   rate      abandonment op percent
 *   count     count(accepted) op number
 *   each with op < <= > >= = ==, and at will: where channel|queue|skill|rep = name,
 *   between 1h and 2h; a bound may be `baseline`, `baseline + 10%`, `baseline - 2 points`
 */
import { closest, distance } from 'fastest-levenshtein';
import {
  COUNTS,
  type CountName,
  type Dimension,
  LATENCIES,
  type LatencyName,
  namesOf,
} from './measures.ts';
import type { Where } from './rows.ts';
import { RATES, type RateName, SERVICE_LEVELS, type ServiceLevelName } from './shares.ts';

export type Operator = '<' | '<=' | '>' | '>=' | '=';
export type Unit = 'ms' | 'share' | 'count';

export type Subject =
  | { readonly kind: 'latency'; readonly name: LatencyName; readonly stat: Statistic }
  | { readonly kind: 'serviceLevel'; readonly name: ServiceLevelName; readonly withinMs: number }
  | { readonly kind: 'rate'; readonly name: RateName }
  | { readonly kind: 'count'; readonly name: CountName };

/** `quantile` above 0, up to 1. */
export type Statistic = 'min' | 'mean' | 'max' | { readonly quantile: number };

export interface Budget {
  readonly text: string;
  readonly subject: Subject;
  readonly operator: Operator;
  /** Of one that goes by a baseline: nothing until `boundBy` has it. */
  readonly bound: number;
  readonly unit: Unit;
  readonly where?: Where;
  /** Only what began then counts, in ms from the beginning. */
  readonly window?: Window;
  readonly relative?: Relative;
}

export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** baseline times `factor` plus `plus`, in the budget's unit. */
export interface Relative {
  readonly factor: number;
  readonly plus: number;
}

interface Complaint {
  readonly error: string;
}

const SHAPE =
  /^\s*(?<head>[\w.]+)\s*(?:\(\s*(?<inner>[^()]*?)\s*\))?\s*(?<op>[<>]=?|==?)\s*(?<bound>\S.*)$/;
const WHERE = /^(?<rest>.*?)\s+where\s+(?<by>\w+)\s*==?\s*(?<id>.+?)\s*$/;
const BETWEEN = /^(?<rest>.*?)\s+between\s+(?<from>\S.*?)\s+and\s+(?<until>\S.*?)\s*$/;
const EXAMPLE = "such as 'p95(speedToAnswer) < 30s' or 'serviceLevel(60s) >= 80%'";
const DIMENSIONS: readonly Dimension[] = ['channel', 'queue', 'skill', 'rep'];

export function parseBudget(text: string): Budget | Complaint {
  const timed = BETWEEN.exec(text)?.groups;
  const window = timed && readWindow(timed.from ?? '', timed.until ?? '');
  if (window !== undefined && 'error' in window) return window;
  const untimed = timed?.rest ?? text;
  const filtered = WHERE.exec(untimed)?.groups;
  const main = SHAPE.exec((filtered?.rest ?? untimed).trimEnd())?.groups;
  if (main?.head === undefined || main.op === undefined || main.bound === undefined) {
    return { error: `expected a budget ${EXAMPLE}` };
  }
  const subject = readSubject(main.head, main.inner);
  if ('error' in subject) return subject;
  const bound = readBound(subject, main.bound);
  if ('error' in bound) return bound;
  const operator = (main.op === '==' ? '=' : main.op) as Operator;
  const budget = {
    ...{ text, subject, operator, ...bound, unit: unitOf(subject) },
    ...(window !== undefined && { window }),
  };
  if (filtered?.by === undefined || filtered.id === undefined) return budget;
  const where = readWhere(subject, filtered.by, filtered.id);
  return 'error' in where ? where : { ...budget, where };
}

type Measured = Pick<Budget, 'subject' | 'where' | 'window'>;

/** The measure of a budget as it is written: `p95(speedToAnswer) where queue = front-line`. */
export function measureOf({ subject, where, window }: Measured): string {
  const filter = where === undefined ? '' : ` where ${where.by} = ${where.id}`;
  const time = window === undefined ? '' : ` between ${window.fromMs}ms and ${window.untilMs}ms`;
  const place = filter + time;
  if (subject.kind === 'rate') return subject.name + place;
  if (subject.kind === 'count') return `count(${subject.name})${place}`;
  if (subject.kind === 'serviceLevel') {
    return `${subject.name}(${subject.withinMs / 1000}s)${place}`;
  }
  const { stat } = subject;
  const statistic =
    typeof stat === 'string' ? stat : `p${Number((stat.quantile * 100).toFixed(6))}`;
  return `${statistic}(${subject.name})${place}`;
}

function readWindow(from: string, until: string): Window | Complaint {
  const [fromMs, untilMs] = [from, until].map((text) => (text === '0' ? 0 : readDuration(text)));
  if (fromMs === undefined || untilMs === undefined) {
    return { error: `between: write two times from the beginning, as in between 1h and 2h` };
  }
  if (fromMs < untilMs) return { fromMs, untilMs };
  return { error: `between: ${from} is not before ${until}` };
}

/** `; did you mean 'x'?`, or what there is. */
export function suggest(word: string, words: readonly string[]): string {
  if (words.length === 0) return '; there are none';
  const nearest = closest(
    word.toLowerCase(),
    [...words].map((each) => each.toLowerCase()),
  );
  const meant = words.find((each) => each.toLowerCase() === nearest) ?? '';
  if (distance(word.toLowerCase(), nearest) <= Math.max(2, meant.length / 3)) {
    return `; did you mean '${meant}'?`;
  }
  const shown = words.slice(0, 12).join(', ');
  return words.length <= 12 ? `; expected one of ${shown}` : `; expected one of ${shown}, ...`;
}

function readSubject(head: string, inner: string | undefined): Subject | Complaint {
  if (isIn(SERVICE_LEVELS, head)) {
    const withinMs = inner === undefined ? undefined : readDuration(inner);
    if (withinMs !== undefined) return { kind: 'serviceLevel', name: head, withinMs };
    return { error: `${head} needs a time, as in ${head}(60s)` };
  }
  if (inner === undefined) return readRate(head);
  if (head === 'count') {
    if (isIn(COUNTS, inner)) return { kind: 'count', name: inner };
    return { error: `unknown count '${inner}'${suggest(inner, namesOf(COUNTS))}` };
  }
  if (isIn(RATES, head)) return { error: `${head} is written bare, as in ${head} < 5%` };
  const stat = readStatistic(head);
  if (typeof stat === 'object' && 'error' in stat) return stat;
  if (isIn(LATENCIES, inner)) return { kind: 'latency', name: inner, stat };
  if (isIn(RATES, inner))
    return { error: `${inner} is a share: write it bare, as in ${inner} < 5%` };
  return { error: `unknown measure '${inner}'${suggest(inner, namesOf(LATENCIES))}` };
}

function readRate(head: string): Subject | Complaint {
  if (isIn(RATES, head)) return { kind: 'rate', name: head };
  if (isIn(LATENCIES, head)) {
    return { error: `${head} is a duration: say which of its values, as in p95(${head})` };
  }
  if (isIn(COUNTS, head)) return { error: `${head} is a count: write count(${head})` };
  const words = [...namesOf(RATES), ...namesOf(SERVICE_LEVELS), ...namesOf(LATENCIES)];
  return { error: `unknown measure '${head}'${suggest(head, words)}` };
}

function readStatistic(head: string): Statistic | Complaint {
  if (head === 'min' || head === 'max' || head === 'mean') return head;
  if (head === 'avg') return 'mean';
  if (head === 'med') return { quantile: 0.5 };
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(head)?.[1];
  if (percentile === undefined) {
    const words = ['min', 'avg', 'mean', 'med', 'p95', 'max', 'count', ...namesOf(SERVICE_LEVELS)];
    return { error: `unknown statistic '${head}'${suggest(head, words)}` };
  }
  const share = Number(percentile) / 100;
  if (share > 0 && share <= 1) return { quantile: share };
  return { error: `'${head}' is no percentile: expected one above p0, up to p100` };
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 } as const;

/** `850ms`, `1.5s`, `1m 30s`; nothing if it is none. */
function readDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|s|min|m|h)\s*)+$/.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)/g)) {
    total += Number(value) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
}

function unitOf(subject: Subject): Unit {
  if (subject.kind === 'latency') return 'ms';
  return subject.kind === 'count' ? 'count' : 'share';
}

interface Bound {
  readonly bound: number;
  readonly relative?: Relative;
}

function readBound(subject: Subject, text: string): Bound | Complaint {
  const [, sign, amount] = /^baseline\s*(?:([+-])\s*(\S.*?))?\s*$/.exec(text) ?? [];
  if (/^baseline\b/.test(text)) return readRelative(subject, text, sign, amount);
  const bound = readAbsolute(subject, text);
  return typeof bound === 'number' ? { bound } : bound;
}

function readRelative(
  subject: Subject,
  text: string,
  sign: string | undefined,
  amount: string | undefined,
): Bound | Complaint {
  const by = sign === '-' ? -1 : 1;
  const relative = (factor: number, plus: number) => {
    return { bound: Number.NaN, relative: { factor: 1 + by * factor, plus: by * plus } };
  };
  if (text.trim() === 'baseline') return relative(0, 0);
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(amount ?? '')?.[1];
  if (percent !== undefined) return relative(Number(percent) / 100, 0);
  const points = /^(\d+(?:\.\d+)?)\s*points?$/.exec(amount ?? '')?.[1];
  const unit = unitOf(subject);
  if (unit === 'share' && points !== undefined) return relative(0, Number(points) / 100);
  const duration = readDuration(amount ?? '');
  if (unit === 'ms' && duration !== undefined) return relative(0, duration);
  if (unit === 'count' && /^\d+$/.test(amount ?? '')) return relative(0, Number(amount));
  const own = { ms: 'baseline + 500ms', share: 'baseline - 2 points', count: 'baseline + 10' }[
    unit
  ];
  return { error: `write baseline, baseline + 10% or ${own}, not ${text}` };
}

function readAbsolute(subject: Subject, text: string): number | Complaint {
  const { name } = subject;
  if (subject.kind === 'latency') {
    const bound = readDuration(text);
    return bound ?? { error: `${name} is a duration: write 30s or 850ms, not ${text}` };
  }
  if (subject.kind === 'count') {
    if (/^\d+$/.test(text)) return Number(text);
    return { error: `${name} is a count: write a whole number without unit, not ${text}` };
  }
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100;
  const number = /^\d+(?:\.\d+)?/.exec(text)?.[0];
  const meant = number !== undefined && Number(number) <= 100 ? `${number}%` : '5%';
  return { error: `${name} is a share: write ${meant}, not ${text}` };
}

function readWhere(subject: Subject, by: string, id: string): Where | Complaint {
  const dimension = DIMENSIONS.find((each) => each === by);
  if (dimension === undefined) return { error: `unknown filter '${by}'${suggest(by, DIMENSIONS)}` };
  const table = { latency: LATENCIES, serviceLevel: SERVICE_LEVELS, rate: RATES, count: COUNTS };
  const measures: Readonly<Record<string, { readonly by: readonly Dimension[] }>> =
    table[subject.kind];
  const known = measures[subject.name]?.by ?? [];
  if (known.includes(dimension)) return { by: dimension, id: id.replace(/^(['"])(.*)\1$/, '$2') };
  return { error: `${subject.name} is not told apart by ${by}, only by ${known.join(' and ')}` };
}

function isIn<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name);
}
