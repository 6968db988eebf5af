/** Keywords: whole messages, trimmed, in any case (choice C27), in every language there is. */
import type { Channel, Keywords } from '../org.ts';

type Kind = Exclude<keyof Keywords, 'custom'>;

/** What a message means as a keyword, if it is one. */
export type Word =
  | { readonly kind: Kind; readonly language: string | undefined }
  | { readonly kind: 'custom'; readonly language: string | undefined; readonly answer: string };

/** The customer's own language goes first, then the channel's usual words, then all others. */
export function wordIn(channel: Channel, text: string, language?: string): Word | undefined {
  const words = dictionaryOf(channel);
  const said = text.trim().toLowerCase();
  const own = language === undefined ? undefined : words.get(language)?.get(said);
  if (own !== undefined) return own;
  for (const of of words.values()) {
    const word = of.get(said);
    if (word !== undefined) return word;
  }
  return undefined;
}

const KINDS: readonly Kind[] = ['optOut', 'optIn', 'doubleOptIn', 'help', 'end'];
/** The usual words, which are of no language in particular. */
const USUAL = '';

type Dictionary = ReadonlyMap<string, ReadonlyMap<string, Word>>;

const DICTIONARIES = new WeakMap<Channel, Dictionary>();

function dictionaryOf(channel: Channel): Dictionary {
  let words = DICTIONARIES.get(channel);
  if (words === undefined) {
    const further = Object.entries(channel.languages ?? {});
    words = new Map([
      [USUAL, wordsOf(channel.keywords, undefined)],
      ...further.map(
        ([language, { keywords }]) => [language, wordsOf(keywords, language)] as const,
      ),
    ]);
    DICTIONARIES.set(channel, words);
  }
  return words;
}

/** A word that is in two lists means the first: an opt-out before all. */
function wordsOf(keywords: Partial<Keywords>, language: string | undefined) {
  const words = new Map<string, Word>();
  const add = (text: string, word: Word) => {
    const key = text.trim().toLowerCase();
    if (!words.has(key)) words.set(key, word);
  };
  for (const kind of KINDS) for (const text of keywords[kind] ?? []) add(text, { kind, language });
  for (const [text, answer] of Object.entries(keywords.custom ?? {})) {
    add(text, { kind: 'custom', language, answer });
  }
  return words;
}
