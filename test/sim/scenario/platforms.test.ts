/** What an org may say of a channel's platform, and a scenario of its faults. */
import { describe, expect, it } from 'vitest';
import { complaints, load } from './files.ts';

const set = (lines: string): [string, string] => ['queue: ', `${lines}\n    queue: `];

describe('limits of a channel', () => {
  it('are numbers by their documented names', () => {
    const { org } = load({ org: [set('limits: { bodyUnits: 900, media: 2 }')] });
    expect(Object.values(org.channels)[0]?.limits).toEqual({
      bodyUnits: 900,
      media: 2,
    });
  });

  it('that nobody knows are refused, with the nearest name', () => {
    const [first] = complaints({ org: [set('limits: { bodyUnit: 900 }')] });
    expect(first).toContain("sms has no such limits entry; did you mean 'bodyUnits'?");
    expect(complaints({ org: [set('limits: { bodyUnits: -1 }')] })[0]).toMatch(/at least 0/);
  });
});

describe('the account of a channel', () => {
  it('is text by known names', () => {
    const [first] = complaints({ org: [set('account: { authTokn: x }')] });
    expect(first).toContain("sms has no such account entry; did you mean 'authToken'?");
  });
});

describe('faults', () => {
  it('are shares and durations; absent ones are off', () => {
    const faults = '{ apiErrors: 1%, lateWebhooks: 50%, lateBy: 2s, batch: 500ms }';
    const { platforms } = load({
      scenario: [['lasts: 1h', `lasts: 1h\nplatforms:\n  faults: ${faults}`]],
    });
    expect(platforms.faults).toEqual({
      apiErrors: 0.01,
      lateWebhooks: 0.5,
      lateMs: 2000,
      batchMs: 500,
    });
    expect(load().platforms.faults).toEqual({});
  });
});
