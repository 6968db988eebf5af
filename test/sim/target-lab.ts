/** What tests of `--target` share. */
import type { Folder } from './command.ts';
import { ONE_WORD } from './k6/lab.ts';

/** The tiny scenario over the wire; its customers say a word and are gone. */
export function oneWord(folder: Folder, rate: string, lasts: string): string {
  return folder.scenario(
    ['wire: false', 'wire: true'],
    ...ONE_WORD,
    ['poisson: 60/h', `constant: ${rate}`],
    ['lasts: 10m', `lasts: ${lasts}\ndrain: 10s`],
    ['serviceLevel(60s) >= 1%', 'count(webhooks) >= 1'],
  );
}

/** A target file's text. */
export function targetAt(url: string, port: number): string {
  return `target: it\nwebhooks: ${url}\nplatforms: { port: ${port} }\n`;
}
