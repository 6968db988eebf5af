/** Numbers and names as people read them. English, no locale of the machine. */
import { stripVTControlCharacters } from 'node:util';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

/** `1h 02m`, `1m 23s`, `12.3 s`, `850 ms`, `0.42 ms`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms === 0) return '0 s';
  if (ms < 9.995) return `${ms.toPrecision(2)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))}h ${two(minutes % 60)}m`;
}

/** `83.2%`; a dash when there is nothing to take a share of. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '-' : `${(share * 100).toFixed(1)}%`;
}

/** `1,234,567`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 conversation`, `2 conversations`. */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A value of a budget or measure in its own unit. */
export type Unit = 'ms' | 'share' | 'count';

/** `12.3 s`, `83.2%`, `1,234`; `no data` for nothing. */
export function inUnit(value: number | null, unit: Unit): string {
  if (value === null) return 'no data';
  if (unit === 'ms') return duration(value);
  return unit === 'share' ? percent(value) : count(value);
}

/** A difference: of shares in percentage points. */
export function points(value: number, unit: Unit): string {
  return unit === 'share' ? `${(value * 100).toFixed(1)} points` : inUnit(value, unit);
}

/** A name from a file, made safe for one line of a terminal. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Emoji, and the East Asian letters that take two columns. */
const WIDE = new RegExp(
  '\\p{Emoji_Presentation}|\\uFE0F|[\\u1100-\\u115F\\u2E80-\\uA4CF\\uAC00-\\uD7A3]|' +
    '[\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF00-\\uFF60\\uFFE0-\\uFFE6]|[\\u{20000}-\\u{3FFFD}]',
  'u',
);

/** Columns a plain text takes in a terminal. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of GRAPHEMES.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** At most `columns` wide, with an ellipsis where something was cut off. */
export function shorten(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += width(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
