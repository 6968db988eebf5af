/** Business hours, pure: whether it is open at a moment, by the clock on the wall of their zone. */

export const DAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

export type Day = (typeof DAYS)[number];

export interface BusinessHours {
  /** IANA name. */
  readonly timeZone: string;
  /** Stretches in ms since local midnight, by the wall clock; a missing day is closed. */
  readonly days: Readonly<
    Partial<Record<Day, readonly { readonly fromMs: number; readonly toMs: number }[]>>
  >;
  /** Local dates that are closed, `2026-12-25`. */
  readonly holidays: readonly string[];
}

export function isOpenAt({ timeZone, days, holidays }: BusinessHours, unixMs: number): boolean {
  const { date, day, ms } = wallClock(timeZone, unixMs);
  if (holidays.includes(date)) return false;
  return (days[day] ?? []).some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string, unixMs: number) {
  let format = FORMATS.get(timeZone);
  if (format === undefined) {
    const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    const date = { year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'long' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...date, ...time });
    FORMATS.set(timeZone, format);
  }
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(unixMs)) parts[type] = value;
  const { year, month, day, weekday = '', hour, minute, second } = parts;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return {
    date: `${year}-${month}-${day}`,
    day: weekday.toLowerCase() as Day,
    ms: seconds * 1000 + (((unixMs % 1000) + 1000) % 1000),
  };
}
