import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../../src/channels/split.ts';
import {
  interactiveKindOf,
  mediaKindOf,
  WHATSAPP_LIMITS,
} from '../../../src/channels/whatsapp/limits.ts';

describe('splitting a text', () => {
  it('leaves alone what fits', () => {
    expect(splitText('  as it is ', 11)).toEqual(['  as it is ']);
    expect(splitText('', 5)).toEqual(['']);
  });

  it('cuts at white space, drops it, and cuts long words hard', () => {
    expect(splitText('one two three', 7)).toEqual(['one two', 'three']);
    expect(splitText('one two three', 6)).toEqual(['one', 'two', 'three']);
    expect(splitText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  it('never cuts a code point', () => {
    expect(splitText('a😀😀', 2)).toEqual(['a', '😀', '😀']);
    const texts = fc.string({ unit: fc.constantFrom('a', ' ', '😀', 'é'), maxLength: 60 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, limit) => {
        const parts = splitText(text, limit);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
        }
        expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});

describe('offering choices', () => {
  const choices = (count: number, titleLength: number, idLength = 3) =>
    Array.from({ length: count }, (_, i) => ({
      id: String(i).padStart(idLength, '0'),
      title: 'x'.repeat(titleLength),
    }));

  it.each([
    ['three of 20', choices(3, 20), 'button'],
    ['four', choices(4, 20), 'list'],
    ['a title of 21', choices(3, 21), 'list'],
    ['an id of 256', choices(1, 1, 256), 'button'],
    ['an id of 257', choices(1, 1, 257), undefined],
    ['ten of 24', choices(10, 24), 'list'],
    ['eleven', choices(11, 5), undefined],
    ['a title of 25', choices(2, 25), undefined],
    ['a row id of 201', choices(4, 5, 201), undefined],
    ['an empty title', choices(2, 0), undefined],
    ['none', [], undefined],
    ['an id given twice', [...choices(1, 5), ...choices(1, 6)], undefined],
  ])('%s', (_, offered, kind) => {
    expect(interactiveKindOf(offered, WHATSAPP_LIMITS)).toBe(kind);
  });
});

it('sends as a document what WhatsApp can’t show', () => {
  const kinds = ['image/png', 'video/mp4', 'Audio/OGG; codecs=opus', 'image/svg+xml', 'text/plain'];
  expect(kinds.map(mediaKindOf)).toEqual(['image', 'video', 'audio', 'document', 'document']);
});
