/**
 * The last resort of every channel: content in plain words, for what a platform can't show
 * otherwise. Nothing is left out: choices become a numbered list, media its address.
 */
import { type Content, textOf } from '../message.ts';

export function inWords(content: Content): string {
  if (content.kind === 'media') {
    return content.caption === undefined ? content.url : `${content.caption}\n${content.url}`;
  }
  if (content.kind !== 'text' || content.choices === undefined) return textOf(content);
  return content.text + content.choices.map(({ title }, i) => `\n${i + 1}. ${title}`).join('');
}
