/** What tests of k6 share: the real binary, scenarios whose customers say one word. */
import { spawn } from 'node:child_process';
import { findK6 } from '../../../sim/k6/find.ts';
import type { Change } from '../command.ts';

export const K6 = findK6(process.env.REHEARSE_K6);
if ('missing' in K6 && process.env.CI !== undefined) throw new Error(K6.missing);
if ('missing' in K6) process.stderr.write(`skipped: ${K6.missing}\n`);

/** Customers say a word and are gone; nobody answers. */
export const ONE_WORD: readonly Change[] = [
  ['      - expect: { from: rep, matches: "yes", within: 5m }\n', ''],
  ['replies: ["Yes."]', 'replies: []'],
];

/** `k6 run` of the exported script in a folder. */
export function runK6(
  at: string,
  ...args: readonly string[]
): Promise<{ code: number | null; out: string }> {
  const file = 'file' in K6 ? K6.file : '';
  const all = ['run', '--quiet', '--no-usage-report', ...args, 'rehearsal.ts'];
  const child = spawn(file, all, { cwd: at });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}
