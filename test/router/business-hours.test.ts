import { describe, expect, it } from 'vitest';
import { type BusinessHours, isOpenAt } from '../../src/router/business-hours.ts';

const at = (hours: number, minutes = 0) => (hours * 60 + minutes) * 60_000;
const nineToFive = [{ fromMs: at(9), toMs: at(17) }];

function hours(changes: Partial<BusinessHours> = {}): BusinessHours {
  const days = { monday: nineToFive, sunday: nineToFive };
  return { timeZone: 'Europe/Berlin', days, holidays: [], ...changes };
}

const open = (when: string, changes?: Partial<BusinessHours>) =>
  isOpenAt(hours(changes), Date.parse(when));

describe('business hours', () => {
  it('begin at their first moment and are over at their last', () => {
    // A Monday in winter, one hour ahead of UTC.
    expect(open('2026-01-12T07:59:59.999Z')).toBe(false);
    expect(open('2026-01-12T08:00:00.000Z')).toBe(true);
    expect(open('2026-01-12T15:59:59.999Z')).toBe(true);
    expect(open('2026-01-12T16:00:00.000Z')).toBe(false);
  });

  it('are closed on days that have none', () => {
    expect(open('2026-01-13T10:00:00Z')).toBe(false);
  });

  it('go by the clock on the wall, in summer and in winter', () => {
    // The clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
    expect(open('2026-03-29T06:59:59Z')).toBe(false);
    expect(open('2026-03-29T07:00:00Z')).toBe(true);
    expect(open('2026-10-25T07:59:59Z')).toBe(false);
    expect(open('2026-10-25T08:00:00Z')).toBe(true);
  });

  it('that lie in the hour which comes twice are open both times', () => {
    const days = { sunday: [{ fromMs: at(2), toMs: at(3) }] };
    // 02:30 in summer time, and 02:30 again an hour later; then 03:00.
    expect(open('2026-10-25T00:30:00Z', { days })).toBe(true);
    expect(open('2026-10-25T01:30:00Z', { days })).toBe(true);
    expect(open('2026-10-25T02:00:00Z', { days })).toBe(false);
    // In spring there is no such hour.
    expect(open('2026-03-29T00:59:59Z', { days })).toBe(false);
    expect(open('2026-03-29T01:00:00Z', { days })).toBe(false);
  });

  it('know the day of their own zone', () => {
    // Sunday evening in UTC is Monday morning in Auckland, thirteen hours ahead.
    const timeZone = 'Pacific/Auckland';
    expect(open('2026-01-11T20:30:00Z', { timeZone, days: { monday: nineToFive } })).toBe(true);
    expect(open('2026-01-11T20:30:00Z', { timeZone, days: { sunday: nineToFive } })).toBe(false);
  });

  it('are closed on holidays, from midnight to midnight there', () => {
    const days = { monday: [{ fromMs: 0, toMs: at(24) }], sunday: [{ fromMs: 0, toMs: at(24) }] };
    const on = (when: string) => open(when, { days, holidays: ['2026-01-12'] });
    expect(on('2026-01-11T22:59:59Z')).toBe(true);
    expect(on('2026-01-11T23:00:00Z')).toBe(false);
    expect(on('2026-01-12T22:59:59Z')).toBe(false);
  });

  it('may be several stretches, to the end of the day', () => {
    const morning = { fromMs: at(9), toMs: at(12) };
    const night = { fromMs: at(22), toMs: at(24) };
    const days = { monday: [morning, night] };
    expect(open('2026-01-12T10:59:59Z', { days })).toBe(true);
    expect(open('2026-01-12T12:00:00Z', { days })).toBe(false);
    expect(open('2026-01-12T22:59:59.999Z', { days })).toBe(true);
  });
});
