/** `rehearse limit --engine k6`: a capacity search whose webhooks the real k6 sends. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitSchema } from '../../../reports/limit.ts';
import { EXIT } from '../../../sim/exit-codes.ts';
import { type Folder, makeFolder, rehearse } from '../command.ts';
import { K6 } from './lab.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

describe.skipIf('missing' in K6)('a capacity search by the real k6', () => {
  it('finds the limit of the reps, with what k6 says of itself at each rate', async () => {
    const scenario = folder.scenario(
      ['wire: false', 'wire: true'],
      ['lasts: 10m', 'lasts: 10m\ndrain: 3m'],
      ['serviceLevel(60s) >= 1%', 'serviceLevel(60s) >= 80%'],
    );
    const steps = ['--by', 'steps', '--from', '100%', '--step', '400%'];
    const real = ['--clock', 'real', '--speed', '60', '--lasts', '5m', '--settle', '500ms'];
    const args = [...steps, ...real, '--engine', 'k6', '--quiet', '--out', folder.at('k6')];
    const { code, out, err } = await rehearse('limit', scenario, ...args);
    expect([code, err]).toEqual([EXIT.pass, '']);
    expect(out).toMatch(/^tiny: real time, 60 times as fast, sent by k6$/m);
    expect(out).toMatch(/^100% .* holds .* \d+(?:\.\d+)? ms$/m);
    expect(out).toMatch('100% of the scenario (60/h) is the highest rate that holds the budget.');
    const { outcome, holds, breaks, broke, engine, tried } = limitSchema.parse(
      JSON.parse(readFileSync(folder.at('k6', 'limit.json'), 'utf8')),
    );
    expect({ outcome, holds, breaks, broke, engine }).toEqual({
      ...{ outcome: 'found', holds: 100, breaks: 500, engine: 'k6' },
      broke: ['serviceLevel(60s) >= 80%'],
    });
    const [slow, fast] = tried.map(({ generator }) => generator!);
    expect([slow?.saturated, fast?.saturated]).toEqual([false, false]);
    expect(slow?.sent).toBeGreaterThan(0);
    expect(fast!.sent).toBeGreaterThan(slow!.sent);
  }, 120_000);
});
