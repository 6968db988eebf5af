/**
 * Durations, rates and percentages as people write them, turned into ms, arrivals per ms and
 * chances. Pure text work.
 */

/** What came of reading a text: its value, or what is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PER = { s: MS.s, min: MS.m, m: MS.m, h: MS.h, d: MS.d } as const;

export const DURATION_PATTERN = '^\\s*(\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)\\s*)+$';
export const RATE_PATTERN = '^\\s*\\d+(\\.\\d+)?\\s*/\\s*(s|min|m|h|d)\\s*$';
export const PERCENTAGE_PATTERN = '^\\s*\\d+(\\.\\d+)?\\s*%\\s*$';

/** `30s`, `1.5m`, `1h30m`, `250ms`, `2d` -> ms. */
export function parseDuration(text: string): Parsed<number> {
  if (new RegExp(DURATION_PATTERN).test(text)) {
    let ms = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g)) {
      ms += Number(amount) * MS[unit as keyof typeof MS];
    }
    return finite(ms, text);
  }
  if (/^\s*-/.test(text)) return { wrong: `a duration cannot be negative: '${text}'` };
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return { wrong: needsUnit(text, `${text.trim()}s`) };
  const unit = /^\s*\d+(?:\.\d+)?\s*([a-zA-Zµ]+)\s*$/.exec(text)?.[1];
  if (unit !== undefined) return { wrong: `unknown unit '${unit}' in '${text}'; ${UNITS}` };
  return { wrong: `expected a duration such as 30s, 1.5m or 1h30m, found '${text}'` };
}

/** `5/s`, `10/min`, `120/h` -> arrivals per ms. */
export function parseRate(text: string): Parsed<number> {
  const [, amount, unit] = /^\s*(-?\d+(?:\.\d+)?)\s*\/\s*([a-zA-Z]+)\s*$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return { wrong: needsUnit(text, `${text.trim()}/h`) };
    return { wrong: `expected a rate such as 5/s, 10/min or 120/h, found '${text}'` };
  }
  if (amount.startsWith('-')) return { wrong: `a rate cannot be negative: '${text}'` };
  if (!Object.hasOwn(PER, unit)) {
    return { wrong: `unknown unit '${unit}' in '${text}'; rates are per s, min, h or d` };
  }
  return finite(Number(amount) / PER[unit as keyof typeof PER], text);
}

/** `80%` -> 0.8. */
export function parsePercentage(text: string): Parsed<number> {
  const [, amount] = /^\s*(-?\d+(?:\.\d+)?)\s*%\s*$/.exec(text) ?? [];
  if (amount === undefined) return { wrong: `expected a percentage such as 2%, found '${text}'` };
  const value = Number(amount) / 100;
  if (value < 0 || value > 1) return { wrong: `expected 0% to 100%, found '${text}'` };
  return { value };
}

/** "has no unit" for a bare number, with what was probably meant. */
export function needsUnit(found: string | number, meant: string): string {
  return `${`${found}`.trim()} has no unit; write for example ${meant}`;
}

/** ms as people write it: `90000` -> `1m30s`. */
export function writeDuration(ms: number): string {
  let rest = ms;
  const parts = (['d', 'h', 'm', 's'] as const).map((unit) => {
    const count = Math.floor(rest / MS[unit]);
    rest -= count * MS[unit];
    return count > 0 ? `${count}${unit}` : '';
  });
  const written = parts.join('') + (rest > 0 ? `${rest}ms` : '');
  return written === '' ? '0s' : written;
}

const UNITS = 'units are ms, s, m (minutes), h and d';

function finite(value: number, text: string): Parsed<number> {
  return Number.isFinite(value) ? { value } : { wrong: `'${text}' is too large` };
}
