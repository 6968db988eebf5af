import { describe, expect, it } from 'vitest';
import { proofOf, sign, verify } from '../../../src/channels/messenger/signature.ts';

/** RFC 4231 and RFC 2202, test case 2 of each. */
const KEY = 'Jefe';
const DATA = Buffer.from('what do ya want for nothing?');
const SHA256 = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
const SHA1 = 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79';

describe('signatures', () => {
  it('are those of the standards', () => {
    expect(sign(KEY, DATA)).toBe(`sha256=${SHA256}`);
    expect(sign(KEY, DATA, 'sha1')).toBe(`sha1=${SHA1}`);
    expect(proofOf(KEY, DATA.toString())).toBe(SHA256);
  });

  it('hold for one body and one secret', () => {
    const newer = { 'x-hub-signature-256': `sha256=${SHA256}` };
    const older = { 'x-hub-signature': `sha1=${SHA1}` };
    for (const headers of [newer, older, { ...newer, ...older }]) {
      expect(verify(KEY, headers, DATA)).toBe(true);
      expect(verify('jefe', headers, DATA)).toBe(false);
      expect(verify(KEY, headers, DATA.subarray(1))).toBe(false);
    }
    expect(verify(KEY, {}, DATA)).toBe(false);
    expect(verify(KEY, { ...older, 'x-hub-signature-256': '' }, DATA)).toBe(false);
  });
});
