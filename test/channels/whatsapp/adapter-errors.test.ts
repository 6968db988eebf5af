import { describe, expect, it } from 'vitest';
import { json } from '../../../src/http.ts';
import { outcomeOf } from './channel.ts';

/** Every HTTP status below means something else where no code is given. */
const failureOf = (status: number, code: number) =>
  outcomeOf(json(status, { error: { code, message: 'm' } }));

describe('a code means the same under any HTTP status', () => {
  it.each([
    [0, 'unauthorised'],
    [3, 'unauthorised'],
    [10, 'unauthorised'],
    [131005, 'unauthorised'],
    [131031, 'unauthorised'],
    [100, 'invalid'],
    [131008, 'invalid'],
    [131009, 'invalid'],
    [131051, 'invalid'],
    [4, 'throttled'],
    [131048, 'throttled'],
    [131056, 'throttled'],
    [131026, 'unreachable'],
    [131030, 'unreachable'],
    [131047, 'outsideWindow'],
    [131050, 'optedOut'],
  ])('%i: %s', (code, failure) => {
    for (const status of [400, 500]) {
      expect(failureOf(status, code)).toMatchObject({ failure, definite: true });
    }
  });

  it.each([1, 2, 131000, 131016, 131057])('%i: the platform’s fault, under 400 too', (code) => {
    for (const status of [400, 429, 500]) {
      const expected = { failure: 'platformError', definite: false, code: `${code}` };
      expect(failureOf(status, code)).toMatchObject(expected);
    }
  });

  it('but one unknown, or none that is a number, leaves it to the status', () => {
    expect(failureOf(403, 299)).toMatchObject({ failure: 'unauthorised', code: '299' });
    expect(failureOf(429, 999)).toMatchObject({ failure: 'throttled' });
    const odd = outcomeOf(json(400, { error: { code: '131047' } }));
    expect(odd).toMatchObject({ failure: 'invalid', code: '131047' });
  });
});
