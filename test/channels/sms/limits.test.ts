import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SMS_LIMITS, segmentsOf, splitBody } from '../../../src/channels/sms/limits.ts';

describe('segments', () => {
  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    // 153 is odd: the 77th pair does not fit into the first segment's last septet.
    ['€'.repeat(152), 2],
    ['€'.repeat(153), 3],
    ['ж'.repeat(70), 1],
    ['ж'.repeat(71), 2],
    ['ж'.repeat(134), 2],
    ['ж'.repeat(135), 3],
    [`ж${'a'.repeat(70)}`, 2],
    ['😀'.repeat(35), 1],
    // 67 is odd: only 33 pairs fit into a segment.
    ['😀'.repeat(66), 2],
    ['😀'.repeat(67), 3],
    ['ñÄß@£¤¿', 1],
  ])('%# takes the documented number', (text, segments) => {
    expect(segmentsOf(text)).toBe(segments);
  });

  it('knows GSM-7 from what is not: the cedilla only as a capital, no backtick', () => {
    expect(segmentsOf('Ç'.repeat(160))).toBe(1);
    expect(segmentsOf('ç'.repeat(160))).toBe(3);
    expect(segmentsOf('`'.repeat(160))).toBe(3);
  });
});

describe('splitBody', () => {
  it('leaves a body that fits alone, white space and all', () => {
    const text = ` ${'a'.repeat(1598)}\n`;
    expect(splitBody(text)).toEqual([text]);
  });

  it('cuts at the last white space that fits, and drops it', () => {
    expect(splitBody('one two  three', 9)).toEqual(['one two', 'three']);
    expect(splitBody('one two three', 7)).toEqual(['one two', 'three']);
    expect(splitBody('one two three', 6)).toEqual(['one', 'two', 'three']);
  });

  it('cuts a long word hard, but no code point', () => {
    expect(splitBody('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(splitBody('ab😀😀', 3)).toEqual(['ab', '😀', '😀']);
  });

  it('keeps every word, in parts that fit, for any text', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (list, limit) => {
        const text = list.join(' ');
        const parts = splitBody(text, limit);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
        }
        const squeeze = (value: string) => value.replace(/\s/g, '');
        expect(squeeze(parts.join(''))).toBe(squeeze(text));
        if (text.trim() !== '') expect(parts).not.toContain('');
      }),
    );
  });

  it('splits at the documented 1600 unless told otherwise', () => {
    expect(SMS_LIMITS.bodyUnits).toBe(1600);
    expect(splitBody('a'.repeat(1601)).map((part) => part.length)).toEqual([1600, 1]);
  });
});
