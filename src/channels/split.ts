/**
 * Cuts long text into the parts a platform takes. It knows no platform: the limit is the caller's,
 * in UTF-16 units.
 */

/**
 * Cuts a text into parts of at most `limit` units. It cuts at the last white space that fits and
 * drops the white space there; a longer word is cut hard, but never inside a code point. A text
 * that fits is left as it is; one of nothing but white space is cut to a single empty part.
 */
export function splitText(text: string, limit: number): readonly string[] {
  if (text.length <= limit) return [text];
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const cut = cutAt(rest, limit);
    const part = rest.slice(0, cut).trimEnd();
    if (part !== '') parts.push(part);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '' || parts.length === 0) parts.push(rest);
  return parts;
}

/** The second half of a character that takes two UTF-16 units. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const WHITE = /\s/;

function cutAt(text: string, limit: number): number {
  for (let at = limit; at > 0; at -= 1) {
    if (WHITE.test(text.charAt(at))) return at;
  }
  return isLowSurrogate(text.charCodeAt(limit)) && limit > 1 ? limit - 1 : limit;
}
