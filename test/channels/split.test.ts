import { expect, it } from 'vitest';
import { splitText } from '../../src/channels/split.ts';

it('leaves a last part alone that just fits, white space and all', () => {
  expect(splitText('aaa bbb ccc ddd', 7)).toEqual(['aaa bbb', 'ccc ddd']);
});

it('cuts nothing but white space to one empty part', () => {
  expect(splitText(' '.repeat(8), 7)).toEqual(['']);
});

it('never cuts the first or the last character of two units', () => {
  // U+10000 and U+10FFFF: the ends of the range of second halves.
  for (const wide of ['\u{10000}', '\u{10ffff}']) {
    expect(splitText(`a${wide}b`, 2)).toEqual(['a', wide, 'b']);
  }
});
